//! A single value: text, and what it means.

use std::sync::Arc;

use super::dialect::Dialect;
use super::tag::Tag;

/// A single value: its text as written (quotes and escapes taken away) and what the text means.
/// Two are equal where text and meaning are.
#[derive(Debug, Clone)]
pub struct Scalar {
    /// The text.
    pub text: Arc<str>,
    /// What it means: `5` may be a number or, quoted, a string.
    pub tag: Tag,
    /// Whether it stands in quotes or as a block. kustomize keeps that when it puts another value here,
    /// which makes a string of it.
    pub quoted: bool,
    /// Whether it means what its text means, whatever text that comes to be.
    pub untagged: bool,
    /// What its text means to kustomize where quotes that stood there before make a string of it: another text that means
    /// something else does not fit.
    pub beneath: Option<Tag>,
    /// The values that are one with this one.
    pub tie: Tie,
}

/// Ties scalars of one object that kustomize holds as one and the same node: what is written to one of them is
/// written to all. A scalar that is put in the place of another is tied as that was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Tie(u32);

impl Tie {
    /// Tied to nothing.
    pub const NONE: Self = Self(0);

    /// Set in ties of scalars that were written to since all that are tied were last made the same.
    const WRITTEN: u32 = 1 << 31;

    /// The tie of this number, unique in the object.
    #[must_use]
    pub fn new(number: u32) -> Self {
        Self(number & !Self::WRITTEN)
    }

    /// The tie of a scalar that is put in the place of this one.
    #[must_use]
    pub fn written(self) -> Self {
        if self == Self::NONE { self } else { Self(self.0 | Self::WRITTEN) }
    }

    /// Whether the scalar was written to.
    #[must_use]
    pub fn is_written(self) -> bool {
        self.0 & Self::WRITTEN != 0
    }

    /// The same tie of a scalar that was not written to.
    #[must_use]
    pub fn settled(self) -> Self {
        Self(self.0 & !Self::WRITTEN)
    }
}

impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.tag == other.tag
    }
}

impl Eq for Scalar {}

impl std::hash::Hash for Scalar {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
        self.tag.hash(state);
    }
}

impl Scalar {
    /// A string.
    #[must_use]
    pub fn string(text: impl Into<Arc<str>>) -> Self {
        Self { text: text.into(), tag: Tag::Str, quoted: false, untagged: false, beneath: None, tie: Tie::NONE }
    }

    /// Text without quotes: it means what a manifest that holds it plain would mean.
    #[must_use]
    pub fn plain(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let tag = Tag::of_plain(&text, Dialect::Resource);
        Self { text, tag, quoted: false, untagged: false, beneath: None, tie: Tie::NONE }
    }

    /// Another text in the place of this one, as kustomize writes it: what was quoted stays a string,
    /// what was plain means what the new text means.
    #[must_use]
    pub fn with_text(&self, text: impl Into<Arc<str>>) -> Self {
        let new = if self.quoted { Self { quoted: true, ..Self::string(text) } } else { Self::plain(text) };
        Self { untagged: true, tie: self.tie.written(), ..new }
    }

    /// Another text in the place of this one that is to be of the same type.
    #[must_use]
    pub fn with_text_of_type(&self, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let unfit = self.beneath.filter(|tag| Tag::of_plain(&text, Dialect::Resource) != *tag);
        Self { tag: unfit.unwrap_or(self.tag), text, ..self.clone() }
    }

    /// Whether it is null by its type, and not only by what its text would be read as.
    #[must_use]
    pub fn is_typed_null(&self) -> bool {
        self.tag == Tag::Null && !self.untagged
    }

    /// The null value.
    #[must_use]
    pub fn null() -> Self {
        Self { text: "null".into(), tag: Tag::Null, quoted: false, untagged: false, beneath: None, tie: Tie::NONE }
    }
}
