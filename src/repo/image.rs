//! Image references: what `registry/team/api:1.4@sha256:…` names.
//!
//! Reads what Go's `distribution/reference` v0.6.0 reads (`ParseNormalizedNamed`, which the kubelet and
//! containerd use), ASCII only, and gives the same normal form: `nginx` is `docker.io/library/nginx`.
//! Where a reference has a tag and a digest, the digest decides and the tag is decoration.
//!
//! One difference: Go takes `foo_bar.com/app` for a repository without any registry, which no runtime can
//! pull. Here it is an error. How kustomize splits an image's name is not this module's matter.

use std::fmt;

/// The registry that names without one mean.
const DEFAULT_DOMAIN: &str = "docker.io";

/// The name under which [`DEFAULT_DOMAIN`] went before.
const LEGACY_DOMAIN: &str = "index.docker.io";

/// Longest path of a repository, in bytes.
const MAX_PATH: usize = 255;

/// Longest tag, in bytes.
const MAX_TAG: usize = 128;

/// An image reference in its normal form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageRef {
    /// The registry with its port: `docker.io`, `localhost:5000`, `[::1]:5000`.
    pub domain: String,
    /// The repository below it: `library/nginx`.
    pub path: String,
    /// The tag, where one is written.
    pub tag: Option<String>,
    /// The digest, where one is written: `sha256:` and 64 digits, or sha384 or sha512.
    pub digest: Option<String>,
}

/// Why a text is no image reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    /// Nothing is there.
    #[error("the image reference is empty")]
    Empty,
    /// 64 hexadecimal digits could be the id of an image.
    #[error("`{0}` is an image id, not the name of a repository")]
    Id(String),
    /// The part before the first `/` looks like a registry and is none.
    #[error("`{0}` is not a registry: letters, digits, `-` and `.`, then optionally a port")]
    Domain(String),
    /// Repositories are lowercase.
    #[error("the repository `{0}` must be lowercase")]
    Uppercase(String),
    /// A component of the path breaks the grammar.
    #[error("`{0}` is not a repository: lowercase letters and digits with `.`, `_`, `__` or `-` between them")]
    Path(String),
    /// The path is too long.
    #[error("the repository is longer than {MAX_PATH} characters")]
    PathTooLong,
    /// The tag breaks the grammar.
    #[error("`{0}` is not a tag: at most {MAX_TAG} letters, digits, `_`, `.` and `-`, not starting with `.` or `-`")]
    Tag(String),
    /// The digest is none that a registry knows.
    #[error(
        "`{0}` is not a digest: `sha256:` and 64 lowercase hexadecimal digits, or sha384 with 96, or sha512 with 128"
    )]
    Digest(String),
}

impl ImageRef {
    /// Reads an image reference.
    ///
    /// # Errors
    /// When the text is no image reference, with the part that is wrong.
    pub fn parse(text: &str) -> Result<Self, ImageError> {
        if text.is_empty() {
            return Err(ImageError::Empty);
        }
        if text.len() == 64 && text.bytes().all(is_hex) {
            return Err(ImageError::Id(text.to_owned()));
        }
        let (domain, rest) = split_domain(text);
        let (name, digest) = match rest.split_once('@') {
            Some((name, digest)) => (name, Some(digest)),
            None => (rest, None),
        };
        let (path, tag) = match name.split_once(':') {
            Some((path, tag)) => (path, Some(tag)),
            None => (name, None),
        };
        if !is_domain(domain) {
            return Err(ImageError::Domain(domain.to_owned()));
        }
        let path = normal_path(domain, path)?;
        if let Some(tag) = tag.filter(|tag| !is_tag(tag)) {
            return Err(ImageError::Tag(tag.to_owned()));
        }
        if let Some(digest) = digest.filter(|digest| !is_digest(digest)) {
            return Err(ImageError::Digest(digest.to_owned()));
        }
        Ok(Self { domain: domain.to_owned(), path, tag: tag.map(str::to_owned), digest: digest.map(str::to_owned) })
    }

    /// Registry and path, without tag and digest: `docker.io/library/nginx`.
    #[must_use]
    pub fn repository(&self) -> String {
        format!("{}/{}", self.domain, self.path)
    }
}

impl fmt::Display for ImageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.domain, self.path)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

/// Whether `text` is a digest that go-digest v1.0.0 takes for valid.
#[must_use]
pub fn is_digest(text: &str) -> bool {
    let length = |digits: &str, count| digits.len() == count && digits.bytes().all(is_hex);
    match text.split_once(':') {
        Some(("sha256", digits)) => length(digits, 64),
        Some(("sha384", digits)) => length(digits, 96),
        Some(("sha512", digits)) => length(digits, 128),
        _ => false,
    }
}

