//! From text to nodes. The only place that names yaml-rust2; what it cannot tell (where a scalar ends)
//! is read off the text.

use std::collections::{HashMap, HashSet};

use yaml_rust2::parser::{Event, Parser, Tag as YamlTag};
use yaml_rust2::scanner::{Marker, TScalarStyle};

use super::extent;
use super::node::{Key, Map, Node, Scalar, Value};
use super::origin::{Cause, Origin};
use super::resolve::{Dialect, Tag};
use super::text::Text;
use crate::source::{Problem, Reason, Span};

/// Deepest nesting that is read. Manifests stay below 50; the stack stays safe.
const MAX_DEPTH: usize = 200;

/// Most nodes that aliases may add to one document.
const MAX_ALIASED: usize = 200_000;

/// Reads all documents of a resource file. They are divided as kustomize does (spec §5): at lines that
/// start with `---`, which may hold nothing else but a comment. Empty documents are left out.
///
/// # Errors
/// When the text is no YAML, a separator holds other text, a map has a key twice (in the
/// [`Dialect::Resource`]), or a limit is reached.
pub fn parse_all(text: &Text<'_>, dialect: Dialect) -> Result<Vec<Node>, Problem> {
    let mut documents = Vec::new();
    let mut start = 0;
    for (from, to) in separators(text)? {
        documents.extend(parse_first(&text.slice(start, from), dialect)?);
        start = to;
    }
    documents.extend(parse_first(&text.slice(start, text.content.len()), dialect)?);
    Ok(documents)
}

/// The separators of a text: end of the document before, start of the document after.
fn separators(text: &Text<'_>) -> Result<Vec<(usize, usize)>, Problem> {
    let content = text.content;
    let mut found = Vec::new();
    let mut search = 0;
    while let Some(at) = content.get(search..).and_then(|rest| rest.find("\n---")) {
        let line = search + at + 1;
        // A last line without an end divides nothing.
        let Some(length) = content.get(line..).and_then(|rest| rest.find('\n')) else { break };
        let rest = content.get(line + 3..line + length).unwrap_or_default().trim();
        if !rest.is_empty() && !rest.starts_with('#') {
            return Err(Problem::new(format!("`---{rest}` is no document separator"))
                .at(text.span(line, line + length))
                .hint("put `---` on a line of its own"));
        }
        found.push((line, line + length + 1));
        // kustomize's separators do not overlap: the line end of one cannot start the next.
        search = line + length + 1;
    }
    Ok(found)
}

/// Reads the first document; `None` where there is none but comments.
///
/// # Errors
/// As [`parse_all`].
pub fn parse_first(text: &Text<'_>, dialect: Dialect) -> Result<Option<Node>, Problem> {
    let skipped = if text.content.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let text = text.slice(skipped, text.content.len());
    let mut parser = Parser::new_from_str(text.content);
    let mut builder = Builder::new(&text, dialect);
    loop {
        let (event, mark) = match parser.next_token() {
            Ok(next) => next,
            Err(error) => {
                let at = builder.offsets.byte(error.marker());
                let end = text.content.get(at..).and_then(|rest| rest.chars().next()).map_or(at, |c| at + c.len_utf8());
                return Err(Problem::new(format!("malformed YAML: {}", error.info())).at(text.span(at, end)));
            }
        };
        match event {
            Event::StreamStart | Event::DocumentStart | Event::Nothing => {}
            Event::DocumentEnd | Event::StreamEnd => {
                return Ok(builder.root.take().filter(|root| !root.is_null()));
            }
            event => builder.event(event, mark)?,
        }
    }
}

/// Turns yaml-rust2's marks into byte offsets by line and column. Its character index cannot be used: it
/// counts bytes inside block scalars.
struct Offsets<'a> {
    text: &'a str,
    lines: Vec<usize>,
}

impl<'a> Offsets<'a> {
    fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let ends_line = |at: &usize| match bytes.get(*at) {
            Some(b'\n') => true,
            Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let lines = std::iter::once(0).chain((0..bytes.len()).filter(ends_line).map(|at| at + 1)).collect();
        Self { text, lines }
    }

    fn byte(&self, mark: &Marker) -> usize {
        let start = self.lines.get(mark.line().saturating_sub(1)).copied().unwrap_or(self.text.len());
        let rest = self.text.get(start..).unwrap_or_default();
        let ascii = rest.as_bytes().get(..mark.col()).is_some_and(<[u8]>::is_ascii);
        start + if ascii { mark.col() } else { rest.char_indices().nth(mark.col()).map_or(rest.len(), |(at, _)| at) }
    }
}

