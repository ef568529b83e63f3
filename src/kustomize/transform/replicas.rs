//! `replicas`: the count of a workload by its name (docs/kustomize.md, "Images and replicas").

use std::sync::Arc;

use crate::kustomize::fieldspec::{self, Create, FieldSpec};
use crate::kustomize::kustomization::Replica;
use crate::kustomize::resource::Resource;
use crate::schema::nearest;
use crate::source::Problem;
use crate::yaml::{Cause, Origin, Scalar, Tag};

/// Sets the count of the workloads that have, or had, the name.
///
/// # Errors
/// When there is none, unless it may be in a part that cannot be seen.
pub(in crate::kustomize) fn apply(
    resources: &mut [Resource],
    replica: &Replica,
    specs: &[FieldSpec],
    is_open: bool,
) -> Result<(), Problem> {
    let span = replica.count_span.or(replica.span);
    let origin = Origin::new(span, Cause::Replicas);
    let count: Arc<str> = replica.count.to_string().into();
    let mut found = false;
    for spec in specs {
        for resource in resources.iter_mut() {
            if !resource.any_id(|id| *id.name == *replica.name && id.fits(&spec.gvk)) {
                continue;
            }
            found = true;
            fieldspec::visit(&mut resource.node, spec, Create::Scalar, &origin, &mut |field| {
                field.overwrite_scalar(
                    Scalar { tag: Tag::Int, ..Scalar::string(count.clone()) },
                    span,
                    Cause::Replicas,
                );
                Ok(())
            })?;
        }
    }
    if found || is_open {
        return Ok(());
    }
    let counted = |resource: &&Resource| resource.any_id(|id| specs.iter().any(|spec| id.fits(&spec.gvk)));
    let names: Vec<Arc<str>> = resources.iter().filter(counted).map(Resource::name).collect();
    let kinds: Vec<&str> = specs.iter().map(|spec| spec.gvk.kind.as_str()).collect();
    let kinds = kinds.join(", ");
    let problem = Problem::new(format!("`replicas` finds no `{}` among {kinds}", &*replica.name)).at(replica.name.span);
    Err(match nearest(&replica.name, names.iter().map(|name| &**name)) {
        Some(name) => problem.hint(format!("did you mean `{name}`?")),
        None => problem.hint("write the name that a workload has in its base, or has now"),
    })
}
