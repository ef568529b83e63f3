//! The text of a file that is read: UTF-8, or UTF-16 with a byte order mark, which YAML parsers take too.

use std::sync::Arc;

use crate::source::{FileId, Problem, SourceFile, Span};
use crate::yaml;

/// A file that holds text.
pub struct Content {
    id: FileId,
    file: Arc<SourceFile>,
    /// The text, where it is not UTF-8 in the file.
    decoded: Option<String>,
}

impl Content {
    /// The text of a file.
    ///
    /// # Errors
    /// When it holds something else.
    pub fn of(id: FileId, file: Arc<SourceFile>) -> Result<Self, Problem> {
        let decoded = if file.text().is_some() { None } else { utf16(file.bytes()) };
        if file.text().is_none() && decoded.is_none() {
            return Err(Problem::new(format!("`{}` is not UTF-8 text", file.path())).within(file.path()));
        }
        Ok(Self { id, file, decoded })
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &SourceFile {
        &self.file
    }

    /// What it holds.
    #[must_use]
    pub fn text(&self) -> &str {
        self.decoded.as_deref().or_else(|| self.file.text()).unwrap_or_default()
    }

    /// What it holds, to be parsed. Of what is not UTF-8, every place is that of the whole file.
    #[must_use]
    pub fn yaml(&self) -> yaml::Text<'_> {
        if self.decoded.is_none() {
            return yaml::Text::of_file(self.id, self.text(), 0);
        }
        let len = u32::try_from(self.file.bytes().len()).unwrap_or(u32::MAX);
        yaml::Text::within(Span { file: self.id, start: 0, len }, self.text())
    }
}

/// Bytes of a file as UTF-8, where they are UTF-16 with a byte order mark.
#[must_use]
pub fn as_utf8(bytes: Vec<u8>) -> Vec<u8> {
    utf16(&bytes).map_or(bytes, String::into_bytes)
}

/// UTF-16 text up to the first separator of documents: kustomize looks for those in the bytes of UTF-8, finds none, and
/// reads the first document only.
fn utf16(bytes: &[u8]) -> Option<String> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let (pairs, []) = bytes.as_chunks::<2>() else { return None };
    let units = pairs.iter().map(|pair| unit(*pair));
    let mut text: String = char::decode_utf16(units).collect::<Result<_, _>>().ok()?;
    if let Some(end) = text.find("\n---") {
        text.truncate(end + 1);
    }
    Some(text)
}
