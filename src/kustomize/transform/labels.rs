//! `labels`, `commonLabels` and `commonAnnotations` (docs/kustomize.md, "Labels and annotations").

use crate::kustomize::config::Config;
use crate::kustomize::decode::Text;
use crate::kustomize::fieldspec::{self, Create, FieldSpec};
use crate::kustomize::kustomization::Labels;
use crate::kustomize::nodes::is_ambiguous;
use crate::kustomize::resource::Resource;
use crate::kustomize::ties;
use crate::source::Problem;
use crate::yaml::{Cause, Key, Node, Origin, Scalar, Value};

/// The fields that an entry of `labels` touches.
pub(in crate::kustomize) fn specs_of(labels: &Labels, config: &Config) -> Result<Vec<FieldSpec>, Problem> {
    let mut specs = labels.fields.clone();
    fieldspec::merge(&mut specs, &config.labels)?;
    if labels.include_selectors {
        fieldspec::merge(&mut specs, &config.common_labels)?;
    } else {
        if labels.include_templates {
            fieldspec::merge(&mut specs, &config.template_labels)?;
        }
        fieldspec::merge(&mut specs, &[FieldSpec::any("metadata/labels", true)])?;
    }
    Ok(specs)
}

/// Sets every pair in every field.
pub(in crate::kustomize) fn apply(
    resources: &mut [Resource],
    pairs: &[(Text, Text)],
    specs: &[FieldSpec],
    cause: Cause,
) -> Result<(), Problem> {
    for resource in resources {
        for (key, value) in pairs {
            let origin = Origin::new(value.span.or(key.span), cause);
            let scalar = Scalar { tie: resource.ties.give(), ..Scalar::string(value.text.clone()) };
            let mut setting = Setting { key, scalar, origin: &origin, added: Vec::new() };
            for spec in specs {
                fieldspec::visit(&mut resource.node, spec, Create::Map, &origin, &mut |field| setting.set(field))?;
            }
            let Setting { scalar, added, .. } = setting;
            if added.len() > 1 {
                resource.ties.note();
            }
            if added.iter().any(|quoted| *quoted != scalar.quoted) {
                ties::style(&mut resource.node, scalar.tie, scalar.quoted);
            }
        }
    }
    Ok(())
}

/// One label or annotation of one object.
struct Setting<'a> {
    key: &'a Text,
    /// What is set. Its style is that of the value that it was last put in the place of.
    scalar: Scalar,
    origin: &'a Origin,
    /// Where it was added: whether it was in quotes then.
    added: Vec<bool>,
}

impl Setting<'_> {
    fn set(&mut self, field: &mut Node) -> Result<(), Problem> {
        if field.is_null() {
            field.overwrite(Node::empty_map(self.origin.clone()));
        }
        let span = field.origin.span;
        let Some(map) = field.as_map_mut() else {
            return Err(Problem::new("labels and annotations should be a map").at(span));
        };
        self.scalar.quoted |= is_ambiguous(&self.scalar.text);
        let old = map.get_mut(&self.key.text);
        if let Some(quoted) = old.as_ref().and_then(|old| old.as_scalar()).map(|old| old.quoted) {
            self.scalar.quoted = quoted;
        }
        let node = Node::new(Value::Scalar(self.scalar.clone()), self.origin.clone());
        if let Some(old) = old {
            old.overwrite(node);
        } else {
            self.added.push(self.scalar.quoted);
            map.push(Key::plain(self.key.text.clone(), self.key.span), node);
        }
        Ok(())
    }
}
