//! Texts with `*` in them, and places in manifests with `*` in them: what configuration matches names and
//! fields by.

/// A text in which `*` stands for any text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob(String);

impl Glob {
    /// Reads a pattern; every text is one.
    #[must_use]
    pub fn new(pattern: &str) -> Self {
        Self(pattern.to_owned())
    }

    /// Whether the whole of `text` fits.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let mut pieces = self.0.split('*');
        let Some(mut rest) = text.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
        let Some(last) = pieces.next_back() else { return rest.is_empty() };
        for piece in pieces {
            let Some((_, after)) = rest.split_once(piece) else { return false };
            rest = after;
        }
        rest.ends_with(last)
    }

    /// The pattern as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A field of a manifest, and all below it: `spec.replicas`, `spec.rules.*.host`,
/// `spec.containers[name=api].image`, `metadata.annotations["a.b/c"]`, or the JSON pointer `/spec/replicas`.
/// A step may hold `*`, which stays within the step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPattern {
    written: String,
    steps: Vec<Glob>,
}

impl FieldPattern {
    /// Reads a pattern; every text is one.
    #[must_use]
    pub fn new(pattern: &str) -> Self {
        let steps = match pattern.strip_prefix('/') {
            Some(pointer) => pointer.split('/').map(|step| step.replace("~1", "/").replace("~0", "~")).collect(),
            None => steps(pattern),
        };
        Self { written: pattern.to_owned(), steps: steps.iter().map(|step| Glob::new(step)).collect() }
    }

    /// Whether `field`, written as [`crate::yaml::Path`] writes it, is this field or lies below it.
    #[must_use]
    pub fn covers(&self, field: &str) -> bool {
        let field = steps(field);
        self.steps.len() <= field.len() && self.steps.iter().zip(&field).all(|(step, text)| step.matches(text))
    }

    /// The pattern as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }
}

/// Takes `a.b[0]["c.d"]` apart at points and brackets.
fn steps(field: &str) -> Vec<String> {
    let mut steps = Vec::new();
    let mut rest = field;
    while !rest.is_empty() {
        let (step, after) = if let Some(inner) = rest.strip_prefix('[') {
            let (step, after) = match inner.strip_prefix('"') {
                Some(quoted) => quoted.split_once("\"]").unwrap_or((quoted, "")),
                None => inner.split_once(']').unwrap_or((inner, "")),
            };
            (step.replace("\\\"", "\"").replace("\\\\", "\\"), after)
        } else {
            let (step, after) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
            (step.to_owned(), after)
        };
        steps.push(step);
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_text() {
        for (pattern, text, fits) in [
            ("api", "api", true),
            ("api", "apis", false),
            ("api-*", "api-", true),
            ("*-api", "my-api", true),
            ("a*b*c", "abbc", true),
            ("a*b*c", "acb", false),
            ("a*a", "a", false),
            ("*", "", true),
            ("**", "x", true),
            ("", "", true),
            ("", "x", false),
        ] {
            assert_eq!(Glob::new(pattern).matches(text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn fields_cover_what_is_below_them() {
        for (pattern, field, covered) in [
            ("spec.replicas", "spec.replicas", true),
            ("spec", "spec.replicas", true),
            ("spec.replicas", "spec", false),
            ("spec.replica", "spec.replicas", false),
            ("spec.rules.*.host", "spec.rules[0].host", true),
            ("spec.rules[*].host", "spec.rules[host=a.b].host", true),
            ("spec.containers[name=api].image", "spec.containers[name=api].image", true),
            ("spec.containers[name=api]", "spec.containers[name=web].image", false),
            ("metadata.annotations[\"a.b/c\"]", "metadata.annotations[\"a.b/c\"]", true),
            ("metadata.annotations[a.b/*]", "metadata.annotations[\"a.b/c\"]", true),
            ("/metadata/annotations/a.b~1c", "metadata.annotations[\"a.b/c\"]", true),
            ("/spec/replicas", "spec.replicas", true),
            ("*", "spec", true),
        ] {
            assert_eq!(FieldPattern::new(pattern).covers(field), covered, "{pattern} {field}");
        }
    }
}
