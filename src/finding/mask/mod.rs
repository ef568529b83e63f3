//! Keeps Secret values out of everything that is printed: excerpts of files and messages.
//!
//! Two nets lie over one another. What was rendered says exactly which text set a Secret's value. What could not be
//! rendered is told by `secrecy`, from the text alone.

mod words;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use serde_json::Value as Json;

use super::place::{Excerpt, Place};
use crate::diff::is_secret_path;
use crate::kustomize::Manifest;
use crate::secrecy;
use crate::source::{FileId, Files, SourceFile, Span};
use crate::yaml::{Cause, Node, Origin, Segment};

pub use words::MASK;
use words::Words;

/// Lines shown before and after the place itself.
const CONTEXT: u32 = 2;

/// Lines shown of a place that covers many.
const LINES: u32 = 6;

/// Words of reports themselves: hiding them hides nothing, and a report without them says nothing.
const OWN_WORDS: [&str; 14] = [
    "cluster",
    "container",
    "digest",
    "docker.io",
    "latest",
    "library",
    "limits",
    "memory",
    "namespace",
    "production",
    "requests",
    "resource",
    "resources",
    "staging",
];

/// Everything secret that a run has seen. Built once from all renders, then only read.
#[derive(Debug, Default)]
pub struct Masks {
    /// Text that set a Secret's value, and whether a generator read it.
    spans: HashMap<FileId, Vec<(Range<usize>, bool)>>,
    /// Values.
    values: Words,
    /// What variables of Secrets are set to, which is among the values.
    variables: Words,
    /// Names of objects and environments.
    names: HashSet<String>,
    /// What was found in a file by reading it.
    read: Mutex<HashMap<FileId, Arc<Vec<Range<usize>>>>>,
}

impl Masks {
    /// What the files that a run has read so far say without being rendered.
    #[must_use]
    pub fn of(files: &Files) -> Self {
        let mut masks = Self::default();
        masks.learn(files);
        masks
    }

    /// Learns what the files say that a run has read so far.
    pub fn learn(&mut self, files: &Files) {
        let all = files.all();
        // Where something is said, reports print everywhere.
        all.iter().flat_map(|file| file.path().components()).for_each(|name| self.add_name(name));
        // Most files hold no Secret, and of thousands it takes long to say so.
        let found: Vec<_> = all.clone().into_par_iter().filter(|file| secrecy::may_hold_values(file)).collect();
        let found: Vec<_> = found.into_par_iter().map(|file| (secrecy::hidden(&file).values, file)).collect();
        let mut variables = BTreeSet::new();
        for (ranges, file) in found {
            let content = file.text().unwrap_or_default();
            for value in ranges.into_iter().filter_map(|range| content.get(range)) {
                self.values.add(value);
                self.values.add_encoded(value);
                variables.extend(secrecy::variables(value).map(str::to_owned));
            }
        }
        // What a secret variable is set to may be another variable, which is one then.
        let mut known = BTreeSet::new();
        while variables.len() > known.len() {
            let set = all.par_iter().flat_map_iter(|file| secrecy::substitutes(file, &variables)).collect::<Vec<_>>();
            known.clone_from(&variables);
            for value in set.iter().filter_map(Node::text) {
                for words in [&mut self.values, &mut self.variables] {
                    words.add(value);
                    // Flux joins the lines.
                    value.lines().for_each(|line| words.add(line));
                }
                variables.extend(secrecy::variables(value).map(str::to_owned));
            }
        }
    }

