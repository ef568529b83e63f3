//! Which field each line of a YAML file sets: what tells two lines of the same text apart.

use std::collections::BTreeMap;

use crate::source::{FileId, Files, Span};
use crate::yaml::{Dialect, Node, Path, Segment, Text, Value, parse_all};

/// The fields that begin on each line (from 1) of a file, with the document that they are in. A file that cannot be read
/// as YAML has none.
#[must_use]
pub fn fields_by_line(files: &Files, file: FileId) -> BTreeMap<u32, Vec<String>> {
    let mut found = Lines { files, lines: BTreeMap::new() };
    let source = files.get(file);
    let Some(content) = source.text() else { return found.lines };
    for (index, document) in
        parse_all(&Text::of_file(file, content, 0), Dialect::Resource).unwrap_or_default().iter().enumerate()
    {
        let document = Document { root: document, name: name(document, index) };
        found.node(&document, document.root, &Path::default());
    }
    found.lines
}

/// A document of a file and what it is called there.
struct Document<'a> {
    root: &'a Node,
    name: String,
}

/// An object by its kind and name, all else by its place in the file.
fn name(document: &Node, index: usize) -> String {
    let text = |path: &[&str]| document.at(path).and_then(Node::text);
    match (text(&["kind"]), text(&["metadata", "name"])) {
        (Some(kind), Some(name)) => {
            format!("{kind}/{}/{name}", text(&["metadata", "namespace"]).unwrap_or_default())
        }
        _ => index.to_string(),
    }
}

struct Lines<'a> {
    files: &'a Files,
    lines: BTreeMap<u32, Vec<String>>,
}

impl Lines<'_> {
    fn node(&mut self, document: &Document<'_>, node: &Node, path: &Path) {
        match &node.value {
            Value::Map(map) => {
                for entry in map.iter() {
                    let path = path.join([Segment::Key(entry.key.text.clone())]);
                    self.add(document, &path, entry.key.span.or(entry.value.origin.span));
                    self.node(document, &entry.value, &path);
                }
            }
            Value::Seq(items) => {
                for (index, item) in items.iter().enumerate() {
                    let path = path.join([Segment::Index(index)]);
                    self.add(document, &path, item.origin.span);
                    self.node(document, item, &path);
                }
            }
            Value::Scalar(_) => {}
        }
    }

    fn add(&mut self, document: &Document<'_>, path: &Path, span: Option<Span>) {
        let Some(span) = span else { return };
        let field = format!("{} {}", document.name, path.describe(document.root));
        self.lines.entry(self.files.location(span).line).or_default().push(field);
    }
}
