//! What a text looks like: a version that moves, an address, an identifier.

/// Whether a version or tag moves by itself.
pub(super) fn floats(version: &str) -> bool {
    const BRANCHES: &[&str] = &["latest", "main", "master", "HEAD", "stable", "edge", "nightly", "develop", "dev"];
    version.is_empty() || BRANCHES.contains(&version) || version.contains(['*', '>', '<', '^', '~', '|', ' '])
}

/// Whether a text is an address or the name of a host, with or without a port and a path.
pub(super) fn is_address(text: &str) -> bool {
    if text.contains(char::is_whitespace) {
        return false;
    }
    let (is_url, rest) = text.split_once("://").map_or((false, text), |(_, rest)| (true, rest));
    let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '*'))
    };
    let numeric = labels.iter().all(|label| label.bytes().all(|byte| byte.is_ascii_digit()));
    let top = labels.last().copied().unwrap_or_default();
    let named = labels.len() > 2 || (labels.len() == 2 && top.len() > 1);
    let is_host = named
        && labels.iter().all(is_label)
        && (top.bytes().all(|byte| byte.is_ascii_alphabetic()) || (numeric && labels.len() == 4));
    is_url || is_host
}

/// The text with account numbers, GUIDs, hashes and the like taken out.
pub(super) fn without_identifiers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for run in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let word = run.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let is_hex = word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_number = digits == word.len() && digits >= 6;
        // The short groups of a GUID say nothing alone.
        inside = is_number || (is_hex && ((word.len() >= 8 && digits > 0) || (inside && word.len() == 4)));
        if !inside {
            out.push_str(word);
        }
        out.push_str(run.get(word.len()..).unwrap_or_default());
    }
    out
}

/// Whether `text` is what comes of `open` when its variables are filled in, whatever their values are.
pub(super) fn is_filled_in(open: &str, text: &str) -> bool {
    let Some((first, behind)) = open.split_once("${") else { return false };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    // What stands behind the variable before.
    let mut between = "";
    for part in behind.split("${") {
        let Some(at) = rest.find(between) else { return false };
        rest = rest.get(at + between.len()..).unwrap_or_default();
        between = part.split_once('}').map_or(part, |(_, literal)| literal);
    }
    rest.ends_with(between)
}
