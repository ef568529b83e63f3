//! What one kustomization transforms, in kustomize's order (docs/kustomize.md, "Order").

use super::config::Config;
use super::decode::Mode;
use super::gathered::Accumulated;
use super::metadata::Tracker;
use super::named::told;
use super::plugin::Plugin;
use super::target::Target;
use super::transform::affix::Affix;
use super::transform::{Context, labels, namespace, replacements, replicas};
use crate::source::Problem;
use crate::yaml::Cause;

impl Target<'_> {
    /// Transforms what has been gathered: first the fields of the kustomization in their fixed order, then
    /// the plugins. Returns what these were told, where it may reach what cannot be seen.
    pub(super) fn run_transformers(&self, gathered: &mut Accumulated) -> Result<Vec<String>, Problem> {
        let kustomization = &self.kustomization;
        let config = gathered.config.clone().unwrap_or_else(Config::default_fields);
        let schema = self.session.schema();
        let context = Context { loader: &self.loader, schema: &schema, is_open: gathered.is_open() };
        if let Some(types) = self.session.custom_types() {
            gathered.resources.all_mut().iter_mut().for_each(|resource| resource.types = Some(types.clone()));
        }
        if !kustomization.patches_strategic_merge.is_empty() {
            self.loader.journal().ask();
            self.step("PatchStrategicMergeTransformer", gathered, |Accumulated { resources, quirks, .. }| {
                context.patching(quirks).apply_strategic_merge(resources, &kustomization.patches_strategic_merge)
            })?;
        }
        for patch in &kustomization.patches {
            self.loader.journal().ask();
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
                self.step(kind, gathered, |Accumulated { resources, quirks, .. }| {
                    affix.apply(resources.all_mut(), text, specs, quirks)
                })?;
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
                replicas::apply(gathered.resources.all_mut(), replica, &config.replicas, context.is_open)
            })?;
        }
        for image in &kustomization.images {
            self.step("ImageTagTransformer", gathered, |gathered| gathered.set_image(image, &config.images))?;
        }
        let entries = &kustomization.replacements;
        if !entries.is_empty() {
            self.step("ReplacementTransformer", gathered, |Accumulated { resources, quirks, .. }| {
                let replacements = replacements::decode(entries, Mode::Strict, &self.loader)?;
                replacements::apply(resources.all_mut(), &replacements, context.is_open, quirks)
            })?;
        }
        let mut configured = Vec::new();
        for plugin in Plugin::load(self, &kustomization.transformers, gathered)? {
            if gathered.is_open() {
                configured.extend(told(&plugin.config.node, &self.loader));
            }
            let transformed = plugin.transform(&context, gathered);
            self.pass_plugin(&plugin, transformed, &mut gathered.unseen)?;
            gathered.settle();
            if let (Some(tracker), Some(by)) = (&self.tracker, Tracker::plugin(&plugin.config)) {
                tracker.transformed(gathered.resources.all_mut(), &by);
            }
        }
        Ok(configured)
    }

    /// Does what a field of the kustomization asks for, and notes it in terms of the plugin `kind`.
    fn step(
        &self,
        kind: &str,
        gathered: &mut Accumulated,
        transform: impl FnOnce(&mut Accumulated) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let transformed = transform(gathered);
        self.pass(transformed, &mut gathered.unseen)?;
        gathered.settle();
        if let Some(tracker) = &self.tracker {
            tracker.transformed(gathered.resources.all_mut(), &tracker.field(self.file_name(), kind));
        }
        Ok(())
    }

    /// Runs the validators, which may change nothing.
    pub(super) fn run_validators(&self, gathered: &mut Accumulated) -> Result<(), Problem> {
        let schema = self.session.schema();
        let context = Context { loader: &self.loader, schema: &schema, is_open: gathered.is_open() };
        for plugin in Plugin::load(self, &self.kustomization.validators, gathered)? {
            let validated = plugin.validate(&context, gathered);
            self.pass_plugin(&plugin, validated, &mut gathered.unseen)?;
        }
        Ok(())
    }
}
