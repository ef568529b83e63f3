//! What one kustomization gathers and does, in kustomize's order (spec §1.3).

use std::sync::Arc;

use super::config::{self, Config};
use super::crds;
use super::decode::Text;
use super::generate::{Generated, generate};
use super::kustomization::Kustomization;
use super::load::{Found, Loader};
use super::manifest;
use super::renderer::Renderer;
use super::resource::Resource;
use super::resources::Resources;
use super::schema::Schema;
use super::transform::affix::Affix;
use super::transform::patches::Patching;
use super::transform::replacements::{self, Strictness};
use super::transform::vars::{self, Var};
use super::transform::{images, labels, namespace, replicas};
use crate::source::{Problem, RepoPath};
use crate::yaml::{self, Cause, Dialect, Node};

/// What has been gathered so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Accumulated {
    pub(super) resources: Resources,
    pub(super) config: Option<Arc<Config>>,
    pub(super) vars: Vec<Arc<Var>>,
    /// Directories and files that were read.
    pub(super) inputs: Vec<RepoPath>,
    /// What kustomize does silently and users should know.
    pub(super) quirks: Vec<Problem>,
}

/// One kustomization at work.
pub(super) struct Target<'a> {
    renderer: &'a Renderer<'a>,
    loader: Loader<'a>,
    kustomization: Kustomization,
}

impl<'a> Target<'a> {
    /// Reads the kustomization of the loader's directory.
    pub(super) fn load(renderer: &'a Renderer<'a>, loader: Loader<'a>) -> Result<Self, Problem> {
        let kustomization = loader.kustomization()?;
        Ok(Self { renderer, loader, kustomization })
    }

    pub(super) fn kustomization(&self) -> &Kustomization {
        &self.kustomization
    }

    /// Gathers into `gathered`: empty for a kustomization, the parent's for a component.
    pub(super) fn accumulate(&self, mut gathered: Accumulated) -> Result<Accumulated, Problem> {
        gathered.inputs.extend(self.kustomization.path.clone());
        for entry in &self.kustomization.resources {
            self.add_resource(entry, &mut gathered)?;
        }
        self.add_config(&mut gathered)?;
        self.run_generators(&mut gathered)?;
        for entry in &self.kustomization.components {
            gathered = self.add_component(entry, gathered)?;
        }
        self.run_transformers(&mut gathered)?;
        if !self.kustomization.vars.is_empty() {
            let vars = self.kustomization.vars.iter().map(Var::decode).collect::<Result<_, _>>()?;
            vars::register(&mut gathered.vars, vars, gathered.resources.all_mut())?;
        }
        Ok(gathered)
    }

    fn add_resource(&self, entry: &Text, gathered: &mut Accumulated) -> Result<(), Problem> {
        match self.loader.find(entry)? {
            Found::File(_) => {
                let (id, file) = self.loader.read_text(entry)?;
                gathered.inputs.push(file.path().clone());
                let content = file.text().unwrap_or_default();
                let objects = manifest::read(&yaml::Text::of_file(id, content, 0))?;
                gathered.resources.append_all(objects.into_iter().map(Resource::new))
            }
            Found::Directory(directory) => {
                let loader = self.loader.enter(&directory, entry)?;
                let base = self.renderer.base(loader).map_err(|problem| problem.via(entry.span))?;
                let base = Arc::unwrap_or_clone(base);
                gathered.resources.append_all(base.resources.into_vec()).map_err(|problem| problem.via(entry.span))?;
                if let Some(config) = &base.config {
                    config::merge_shared(&mut gathered.config, config)?;
                }
                vars::merge(&mut gathered.vars, base.vars)?;
                gathered.inputs.extend(base.inputs);
                gathered.quirks.extend(base.quirks);
                Ok(())
            }
        }
    }

    /// A component works on what its parent has gathered.
    fn add_component(&self, entry: &Text, gathered: Accumulated) -> Result<Accumulated, Problem> {
        let Found::Directory(directory) = self.loader.find(entry)? else {
            return Err(Problem::new(format!("`{}` is a file, and `components` wants directories", &**entry))
                .at(entry.span)
                .hint("list files under `resources`"));
        };
        let component = Target::load(self.renderer, self.loader.enter(&directory, entry)?);
        let component = component.map_err(|problem| problem.via(entry.span))?;
        if !component.kustomization.component {
            return Err(Problem::new(format!("`{}` is no component", &**entry))
                .at(entry.span)
                .hint("set `kind: Component` there, or list it under `resources`"));
        }
        component.accumulate(gathered).map_err(|problem| problem.via(entry.span))
    }

