//! The README shows what the program prints.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::process::Command;

#[test]
fn the_example_is_what_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let (_, block) = readme.split_once("```console\n$ gate check testdata/shop\n").unwrap();
    let (shown, _) = block.split_once("```\n").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_gate"))
        .current_dir(root)
        .env_clear()
        .args(["check", "testdata/shop", "--now=2026-11-23T10:00:00Z"])
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    // `GATE_UPDATE=1 cargo test` writes what is printed into the README.
    if std::env::var_os("GATE_UPDATE").is_some() {
        let (before, after) = (readme.len() - block.len(), block.len() - shown.len());
        let updated = [&readme[..before], &printed, &block[block.len() - after..]].concat();
        std::fs::write(root.join("README.md"), updated).unwrap();
        return;
    }
    assert!(shown == printed, "run `GATE_UPDATE=1 cargo test --test all readme::` and look at the change");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_example_does_not_depend_on_the_day() {
    let print = |now: &str| {
        let mut gate = Command::new(env!("CARGO_BIN_EXE_gate"));
        gate.current_dir(env!("CARGO_MANIFEST_DIR")).env_clear().args(["check", "testdata/shop", "--now", now]);
        String::from_utf8(gate.output().unwrap().stdout).unwrap()
    };
    let monday = print("2026-11-23T10:00:00Z");
    for other in ["2026-11-28T10:00:00Z", "2026-12-25T10:00:00Z", "2040-02-29T00:00:00Z", "2099-12-31T23:59:59Z"] {
        assert!(monday == print(other), "{other}");
    }
}

#[test]
fn the_policy_finds_what_it_says() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (_, block) = readme.split_once("```rego\n").unwrap();
    let (policy, _) = block.split_once("```\n").unwrap();
    let directory = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| {
        let path = directory.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("gate.yaml", "policies: {paths: [policy]}\n");
    write("policy/team.rego", policy);
    let workload = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\n  labels: {app: api}\n";
    for environment in ["staging", "production"] {
        write(&format!("api/{environment}/kustomization.yaml"), "resources: [api.yaml]\n");
        write(&format!("api/{environment}/api.yaml"), workload);
    }
    let mut gate = Command::new(env!("CARGO_BIN_EXE_gate"));
    let output = gate.env_clear().arg("check").arg(directory.path()).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{printed}");
    assert!(printed.contains("warning[team-label] api in production, Deployment/api"), "{printed}");
    assert!(printed.contains("api/production/api.yaml:5:3]"), "{printed}");
}

#[test]
fn every_command_is_in_the_table() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let help = Command::new(env!("CARGO_BIN_EXE_gate")).env_clear().arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names: Vec<&str> = commands.filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).collect();
    assert!(names.len() > 4);
    for name in names.into_iter().filter(|name| !name.is_empty() && *name != "help") {
        assert!(readme.contains(&format!("| `gate {name}")), "{name}");
    }
}