/// A list or map that is still open.
enum Open {
    Seq {
        items: Vec<Node>,
        start: usize,
        anchor: usize,
    },
    Map {
        map: Map,
        seen: HashSet<std::sync::Arc<str>>,
        key: Option<Key>,
        merges: Vec<Node>,
        start: usize,
        anchor: usize,
    },
}

struct Builder<'a> {
    text: &'a Text<'a>,
    dialect: Dialect,
    offsets: Offsets<'a>,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    aliased: usize,
    /// Where the last scalar or closing bracket ended.
    end: usize,
    root: Option<Node>,
}

impl<'a> Builder<'a> {
    fn new(text: &'a Text<'a>, dialect: Dialect) -> Self {
        let offsets = Offsets::new(text.content);
        Self { text, dialect, offsets, open: Vec::new(), anchors: HashMap::new(), aliased: 0, end: 0, root: None }
    }

    fn event(&mut self, event: Event, mark: Marker) -> Result<(), Problem> {
        let at = self.offsets.byte(&mark);
        match event {
            Event::SequenceStart(anchor, _) => self.push(Open::Seq { items: Vec::new(), start: at, anchor }, at),
            Event::MappingStart(anchor, _) => {
                let open = Open::Map {
                    map: Map::default(),
                    seen: HashSet::new(),
                    key: None,
                    merges: Vec::new(),
                    start: at,
                    anchor,
                };
                self.push(open, at)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(at),
            Event::Scalar(value, style, anchor, tag) => {
                // The mark of a block map is at the `:` of its first key.
                if let Some(Open::Map { key: None, start, .. }) = self.open.last_mut() {
                    *start = at.min(*start);
                }
                let node = self.scalar(value, style, tag.as_ref(), at);
                self.value(node, anchor, style == TScalarStyle::Plain)
            }
            Event::Alias(anchor) => self.alias(anchor, at),
            _ => Ok(()),
        }
    }

    fn push(&mut self, open: Open, at: usize) -> Result<(), Problem> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Problem::new(format!("more than {MAX_DEPTH} levels of nesting"))
                .at(self.text.span(at, at + 1))
                .reason(Reason::Limit)
                .hint("no Kubernetes manifest is this deep: is this file one?"));
        }
        self.end = at;
        self.open.push(open);
        Ok(())
    }

    fn close(&mut self, at: usize) -> Result<(), Problem> {
        // A flow collection ends at its bracket, a block one with its last child.
        if matches!(self.text.content.as_bytes().get(at), Some(b']' | b'}')) && at >= self.end {
            self.end = at + 1;
        }
        let (value, start, anchor, first) = match self.open.pop() {
            Some(Open::Seq { items, start, anchor }) => (Value::Seq(items), start, anchor, None),
            Some(Open::Map { map, merges, start, anchor, .. }) => {
                let first = map.iter().next().and_then(|entry| entry.key.span);
                (Value::Map(merged(map, merges)?), start, anchor, first)
            }
            None => return Ok(()),
        };
        // The mark of a block map is at its first colon.
        let span = self.text.span(start, self.end.max(start)).map(|span| match first {
            Some(first) if first.start < span.start => {
                Span { start: first.start, len: span.end() - first.start, ..span }
            }
            _ => span,
        });
        self.value(Node::new(value, Origin::new(span, Cause::Manifest)), anchor, false)
    }

    fn scalar(&mut self, mut value: String, style: TScalarStyle, tag: Option<&YamlTag>, at: usize) -> Node {
        let block = matches!(style, TScalarStyle::Literal | TScalarStyle::Folded);
        // The mark of a block scalar is at its first line of text.
        let at = if block { extent::block_header(self.text.content, at) } else { at };
        let source = self.text.content.get(at..).unwrap_or_default();
        let length = match style {
            TScalarStyle::Plain => extent::plain(source, &value),
            TScalarStyle::SingleQuoted => extent::single_quoted(source),
            TScalarStyle::DoubleQuoted => extent::double_quoted(source),
            TScalarStyle::Literal | TScalarStyle::Folded => extent::block(source),
        };
        // libyaml keeps no line end that is not there; yaml-rust2 supplies one at the end of the text.
        if block && length == source.len() && value.ends_with('\n') {
            value.pop();
        }
        let tag = match tag.and_then(explicit) {
            Some(tag) => tag,
            None if style == TScalarStyle::Plain => Tag::of_plain(&value, self.dialect),
            None => Tag::Str,
        };
        // A value left out stands nowhere: its key is the text that says so.
        let left_out = length == 0 && value.is_empty();
        let span = match self.open.last() {
            Some(Open::Map { key: Some(key), .. }) if left_out => key.span,
            _ => {
                if !left_out {
                    self.end = self.end.max(at + length);
                }
                self.text.span(at, at + length)
            }
        };
        let quoted = style != TScalarStyle::Plain;
        Node::new(Value::Scalar(Scalar { text: value.into(), tag, quoted }), Origin::new(span, Cause::Manifest))
    }

    fn alias(&mut self, anchor: usize, at: usize) -> Result<(), Problem> {
        let source = self.text.content.get(at..).unwrap_or_default();
        let length = extent::word(source);
        self.end = self.end.max(at + length);
        let span = self.text.span(at, at + length);
        let Some(node) = self.anchors.get(&anchor) else {
            return Err(Problem::new("an alias may not stand inside the value that it names").at(span));
        };
        self.aliased += size(node);
        if self.aliased > MAX_ALIASED {
            return Err(Problem::new(format!("aliases expand this document by more than {MAX_ALIASED} values"))
                .at(span)
                .reason(Reason::Limit)
                .hint("write the values out, or split the document"));
        }
        self.value(node.clone(), 0, false)
    }

    /// Puts a finished value where it belongs: as the root, an item, a key or a value.
    fn value(&mut self, node: Node, anchor: usize, plain: bool) -> Result<(), Problem> {
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let dialect = self.dialect;
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::Seq { items, .. }) => items.push(node),
            Some(Open::Map { map, seen, key, merges, .. }) => match key.take() {
                None => *key = Some(as_key(node, plain)?),
                Some(key) if key.tag == Tag::Str && &*key.text == MERGE => merges.push(node),
                Some(key) => add(map, seen, key, node, dialect)?,
            },
        }
        Ok(())
    }
}

