//! `generators`, `transformers` and `validators`: objects of `apiVersion: builtin`, each of which does what
//! a field of the kustomization does, with fields of its own choice (docs/kustomize.md, "Plugins").
//!
//! Programs and functions are refused: they would have to run.

mod generate;
mod open;
mod transform;
mod validate;
mod value_add;

use super::decode::Text;
use super::gathered::Accumulated;
use super::load::Loader;
use super::manifest::{self, Role};
use super::resource::Resource;
use super::target::Target;
use super::transform::Context;
use crate::source::{Problem, Reason, Span};
use crate::yaml;

/// Built-in plugins that generate.
const GENERATORS: [&str; 4] =
    ["ConfigMapGenerator", "HelmChartInflationGenerator", "IAMPolicyGenerator", "SecretGenerator"];

/// Built-in plugins that transform. kustomize has a `SortOrderTransformer` too, but loads it nowhere.
const TRANSFORMERS: [&str; 14] = [
    "AnnotationsTransformer",
    "HashTransformer",
    "ImageTagTransformer",
    "LabelTransformer",
    "NamespaceTransformer",
    "PatchJson6902Transformer",
    "PatchStrategicMergeTransformer",
    "PatchTransformer",
    "PrefixSuffixTransformer",
    "PrefixTransformer",
    "ReplacementTransformer",
    "ReplicaCountTransformer",
    "SuffixTransformer",
    "ValueAddTransformer",
];

/// A plugin as it is configured.
pub(super) struct Plugin {
    pub(super) config: Resource,
    /// The entry of the kustomization that leads to the configuration, where that stands elsewhere.
    entry: Option<Span>,
}

impl Plugin {
    /// Reads the configurations that `entries` hold or name: those written in place first, as kustomize
    /// does.
    pub(super) fn load(
        target: &Target<'_>,
        entries: &[Text],
        gathered: &mut Accumulated,
    ) -> Result<Vec<Self>, Problem> {
        let files = target.loader.files();
        let mut configs = Accumulated::default();
        let mut origins = Vec::new();
        let mut elsewhere = Vec::new();
        for entry in entries {
            match manifest::read(&yaml::Text::of_scalar(files, entry, entry.span), Role::Resource) {
                Ok(objects) => {
                    for object in objects {
                        let mut config = Resource::new(object);
                        if let Some(tracker) = &target.tracker {
                            tracker.read_from(&mut config, target.file_name());
                        }
                        configs.resources.append(config)?;
                    }
                }
                // Text of one line is a path.
                Err(problem) if entry.contains('\n') => return Err(problem),
                Err(_) => elsewhere.push(entry),
            }
        }
        origins.resize(configs.resources.as_slice().len(), None);
        for entry in elsewhere {
            let added = target.add_resource(entry, &mut configs);
            target.pass(added, &mut gathered.unseen)?;
            origins.resize(configs.resources.as_slice().len(), entry.span);
        }
        gathered.quirks.append(&mut configs.quirks);
        gathered.unseen.append(&mut configs.unseen);
        let configs = configs.resources.into_vec().into_iter();
        Ok(configs.zip(origins).map(|(config, entry)| Self { config, entry }).collect())
    }

    /// What it generates.
    pub(super) fn generate(&self, loader: &Loader<'_>) -> Result<Resource, Problem> {
        let kind = self.builtin(&GENERATORS, "generator", "generators")?;
        generate::run(&kind, &self.config.node, loader).map_err(|problem| problem.via(self.entry))
    }

    /// Does what it is configured to do.
    pub(super) fn transform(&self, context: &Context<'_>, gathered: &mut Accumulated) -> Result<(), Problem> {
        let kind = self.builtin(&TRANSFORMERS, "transformer", "transformers")?;
        transform::run(&kind, &self.config.node, context, gathered).map_err(|problem| problem.via(self.entry))
    }

    /// The kind, where it is one of `known`.
    fn builtin(&self, known: &[&str], what: &str, field: &str) -> Result<std::sync::Arc<str>, Problem> {
        let kind = self.config.kind();
        let span = |field: &str| self.config.node.get(field).and_then(|node| node.origin.span);
        let problem = if &*self.config.api_version() != "builtin" {
            Problem::new(format!("`{kind}` is a plugin of its own: it cannot be rendered without running it"))
                .at(span("apiVersion").or(span("kind")))
                .reason(Reason::Plugin)
                .key(format!("{kind}/{}", self.config.name()))
                .hint("only kustomize's own plugins, with `apiVersion: builtin`, are rendered")
        } else if known.contains(&&*kind) {
            return Ok(kind);
        } else if GENERATORS.contains(&&*kind) || TRANSFORMERS.contains(&&*kind) {
            Problem::new(format!("`{kind}` is no {what}"))
                .at(span("kind"))
                .hint(format!("the kinds that `{field}` takes are {}", known.join(", ")))
        } else {
            Problem::new(format!("kustomize has no built-in plugin `{kind}`"))
                .at(span("kind"))
                .hint(format!("the kinds that `{field}` takes are {}", known.join(", ")))
        };
        Err(problem.via(self.entry))
    }
}
