//! Where a value came from, and what it replaced on the way.

use std::sync::Arc;

use super::scalar::Scalar;
use crate::source::Span;

/// What kind of text set a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Cause {
    /// A manifest, as written.
    #[default]
    Manifest,
    /// A strategic merge patch.
    Patch,
    /// An operation of a JSON 6902 patch.
    JsonPatch,
    /// An entry of `images`.
    Images,
    /// An entry of `replicas`.
    Replicas,
    /// The `namespace` field.
    Namespace,
    /// The `namePrefix` field.
    NamePrefix,
    /// The `nameSuffix` field.
    NameSuffix,
    /// An entry of `labels` or `commonLabels`.
    Labels,
    /// An entry of `commonAnnotations`.
    Annotations,
    /// A ConfigMap or Secret generator: a literal, a line of an env file, a file.
    Generator,
    /// The hash that a generator appends to a name.
    Hash,
    /// A name that follows the object it refers to.
    Reference,
    /// An entry of `replacements`.
    Replacement,
    /// An entry of `vars`.
    Var,
    /// `buildMetadata`.
    BuildMetadata,
    /// A variable that a controller replaces after the build.
    Variable,
    /// A plugin of `transformers` or `generators` without a closer name.
    Plugin,
}

impl Cause {
    /// The word for it in reports, after the field of the kustomization where there is one.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::Patch => "patch",
            Self::JsonPatch => "JSON patch",
            Self::Images => "images",
            Self::Replicas => "replicas",
            Self::Namespace => "namespace",
            Self::NamePrefix => "namePrefix",
            Self::NameSuffix => "nameSuffix",
            Self::Labels => "labels",
            Self::Annotations => "annotations",
            Self::Generator => "generator",
            Self::Hash => "hash suffix",
            Self::Reference => "name reference",
            Self::Replacement => "replacements",
            Self::Var => "vars",
            Self::BuildMetadata => "buildMetadata",
            Self::Variable => "variable",
            Self::Plugin => "plugin",
        }
    }
}

/// Where a value came from. The span is the text that set it: changing that text changes the value.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The text that set the value; `None` only for values that no text set.
    pub span: Option<Span>,
    /// What kind of text it is.
    pub cause: Cause,
    /// What the value replaced, newest first.
    pub over: Option<Arc<Overridden>>,
    /// Whether it is a map or list that is written in brackets.
    pub in_brackets: bool,
}

/// A value that was replaced: one link of an origin's chain.
#[derive(Debug, Clone)]
pub struct Overridden {
    /// The scalar that stood there; `None` for a map or a list, and where nothing stood.
    pub value: Option<Scalar>,
    /// Where that came from, and so on.
    pub origin: Origin,
}

/// Most links of a chain, newest first: a value that replaced itself again and again keeps no more.
const LONGEST_CHAIN: usize = 100;

impl Overridden {
    /// This link with at most `most` older ones.
    fn shortened(self, most: usize) -> Self {
        if self.origin.chain().nth(most).is_none() {
            return self;
        }
        let over = match (self.origin.over, most.checked_sub(1)) {
            (Some(link), Some(most)) => Some(Arc::new(Arc::unwrap_or_clone(link).shortened(most))),
            _ => None,
        };
        Self { value: self.value, origin: Origin { over, ..self.origin } }
    }
}

impl Origin {
    /// An origin at `span`, overriding nothing.
    #[must_use]
    pub fn new(span: Option<Span>, cause: Cause) -> Self {
        Self { span, cause, over: None, in_brackets: false }
    }

    /// This origin, with `older` put at the end of what it overrides, as far as [`LONGEST_CHAIN`] goes.
    #[must_use]
    pub fn above(self, older: Overridden) -> Self {
        self.above_within(older, LONGEST_CHAIN)
    }

    fn above_within(self, older: Overridden, most: usize) -> Self {
        let Some(most) = most.checked_sub(1) else { return Self { over: None, ..self } };
        let over = match self.over {
            None => older.shortened(most),
            Some(link) => {
                let link = Arc::unwrap_or_clone(link);
                Overridden { value: link.value, origin: link.origin.above_within(older, most) }
            }
        };
        Self { over: Some(Arc::new(over)), ..self }
    }

    /// What was overridden, newest first.
    pub fn chain(&self) -> impl Iterator<Item = &Overridden> {
        std::iter::successors(self.over.as_deref(), |link| link.origin.over.as_deref())
    }
}
