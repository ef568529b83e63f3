//! Secret texts as they are looked for in other texts.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::source::SourceFile;

/// What stands in the place of a secret.
pub const MASK: &str = "***";

/// Bytes that a value must have to be looked for in texts: shorter ones are found in everything.
pub(super) const SHORTEST: usize = 6;

/// Bytes that one line of a longer value must have: `metadata:` is no secret.
const SHORTEST_LINE: usize = 12;

/// Characters of a quoted text that is looked for in what a file hides.
const SHORTEST_QUOTE: usize = 3;

/// Secret texts, by their first bytes.
#[derive(Debug, Default)]
pub(super) struct Words(HashMap<[u8; SHORTEST], BTreeSet<String>>);

impl Words {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a value; of a longer one also its lines, and what they set.
    pub(super) fn add(&mut self, text: &str) {
        self.add_word(text, SHORTEST);
        self.add_word(text.trim(), SHORTEST);
        self.add_word(text.trim().trim_matches(['"', '\'']), SHORTEST);
        if text.trim().contains('\n') {
            for line in text.lines().map(str::trim) {
                self.add_word(line, SHORTEST_LINE);
                let value = line.split_once('=').or_else(|| line.split_once(": ")).map(|(_, value)| value.trim());
                self.add_word(value.unwrap_or_default().trim_matches(['"', '\'']), SHORTEST);
            }
        }
    }

    /// Adds what a value says where it is base64, and the base64 of what it says.
    pub(super) fn add_encoded(&mut self, text: &str) {
        let text = text.trim().trim_matches(['"', '\'']);
        let compact: String = text.split_ascii_whitespace().collect();
        if let Some(text) = STANDARD.decode(compact).ok().and_then(|bytes| String::from_utf8(bytes).ok()) {
            self.add(&text);
        }
        self.add_word(&STANDARD.encode(text), SHORTEST);
    }

    fn add_word(&mut self, word: &str, shortest: usize) {
        if word.len() >= shortest
            && let Some(start) = word.as_bytes().first_chunk::<SHORTEST>()
        {
            self.0.entry(*start).or_default().insert(word.to_owned());
        }
    }

    /// A text without these, as far as they are no names.
    pub(super) fn replace<'t>(&self, text: &'t str, is_name: impl Fn(&str) -> bool) -> Cow<'t, str> {
        let mut out = String::new();
        let (mut kept, mut at) = (0, 0);
        while let Some(start) = text.as_bytes().get(at..).and_then(<[u8]>::first_chunk::<SHORTEST>) {
            let rest = text.get(at..).unwrap_or_default();
            let longest = self
                .0
                .get(start)
                .into_iter()
                .flatten()
                .filter(|value| rest.starts_with(value.as_str()) && !is_name(value))
                .map(String::len)
                .max();
            match longest {
                Some(len) => {
                    out.push_str(text.get(kept..at).unwrap_or_default());
                    out.push_str(MASK);
                    at += len;
                    kept = at;
                }
                None => at += 1,
            }
        }
        if kept == 0 {
            return Cow::Borrowed(text);
        }
        out.push_str(text.get(kept..).unwrap_or_default());
        Cow::Owned(out)
    }
}

/// A message about a file without what is hidden of it: a file that could not be read has no values yet. What is
/// shown of it elsewhere, a key for instance, stays.
pub(super) fn without(message: &str, file: &SourceFile, hidden: &[Range<usize>]) -> String {
    let content = file.text().unwrap_or_default();
    if hidden.is_empty() || content.is_empty() {
        return message.to_owned();
    }
    let secrets: Vec<&str> = hidden.iter().filter_map(|range| content.get(range.clone())).collect();
    let mut shown = String::with_capacity(content.len());
    let mut at = 0;
    for range in hidden {
        shown.push_str(content.get(at..range.start).unwrap_or_default());
        shown.push('\n');
        at = range.end;
    }
    shown.push_str(content.get(at..).unwrap_or_default());
    let is_hidden = |text: &str| !shown.contains(text) && secrets.iter().any(|secret| secret.contains(text));
    let mut parts: Vec<Cow<'_, str>> = message.split('`').map(Cow::Borrowed).collect();
    let quoted = parts.len() - usize::from(parts.len().is_multiple_of(2));
    for part in parts.iter_mut().take(quoted).skip(1).step_by(2) {
        if part.chars().count() >= SHORTEST_QUOTE && is_hidden(part) {
            *part = Cow::Borrowed(MASK);
        }
    }
    let mut message = parts.join("`");
    let edge = |c: char| !c.is_alphanumeric() && !matches!(c, '$' | '*');
    let words = secrets.iter().flat_map(|secret| secret.split_whitespace());
    let words = words.flat_map(|word| [word, word.trim_matches(edge)]);
    for word in words.filter(|word| word.len() >= SHORTEST) {
        if message.contains(word) && is_hidden(word) {
            message = message.replace(word, MASK);
        }
    }
    message
}
