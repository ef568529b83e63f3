//! What kustomize makes of a folded scalar (`>`): it writes every resource down once with go-yaml v3 and
//! reads it again, and v3's folded style does not survive that.

use crate::yaml::emit::is_printable;

/// The value of a folded scalar after kustomize has written and read it.
///
/// go-yaml v3 doubles the line break after each line that does not start with white space, as folding wants
/// between two such lines, but also before a line that does and at the end of the text. Where the text as a
/// whole starts with white space it doubles none, and folding takes breaks away. Text that a block cannot
/// hold is written in quotes and stays as it is.
pub(super) fn printed(text: &str) -> String {
    let printable = |c: char| is_printable(c) && !matches!(c, '\u{2028}' | '\u{2029}');
    let in_quotes = text.ends_with(' ') || text.contains(" \n") || !text.chars().all(|c| c == '\t' || printable(c));
    let body = text.trim_start_matches('\n');
    if in_quotes || body.is_empty() {
        return text.to_owned();
    }
    let doubles = usize::from(!starts_blank(body));
    let mut out = text.strip_suffix(body).unwrap_or_default().to_owned();
    let mut rest = body;
    while let Some((line, _)) = rest.split_once('\n') {
        let after = rest.get(line.len()..).unwrap_or_default();
        let next = after.trim_start_matches('\n');
        let breaks = after.len() - next.len();
        let written = breaks + if starts_blank(line) { 0 } else { doubles };
        out.push_str(line);
        match (starts_blank(line), next) {
            // One break at the end is what a block ends with.
            (_, "") => out.push_str(&"\n".repeat(if breaks == 1 { 1 } else { written })),
            (false, next) if !starts_blank(next) && written == 1 => out.push(' '),
            (false, next) if !starts_blank(next) => out.push_str(&"\n".repeat(written - 1)),
            _ => out.push_str(&"\n".repeat(written)),
        }
        rest = next;
    }
    out.push_str(rest);
    out
}

fn starts_blank(text: &str) -> bool {
    text.starts_with([' ', '\t'])
}
