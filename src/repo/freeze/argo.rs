//! Argo CD's sync windows: `spec.syncWindows` of `AppProject` manifests.
//!
//! They freeze as they would in Argo CD, in the environments that the import names, with these differences:
//!
//! - **Times** are those of this module's rules. Argo CD adds the present offset of the zone to UTC, so its
//!   windows shift by an hour when the clocks are changed while they hold, and leaves out both ends.
//! - **Mistakes** are errors. Argo CD takes UTC for a zone that it does not know, blocks every sync for a schedule
//!   that it cannot read, and ignores a window that selects nothing.
//! - **Selectors.** Only `applications` is known before a change is merged. Where it alone decides (no `namespaces`
//!   or `clusters`, or `andOperator`), its patterns are held against the usual names of an app; otherwise, and for
//!   patterns with more than `*` in them, the window counts for every app: better frozen too often. A window that
//!   fits no app is noted.
//! - **`manualSync`** is not looked at: it lets somebody press a button in Argo CD during the window, and a merge
//!   is not that. Who must merge in the window needs a waiver.
//! - **`syncOverrun`** is about syncs that run already, and not looked at either.

use jiff::tz::TimeZone;

use super::kind::FreezeKind;
use super::times::{Form, Length, Times};
use super::window::{Entry, FreezeWindow};
use super::{clock, schedule};
use crate::repo::pattern::Glob;
use crate::source::Problem;
use crate::yaml::{Decoded, Node, Scalar};

/// Whether a document is an `AppProject`.
pub(super) fn is_project(document: &Node) -> bool {
    let text = |key: &str| document.get(key).and_then(Node::text).unwrap_or_default();
    text("kind") == "AppProject" && text("apiVersion").starts_with("argoproj.io/")
}

/// The sync windows of an `AppProject`, if it has any.
pub(super) fn sync_windows(project: &Node) -> Option<&Node> {
    project.at(&["spec", "syncWindows"]).filter(|list| !list.is_null())
}

/// Reads the sync windows of an `AppProject`, which fit the schema.
pub(super) fn windows(project: &Node, list: &Node, entry: &Entry, problems: &mut Vec<Problem>) -> Vec<FreezeWindow> {
    let project = project.at(&["metadata", "name"]).and_then(Node::text).unwrap_or("AppProject");
    let items = list.as_seq().unwrap_or_default();
    items.iter().filter_map(|item| window(item, project, entry, problems)).collect()
}

fn window(item: &Node, project: &str, entry: &Entry, problems: &mut Vec<Problem>) -> Option<FreezeWindow> {
    let mut report = |problem: Problem| problems.push(problem);
    let text = |key: &str| item.get(key).and_then(Node::text).filter(|text| !text.is_empty());
    let zone = item.get("timeZone").filter(|zone| zone.text().is_some_and(|text| !text.is_empty()));
    let zone = zone.map(|zone| clock::zone(zone, ", and Argo CD takes UTC without a word"));
    let zone = zone.transpose().map_err(&mut report).ok();
    let starts = schedule::read_argo(item.get("schedule")?).map_err(&mut report).ok();
    let duration = clock::go_duration(item.get("duration")?).map_err(&mut report).ok();
    let only = selected(item).map_err(&mut report).ok();
    let kind = FreezeKind::from_word(text("kind")?)?;
    let times = Times {
        zone: zone?.unwrap_or(TimeZone::UTC),
        kind,
        form: Form::Again { starts: starts?, length: Length::For(duration?) },
    };
    let usual = || format!("{project} {} {}", kind.word(), text("schedule").unwrap_or_default());
    let window = entry.window(text("description").map(str::to_owned), usual, item.origin.span, times);
    Some(FreezeWindow { only: only?, ..window })
}

/// The patterns of applications that a window is for; empty where it may be for any.
fn selected(item: &Node) -> Result<Vec<Glob>, Problem> {
    let list = |key: &str| item.get(key).and_then(Node::as_seq).unwrap_or_default();
    let applications: Vec<&str> = list("applications").iter().filter_map(Node::text).collect();
    let others = !list("namespaces").is_empty() || !list("clusters").is_empty();
    let every = item.get("andOperator").and_then(Node::as_scalar).map(Scalar::decode);
    let every = matches!(every, Some(Decoded::Bool(true)));
    if applications.is_empty() && !others {
        return Err(Problem::new("this window selects no application, so Argo CD ignores it")
            .at(item.get("kind").map_or(item.origin.span, |kind| kind.origin.span))
            .hint("add `applications: [\"*\"]` to it, or take it away"));
    }
    let known = |pattern: &&str| !pattern.contains(['?', '[', '{', '\\', '!', '/']) && *pattern != "*";
    if (others && !every) || !applications.iter().all(known) {
        return Ok(Vec::new());
    }
    Ok(applications.into_iter().map(Glob::new).collect())
}
