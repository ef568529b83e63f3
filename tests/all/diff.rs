//! `gate diff` as users run it.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use crate::support::{command, commit, git};

/// Exit code and both outputs of `gate diff` in a directory.
fn diff(directory: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut gate = command(env!("CARGO_BIN_EXE_gate"), directory);
    let output = gate.arg("diff").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn shop() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/shop"))
}

#[test]
fn neighbouring_environments_are_compared() {
    let (code, out, err) = diff(shop(), &["worker", "storefront"]);
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(out);
}

#[test]
fn programs_get_values_and_places() {
    let (code, out, _) = diff(shop(), &["worker", "--from=dev", "--to=staging", "--format=json"]);
    assert_eq!(code, 0);
    let comparisons: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(comparisons[0]["from"], "dev");
    let changes = comparisons[0]["changes"].as_array().unwrap();
    let grace = changes.iter().find(|change| change["path"][3] == "terminationGracePeriodSeconds").unwrap();
    insta::assert_json_snapshot!(grace);
}

#[test]
fn of_what_cannot_be_rendered_nobody_says_that_it_is_alike() {
    let directory = tempfile::tempdir().unwrap();
    for (environment, text) in [("staging", "nameSuffix: x\n"), ("production", "resources: [nothing.yaml]\n")] {
        let overlay = directory.path().join("api").join(environment);
        std::fs::create_dir_all(&overlay).unwrap();
        std::fs::write(overlay.join("kustomization.yaml"), text).unwrap();
    }
    for format in ["human", "json"] {
        let (code, out, err) = diff(directory.path(), &["--format", format]);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
    }
}

#[test]
fn names_that_do_not_exist_are_errors() {
    let nothing = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(diff(nothing.path(), &["payments"]).2, @"
    error: there is no app `payments`
      help: there is none here: run it where the repository is, or list `apps` in gate.yaml
    ");
    insta::assert_snapshot!(diff(shop(), &["paymens"]).2, @"
    error: there is no app `paymens`
      help: did you mean `payments`?
    ");
    insta::assert_snapshot!(diff(shop(), &["--to=prodution"]).2, @"
    error: there is no environment `prodution`
      help: did you mean `production`?
    ");
    assert_eq!(diff(shop(), &["--from=dev", "--base=HEAD"]).0, 2);
}

#[test]
fn revisions_are_compared_without_showing_a_secret() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    git(at, &["init", "--quiet", "--initial-branch=main"]);
    // The configuration lies deeper than the repository, as in a repository of many.
    commit(at, "deploy/gate.yaml", "environments: [staging, production]\n");
    let kustomization = |password: &str| {
        let literals = format!("  literals: [password={password}, user=admin]\n");
        format!("secretGenerator:\n- name: db\n{literals}resources: [replicas.yaml]\n")
    };
    let workload = |replicas: u32| {
        format!("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  replicas: {replicas}\n")
    };
    for environment in ["staging", "production"] {
        commit(at, &format!("deploy/api/{environment}/kustomization.yaml"), &kustomization("correct-horse"));
        commit(at, &format!("deploy/api/{environment}/replicas.yaml"), &workload(2));
    }
    commit(at, "deploy/api/production/kustomization.yaml", &kustomization("battery-staple"));
    commit(at, "deploy/api/production/replicas.yaml", &workload(3));
    std::fs::remove_dir_all(at.join("deploy/api/staging")).unwrap();

    let (code, out, err) = diff(&at.join("deploy"), &["--base=HEAD~2"]);
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(out);
    let (_, json, _) = diff(&at.join("deploy"), &["--base=HEAD~2", "--head=HEAD", "--format=json"]);
    for secret in ["correct-horse", "battery-staple", "Y29ycmVjdC1ob3JzZQ==", "YmF0dGVyeS1zdGFwbGU="] {
        assert!(!out.contains(secret) && !json.contains(secret), "{secret}");
    }
    insta::assert_snapshot!(diff(at, &["--base=no-such-branch"]).2, @"
    error: `no-such-branch` names no commit that is here
      help: run `git fetch origin no-such-branch`, and check the spelling
    ");
}