    fn add_config(&self, gathered: &mut Accumulated) -> Result<(), Problem> {
        let mut own = Config::default();
        for entry in &self.kustomization.configurations {
            if let Some(root) = self.read_settings(entry, gathered)? {
                own = own.merged(&Config::decode(&root)?).map_err(|problem| problem.at(entry.span))?;
            }
        }
        for entry in &self.kustomization.crds {
            if let Some(root) = self.read_settings(entry, gathered)? {
                own = own.merged(&crds::decode(&root)?).map_err(|problem| problem.at(entry.span))?;
            }
        }
        let defaults = Config::default_fields();
        if self.kustomization.configurations.is_empty() && self.kustomization.crds.is_empty() {
            return config::merge_shared(&mut gathered.config, &defaults);
        }
        config::merge_shared(&mut gathered.config, &Arc::new(Config::clone(&defaults).merged(&own)?))
    }

    /// Reads a file that is written in the dialect of kustomizations.
    fn read_settings(&self, entry: &Text, gathered: &mut Accumulated) -> Result<Option<Node>, Problem> {
        let (id, file) = self.loader.read_text(entry)?;
        gathered.inputs.push(file.path().clone());
        yaml::parse_first(&yaml::Text::of_file(id, file.text().unwrap_or_default(), 0), Dialect::Config)
    }

    fn run_generators(&self, gathered: &mut Accumulated) -> Result<(), Problem> {
        let options = self.kustomization.generator_options.as_ref();
        for (kind, list) in
            [(Generated::ConfigMap, &self.kustomization.config_maps), (Generated::Secret, &self.kustomization.secrets)]
        {
            for args in list {
                gathered.resources.absorb(generate(kind, args, options, &self.loader)?)?;
            }
        }
        Ok(())
    }

    fn run_transformers(&self, gathered: &mut Accumulated) -> Result<(), Problem> {
        let kustomization = &self.kustomization;
        let config = gathered.config.clone().unwrap_or_else(Config::default_fields);
        let schema = Schema::builtin();
        let mut patching = Patching { loader: &self.loader, schema: &schema, quirks: &mut gathered.quirks };
        if !kustomization.patches_strategic_merge.is_empty() {
            patching.apply_strategic_merge(&mut gathered.resources, &kustomization.patches_strategic_merge)?;
        }
        for patch in &kustomization.patches {
            patching.apply(&mut gathered.resources, patch)?;
        }
        let resources = gathered.resources.all_mut();
        if let Some(namespace) = kustomization.namespace.as_ref().filter(|text| !text.is_empty()) {
            let subjects = namespace::Subjects::default();
            namespace::Setting { namespace, specs: &config.namespace, subjects, unset_only: false }.apply(resources)?;
        }
        if let Some(prefix) = kustomization.name_prefix.as_ref().filter(|text| !text.is_empty()) {
            Affix::Prefix.apply(resources, prefix, &config.name_prefix)?;
        }
        if let Some(suffix) = kustomization.name_suffix.as_ref().filter(|text| !text.is_empty()) {
            Affix::Suffix.apply(resources, suffix, &config.name_suffix)?;
        }
        for entry in &kustomization.labels {
            labels::apply(resources, &entry.pairs, &labels::specs_of(entry, &config)?, Cause::Labels)?;
        }
        labels::apply(resources, &kustomization.common_labels, &config.common_labels, Cause::Labels)?;
        let annotations = &kustomization.common_annotations;
        labels::apply(resources, annotations, &config.common_annotations, Cause::Annotations)?;
        for patch in &kustomization.patches_json6902 {
            patching.apply_json6902(&mut gathered.resources, patch)?;
        }
        let resources = gathered.resources.all_mut();
        for replica in &kustomization.replicas {
            replicas::apply(resources, replica, &config.replicas)?;
        }
        for image in &kustomization.images {
            images::apply(resources, image, &config.images)?;
        }
        let entries = &kustomization.replacements;
        let replacements = replacements::decode(entries, Strictness::Strict, &self.loader, &mut gathered.inputs)?;
        replacements::apply(resources, &replacements)
    }
}
