//! A text of YAML that is printed again after its data was changed, as go-yaml v3 prints what it read: quotes, blocks,
//! brackets and comments stay, indentation and blank lines do not.
//!
//! Only what is certain is printed: comments above a line or at its end, no anchors, tags, or several documents.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::comments::comments;
use super::dialect::Dialect;
use super::emit::{escaped, is_printable};
use super::node::{Key, Map, Node, Value};
use super::parse::parse_first;
use super::scalar::Scalar;
use super::tag::Tag;
use super::text::Text;
use crate::source::{Files, RepoPath, Span};

/// A text of YAML, and what it holds.
pub struct Manuscript<'a> {
    text: &'a str,
    root: Node,
    /// Comments on lines of their own, by the line below them.
    above: BTreeMap<usize, Vec<&'a str>>,
    /// Comments behind something, by their line.
    behind: BTreeMap<usize, &'a str>,
}

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
    Literal,
    Folded,
}

impl<'a> Manuscript<'a> {
    /// Reads a text; `None` where it holds something that could not be printed again for certain.
    #[must_use]
    pub fn read(text: &'a str) -> Option<Self> {
        let text = text.strip_prefix("---\n").unwrap_or(text);
        // Only the first document is read, and so only that is written.
        let text = text.find("\n---\n").and_then(|end| text.get(..=end)).unwrap_or(text);
        let file = Files::default().add(RepoPath::root(), text.as_bytes().to_vec());
        let root = parse_first(&Text::of_file(file, text, 0), Dialect::Resource).ok()??;
        let mut manuscript = Self { text, root, above: BTreeMap::new(), behind: BTreeMap::new() };
        let found = comments(file, text).ok()?;
        let lines: Vec<&str> = text.lines().collect();
        let column = |line: &str| line.len() - line.trim_start().len();
        for comment in &found {
            let line = manuscript.line(comment.start);
            let content = text.get(comment.start..comment.end)?;
            if !comment.alone {
                manuscript.behind.insert(line, content);
                continue;
            }
            let is_comment = |line: &&&str| line.trim_start().starts_with('#');
            let below = line + lines.iter().skip(line).take_while(is_comment).count();
            let owner = lines.get(below).filter(|line| !line.trim().is_empty())?;
            if column(owner) != column(lines.get(line)?) {
                return None;
            }
            manuscript.above.entry(below).or_default().push(content);
        }
        let mut covered: Vec<(usize, usize)> = found.iter().map(|comment| (comment.start, comment.end)).collect();
        spans(&manuscript.root, &mut |span| covered.push((span.start as usize, span.end() as usize)));
        covered.sort_unstable();
        let mut at = 0;
        for (start, end) in covered {
            is_structure(text.get(at..start.max(at))?).then_some(())?;
            at = at.max(end);
        }
        is_structure(text.get(at..)?).then_some(manuscript)
    }

    /// What it holds.
    #[must_use]
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The text with other data: some scalars have other texts, maps and lists more entries at their end. `None` where
    /// it cannot be printed for certain.
    #[must_use]
    pub fn print(self, changed: &Node) -> Option<String> {
        let count = self.above.len() + self.behind.len();
        let printer = Printer { manuscript: &self, out: RefCell::default(), printed: RefCell::default() };
        printer.block(Some(&self.root), changed, 0, false)?;
        let printed = *printer.printed.borrow();
        (printed == count).then(|| printer.out.into_inner())
    }

    fn line(&self, at: usize) -> usize {
        self.text.get(..at).map_or(0, |before| before.matches('\n').count())
    }

    fn written(&self, span: Option<Span>) -> &'a str {
        span.and_then(|span| self.text.get(span.start as usize..span.end() as usize)).unwrap_or_default()
    }

    fn style(&self, span: Option<Span>) -> Style {
        match self.written(span).bytes().next() {
            Some(b'\'') => Style::Single,
            Some(b'"') => Style::Double,
            Some(b'|') => Style::Literal,
            Some(b'>') => Style::Folded,
            _ => Style::Plain,
        }
    }
}

