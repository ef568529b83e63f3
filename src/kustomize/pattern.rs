//! Regular expressions as Go reads them.

use regex::Regex;

/// Compiles an expression of Go's; `None` where it is none.
///
/// Go takes a `{` that starts no repetition literally, as in `\${cluster}-app`.
pub(super) fn compile(pattern: &str) -> Option<Regex> {
    let mut translated = String::with_capacity(pattern.len());
    let mut escaped = false;
    for (at, c) in pattern.char_indices() {
        if c == '{' && !escaped && !repeats(pattern.get(at + 1..).unwrap_or_default()) {
            translated.push('\\');
        }
        // `\p{..}` and `\x{..}` take the brace that follows.
        let names = escaped && matches!(c, 'p' | 'P' | 'x');
        escaped = (c == '\\' && !escaped) || names;
        translated.push(c);
    }
    Regex::new(&translated).ok()
}

/// Compiles an expression that must fit the whole text.
pub(super) fn anchored(pattern: &str) -> Option<Regex> {
    compile(&format!("^(?:{pattern})$"))
}

/// Whether what follows a `{` makes it a repetition: `2}`, `2,}`, `2,5}`.
fn repeats(rest: &str) -> bool {
    let Some((inside, _)) = rest.split_once('}') else { return false };
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match inside.split_once(',') {
        Some((least, most)) => number(least) && (most.is_empty() || number(most)),
        None => number(inside),
    }
}
