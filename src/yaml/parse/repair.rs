//! Quoted scalars and flow collections whose lines start further left than YAML 1.2 wants. go-yaml does not
//! mind, yaml-rust2 does; so they are laid on one line, by putting spaces in the place of their line ends,
//! and every byte stays where it is.

use yaml_rust2::parser::{Event, Parser};
use yaml_rust2::scanner::{Scanner, TokenType};

use super::extent;
use super::offsets::Offsets;

/// Most bytes to scan: each fault that is found costs a scan of the text up to it.
const MAX_WORK: usize = 200 << 20;

/// The text with its faults repaired; `None` where there are none, or others.
pub(super) fn repair(text: &str) -> Option<String> {
    let mut repaired = text.to_owned();
    let mut work = 0;
    while let Some(fault) = fault(&repaired) {
        work += text.len();
        let mut bytes = repaired.clone().into_bytes();
        match fault {
            Fault::Lines { start } => lay_on_one_line(bytes.get_mut(start..)?),
            Fault::Comment { start } => blank_line(bytes.get_mut(start..)?),
        };
        let next = String::from_utf8(bytes).ok()?;
        if next == repaired || work > MAX_WORK {
            return None;
        }
        repaired = next;
    }
    (repaired != text).then_some(repaired)
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
    let written = trimmed.collect::<String>().replace('\u{85}', "\n");
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

enum Fault {
    /// What starts there must not span lines.
    Lines { start: usize },
    /// The comment that starts there follows its value too closely.
    Comment { start: usize },
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
    if error.info() == "comments must be separated from other tokens by whitespace" {
        return Some(Fault::Comment { start: offsets.byte(error.marker()) });
    }
    // The scanner holds tokens back that may turn out to be keys: it may have come further than it said.
    let start = open.first().copied().or_else(|| enclosed_after(text, last))?;
    Some(Fault::Lines { start })
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

/// Lays the flow collection or quoted scalar at the start of `bytes` on one line. Of quoted scalars that span
/// lines, only the quotes are left.
fn lay_on_one_line(bytes: &mut [u8]) {
    let mut depth = 0_usize;
    let mut plain = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied().unwrap_or(b'\n');
        let ends_word = next.is_ascii_whitespace() || matches!(next, b',' | b'[' | b']' | b'{' | b'}');
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' | b'\'' if !plain => at = close_quotes(bytes, at),
            b'#' if !plain || at.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_whitespace) => {
                blank_line(bytes.get_mut(at..).unwrap_or_default());
            }
            b'&' | b'!' | b'*' if !plain => {
                let word = bytes.get(at..).unwrap_or_default();
                at += word.iter().take_while(|byte| !byte.is_ascii_whitespace()).count().saturating_sub(1);
            }
            _ => {}
        }
        plain = match byte {
            b'[' | b'{' | b']' | b'}' | b',' | b'"' | b'\'' | b'&' | b'!' | b'*' if !plain => false,
            b'[' | b'{' | b']' | b'}' | b',' => false,
            b':' | b'?' if ends_word => false,
            byte => plain || !byte.is_ascii_whitespace(),
        };
        if byte.is_ascii_whitespace()
            && let Some(byte) = bytes.get_mut(at)
        {
            *byte = b' ';
        }
        if depth == 0 {
            return;
        }
        at += 1;
    }
}

/// Finds the end of the quoted scalar at `start`, and empties it of text where it spans lines.
fn close_quotes(bytes: &mut [u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let length = if rest.starts_with(b"\"") { extent::double_quoted(rest) } else { extent::single_quoted(rest) };
    let end = (start + length).saturating_sub(1);
    if let Some(inside) = bytes.get_mut(start + 1..end)
        && inside.contains(&b'\n')
    {
        inside.fill(b'x');
    }
    end
}

/// Puts spaces in the place of a comment.
fn blank_line(bytes: &mut [u8]) {
    let length = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len());
    bytes.get_mut(..length).unwrap_or_default().fill(b' ');
}
