//! Compares the texts of settings: a value, or a whole configuration file kept in one.

use std::collections::BTreeMap;

use crate::diff::Names;

/// How two texts differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Difference {
    /// By names of environments, layout and comments alone.
    Nothing,
    /// The same settings have other values.
    Values,
    /// One has a setting that the other lacks.
    Settings,
}

/// Compares two texts. In those of several lines each line is a setting, called by what stands before
/// its first `=`, `:` or space.
pub(super) fn compare(names: &Names<'_>, lower: &str, upper: &str) -> Difference {
    if names.same(lower.trim_end(), upper.trim_end()) {
        return Difference::Nothing;
    }
    if !lower.trim_end().contains('\n') && !upper.trim_end().contains('\n') {
        return Difference::Values;
    }
    let (lower, upper) = (settings(lower), settings(upper));
    let mut difference = Difference::Nothing;
    for (key, values) in &lower {
        let others = upper.get(key).map(Vec::as_slice).unwrap_or_default();
        if others.len() != values.len() {
            return Difference::Settings;
        }
        if !values.iter().zip(others).all(|(a, b)| names.same(a, b)) {
            difference = Difference::Values;
        }
    }
    if upper.keys().all(|key| lower.contains_key(key)) { difference } else { Difference::Settings }
}

/// The values of each setting, in their order.
fn settings(text: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut settings: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with(['#', ';']) || line.starts_with("//") {
            continue;
        }
        let (key, value) =
            line.split_once(['=', ':']).or_else(|| line.split_once(char::is_whitespace)).unwrap_or((line, ""));
        settings.entry(key.trim()).or_default().push(value.trim());
    }
    settings
}
