//! No value of a Secret reaches any output, whatever form it has and whatever is wrong with the file.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::ffi::OsString;
use std::path::Path;

use gate::cli::run_into;

/// What no output may hold, and its base64.
const MARKER: &str = "hunter2-TOPSECRET";
const ENCODED: &str = "aHVudGVyMi1UT1BTRUNSRVQ=";

const BASE: &[(&str, &str)] = &[
    ("gate.yaml", "version: 1\nenvironments: [staging, {name: production, protected: true}]\n"),
    ("apps/api/base/kustomization.yaml", "resources: [api.yaml]\n"),
    (
        "apps/api/base/api.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  template:\n    spec:\n      containers:\n      - {name: api, image: registry.example/api:1}\n",
    ),
    ("apps/api/staging/kustomization.yaml", "resources: [../base]\n"),
];

/// The overlay of production with a file beside its kustomization.
fn beside<'a>(name: &'a str, text: &'a str) -> Vec<(String, String)> {
    vec![
        ("kustomization.yaml".to_owned(), format!("resources: [../base, {name}]\n")),
        (name.to_owned(), text.to_owned()),
    ]
}

fn alone(text: &str) -> Vec<(String, String)> {
    vec![("kustomization.yaml".to_owned(), text.to_owned())]
}

/// What a command prints, on both streams.
fn print(arguments: &[&str]) -> (String, String) {
    let arguments: Vec<OsString> = ["gate"].iter().chain(arguments).map(OsString::from).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    run_into(&arguments, &mut out, &mut err);
    (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

/// What each command prints of a repository.
fn outputs(at: &Path) -> Vec<(String, String)> {
    let root = at.to_str().unwrap();
    let overlay = format!("{root}/apps/api/production");
    let formats = ["--format=human", "--format=github", "--format=summary", "--format=json"];
    let check = [&["check", "--verbose", "--base=none", root], &formats[..]].concat();
    let commands: [&[&str]; 13] = [
        &check,
        &["check", "--base=none", root, "--trace", "--app=api"],
        &["diff", "--all", "--path", root],
        &["diff", "--format=json", "--all", "--path", root],
        &["input", "apps/api", "--base=none", "--path", root],
        &["input", "clusters", "--base=none", "--path", root],
        &["input", "--repository", "--base=none", "--path", root],
        &["status", "--path", root],
        &["status", "--format=json", "--path", root],
        &["trace", &overlay, "Secret/db"],
        &["trace", &overlay, "ConfigMap/text", "--format=json"],
        &["promote", "api", "--dry-run", "--allow-tag", "--path", root],
        &["test", root],
    ];
    let mut outputs = Vec::new();
    for arguments in commands {
        let (out, err) = print(arguments);
        outputs.push((arguments.join(" "), out + &err));
    }
    // What is rendered holds values: that is what the command is for. What it says besides does not.
    outputs.push(("render".to_owned(), print(&["render", &overlay]).1));
    outputs
}

/// Asserts that no command prints the marker where these files are production's.
fn assert_silent(name: &str, production: &[(String, String)]) -> Vec<(String, String)> {
    let directory = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    for (path, text) in BASE {
        write(path, text);
    }
    for (path, text) in production {
        let text = text.replace("MARKER", MARKER).replace("ENCODED", ENCODED);
        write(&format!("apps/api/production/{path}"), &text);
        let other = text.replace(MARKER, "other-value-2").replace(ENCODED, "b3RoZXItdmFsdWUtMg==");
        if name.contains("differs") {
            write(&format!("apps/api/staging/{path}"), &other);
        }
    }
    let outputs = outputs(directory.path());
    for (command, text) in &outputs {
        // A part of the value is as bad as the whole.
        for part in ["TOPSECRET", "hunter2-", &ENCODED[..12]] {
            assert!(!text.contains(part), "{name}: `gate {command}` prints it:\n{text}");
        }
    }
    outputs
}

const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n";

#[test]
fn damaged_manifests_of_secrets() {
    let broken = |rest: &str| format!("{SECRET}{rest}");
    for (at, (name, text)) in [
        ("a key twice", broken("stringData:\n  password: MARKER\n  password: MARKER-2\n")),
        ("a key of data twice", broken("data:\n  password: ENCODED\n  password: ENCODED\n")),
        ("values twice", broken("stringData:\n  password: MARKER\nstringData:\n  password: MARKER-2\n")),
        (
            "a conflict",
            broken("stringData:\n<<<<<<< HEAD\n  password: MARKER\n=======\n  password: MARKER-2\n>>>>>>> b\n"),
        ),
        ("a line without a colon", broken("stringData:\n  user: me\n  MARKER\n")),
        ("base64 before a malformed line", broken("stringData:\n  cert: |\n    ENCODED\n  b c: x: MARKER\n")),
        ("another separator", broken("stringData:\n  cert: |\n    user;pw=MARKER\n  b c: x: y\n")),
        ("an open quote", broken("stringData:\n  password: \"MARKER\n  other: x\n")),
        ("broken base64", broken("data:\n  password: MARKER!\n  other: [\n")),
        ("a tab", broken("stringData:\n\tpassword: MARKER\n")),
        ("an indentation", broken("stringData:\n    user: a\n  password: MARKER\n")),
        ("an unknown anchor", broken("stringData:\n  password: *MARKER\n  other: MARKER\n")),
        ("no kind", "apiVersion: v1\nmetadata: {name: db}\ndata:\n  password: MARKER\n".to_owned()),
        ("a kind in lower case", "apiVersion: v1\nkind: secret\nstringData: {password: MARKER}\n".to_owned()),
        ("a misspelt kind", "apiVersion: v1\nkind: Sercet\ndata: {password: MARKER}\nmetadata: []\n".to_owned()),
        ("commented out", broken("stringData:\n  # password: MARKER\n  # MARKER\n  user: a\n  user: b\n")),
        ("a list of values", broken("stringData:\n- MARKER\n")),
        ("a map of values", broken("stringData:\n  password: {deep: MARKER}\n")),
        ("values that are a text", broken("stringData: MARKER\n")),
        (
            "json",
            "{\"kind\": \"Secret\", \"apiVersion\": \"v1\", \"stringData\": {\"password\": \"MARKER\",}, }}\n"
                .to_owned(),
        ),
        ("one value behind a separator", broken("stringData:\n  user: me\n---\n  password: MARKER\n  url: a://b\n")),
        (
            "a text behind a separator",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: t}\ndata:\n  s.yaml: |\n    kind: Secret\n    stringData:\n---\n      password: MARKER\n  other: y\n"
                .to_owned(),
        ),
        ("values behind a separator", broken("data:\n---\n  password: ENCODED\n  other: YQ==\n")),
        ("encrypted and broken", broken("data:\n  password: ENC[MARKER]\n  password: MARKER\nsops:\n  mac: x\n")),
    ]
    .into_iter()
    .enumerate()
    {
        // A manifest may have any name.
        let file = ["secret.yaml", "db.manifest", "db.txt", "db"][at % 4];
        assert_silent(name, &beside(file, &text));
    }
}

#[test]
fn misspelt_and_nested_secrets_that_differ_between_environments() {
    let nested = |head: &str, indent: usize| {
        let body = "apiVersion: v1\nkind: Secret\nmetadata: {name: inner}\nstringData:\n  password: MARKER\n";
        let body: String = body.lines().map(|line| format!("{}{line}\n", " ".repeat(indent))).collect();
        format!("{head}{body}")
    };
    let list = "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t}\nobjects:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: inner}\n  stringData: {password: MARKER}\n";
    for (name, text) in [
        ("stringdata differs", format!("{SECRET}stringdata:\n  password: MARKER\n")),
        ("data2 differs", format!("{SECRET}data2:\n  password: MARKER\n")),
        ("anotations differs", format!("{}  anotations: {{a: MARKER}}\n", SECRET.replace("{name: db}", "\n  name: db"))),
        ("another group differs", SECRET.replace("v1", "example.com/v1") + "spec:\n  password: MARKER\n"),
        ("template differs", list.to_owned()),
        ("fallen out of a template differs", list.replace("stringData: {password: MARKER}", "stringData:\npassword: MARKER")),
        (
            "fallen out of an object differs",
            nested("apiVersion: kubernetes.crossplane.io/v1\nkind: Object\nmetadata: {name: o}\nspec:\n  manifest:\n", 4)
                .replace("      password", "password"),
        ),
        (
            "fallen out of sops differs",
            "apiVersion: isindir.github.com/v1alpha3\nkind: SopsSecret\nmetadata: {name: s}\nspec:\n  secretTemplates:\n  - name: x\n    stringData:\npassword: MARKER\n"
                .to_owned(),
        ),
        (
            "object differs",
            nested("apiVersion: kubernetes.crossplane.io/v1\nkind: Object\nmetadata: {name: o}\nspec:\n  forProvider:\n    manifest:\n", 6),
        ),
        ("text differs", nested("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: text}\ndata:\n  a.yaml: |\n", 4)),
        (
            "broken text differs",
            nested("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: text}\ndata:\n  a.yaml: |\n", 4) + "    password: [\n",
        ),
        (
            "sealed differs",
            "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: s}\nspec:\n  encryptedData: {a: MARKER}\n  template:\n    data: {b: MARKER}\n"
                .to_owned(),
        ),
        (
            "sops differs",
            "apiVersion: isindir.github.com/v1alpha3\nkind: SopsSecret\nmetadata: {name: s}\nspec:\n  secretTemplates:\n  - name: x\n    stringData: {b: MARKER}\n"
                .to_owned(),
        ),
    ] {
        assert_silent(name, &beside("secret.yaml", &text));
    }
}

#[test]
fn generators_and_their_files() {
    let generator = "resources: [../base]\nsecretGenerator:\n- name: db\n";
    for (name, text) in [
        ("literal", format!("{generator}  literal: [password=MARKER]\n")),
        ("a map", "resources: [../base]\nsecretGenerator:\n  name: db\n  literals: [password=MARKER]\n".to_owned()),
        ("twice", format!("{generator}  literals: [password=MARKER]\nsecretGenerator:\n- name: b\n  literals: [a=MARKER]\n")),
        ("misspelt", format!("{generator}  literals: [password=MARKER]\n").replace("secretG", "secretsG")),
        ("a literal without a key", format!("{generator}  literals: [MARKER]\n")),
        ("a key twice", format!("{generator}  literals: [password=MARKER, password=MARKER]\n")),
        ("a literal as a file", format!("{generator}  files: [password=MARKER]\n")),
        ("a literal as an env file", format!("{generator}  envs: [password=MARKER]\n")),
        ("a kind in between", format!("{generator}  literals:\nkind: Other\n  - password=MARKER\n")),
        ("broken behind", format!("{generator}  literals:\n  - password=MARKER\n  broken: [\n")),
        ("broken before", format!("images: [\n{generator}  literals:\n  - password=MARKER\n")),
        ("a conflict", format!("{generator}  literals:\n<<<<<<< a\n  - password=MARKER\n=======\n  - password=x\n>>>>>>> b\n")),
        ("of a plugin", "resources: [../base]\ngenerators:\n- |-\n  apiVersion: builtin\n  kind: SecretGenerator\n  metadata: {name: db}\n  literals: [password=MARKER, password=MARKER]\n".to_owned()),
    ] {
        assert_silent(name, &alone(&text));
    }
    for (name, content) in [
        ("a key twice", "password=MARKER\npassword=MARKER-2\n"),
        ("a line without a key", "user=me\npassword MARKER\nMARKER\nMARKER\n"),
        ("base64 alone", "user=me\nENCODED\nENCODED\n"),
    ] {
        let files = [
            ("kustomization.yaml".to_owned(), format!("{generator}  envs: [db.properties]\n")),
            ("db.properties".to_owned(), content.to_owned()),
        ];
        assert_silent(name, &files);
    }
}

#[test]
fn patches_of_secrets() {
    let files = |patch: &str| {
        vec![
            ("kustomization.yaml".to_owned(), format!("resources: [../base, secret.yaml]\npatches:\n{patch}")),
            ("secret.yaml".to_owned(), format!("{SECRET}stringData: {{password: other-value}}\n")),
            (
                "patch.yaml".to_owned(),
                "- {op: add, path: /type, value: MARKER}\n- {op: add, path: /x/, value: }}\n".to_owned(),
            ),
            ("headless.yaml".to_owned(), "  path: /stringData/b\n  value: MARKER\n".to_owned()),
            ("twice.yaml".to_owned(), format!("{SECRET}stringData:\n  a: MARKER\n  a: MARKER-2\n")),
        ]
    };
    for (name, patch) in [
        (
            "without a slash differs",
            "- target: {kind: Secret}\n  patch: '[{op: add, path: stringData/a, value: MARKER}]'\n",
        ),
        ("to nowhere", "- target: {kind: Secret}\n  patch: '[{op: replace, path: /spec/a, value: MARKER}]'\n"),
        ("a broken file", "- target: {kind: Secret}\n  path: patch.yaml\n"),
        ("an operation without its start", "- target: {kind: Secret}\n  path: headless.yaml\n"),
        (
            "a value that fell out",
            "- target: {kind: Secret}\n  patch: |-\n    - op: replace\n      path: /stringData/a\nvalue: MARKER\n",
        ),
        (
            "a field that fell out",
            "- patch: |-\n    apiVersion: v1\n    kind: Secret\n    metadata: {name: db}\n    stringData:\na: MARKER\n",
        ),
        (
            "a field that fell out of the text",
            "- patch: |-\n    apiVersion: v1\n    kind: Secret\n    metadata: {name: db}\n    stringData:\n  a: MARKER\n",
        ),
        (
            "a value that fell out of the text",
            "- target: {kind: Secret}\n  patch: |-\n    - op: replace\n      path: /stringData/a\n  value: MARKER\n",
        ),
        ("a key twice", "- path: twice.yaml\n"),
        (
            "a key twice in place",
            "- patch: |-\n    apiVersion: v1\n    kind: Secret\n    metadata: {name: db}\n    stringData:\n      a: MARKER\n      a: MARKER\n",
        ),
        (
            "of nothing",
            "- patch: |-\n    apiVersion: v1\n    kind: Secret\n    metadata: {name: nobody}\n    stringData:\n      a: MARKER\n",
        ),
    ] {
        assert_silent(name, &files(patch));
    }
}

#[test]
fn what_is_not_secret_is_shown() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: text}\ndata:\n  level: debug\n  level: info\n";
    let outputs = assert_silent("a key twice", &beside("config.yaml", text));
    assert!(outputs[0].1.contains("level: info"), "{}", outputs[0].1);
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: b}\nspec:\n  replicas: [\n  imagePullSecrets: [{name: x}]\n";
    let outputs = assert_silent("no list", &beside("config.yaml", text));
    assert!(outputs[0].1.contains("replicas: ["), "{}", outputs[0].1);
}

