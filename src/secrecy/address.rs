//! Credentials in addresses, which are secret wherever they stand: `https://user:password@host/path`.

use std::ops::Range;

/// The credentials in a text, in order: of an HTTP address all before the `@`, where a token may stand for the user; of
/// others the password.
pub fn credentials(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices("://").filter_map(|(at, separator)| {
        let start = at + separator.len();
        let rest = text.get(start..)?;
        let ends = |c: char| matches!(c, '/' | '?' | '#' | '"' | '\'' | '`' | '<' | '>') || c.is_whitespace();
        let authority = rest.get(..rest.find(ends).unwrap_or(rest.len()))?;
        let user = authority.get(..authority.rfind('@')?)?;
        let scheme = text.get(..at)?.rsplit(|c: char| !c.is_ascii_alphanumeric()).next()?;
        let is_http = ["http", "https"].iter().any(|name| scheme.eq_ignore_ascii_case(name));
        let from = if is_http { 0 } else { user.find(':')? + 1 };
        (from < user.len()).then(|| start + from..start + user.len())
    })
}

#[cfg(test)]
mod tests {
    use super::credentials;

    #[test]
    fn what_stands_before_the_host_is_found() {
        for (text, found) in [
            ("https://github.com/o/r", vec![]),
            ("https://bot:token@github.com/o/r?ref=a@b", vec!["bot:token"]),
            ("git::HTTPS://token@github.com/o, http://a:b@c", vec!["token", "a:b"]),
            ("ssh://git@github.com/o/r", vec![]),
            ("postgres://app:pa@ss@db/x", vec!["pa@ss"]),
            ("see https://example.com/@team and mail a@b", vec![]),
            ("https://@host", vec![]),
            ("://", vec![]),
        ] {
            let texts: Vec<&str> = credentials(text).filter_map(|range| text.get(range)).collect();
            assert_eq!(texts, found, "{text}");
        }
    }
}
