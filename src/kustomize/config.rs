//! Which fields the transformers touch: kustomize's defaults and what `configurations` add.

use std::sync::{Arc, LazyLock};

use serde_json::Value as Json;

use super::decode::Fields;
use super::fieldspec::{self, FieldSpec, split_path};
use super::folding;
use super::id::Gvk;
use super::limits;
use crate::source::Problem;
use crate::yaml::Node;

/// The fields that transformers touch.
#[derive(Debug, Clone, Default)]
pub(super) struct Config {
    pub(super) name_prefix: Vec<FieldSpec>,
    pub(super) name_suffix: Vec<FieldSpec>,
    pub(super) namespace: Vec<FieldSpec>,
    pub(super) common_labels: Vec<FieldSpec>,
    pub(super) labels: Vec<FieldSpec>,
    pub(super) template_labels: Vec<FieldSpec>,
    pub(super) common_annotations: Vec<FieldSpec>,
    pub(super) name_reference: Vec<NameReference>,
    pub(super) var_reference: Vec<FieldSpec>,
    pub(super) images: Vec<FieldSpec>,
    pub(super) replicas: Vec<FieldSpec>,
}

/// Fields that hold the name of an object of some type.
#[derive(Debug, Clone)]
pub(super) struct NameReference {
    /// The type that is referred to.
    pub(super) target: Gvk,
    /// Where it is referred to.
    pub(super) referrers: Vec<FieldSpec>,
}

/// The fields that kustomize 5.8.1 transforms by default, in the form of a `configurations` file (docs/kustomize.md,
/// "Field specifications"; compare `kustomize config show`). Paths: `/` separates, lists are entered, `[]` marks a
/// list. As JSON, because it is read at each start, and YAML would take a quarter of the time of a small rendering.
static DEFAULT: LazyLock<Arc<Config>> = LazyLock::new(|| {
    let root: Option<Json> = serde_json::from_str(include_str!("defaults.json")).ok();
    Arc::new(root.and_then(|root| Config::decode(&Node::from_json(&root)).ok()).unwrap_or_default())
});

impl Config {
    /// What kustomize 5.8.1 transforms by default.
    pub(super) fn default_fields() -> Arc<Self> {
        DEFAULT.clone()
    }

    /// Reads a `configurations` file.
    pub(super) fn decode(root: &Node) -> Result<Self, Problem> {
        let root = &*folding::once(root);
        let mut fields = Fields::of(root, "the configuration")?;
        let mut config = Self {
            name_prefix: field_specs(&mut fields, "namePrefix")?,
            name_suffix: field_specs(&mut fields, "nameSuffix")?,
            namespace: field_specs(&mut fields, "namespace")?,
            common_labels: field_specs(&mut fields, "commonLabels")?,
            labels: field_specs(&mut fields, "labels")?,
            template_labels: field_specs(&mut fields, "templateLabels")?,
            common_annotations: field_specs(&mut fields, "commonAnnotations")?,
            name_reference: fields.maps("nameReference", "an entry of `nameReference`", name_reference)?,
            var_reference: field_specs(&mut fields, "varReference")?,
            images: field_specs(&mut fields, "images")?,
            replicas: field_specs(&mut fields, "replicas")?,
        };
        fields.finish()?;
        config.sort();
        Ok(config)
    }

    /// These fields and those of `other`.
    ///
    /// # Errors
    /// When both name a field and differ in whether it is created.
    pub(super) fn merged(mut self, other: &Self) -> Result<Self, Problem> {
        fieldspec::merge(&mut self.name_prefix, &other.name_prefix)?;
        fieldspec::merge(&mut self.name_suffix, &other.name_suffix)?;
        fieldspec::merge(&mut self.namespace, &other.namespace)?;
        fieldspec::merge(&mut self.common_labels, &other.common_labels)?;
        fieldspec::merge(&mut self.labels, &other.labels)?;
        fieldspec::merge(&mut self.template_labels, &other.template_labels)?;
        fieldspec::merge(&mut self.common_annotations, &other.common_annotations)?;
        fieldspec::merge(&mut self.var_reference, &other.var_reference)?;
        fieldspec::merge(&mut self.images, &other.images)?;
        fieldspec::merge(&mut self.replicas, &other.replicas)?;
        for reference in &other.name_reference {
            self.refer(reference.clone())?;
        }
        self.sort();
        Ok(self)
    }

    /// Adds fields that refer to a type.
    pub(super) fn refer(&mut self, reference: NameReference) -> Result<(), Problem> {
        if let Some(known) = self.name_reference.iter_mut().find(|known| known.target == reference.target) {
            return fieldspec::merge(&mut known.referrers, &reference.referrers);
        }
        self.name_reference.push(reference);
        Ok(())
    }

    fn sort(&mut self) {
        for specs in [
            &mut self.name_prefix,
            &mut self.name_suffix,
            &mut self.namespace,
            &mut self.common_labels,
            &mut self.labels,
            &mut self.template_labels,
            &mut self.common_annotations,
            &mut self.var_reference,
            &mut self.images,
            &mut self.replicas,
        ] {
            specs.sort_by_cached_key(|spec| spec.gvk.order());
        }
        self.name_reference.sort_by_cached_key(|reference| reference.target.order());
    }
}

/// Adds `more` to what was gathered; the defaults, and the same fields twice, cost nothing.
///
/// Nothing is more than an empty configuration: a specification of `more` that fits every type gives way
/// to one of the same path that sorts before it (docs/kustomize.md, "Field specifications"; upstream merges into an
/// empty list too).
pub(super) fn merge_shared(config: &mut Option<Arc<Config>>, more: &Arc<Config>) -> Result<(), Problem> {
    match config {
        Some(known) if Arc::ptr_eq(known, more) => {}
        Some(known) => *known = Arc::new(Config::clone(known).merged(more)?),
        None if Arc::ptr_eq(more, &DEFAULT) => *config = Some(more.clone()),
        None => *config = Some(Arc::new(Config::default().merged(more)?)),
    }
    Ok(())
}

/// Merges what was gathered into nothing, as upstream does behind each component: a specification that fits every type
/// gives way to one of the same path that came to stand before it.
pub(super) fn merge_again(config: &mut Option<Arc<Config>>) -> Result<(), Problem> {
    config.take().map_or(Ok(()), |known| merge_shared(config, &known))
}

/// A field that holds a list of field specifications.
pub(super) fn field_specs(fields: &mut Fields<'_>, name: &'static str) -> Result<Vec<FieldSpec>, Problem> {
    fields.maps(name, "a field specification", field_spec)
}

/// The fields of a field specification.
pub(super) fn field_spec(fields: &mut Fields<'_>) -> Result<FieldSpec, Problem> {
    let gvk = gvk(fields)?;
    let text = fields.text("path")?.unwrap_or_default();
    let path = split_path(&text);
    limits::path(path.len(), None, text.span)?;
    Ok(FieldSpec { gvk, path, create: fields.flag("create")? })
}

fn gvk(fields: &mut Fields<'_>) -> Result<Gvk, Problem> {
    let mut part = |name| Ok::<_, Problem>(fields.text(name)?.map(|text| text.to_string()).unwrap_or_default());
    Ok(Gvk { group: part("group")?, version: part("version")?, kind: part("kind")? })
}

fn name_reference(fields: &mut Fields<'_>) -> Result<NameReference, Problem> {
    Ok(NameReference { target: gvk(fields)?, referrers: field_specs(fields, "fieldSpecs")? })
}
