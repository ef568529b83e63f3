//! From text to nodes. The only place that names yaml-rust2; what it cannot tell (where a scalar ends) is
//! read off the text, and what it refuses although go-yaml, and so kustomize, accepts it is [`repair`]ed.

mod builder;
mod explain;
mod extent;
mod folded;
mod json;
mod offsets;
mod repair;
mod suspects;

use std::borrow::Cow;

use yaml_rust2::parser::{Event, Parser};
use yaml_rust2::scanner::ScanError;

use super::dialect::Dialect;
use super::node::Node;
use super::text::Text;
use crate::source::Problem;
use builder::Builder;
pub use builder::MAX_DEPTH;
pub use json::parse_json;
use offsets::Offsets;

/// Reads all documents of a resource file. They are divided as kustomize does (docs/kustomize.md, "Loading"): at
/// lines that start with `---`, which may hold nothing else but a comment. Empty documents are left out.
///
/// # Errors
/// When the text is no YAML, a separator holds other text, a map has a key twice (in the
/// [`Dialect::Resource`]), or a limit is reached.
pub fn parse_all(text: &Text<'_>, dialect: Dialect) -> Result<Vec<Node>, Problem> {
    let mut nodes = Vec::new();
    for document in divided(text)? {
        nodes.extend(parse_first(&document, dialect)?);
    }
    Ok(nodes)
}

/// The documents of a text, not read yet. Empty ones count, but not what stands before the first `---` where that is
/// nothing but comments.
///
/// # Errors
/// When a separator holds other text.
pub fn documents<'t>(text: &Text<'t>) -> Result<Vec<Text<'t>>, Problem> {
    let mut documents = divided(text)?;
    let is_blank = |line: &str| line.trim().is_empty() || line.starts_with(['#', '%', '\u{feff}']);
    let starts = text.content.trim_start_matches('\u{feff}').starts_with("---");
    if !starts && documents.len() > 1 && documents.first().is_some_and(|first| first.content.lines().all(is_blank)) {
        documents.remove(0);
    }
    Ok(documents)
}

fn divided<'t>(text: &Text<'t>) -> Result<Vec<Text<'t>>, Problem> {
    let mut documents = Vec::new();
    let mut start = 0;
    for (from, to) in separators(text)? {
        documents.push(text.slice(start, from));
        start = to;
    }
    documents.push(text.slice(start, text.content.len()));
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
    if let Some((at, c)) = suspects::control_character(text.content) {
        return Err(Problem::new(format!("the control character U+{:04X} may not stand in YAML", u32::from(c)))
            .at(text.span(at, at + c.len_utf8()))
            .hint("remove it, or write it as an escape in double quotes"));
    }
    // yaml-rust2 sees a line end at the end of a text in some places and not in others.
    let source = if text.content.ends_with('\n') {
        Cow::Borrowed(text.content)
    } else {
        Cow::Owned(format!("{}\n", text.content))
    };
    let failure = match build(&text, &source, dialect) {
        Ok(root) => return Ok(root),
        Err(failure) => failure,
    };
    let error = match failure {
        Failure::Problem(problem) => return Err(problem),
        Failure::Scan(error) => error,
    };
    if let Some(repaired) = repair::repair(&source) {
        match build(&text, &repaired, dialect) {
            Ok(root) => return Ok(root),
            Err(Failure::Problem(problem)) => return Err(problem),
            Err(Failure::Scan(_)) => {}
        }
    }
    if let Some(problem) = merge_conflict(&text) {
        return Err(problem);
    }
    let at = Offsets::new(text.content).byte(error.marker());
    let end = text.content.get(at..).and_then(|rest| rest.chars().next()).map_or(at, |c| at + c.len_utf8());
    let (sentence, hint) = explain::explain(error.info());
    Err(Problem::new(format!("malformed YAML: {sentence}")).at(text.span(at, end)).hint(hint))
}

/// The problem that Git left a conflict of a merge in the text.
fn merge_conflict(text: &Text<'_>) -> Option<Problem> {
    let mut start = 0;
    for line in text.content.split_inclusive('\n') {
        let bare = line.trim_end();
        let marks = ["<<<<<<<", "|||||||", ">>>>>>>"];
        if marks.iter().any(|mark| bare.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
        {
            return Some(
                Problem::new(format!("malformed YAML: `{bare}` marks a merge conflict"))
                    .at(text.span(start, start + bare.len()))
                    .hint("keep one side, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`"),
            );
        }
        start += line.len();
    }
    None
}

/// Why a text gave no document.
enum Failure {
    /// yaml-rust2 does not accept it.
    Scan(ScanError),
    /// It is YAML, but not for kustomize.
    Problem(Problem),
}

/// Builds the first document of `text` from the events of `source`: the text itself, or that text repaired.
fn build(text: &Text<'_>, source: &str, dialect: Dialect) -> Result<Option<Node>, Failure> {
    let mut parser = Parser::new_from_str(source);
    let mut builder = Builder::new(text, source, dialect);
    loop {
        let (event, mark) = parser.next_token().map_err(Failure::Scan)?;
        match event {
            Event::StreamStart | Event::DocumentStart | Event::Nothing => {}
            Event::DocumentEnd | Event::StreamEnd => return builder.finish(mark).map_err(Failure::Problem),
            event => builder.event(event, mark).map_err(Failure::Problem)?,
        }
    }
}
