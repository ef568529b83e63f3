//! Finds Secrets in a file by reading it, rendered or not.

use std::ops::Range;

use crate::source::{FileId, Files, RepoPath, Span};
use crate::yaml::{Dialect, Map, Node, Text, parse_all};

/// The parts of a file that may be values of Secrets. `open` says that the file is read into ConfigMaps.
pub(super) fn secrets(name: &str, content: &str, open: bool) -> Vec<Range<usize>> {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    let is_yaml = matches!(extension.as_deref(), Some("yaml" | "yml" | "json")) || name == "Kustomization";
    if !is_yaml {
        let lower = name.to_ascii_lowercase();
        let telling = [".env", "secret", "password", "credential"].iter().any(|word| lower.contains(word));
        let key = matches!(extension.as_deref(), Some("key" | "pem" | "p12" | "env"));
        return if (telling || key) && !open { values(content) } else { Vec::new() };
    }
    if !may_hold(content) {
        return Vec::new();
    }
    let files = Files::default();
    let id = files.add(RepoPath::root(), content.as_bytes().to_vec());
    let text = Text::of_file(id, content, 0);
    match parse_all(&text, Dialect::Resource).or_else(|_| parse_all(&text, Dialect::Config)) {
        Ok(documents) => {
            let mut found = Found { files: &files, file: id, content, hidden: Vec::new() };
            for document in &documents {
                found.node(document, 0);
            }
            let comments = if found.hidden.is_empty() { Vec::new() } else { comments(content) };
            found.hidden.into_iter().chain(comments).collect()
        }
        Err(_) => values(content),
    }
}

/// Whether a text speaks of a Secret at all, or patches something's data.
fn may_hold(text: &str) -> bool {
    ["Secret", "secretGenerator", "/data", "/stringData"].iter().any(|mark| text.contains(mark))
}

/// A literal `key=value` less its key; anything else whole.
pub(super) fn after_key(content: &str, range: &Range<usize>) -> Range<usize> {
    let text = content.get(range.clone()).unwrap_or_default();
    match text.find('=') {
        Some(at) if !text.contains('\n') => range.start + at + 1..range.end,
        _ => range.clone(),
    }
}

/// Everything that follows a key, line by line; lines without a key wholly.
fn values(content: &str) -> Vec<Range<usize>> {
    let values = lines(content).filter(|(_, text)| !text.ends_with(':') && !matches!(text.trim(), "" | "---" | "-"));
    values.map(|(start, text)| start + value_in(text).unwrap_or(0)..start + text.len()).collect()
}

/// What comments set: a secret that was commented out is one still.
fn comments(content: &str) -> Vec<Range<usize>> {
    let comment = |(start, text): (usize, &str)| {
        let hash = if text.trim_start().starts_with('#') { Some(0) } else { text.find(" #") }?;
        let value = hash + value_in(text.get(hash..)?)?;
        Some(start + value..start + text.len())
    };
    lines(content).filter_map(comment).collect()
}

/// The lines with the bytes at which they start.
fn lines(content: &str) -> impl Iterator<Item = (usize, &str)> {
    content.split_inclusive('\n').scan(0, |next, line| {
        let start = *next;
        *next += line.len();
        Some((start, line.trim_end()))
    })
}

/// Where the value of a line `key=value` or `key: value` starts.
fn value_in(line: &str) -> Option<usize> {
    [line.find('=').map(|at| at + 1), line.find(": ").map(|at| at + 2)].into_iter().flatten().min()
}

/// Manifests inside scalars inside manifests: deeper than anybody writes them.
const NESTING: usize = 4;

struct Found<'a> {
    files: &'a Files,
    file: FileId,
    content: &'a str,
    hidden: Vec<Range<usize>>,
}

impl Found<'_> {
    fn node(&mut self, node: &Node, nesting: usize) {
        if let Some(map) = node.as_map() {
            self.map(map);
            for entry in map.iter() {
                self.node(&entry.value, nesting);
            }
        }
        for item in node.as_seq().unwrap_or_default() {
            self.node(item, nesting);
        }
        // A patch or a manifest written into a scalar.
        if let Some(inner) = node.as_str().filter(|inner| nesting < NESTING && may_hold(inner)) {
            let text = Text::of_scalar(self.files, inner, node.origin.span);
            match parse_all(&text, Dialect::Config) {
                Ok(documents) => {
                    for document in &documents {
                        self.node(document, nesting + 1);
                    }
                }
                Err(_) => self.hide(node.origin.span, false),
            }
        }
    }

    fn map(&mut self, map: &Map) {
        let text = |key: &str| map.get(key).and_then(Node::text);
        if text("kind") == Some("Secret") {
            let annotations = map.get("metadata").and_then(|metadata| metadata.get("annotations"));
            for values in [map.get("data"), map.get("stringData"), annotations].into_iter().flatten() {
                self.leaves(values, false);
            }
        }
        for generator in map.get("secretGenerator").and_then(Node::as_seq).unwrap_or_default() {
            if let Some(literals) = generator.get("literals") {
                self.leaves(literals, true);
            }
        }
        // An operation of a JSON patch does not say what it is applied to.
        let into_data = |path: &str| path.starts_with("/data") || path.starts_with("/stringData");
        if let Some(value) = map.get("value")
            && text("op").is_some()
            && text("path").is_some_and(into_data)
        {
            self.leaves(value, false);
        }
    }

    fn leaves(&mut self, node: &Node, keyed: bool) {
        let mut spans: Vec<Option<Span>> = Vec::new();
        node.leaves(&mut |_, leaf| spans.push(leaf.origin.span));
        for span in spans {
            self.hide(span, keyed);
        }
    }

    fn hide(&mut self, span: Option<Span>, keyed: bool) {
        if let Some(span) = span.filter(|span| span.file == self.file) {
            let range = span.start as usize..span.end() as usize;
            self.hidden.push(if keyed { after_key(self.content, &range) } else { range });
        }
    }
}
