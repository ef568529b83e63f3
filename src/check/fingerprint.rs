//! Names for findings that stay the same when lines move: what is said about what, not where it is written.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::Place;
use super::facts::Rendered;
use super::locate::Located;
use crate::diff::without_hash;
use crate::policy::Verdict;
use crate::repo::App;

/// The name of what a policy says of `renders`. Another value, hence another message, is another finding; another
/// hash in the name of a generated object is not. What is said of no resource is told apart by the lines that it is
/// said of.
pub(super) fn of(app: &App, verdict: &Verdict, located: &Located, renders: &[Rendered<'_>]) -> String {
    let resource = located.resource.as_ref();
    hash(&[
        &verdict.policy,
        &app.name,
        located.environment.as_deref().unwrap_or_default(),
        resource.map_or("", |resource| &resource.kind),
        resource.and_then(|resource| resource.namespace.as_deref()).unwrap_or_default(),
        &resource.map(|resource| without_hashes(&resource.name, renders)).unwrap_or_default(),
        located.field.as_deref().unwrap_or_default(),
        &without_hashes(&verdict.message, renders),
        &located.place.as_ref().filter(|_| resource.is_none()).map(lines).unwrap_or_default(),
    ])
}

/// A text in which generated objects are called by the names that they have before their content is hashed.
fn without_hashes(text: &str, renders: &[Rendered<'_>]) -> String {
    let manifests = renders.iter().flat_map(|rendered| rendered.resources);
    manifests.fold(text.to_owned(), |text, manifest| match without_hash(manifest) {
        Cow::Owned(stem) if text.contains(manifest.name()) => text.replace(manifest.name(), &stem),
        _ => text,
    })
}

/// The lines of a place as far as they may be seen, without their indentation.
fn lines(place: &Place) -> String {
    let numbered = (place.excerpt.first..).zip(&place.excerpt.lines);
    let covered = numbered.filter(|(number, _)| (place.location.line..=place.location.end_line).contains(number));
    covered.map(|(_, line)| line.trim()).collect::<Vec<_>>().join("\n")
}

/// The name of something that could not be rendered or judged.
pub(super) fn of_failure(policy: &str, app: Option<&str>, message: &str) -> String {
    hash(&[policy, app.unwrap_or_default(), message])
}

fn hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
