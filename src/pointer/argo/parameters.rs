//! The `kustomize` parameters of a source.

use crate::pointer::fields;
use crate::source::Problem;
use crate::yaml::Node;

/// What a source sets for kustomize.
#[derive(Debug, Default)]
pub(super) struct Parameters<'n> {
    pub(super) name_prefix: Option<&'n Node>,
    pub(super) name_suffix: Option<&'n Node>,
    pub(super) images: &'n [Node],
    pub(super) replicas: &'n [Node],
    pub(super) labels: Pairs<'n>,
    /// Whether labels stay out of selectors.
    pub(super) without_selector: bool,
    /// Whether labels that stay out of selectors go into templates.
    pub(super) include_templates: Option<&'n Node>,
    pub(super) annotations: Pairs<'n>,
    /// Whether variables in annotations are replaced.
    pub(super) expands_annotations: bool,
    pub(super) namespace: Option<&'n Node>,
    pub(super) patches: &'n [Node],
    pub(super) components: &'n [Node],
    /// Whether components that are not there are left out.
    pub(super) ignores_missing_components: bool,
    /// The version of kustomize that is wanted.
    pub(super) version: Option<&'n Node>,
}

/// Labels or annotations.
#[derive(Debug, Default)]
pub(super) struct Pairs<'n> {
    pub(super) pairs: Vec<(&'n str, &'n Node)>,
    /// Whether they replace those that are there.
    pub(super) forced: bool,
}

impl<'n> Parameters<'n> {
    /// Reads the parameters of a source.
    ///
    /// # Errors
    /// When one has another type.
    pub(super) fn read(source: &'n Node) -> Result<Self, Problem> {
        let Some(found) = fields::value(source, &["kustomize"]) else { return Ok(Self::default()) };
        if found.as_map().is_none() {
            return Err(Problem::new("`kustomize` should be a map")
                .at(found.origin.span)
                .hint("write the parameters as fields, as in `kustomize: {images: [nginx:1.27]}`"));
        }
        let text = |name: &str| fields::text(source, &["kustomize", name]);
        let flag = |name: &str| fields::flag(source, &["kustomize", name]);
        let pairs = |name: &str, force: &str| {
            let pairs = fields::pairs(source, &["kustomize", name])?;
            Ok::<_, Problem>(Pairs { pairs, forced: flag(force)? })
        };
        let include_templates = flag("labelIncludeTemplates")?;
        Ok(Self {
            name_prefix: text("namePrefix")?,
            name_suffix: text("nameSuffix")?,
            images: fields::texts(source, &["kustomize", "images"])?,
            replicas: fields::list(source, &["kustomize", "replicas"])?,
            labels: pairs("commonLabels", "forceCommonLabels")?,
            without_selector: flag("labelWithoutSelector")?,
            include_templates: fields::value(found, &["labelIncludeTemplates"]).filter(|_| include_templates),
            annotations: pairs("commonAnnotations", "forceCommonAnnotations")?,
            expands_annotations: flag("commonAnnotationsEnvsubst")?,
            namespace: text("namespace")?,
            patches: fields::list(source, &["kustomize", "patches"])?,
            components: fields::texts(source, &["kustomize", "components"])?,
            ignores_missing_components: flag("ignoreMissingComponents")?,
            version: text("version")?,
        })
    }

    /// Whether they make Argo CD call `kustomize edit` before anything else is done.
    pub(super) fn edits(&self) -> bool {
        let texts = [self.name_prefix, self.name_suffix, self.namespace];
        texts.iter().any(Option::is_some)
            || !self.images.is_empty()
            || !self.replicas.is_empty()
            || !self.labels.pairs.is_empty()
            || !self.annotations.pairs.is_empty()
    }
}
