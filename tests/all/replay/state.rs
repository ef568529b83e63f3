//! What a revision says: apps in two environments and the gate's configuration, and the files that say it.

use super::Tree;

/// Weeks in which production is frozen, from one day to another.
pub(crate) const FREEZES: [(&str, &str); 3] =
    [("2026-09-14", "2026-09-21"), ("2026-10-12", "2026-10-19"), ("2026-11-09", "2026-11-16")];

/// What an environment runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    Digest(u32),
    Tag(u32),
}

impl Version {
    fn field(self) -> String {
        match self {
            Self::Digest(number) => format!("digest: sha256:{number:064x}"),
            Self::Tag(number) => format!("newTag: v{number}"),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct App {
    pub(crate) staging: Version,
    pub(crate) production: Version,
    /// The log level of staging.
    pub(crate) level: u32,
    pub(crate) replicas: u32,
    /// A setting that only production has.
    pub(crate) feature: Option<u32>,
    /// Whether production has its memory limit.
    pub(crate) limited: bool,
    /// Whether the base asks for a Secret that nothing makes.
    pub(crate) token: bool,
    pub(crate) comment: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) apps: Vec<App>,
    /// Apps that may change production in a freeze, through a day.
    pub(crate) waivers: Vec<(usize, String)>,
    pub(crate) disabled: Option<&'static str>,
    pub(crate) configured: bool,
}

pub(crate) fn name(app: usize) -> String {
    format!("svc-{app:02}")
}

impl State {
    /// Everywhere the same runs.
    pub(crate) fn new(apps: usize) -> Self {
        let app = |number: usize| App {
            staging: Version::Digest(u32::try_from(number).unwrap()),
            production: Version::Digest(u32::try_from(number).unwrap()),
            level: 0,
            replicas: 2,
            feature: None,
            limited: true,
            token: false,
            comment: 0,
        };
        Self { apps: (0..apps).map(app).collect(), waivers: Vec::new(), disabled: None, configured: true }
    }

    pub(crate) fn files(&self) -> Tree {
        let mut files = Tree::new();
        if self.configured {
            files.insert("gate.yaml".into(), self.configuration());
        }
        for (number, app) in self.apps.iter().enumerate() {
            let name = name(number);
            let mut add = |path: &str, content: String| files.insert(format!("apps/{name}/{path}"), content);
            add("base/kustomization.yaml", base(&name));
            add("base/deployment.yaml", deployment(&name, app));
            add("staging/kustomization.yaml", staging(&name, app));
            add("production/kustomization.yaml", production(&name, app));
        }
        files
    }

    fn configuration(&self) -> String {
        let mut text = String::from(
            "version: 1\nenvironments: [staging, {name: production, protected: true}]\n\
             apps: [{path: \"apps/{app}/{environment}\"}]\nfreeze:\n",
        );
        for (from, to) in FREEZES {
            text.push_str(&format!(
                "  - {{name: audit, environments: [production], start: {from}T00:00, end: {to}T00:00}}\n"
            ));
        }
        if let Some(policy) = self.disabled {
            text.push_str(&format!("policies: {{disable: [{policy}]}}\n"));
        }
        if !self.waivers.is_empty() {
            text.push_str("waivers:\n");
        }
        for (app, until) in &self.waivers {
            let app = name(*app);
            text.push_str(&format!(
                "  - {{policy: freeze-window, app: {app}, environment: production, until: {until}, \
                 reason: {app} is fixed, owner: \"@oncall\"}}\n"
            ));
        }
        text
    }
}

fn base(name: &str) -> String {
    format!("resources: [deployment.yaml]\nconfigMapGenerator:\n  - name: {name}-settings\n    literals: [CACHE=60]\n")
}

fn deployment(name: &str, app: &App) -> String {
    let token = if app.token {
        format!("            - {{name: TOKEN, valueFrom: {{secretKeyRef: {{name: {name}-token, key: token}}}}}}\n")
    } else {
        String::new()
    };
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: app
          image: registry.example.com/{name}
          env:
            - {{name: PORT, value: \"8080\"}}
{token}          envFrom:
            - configMapRef: {{name: {name}-settings}}
          resources:
            requests: {{cpu: 100m, memory: 64Mi}}
            limits: {{memory: 128Mi}}
"
    )
}

fn overlay(name: &str, environment: &str, version: Version, literals: &[String]) -> String {
    let literals = literals.join(", ");
    let field = version.field();
    format!(
        "namespace: shop-{environment}
resources: [../base]
images:
  - name: registry.example.com/{name}
    {field}
configMapGenerator:
  - name: {name}-settings
    behavior: merge
    literals: [ENVIRONMENT={environment}, {literals}]
"
    )
}

fn staging(name: &str, app: &App) -> String {
    overlay(name, "staging", app.staging, &[format!("LEVEL={}", app.level)])
}

fn production(name: &str, app: &App) -> String {
    let mut literals = vec!["LEVEL=0".to_owned()];
    literals.extend(app.feature.map(|number| format!("FEATURE_{number}=on")));
    let mut text = overlay(name, "production", app.production, &literals);
    text.push_str(&format!("replicas:\n  - {{name: {name}, count: {}}}\n", app.replicas));
    if !app.limited {
        text.push_str(&format!(
            "patches:\n  - target: {{kind: Deployment, name: {name}}}\n    patch: |\n      \
             - {{op: remove, path: /spec/template/spec/containers/0/resources/limits}}\n"
        ));
    }
    format!("# Comment {}.\n{text}", app.comment)
}
