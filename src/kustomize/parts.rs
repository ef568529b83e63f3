//! How a kustomization takes parts that cannot be seen here, and what is said of them.

use super::address::Address;
use super::gathered::Accumulated;
use super::generate::Generated;
use super::kustomization::{Chart, GeneratorArgs};
use super::load::Loader;
use super::named::told;
use super::plugin::Plugin;
use super::target::Target;
use super::unseen::{Unseen, UnseenPart};
use crate::source::{Problem, Reason, fingerprint};
use crate::yaml::Node;

/// The fields of a kustomization that change what it gathers.
const EDITS: [&str; 19] = [
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "labels",
    "commonAnnotations",
    "patchesStrategicMerge",
    "patchesJson6902",
    "patches",
    "images",
    "imageTags",
    "replicas",
    "replacements",
    "vars",
    "transformers",
    // What says which fields the others change, and how.
    "configurations",
    "crds",
    "openapi",
    "buildMetadata",
];

impl Target<'_> {
    /// Takes a part that cannot be seen here, where the caller does; whatever else went wrong is an error.
    pub(super) fn pass<T>(
        &self,
        result: Result<T, Problem>,
        unseen: &mut Vec<UnseenPart>,
    ) -> Result<Option<T>, Problem> {
        let problem = match result {
            Ok(value) => return Ok(Some(value)),
            Err(problem) => problem,
        };
        match UnseenPart::of(&problem).filter(|_| self.session.takes_unseen()) {
            Some(part) => unseen.push(part),
            None => return Err(problem),
        }
        Ok(None)
    }

    /// The same for what a generator makes: what else it is told is part of what cannot be seen.
    pub(super) fn pass_generated<T>(
        &self,
        (kind, args): (Generated, &GeneratorArgs),
        result: Result<T, Problem>,
        unseen: &mut Vec<UnseenPart>,
    ) -> Result<Option<T>, Problem> {
        let before = unseen.len();
        let passed = self.pass(result, unseen);
        for part in unseen.iter_mut().skip(before) {
            let mut content = vec![kind.plugin().to_owned(), part.content.clone()];
            content.extend(args.said(self.kustomization.generator_options.as_ref()));
            let paths = args.files.iter().chain(&args.envs);
            let paths = paths.map(|file| file.split_once('=').map_or(&**file, |(_, path)| path));
            content.extend(paths.map(|path| self.loader.content(path).unwrap_or_default()));
            part.content = fingerprint(&content);
        }
        passed
    }

    /// The same for what a plugin does: Helm, or a program.
    pub(super) fn pass_plugin<T>(
        &self,
        plugin: &Plugin,
        result: Result<T, Problem>,
        unseen: &mut Vec<UnseenPart>,
    ) -> Result<Option<T>, Problem> {
        let problem = match result {
            Err(problem) if self.session.takes_unseen() => problem,
            result => return result.map(Some),
        };
        let config = &plugin.config.node;
        let part = match problem.kind() {
            Reason::Helm => Some(chart(&Chart::of_plugin(config), &self.loader)),
            _ => program(config, &problem, &self.loader),
        };
        unseen.push(part.ok_or(problem)?);
        Ok(None)
    }

    /// Names the charts of the kustomization, where the caller takes those.
    pub(super) fn pass_charts(&self, unseen: &mut Vec<UnseenPart>) -> Result<(), Problem> {
        for entry in &self.kustomization.charts {
            if !self.session.takes_unseen() {
                return Err(Problem::new("`helmCharts` needs helm, which is not run")
                    .at(entry.span)
                    .reason(Reason::Helm)
                    .hint("render the charts into the repository, or install them by other means"));
            }
            unseen.push(chart(entry, &self.loader));
        }
        Ok(())
    }

    /// Names what the kustomization does to parts of `gathered` that cannot be seen.
    ///
    /// `configured` is what its transformers are told, wherever that stands.
    pub(super) fn note_edits(&self, configured: &[String], gathered: &mut Accumulated) {
        let Some(map) = self.kustomization.root.as_ref().and_then(Node::as_map).filter(|_| gathered.is_open()) else {
            return;
        };
        for entry in map.iter() {
            let Some(field) = EDITS.iter().find(|name| entry.key.text.eq_ignore_ascii_case(name)) else { continue };
            let items = entry.value.as_seq().filter(|items| !items.is_empty());
            for item in items.unwrap_or(std::slice::from_ref(&entry.value)) {
                let mut content = told(item, &self.loader);
                if *field == "transformers" {
                    content.extend_from_slice(configured);
                }
                gathered.unseen.push(UnseenPart {
                    what: Unseen::Edits,
                    name: (*field).to_owned(),
                    of: item.get("name").and_then(Node::text).map(str::to_owned),
                    version: None,
                    held: true,
                    content: fingerprint(&content),
                    span: item.origin.span.or(entry.key.span),
                });
            }
        }
    }
}

/// A chart that a kustomization has Helm render.
fn chart(chart: &Chart, loader: &Loader<'_>) -> UnseenPart {
    let mut content = told(&chart.config, loader);
    let name = &*chart.name;
    let version = chart.version.as_deref().unwrap_or_default();
    // Where kustomize looks for a chart before it fetches one: that of a version has a directory around it.
    let homes = [format!("{}/{name}", chart.home), format!("{}/{name}-{version}/{name}", chart.home)];
    let files: Vec<String> = homes.iter().flat_map(|home| loader.all_in(home)).collect();
    let held = !files.is_empty();
    content.extend(files);
    UnseenPart {
        what: Unseen::Chart,
        name: chart.name.text.to_string(),
        of: chart.repository.as_deref().map(Address::repository),
        version: chart.version.as_ref().map(|version| version.text.to_string()),
        held,
        content: fingerprint(&content),
        span: chart.version.as_ref().and_then(|version| version.span).or(chart.name.span).or(chart.span),
    }
}

/// What a program is told to do.
fn program(config: &Node, problem: &Problem, loader: &Loader<'_>) -> Option<UnseenPart> {
    Some(UnseenPart { content: fingerprint(&told(config, loader)), ..UnseenPart::of(problem)? })
}
