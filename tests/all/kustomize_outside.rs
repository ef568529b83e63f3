//! `gate render` where neither a Git repository nor a configuration says where the root is: bases above count.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::process::{Command, Output};

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn render(here: &Path, target: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gate")).args(["render", target]).current_dir(here).output().unwrap()
}

#[test]
fn bases_above_the_directory_are_read_outside_of_git() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    write(root, "a/b/prod/kustomization.yaml", "resources: [../../base]\nnamePrefix: p-\n");
    write(root, "a/base/kustomization.yaml", "resources: [cm.yaml]\n");
    write(root, "a/base/cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    let expected = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: p-a\n";
    let places = [
        (root.join("a/b/prod"), ".".to_owned()),
        (root.join("a/b"), "prod".to_owned()),
        (std::env::temp_dir(), root.join("a/b/prod").display().to_string()),
    ];
    for (here, target) in places {
        let output = render(&here, &target);
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected, "{}", here.display());
    }
}

#[test]
fn nothing_above_a_git_repository_or_a_configuration_is_read() {
    for mark in [".git/HEAD", "gate.yaml"] {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        write(root, "base/kustomization.yaml", "namePrefix: p-\n");
        write(root, "repository/prod/kustomization.yaml", "resources: [../../base]\n");
        write(root, &format!("repository/{mark}"), "version: 1\n");
        let output = render(&root.join("repository/prod"), ".");
        assert!(!output.status.success(), "{mark}");
        assert!(output.stdout.is_empty());
    }
}
