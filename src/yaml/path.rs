//! The way from the root of a document to a value.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// Into a map.
    Key(Arc<str>),
    /// Into a list, from 0.
    Index(usize),
}

impl serde::Serialize for Segment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Key(key) => serializer.serialize_str(key),
            Self::Index(index) => serializer.serialize_u64(*index as u64),
        }
    }
}

/// Steps from the root of a document. Shown as `spec.containers[0].image`; keys that hold more than
/// letters, digits, `_` and `-` are shown as `metadata.annotations["a.b/c"]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
pub struct Path(Vec<Segment>);

/// Adds a key to a path that is written out.
pub(super) fn write_key(out: &mut String, key: &str) {
    let simple = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '$'));
    if !simple {
        out.push_str(&format!("[{key:?}]"));
        return;
    }
    if !out.is_empty() {
        out.push('.');
    }
    out.push_str(key);
}

impl Path {
    /// The path that goes on from here through `steps`.
    #[must_use]
    pub fn join(&self, steps: impl IntoIterator<Item = Segment>) -> Self {
        self.0.iter().cloned().chain(steps).collect()
    }
}

impl From<&str> for Segment {
    fn from(key: &str) -> Self {
        Self::Key(key.into())
    }
}

impl From<usize> for Segment {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        for segment in &self.0 {
            match segment {
                Segment::Key(key) => write_key(&mut out, key),
                Segment::Index(index) => out.push_str(&format!("[{index}]")),
            }
        }
        f.write_str(&out)
    }
}

impl Deref for Path {
    type Target = Vec<Segment>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Path {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl FromIterator<Segment> for Path {
    fn from_iter<I: IntoIterator<Item = Segment>>(segments: I) -> Self {
        Self(segments.into_iter().collect())
    }
}
