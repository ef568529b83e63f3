//! Text for terminals that know no Unicode: the signs that reports draw with become ASCII, every other character its
//! number.

use std::borrow::Cow;

/// A text in ASCII.
pub(super) fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            character if character.is_ascii() => plain.push(character),
            '─' => plain.push('-'),
            '│' | '├' | '┤' => plain.push('|'),
            '┬' | '▲' => plain.push('^'),
            '╭' => plain.push(','),
            '╰' => plain.push('`'),
            '╮' => plain.push('.'),
            '╯' => plain.push('\''),
            '┼' | '┴' => plain.push('+'),
            '·' => plain.push(':'),
            '▶' => plain.push('>'),
            '×' => plain.push('x'),
            '⚠' => plain.push('!'),
            '…' => plain.push_str("..."),
            '→' => plain.push_str("->"),
            '←' => plain.push_str("<-"),
            other => plain.push_str(&format!("<U+{:04X}>", u32::from(other))),
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::ascii;

    #[test]
    fn what_reports_draw_stays_readable() {
        let drawn =
            "  × no limit\n   ╭─[a.yaml:1:2]\n 1 │ größe: 1\n   · ──┬──\n   ·   ╰── here…\n   ╰────\n  ⚠ a → b\n";
        let expected = "  x no limit\n   ,-[a.yaml:1:2]\n 1 | gr<U+00F6><U+00DF>e: 1\n   : --^--\n   :   `-- here...\n   `----\n  ! a -> b\n";
        assert_eq!(ascii(drawn), expected);
    }
}