/// Where the texts of keys and values are.
fn spans(node: &Node, found: &mut dyn FnMut(Span)) {
    match &node.value {
        Value::Scalar(_) => node.origin.span.into_iter().for_each(found),
        Value::Seq(items) => items.iter().for_each(|item| spans(item, found)),
        Value::Map(map) => {
            for entry in map.iter() {
                entry.key.span.into_iter().for_each(&mut *found);
                spans(&entry.value, found);
            }
        }
    }
}

/// Whether text between scalars and comments is nothing but the marks of maps and lists.
fn is_structure(text: &str) -> bool {
    text.chars().all(|c| matches!(c, ' ' | '\n' | ':' | '-' | ',' | '[' | ']' | '{' | '}'))
        && !text.contains("---")
        && !text.contains("-\n")
}

struct Printer<'m, 't> {
    manuscript: &'m Manuscript<'t>,
    out: RefCell<String>,
    /// How many comments are printed.
    printed: RefCell<usize>,
}

impl Printer<'_, '_> {
    fn put(&self, text: &str) {
        self.out.borrow_mut().push_str(text);
    }

    fn indent(&self, indent: usize) {
        self.put(&" ".repeat(indent));
    }

    /// Prints the comments above a line.
    fn above(&self, span: Option<Span>, indent: usize) {
        let line = span.map(|span| self.manuscript.line(span.start as usize));
        let Some(comments) = line.and_then(|line| self.manuscript.above.get(&line)) else { return };
        for comment in comments {
            self.indent(indent);
            self.put(&format!("{comment}\n"));
        }
        *self.printed.borrow_mut() += 1;
    }

    /// Ends a line, with the comment behind what ends there.
    fn end(&self, before: Option<&Node>) {
        let end = before.and_then(|node| node.origin.span).map(|span| span.end() as usize);
        let comment = end.and_then(|end| self.manuscript.behind.get(&self.manuscript.line(end)));
        if let Some(comment) = comment {
            self.put(&format!(" {comment}"));
            *self.printed.borrow_mut() += 1;
        }
        self.put("\n");
    }

    fn is_flow(&self, before: Option<&Node>, after: &Node) -> bool {
        let span = before.filter(|before| before.as_scalar().is_none()).and_then(|before| before.origin.span);
        after.is_empty_collection() || self.manuscript.written(span).starts_with(['{', '['])
    }

    /// Prints a map or list whose entries start at `indent`; the first stands on the line that is begun if `inline`.
    fn block(&self, before: Option<&Node>, after: &Node, indent: usize, inline: bool) -> Option<()> {
        let start = |at: usize, span: Option<Span>| {
            if at > 0 || !inline {
                self.above(span, indent);
                self.indent(indent);
            }
        };
        match &after.value {
            Value::Map(map) => {
                for (at, entry) in map.iter().enumerate() {
                    let old = before.and_then(Node::as_map).and_then(|map| map.entry(&entry.key.text));
                    start(at, old.and_then(|old| old.key.span));
                    self.put(&self.key(old.map(|old| &old.key), &entry.key)?);
                    self.put(":");
                    self.value(old.map(|old| &old.value), &entry.value, indent, false)?;
                }
            }
            Value::Seq(items) => {
                for (at, item) in items.iter().enumerate() {
                    let old = before.and_then(Node::as_seq).and_then(|items| items.get(at));
                    start(at, old.and_then(|old| old.origin.span));
                    self.put("-");
                    self.value(old, item, indent, true)?;
                }
            }
            Value::Scalar(_) => return None,
        }
        Some(())
    }

