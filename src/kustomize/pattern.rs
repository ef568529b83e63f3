//! Regular expressions as Go reads them.

use regex::Regex;

/// Compiles an expression of Go's; `None` where it is none.
///
/// Go takes a `{` that starts no repetition literally, as in `\${cluster}-app`.
pub(super) fn compile(pattern: &str) -> Option<Regex> {
    let mut translated = String::with_capacity(pattern.len());
    let mut escaped = false;
    for (at, c) in pattern.char_indices() {
        if c == '{' && !escaped && !repeats(pattern.get(at + 1..).unwrap_or_default()) {
            translated.push('\\');
        }
        // `\p{..}` and `\x{..}` take the brace that follows.
        let names = escaped && matches!(c, 'p' | 'P' | 'x');
        escaped = (c == '\\' && !escaped) || names;
        translated.push(c);
    }
    Regex::new(&translated).ok()
}

/// An expression that must fit the whole text. Most are plain names, which cost no compiling.
pub(super) enum Whole {
    Name(String),
    Expression(Regex),
}

impl Whole {
    /// Reads an expression of Go's; `None` where it is none.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        if is_plain(pattern) {
            return Some(Self::Name(pattern.to_owned()));
        }
        compile(&format!("^(?:{pattern})$")).map(Self::Expression)
    }

    pub(super) fn fits(&self, text: &str) -> bool {
        match self {
            Self::Name(name) => name == text,
            Self::Expression(regex) => regex.is_match(text),
        }
    }
}

/// Whether an expression stands for itself only.
fn is_plain(pattern: &str) -> bool {
    pattern.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/' | b':'))
}

/// The expression that an image must fit whose name `images` gives: the name goes in as it is (upstream
/// escapes nothing), then a tag and a digest may follow.
pub(super) enum ImageName {
    /// Nothing in it but points means more than itself.
    Name(String),
    Expression(Regex),
}

impl ImageName {
    /// Reads the name; `None` where it makes no expression.
    pub(super) fn new(name: &str) -> Option<Self> {
        if is_plain(&name.replace('.', "")) {
            return Some(Self::Name(name.to_owned()));
        }
        compile(&format!(r"^{name}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?$")).map(Self::Expression)
    }

    pub(super) fn fits(&self, image: &str) -> bool {
        match self {
            Self::Name(name) => name_fits(name, image),
            Self::Expression(regex) => regex.is_match(image),
        }
    }
}

/// Compares by hand what the expression would: a point stands for any character.
fn name_fits(name: &str, image: &str) -> bool {
    let mut rest = image.chars();
    for wanted in name.chars() {
        match rest.next() {
            Some(found) if found == wanted || (wanted == '.' && found != '\n') => {}
            _ => return false,
        }
    }
    let word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.{}-".contains(&byte));
    let (tag, digest) = match rest.as_str().split_once('@') {
        Some((tag, digest)) => (tag, Some(digest)),
        None => (rest.as_str(), None),
    };
    (tag.is_empty() || tag.strip_prefix(':').is_some_and(word))
        && digest.is_none_or(|digest| digest.strip_prefix("sha256:").is_some_and(word))
}

/// Whether what follows a `{` makes it a repetition: `2}`, `2,}`, `2,5}`.
fn repeats(rest: &str) -> bool {
    let Some((inside, _)) = rest.split_once('}') else { return false };
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match inside.split_once(',') {
        Some((least, most)) => number(least) && (most.is_empty() || number(most)),
        None => number(inside),
    }
}
