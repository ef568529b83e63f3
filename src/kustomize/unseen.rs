//! Parts that cannot be seen here: what the network, Helm, a program or a run of CI would give. Where the caller takes
//! them, the rest is rendered, and each is named with all that is known of it. Who takes them is in [`super::parts`].

use super::address::Address;
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
    /// The repository of a chart, or what an entry is for, where that is named.
    pub of: Option<String>,
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
    /// An entry of a kustomization that works on parts of these. Its name is that of the field.
    Edits,
}

impl UnseenPart {
    /// Whether both stand for the same.
    #[must_use]
    pub fn is_alike(&self, other: &Self) -> bool {
        (self.what, &self.name, &self.of, &self.version, &self.content)
            == (other.what, &other.name, &other.of, &other.version, &other.content)
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
        let (name, version, content) = match what {
            Unseen::Remote => {
                let address = Address::new(problem.key_text());
                (address.name, address.version, fingerprint(&[address.query]))
            }
            _ => (problem.key_text().to_owned(), None, String::new()),
        };
        Some(Self { what, name, of: None, version, held: false, content, span: problem.span() })
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
            of: None,
            version: Some(version).filter(|version| !version.is_empty()),
            held: false,
            content: image.name.to_string(),
            span: written.into_iter().find(|text| !text.is_empty()).and_then(|text| text.span).or(image.span),
        }
    }

    /// What a generator adds to an object of a part of these.
    pub(super) fn generated(resource: &Resource) -> Self {
        let field = if &*resource.kind() == "Secret" { "secretGenerator" } else { "configMapGenerator" };
        Self {
            what: Unseen::Edits,
            name: field.to_owned(),
            of: Some(resource.id().to_string()),
            version: None,
            held: false,
            content: fingerprint(&[resource.node.to_json().to_string()]),
            span: resource.node.origin.span,
        }
    }
}
