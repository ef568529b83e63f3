#![expect(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;
use std::sync::Arc;

use super::Config;
use crate::repo::Fit;
use crate::source::{Files, MemoryTree, Problem, RepoPath, Revision, Severity};

fn load(text: &str) -> (Arc<Files>, Result<Config, Vec<Problem>>) {
    let files = Arc::new(Files::default());
    let revision = Revision::new(MemoryTree::new([("gate.yaml", text)]), files.clone());
    let config = Config::load(&revision, &RepoPath::new("gate.yaml").unwrap());
    (files, config)
}

fn read(text: &str) -> Config {
    let (files, config) = load(text);
    config.unwrap_or_else(|problems| panic!("{}", shown(&files, &problems)))
}

/// Each problem on a line of its own: the place, the text there, the message, the advice.
fn shown(files: &Files, problems: &[Problem]) -> String {
    let mut out = String::new();
    for problem in problems {
        let span = problem.span().unwrap();
        let place = files.location(span);
        let quoted = files.text(span).unwrap();
        let quoted = quoted.lines().next().unwrap_or_default();
        let hint = problem.hint_text().map(|hint| format!("; {hint}")).unwrap_or_default();
        writeln!(out, "{}:{} `{quoted}`: {problem}{hint}", place.line, place.column).unwrap();
    }
    out
}

fn wrong(text: &str) -> String {
    let (files, config) = load(text);
    shown(&files, &config.unwrap_err())
}

/// The example of the documentation.
const EXAMPLE: &str = r#"
version: 1
environments: [dev, staging, {name: production, protected: true, aliases: [prod, prd, live]}]
apps:
  - path: apps/{app}/overlays/{environment}
  - path: components/{app}/{environment}/{cluster}
drift:
  compare: [[staging, production]]
  allow:
    - {path: spec.replicas, reason: production is larger}
    - {kind: Ingress, path: spec.rules.*.host}
freeze:
  - {name: year-end, environments: [production], start: 2026-12-20T00:00, end: 2027-01-04T06:00, timezone: Europe/Berlin}
  - {name: weekends, environments: [prod], schedule: "0 18 * * FRI", duration: 62h, timezone: Europe/Berlin}
policies:
  paths: [policy]
  settings: {resource-limits-present: {require: [cpu, memory]}}
  severity: {config-drift: warning}
  disable: [image-scanned]
secrets: {provided: [registry-credentials]}
waivers:
  - {policy: image-digest-pinned, app: legacy, environment: stg, until: 2027-01-31, reason: vendor ships tags only, owner: "@platform"}
kubernetes: {version: "1.33", schemas: [schemas]}
"#;

#[test]
fn the_example_is_read() {
    let config = read(EXAMPLE);
    let environments: Vec<_> = config.environments.iter().map(|e| (e.name.as_str(), e.protected)).collect();
    assert_eq!(environments, [("dev", false), ("staging", false), ("production", true)]);
    assert_eq!(config.environments.find("STG").unwrap().name, "staging");
    assert_eq!(config.drift.compare, [("staging".to_owned(), "production".to_owned())]);
    assert!(config.drift.allow[1].covers("api", "Ingress", "web", "spec.rules[host=a].host"));
    assert!(!config.drift.allow[1].covers("api", "Service", "web", "spec.rules[host=a].host"));
    assert_eq!(config.freeze[1].environments, ["production"]);
    assert_eq!(config.policies.settings["resource-limits-present"].to_json()["require"][1], "memory");
    assert_eq!(config.policies.severity["config-drift"], Severity::Warning);
    assert!(config.policies.disable.contains("image-scanned"));
    assert_eq!(config.provided_secrets, ["registry-credentials"]);
    assert_eq!(config.waivers[0].environment.as_deref(), Some("staging"));
    assert_eq!(config.kubernetes.version.as_deref(), Some("1.33"));
}

#[test]
fn nothing_is_a_configuration() {
    for text in ["", "# nothing yet\n", "---\n", "{}"] {
        let config = read(text);
        assert!(!config.environments.configured());
        assert_eq!(config.environments.find("prd").unwrap().name, "production");
    }
}

