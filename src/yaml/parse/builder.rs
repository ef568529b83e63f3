//! Builds nodes from yaml-rust2's events.

use std::collections::{HashMap, HashSet};

use yaml_rust2::parser::{Event, Tag as YamlTag};
use yaml_rust2::scanner::{Marker, TScalarStyle};

use super::offsets::Offsets;
use super::suspects::{Kind, LINE_ENDS, Suspects};
use super::{extent, folded, repair};
use crate::source::{Problem, Reason};
use crate::yaml::dialect::Dialect;
use crate::yaml::node::{Entry, Key, Map, Node, Value};
use crate::yaml::origin::{Cause, Origin};
use crate::yaml::scalar::{Scalar, Tie};
use crate::yaml::tag::Tag;
use crate::yaml::text::Text;

/// Deepest nesting that is read. Manifests stay below 50; the stack stays safe.
pub const MAX_DEPTH: usize = 200;

/// Most nodes that aliases may add to one document.
const MAX_ALIASED: usize = 200_000;

/// A list or map that is still open.
enum Open {
    Seq {
        items: Vec<Node>,
        start: usize,
        anchor: usize,
        /// Whether it is written in brackets.
        flow: bool,
    },
    Map {
        map: Map,
        seen: HashSet<std::sync::Arc<str>>,
        key: Option<Key>,
        merges: Vec<Node>,
        start: usize,
        anchor: usize,
        /// Whether it is written in brackets.
        flow: bool,
    },
}

impl Open {
    /// Where it starts.
    fn start(&self) -> usize {
        match self {
            Self::Seq { start, .. } | Self::Map { start, .. } => *start,
        }
    }

    /// Whether it is written in brackets.
    fn is_flow(&self) -> bool {
        match self {
            Self::Seq { flow, .. } | Self::Map { flow, .. } => *flow,
        }
    }
}

