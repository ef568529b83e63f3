//! What one kustomization gathers and does, in kustomize's order (docs/kustomize.md, "Order").

use std::sync::Arc;

use super::config::{self, Config};
use super::crds;
use super::decode::Text;
use super::gathered::Accumulated;
use super::generate::{Generated, generate};
use super::limits;
use super::load::Found;
use super::metadata::Tracker;
use super::plugin::Plugin;
use super::target::Target;
use super::transform::vars::{self, Var};
use crate::source::{Problem, Reason};
use crate::yaml::{self, Dialect, Node};

impl Target<'_> {
    /// Gathers into `gathered`: empty for a kustomization, the parent's for a component.
    pub(super) fn accumulate(&self, mut gathered: Accumulated) -> Result<Accumulated, Problem> {
        let types = self.session.choose(self.kustomization.openapi.as_ref(), &self.loader, &mut gathered.quirks);
        self.pass(types, &mut gathered.unseen)?;
        gathered.quirks.extend(self.kustomization.quirks.iter().cloned());
        for entry in &self.kustomization.resources {
            let added = self.add_resource(entry, &mut gathered);
            self.pass(added, &mut gathered.unseen)?;
        }
        self.add_config(&mut gathered)?;
        self.run_generators(&mut gathered)?;
        for entry in &self.kustomization.components {
            if let Some(found) = self.pass(self.loader.find(entry), &mut gathered.unseen)? {
                gathered = self.add_component(entry, found, gathered)?;
            }
        }
        let configured = self.run_transformers(&mut gathered)?;
        self.note_edits(&configured, &mut gathered);
        self.run_validators(&mut gathered)?;
        if !self.kustomization.vars.is_empty() {
            let vars = self.kustomization.vars.iter().map(Var::decode).collect::<Result<_, _>>()?;
            vars::register(&mut gathered.vars, vars, gathered.resources.all_mut())?;
        }
        Ok(gathered)
    }

    /// A component works on what its parent has gathered.
    fn add_component(&self, entry: &Text, found: Found, mut gathered: Accumulated) -> Result<Accumulated, Problem> {
        gathered.components += 1;
        limits::count(gathered.components, limits::COMPONENTS, "components")
            .map_err(|problem| problem.at(entry.span))?;
        let Found::Directory(directory) = found else {
            return Err(Problem::new(format!("`{}` is a file, and `components` wants directories", &**entry))
                .at(entry.span)
                .hint("list files under `resources`"));
        };
        let loader = self.loader.enter(&directory, entry)?;
        self.loader.journal().count_kustomization().map_err(|problem| problem.at(entry.span))?;
        let component = Target::load(self.bases, self.session, loader, self.tracker_below(entry), None);
        let component = component.map_err(|problem| problem.via(entry.span))?;
        if !component.kustomization.component {
            return Err(Problem::new(format!("`{}` is no component", &**entry))
                .at(entry.span)
                .hint("set `kind: Component` there, or list it under `resources`"));
        }
        let before = gathered.quirks.len();
        let mut gathered = component.accumulate(gathered).map_err(|problem| problem.via(entry.span))?;
        gathered.resources.check_unique().map_err(|problem| problem.via(entry.span))?;
        config::merge_again(&mut gathered.config).map_err(|problem| problem.via(entry.span))?;
        // Components are written for many: what one applies to nothing here may apply elsewhere.
        for quirk in gathered.quirks.iter_mut().skip(before).filter(|quirk| quirk.kind() == Reason::Unmatched) {
            *quirk = quirk.clone().reason(Reason::Invalid);
        }
        Ok(gathered)
    }

    /// Adds the defaults with what `configurations` say, and then what is learned from `crds`: two steps, as upstream
    /// does, because the first merges into what may still be empty.
    fn add_config(&self, gathered: &mut Accumulated) -> Result<(), Problem> {
        let defaults = Config::default_fields();
        let mut own = Config::default();
        for entry in &self.kustomization.configurations {
            if let Some(root) = self.pass(self.read_settings(entry), &mut gathered.unseen)?.flatten() {
                let settings = Config::decode(&root).map_err(|problem| problem.via(entry.span))?;
                own = own.merged(&settings).map_err(|problem| problem.at(entry.span))?;
            }
        }
        if self.kustomization.configurations.is_empty() {
            config::merge_shared(&mut gathered.config, &defaults)?;
        } else {
            let own = Config::clone(&defaults).merged(&own)?;
            config::merge_shared(&mut gathered.config, &Arc::new(own))?;
        }
        let mut learned = Config::default();
        for entry in &self.kustomization.crds {
            let Some(content) = self.pass(self.loader.read_text(entry), &mut gathered.unseen)? else { continue };
            let root = if content.text().starts_with('{') {
                // Text that looks like JSON must be JSON.
                let root = yaml::parse_json(&content.yaml(), &mut |_, _| false);
                Some(root.map_err(|problem| problem.via(entry.span))?.0)
            } else {
                self.read_settings(entry)?
            };
            let Some(root) = root else {
                return Err(Problem::new(format!("`{}` is empty", &**entry)).at(entry.span));
            };
            let settings = crds::decode(&root).map_err(|problem| problem.via(entry.span))?;
            learned = learned.merged(&settings).map_err(|problem| problem.at(entry.span))?;
        }
        if self.kustomization.crds.is_empty() {
            return Ok(());
        }
        config::merge_shared(&mut gathered.config, &Arc::new(learned))
    }

    /// Reads a file that is written in the dialect of kustomizations.
    fn read_settings(&self, entry: &Text) -> Result<Option<Node>, Problem> {
        yaml::parse_first(&self.loader.read_text(entry)?.yaml(), Dialect::Config)
            .map_err(|problem| problem.via(entry.span))
    }

    fn run_generators(&self, gathered: &mut Accumulated) -> Result<(), Problem> {
        let kustomization = &self.kustomization;
        let options = kustomization.generator_options.as_ref();
        for (kind, list) in
            [(Generated::ConfigMap, &kustomization.config_maps), (Generated::Secret, &kustomization.secrets)]
        {
            for args in list {
                let generated = generate(kind, args, options, &self.loader);
                let passed = self.pass_generated((kind, args), generated, &mut gathered.unseen)?;
                let Some(mut resource) = passed else { continue };
                if let Some(tracker) = &self.tracker {
                    tracker.generated(&mut resource, &tracker.field(self.file_name(), kind.plugin()));
                }
                gathered.absorb(resource)?;
            }
        }
        self.pass_charts(&mut gathered.unseen)?;
        for plugin in Plugin::load(self, &kustomization.generators, gathered)? {
            let generated = plugin.generate(&self.loader);
            let Some(mut resource) = self.pass_plugin(&plugin, generated, &mut gathered.unseen)? else { continue };
            if let (Some(tracker), Some(by)) = (&self.tracker, Tracker::plugin(&plugin.config)) {
                tracker.generated(&mut resource, &by);
            }
            gathered.absorb(resource)?;
        }
        Ok(())
    }
}