#[test]
fn variables_that_a_pointer_puts_into_secrets() {
    let files = [
        ("kustomization.yaml".to_owned(), "resources: [../base, secret.yaml]\n".to_owned()),
        ("secret.yaml".to_owned(), format!("{SECRET}stringData: {{password: '${{pw}}'}}\n")),
        (
            "../../../clusters/production/api.yaml".to_owned(),
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: api, namespace: flux-system}\nspec:\n  \
             path: ./apps/api/production\n  sourceRef: {kind: GitRepository, name: flux-system}\n  postBuild: {substitute: {pw: MARKER}}\n"
                .to_owned(),
        ),
    ];
    assert_silent("a variable", &files);
}

#[test]
fn secrets_among_the_values_of_charts() {
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: db}\nspec:\n  source:\n    repoURL: \
                       https://example.com/r\n    helm:\n      parameters:\n      - {name: auth.existingSecret, value: shown-a}\n      - \
                       {name: db.password, value: MARKER}\n      values: |\n        auth:\n          existingSecret: shown-b\n          \
                       adminPassword: MARKER\n      valuesObject: {tls: {secretName: shown-c}, apiToken: MARKER}\n";
    let outputs = assert_silent("an Application that differs", &beside("app.yaml", application));
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: db}\nspec:\n  chart: {spec: {chart: \
                   db, version: 1.0.0}}\n  values:\n    auth: {passwordSecretRef: shown-d, password: MARKER}\n    env: [{name: \
                   DB_PASSWORD, value: MARKER}]\n    list:\n    - secretKey: MARKER\n";
    let outputs = [outputs, assert_silent("a HelmRelease that differs", &beside("release.yaml", release))].concat();
    let broken = format!("{release}  bad: [\n");
    assert_silent("a HelmRelease that cannot be read", &beside("release.yaml", &broken));
    // Of a text that holds YAML nothing is shown where policies would see it.
    for name in ["shown-a", "shown-c", "shown-d"] {
        assert!(outputs.iter().any(|(_, text)| text.contains(name)), "{name} is hidden");
    }
}

#[test]
fn parameters_that_sign_addresses() {
    for parameter in ["X-Amz-Signature", "X-Amz-Credential", "X-Goog-Signature", "sig", "api_key"] {
        let text = format!("resources: [../base, 'https://example.com/a.yaml?ref=v1&{parameter}=MARKER']\n");
        assert_silent(parameter, &alone(&text));
    }
}