    /// Prints what stands behind a key or a dash at `indent`.
    fn value(&self, before: Option<&Node>, after: &Node, indent: usize, item: bool) -> Option<()> {
        match &after.value {
            Value::Scalar(scalar) => {
                let style = before.map_or(Style::Plain, |before| self.manuscript.style(before.origin.span));
                let is_left_out = scalar.text.is_empty() && scalar.tag == Tag::Null;
                if is_left_out {
                    // What stands on its line may belong to what comes next.
                    self.put("\n");
                    return Some(());
                }
                let text = scalar_text(scalar, style, before.is_some(), Place::Block(indent + 2))?;
                if !text.is_empty() {
                    self.put(&format!(" {text}"));
                }
                if text.starts_with(['|', '>']) {
                    self.put("\n");
                } else {
                    self.end(before.filter(|_| !matches!(style, Style::Literal | Style::Folded)));
                }
                Some(())
            }
            _ if self.is_flow(before, after) => {
                self.put(" ");
                self.put(&self.flow(before, after)?);
                self.end(before);
                Some(())
            }
            _ if item => {
                self.put(" ");
                self.block(before, after, indent + 2, true)
            }
            Value::Map(_) => {
                self.put("\n");
                self.block(before, after, indent + 2, false)
            }
            Value::Seq(_) => {
                self.put("\n");
                self.block(before, after, indent, false)
            }
        }
    }

    fn flow(&self, before: Option<&Node>, after: &Node) -> Option<String> {
        Some(match &after.value {
            Value::Scalar(scalar) => {
                let style = before.map_or(Style::Plain, |before| match &before.value {
                    Value::Scalar(old) if old.text.is_empty() && old.tag == Tag::Null => Style::Plain,
                    _ => self.manuscript.style(before.origin.span),
                });
                scalar_text(scalar, style, before.is_some(), Place::Flow)?
            }
            Value::Seq(items) => {
                let old = |at: usize| before.and_then(Node::as_seq).and_then(|items| items.get(at));
                let items: Option<Vec<String>> =
                    items.iter().enumerate().map(|(at, item)| self.flow(old(at), item)).collect();
                format!("[{}]", items?.join(", "))
            }
            Value::Map(map) => {
                let old = before.and_then(Node::as_map);
                let entries: Option<Vec<String>> = map
                    .iter()
                    .map(|entry| {
                        let old = old.and_then(|map: &Map| map.entry(&entry.key.text));
                        let key = self.key(old.map(|old| &old.key), &entry.key)?;
                        Some(format!("{key}: {}", self.flow(old.map(|old| &old.value), &entry.value)?))
                    })
                    .collect();
                format!("{{{}}}", entries?.join(", "))
            }
        })
    }