    /// Learns what a rendered resource holds. Call it for every resource of every render, base included.
    pub fn add(&mut self, manifest: &Manifest) {
        for name in [Some(manifest.name()), manifest.namespace(), Some(manifest.kind())].into_iter().flatten() {
            self.add_name(name);
        }
        let mut parts = Vec::new();
        secrecy::parts(&manifest.node, &mut |_, node, part| parts.push((node, part)));
        if parts.is_empty() {
            self.add_names(&manifest.node);
        }
        for (node, part) in parts {
            match part {
                secrecy::Part::Text | secrecy::Part::Settings => {
                    secrecy::values(node, part, &mut |text| self.values.add(text));
                }
                _ => node.leaves(&mut |path, leaf| {
                    self.add_value(leaf);
                    // A line of an env file without `=` is a key without a value.
                    if let Some(Segment::Key(key)) = path.last()
                        && leaf.origin.cause == Cause::Generator
                        && leaf.text() == Some("")
                    {
                        self.values.add(key);
                    }
                }),
            }
        }
        for removal in manifest.removed.iter().filter(|removal| is_secret_path(manifest, &removal.path)) {
            removal.value.leaves(&mut |_, leaf| self.add_value(leaf));
        }
    }

    /// Learns a name that reports print everywhere, an environment's for instance: it is shown even where a
    /// Secret holds the same text.
    pub fn add_name(&mut self, name: &str) {
        if name.len() >= words::SHORTEST {
            self.names.insert(name.to_owned());
        }
    }

    /// Learns what an object that holds nothing secret calls its parts, and its images.
    fn add_names(&mut self, node: &Node) {
        node.leaves(&mut |path, leaf| match (path.last(), leaf.text()) {
            (Some(Segment::Key(key)), Some(text)) if &**key == "image" => {
                text.split(['/', ':', '@']).for_each(|part| self.add_name(part));
            }
            (Some(Segment::Key(key)), Some(text)) if &**key == "name" => self.add_name(text),
            _ => {}
        });
    }

    fn add_value(&mut self, leaf: &Node) {
        self.add_origin(&leaf.origin);
        let overridden = leaf.origin.chain().filter_map(|link| link.value.as_ref().map(|value| &*value.text));
        for text in leaf.text().into_iter().chain(overridden) {
            self.values.add(text);
            // What stands in `data` is base64, what a patch put into it may not be.
            self.values.add_encoded(text);
        }
    }

    fn add_origin(&mut self, origin: &Origin) {
        for origin in std::iter::once(origin).chain(origin.chain().map(|link| &link.origin)) {
            if let Some(span) = origin.span {
                let range = span.start as usize..span.end() as usize;
                self.spans.entry(span.file).or_default().push((range, origin.cause == Cause::Generator));
            }
        }
    }

