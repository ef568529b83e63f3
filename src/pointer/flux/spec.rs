//! The fields of a `Kustomization` that decide what is applied. Older versions are read as the newest: fields that only
//! they have are dropped.

use crate::pointer::fields;
use crate::source::{Problem, Span};
use crate::yaml::Node;

/// The namespace of a `Kustomization` that names none: that of Flux itself.
pub(super) const NAMESPACE: &str = "flux-system";

/// What a `Kustomization` says.
#[derive(Debug, Default)]
pub(super) struct FluxSpec<'n> {
    /// Where the object is written.
    pub(super) span: Option<Span>,
    /// Its namespace.
    pub(super) namespace: &'n str,
    pub(super) path: Option<&'n Node>,
    /// The kind and the name of its source, and the source's namespace.
    pub(super) source_kind: Option<&'n Node>,
    pub(super) source_name: Option<&'n Node>,
    pub(super) source_namespace: &'n str,
    pub(super) target_namespace: Option<&'n Node>,
    pub(super) name_prefix: Option<&'n Node>,
    pub(super) name_suffix: Option<&'n Node>,
    pub(super) patches: &'n [Node],
    pub(super) components: &'n [Node],
    /// Whether components that are not there are left out.
    pub(super) ignores_missing_components: bool,
    pub(super) images: &'n [Node],
    pub(super) build_metadata: &'n [Node],
    pub(super) post_build: Option<PostBuild<'n>>,
    pub(super) common_metadata: Option<CommonMetadata<'n>>,
    /// Whether it says how encrypted Secrets are decrypted.
    pub(super) decrypts: bool,
}

/// What all resources get.
#[derive(Debug)]
pub(super) struct CommonMetadata<'n> {
    pub(super) labels: Vec<(&'n str, &'n Node)>,
    pub(super) annotations: Vec<(&'n str, &'n Node)>,
}

/// What is done to the resources after the build.
#[derive(Debug)]
pub(super) struct PostBuild<'n> {
    /// Variables, by name.
    pub(super) substitute: Vec<(&'n str, &'n Node)>,
    /// Where more variables are.
    pub(super) substitute_from: Vec<VariableSource<'n>>,
    /// Whether there is a substitution where no variable is known.
    pub(super) always: bool,
}

/// A ConfigMap or Secret whose values are variables.
#[derive(Debug)]
pub(super) struct VariableSource<'n> {
    pub(super) span: Option<Span>,
    pub(super) kind: &'n str,
    pub(super) name: &'n str,
    pub(super) optional: bool,
}

impl<'n> FluxSpec<'n> {
    /// Reads the fields of the object.
    ///
    /// # Errors
    /// When one has another type.
    pub(super) fn read(object: &'n Node) -> Result<Self, Problem> {
        let text = |name: &str| fields::text(object, &["spec", name]);
        let namespace = fields::text(object, &["metadata", "namespace"])?.and_then(Node::as_str);
        let source_namespace = fields::text(object, &["spec", "sourceRef", "namespace"])?.and_then(Node::as_str);
        Ok(Self {
            span: object.get("metadata").or(Some(object)).and_then(|node| node.origin.span),
            namespace: namespace.unwrap_or(NAMESPACE),
            path: text("path")?,
            source_kind: fields::text(object, &["spec", "sourceRef", "kind"])?,
            source_name: fields::text(object, &["spec", "sourceRef", "name"])?,
            source_namespace: source_namespace.or(namespace).unwrap_or(NAMESPACE),
            target_namespace: text("targetNamespace")?,
            name_prefix: text("namePrefix")?,
            name_suffix: text("nameSuffix")?,
            patches: fields::list(object, &["spec", "patches"])?,
            components: fields::texts(object, &["spec", "components"])?,
            ignores_missing_components: fields::flag(object, &["spec", "ignoreMissingComponents"])?,
            images: fields::list(object, &["spec", "images"])?,
            build_metadata: fields::texts(object, &["spec", "buildMetadata"])?,
            post_build: fields::value(object, &["spec", "postBuild"]).map(PostBuild::read).transpose()?,
            common_metadata: fields::value(object, &["spec", "commonMetadata"])
                .map(CommonMetadata::read)
                .transpose()?,
            decrypts: fields::value(object, &["spec", "decryption"]).is_some(),
        })
    }
}

impl<'n> CommonMetadata<'n> {
    fn read(node: &'n Node) -> Result<Self, Problem> {
        Ok(Self { labels: fields::pairs(node, &["labels"])?, annotations: fields::pairs(node, &["annotations"])? })
    }
}

impl<'n> PostBuild<'n> {
    fn read(node: &'n Node) -> Result<Self, Problem> {
        let sources = fields::list(node, &["substituteFrom"])?.iter().map(VariableSource::read);
        let strategy = fields::text(node, &["substituteStrategy"])?.and_then(Node::as_str);
        Ok(Self {
            substitute: fields::pairs(node, &["substitute"])?,
            substitute_from: sources.collect::<Result<_, _>>()?,
            always: strategy == Some("Always"),
        })
    }
}

impl<'n> VariableSource<'n> {
    fn read(node: &'n Node) -> Result<Self, Problem> {
        let text =
            |name: &str| Ok::<_, Problem>(fields::text(node, &[name])?.and_then(Node::as_str).unwrap_or_default());
        Ok(Self {
            span: node.origin.span,
            kind: text("kind")?,
            name: text("name")?,
            optional: fields::flag(node, &["optional"])?,
        })
    }
}
