//! What is judged of the repository as a whole: which files a change touches, what those are to the gate itself,
//! and who owns what.

use std::collections::BTreeSet;

use super::app::{Judged, failure};
use super::finding::{Finding, Status};
use super::fingerprint;
use super::locate::Locator;
use super::mask::Masks;
use super::setting::{Base, Setting};
use crate::policy::{Data, Verdict};
use crate::repo::{Layout, Overlay};
use crate::source::{ChangeKind, RepoPath, Revision};

/// Where the workflows are that may run the gate.
const WORKFLOWS: [&str; 3] = [".github", ".gitlab-ci.yml", ".gitlab"];

/// Asks the policies about the repository.
pub(super) fn judge(setting: &Setting<'_>) -> Judged {
    let mut judged = Judged::default();
    let masks = Masks::default();
    let locator = Locator { renders: &[], revision: setting.request.head, masks: &masks };
    let known: BTreeSet<String> = match &setting.base {
        Some(_) => {
            setting.policies.judge_repository(&document(setting, true)).verdicts.iter().map(fingerprint).collect()
        }
        None => BTreeSet::new(),
    };
    let answer = setting.policies.judge_repository(&document(setting, false));
    judged.findings.extend(answer.verdicts.into_iter().map(|verdict| finding(verdict, &locator, &known)));
    for problem in answer.errors {
        judged.incomplete = true;
        judged.findings.push(failure("policy-error", setting.request.head.files(), &problem, &masks));
    }
    judged
}

fn app(verdict: &Verdict) -> Option<&str> {
    verdict.at.get("app").and_then(serde_json::Value::as_str)
}

fn fingerprint(verdict: &Verdict) -> String {
    fingerprint::of_failure(&verdict.policy, app(verdict), &verdict.message)
}

fn finding(verdict: Verdict, locator: &Locator<'_>, known: &BTreeSet<String>) -> Finding {
    let located = locator.locate(&verdict.at);
    let fingerprint = fingerprint(&verdict);
    Finding {
        status: if known.contains(&fingerprint) { Status::Known } else { Status::New },
        fingerprint,
        app: app(&verdict).map(str::to_owned),
        message: verdict.message,
        help: verdict.help,
        policy: verdict.policy,
        severity: verdict.severity,
        environment: located.environment,
        resource: None,
        field: None,
        digest: None,
        place: located.place,
        related: located.related,
    }
}

/// The document that policies get, as `schemas/input.schema.json` describes it under `repository_input`. With
/// `before`, it is the one that the base revision would have got: its files, and no change.
pub(super) fn document(setting: &Setting<'_>, before: bool) -> Data {
    let base = setting.base.as_ref();
    let layout = base.filter(|_| before).map_or(&setting.layout, |base| &base.layout);
    let overlays = layout.apps.iter().flat_map(|app| app.overlays.iter().map(move |overlay| (app, overlay)));
    let overlays = overlays.map(|(app, overlay)| {
        let mut entries = overlay_entries(layout, &app.name, overlay);
        entries.extend(setting.ownership.of_overlay(&overlay.directory, before));
        Data::object(entries)
    });
    let change = base.filter(|_| !before);
    let removed = change.into_iter().flat_map(|base| {
        let removed = base.change.removed.iter();
        removed.map(|(app, overlay)| Data::object(overlay_entries(&base.layout, app, overlay)))
    });
    let strays = change.into_iter().flat_map(|base| &base.change.strays);
    let rules = setting.rules();
    let gate = Data::object([
        ("config", Data::from(setting.request.config.as_str())),
        ("adopted", Data::from(setting.is_first_adoption() && !before)),
        ("rules", Data::array(rules.iter().map(|path| Data::from(path.as_str())))),
    ]);
    Data::object([
        ("now", Data::from(setting.request.now.to_string())),
        ("change", change.map_or_else(Data::null, |base| change_of(setting, base))),
        ("gate", gate),
        ("overlays", Data::array(overlays)),
        ("removed", Data::array(removed)),
        ("strays", Data::array(strays.map(|path| Data::from(path.as_str())))),
        ("owners", setting.ownership.fact(before)),
    ])
}

fn overlay_entries(layout: &Layout, app: &str, overlay: &Overlay) -> Vec<(&'static str, Data)> {
    let environment = layout.environments.find(&overlay.environment);
    vec![
        ("app", Data::from(app)),
        ("environment", Data::from(overlay.environment.as_str())),
        ("cluster", overlay.cluster.as_deref().map_or_else(Data::null, Data::from)),
        ("path", Data::from(overlay.directory.as_str())),
        ("protected", Data::from(environment.is_some_and(|environment| environment.protected))),
    ]
}

fn change_of(setting: &Setting<'_>, base: &Base<'_>) -> Data {
    let files = base.change.files.iter().map(|file| {
        let runs = |revision| runs_gate(revision, &file.path);
        Data::object([
            ("path", Data::from(file.path.as_str())),
            ("kind", Data::from(kind(file.kind))),
            ("runs_gate", Data::from(runs(base.revision) || runs(setting.request.head))),
            ("stops_gate", Data::from(runs(base.revision) && !runs(setting.request.head))),
        ])
    });
    Data::object([("base", Data::from(base.name.as_str())), ("head", Data::null()), ("files", Data::array(files))])
}

fn kind(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Modified => "modified",
    }
}

/// Whether a file is of a workflow that speaks of the gate.
fn runs_gate(revision: &Revision, path: &RepoPath) -> bool {
    path.components().next().is_some_and(|first| WORKFLOWS.contains(&first))
        && revision.read(path).is_ok_and(|(_, file)| file.text().is_some_and(speaks_of_gate))
}

fn speaks_of_gate(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == "gate")
}
