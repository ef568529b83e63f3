//! The plugins that transform. Each calls what the kustomization's field of its kind calls.

use super::open::open;
use super::value_add::ValueAdd;
use crate::kustomize::config::field_specs;
use crate::kustomize::decode::{Fields, Mode};
use crate::kustomize::fieldspec::FieldSpec;
use crate::kustomize::folding;
use crate::kustomize::gathered::Accumulated;
use crate::kustomize::hash;
use crate::kustomize::kustomization::{Patch, image, patch, replica};
use crate::kustomize::resource::Resource;
use crate::kustomize::transform::affix::Affix;
use crate::kustomize::transform::namespace::{Setting, Subjects};
use crate::kustomize::transform::{Context, labels, replacements, replicas};
use crate::source::Problem;
use crate::yaml::{Cause, Node};

/// Does what a plugin of the kind is configured to do.
pub(super) fn run(kind: &str, config: &Node, context: &Context<'_>, gathered: &mut Accumulated) -> Result<(), Problem> {
    let config = &*folding::once(config);
    let fields = &mut open(config, Mode::Coercing)?;
    let specs = field_specs(fields, "fieldSpecs")?;
    if kind == "ImageTagTransformer" {
        let image = fields.map("imageTag", "`imageTag`", image)?.unwrap_or_default();
        return gathered.set_image(&image, &specs);
    }
    let Accumulated { resources, quirks, .. } = gathered;
    match kind {
        "AnnotationsTransformer" => {
            labels::apply(resources.all_mut(), &fields.pairs("annotations")?, &specs, Cause::Annotations)
        }
        "HashTransformer" => {
            hash::apply(resources.all_mut())?;
            Ok(())
        }
        "LabelTransformer" => labels::apply(resources.all_mut(), &fields.pairs("labels")?, &specs, Cause::Labels),
        "NamespaceTransformer" => namespace(fields, &specs, resources.all_mut()),
        "PatchJson6902Transformer" => {
            let patch = Patch { patch: fields.text("jsonOp")?, ..patch(fields)? };
            context.patching(quirks).apply_json6902(resources, &patch)
        }
        "PatchStrategicMergeTransformer" => {
            let mut entries = fields.texts("paths")?;
            entries.extend(fields.text("patches")?.filter(|patches| !patches.is_empty()));
            if entries.is_empty() {
                return Err(Problem::new("the plugin has neither `paths` nor `patches`").at(fields.span()));
            }
            context.patching(quirks).apply_strategic_merge(resources, &entries)
        }
        "PatchTransformer" => context.patching(quirks).apply(resources, &patch(fields)?),
        "PrefixTransformer" => affix(Affix::Prefix, fields, &specs, resources.all_mut(), quirks),
        "PrefixSuffixTransformer" => {
            affix(Affix::Prefix, fields, &specs, resources.all_mut(), quirks)?;
            affix(Affix::Suffix, fields, &specs, resources.all_mut(), quirks)
        }
        "ReplacementTransformer" => {
            let entries = fields.list("replacements")?;
            let replacements = replacements::decode(entries, Mode::Lenient, context.loader)?;
            replacements::apply(resources.all_mut(), &replacements, context.is_open, quirks)
        }
        "ReplicaCountTransformer" => {
            let replica = fields.map("replica", "`replica`", replica)?.unwrap_or_default();
            replicas::apply(resources.all_mut(), &replica, &specs, context.is_open)
        }
        "SuffixTransformer" => affix(Affix::Suffix, fields, &specs, resources.all_mut(), quirks),
        _ => ValueAdd::decode(fields, context.loader)?.apply(resources.all_mut()),
    }
}

fn namespace(fields: &mut Fields<'_>, specs: &[FieldSpec], resources: &mut [Resource]) -> Result<(), Problem> {
    let namespace = fields.map("metadata", "`metadata`", |fields| fields.text("namespace"))?.flatten();
    let mode = fields.text("setRoleBindingSubjects")?.unwrap_or_default();
    let subjects = match &*mode {
        "" | "defaultOnly" => Subjects::DefaultOnly,
        "allServiceAccounts" => Subjects::AllServiceAccounts,
        "none" => Subjects::None,
        other => {
            return Err(Problem::new(format!("`{other}` is no value of `setRoleBindingSubjects`"))
                .at(mode.span)
                .hint("write `defaultOnly`, `allServiceAccounts` or `none`"));
        }
    };
    let unset_only = fields.flag("unsetOnly")?;
    let Some(namespace) = namespace.filter(|namespace| !namespace.is_empty()) else { return Ok(()) };
    Setting { namespace: &namespace, specs, subjects, unset_only }.apply(resources)
}

fn affix(
    affix: Affix,
    fields: &mut Fields<'_>,
    specs: &[FieldSpec],
    resources: &mut [Resource],
    quirks: &mut Vec<Problem>,
) -> Result<(), Problem> {
    let name = if affix == Affix::Prefix { "prefix" } else { "suffix" };
    if fields.node("fieldSpecs").is_none() {
        return Err(Problem::new(format!("a {name} needs `fieldSpecs`"))
            .at(fields.span())
            .hint("names are at `path: metadata/name`"));
    }
    let text = fields.text(name)?.unwrap_or_default();
    affix.apply(resources, &text, specs, quirks)
}
