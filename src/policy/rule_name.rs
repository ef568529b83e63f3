//! The names of rules, which say what a rule is for: it finds something, or it is a test.

use crate::source::Severity;

/// How the names of the rules begin that are asked, and what a finding of theirs is.
pub(super) const PREFIXES: [(&str, Severity); 3] =
    [("deny", Severity::Error), ("violation", Severity::Error), ("warn", Severity::Warning)];

/// The severity that a rule's name gives; `None` where the rule is not asked. The names are conftest's.
pub(super) fn entry(name: &str) -> Option<Severity> {
    let (rest, severity) =
        PREFIXES.iter().find_map(|(prefix, severity)| Some((name.strip_prefix(prefix)?, *severity)))?;
    let parts = rest.split('_');
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (rest.is_empty() || (rest.starts_with('_') && parts.skip(1).all(plain))).then_some(severity)
}

/// Whether a rule is a test, or one that is put off.
pub(super) fn is_test(name: &str) -> bool {
    name.starts_with("test_") || name.starts_with("todo_test_")
}
