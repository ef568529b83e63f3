//! How a kustomization takes parts that cannot be seen here, and what is said of them.

use std::collections::BTreeSet;

use super::decode::Text;
use super::gathered::Accumulated;
use super::kustomization::Chart;
use super::load::Loader;
use super::plugin::Plugin;
use super::target::Target;
use super::unseen::{Unseen, UnseenPart};
use crate::source::{Problem, Reason, fingerprint};
use crate::yaml::{Entry, Node};

/// The fields of a kustomization that change what it gathers.
const EDITS: [&str; 15] = [
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
    pub(super) fn note_edits(&self, gathered: &mut Accumulated) {
        let kustomization = &self.kustomization;
        let Some(map) = kustomization.root.as_ref().and_then(Node::as_map).filter(|_| gathered.is_open()) else {
            return;
        };
        let edits = map.iter().filter(|entry| EDITS.iter().any(|name| entry.key.text.eq_ignore_ascii_case(name)));
        let edits: Vec<&Entry> = edits.collect();
        let Some(first) = edits.first() else { return };
        let patches = kustomization.patches.iter().chain(&kustomization.patches_json6902);
        let paths = patches.filter_map(|patch| patch.path.as_ref());
        let paths = paths.chain(&kustomization.patches_strategic_merge).chain(&kustomization.transformers);
        let said = |entry: &&Entry| format!("{}: {}", entry.key.text, entry.value.to_json());
        let mut content: Vec<String> = edits.iter().map(said).collect();
        content.extend(paths.filter_map(|path| text_of(path, &self.loader)));
        content.extend(kustomization.replacements.iter().flat_map(|node| named_in(node, &self.loader)));
        gathered.unseen.push(UnseenPart {
            what: Unseen::Edits,
            name: self.loader.root().to_string(),
            version: None,
            held: true,
            content: fingerprint(&content),
            span: first.key.span,
        });
    }
}

/// A chart that a kustomization has Helm render.
fn chart(chart: &Chart, loader: &Loader<'_>) -> UnseenPart {
    let mut content = vec![chart.config.to_json().to_string()];
    content.extend(named_in(&chart.config, loader));
    let files = loader.all_in(&format!("{}/{}", chart.home, &*chart.name));
    let held = !files.is_empty();
    content.extend(files);
    UnseenPart {
        what: Unseen::Chart,
        name: chart.name.text.to_string(),
        version: chart.version.as_ref().map(|version| version.text.to_string()),
        held,
        content: fingerprint(&content),
        span: chart.version.as_ref().and_then(|version| version.span).or(chart.name.span).or(chart.span),
    }
}

/// What a program is told to do.
fn program(config: &Node, problem: &Problem, loader: &Loader<'_>) -> Option<UnseenPart> {
    let mut content = vec![config.to_json().to_string()];
    content.extend(named_in(config, loader));
    Some(UnseenPart { content: fingerprint(&content), ..UnseenPart::of(problem)? })
}

/// The contents of the files that texts in a node name.
fn named_in(node: &Node, loader: &Loader<'_>) -> Vec<String> {
    let mut names = BTreeSet::new();
    node.leaves(&mut |_, leaf| {
        let text = leaf.text().unwrap_or_default();
        names.insert(text.split_once('=').map_or(text, |(_, path)| path).to_owned());
    });
    let names = names.into_iter().filter(|name| name.contains('.') && !name.contains(char::is_whitespace));
    names.filter_map(|name| text_of(&Text { text: name.into(), span: None }, loader)).collect()
}

/// What tells the content of a file from others; `None` where there is no such file.
fn text_of(path: &Text, loader: &Loader<'_>) -> Option<String> {
    let (_, file) = loader.read(path).ok()?;
    Some(fingerprint(&[file.bytes()]))
}
