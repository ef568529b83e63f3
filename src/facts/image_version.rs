//! Which version of an image runs: its tag and its digest, of which the digest decides.

use std::cmp::Ordering;
use std::fmt;

use super::images::Image;

/// Digits of a digest that people are shown.
const SHOWN: usize = 12;

/// The tag and the digest of an image.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct ImageVersion {
    /// The tag.
    pub tag: Option<String>,
    /// The digest.
    pub digest: Option<String>,
}

impl ImageVersion {
    /// The version of an image.
    #[must_use]
    pub fn of(image: &Image) -> Self {
        Self { tag: image.tag.clone(), digest: image.digest.clone() }
    }

    /// The version with other texts.
    #[must_use]
    pub fn map(&self, text: impl Fn(&str) -> String) -> Self {
        Self { tag: self.tag.as_deref().map(&text), digest: self.digest.as_deref().map(&text) }
    }

    /// Whether two are the same: the same digest or, where one is not pinned, the same tag.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.digest, &other.digest) {
            (Some(a), Some(b)) => a == b,
            _ => self.effective_tag().is_some_and(|tag| Some(tag) == other.effective_tag()),
        }
    }

    /// The tag that is pulled, as far as it is known.
    fn effective_tag(&self) -> Option<&str> {
        self.tag.as_deref().or(self.digest.is_none().then_some("latest"))
    }

    /// Which of two is the later one, where their tags are plain numbers of one form that tell.
    #[must_use]
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        order(self.tag.as_deref()?, other.tag.as_deref()?)
    }
}

/// Which of two versions is the later one, where both are numbers with as many points between them.
#[must_use]
pub fn order(a: &str, b: &str) -> Option<Ordering> {
    let numbers = |text: &str| -> Option<Vec<u64>> {
        text.strip_prefix('v').unwrap_or(text).split('.').map(|part| part.parse().ok()).collect()
    };
    let (a, b) = (numbers(a)?, numbers(b)?);
    (a.len() == b.len() && a.len() > 1).then(|| a.cmp(&b))
}

/// As people read it: `1.4.2@sha256:8bf384cab15e…`.
impl fmt::Display for ImageVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digest = self.digest.as_deref().map(short);
        match (&self.tag, digest) {
            (Some(tag), Some(digest)) => write!(f, "{tag}@{digest}"),
            (Some(tag), None) => f.write_str(tag),
            (None, Some(digest)) => f.write_str(&digest),
            (None, None) => f.write_str("latest"),
        }
    }
}

/// A digest cut to what tells it from others.
fn short(digest: &str) -> String {
    let Some((algorithm, digits)) = digest.split_once(':') else { return digest.to_owned() };
    match digits.get(..SHOWN) {
        Some(start) => format!("{algorithm}:{start}…"),
        None => digest.to_owned(),
    }
}
