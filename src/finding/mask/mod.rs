//! Keeps Secret values out of everything that is printed: excerpts of files and messages.
//!
//! Two nets lie over one another. What was rendered says exactly which text set a Secret's value. What
//! could not be rendered is read file by file for Secrets, and where it is no YAML, only keys are shown.

mod text;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::place::{Excerpt, Place};
use crate::diff::is_secret_path;
use crate::kustomize::Manifest;
use crate::source::{FileId, Files, SourceFile, Span};
use crate::yaml::{Cause, Node, Origin};

/// What stands in the place of a secret.
pub const MASK: &str = "***";

/// Lines shown before and after the place itself.
const CONTEXT: u32 = 2;

/// Lines shown of a place that covers many.
const LINES: u32 = 6;

/// Bytes that a value must have to be looked for in texts: shorter ones are found in everything.
const SHORTEST: usize = 6;

/// Bytes that one line of a longer value must have: `metadata:` is no secret.
const SHORTEST_LINE: usize = 12;

/// Everything secret that a run has seen. Built once from all renders, then only read.
#[derive(Debug, Default)]
pub struct Masks {
    /// Text that set a Secret's value, and whether a generator read it.
    spans: HashMap<FileId, Vec<(Range<usize>, bool)>>,
    /// Files that a generator reads into ConfigMaps.
    open: HashSet<FileId>,
    /// Values, by their first bytes.
    values: HashMap<[u8; SHORTEST], BTreeSet<String>>,
    /// Names of objects and environments.
    names: HashSet<String>,
    /// What was found in a file by reading it.
    read: Mutex<HashMap<FileId, Arc<Vec<Range<usize>>>>>,
}

impl Masks {
    /// Learns what a rendered resource holds. Call it for every resource of every render, base included.
    pub fn add(&mut self, manifest: &Manifest) {
        for name in [Some(manifest.name()), manifest.namespace(), Some(manifest.kind())].into_iter().flatten() {
            self.add_name(name);
        }
        if manifest.is_secret() {
            let encoded = |path: &crate::yaml::Path| matches!(path.first(), Some(first) if *first == "data".into());
            manifest.node.leaves(&mut |path, leaf| {
                if is_secret_path(manifest, path) {
                    self.add_value(leaf, encoded(path));
                }
            });
            for removal in manifest.removed.iter().filter(|removal| is_secret_path(manifest, &removal.path)) {
                removal.value.leaves(&mut |_, leaf| self.add_value(leaf, encoded(&removal.path)));
            }
        } else if manifest.kind() == "ConfigMap" {
            manifest.node.leaves(&mut |_, leaf| {
                if leaf.origin.cause == Cause::Generator {
                    self.open.extend(leaf.origin.span.map(|span| span.file));
                }
            });
        }
    }

    /// Learns a name that reports print everywhere, an environment's for instance: it is shown even where a
    /// Secret holds the same text.
    pub fn add_name(&mut self, name: &str) {
        if name.len() >= SHORTEST {
            self.names.insert(name.to_owned());
        }
    }

    fn add_value(&mut self, leaf: &Node, encoded: bool) {
        self.add_origin(&leaf.origin);
        let overridden = leaf.origin.chain().filter_map(|link| link.value.as_ref().map(|value| &*value.text));
        let texts: Vec<&str> = leaf.text().into_iter().chain(overridden).collect();
        for text in texts {
            self.add_text(text);
            // What stands in `data` is base64, what a patch put into it may not be.
            let compact: String = text.split_ascii_whitespace().collect();
            if encoded && let Some(text) = STANDARD.decode(compact).ok().and_then(|bytes| String::from_utf8(bytes).ok())
            {
                self.add_text(&text);
            }
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

    /// A whole value; of a longer one also its lines, and what they set.
    fn add_text(&mut self, text: &str) {
        self.add_word(text, SHORTEST);
        self.add_word(text.trim(), SHORTEST);
        if text.trim().contains('\n') {
            for line in text.lines().map(str::trim) {
                self.add_word(line, SHORTEST_LINE);
                let value = line.split_once('=').or_else(|| line.split_once(": ")).map(|(_, value)| value.trim());
                self.add_word(value.unwrap_or_default().trim_matches(['"', '\'']), SHORTEST);
            }
        }
    }

    fn add_word(&mut self, word: &str, shortest: usize) {
        if word.len() >= shortest
            && let Some(start) = word.as_bytes().first_chunk::<SHORTEST>()
        {
            self.values.entry(*start).or_default().insert(word.to_owned());
        }
    }

    /// A text without the Secret values in it.
    #[must_use]
    pub fn scrub<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut out = String::new();
        let mut kept = 0;
        let mut at = 0;
        while let Some(start) = text.as_bytes().get(at..).and_then(<[u8]>::first_chunk::<SHORTEST>) {
            let rest = text.get(at..).unwrap_or_default();
            let longest = self
                .values
                .get(start)
                .into_iter()
                .flatten()
                .filter(|value| rest.starts_with(value.as_str()) && !self.names.contains(*value))
                .map(String::len)
                .max();
            match longest {
                Some(len) => {
                    out.push_str(text.get(kept..at).unwrap_or_default());
                    out.push_str(MASK);
                    at += len;
                    kept = at;
                }
                None => at += 1,
            }
        }
        if kept == 0 {
            return Cow::Borrowed(text);
        }
        out.push_str(text.get(kept..).unwrap_or_default());
        Cow::Owned(out)
    }

    /// A message about `span` without the Secret values in it, nor what is masked around there: a file
    /// that could not be read has no values yet.
    #[must_use]
    pub fn message(&self, files: &Files, span: Option<Span>, text: &str) -> String {
        let mut message = self.scrub(text).into_owned();
        let Some(file) = span.map(|span| (span.file, files.get(span.file))) else { return message };
        let (id, file) = file;
        for hidden in self.hidden(id, &file).iter() {
            let secret = file.bytes().get(hidden.clone()).and_then(|bytes| std::str::from_utf8(bytes).ok());
            let words = secret.unwrap_or_default().split_whitespace().map(|word| word.trim_matches(['"', '\'', ',']));
            for word in words.filter(|word| word.len() >= SHORTEST) {
                message = message.replace(word, MASK);
            }
        }
        message
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
        let mut hidden = match file.text() {
            None => vec![whole],
            Some(content) => {
                let spans = self.spans.get(&id).map(Vec::as_slice).unwrap_or_default();
                let told = spans.iter().map(|(range, generated)| match generated {
                    // A line of an env file or a literal; of a file that is a value nothing is shown.
                    true if *range != whole => text::after_key(content, range),
                    _ => range.clone(),
                });
                told.chain(text::secrets(file.path().file_name(), content, self.open.contains(&id))).collect()
            }
        };
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
