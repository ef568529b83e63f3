//! What is judged of a change as a whole: which files it touches, and what those are to the gate itself.

use super::app::{Judged, failure};
use super::finding::{Finding, Status};
use super::fingerprint;
use super::locate::Locator;
use super::mask::Masks;
use super::setting::{Base, Setting};
use crate::policy::{Data, Verdict};
use crate::source::{ChangeKind, FileChange, RepoPath};

/// Where the workflows are that may run the gate.
const WORKFLOWS: [&str; 3] = [".github", ".gitlab-ci.yml", ".gitlab"];

/// Asks the policies about the change; nothing without a base revision.
pub(super) fn judge(setting: &Setting<'_>) -> Judged {
    let mut judged = Judged::default();
    let Some(base) = &setting.base else { return judged };
    let answer = setting.policies.judge_change(&document(setting, base));
    let masks = Masks::default();
    let locator = Locator { renders: &[], revision: setting.request.head, masks: &masks };
    let findings = answer.verdicts.into_iter().map(|verdict| finding(verdict, &locator));
    judged.findings.extend(findings);
    for problem in answer.errors {
        judged.incomplete = true;
        judged.findings.push(failure("policy-error", setting.request.head.files(), &problem, &masks));
    }
    judged
}

fn finding(verdict: Verdict, locator: &Locator<'_>) -> Finding {
    let located = locator.locate(&verdict.at);
    Finding {
        fingerprint: fingerprint::of_failure(&verdict.policy, None, &verdict.message),
        message: verdict.message,
        help: verdict.help,
        policy: verdict.policy,
        severity: verdict.severity,
        status: Status::New,
        app: None,
        environment: located.environment,
        resource: None,
        field: None,
        place: located.place,
        related: located.related,
    }
}

/// The document that policies get, as `schemas/input.schema.json` describes it under `change_input`.
fn document(setting: &Setting<'_>, base: &Base<'_>) -> Data {
    let files = base.change.files.iter().map(|file| {
        Data::object([
            ("path", Data::from(file.path.as_str())),
            ("kind", Data::from(kind(file.kind))),
            ("runs_gate", Data::from(runs_gate(setting, base, file))),
        ])
    });
    let removed = base.change.removed.iter().map(|(app, overlay)| {
        let environment = base.layout.environments.find(&overlay.environment);
        Data::object([
            ("app", Data::from(app.as_str())),
            ("environment", Data::from(overlay.environment.as_str())),
            ("cluster", overlay.cluster.as_deref().map_or_else(Data::null, Data::from)),
            ("path", Data::from(overlay.directory.as_str())),
            ("protected", Data::from(environment.is_some_and(|environment| environment.protected))),
        ])
    });
    let rules = setting.rules();
    let gate = Data::object([
        ("config", Data::from(setting.request.config.as_str())),
        ("adopted", Data::from(setting.is_first_adoption())),
        ("rules", Data::array(rules.iter().map(|path| Data::from(path.as_str())))),
    ]);
    Data::object([
        ("now", Data::from(setting.request.now.to_string())),
        (
            "change",
            Data::object([
                ("base", Data::from(base.name.as_str())),
                ("head", Data::null()),
                ("files", Data::array(files)),
            ]),
        ),
        ("gate", gate),
        ("removed", Data::array(removed)),
    ])
}

fn kind(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Modified => "modified",
    }
}

/// Whether a file is of a workflow that speaks of the gate, in either revision.
fn runs_gate(setting: &Setting<'_>, base: &Base<'_>, file: &FileChange) -> bool {
    let of_workflows = |path: &RepoPath| path.components().next().is_some_and(|first| WORKFLOWS.contains(&first));
    of_workflows(&file.path)
        && [setting.request.head, base.revision].into_iter().any(|revision| {
            let read = revision.read(&file.path).ok();
            read.is_some_and(|(_, file)| file.text().is_some_and(speaks_of_gate))
        })
}

fn speaks_of_gate(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == "gate")
}
