//! What one kustomization gathers and does, in kustomize's order (spec §1.3).

use std::sync::Arc;

use super::config::{self, Config};
use super::crds;
use super::decode::{Mode, Text};
use super::generate::{Generated, generate};
use super::kustomization::Kustomization;
use super::load::{Found, Loader};
use super::manifest;
use super::metadata::Tracker;
use super::plugin::Plugin;
use super::renderer::Renderer;
use super::resource::Resource;
use super::resources::Resources;
use super::schema::Schema;
use super::session::Session;
use super::transform::affix::Affix;
use super::transform::vars::{self, Var};
use super::transform::{Context, images, labels, namespace, replacements, replicas};
use crate::source::{Problem, Reason, RepoPath};
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
    /// Whether a type was looked up that is not built in, or any by a patch.
    pub(super) asked: bool,
}

/// One kustomization at work.
pub(super) struct Target<'a> {
    renderer: &'a Renderer<'a>,
    session: &'a Session,
    pub(super) loader: Loader<'a>,
    kustomization: Kustomization,
    /// Notes where resources come from, where `buildMetadata` of the top kustomization wants it.
    pub(super) tracker: Option<Tracker>,
}

impl<'a> Target<'a> {
    /// Reads the kustomization of the loader's directory.
    pub(super) fn load(
        renderer: &'a Renderer<'a>,
        session: &'a Session,
        loader: Loader<'a>,
        tracker: Option<Tracker>,
    ) -> Result<Self, Problem> {
        let kustomization = loader.kustomization()?;
        Ok(Self { renderer, session, loader, kustomization, tracker })
    }

    pub(super) fn kustomization(&self) -> &Kustomization {
        &self.kustomization
    }

    /// The name of the kustomization's file.
    pub(super) fn file_name(&self) -> &str {
        self.kustomization.path.as_ref().map_or("", RepoPath::file_name)
    }

    fn tracker_below(&self, entry: &Text) -> Option<Tracker> {
        self.tracker.as_ref().map(|tracker| tracker.enter(entry))
    }

    /// Gathers into `gathered`: empty for a kustomization, the parent's for a component.
    pub(super) fn accumulate(&self, mut gathered: Accumulated) -> Result<Accumulated, Problem> {
        gathered.inputs.extend(self.kustomization.path.clone());
        gathered.inputs.extend(self.session.choose(self.kustomization.openapi.as_ref(), &self.loader)?);
        for entry in &self.kustomization.resources {
            self.add_resource(entry, &mut gathered)?;
        }
        self.add_config(&mut gathered)?;
        self.run_generators(&mut gathered)?;
        for entry in &self.kustomization.components {
            gathered = self.add_component(entry, gathered)?;
        }
        self.run_transformers(&mut gathered)?;
        self.run_validators(&mut gathered)?;
        if !self.kustomization.vars.is_empty() {
            let vars = self.kustomization.vars.iter().map(Var::decode).collect::<Result<_, _>>()?;
            vars::register(&mut gathered.vars, vars, gathered.resources.all_mut())?;
        }
        Ok(gathered)
    }

