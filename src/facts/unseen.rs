//! What is known of the parts of a render that cannot be seen: their versions, the images that are set in them, and where
//! they are brought in.

use super::images::Image;
use super::place::{At, Text};
use super::versions::{Version, What};
use crate::kustomize::{ResourceName, Unseen, UnseenPart};
use crate::source::{Files, is_yaml_or_json};
use crate::yaml::Path;

/// A part of a render that cannot be seen.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(super) struct UnseenFact {
    /// What it is.
    what: &'static str,
    /// What names it, without its version.
    name: String,
    /// The repository of a chart, where one is named.
    source: Option<String>,
    /// Its version, where it has one.
    version: Option<String>,
    /// Whether the repository holds what it is made of.
    held: bool,
    /// The text that brings it in.
    at: At,
}

/// The parts, in the order in which they were met. What is done to others is told of these.
pub(super) fn unseen(environment: &str, parts: &[UnseenPart], files: Option<&Files>) -> Vec<UnseenFact> {
    let known = |part: &UnseenPart| {
        let (name, source, version) = (part.name.clone(), part.of.clone(), part.version.clone());
        let at = at(environment, part, files);
        Some(UnseenFact { what: word(part.what)?, name, source, version, held: part.held, at })
    };
    parts.iter().filter_map(known).collect()
}

/// The versions of the parts. Without the store of files, the places of none are told.
#[must_use]
pub fn versions(environment: &str, parts: &[UnseenPart], files: Option<&Files>) -> Vec<Version> {
    let version = |part: &UnseenPart| {
        let is_file = || is_yaml_or_json(&part.name);
        let what = match part.what {
            Unseen::Remote if is_file() => What::RemoteFile,
            Unseen::Remote => What::GitRef,
            Unseen::Chart => What::Chart,
            Unseen::Source | Unseen::Program | Unseen::File | Unseen::Image | Unseen::Edits => return None,
        };
        let (name, source, version) = (part.name.clone(), part.of.clone(), part.version.clone());
        Some(Version { what, name, source, version, at: at(environment, part, files) })
    };
    parts.iter().filter_map(version).collect()
}

/// The images that are set in the parts; places as in [`versions`].
#[must_use]
pub fn images(environment: &str, parts: &[UnseenPart], files: Option<&Files>) -> Vec<Image> {
    let images = parts.iter().filter(|part| part.what == Unseen::Image);
    images.map(|part| Image::set(part, at(environment, part, files))).collect()
}

/// The part that may make what nothing that is seen makes.
pub(super) fn producer(parts: &[UnseenPart]) -> Option<String> {
    let part = parts.iter().find(|part| word(part.what).is_some())?;
    Some(part.name.clone())
}

fn word(what: Unseen) -> Option<&'static str> {
    Some(match what {
        Unseen::Remote => "remote",
        Unseen::Source => "source",
        Unseen::Chart => "chart",
        Unseen::Program => "program",
        Unseen::File => "file",
        Unseen::Image | Unseen::Edits => return None,
    })
}

pub(super) fn at(environment: &str, part: &UnseenPart, files: Option<&Files>) -> At {
    At {
        environment: environment.to_owned(),
        resource: ResourceName { kind: "Kustomization".to_owned(), namespace: None, name: part.name.clone() },
        path: Path::default(),
        lower: None,
        text: files.zip(part.span).map(|(files, span)| Text::new(files, span)),
    }
}
