//! `gate trace` as people run it, on the example repository and on one with a Secret.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::process::Command;

/// What `gate trace` prints to standard output or, where it fails, to standard error.
fn trace(directory: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gate"));
    let output = command.current_dir(directory).env_clear().arg("trace").args(arguments).output().unwrap();
    let text = if output.status.success() { output.stdout } else { output.stderr };
    String::from_utf8(text).unwrap()
}

fn shop() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/shop")
}

#[test]
fn the_chain_of_a_value_goes_down_to_the_base() {
    let image = "spec.template.spec.containers[name=payments].image";
    insta::assert_snapshot!(trace(&shop(), &["payments/production", "Deployment/payments", image]));
}

#[test]
fn what_was_taken_away_is_traced_to_who_did_it() {
    let memory = "spec.template.spec.containers[0].resources.limits.memory";
    insta::assert_snapshot!(trace(&shop(), &["payments/production", "deployment/payments", memory]));
}

#[test]
fn of_a_map_every_value_is_listed() {
    let resources = "spec.template.spec.containers[name=payments].resources";
    insta::assert_snapshot!(trace(&shop(), &["payments/production", "Deployment/payments", resources]));
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    insta::assert_snapshot!(trace(&shop(), &["payments/production", "Deployment/payments", "spec.template.spek"]), @"
    error: there is no `spek` in `spec.template`
      help: did you mean `spec`?
    ");
    insta::assert_snapshot!(trace(&shop(), &["payments/production", "Deployment/paymentz"]), @"
    error: nothing rendered here is called `Deployment/paymentz`
      help: did you mean `Deployment/payments`?
    ");
}

#[test]
fn values_of_secrets_are_not_shown() {
    let directory = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| std::fs::write(directory.path().join(file), text).unwrap();
    write("kustomization.yaml", "secretGenerator:\n  - name: db\n    literals: [password=correct-horse]\n");
    for format in ["human", "json"] {
        let out = trace(directory.path(), &[".", "Secret/db", "data.password", "--format", format]);
        assert!(out.contains("***") && out.contains("kustomization.yaml"), "{out}");
        assert!(!out.contains("horse") && !out.contains("Y29ycmVjdC1ob3JzZQ"), "{out}");
    }
}

#[test]
fn of_two_resources_of_one_name_none_is_taken_for_the_other() {
    let directory = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| std::fs::write(directory.path().join(file), text).unwrap();
    write("kustomization.yaml", "resources: [c.yaml]\n");
    let map = |namespace: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c, namespace: {namespace}}}\ndata: {{a: {namespace}}}\n"
        )
    };
    write("c.yaml", &format!("{}---\n{}", map("one"), map("two")));
    insta::assert_snapshot!(trace(directory.path(), &[".", "ConfigMap/c", "data.a"]), @"
    error: `ConfigMap/c` names several resources
      help: name one of these: `one/ConfigMap/c`, `two/ConfigMap/c`
    ");
    for namespace in ["one", "two"] {
        let out = trace(directory.path(), &[".", &format!("{namespace}/ConfigMap/c"), "data.a"]);
        assert!(out.contains(&format!("`{namespace}`")), "{out}");
    }
}
