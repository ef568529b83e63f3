//! What of a file is secret, whether it can be read or not.

use std::ops::Range;

use super::called;
use super::kind;
use super::lines;
use super::nested::NESTING;
use super::node::{Part, parts, parts_of_settings};
use crate::source::{FileId, Files, RepoPath, SourceFile, Span, Use};
use crate::yaml::{Dialect, Node, Text, parse_all};

/// The secret bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hidden {
    /// Where they are, in no order.
    pub ranges: Vec<Range<usize>>,
    /// Those that are values beyond doubt.
    pub values: Vec<Range<usize>>,
}

impl Hidden {
    fn doubtful(ranges: Vec<Range<usize>>) -> Self {
        Self { ranges, values: Vec::new() }
    }

    fn certain(ranges: Vec<Range<usize>>) -> Self {
        Self { values: ranges.clone(), ranges }
    }
}

/// The secret bytes of a file, by what it is used for and by what it holds.
#[must_use]
pub fn hidden(file: &SourceFile) -> Hidden {
    let whole = 0..file.bytes().len();
    let Some(content) = file.text() else { return Hidden::doubtful(vec![whole]) };
    match file.used() {
        Use::SecretFile => Hidden { ranges: lines::all(content), values: vec![whole] },
        Use::SecretSettings => Hidden::certain(lines::of_settings(content)),
        Use::SecretPatch => of_patch(content),
        used => of_content(file.path().file_name(), content, used == Use::Open),
    }
}

/// Whether a file may hold values that are secret beyond doubt. It is quick to ask, and seldom so.
#[must_use]
pub fn may_hold_values(file: &SourceFile) -> bool {
    file.used() >= Use::SecretPatch || file.text().is_some_and(|text| kind::has_marks(text) || called::may_set(text))
}

/// The secret bytes of a file that no Secret is generated from.
fn of_content(name: &str, content: &str, open: bool) -> Hidden {
    let lower = name.to_ascii_lowercase();
    let extension = lower.rsplit_once('.').map(|(_, extension)| extension).unwrap_or_default();
    let is_yaml = matches!(extension, "yaml" | "yml" | "json") || name == "Kustomization";
    // Programs speak of Secrets and hold none.
    if matches!(extension, "rego" | "md") {
        return Hidden::default();
    }
    let telling = [".env", "secret", "password", "credential"].iter().any(|word| lower.contains(word))
        || matches!(extension, "key" | "pem" | "p12" | "env");
    if !is_yaml && !kind::has_marks(content) {
        let closed = telling && !open;
        return if closed { Hidden::doubtful(lines::of_settings(content)) } else { Hidden::default() };
    }
    if !kind::has_traces(content) && !called::may_set(content) {
        return Hidden::default();
    }
    match read(content) {
        Some(found) => found,
        // What is not damaged itself may be shown: most files have nothing to do with Secrets.
        None if !kind::has_marks(content) && !called::may_set(content) && kind::has_open_kinds(content) => {
            Hidden::default()
        }
        None => Hidden::doubtful(lines::of_yaml(content)),
    }
}

/// The values that a patch of a Secret sets, whichever kind of patch it is.
fn of_patch(content: &str) -> Hidden {
    let found = reading(content, |found, documents| documents.iter().for_each(|document| found.patch(document, 0)));
    found.unwrap_or_else(|| Hidden::doubtful(lines::of_yaml(content)))
}

/// What is secret in YAML; `None` where it is none.
fn read(content: &str) -> Option<Hidden> {
    reading(content, |found, documents| {
        for document in documents {
            found.document(document, 0);
        }
        // What stands behind a `---` in the middle of a Secret has become a document of its own.
        if documents.len() > 1 && kind::has_marks(content) {
            let lost = documents.iter().filter(|document| document.get("kind").is_none());
            lost.for_each(|document| found.leaves(document, Part::Value));
        }
    })
}