/// Marks a plain `<<` among keys: no key that is written can hold this text.
const MERGE: &str = "\0<<";

fn as_key(node: Node, plain: bool) -> Result<Key, Problem> {
    let span = node.origin.span;
    match node.value {
        Value::Scalar(scalar) if plain && &*scalar.text == "<<" => Ok(Key::new(MERGE, span)),
        Value::Scalar(scalar) => Ok(Key { text: scalar.text, tag: scalar.tag, span }),
        _ => Err(Problem::new("a key must be a single value, not a list or a map")
            .at(span)
            .hint("quote text that starts with `{` or `[`; a template such as `{{ x }}` must be rendered first")),
    }
}

fn add(
    map: &mut Map,
    seen: &mut HashSet<std::sync::Arc<str>>,
    key: Key,
    value: Node,
    dialect: Dialect,
) -> Result<(), Problem> {
    if seen.insert(key.text.clone()) {
        map.push(key, value);
        return Ok(());
    }
    if dialect == Dialect::Resource {
        return Err(Problem::new(format!("the key `{}` is there twice", key.text))
            .at(key.span)
            .hint("keep one of them"));
    }
    map.remove(&key.text);
    map.push(key, value);
    Ok(())
}

/// Adds what `<<` brings in: the map's own keys win, then earlier merged maps.
fn merged(mut map: Map, merges: Vec<Node>) -> Result<Map, Problem> {
    if merges.is_empty() {
        return Ok(map);
    }
    if let Some(second) = merges.get(1) {
        return Err(Problem::new("`<<` is there twice in one map").at(second.origin.span));
    }
    for source in merges {
        let span = source.origin.span;
        let sources = match source.value {
            Value::Seq(items) => items,
            value => vec![Node::new(value, source.origin)],
        };
        for source in sources {
            let Value::Map(entries) = source.value else {
                return Err(Problem::new("`<<` wants a map or a list of maps").at(source.origin.span.or(span)));
            };
            for entry in entries {
                if map.get(&entry.key.text).is_none() {
                    map.push(entry.key, entry.value);
                }
            }
        }
    }
    Ok(map)
}

/// The type that a written tag asks for; `None` where it asks for none (`!`). Whether the text fits is
/// found out when the value is used.
fn explicit(tag: &YamlTag) -> Option<Tag> {
    match (tag.handle.as_str(), tag.suffix.as_str()) {
        ("", "!") => None,
        ("tag:yaml.org,2002:" | "!!", suffix) => Some(match suffix {
            "null" => Tag::Null,
            "bool" => Tag::Bool,
            "int" => Tag::Int,
            "float" => Tag::Float,
            "timestamp" => Tag::Timestamp,
            "binary" => Tag::Binary,
            _ => Tag::Str,
        }),
        _ => Some(Tag::Str),
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::Scalar(_) => 0,
        Value::Seq(items) => items.iter().map(size).sum(),
        Value::Map(map) => map.iter().map(|entry| size(&entry.value)).sum(),
    }
}
