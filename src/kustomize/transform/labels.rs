//! `labels`, `commonLabels` and `commonAnnotations` (spec §2).

use crate::kustomize::config::Config;
use crate::kustomize::decode::Text;
use crate::kustomize::fieldspec::{self, Create, FieldSpec};
use crate::kustomize::kustomization::Labels;
use crate::kustomize::resource::Resource;
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
            for spec in specs {
                fieldspec::visit(&mut resource.node, spec, Create::Map, &origin, &mut |field| {
                    set(field, key, value, &origin)
                })?;
            }
        }
    }
    Ok(())
}

fn set(field: &mut Node, key: &Text, value: &Text, origin: &Origin) -> Result<(), Problem> {
    if field.is_null() {
        field.overwrite(Node::empty_map(origin.clone()));
    }
    let span = field.origin.span;
    let Some(map) = field.as_map_mut() else {
        return Err(Problem::new("labels and annotations should be a map").at(span));
    };
    let node = Node::new(Value::Scalar(Scalar::string(value.text.clone())), origin.clone());
    map.set(Key::plain(key.text.clone(), key.span), node);
    Ok(())
}
