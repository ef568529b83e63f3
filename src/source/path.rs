//! Paths inside a tree: relative to its root, `/`-separated, without `.` and `..`.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// A normalised path below the root of a tree. The root itself is the empty path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(Arc<str>);

/// A path on the way to another, as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathStep<'a> {
    /// The directory that holds it; empty for the root.
    pub directory: &'a str,
    /// Its last component.
    pub name: &'a str,
    /// The path.
    pub path: &'a str,
}

/// Why a written path does not name a place in the tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// The path starts at the file system's root.
    #[error("`{0}` is absolute")]
    Absolute(String),
    /// The path climbs out of the tree.
    #[error("`{0}` leads out of the repository")]
    Escapes(String),
    /// The path holds a NUL byte.
    #[error("`{}` is not a path", .0.escape_debug())]
    Invalid(String),
}

impl RepoPath {
    /// The root of the tree.
    #[must_use]
    pub fn root() -> Self {
        Self(Arc::from(""))
    }

    /// Normalises `text`, read relative to the root.
    ///
    /// # Errors
    /// When `text` is absolute, climbs above the root, or is no path at all.
    pub fn new(text: &str) -> Result<Self, PathError> {
        Self::root().join(text)
    }

    /// Follows `relative` from here, resolving `.` and `..` by name alone.
    ///
    /// # Errors
    /// When `relative` is absolute, climbs above the root, or is no path at all.
    pub fn join(&self, relative: &str) -> Result<Self, PathError> {
        if relative.contains('\0') {
            return Err(PathError::Invalid(relative.to_owned()));
        }
        if relative.starts_with('/') {
            return Err(PathError::Absolute(relative.to_owned()));
        }
        let mut parts: Vec<&str> = self.components().collect();
        for part in relative.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    if parts.pop().is_none() {
                        return Err(PathError::Escapes(relative.to_owned()));
                    }
                }
                name => parts.push(name),
            }
        }
        Ok(Self(Arc::from(parts.join("/"))))
    }

    /// The path of the entry `name` of this directory; `name` is one component, as a listing gives it.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        if self.is_root() { Self(Arc::from(name)) } else { Self(Arc::from(format!("{}/{name}", self.0))) }
    }

    /// The path itself, and every directory above it up to the root.
    pub fn upwards(&self) -> impl Iterator<Item = Self> + Clone + use<> {
        std::iter::successors(Some(self.clone()), Self::parent)
    }

    /// The directory that holds this path; `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        Some(Self(Arc::from(self.0.rsplit_once('/').map_or("", |(head, _)| head))))
    }

    /// The directory that holds this path, and the last component; `None` for the root.
    #[must_use]
    pub(super) fn split(&self) -> Option<(&str, &str)> {
        (!self.is_root()).then(|| self.0.rsplit_once('/').unwrap_or(("", &self.0)))
    }

    /// The path that `text` is, which is known to be one.
    #[must_use]
    pub(super) fn known(text: &str) -> Self {
        Self(Arc::from(text))
    }

    /// The last component; empty for the root.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, tail)| tail)
    }

    /// The components from the root down.
    #[must_use]
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }

    /// Every path on the way down from the root, this one included, each with the directory that holds it and its name.
    #[must_use]
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = PathStep<'_>> {
        let inner = self.0.match_indices('/').map(|(end, _)| end);
        let ends = inner.chain(Some(self.0.len()).filter(|length| *length > 0));
        ends.filter_map(|end| {
            let path = self.0.get(..end)?;
            let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
            Some(PathStep { directory, name, path })
        })
    }

    /// Whether this is `other` or lies below it.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        other.is_root() || self.0.strip_prefix(&*other.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// How this path is written relative to the directory `from`, with `..` where needed.
    #[must_use]
    pub fn relative_to(&self, from: &Self) -> String {
        let here: Vec<&str> = self.components().collect();
        let there: Vec<&str> = from.components().collect();
        let shared = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
        let mut parts = vec![".."; there.len() - shared];
        parts.extend(here.iter().skip(shared));
        if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
    }

    /// Whether this is the root of the tree.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The path as text; empty for the root.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Paths are equal, ordered and hashed as their texts are.
impl Borrow<str> for RepoPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_root() { "." } else { &self.0 })
    }
}

impl serde::Serialize for RepoPath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
