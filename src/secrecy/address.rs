//! Credentials in addresses, which are secret wherever they stand: `https://user:password@host/path?token=secret`.

use std::ops::Range;

use super::called;

/// Whether an address ends before a character.
fn ends(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '<' | '>') || c.is_whitespace()
}

/// The credentials in a text, in order: of an HTTP address all before the `@`, where a token may stand for the user; of
/// others the password; and the parameters that sign it, or are called like secrets.
pub fn credentials(text: &str) -> impl Iterator<Item = Range<usize>> {
    let found = text.match_indices("://").flat_map(|(at, separator)| {
        let start = at + separator.len();
        let rest = text.get(start..).unwrap_or_default();
        let rest = rest.get(..rest.find(ends).unwrap_or(rest.len())).unwrap_or_default();
        let authority = rest.get(..rest.find(['/', '?', '#']).unwrap_or(rest.len())).unwrap_or_default();
        let scheme = text.get(..at).and_then(|before| before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next());
        let all = user(scheme.unwrap_or_default(), authority).into_iter().chain(parameters(rest));
        all.map(move |range| start + range.start..start + range.end).collect::<Vec<_>>()
    });
    let mut found: Vec<Range<usize>> = found.collect();
    // One address may be a parameter of another.
    found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    found.dedup_by(|next, range| next.start < range.end);
    found.into_iter()
}

/// The credentials before a host.
fn user(scheme: &str, authority: &str) -> Option<Range<usize>> {
    let user = authority.get(..authority.rfind('@')?)?;
    let is_http = ["http", "https"].iter().any(|name| scheme.eq_ignore_ascii_case(name));
    let from = if is_http { 0 } else { user.find(':')? + 1 };
    (from < user.len()).then_some(from..user.len())
}

/// The secret parameters of an address, its fragment included.
fn parameters(address: &str) -> impl Iterator<Item = Range<usize>> {
    let splits = |c: char| matches!(c, '?' | '&' | ';' | '#');
    let ends = address.match_indices(splits).map(|(at, _)| at);
    let ends: Vec<usize> = ends.chain([address.len()]).collect();
    let parts = ends.windows(2).filter_map(|pair| Some((*pair.first()? + 1, *pair.last()?))).collect::<Vec<_>>();
    parts.into_iter().filter_map(move |(start, end)| {
        let (name, value) = address.get(start..end)?.split_once('=')?;
        (!value.is_empty() && called::is_secret_parameter(name)).then_some(end - value.len()..end)
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
            (
                "https://h/a?X-Amz-Credential=AKIA/x&X-Amz-Date=1&X-Amz-Signature=ab`, https://h/c?sv=2024&sig=d%2B#e",
                vec!["AKIA/x", "ab", "d%2B"],
            ),
            ("https://u:p@h/x?redirect=https://a:b@c/&token=t", vec!["u:p", "a:b", "t"]),
            ("https://h/?token=https://a:b@c", vec!["https://a:b@c"]),
            ("https://github.com/o/r//a?ref=v1&timeout=30s", vec![]),
        ] {
            let texts: Vec<&str> = credentials(text).filter_map(|range| text.get(range)).collect();
            assert_eq!(texts, found, "{text}");
        }
    }
}
