//! JSON and nothing more: what YAML would put up with is refused here.

use std::sync::Arc;

use crate::source::{Problem, Reason};
use crate::yaml::dialect::Dialect;
use crate::yaml::node::{Key, Map, Node, Value};
use crate::yaml::origin::{Cause, Origin};
use crate::yaml::path::{Path, Segment};
use crate::yaml::scalar::Scalar;
use crate::yaml::tag::Tag;
use crate::yaml::text::Text;

use super::MAX_DEPTH;

/// Says of a scalar, and of the JSON that it was read from, whether it is worth noting.
type Note<'a> = &'a mut dyn FnMut(&Scalar, &str) -> bool;

/// Reads a text that is one JSON value, and the paths of the scalars that `note` picks. Of keys that an object has
/// twice, the last counts.
///
/// # Errors
/// When it is no JSON, or nested too deeply.
pub fn parse_json(text: &Text<'_>, note: Note<'_>) -> Result<(Node, Vec<Path>), Problem> {
    let mut reader = Reader { text, at: 0, path: Path::default(), noted: Vec::new(), note };
    let root = reader.value()?;
    reader.space();
    if reader.at < text.content.len() {
        return Err(reader.unexpected("the end"));
    }
    Ok((root, reader.noted))
}

struct Reader<'a, 't> {
    text: &'a Text<'t>,
    at: usize,
    path: Path,
    noted: Vec<Path>,
    note: Note<'a>,
}

impl Reader<'_, '_> {
    fn rest(&self) -> &str {
        self.text.content.get(self.at..).unwrap_or_default()
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn unexpected(&self, wanted: &str) -> Problem {
        let found = self.rest().chars().next();
        let end = self.at + found.map_or(0, char::len_utf8);
        let found = found.map_or_else(|| "the end".to_owned(), |c| format!("`{}`", c.escape_debug()));
        Problem::new(format!("malformed JSON: {wanted} should stand here, not {found}"))
            .at(self.text.span(self.at.min(self.text.content.len().saturating_sub(1)), end))
            .hint("text that starts with `[` is read as JSON: put keys and texts in `\"`, or write a YAML list")
    }

    /// Takes a mark, where it comes next.
    fn takes(&mut self, mark: char) -> bool {
        self.space();
        let found = self.rest().starts_with(mark);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self) -> Result<Node, Problem> {
        self.space();
        let start = self.at;
        if self.path.len() >= MAX_DEPTH {
            return Err(Problem::new(format!("more than {MAX_DEPTH} levels of nesting"))
                .at(self.text.span(start, start + 1))
                .reason(Reason::Limit)
                .hint("no Kubernetes manifest is this deep: is this file one?"));
        }
        let value = match self.rest().bytes().next() {
            Some(b'[') => Value::Seq(self.list()?),
            Some(b'{') => Value::Map(self.object()?),
            Some(b'"') => Value::Scalar(Scalar { quoted: true, ..Scalar::string(self.string()?) }),
            _ => Value::Scalar(self.word()?),
        };
        if let Value::Scalar(scalar) = &value {
            let raw = self.text.content.get(start..self.at).unwrap_or_default();
            if (self.note)(scalar, raw) {
                self.noted.push(self.path.clone());
            }
        }
        Ok(Node::new(value, Origin::new(self.text.span(start, self.at), Cause::Manifest)))
    }

    fn list(&mut self) -> Result<Vec<Node>, Problem> {
        let mut items = Vec::new();
        self.at += 1;
        if self.takes(']') {
            return Ok(items);
        }
        loop {
            self.path.push(Segment::Index(items.len()));
            items.push(self.value()?);
            self.path.pop();
            if self.takes(']') {
                return Ok(items);
            }
            if !self.takes(',') {
                return Err(self.unexpected("`,` or `]`"));
            }
        }
    }

    fn object(&mut self) -> Result<Map, Problem> {
        let mut map = Map::default();
        self.at += 1;
        if self.takes('}') {
            return Ok(map);
        }
        loop {
            self.space();
            let start = self.at;
            if !self.rest().starts_with('"') {
                return Err(self.unexpected("a key in `\"`"));
            }
            let key: Arc<str> = self.string()?.into();
            let span = self.text.span(start, self.at);
            if !self.takes(':') {
                return Err(self.unexpected("`:`"));
            }
            self.path.push(Segment::Key(key.clone()));
            let value = self.value()?;
            self.path.pop();
            map.remove(&key);
            map.push(Key::new(key, span), value);
            if self.takes('}') {
                return Ok(map);
            }
            if !self.takes(',') {
                return Err(self.unexpected("`,` or `}`"));
            }
        }
    }

    fn string(&mut self) -> Result<String, Problem> {
        let rest = self.rest();
        let mut escaped = false;
        let end = rest.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        let Some((end, _)) = end else { return Err(self.unexpected("a text with its closing `\"`")) };
        let raw = rest.get(..=end).unwrap_or_default();
        let decoded = serde_json::from_str::<String>(raw).ok().or_else(|| without_lone_surrogates(raw));
        let Some(decoded) = decoded else { return Err(self.unexpected("a text as JSON writes it")) };
        self.at += end + 1;
        Ok(decoded)
    }

    fn word(&mut self) -> Result<Scalar, Problem> {
        let rest = self.rest();
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let word = rest.get(..rest.find(|c| !is_part(c)).unwrap_or(rest.len())).unwrap_or_default();
        let scalar = match serde_json::from_str::<serde_json::Value>(word) {
            _ if word.is_empty() => None,
            Ok(_) if word == "null" => Some(Scalar::null()),
            Ok(_) => Some(Scalar { tag: Tag::of_plain(word, Dialect::Config), ..Scalar::string(word) }),
            Err(_) => None,
        };
        let Some(scalar) = scalar else { return Err(self.unexpected("a value")) };
        self.at += word.len();
        Ok(scalar)
    }
}

/// Go takes half of a pair of surrogates for a character that is unknown.
fn without_lone_surrogates(raw: &str) -> Option<String> {
    let mut units: Vec<u16> = Vec::new();
    let mut rest = raw.strip_prefix('"')?.strip_suffix('"')?;
    while let Some(c) = rest.chars().next() {
        let code = rest.strip_prefix("\\u").and_then(|rest| rest.get(..4));
        let length = match (code, c) {
            (Some(code), _) => {
                units.push(u16::from_str_radix(code, 16).ok()?);
                6
            }
            (None, '\\') => {
                let escape = format!("\"{}\"", rest.get(..2)?);
                units.extend(serde_json::from_str::<String>(&escape).ok()?.encode_utf16());
                2
            }
            _ if c < ' ' => return None,
            _ => {
                units.extend(c.encode_utf16(&mut [0; 2]).iter());
                c.len_utf8()
            }
        };
        rest = rest.get(length..)?;
    }
    Some(String::from_utf16_lossy(&units))
}
