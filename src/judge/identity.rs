//! The identity of findings: what is said about what, whatever the words and lines are.
//!
//! A finding is about an app, an environment and cluster, a resource and a field of it. Beyond that its policy may name
//! what tells it from others there by `key`; without one its words do.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::change::Rendered;
use crate::diff::without_hash;
use crate::finding::{Located, Place};
use crate::policy::Verdict;
use crate::source::fingerprint;

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Subject([String; 8]);

impl Subject {
    /// The name of a finding about this: it stays the same when lines move. With keys, words do not count.
    pub(super) fn fingerprint(&self, told: &[&str]) -> String {
        let parts: Vec<&str> = self.0.iter().map(String::as_str).chain(told.iter().copied()).collect();
        fingerprint(&parts)
    }
}

/// The names that generated objects of some renders have, and those that they have before their content is hashed.
pub(super) struct Generated<'a>(HashMap<&'a str, Cow<'a, str>>);

impl<'a> Generated<'a> {
    pub(super) fn new(renders: &[Rendered<'a>]) -> Self {
        let manifests = renders.iter().flat_map(|rendered| rendered.resources);
        let stems = manifests.map(|manifest| (manifest.name(), without_hash(manifest)));
        Self(stems.filter(|(_, stem)| matches!(stem, Cow::Owned(_))).collect())
    }

    /// A text in which generated objects are called by the names that they have before their content is hashed.
    pub(super) fn without_hashes<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.0.is_empty() {
            return Cow::Borrowed(text);
        }
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        let (mut out, mut rest) = (String::new(), text);
        while !rest.is_empty() {
            let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            out.push_str(self.0.get(word).map_or(word, |stem| stem));
            let other = after.find(is_name).unwrap_or(after.len());
            out.push_str(after.get(..other).unwrap_or_default());
            rest = after.get(other..).unwrap_or_default();
        }
        Cow::Owned(out)
    }
}

/// What a verdict about `app` is about. What is said of no resource is told apart by the lines that it is said of; with
/// keys these tell it apart, wherever in the resource it is.
pub(super) fn subject(app: &str, verdict: &Verdict, located: &Located, generated: &Generated<'_>) -> Subject {
    let resource = located.resource.as_ref();
    let keyed = !verdict.keys.is_empty();
    let field = located.field.as_deref().filter(|_| !keyed);
    let place = located.place.as_ref().filter(|_| resource.is_none() && !keyed);
    Subject([
        verdict.policy.clone(),
        app.to_owned(),
        located.environment.clone().unwrap_or_default(),
        located.cluster.clone().unwrap_or_default(),
        resource.map(|resource| resource.kind.clone()).unwrap_or_default(),
        resource.and_then(|resource| resource.namespace.clone()).unwrap_or_default(),
        resource.map(|resource| generated.without_hashes(&resource.name).into_owned()).unwrap_or_default(),
        field.map(str::to_owned).or_else(|| place.map(lines)).unwrap_or_default(),
    ])
}

/// The lines of a place as far as they may be seen, without their indentation.
fn lines(place: &Place) -> String {
    let numbered = (place.excerpt.first..).zip(&place.excerpt.lines);
    let covered = numbered.filter(|(number, _)| (place.location.line..=place.location.end_line).contains(number));
    covered.map(|(_, line)| line.trim()).collect::<Vec<_>>().join("\n")
}

/// The name of something that could not be rendered or judged.
#[must_use]
pub fn of_failure(policy: &str, app: Option<&str>, message: &str) -> String {
    fingerprint(&[policy, app.unwrap_or_default(), message])
}