pub(super) struct Builder<'a> {
    /// What was written.
    text: &'a Text<'a>,
    /// What is parsed: the same, byte for byte in the same places, but for what had to be repaired.
    source: &'a str,
    dialect: Dialect,
    offsets: Offsets<'a>,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    aliased: usize,
    /// Where the last scalar or closing bracket ended.
    end: usize,
    suspects: Suspects<'a>,
    root: Option<Node>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(text: &'a Text<'a>, source: &'a str, dialect: Dialect) -> Self {
        Self {
            text,
            source,
            dialect,
            offsets: Offsets::new(source),
            open: Vec::new(),
            anchors: HashMap::new(),
            aliased: 0,
            end: 0,
            suspects: Suspects::of(text.content),
            root: None,
        }
    }

    /// The document, once all its events were given; `mark` is where it ends.
    pub(super) fn finish(self, mark: Marker) -> Result<Option<Node>, Problem> {
        if let Some((at, message)) = self.suspects.offender_before(self.offsets.byte(&mark)) {
            let character = self.text.content.get(at..).and_then(|rest| rest.chars().next());
            let end = at + character.map_or(0, char::len_utf8);
            return Err(Problem::new(message).at(self.text.span(at, end)).hint("put spaces in its place"));
        }
        Ok(self.root.filter(|root| !root.is_null()))
    }

    pub(super) fn event(&mut self, event: Event, mark: Marker) -> Result<(), Problem> {
        let at = self.offsets.byte(&mark);
        match event {
            Event::SequenceStart(anchor, _) => {
                // The mark of a block list may be that of its first item.
                if let Some(Open::Seq { items, start, flow, .. }) = self.open.last_mut() {
                    *flow &= *start != at || !items.is_empty();
                }
                let flow = self.source.as_bytes().get(at) == Some(&b'[');
                self.push(Open::Seq { items: Vec::new(), start: at, anchor, flow }, at)
            }
            Event::MappingStart(anchor, _) => {
                let open = Open::Map {
                    map: Map::default(),
                    seen: HashSet::new(),
                    key: None,
                    merges: Vec::new(),
                    start: at,
                    anchor,
                    flow: self.source.as_bytes().get(at) == Some(&b'{'),
                };
                self.push(open, at)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(at),
            Event::Scalar(value, style, anchor, tag) => {
                // The mark of a block map is at the `:` of its first key.
                if let Some(Open::Map { key: None, start, .. }) = self.open.last_mut() {
                    *start = at.min(*start);
                }
                self.refuse_anchor(anchor, at)?;
                if style == TScalarStyle::DoubleQuoted {
                    self.refuse_escaped_slash(at)?;
                }
                self.refuse_in_flow(&value, style, tag.is_some(), at)?;
                let is_plain = style == TScalarStyle::Plain && tag.as_ref().and_then(explicit).is_none();
                let may_merge = is_plain || tag.as_ref().is_some_and(|tag| tag.suffix == "merge");
                let node = self.scalar(value, style, tag.as_ref(), at);
                self.value(node, anchor, may_merge)
            }
            Event::Alias(anchor) => self.alias(anchor, at),
            _ => Ok(()),
        }
    }

    /// Refuses an anchor whose name go-yaml does not read; `at` is where its value starts.
    fn refuse_anchor(&self, anchor: usize, at: usize) -> Result<(), Problem> {
        // Most values have none: nothing need be searched for then.
        if anchor == 0 {
            return Ok(());
        }
        let before = self.source.get(..at).unwrap_or_default();
        let Some(start) = before.rfind('&') else { return Ok(()) };
        let name = before.get(start + 1..).and_then(|rest| rest.split_whitespace().next()).unwrap_or_default();
        if name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
            return Ok(());
        }
        Err(Problem::new("malformed YAML: the name of an anchor holds more than letters, digits, `-` and `_`")
            .at(self.text.span(start, start + 1 + name.len()))
            .hint("rename it, and its aliases"))
    }

    /// Refuses what go-yaml reads in another way between brackets, or not at all: text that starts with `:`, `|` or `>`
    /// or holds a `?`, a `:` or tag that a bracket or comma follows, and a key whose `:` is not on its line.
    fn refuse_in_flow(&self, value: &str, style: TScalarStyle, tagged: bool, at: usize) -> Result<(), Problem> {
        let source = self.source.get(at..).unwrap_or_default();
        let is_plain = style == TScalarStyle::Plain;
        let length = match style {
            _ if !self.in_flow() => return Ok(()),
            TScalarStyle::SingleQuoted => extent::single_quoted(source.as_bytes()),
            TScalarStyle::DoubleQuoted => extent::double_quoted(source.as_bytes()),
            _ => extent::plain(source, value),
        };
        let refuse = |what: &str, hint: &str| {
            let end = at + length.max(1);
            Err(Problem::new(format!("malformed YAML: {what}")).at(self.text.span(at, end)).hint(hint.to_owned()))
        };
        if let Some(c) = value.chars().next().filter(|c| is_plain && matches!(c, '?' | ':' | '|' | '>')) {
            return refuse(&format!("text between brackets may not start with `{c}`"), "put it in quotes");
        }
        if is_plain && value.contains('?') {
            return refuse("text between brackets may not hold `?`", "put it in quotes");
        }
        let before = self.source.get(..at).unwrap_or_default();
        if length == 0 {
            let abuts = tagged && !before.ends_with(char::is_whitespace);
            return if abuts {
                refuse("a tag between brackets needs a space behind it", "put one there")
            } else {
                Ok(())
            };
        }
        let mut rest = source.get(length..).unwrap_or_default().trim_start();
        while rest.starts_with('#') {
            rest = rest.split_once('\n').map_or("", |(_, rest)| rest).trim_start();
        }
        let Some(behind) = rest.strip_prefix(':') else { return Ok(()) };
        if is_plain && behind.starts_with([',', '[', ']', '{', '}']) {
            return refuse("a `:` between brackets needs a space behind it", "put one there, or the text in quotes");
        }
        let reach = source.get(..source.len() - rest.len()).unwrap_or_default();
        if reach.contains(['\n', '\r']) && !before.trim_end().ends_with('?') {
            return refuse("a key between brackets has to stand on one line with its `:`", "put both on one line");
        }
        Ok(())
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
        let (value, start, anchor, flow) = match self.open.pop() {
            Some(Open::Seq { items, start, anchor, flow }) => (Value::Seq(items), start, anchor, flow),
            Some(Open::Map { map, merges, start, anchor, flow, .. }) => {
                (Value::Map(merged(map, merges)?), start, anchor, flow)
            }
            None => return Ok(()),
        };
        // A flow collection ends at its bracket, a block one with its last child.
        if flow {
            self.end = extent::bracket(self.source, self.end.max(at).max(start + 1));
            self.suspects.passed(start, self.end, Kind::Flow);
        }
        let span = self.text.span(start, self.end.max(start));
        let origin = Origin { in_brackets: flow, ..Origin::new(span, Cause::Manifest) };
        self.value(Node::new(value, origin), anchor, false)
    }

    fn scalar(&mut self, mut value: String, style: TScalarStyle, tag: Option<&YamlTag>, at: usize) -> Node {
        let block = matches!(style, TScalarStyle::Literal | TScalarStyle::Folded);
        // The mark of a block scalar is at its first line of text, or at its header where there is no text up to
        // the end of everything.
        let empty = value.bytes().all(|byte| byte == b'\n');
        let at_header = empty && matches!(self.source.as_bytes().get(at), Some(b'|' | b'>'));
        let at = if block && !at_header { extent::block_header(self.source, at) } else { at };
        let source = self.source.get(at..).unwrap_or_default();
        let (length, kind) = match style {
            TScalarStyle::Plain => (extent::plain(source, &value), self.plain()),
            TScalarStyle::SingleQuoted => (extent::single_quoted(source.as_bytes()), Kind::Quoted),
            TScalarStyle::DoubleQuoted => (extent::double_quoted(source.as_bytes()), Kind::Quoted),
            TScalarStyle::Literal | TScalarStyle::Folded => {
                let block = extent::block(source, self.indent().saturating_sub(1));
                self.correct_block(&mut value, source, &block, style);
                (block.length, Kind::Block { text: at + block.text, indent: block.indent })
            }
        };
        let written = self.text.content.get(at..at + length).unwrap_or_default();
        if style == TScalarStyle::Plain && value.ends_with(LINE_ENDS) {
            value.truncate(value.trim_end_matches(LINE_ENDS).len());
        } else if !block && (source.get(..length) != Some(written) || written.contains(LINE_ENDS)) {
            value = repair::read_scalar(written).unwrap_or(value);
        }
        let explicit_tag = tag.and_then(explicit);
        let tag = match explicit_tag {
            Some(tag) => tag,
            // go-yaml writes a time between brackets in quotes, and reads it as a text then.
            None if style == TScalarStyle::Plain => match Tag::of_plain(&value, self.dialect) {
                Tag::Timestamp if value.contains(':') && self.in_flow() => Tag::Str,
                tag => tag,
            },
            None => Tag::Str,
        };
        // Where a tag says what a value is, kustomize writes the tag of another value in its place, whatever the quotes.
        let mut quoted = style != TScalarStyle::Plain && explicit_tag.is_none();
        // A value left out stands nowhere: its key is the text that says so.
        let left_out = length == 0 && value.is_empty();
        if left_out {
            // kustomize reads it as null, but prints a pair of quotes.
            quoted = explicit_tag.is_none() && self.dialect == Dialect::Resource && self.in_flow();
        }
        let span = match self.open.last() {
            Some(Open::Map { key: Some(key), .. }) if left_out => key.span,
            _ => {
                if !left_out {
                    self.end = self.end.max(at + length);
                    self.suspects.passed(at, at + length, kind);
                }
                self.text.span(at, at + length)
            }
        };
        Node::new(
            Value::Scalar(Scalar { text: value.into(), tag, quoted, untagged: false, beneath: None, tie: Tie::NONE }),
            Origin::new(span, Cause::Manifest),
        )
    }

    /// Refuses `\/` in the double quotes that open there: JSON has it, and so YAML 1.2, but go-yaml does not.
    fn refuse_escaped_slash(&self, at: usize) -> Result<(), Problem> {
        let source = self.source.get(at..).unwrap_or_default();
        let written = source.get(..extent::double_quoted(source.as_bytes())).unwrap_or_default();
        let mut escaped = false;
        for (place, c) in written.char_indices() {
            if escaped && c == '/' {
                return Err(Problem::new("malformed YAML: the double quotes hold the escape `\\/`")
                    .at(self.text.span(at + place - 1, at + place + 1))
                    .hint("write `/`: kustomize knows no such escape"));
            }
            escaped = c == '\\' && !escaped;
        }
        Ok(())
    }

    /// What a plain scalar that comes next is.
    fn plain(&self) -> Kind {
        match self.open.last() {
            Some(Open::Map { key: None, .. }) => Kind::Flow,
            _ if self.suspects.any() => Kind::Plain { indent: self.indent() },
            _ => Kind::Flow,
        }
    }

    /// The column left of which no value that comes next may continue.
    fn indent(&self) -> usize {
        let mut open = self.open.iter().rev().filter(|open| !open.is_flow());
        let Some(inner) = open.next() else { return 0 };
        let (line, column) = self.place(inner.start());
        match (inner, open.next()) {
            // The mark of a list that starts at the column of its key is behind the first dash.
            (Open::Seq { .. }, Some(outer @ Open::Map { .. })) => {
                let (_, least) = self.place(outer.start());
                let dash = least < column && self.source.as_bytes().get(line + least) == Some(&b'-');
                1 + if dash { least } else { column }
            }
            _ => 1 + column,
        }
    }

    /// Where the line of a byte starts, and the byte's column in it.
    fn place(&self, at: usize) -> (usize, usize) {
        let before = self.source.get(..at).unwrap_or_default();
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        (line, before.len() - line)
    }

    /// Whether what comes next stands in a flow collection.
    fn in_flow(&self) -> bool {
        self.open.iter().any(Open::is_flow)
    }

    /// Makes the value of a block scalar what go-yaml makes it; `source` starts with it.
    fn correct_block(&self, value: &mut String, source: &str, block: &extent::Block, style: TScalarStyle) {
        let (written, after) = source.split_at_checked(block.length).unwrap_or((source, ""));
        if after.trim().is_empty() {
            // yaml-rust2 was given an end for the last line if it had none.
            let supplied = !self.text.content.ends_with('\n');
            let keeps = extent::keeps_breaks(written);
            if !written.contains('\n') {
                let breaks = after.matches('\n').count().saturating_sub(1 + usize::from(supplied));
                *value = "\n".repeat(if keeps { breaks } else { 0 });
            } else if supplied && (keeps || extent::last_line_is_text(after, block.indent)) && value.ends_with('\n') {
                value.pop();
            }
        }
        if style == TScalarStyle::Folded && self.dialect == Dialect::Resource {
            *value = folded::printed(value);
        }
    }

    fn alias(&mut self, anchor: usize, at: usize) -> Result<(), Problem> {
        let source = self.source.get(at..).unwrap_or_default();
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
    fn value(&mut self, node: Node, anchor: usize, may_merge: bool) -> Result<(), Problem> {
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let dialect = self.dialect;
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::Seq { items, .. }) => items.push(node),
            Some(Open::Map { map, seen, key, merges, .. }) => match key.take() {
                None => *key = Some(as_key(node, may_merge, dialect)?),
                Some(key) if key.tag == Tag::Str && &*key.text == MERGE => merges.push(node),
                // kustomize looks for a key to merge, finds none, and still takes it out.
                Some(key) if dialect == Dialect::Resource && &*key.text == "<<" => {
                    merges.push(Node::empty_map(node.origin));
                }
                Some(key) => add(map, seen, key, node, dialect)?,
            },
        }
        Ok(())
    }
}

/// Marks a plain `<<` among keys: no key that is written can hold this text.
const MERGE: &str = "\0<<";

fn as_key(node: Node, may_merge: bool, dialect: Dialect) -> Result<Key, Problem> {
    let span = node.origin.span;
    match node.value {
        Value::Scalar(scalar) if may_merge && &*scalar.text == "<<" => Ok(Key::new(MERGE, span)),
        Value::Scalar(scalar) if dialect == Dialect::Config && scalar.tag != Tag::Str => match scalar.as_json_key() {
            Some(text) => Ok(Key::new(text, span)),
            None => Err(Problem::new("a key must be text").at(span).hint("put it in quotes")),
        },
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
            .beside(map.entry(&key.text).and_then(|first| first.key.span))
            .hint("keep one of them"));
    }
    // As Go's decoder does it, the last one counts; that it is not the only one is remembered.
    let kept = match map.remove(&key.text) {
        Some(Entry { value: mut earlier, .. }) => {
            earlier.overwrite(value);
            earlier
        }
        None => value,
    };
    map.push(key, kept);
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
    let mut known: HashSet<_> = map.iter().map(|entry| entry.key.text.clone()).collect();
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
                if known.insert(entry.key.text.clone()) {
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