#[test]
fn everything_wrong_is_reported_at_its_place() {
    insta::assert_snapshot!(wrong(
        r#"
version: 1
environments: [dev, staging, {name: production, aliases: [Dev]}, staging, a/b]
enviroment: x
apps:
  - apps/{app}
  - path: ../x/{environment}
  - {path: "{app}/{enviroment}"}
  - {path: "{app}/{environment}", name: x}
  - "a/{environment"
drift:
  compare: [[production, staging], [stagin, production]]
  allow: [{reason: all}]
freeze:
  - {name: a, environments: [prd, qa], start: 2026-02-30T00:00, end: 2026-03-01T00:00, timezone: Europe/Berln}
  - {name: b, schedule: "0 18 * * FRY", duration: 62}
policies:
  paths: [/etc]
  severity: {config-drift: warn}
waivers:
  - {policy: a, app: x, until: 2027-02-29}
  - {policy: a, until: soon, reason: b, owner: c}
  - {policy: a, digest: sha256:abc, environment: produktion, until: 2027-01-31T00:00, reason: b, owner: c}
"#
    ), @r#"
    3:59 `Dev`: the name `Dev` is there twice among the environments; each name and alias belongs to one environment
    3:66 `staging`: the name `staging` is there twice among the environments; each name and alias belongs to one environment
    3:75 `a/b`: `a/b` cannot be the name of an environment; use the name of one directory, without `/` in it and spaces around it
    4:1 `enviroment`: the key `enviroment` is not known here; the keys here are `version`, `environments`, `apps`, `clusters`, `drift`, `freeze`, `policies`, `secrets`, `waivers`, `kubernetes` and `render`
    6:5 `apps/{app}`: `apps/{app}` has no `{environment}`; say where the environment's name stands, as in `apps/{app}/overlays/{environment}`
    7:11 `../x/{environment}`: `../x/{environment}` leads out of the repository; write the path from the root of the repository down
    8:12 `"{app}/{enviroment}"`: `{enviroment}` is not a placeholder; did you mean `{environment}`?
    9:41 `x`: `{app}/{environment}` says the app's name already; take `name` away, or `{app}`
    10:5 `"a/{environment"`: `a/{environment` opens a `{` that it does not close
    12:13 `[production, staging]`: `production` does not come before `staging` in the order of promotion; name the lower environment first
    12:37 `stagin`: there is no environment `stagin`; did you mean `staging`?
    13:11 `{reason: all}`: this allows every difference; name a `path`, `kind`, `name` or `app`, or disable `config-drift` under `policies`
    15:30 `prd`: there is no environment `prd`; add it to `environments`, in the order of promotion
    15:35 `qa`: there is no environment `qa`; add it to `environments`, in the order of promotion
    15:47 `2026-02-30T00:00`: `2026-02-30T00:00` is not a date and time; write date and time as in `2026-12-20T00:00`; the zone goes into `timezone`
    15:98 `Europe/Berln`: there is no time zone `Europe/Berln`; did you mean `Europe/Berlin`?
    16:25 `"0 18 * * FRY"`: `FRY` is not a weekday of a schedule; write minute, hour, day, month and weekday as in crontab: `0 18 * * FRI`
    16:51 `62`: this must be text, not a number
    18:11 `/etc`: `/etc` is absolute; write the path from the root of the repository down
    19:28 `warn`: this must be `info`, `warning` or `error`
    21:6 `policy`: the key `reason` is missing; why it is needed
    21:6 `policy`: the key `owner` is missing; who answers for it
    21:32 `2027-02-29`: `2027-02-29` is not a date; write the last day on which the waiver holds, as in `2027-01-31`
    22:14 `a`: this waiver covers every finding of its policy; name an `app`, `environment`, `resource`, `path` or `digest`, or use `policies.disable`
    22:24 `soon`: `soon` is not a date; write the last day on which the waiver holds, as in `2027-01-31`
    23:25 `sha256:abc`: this is not an image digest; write `sha256:` and 64 lowercase hexadecimal digits
    23:50 `produktion`: there is no environment `produktion`; did you mean `production`?
    23:69 `2027-01-31T00:00`: `2027-01-31T00:00` is not a date; write the last day on which the waiver holds, as in `2027-01-31`
    "#);
}

#[test]
fn what_is_no_configuration() {
    let texts = ["a: 1\n---\nb: 2\n", "- a\n", "version: 1\nversion: 1\n", "freeze: [\n"];
    insta::assert_snapshot!(texts.map(wrong).concat(), @"
    3:1 `b: 2`: a second document begins here; put the whole configuration into one document
    1:1 `- a`: this must be a map, not a list; configuration of gate
    2:1 `version`: the key `version` is there twice; keep one of them
    2:1 ``: malformed YAML: a value is missing here; write it, or close the bracket above
    ");
}

#[test]
fn policies_that_do_not_exist() {
    let (files, config) = load(EXAMPLE);
    let known = ["image-digest-pinned", "config-drifts", "image-scanned"];
    let problems = config.unwrap().unknown_policies(&known);
    insta::assert_snapshot!(shown(&files, &problems), @"
    17:14 `resource-limits-present`: there is no policy `resource-limits-present`; `gate policies` lists those that exist
    18:14 `config-drift`: there is no policy `config-drift`; did you mean `config-drifts`?
    ");
}

#[test]
fn who_is_protected() {
    let protected = |text: &str| {
        let config = read(text);
        let protected = config.environments.iter().filter(|environment| environment.protected);
        protected.map(|environment| environment.name.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(protected("environments: [dev, prod, dr]"), "prod");
    assert_eq!(protected("environments: [blue, green]"), "green");
    assert_eq!(protected("environments: [{name: dev, protected: true}, prod]"), "dev");
    assert_eq!(protected("environments: [dev, {name: prod, protected: false}]"), "");
    assert_eq!(protected("environments: [{name: dev, protected: false}, prod]"), "prod");
}

#[test]
fn aliases_belong_to_one_environment() {
    let names = |text: &str| {
        let config = read(text);
        config.environments.iter().map(|e| e.names().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(names("environments: [staging, prod]"), ["staging stage stg", "prod production prd live"]);
    assert_eq!(names("environments: [{name: prod, aliases: []}, live]"), ["prod", "live production prd"]);
    assert_eq!(names("environments: [{name: a, aliases: [stg]}, staging]"), ["a stg", "staging stage"]);
}

#[test]
fn paths_say_what_a_directory_is() {
    let fit = |apps: &str, directory: &str| {
        let config = read(&format!("environments: [staging, production]\napps: [{apps}]"));
        let directory = RepoPath::new(directory).unwrap();
        let fit = config.apps.iter().find_map(|pattern| pattern.fit(&directory, &config.environments));
        fit.map(|Fit { app, environment, cluster }| format!("{app} {environment:?} {cluster:?}"))
    };
    for (apps, directory, expected) in [
        ("'apps/{app}/overlays/{environment}'", "apps/api/overlays/prod", Some("api Some(\"production\") None")),
        ("'apps/{app}/overlays/{environment}'", "apps/api/overlays/prod/x", None),
        ("'apps/{app}/overlays/{environment}'", "apps/a/b/overlays/prod", None),
        ("'apps/{app}/overlays/{environment}'", "apps/api/overlays/dev", None),
        ("'./{team}/{app}/{environment}/'", "pay/api/PROD", Some("pay/api Some(\"production\") None")),
        ("'c/{environment}-{cluster}/{app}'", "c/prod-eu-1/api", Some("api Some(\"production\") Some(\"eu-1\")")),
        ("'c/{cluster}-{environment}/{app}'", "c/eu-1-production/api", Some("api Some(\"production\") Some(\"eu-1\")")),
        (
            "'{environment}/{app}/overlays/{environment}'",
            "prod/api/overlays/production",
            Some("api Some(\"production\") None"),
        ),
        ("'{environment}/{app}/overlays/{environment}'", "prod/api/overlays/staging", None),
        ("'kustomize/overlays/{environment}'", "kustomize/overlays/stg", Some("kustomize Some(\"staging\") None")),
        ("'{environment}'", "stg", Some("app Some(\"staging\") None")),
        ("{path: 'envs/{environment}', name: shop}", "envs/stg", Some("shop Some(\"staging\") None")),
        ("'a.b/{environment}'", "axb/stg", None),
    ] {
        assert_eq!(fit(apps, directory).as_deref(), expected, "{apps} {directory}");
    }
}

#[test]
fn environments_elsewhere_need_no_placeholder() {
    let config =
        read("environments: [staging, {name: production, revision: origin/env/production}]\napps: ['apps/{app}']");
    let elsewhere: Vec<_> = config.environments.iter().filter(|e| e.is_elsewhere()).map(|e| &e.name).collect();
    assert_eq!(elsewhere, ["production"]);
    let both = "environments: [{name: production, revision: a, root: ../b}]\n";
    insta::assert_snapshot!(wrong(both), @"1:54 `../b`: `production` has both a `revision` and a `root`; keep the one that holds it");
}