    /// Reads a file, or gathers what a directory renders.
    pub(super) fn add_resource(&self, entry: &Text, gathered: &mut Accumulated) -> Result<(), Problem> {
        match self.loader.find(entry)? {
            Found::File(_) => {
                let (id, file) = self.loader.read_text(entry)?;
                gathered.inputs.push(file.path().clone());
                let content = file.text().unwrap_or_default();
                for object in manifest::read(&yaml::Text::of_file(id, content, 0))? {
                    let mut resource = Resource::new(object);
                    if is_unknown(&resource) {
                        self.ask_types(gathered);
                    }
                    if let Some(tracker) = &self.tracker {
                        tracker.read_from(&mut resource, entry);
                    }
                    gathered.resources.append(resource)?;
                }
                Ok(())
            }
            Found::Directory(directory) => {
                let loader = self.loader.enter(&directory, entry)?;
                let base = self.renderer.base(self.session, loader, self.tracker_below(entry));
                let base = base.map_err(|problem| problem.via(entry.span))?;
                let base = Arc::unwrap_or_clone(base);
                gathered.resources.append_all(base.resources.into_vec()).map_err(|problem| problem.via(entry.span))?;
                if let Some(config) = &base.config {
                    config::merge_shared(&mut gathered.config, config)?;
                }
                vars::merge(&mut gathered.vars, base.vars)?;
                gathered.inputs.extend(base.inputs);
                gathered.quirks.extend(base.quirks);
                if base.asked {
                    self.ask_types(gathered);
                }
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
        let loader = self.loader.enter(&directory, entry)?;
        let component = Target::load(self.renderer, self.session, loader, self.tracker_below(entry));
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
            let Some(root) = self.read_settings(entry, gathered)? else {
                return Err(Problem::new(format!("`{}` is empty", &**entry)).at(entry.span));
            };
            own = own.merged(&crds::decode(&root)?).map_err(|problem| problem.at(entry.span))?;
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

    /// Notes that a type was looked up: from now on the built-in ones stay beside those of a file.
    fn ask_types(&self, gathered: &mut Accumulated) {
        gathered.asked = true;
        self.session.ask();
    }

    fn run_generators(&self, gathered: &mut Accumulated) -> Result<(), Problem> {
        let kustomization = &self.kustomization;
        let options = kustomization.generator_options.as_ref();
        for (kind, list) in
            [(Generated::ConfigMap, &kustomization.config_maps), (Generated::Secret, &kustomization.secrets)]
        {
            for args in list {
                let mut resource = generate(kind, args, options, &self.loader)?;
                if let Some(tracker) = &self.tracker {
                    tracker.generated(&mut resource, &tracker.field(self.file_name(), kind.plugin()));
                }
                gathered.resources.absorb(resource)?;
            }
        }
        if let Some(span) = kustomization.helm {
            return Err(Problem::new("`helmCharts` needs helm, which is not run")
                .at(span)
                .reason(Reason::Helm)
                .hint("render the charts into the repository, or install them by other means"));
        }
        for plugin in Plugin::load(self, &kustomization.generators, gathered)? {
            let mut resource = plugin.generate(&self.loader)?;
            if let (Some(tracker), Some(by)) = (&self.tracker, Tracker::plugin(&plugin.config)) {
                tracker.generated(&mut resource, &by);
            }
            gathered.resources.absorb(resource)?;
        }
        Ok(())
    }

    fn run_transformers(&self, gathered: &mut Accumulated) -> Result<(), Problem> {
        let kustomization = &self.kustomization;
        let config = gathered.config.clone().unwrap_or_else(Config::default_fields);
        let schema = self.session.schema();
        let context = Context { loader: &self.loader, schema: &schema };
        if let Some(types) = self.session.custom_types() {
            gathered.resources.all_mut().iter_mut().for_each(|resource| resource.types = Some(types.clone()));
        }
        if !kustomization.patches_strategic_merge.is_empty() {
            self.ask_types(gathered);
            self.step("PatchStrategicMergeTransformer", gathered, |Accumulated { resources, quirks, .. }| {
                context.patching(quirks).apply_strategic_merge(resources, &kustomization.patches_strategic_merge)
            })?;
        }
        for patch in &kustomization.patches {
            self.ask_types(gathered);
            self.step("PatchTransformer", gathered, |Accumulated { resources, quirks, .. }| {
                context.patching(quirks).apply(resources, patch)
            })?;
        }
        if let Some(namespace) = kustomization.namespace.as_ref().filter(|text| !text.is_empty()) {
            let subjects = namespace::Subjects::default();
            let setting = namespace::Setting { namespace, specs: &config.namespace, subjects, unset_only: false };
            self.step("NamespaceTransformer", gathered, |gathered| setting.apply(gathered.resources.all_mut()))?;
        }
        for (kind, affix, text, specs) in [
            ("PrefixTransformer", Affix::Prefix, &kustomization.name_prefix, &config.name_prefix),
            ("SuffixTransformer", Affix::Suffix, &kustomization.name_suffix, &config.name_suffix),
        ] {
            if let Some(text) = text.as_ref().filter(|text| !text.is_empty()) {
                self.step(kind, gathered, |gathered| affix.apply(gathered.resources.all_mut(), text, specs))?;
            }
        }
        for entry in &kustomization.labels {
            self.step("LabelTransformer", gathered, |gathered| {
                let specs = labels::specs_of(entry, &config)?;
                labels::apply(gathered.resources.all_mut(), &entry.pairs, &specs, Cause::Labels)
            })?;
        }
        let common = &kustomization.common_labels;
        // kustomize runs the transformer of `commonLabels` wherever there are `labels`, too.
        if !common.is_empty() || !kustomization.labels.is_empty() {
            self.step("LabelTransformer", gathered, |gathered| {
                labels::apply(gathered.resources.all_mut(), common, &config.common_labels, Cause::Labels)
            })?;
        }
        let annotations = &kustomization.common_annotations;
        if !annotations.is_empty() {
            let specs = &config.common_annotations;
            self.step("AnnotationsTransformer", gathered, |gathered| {
                labels::apply(gathered.resources.all_mut(), annotations, specs, Cause::Annotations)
            })?;
        }
        for patch in &kustomization.patches_json6902 {
            self.step("PatchJson6902Transformer", gathered, |Accumulated { resources, quirks, .. }| {
                context.patching(quirks).apply_json6902(resources, patch)
            })?;
        }
        for replica in &kustomization.replicas {
            self.step("ReplicaCountTransformer", gathered, |gathered| {
                replicas::apply(gathered.resources.all_mut(), replica, &config.replicas)
            })?;
        }
        for image in &kustomization.images {
            self.step("ImageTagTransformer", gathered, |gathered| {
                images::apply(gathered.resources.all_mut(), image, &config.images)
            })?;
        }
        let entries = &kustomization.replacements;
        if !entries.is_empty() {
            self.step("ReplacementTransformer", gathered, |Accumulated { resources, inputs, .. }| {
                let replacements = replacements::decode(entries, Mode::Strict, &self.loader, inputs)?;
                replacements::apply(resources.all_mut(), &replacements)
            })?;
        }
        for plugin in Plugin::load(self, &kustomization.transformers, gathered)? {
            plugin.transform(&context, gathered)?;
            if let (Some(tracker), Some(by)) = (&self.tracker, Tracker::plugin(&plugin.config)) {
                tracker.transformed(gathered.resources.all_mut(), &by);
            }
        }
        Ok(())
    }

    /// Does what a field of the kustomization asks for, and notes it in terms of the plugin `kind`.
    fn step(
        &self,
        kind: &str,
        gathered: &mut Accumulated,
        transform: impl FnOnce(&mut Accumulated) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        transform(gathered)?;
        if let Some(tracker) = &self.tracker {
            tracker.transformed(gathered.resources.all_mut(), &tracker.field(self.file_name(), kind));
        }
        Ok(())
    }

    fn run_validators(&self, gathered: &mut Accumulated) -> Result<(), Problem> {
        let schema = self.session.schema();
        let context = Context { loader: &self.loader, schema: &schema };
        for plugin in Plugin::load(self, &self.kustomization.validators, gathered)? {
            plugin.validate(&context, gathered)?;
        }
        Ok(())
    }
}

/// Whether kustomize has to read its schema to learn the scope of the type.
fn is_unknown(resource: &Resource) -> bool {
    Schema::builtin().is_namespaced(&resource.api_version(), &resource.kind()).is_none()
}
