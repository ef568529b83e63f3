//! Quoted scalars and flow collections whose lines start further left than YAML 1.2 wants. go-yaml does not
//! mind, yaml-rust2 does; so they are laid on one line, by putting spaces in the place of their line ends,
//! and every byte stays where it is. Comments that follow a value too closely get the same treatment.

use yaml_rust2::parser::{Event, Parser};
use yaml_rust2::scanner::{Scanner, TokenType};

use super::extent;
use super::offsets::Offsets;

/// The text with its faults repaired; `None` where there are none, or others.
pub(super) fn repair(text: &str) -> Option<String> {
    let mut repaired = text.to_owned();
    let mut from = 0;
    while let Some(fault) = fault(repaired.get(from..)?) {
        let (start, replacement) = match fault {
            Fault::Enclosed(start) => (from + start, on_one_line(repaired.get(from + start..)?)),
            Fault::Tabs(start, end) => (from + start, " ".repeat(end - start)),
            Fault::Escape(start) => {
                let length = extent::double_quoted(repaired.as_bytes().get(from + start..)?);
                let scalar = repaired.get(from + start..from + start + length)?;
                (from + start, unescaped_apostrophes(scalar, "xx"))
            }
        };
        let place = start..start + replacement.len();
        if *repaired.get(place.clone())? == *replacement {
            return None;
        }
        repaired.replace_range(place, &replacement);
        // The rest is scanned from the start of this line: it starts with an entry of a block or with what was
        // just repaired, and a scanner needs to know no more to find the next fault.
        from = repaired.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    }
    (repaired != text).then_some(repaired)
}

/// What yaml-rust2 stumbles over, and go-yaml does not.
enum Fault {
    /// A comment, quoted scalar or flow collection that starts here.
    Enclosed(usize),
    /// Tabs between a colon and a value.
    Tabs(usize, usize),
    /// `\'` in the double quotes that open here.
    Escape(usize),
}

/// A text in double quotes, with `instead` in the place of every `\'`.
fn unescaped_apostrophes(written: &str, instead: &str) -> String {
    let mut out = String::new();
    let mut rest = written;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        match after.chars().next() {
            Some('\'') => out.push_str(instead),
            Some(c) => out.extend(['\\', c]),
            None => out.push('\\'),
        }
        rest = after.chars().next().and_then(|c| after.get(c.len_utf8()..)).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The value of a flow scalar as it stands in `written`, on however many lines.
pub(super) fn read_scalar(written: &str) -> Option<String> {
    // go-yaml takes white space away around the line ends that it keeps, and reads U+0085 as a common one.
    let parts: Vec<&str> = written.split_inclusive(['\u{2028}', '\u{2029}']).collect();
    let trimmed = parts.iter().enumerate().map(|(index, part)| {
        let part = if index > 0 { part.trim_start_matches([' ', '\t']) } else { part };
        match part.chars().next_back() {
            Some(end @ ('\u{2028}' | '\u{2029}')) => {
                format!("{}{end}", part.trim_end_matches(end).trim_end_matches([' ', '\t']))
            }
            _ => part.to_owned(),
        }
    });
    let mut written = trimmed.collect::<String>().replace('\u{85}', "\n");
    if written.starts_with('"') {
        written = unescaped_apostrophes(&written, "'");
    }
    // Between brackets, and with them on lines of their own, no line can start too far left.
    let enclosed = format!("[{written}\n]");
    let mut parser = Parser::new_from_str(&enclosed);
    loop {
        match parser.next_token().ok()?.0 {
            Event::Scalar(value, ..) => return Some(value),
            Event::StreamEnd => return None,
            _ => {}
        }
    }
}

/// What yaml-rust2 stumbles over first.
fn fault(text: &str) -> Option<Fault> {
    let offsets = Offsets::new(text);
    let mut scanner = Scanner::new(text.chars());
    let mut last = 0;
    let mut open = Vec::new();
    for token in scanner.by_ref() {
        last = offsets.byte(&token.0);
        match token.1 {
            TokenType::FlowSequenceStart | TokenType::FlowMappingStart => open.push(last),
            TokenType::FlowSequenceEnd | TokenType::FlowMappingEnd => _ = open.pop(),
            _ => {}
        }
    }
    let error = scanner.get_error()?;
    let at = offsets.byte(error.marker());
    match error.info() {
        "comments must be separated from other tokens by whitespace" => return Some(Fault::Enclosed(at)),
        "':' must be followed by a valid YAML whitespace" => {
            let start = text.get(..at)?.trim_end_matches([' ', '\t']).len();
            return (start < at).then_some(Fault::Tabs(start, at));
        }
        "while parsing a quoted scalar, found unknown escape character" if text.as_bytes().get(at) == Some(&b'"') => {
            return Some(Fault::Escape(at));
        }
        _ => {}
    }
    // The scanner holds tokens back that may turn out to be keys: it may have come further than it said.
    open.first().copied().or_else(|| enclosed_after(text, last)).map(Fault::Enclosed)
}

/// Where the quoted scalar or flow collection starts that follows the token at `last`, if one does.
fn enclosed_after(text: &str, last: usize) -> Option<usize> {
    let token = text.get(last..)?;
    let mut rest = match token.chars().next()? {
        ':' | '-' | '?' | ',' => token.get(1..)?,
        '&' | '!' | '*' => token.trim_start_matches(|c: char| !c.is_whitespace()),
        _ => token,
    };
    rest = rest.trim_start();
    while rest.starts_with('#') {
        rest = rest.split_once('\n')?.1.trim_start();
    }
    rest.starts_with(['"', '\'', '[', '{']).then_some(text.len() - rest.len())
}

/// The comment, quoted scalar or flow collection at the start of `text`, on one line and of the same length:
/// spaces stand for line ends and comments, and nothing is left of quoted scalars that span lines but quotes.
fn on_one_line(text: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    let mut plain = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let comment = c == '#' && (!plain || out.ends_with(' '));
        let length = match c {
            '"' if !plain => extent::double_quoted(rest.as_bytes()),
            '\'' if !plain => extent::single_quoted(rest.as_bytes()),
            '#' if comment => rest.find(['\n', '\r']).unwrap_or(rest.len()),
            '&' | '!' | '*' if !plain => rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len()),
            _ => c.len_utf8(),
        };
        let (piece, next) = rest.split_at_checked(length).unwrap_or((rest, ""));
        match c {
            // Without an end the text has another fault.
            '"' | '\'' if !plain && piece.contains('\n') && piece.ends_with(c) => {
                out.push_str(&format!("{c}{}{c}", "x".repeat(length.saturating_sub(2))));
            }
            _ if comment || c.is_ascii_whitespace() => out.push_str(&" ".repeat(length)),
            _ => out.push_str(piece),
        }
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        plain = match c {
            '[' | '{' | ']' | '}' | ',' => false,
            '"' | '\'' | '&' | '!' | '*' | '#' => plain,
            ':' | '?' if after.starts_with([' ', '\t', '\n', '\r', ',', '[', ']', '{', '}']) => false,
            c => plain || !c.is_ascii_whitespace(),
        };
        if depth == 0 {
            break;
        }
        rest = next;
    }
    out
}