    fn key(&self, before: Option<&Key>, key: &Key) -> Option<String> {
        let style = before.map_or(Style::Plain, |before| self.manuscript.style(before.span));
        let is_simple = key.text.len() < 100 && !key.text.contains('\n') && &*key.text != "<<";
        let scalar = Scalar { tag: key.tag, ..Scalar::string(key.text.clone()) };
        is_simple.then(|| scalar_text(&scalar, style, before.is_some(), Place::Key)).flatten()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In block collections; lines that continue it start at this column.
    Block(usize),
    Flow,
    Key,
}

/// A scalar in its style, or in one that can hold the text. One that was `read` keeps its tag: a string that looks
/// like a number gets quotes, another that changes its type says so.
fn scalar_text(scalar: &Scalar, style: Style, read: bool, place: Place) -> Option<String> {
    let text = &*scalar.text;
    let mut tag = "";
    let quoted = style != Style::Plain;
    let mut style = style;
    if style == Style::Plain && read && Tag::of_plain(text, Dialect::Resource) != scalar.tag {
        match scalar.tag {
            Tag::Str => style = Style::Double,
            Tag::Null => tag = "!!null ",
            Tag::Bool => tag = "!!bool ",
            Tag::Int => tag = "!!int ",
            Tag::Float => tag = "!!float ",
            Tag::Timestamp | Tag::Binary => return None,
        }
    }
    if style == Style::Plain && text.contains('\n') || style == Style::Double && !quoted && text.contains('\n') {
        style = Style::Literal;
    }
    let shape = Shape::of(text);
    let plain = if place == Place::Flow { shape.flow_plain } else { shape.block_plain };
    if style == Style::Plain && text.is_empty() && matches!(place, Place::Block(_)) {
        return Some(tag.trim_end().to_owned());
    }
    if style == Style::Plain && !plain {
        style = Style::Single;
    }
    if style == Style::Single && !shape.single {
        style = Style::Double;
    }
    if matches!(style, Style::Literal | Style::Folded) && (!shape.block || !matches!(place, Place::Block(_))) {
        style = Style::Double;
    }
    let written = match (style, place) {
        (Style::Plain, _) => text.to_owned(),
        (Style::Single, Place::Block(indent)) if text.contains('\n') => single_over_lines(text, indent),
        (Style::Single, _) if text.contains('\n') => return None,
        (Style::Single, _) => format!("'{}'", text.replace('\'', "''")),
        (Style::Literal, Place::Block(indent)) => literal(text, indent),
        (Style::Folded, _) => return None,
        _ => double(text),
    };
    Some(format!("{tag}{written}"))
}

/// A line end takes one more, or it would be read as a space.
fn single_over_lines(text: &str, indent: usize) -> String {
    let mut out = String::from("'");
    let mut in_break = false;
    for c in text.chars() {
        match c {
            '\n' => out.push_str(if in_break { "\n" } else { "\n\n" }),
            _ if in_break => out.push_str(&" ".repeat(indent)),
            _ => {}
        }
        in_break = c == '\n';
        match c {
            '\n' => {}
            '\'' => out.push_str("''"),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

fn double(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        if !is_printable(c) || matches!(c, '"' | '\\' | '\n' | '\u{2028}' | '\u{2029}') {
            out.push_str(&escaped(c));
        } else {
            out.push(c);
        }
    }
    out.push('"');
    out
}

fn literal(text: &str, indent: usize) -> String {
    let hint = if text.starts_with([' ', '\n']) { "2" } else { "" };
    let chomp = match (text.ends_with('\n'), text.ends_with("\n\n") || text == "\n") {
        (false, _) => "-",
        (true, true) => "+",
        (true, false) => "",
    };
    let body = text.strip_suffix('\n').unwrap_or(text);
    let lines = body.split('\n').map(|line| match line {
        "" => String::new(),
        line => format!("{}{line}", " ".repeat(indent)),
    });
    format!("|{hint}{chomp}\n{}", lines.collect::<Vec<_>>().join("\n"))
}

/// In which styles a text can be written.
#[expect(clippy::struct_excessive_bools, reason = "one for each style")]
struct Shape {
    block_plain: bool,
    flow_plain: bool,
    single: bool,
    block: bool,
}

impl Shape {
    fn of(text: &str) -> Self {
        let mut block_indicator = text.starts_with("---") || text.starts_with("...");
        let mut flow_indicator = block_indicator;
        let (mut special, mut tab, mut space_break, mut break_space) = (false, false, false, false);
        let mut previous = None;
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            let blank_next = rest.peek().is_none_or(|next| matches!(next, ' ' | '\t'));
            match (c, previous) {
                (
                    '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`',
                    None,
                ) => {
                    (flow_indicator, block_indicator) = (true, true);
                }
                ('?', None) | (':', _) => {
                    flow_indicator = true;
                    block_indicator |= blank_next;
                }
                ('-', None) if blank_next => (flow_indicator, block_indicator) = (true, true),
                (',' | '?' | '[' | ']' | '{' | '}', Some(_)) => flow_indicator = true,
                ('#', Some(' ' | '\t' | '\n')) => (flow_indicator, block_indicator) = (true, true),
                _ => {}
            }
            tab |= c == '\t';
            special |= c != '\t' && !is_printable(c);
            space_break |= c == '\n' && previous == Some(' ');
            break_space |= c == ' ' && previous == Some('\n');
            previous = Some(c);
        }
        let outside = text.starts_with([' ', '\n']) || text.ends_with([' ', '\n']);
        let plain = !(outside || break_space || space_break || tab || special || text.contains('\n'));
        Self {
            block_plain: plain && !block_indicator && !text.is_empty(),
            flow_plain: plain && !flow_indicator && !text.is_empty(),
            single: !(break_space || space_break || tab || special),
            block: !(text.is_empty() || text.ends_with(' ') || space_break || special),
        }
    }
}
