//! Small changes that bring very much of one thing. Were any work to grow with the square of it, these would take from
//! minutes to hours, and policies would run out of time.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write;

use crate::support::{command, commit, git};
use serde_json::Value;

const OVERLAY: &str = "apps/api/overlays/production";

/// What is said of a change that writes a file, and how the run ends.
fn check(file: &str, content: &str) -> (i32, Value) {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    git(at, &["init", "--quiet", "--initial-branch=main"]);
    for environment in ["staging", "production"] {
        let overlay = format!("apps/api/overlays/{environment}");
        commit(at, &format!("{overlay}/kustomization.yaml"), "resources:\n- all.yaml\n");
        commit(at, &format!("{overlay}/all.yaml"), &config_map(0));
    }
    commit(at, file, content);
    let mut gate = command(env!("CARGO_BIN_EXE_gate"), at);
    let gate = gate.args(["check", "--base=HEAD^", "--head=HEAD", "--format=json", "--now=2026-11-23T10:00:00Z"]);
    let output = gate.output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let unjudged = report["findings"].as_array().unwrap().iter().filter(|finding| finding["policy"] == "policy-error");
    assert_eq!(unjudged.collect::<Vec<_>>(), Vec::<&Value>::new());
    (output.status.code().unwrap(), report)
}

/// How many findings a policy has.
fn count(report: &Value, policy: &str) -> usize {
    report["findings"].as_array().unwrap().iter().filter(|finding| finding["policy"] == policy).count()
}

/// A text for each number, one behind the other.
fn many(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut all, number| {
        write!(all, "{}", text(number)).unwrap();
        all
    })
}

fn config_map(number: usize) -> String {
    format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c{number}\ndata:\n  a: b\n")
}

fn deployment(number: usize) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d{number}\nspec:\n  selector:\n    matchLabels: \
         {{app: d{number}}}\n  template:\n    metadata:\n      labels: {{app: d{number}}}\n    spec:\n      containers:\n      \
         - name: app\n        image: example.com/team/d{number}:1\n        env:\n        - name: PASSWORD\n          \
         valueFrom:\n            secretKeyRef: {{name: s{number}, key: password}}\n"
    )
}

#[test]
fn waivers_above_a_line() {
    let waivers = "# gate: ignore[image-digest-pinned] the vendor ships tags, until 2026-12-31\n".repeat(2_000);
    let (code, _) = check(&format!("{OVERLAY}/all.yaml"), &format!("{waivers}{}", config_map(0)));
    assert_ne!(code, 2);
}

#[test]
fn keys_of_a_kustomization() {
    let keys = many(60_000, |number| format!("key{number}: x\n"));
    let twice = many(30_000, |number| format!("key{number}: x\nKEY{number}: x\n"));
    for keys in [keys, twice] {
        let (code, report) = check(&format!("{OVERLAY}/kustomization.yaml"), &format!("resources: [all.yaml]\n{keys}"));
        assert_eq!(code, 2);
        assert_eq!(count(&report, "render-error"), 1);
    }
}

#[test]
fn keys_of_a_secret() {
    let keys = many(50_000, |number| format!("  key{number}: value-{number}\n"));
    let secret = format!("apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData:\n{keys}");
    let (code, _) = check(&format!("{OVERLAY}/all.yaml"), &secret);
    assert_ne!(code, 2);
}

#[test]
fn workloads_with_findings() {
    let (code, report) = check(&format!("{OVERLAY}/all.yaml"), &many(300, deployment));
    assert_eq!(code, 1);
    assert_eq!(count(&report, "resource-limits-present"), 300);
    assert_eq!(count(&report, "image-digest-pinned"), 300);
}

#[test]
fn lines_of_codeowners() {
    let lines = many(100_000, |number| format!("/apps/svc-{number}/ @org/team\n"));
    let (code, report) =
        check("CODEOWNERS", &format!("/apps/*/overlays/production/ @org/team\n{lines}/CODEOWNERS @org/team\n"));
    assert_ne!(code, 2);
    assert_eq!(count(&report, "owners-cover-production"), 0);
}

/// What is said of a change of one file, where all of these are there before.
fn check_beside(files: &[(String, String)], file: &str, content: &str) -> Value {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    git(at, &["init", "--quiet", "--initial-branch=main"]);
    for (path, text) in files {
        let path = at.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    commit(at, "gate.yaml", "version: 1\n");
    commit(at, file, content);
    let mut gate = command(env!("CARGO_BIN_EXE_gate"), at);
    let gate = gate.args(["check", "--base=HEAD^", "--head=HEAD", "--format=json", "--now=2026-11-23T10:00:00Z"]);
    serde_json::from_slice(&gate.output().unwrap().stdout).unwrap()
}

fn kustomization(name: &str, path: &str, variable: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: '{name}', namespace: flux-system}}\nspec:\n  \
         path: {path}\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n  postBuild: {{substitute: {{n: {variable}}}}}\n"
    )
}

#[test]
fn pointers_that_render_one_another() {
    let mut files = vec![("clusters/production/first.yaml".to_owned(), kustomization("c0", "./c/0", "a"))];
    files.extend((0..100).map(|number| {
        let (name, path) = (format!("c{}", number + 1), format!("./c/{}", number + 1));
        (format!("c/{number}/next.yaml"), kustomization(&name, &path, "\"${n}\""))
    }));
    files.push(("c/100/all.yaml".to_owned(), config_map(0)));
    let report = check_beside(&files, "c/100/all.yaml", &deployment(0).replace("name: d0", "name: d${n}"));
    assert_eq!(count(&report, "image-digest-pinned"), 1, "{report}");
    assert_eq!(count(&report, "unjudged-change"), 0, "{report}");
}

#[test]
fn pointers_that_descend_from_one_another_without_end() {
    let files = [("clusters/production/loop.yaml".to_owned(), kustomization("loop", "./loop", "a"))];
    let report = check_beside(&files, "loop/next.yaml", &kustomization("a${n}", "./loop", "\"${n}x\""));
    assert_eq!(count(&report, "unjudged-change"), 0, "{report}");
}

#[test]
fn applications_of_one_directory() {
    let elements = many(400, |number| format!("{{a: x{number}}},"));
    let set = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: s, namespace: argocd}}\nspec:\n  goTemplate: true\n  \
         generators: [{{list: {{elements: [{elements}]}}}}]\n  template:\n    metadata: {{name: '{{{{.a}}}}'}}\n    spec: {{source: \
         {{repoURL: https://example.com/config, path: svc/x}}, destination: {{namespace: x}}}}\n"
    );
    let files = [("argocd/production/set.yaml".to_owned(), set), ("svc/x/all.yaml".to_owned(), config_map(0))];
    let report = check_beside(&files, "svc/x/all.yaml", &deployment(0));
    assert_ne!(count(&report, "image-digest-pinned"), 0, "{report}");
}
