//! Parts that cannot be seen here: what the network, Helm, a program or a run of CI would give. Where the caller takes
//! them, the rest is rendered, and each is named with all that is known of it. Who takes them is in [`super::parts`].

use super::kustomization::Image;
use super::resource::Resource;
use crate::source::{Problem, Reason, Span, fingerprint};

/// A part that cannot be seen here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnseenPart {
    /// What it is.
    pub what: Unseen,
    /// What names it, without its version: an address, a chart, a path.
    pub name: String,
    /// Its version, where it has one.
    pub version: Option<String>,
    /// Whether the repository holds what it is made of.
    pub held: bool,
    /// Tells it from one of that name and version that comes of other input.
    pub content: String,
    /// The text that brings it in.
    pub span: Option<Span>,
}

/// What a part is that cannot be seen here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unseen {
    /// Something at an address.
    Remote,
    /// What a source of Flux brings that is not this repository.
    Source,
    /// What Helm renders.
    Chart,
    /// What a program makes or changes.
    Program,
    /// A file that Git ignores: something makes it before the build.
    File,
    /// An entry of `images` that is for a part of these.
    Image,
    /// All that a kustomization does to parts of these.
    Edits,
}

impl UnseenPart {
    /// Whether both stand for the same.
    #[must_use]
    pub fn is_alike(&self, other: &Self) -> bool {
        (self.what, &self.name, &self.version, &self.content)
            == (other.what, &other.name, &other.version, &other.content)
    }

    /// The part for which something went wrong, where that is because it cannot be seen.
    pub(super) fn of(problem: &Problem) -> Option<Self> {
        let what = match problem.kind() {
            Reason::Remote => Unseen::Remote,
            Reason::Helm => Unseen::Chart,
            Reason::Plugin => Unseen::Program,
            Reason::Ignored => Unseen::File,
            _ => return None,
        };
        let (name, version) = match what {
            Unseen::Remote => versioned(problem.key_text()),
            _ => (problem.key_text().to_owned(), None),
        };
        Some(Self { what, name, version, held: false, content: String::new(), span: problem.span() })
    }

    /// What an entry of `images` asks for that is for a part of these.
    pub(super) fn image(image: &Image) -> Self {
        let name = if image.new_name.is_empty() { &image.name } else { &image.new_name };
        let tag = format!("{}{}", &*image.new_tag, &*image.tag_suffix);
        let version = if image.digest.is_empty() { tag } else { image.digest.to_string() };
        let written = [&image.digest, &image.new_tag, &image.new_name, &image.name];
        Self {
            what: Unseen::Image,
            name: name.to_string(),
            version: Some(version).filter(|version| !version.is_empty()),
            held: false,
            content: image.name.to_string(),
            span: written.into_iter().find(|text| !text.is_empty()).and_then(|text| text.span).or(image.span),
        }
    }

    /// What a generator adds to an object of a part of these.
    pub(super) fn generated(resource: &Resource) -> Self {
        Self {
            what: Unseen::Edits,
            name: resource.id().to_string(),
            version: None,
            held: false,
            content: fingerprint(&[resource.node.to_json().to_string()]),
            span: resource.node.origin.span,
        }
    }
}

/// An address without its version, and the version: that of the query, or the step of the path that is one.
fn versioned(address: &str) -> (String, Option<String>) {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let path = &without_user(path);
    let parameters = || query.split('&').filter(|parameter| !parameter.is_empty());
    let value = |name: &str| parameters().find_map(|one| one.strip_prefix(name)?.strip_prefix('='));
    if let Some(version) = value("ref").or_else(|| value("version")).filter(|version| !version.is_empty()) {
        return (path.to_owned(), Some(version.to_owned()));
    }
    let steps: Vec<&str> = path.split('/').collect();
    let Some(at) = steps.iter().skip(3).position(|step| is_version(step)).map(|at| at + 3) else {
        return (path.to_owned(), None);
    };
    let name: Vec<&str> = steps.iter().enumerate().map(|(index, step)| if index == at { "*" } else { step }).collect();
    (name.join("/"), steps.get(at).map(|step| (*step).to_owned()))
}

/// An address without who asks: a new token makes no other base.
fn without_user(path: &str) -> String {
    let parts = path.split_once("://").and_then(|(scheme, rest)| {
        let (authority, path) = rest.split_once('/')?;
        Some((scheme, authority.rsplit_once('@')?.1, path))
    });
    parts.map_or_else(|| path.to_owned(), |(scheme, host, path)| format!("{scheme}://{host}/{path}"))
}

/// Whether a step of a path is a version: `v1.2.3`, `2024.1`, or a whole commit.
fn is_version(step: &str) -> bool {
    let number = step.strip_prefix('v').unwrap_or(step);
    let is_numbered = number.starts_with(|first: char| first.is_ascii_digit())
        && number.split('.').nth(1).is_some_and(|minor| minor.starts_with(|first: char| first.is_ascii_digit()));
    let is_commit = step.len() == 40 && step.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_numbered || is_commit
}

#[cfg(test)]
mod tests {
    use super::versioned;

    #[test]
    fn an_address_is_divided_into_name_and_version() {
        for (address, name, version) in [
            ("https://github.com/o/r//d?ref=v1", "https://github.com/o/r//d", Some("v1")),
            ("https://u:t@github.com/o/r//d?timeout=9&version=v1", "https://github.com/o/r//d", Some("v1")),
            ("git@github.com:o/r.git//d?ref=main", "git@github.com:o/r.git//d", Some("main")),
            ("github.com/o/r//d", "github.com/o/r//d", None),
            (
                "https://h/o/r/releases/download/v1.2.3/install.yaml",
                "https://h/o/r/releases/download/*/install.yaml",
                Some("v1.2.3"),
            ),
            (
                "https://raw.h/o/r/0123456789012345678901234567890123456789/a.yaml",
                "https://raw.h/o/r/*/a.yaml",
                Some("0123456789012345678901234567890123456789"),
            ),
            ("https://h/o/r/main/a.yaml", "https://h/o/r/main/a.yaml", None),
            ("https://10.0.0.1/1.yaml", "https://10.0.0.1/1.yaml", None),
        ] {
            assert_eq!(versioned(address), (name.to_owned(), version.map(str::to_owned)), "{address}");
        }
    }
}
