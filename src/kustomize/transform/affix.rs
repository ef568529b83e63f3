//! `namePrefix` and `nameSuffix` (docs/kustomize.md, "Names and references").

use crate::kustomize::decode::Text;
use crate::kustomize::fieldspec::{self, Create, FieldSpec};
use crate::kustomize::id::Id;
use crate::kustomize::limits;
use crate::kustomize::resource::Resource;
use crate::source::Problem;
use crate::yaml::{Cause, Node, Origin, Value};

/// At which end of a name the text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kustomize) enum Affix {
    /// In front.
    Prefix,
    /// Behind.
    Suffix,
}

impl Affix {
    /// Adds `text` to the names of all resources but those whose name is fixed.
    pub(in crate::kustomize) fn apply(
        self,
        resources: &mut [Resource],
        text: &Text,
        specs: &[FieldSpec],
        quirks: &mut Vec<Problem>,
    ) -> Result<(), Problem> {
        for resource in resources {
            let original = resource.original_id();
            if has_fixed_name(&original) {
                continue;
            }
            for spec in specs.iter().filter(|spec| original.fits(&spec.gvk)) {
                if spec.path == ["metadata", "name"] && !text.is_empty() {
                    let names = if self == Self::Prefix { &mut resource.prefixes } else { &mut resource.suffixes };
                    names.push(text.text.clone());
                    resource.remember_id();
                }
                self.write(&mut resource.node, text, spec)?;
                resource.settle(quirks);
            }
        }
        Ok(())
    }

    fn write(self, node: &mut Node, text: &Text, spec: &FieldSpec) -> Result<(), Problem> {
        let cause = if self == Self::Prefix { Cause::NamePrefix } else { Cause::NameSuffix };
        let origin = Origin::new(text.span, cause);
        fieldspec::visit(node, spec, Create::Scalar, &origin, &mut |field| {
            let Some(old) = field.as_scalar() else {
                return Err(Problem::new("a name should be a single value").at(field.origin.span));
            };
            let name = match self {
                Self::Prefix => format!("{}{}", &**text, old.text),
                Self::Suffix => format!("{}{}", old.text, &**text),
            };
            limits::name(&name, text.span)?;
            let new = old.with_text(name);
            if text.is_empty() {
                // A plugin that adds a prefix only adds an empty suffix: the name is still set by what set it.
                field.value = Value::Scalar(new);
            } else {
                field.overwrite_scalar(new, text.span, cause);
            }
            Ok(())
        })
    }
}

/// Kinds whose names mean something outside the manifest.
fn has_fixed_name(id: &Id) -> bool {
    match &*id.kind {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => id.group() == "apiregistration.k8s.io",
        _ => false,
    }
}
