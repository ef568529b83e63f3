//! The GitHub action's scripts, run as the runner runs them, on small real repositories.

#![expect(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::command;
use crate::support::repository::Repository;

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("action").join(name)
}

#[test]
fn no_expression_reaches_shell_text() {
    let action = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml")).unwrap();
    let action: serde_json::Value = serde_yaml::from_str(&action).unwrap();
    for step in action["runs"]["steps"].as_array().unwrap() {
        assert!(!step["run"].as_str().unwrap().contains("${{"), "{step}");
    }
}

/// What a step of the action leaves behind.
struct Step {
    code: i32,
    log: String,
    errors: String,
    summary: String,
    outputs: String,
}

/// Runs the step for an event, with further variables.
fn step(at: &Path, event: &str, payload: &Value, variables: &[(&str, &str)]) -> Step {
    let temp = tempfile::tempdir().unwrap();
    let file = |name: &str| temp.path().join(name);
    std::fs::write(file("event.json"), payload.to_string()).unwrap();
    let output = command("bash", at)
        .arg(script("run.sh"))
        .envs([("GATE_PATH", "."), ("GATE_BASE", ""), ("GATE_BINARY", env!("CARGO_BIN_EXE_gate"))])
        .envs([("CI", "true"), ("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", event), ("GITHUB_BASE_REF", "main")])
        .env("GITHUB_EVENT_PATH", file("event.json"))
        .env("RUNNER_TEMP", temp.path())
        .env("GITHUB_OUTPUT", file("output"))
        .env("GITHUB_STEP_SUMMARY", file("summary"))
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let read = |name: &str| std::fs::read_to_string(file(name)).unwrap_or_default();
    let report = read("output").lines().find_map(|line| line.strip_prefix("report=").map(str::to_owned));
    if let Some(report) = report {
        let json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(report).unwrap()).unwrap();
        assert_eq!(json["version"], 1);
    }
    Step {
        code: output.status.code().unwrap(),
        log: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
        summary: read("summary"),
        outputs: read("output"),
    }
}

#[test]
fn a_pull_request_is_judged_by_what_it_changes() {
    let repository = Repository::new();
    let clone = repository.checkout("pull", 2);
    let payload = json!({"pull_request": {"head": {"sha": repository.change}}});
    let step = step(clone.path(), "pull_request", &payload, &[]);
    assert_eq!(step.code, 1, "{}", step.log);
    let errors: Vec<&str> = step.log.lines().filter(|line| line.starts_with("::error file=")).collect();
    assert!(errors.iter().any(|line| line.contains("title=image-digest-pinned%3A worker in production")), "{errors:?}");
    let own = "::error file=apps/worker/overlays/production/kustomization.yaml,line=7,";
    assert!(errors.iter().any(|line| line.starts_with(own)), "{errors:?}");
    assert!(!step.log.contains("payments in production"), "what was there before does not count: {}", step.log);
    assert!(step.summary.starts_with("### gate: failed\n"), "{}", step.summary);
    assert!(step.summary.contains(&format!("new against {}", repository.main)), "{}", step.summary);
    let judged = format!("the commit `{}` is judged, not the working tree\n", repository.pull);
    assert!(step.errors.starts_with("note: compared with") && step.errors.ends_with(&judged), "{}", step.errors);
    assert!(step.outputs.starts_with("outcome=failed\nreport=/"), "{}", step.outputs);
}

#[test]
fn a_step_without_a_base_fails_and_says_why() {
    let repository = Repository::new();
    let clone = repository.checkout("pull", 2);
    let step = step(clone.path(), "release", &Value::Null, &[]);
    assert_eq!((step.code, step.outputs.as_str()), (2, "outcome=incomplete\n"));
    let error = "::error title=gate::error: the event `release` says nothing about what to compare with%0A  help: ";
    assert!(step.log.starts_with(error), "{}", step.log);
}

#[test]
fn the_base_that_is_given_counts() {
    let repository = Repository::new();
    let clone = repository.checkout("pull", 100);
    let all = step(clone.path(), "release", &Value::Null, &[("GATE_BASE", "none")]);
    assert!(all.code == 1 && all.log.contains("payments in production"), "{}", all.log);
    let one = step(clone.path(), "release", &Value::Null, &[("GATE_BASE", "none"), ("GATE_PATH", "apps/worker")]);
    assert!(one.code == 1 && !one.log.contains("payments in production"), "{}", one.log);
    let since = step(clone.path(), "release", &Value::Null, &[("GATE_BASE", &repository.start)]);
    assert!(since.code == 1 && !since.log.contains("payments in production"), "{}", since.log);
    // What looks like an option is a revision that does not exist.
    let odd = step(clone.path(), "release", &Value::Null, &[("GATE_BASE", "--head=x")]);
    assert_eq!(odd.code, 2, "{}", odd.log);
}
