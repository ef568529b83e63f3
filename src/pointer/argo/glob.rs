//! The patterns of `include` and `exclude`: `*` and `?` take a `/`, too, `{a,b}` stands for either, and `[a-z]` and `[abc]`
//! for one character, `[!…]` for any other.

use std::collections::BTreeSet;

/// Most alternatives within each other.
const DEEPEST: usize = 50;

/// A part of a pattern.
#[derive(Debug)]
enum Part {
    One(char),
    AnyOne,
    Any,
    Of { characters: Vec<char>, negated: bool },
    Between { low: char, high: char, negated: bool },
    Either(Vec<Vec<Part>>),
}

/// Whether the whole of a text fits a pattern; nothing fits a malformed one.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let mut reader = Reader { characters: pattern.chars().collect(), at: 0 };
    let Some(parts) = reader.sequence(0) else { return false };
    let text: Vec<char> = text.chars().collect();
    ends(&parts, BTreeSet::from([0]), &text).contains(&text.len())
}

/// Where a part of the text may end that begins at one of these places and fits the parts.
fn ends(parts: &[Part], starts: BTreeSet<usize>, text: &[char]) -> BTreeSet<usize> {
    parts.iter().fold(starts, |starts, part| match part {
        Part::Any => starts.first().map(|first| (*first..=text.len()).collect()).unwrap_or_default(),
        Part::Either(all) => all.iter().flat_map(|parts| ends(parts, starts.clone(), text)).collect(),
        one => {
            let fits = |at: &usize| text.get(*at).is_some_and(|character| one.takes(*character));
            starts.into_iter().filter(fits).map(|at| at + 1).collect()
        }
    })
}

impl Part {
    fn takes(&self, character: char) -> bool {
        match self {
            Self::One(known) => *known == character,
            Self::AnyOne => true,
            Self::Of { characters, negated } => characters.contains(&character) != *negated,
            Self::Between { low, high, negated } => (*low..=*high).contains(&character) != *negated,
            Self::Any | Self::Either(_) => false,
        }
    }
}

struct Reader {
    characters: Vec<char>,
    at: usize,
}

impl Reader {
    fn next(&mut self) -> Option<char> {
        let next = self.characters.get(self.at).copied();
        self.at += usize::from(next.is_some());
        next
    }

    /// Takes the next character where it is this one.
    fn take(&mut self, wanted: char) -> bool {
        let found = self.characters.get(self.at) == Some(&wanted);
        self.at += usize::from(found);
        found
    }

    /// The parts up to the end of an alternative or of the text; `None` where the pattern is malformed.
    fn sequence(&mut self, depth: usize) -> Option<Vec<Part>> {
        let mut parts = Vec::new();
        while let Some(character) = self.next() {
            parts.push(match character {
                ',' | '}' if depth > 0 => {
                    self.at -= 1;
                    break;
                }
                '{' if depth < DEEPEST && self.at < self.characters.len() => self.either(depth + 1)?,
                '{' => return None,
                '[' => self.class()?,
                '?' => Part::AnyOne,
                '*' => Part::Any,
                '\\' => match self.next() {
                    Some(character) => Part::One(character),
                    None => break,
                },
                character => Part::One(character),
            });
        }
        Some(parts)
    }

    /// Alternatives, which need not be closed at the end.
    fn either(&mut self, depth: usize) -> Option<Part> {
        let mut all = vec![self.sequence(depth)?];
        while self.take(',') {
            all.push(self.sequence(depth)?);
        }
        self.take('}');
        Some(Part::Either(all))
    }

    fn class(&mut self) -> Option<Part> {
        let negated = self.take('!');
        let low = self.next()?;
        if self.take('-') {
            let high = self.next()?;
            let is_range = self.take(']') && low <= high;
            return is_range.then_some(Part::Between { low, high, negated });
        }
        self.at -= 1;
        let mut characters = Vec::new();
        loop {
            characters.push(match self.next()? {
                ']' => break,
                '\\' => self.next()?,
                character => character,
            });
        }
        (!characters.is_empty()).then_some(Part::Of { characters, negated })
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_are_those_of_argo_cd() {
        for (pattern, text, fits) in [
            ("*.yaml", "a/b.yaml", true),
            ("**/*.yaml", "a.yaml", false),
            ("{a,b}/**", "b/x/y", true),
            ("{a,{b,c}*}.y{,a}ml", "cx.yml", true),
            ("{a,b", "b", true),
            ("a,b}", "a,b}", true),
            ("a{", "a", false),
            ("?", "/", true),
            ("[a-c]", "b", true),
            ("[!a-c]", "b", false),
            ("[a-c0-9]", "b", false),
            ("[c-a]", "b", false),
            ("[ab-]", "-", true),
            ("[]", "]", false),
            (r"\*\{[\]x]", "*{]", true),
            ("[", "[", false),
            ("", "", true),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }
}
