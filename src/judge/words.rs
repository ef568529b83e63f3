//! Words of a message that come from values of a resource: what a change of these values alters in the message.

use std::collections::BTreeSet;

use crate::kustomize::Manifest;
use crate::yaml::Node;

/// What stands for a value that differs.
const BLANK: &str = "_";

/// The values of a resource, whole and in parts, as messages may hold them.
#[derive(Default)]
pub(super) struct Words(BTreeSet<String>);

impl Words {
    /// The values of `manifest`, names of list items left out: they say which item is meant.
    pub(super) fn of(manifest: Option<&Manifest>) -> Self {
        let mut words = BTreeSet::new();
        if let Some(manifest) = manifest {
            manifest.node.leaves(&mut |_, leaf| {
                let Some(text) = leaf.text().map(str::to_owned).or_else(|| scalar(leaf)) else { return };
                words.extend(pieces(&text).map(str::to_owned));
                words.insert(text);
            });
        }
        Self(words)
    }
}

fn scalar(leaf: &Node) -> Option<String> {
    leaf.as_scalar().map(|scalar| scalar.text.to_string())
}

/// The parts of a text as it may be taken apart: an image into registry, path, tag and digest.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || "`'\",;()[]{}=@".contains(c))
        .flat_map(|word| std::iter::once(word).chain(word.split(['/', ':'])))
        .filter(|word| !word.is_empty())
}

/// A message in which what is only in `own`, and not in `other`, is blank.
pub(super) fn skeleton(message: &str, own: &Words, other: &Words) -> String {
    let differs = |word: &str| own.0.contains(word) && !other.0.contains(word);
    let is_break = |c: char| c.is_whitespace() || "`'\",;()[]{}=@".contains(c);
    let mut out = String::with_capacity(message.len());
    let mut rest = message;
    while !rest.is_empty() {
        let end = rest.find(is_break).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let bare = word.trim_end_matches(['.', ':', '!', '?']);
        if differs(word) || differs(bare) {
            out.push_str(BLANK);
        } else {
            parts(word, &differs, &mut out);
        }
        let next = after.find(|c| !is_break(c)).unwrap_or(after.len());
        out.push_str(after.get(..next).unwrap_or_default());
        rest = after.get(next..).unwrap_or_default();
    }
    out
}

/// A word of which those parts are blank that differ.
fn parts(word: &str, differs: &impl Fn(&str) -> bool, out: &mut String) {
    for part in word.split_inclusive(['/', ':']) {
        let bare = part.trim_end_matches(['/', ':']);
        if differs(bare) {
            out.push_str(BLANK);
            out.push_str(part.get(bare.len()..).unwrap_or_default());
        } else {
            out.push_str(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(texts: &[&str]) -> Words {
        Words(texts.iter().flat_map(|text| pieces(text).chain([*text])).map(str::to_owned).collect())
    }

    #[test]
    fn values_that_a_change_alters_are_blank() {
        let (old, new) = (words(&["api", "reg/api:1.2", "5"]), words(&["api", "reg/api:1.3", "7", "web"]));
        for (before, now, same) in [
            ("`reg/api:1.2` has no digest", "`reg/api:1.3` has no digest", true),
            ("tag 1.2 of api moves", "tag 1.3 of api moves", true),
            ("container api is privileged", "container web is privileged", false),
            ("5 replicas.", "7 replicas.", true),
            ("5 replicas", "5 replicas and more", false),
        ] {
            assert_eq!(skeleton(before, &old, &new) == skeleton(now, &new, &old), same, "{before} / {now}");
        }
    }
}