/// What `look` finds in the documents of a text; `None` where it is no YAML.
fn reading(content: &str, look: impl Fn(&mut SecretRanges<'_>, &[Node])) -> Option<Hidden> {
    let files = Files::default();
    let id = files.add(RepoPath::root(), content.as_bytes().to_vec());
    let documents = parse_all(&Text::of_file(id, content, 0), Dialect::Resource).ok()?;
    let mut found = SecretRanges { files: &files, file: id, content, hidden: Hidden::default() };
    look(&mut found, &documents);
    Some(found.with_comments())
}

/// Whether a document is a JSON patch that sets nothing.
fn is_patch_without_values(document: &Node) -> bool {
    let sets_nothing = |operation: &Node| operation.get("op").is_some() && operation.get("value").is_none();
    document.as_seq().is_some_and(|operations| operations.iter().all(sets_nothing))
}

/// The secret bytes that were found in a file so far.
struct SecretRanges<'a> {
    files: &'a Files,
    file: FileId,
    content: &'a str,
    hidden: Hidden,
}

impl SecretRanges<'_> {
    fn document(&mut self, document: &Node, nesting: usize) {
        if let Some(map) = document.as_map()
            && map.get("kind").is_none()
        {
            // A Secret of which that line is missing.
            for entry in map.iter().filter(|entry| kind::is_data(&entry.key.text) && entry.value.as_map().is_some()) {
                self.leaves(&entry.value, Part::Beside);
            }
        }
        let mut found: Vec<(&Node, Part)> = Vec::new();
        parts(document, &mut |_, node, part| found.push((node, part)));
        self.found(found, nesting);
    }

    fn found(&mut self, found: Vec<(&Node, Part)>, nesting: usize) {
        for (node, part) in found {
            match (part, node.as_str()) {
                (Part::Text, Some(inner)) => self.inner(node, inner, nesting),
                (Part::Settings, Some(inner)) => self.settings(node, inner, nesting),
                _ => self.leaves(node, part),
            }
        }
    }

    /// Values of a chart that are written into a scalar.
    fn settings(&mut self, node: &Node, inner: &str, nesting: usize) {
        let before = self.hidden.ranges.len();
        let text = Text::of_scalar(self.files, inner, node.origin.span);
        let documents = if nesting < NESTING { parse_all(&text, Dialect::Resource) } else { Ok(Vec::new()) };
        for document in documents.iter().flatten() {
            let mut found = Vec::new();
            parts_of_settings(document, &mut |_, node, part| found.push((node, part)));
            self.found(found, nesting + 1);
        }
        if self.hidden.ranges.len() == before {
            self.hide(node.origin.span, Part::Beside);
        }
    }

    /// A patch of a Secret, of either kind: the values of operations count wherever they are put.
    fn patch(&mut self, document: &Node, nesting: usize) {
        self.document(document, nesting);
        // Of an operation that has lost its first line nothing but a map is left.
        let operations = document.as_seq().unwrap_or(std::slice::from_ref(document));
        let values = operations.iter().filter_map(|operation| operation.get("value"));
        values.for_each(|value| self.leaves(value, Part::Value));
    }

    /// A patch or a manifest written into a scalar: what is shown of it is what would be shown of a file.
    fn inner(&mut self, node: &Node, inner: &str, nesting: usize) {
        let before = self.hidden.ranges.len();
        let text = Text::of_scalar(self.files, inner, node.origin.span);
        let documents = if nesting < NESTING { parse_all(&text, Dialect::Resource) } else { Ok(Vec::new()) };
        for document in documents.iter().flatten() {
            self.patch(document, nesting + 1);
        }
        let is_patch = documents.iter().flatten().all(is_patch_without_values) && documents.is_ok();
        if self.hidden.ranges.len() == before && !is_patch {
            self.hide(node.origin.span, Part::Beside);
        }
    }

    fn leaves(&mut self, node: &Node, part: Part) {
        let mut spans: Vec<Option<Span>> = Vec::new();
        node.leaves(&mut |_, leaf| spans.push(leaf.origin.span));
        for span in spans {
            self.hide(span, part);
        }
    }

    fn hide(&mut self, span: Option<Span>, part: Part) {
        if let Some(span) = span.filter(|span| span.file == self.file) {
            let range = span.start as usize..span.end() as usize;
            let range = if part == Part::Literal { lines::after_key(self.content, &range) } else { range };
            if part != Part::Beside {
                self.hidden.values.push(range.clone());
            }
            self.hidden.ranges.push(range);
        }
    }

    fn with_comments(mut self) -> Hidden {
        if !self.hidden.ranges.is_empty() {
            let comments = lines::of_comments(self.content, &self.hidden.ranges);
            self.hidden.ranges.extend(comments);
        }
        self.hidden
    }
}
