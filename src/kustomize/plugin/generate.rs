//! The plugins that generate.

use super::open::open;
use crate::kustomize::decode::{Fields, Mode, Text};
use crate::kustomize::folding;
use crate::kustomize::generate::{Generated, generate};
use crate::kustomize::kustomization::{GeneratorArgs, config_map, secret};
use crate::kustomize::load::Loader;
use crate::kustomize::resource::{Resource, set_at};
use crate::source::{Problem, Reason};
use crate::yaml::{Cause, Node, Origin, Scalar};

/// Generates what a plugin of the kind is configured to.
pub(super) fn run(kind: &str, config: &Node, loader: &Loader<'_>) -> Result<Resource, Problem> {
    let config = &*folding::once(config);
    let mut fields = open(config, Mode::Lenient)?;
    match kind {
        "ConfigMapGenerator" => {
            let args = config_map(&mut fields)?;
            generate(Generated::ConfigMap, &named(args, &mut fields)?, None, loader)
        }
        "SecretGenerator" => {
            let args = secret(&mut fields)?;
            generate(Generated::Secret, &named(args, &mut fields)?, None, loader)
        }
        "IAMPolicyGenerator" => service_account(&mut fields),
        _ => Err(Problem::new("a Helm chart cannot be rendered without Helm")
            .at(config.get("kind").and_then(|kind| kind.origin.span))
            .reason(Reason::Helm)),
    }
}

/// What is generated has the name and namespace of the configuration where it does not say another.
fn named(args: GeneratorArgs, fields: &mut Fields<'_>) -> Result<GeneratorArgs, Problem> {
    let (name, namespace) = fields
        .map("metadata", "`metadata`", |fields| {
            Ok((fields.text("name")?, fields.text("namespace")?.filter(|namespace| !namespace.is_empty())))
        })?
        .unwrap_or_default();
    let name = if args.name.is_empty() { name.unwrap_or_default() } else { args.name };
    Ok(GeneratorArgs { name, namespace: args.namespace.or(namespace), ..args })
}

/// A service account of Kubernetes that acts as one of Google Cloud.
fn service_account(fields: &mut Fields<'_>) -> Result<Resource, Problem> {
    let span = fields.span();
    let cloud = fields.text("cloud")?.unwrap_or_default();
    if &*cloud != "gke" {
        return Err(Problem::new(format!("the cloud `{}` is not supported", &*cloud))
            .at(cloud.span.or(span))
            .hint("kustomize knows `gke` only"));
    }
    let [name, namespace] = fields
        .map("kubernetesService", "`kubernetesService`", |fields| {
            Ok([fields.text("name")?, fields.text("namespace")?].map(Option::unwrap_or_default))
        })?
        .unwrap_or_default();
    let [account, project] = fields
        .map("serviceAccount", "`serviceAccount`", |fields| {
            Ok([fields.text("name")?, fields.text("projectId")?].map(Option::unwrap_or_default))
        })?
        .unwrap_or_default();

    for (text, field) in [(&name, "kubernetesService"), (&account, "serviceAccount")] {
        if text.is_empty() {
            return Err(Problem::new(format!("`{field}` has no `name`")).at(text.span.or(span)));
        }
    }

    let mut node = Node::empty_map(Origin::new(span, Cause::Generator));
    let mut set = |path: &[&str], scalar, text: &Text| {
        set_at(&mut node, path, scalar, text.span.or(span), Cause::Generator);
    };
    set(&["apiVersion"], Scalar::string("v1"), &Text::default());
    set(&["kind"], Scalar::string("ServiceAccount"), &Text::default());
    let email = format!("{}@{}.iam.gserviceaccount.com", &*account, &*project);
    set(&["metadata", "annotations", "iam.gke.io/gcp-service-account"], Scalar::plain(email), &account);
    set(&["metadata", "name"], Scalar::plain(name.text.clone()), &name);
    if !namespace.is_empty() {
        set(&["metadata", "namespace"], Scalar::plain(namespace.text.clone()), &namespace);
    }
    Ok(Resource::new(node))
}
