//! What is done to parts that cannot be seen, as far as a change makes it differ from what the environment below does to
//! them: which object is reached, and what comes of it, nobody can tell.

use std::collections::HashSet;

use super::place::At;
use super::unseen::at;
use crate::change::Rendered;
use crate::diff::ChangeKind;
use crate::kustomize::{Unseen, UnseenPart};
use crate::source::Files;

/// An entry of a kustomization that works on such parts, and on one side only.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(super) struct EditFact {
    /// On which side.
    kind_of: ChangeKind,
    /// The lower environment.
    lower: String,
    /// The higher environment.
    upper: String,
    /// The field of the kustomization.
    field: String,
    /// What the entry is for, where it says so.
    of: Option<String>,
    /// Whether the lower environment changes in the same way.
    together: bool,
    /// The entry, or the environment that has it no more.
    at: At,
}

/// An environment, before the change and with it.
pub(super) struct Sides<'r> {
    pub(super) before: &'r Rendered<'r>,
    pub(super) now: &'r Rendered<'r>,
}

/// What the change makes the upper environment do, or not do any more, in contrast to what the lower one does on the base
/// revision. One entry in the place of another is told once.
pub(super) fn edits(lower: &Sides<'_>, upper: &Sides<'_>, files: &Files) -> Vec<EditFact> {
    let (staged, before) = (contents(lower.before), contents(upper.before));
    let (coming, staged_names) = (contents(lower.now), names(lower.before));
    let (now_names, coming_names) = (names(upper.now), names(lower.now));
    let fact = |kind_of, part: &UnseenPart, together| EditFact {
        kind_of,
        lower: lower.now.environment.to_owned(),
        upper: upper.now.environment.to_owned(),
        field: part.name.clone(),
        of: part.of.clone(),
        together,
        at: at(upper.now.environment, part, Some(files)),
    };
    let gained = all(upper.now).filter(|part| !before.contains(&content(part)) && !staged.contains(&content(part)));
    let mut found: Vec<EditFact> =
        gained.map(|part| fact(ChangeKind::OnlyUpper, part, coming.contains(&content(part)))).collect();
    let replaced: HashSet<String> = found.iter().map(|fact| fact.field.clone()).collect();
    let lost = all(upper.before).filter(|part| {
        let (name, is_replaced) = (name(part), part.of.is_none() && replaced.contains(&part.name));
        !now_names.contains(&name) && staged_names.contains(&name) && !is_replaced
    });
    found.extend(lost.map(|part| fact(ChangeKind::OnlyLower, part, !coming_names.contains(&name(part)))));
    found
}

fn all<'r>(rendered: &Rendered<'r>) -> impl Iterator<Item = &'r UnseenPart> {
    rendered.unseen.iter().filter(|part| part.what == Unseen::Edits)
}

fn contents<'r>(rendered: &Rendered<'r>) -> HashSet<(&'r str, &'r str)> {
    all(rendered).map(content).collect()
}

fn names<'r>(rendered: &Rendered<'r>) -> HashSet<(&'r str, &'r str)> {
    all(rendered).map(name).collect()
}

fn content(part: &UnseenPart) -> (&str, &str) {
    (&part.name, &part.content)
}

/// What an entry is known by: what it is for or, where it does not say, all of it.
fn name(part: &UnseenPart) -> (&str, &str) {
    (&part.name, part.of.as_deref().unwrap_or(&part.content))
}