/// The registry, and what follows its `/`. The first component is a registry where it is `localhost`, holds a
/// `.` or a `:`, or an uppercase letter (which no repository may hold).
fn split_domain(text: &str) -> (&str, &str) {
    match text.split_once('/') {
        Some((LEGACY_DOMAIN, rest)) => (DEFAULT_DOMAIN, rest),
        Some((first, rest))
            if first == "localhost" || first.contains(['.', ':']) || first.bytes().any(|b| b.is_ascii_uppercase()) =>
        {
            (first, rest)
        }
        _ => (DEFAULT_DOMAIN, text),
    }
}

/// Checks a repository's path and adds `library/` where Docker Hub does.
fn normal_path(domain: &str, path: &str) -> Result<String, ImageError> {
    if path.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(ImageError::Uppercase(path.to_owned()));
    }
    if !path.split('/').all(is_path_component) {
        return Err(ImageError::Path(path.to_owned()));
    }
    let path =
        if domain == DEFAULT_DOMAIN && !path.contains('/') { format!("library/{path}") } else { path.to_owned() };
    if path.len() > MAX_PATH { Err(ImageError::PathTooLong) } else { Ok(path) }
}

/// A host name, an IPv4 address or a bracketed IPv6 address, with an optional port.
fn is_domain(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(bracketed) => {
            let Some((address, port)) = bracketed.split_once(']') else { return false };
            if address.is_empty() || !address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':') {
                return false;
            }
            (None, port.strip_prefix(':').or((!port.is_empty()).then_some("")))
        }
        None => match text.split_once(':') {
            Some((host, port)) => (Some(host), Some(port)),
            None => (Some(text), None),
        },
    };
    let is_label = |label: &str| {
        label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.is_none_or(|host| host.split('.').all(is_label))
        && port.is_none_or(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `[a-z0-9]+((?:[._]|__|-+)[a-z0-9]+)*`
fn is_path_component(text: &str) -> bool {
    let is_word = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let mut runs = text.as_bytes().chunk_by(|a, b| is_word(a) == is_word(b));
    let starts_and_ends = text.as_bytes().first().is_some_and(is_word) && text.as_bytes().last().is_some_and(is_word);
    starts_and_ends
        && runs.all(|run| {
            run.first().is_some_and(is_word)
                || matches!(run, b"." | b"_" | b"__")
                || run.iter().all(|byte| *byte == b'-')
        })
}

/// `[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`
fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= MAX_TAG
        && text.bytes().next().is_some_and(is_word)
        && text.bytes().all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'))
}

fn is_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line of the table is an input and what Go's `ParseNormalizedNamed` makes of it.
    #[test]
    fn reads_what_go_reads() {
        let table = include_str!("../../testdata/images/references.tsv");
        let mut wrong = Vec::new();
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let (input, expected) = line.split_once('\t').unwrap_or((line, ""));
            let found = match ImageRef::parse(input) {
                Ok(ImageRef { domain, path, tag, digest }) => {
                    format!("{domain}\t{path}\t{}\t{}", tag.unwrap_or_default(), digest.unwrap_or_default())
                }
                Err(_) => "invalid".to_owned(),
            };
            if found != expected {
                wrong.push(format!("{input}: found {found}, expected {expected}"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    proptest::proptest! {
        /// The normal form of a reference is a reference, and its own normal form.
        #[test]
        fn the_normal_form_is_stable(text in r"([a-zA-Z0-9.:_-]{0,9}/)?[a-z0-9._/-]{1,12}(:[\w.-]{1,9})?(@sha256:[0-9a-f]{64})?") {
            if let Ok(image) = ImageRef::parse(&text) {
                proptest::prop_assert_eq!(ImageRef::parse(&image.to_string()), Ok(image));
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,80}") {
            let _ = ImageRef::parse(&text);
        }
    }

    #[test]
    fn a_repository_needs_a_registry_that_can_exist() {
        assert_eq!(ImageRef::parse("foo_bar.com/app"), Err(ImageError::Domain("foo_bar.com".into())));
    }

    #[test]
    fn errors_name_the_part() {
        let texts = ["", "Nginx:1", "team/api:1.0 ", "api@sha256:abc", "a:b/c", "a//b", "https://host/api"];
        let messages: Vec<String> =
            texts.iter().filter_map(|text| ImageRef::parse(text).err()).map(|error| error.to_string()).collect();
        insta::assert_snapshot!(messages.join("\n"), @"
        the image reference is empty
        the repository `Nginx` must be lowercase
        `1.0 ` is not a tag: at most 128 letters, digits, `_`, `.` and `-`, not starting with `.` or `-`
        `sha256:abc` is not a digest: `sha256:` and 64 lowercase hexadecimal digits, or sha384 with 96, or sha512 with 128
        `a:b` is not a registry: letters, digits, `-` and `.`, then optionally a port
        `a//b` is not a repository: lowercase letters and digits with `.`, `_`, `__` or `-` between them
        `https:` is not a registry: letters, digits, `-` and `.`, then optionally a port
        ");
    }
}