    /// Whether nothing is secret.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// A text without the Secret values in it.
    #[must_use]
    pub fn scrub<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let text = self.values.replace(text, |word| self.names.contains(word) || OWN_WORDS.contains(&word));
        match text {
            Cow::Borrowed(text) => without_credentials(text),
            Cow::Owned(text) => Cow::Owned(without_credentials(&text).into_owned()),
        }
    }

    /// A text without what variables of Secrets are set to: any app may show that, which renders none of these Secrets.
    #[must_use]
    pub fn scrub_variables<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.variables.replace(text, |word| self.names.contains(word) || OWN_WORDS.contains(&word))
    }

    /// A document without the Secret values in its texts and keys.
    #[must_use]
    pub fn scrub_json(&self, document: Json) -> Json {
        match document {
            Json::String(text) => self.scrub(&text).into_owned().into(),
            Json::Array(items) => items.into_iter().map(|item| self.scrub_json(item)).collect(),
            Json::Object(entries) => entries
                .into_iter()
                .map(|(key, value)| (self.scrub(&key).into_owned(), self.scrub_json(value)))
                .collect(),
            other => other,
        }
    }

    /// A message about `span` without the Secret values in it, nor what is masked around there: a file
    /// that could not be read has no values yet.
    #[must_use]
    pub fn message(&self, files: &Files, span: Option<Span>, text: &str) -> String {
        let message = self.scrub(text).into_owned();
        let Some(file) = span.map(|span| (span.file, files.get(span.file))) else { return message };
        let (id, file) = file;
        words::without(&message, &file, &self.hidden(id, &file))
    }

    /// The place that `span` covers, with the lines around it.
    #[must_use]
    pub fn place(&self, files: &Files, span: Span) -> Place {
        Place { location: files.location(span), excerpt: self.excerpt(files, span) }
    }

    /// The lines that `span` covers and those around it, as far as they may be seen.
    #[must_use]
    pub fn excerpt(&self, files: &Files, span: Span) -> Excerpt {
        let location = files.location(span);
        let file = files.get(span.file);
        let hidden = self.hidden(span.file, &file);
        let first = location.line.saturating_sub(CONTEXT).max(1);
        let last = location.end_line.min(location.line.saturating_add(LINES)).saturating_add(CONTEXT);
        let lines = (first..=last).map_while(|number| {
            let start = file.line_start(number)? as usize;
            let line = file.line_text(number)?;
            // The empty line after the last line break is none.
            (start < file.bytes().len() || number == location.line)
                .then(|| self.scrub(&cover(&line, start, &hidden)).into_owned())
        });
        Excerpt { first, lines: lines.collect() }
    }

    /// The lines of a file, as far as they may be seen.
    #[must_use]
    pub fn lines(&self, files: &Files, id: FileId) -> Vec<String> {
        let file = files.get(id);
        let hidden = self.hidden(id, &file);
        let lines = (1..).map_while(|number| {
            let start = file.line_start(number)? as usize;
            let line = file.line_text(number)?;
            (start < file.bytes().len()).then(|| self.scrub(&cover(&line, start, &hidden)).into_owned())
        });
        lines.collect()
    }

    /// The bytes of a file that are not shown, in order, none within another.
    fn hidden(&self, id: FileId, file: &SourceFile) -> Arc<Vec<Range<usize>>> {
        if let Some(known) = self.read.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return known.clone();
        }
        let whole = 0..file.bytes().len();
        let content = file.text().unwrap_or_default();
        let spans = self.spans.get(&id).map(Vec::as_slice).unwrap_or_default();
        let told = spans.iter().map(|(range, generated)| match generated {
            // A line of an env file or a literal; of a file that is a value nothing is shown.
            true if *range != whole => secrecy::after_key(content, range),
            _ => range.clone(),
        });
        let mut hidden: Vec<_> = told.chain(secrecy::hidden(file).ranges).collect();
        hidden.sort_by_key(|range| (range.start, range.end));
        hidden.dedup_by(|next, range| {
            let overlaps = next.start < range.end;
            if overlaps {
                range.end = range.end.max(next.end);
            }
            overlaps
        });
        let hidden = Arc::new(hidden);
        self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(id, hidden.clone());
        hidden
    }
}

/// A text without the credentials of addresses in it.
fn without_credentials(text: &str) -> Cow<'_, str> {
    let (mut out, mut at) = (String::new(), 0);
    for range in secrecy::credentials(text) {
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(MASK);
        at = range.end;
    }
    if at == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(out)
}

/// A line, which starts at byte `start` of its file, with what is hidden covered.
fn cover(line: &str, start: usize, hidden: &[Range<usize>]) -> String {
    let end = start + line.len();
    let mut out = String::new();
    let mut at = start;
    let first = hidden.partition_point(|range| range.end <= start);
    for range in hidden.iter().skip(first).take_while(|range| range.start < end) {
        let part = |from: usize, to: usize| line.get(from - start..to - start).unwrap_or_default();
        let (from, to) = (range.start.clamp(at, end), range.end.clamp(at, end));
        if from == to {
            continue;
        }
        out.push_str(part(at, from));
        let covered = part(from, to);
        let indent = covered.len() - covered.trim_start().len();
        out.push_str(covered.get(..indent).unwrap_or_default());
        if indent < covered.len() {
            out.push_str(MASK);
        }
        at = to;
    }
    out.push_str(line.get(at - start..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests;
