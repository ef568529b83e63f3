//! Go's patterns for one name of a path: `*`, `?`, `[a-z]`, `[^a]` and `\`, as `path.Match` reads them.

/// Whether the whole of `name` fits; `None` where the pattern is malformed, as far as that shows.
pub(super) fn matches(pattern: &str, name: &str) -> Option<bool> {
    // Most patterns are plain names, or say how names end: a repository has each held against every path.
    let is_plain = |text: &str| !text.contains(['*', '?', '[', '\\']);
    if is_plain(pattern) {
        return Some(pattern == name);
    }
    if let Some(end) = pattern.strip_prefix('*').filter(|end| is_plain(end) && !name.contains('/')) {
        return Some(name.ends_with(end));
    }
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut at, mut here) = (0, 0);
    // Where to go on with one more character given to the last star.
    let mut again: Option<(usize, usize)> = None;
    loop {
        let step = match pattern.get(at) {
            None if here == name.len() => return Some(true),
            None => None,
            Some('*') => {
                at += 1;
                again = Some((at, here));
                continue;
            }
            Some(_) => {
                let (fits, next) = one(&pattern, at, name.get(here).copied())?;
                fits.then_some(next)
            }
        };
        match (step, again) {
            (Some(next), _) => (at, here) = (next, here + 1),
            (None, Some((star, from))) if from < name.len() && name.get(from) != Some(&'/') => {
                again = Some((star, from + 1));
                (at, here) = (star, from + 1);
            }
            _ => return Some(false),
        }
    }
}

/// Whether one character fits what stands at `at`, which is no star, and where the pattern goes on.
fn one(pattern: &[char], at: usize, character: Option<char>) -> Option<(bool, usize)> {
    match pattern.get(at)? {
        '?' => Some((character.is_some_and(|character| character != '/'), at + 1)),
        '[' => class(pattern, at + 1, character),
        '\\' => Some((character == Some(*pattern.get(at + 1)?), at + 2)),
        literal => Some((character == Some(*literal), at + 1)),
    }
}

/// Whether a character is in the class whose text starts at `at`, and where the pattern goes on behind it.
fn class(pattern: &[char], mut at: usize, character: Option<char>) -> Option<(bool, usize)> {
    let negated = pattern.get(at) == Some(&'^');
    at += usize::from(negated);
    let (mut found, mut first) = (false, true);
    while first || pattern.get(at) != Some(&']') {
        let (low, next) = bound(pattern, at)?;
        let (high, next) = if pattern.get(next) == Some(&'-') { bound(pattern, next + 1)? } else { (low, next) };
        found |= character.is_some_and(|character| (low..=high).contains(&character));
        (at, first) = (next, false);
    }
    Some((character.is_some() && found != negated, at + 1))
}

/// A character of a class, and where the class goes on.
fn bound(pattern: &[char], at: usize) -> Option<(char, usize)> {
    match pattern.get(at)? {
        '-' | ']' => None,
        '\\' => Some((*pattern.get(at + 1)?, at + 2)),
        character => Some((*character, at + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_are_those_of_go() {
        for (pattern, name, fits) in [
            ("*.png", "a.png", Some(true)),
            ("*.png", "a.pngs", Some(false)),
            ("*", "", Some(true)),
            ("*.png", "a/b.png", Some(false)),
            ("a*b*c", "abbc", Some(true)),
            ("a*", "a/b", Some(false)),
            ("?", "é", Some(true)),
            ("[a-c]x", "bx", Some(true)),
            ("[^a-c]x", "bx", Some(false)),
            ("[^a-c]x", "dx", Some(true)),
            (r"\*", "*", Some(true)),
            (r"[\]]", "]", Some(true)),
            ("[", "a", None),
            ("[]a]", "a", None),
            ("[-]", "-", None),
            ("", "", Some(true)),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }
}
