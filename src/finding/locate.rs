//! From a place in a render to the text that caused it.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value as Json;

use super::mask::Masks;
use super::place::{Place, Related};
use crate::change::Rendered;
use crate::diff::{is_secret_path, without_hash};
use crate::kustomize::{Manifest, Removal, ResourceName};
use crate::repo::is_digest;
use crate::source::{RepoPath, Revision, Span};
use crate::yaml::{Cause, Map, Node, Path, Segment, Value};

/// Places shown beside the one that counts.
const RELATED: usize = 3;

/// Characters of a value that a label repeats.
const SHOWN: usize = 60;

/// What is known of the place that a policy names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Located {
    /// The environment.
    pub environment: Option<String>,
    /// The cluster, where the layout has clusters.
    pub cluster: Option<String>,
    /// The resource.
    pub resource: Option<ResourceName>,
    /// The field, as people write it.
    pub field: Option<String>,
    /// The digest in it, where it is an image that has one.
    pub digest: Option<String>,
    /// The text that set it, or what is nearest to it.
    pub place: Option<Place>,
    /// What that text overrode, and what the other environment says.
    pub related: Vec<Related>,
}

/// Resources by kind and name, each with its place among the renders and in its own.
type Places<'r> = HashMap<(&'r str, Cow<'r, str>), Vec<(usize, usize)>>;

/// Finds the text behind places of one app's renders.
pub struct Locator<'a, 'r> {
    /// The app's renders, in the order of promotion.
    renders: &'a [Rendered<'r>],
    /// The revision that was rendered.
    revision: &'a Revision,
    /// What may not be shown.
    masks: &'a Masks,
    by_name: Places<'r>,
}

/// A resource that a place names, and the field in it.
struct Target<'a, 'r> {
    rendered: &'a Rendered<'r>,
    manifest: &'r Manifest,
    path: Path,
}

impl<'a, 'r> Locator<'a, 'r> {
    /// A locator of places in `renders`, the app's renders of `revision` in the order of promotion.
    #[must_use]
    pub fn new(renders: &'a [Rendered<'r>], revision: &'a Revision, masks: &'a Masks) -> Self {
        let mut by_name = Places::new();
        for (render, rendered) in renders.iter().enumerate() {
            for (index, manifest) in rendered.resources.iter().enumerate() {
                let mut add = |name| by_name.entry((manifest.kind(), name)).or_default().push((render, index));
                add(Cow::Borrowed(manifest.name()));
                // People name a generated object without the hash that they do not know.
                if let Cow::Owned(stem) = without_hash(manifest) {
                    add(Cow::Owned(stem));
                }
            }
        }
        Self { renders, revision, masks, by_name }
    }

    /// Locates `at`: `{"environment", "resource": {"kind", "name", "namespace"?}, "path": [...], "lower"?}`,
    /// where `lower` is the same in a lower environment. Whatever is missing or not there widens the place:
    /// to the nearest existing field, to the resource, to nothing. What no render shows is a place in a file:
    /// `{"file", "line"?, "column"?, "end_line"?, "end_column"?}`.
    #[must_use]
    pub fn locate(&self, at: &Json) -> Located {
        let mut located = self.subject(at);
        if let Some(span) = self.text(at) {
            located.place = Some(self.masks.place(self.revision.files(), span));
            return located;
        }
        let Some(Target { manifest, path, .. }) = self.target(at) else { return located };
        let spot = Spot::nearest(manifest, &path);
        located.place = spot.span.map(|span| self.masks.place(self.revision.files(), span));
        located.digest = spot.node.and_then(Node::text).and_then(digest).map(str::to_owned);
        let lower = at.get("lower").and_then(|lower| self.lower(lower));
        located.related = self.related(lower, is_secret_path(manifest, &path), &spot);
        located
    }

    /// What `at` is about, without the text that set it.
    #[must_use]
    pub fn subject(&self, at: &Json) -> Located {
        let text = |node: Option<&Json>| node.and_then(Json::as_str).map(str::to_owned);
        let mut located = Located { environment: text(at.get("environment")), ..Located::default() };
        if self.text(at).is_some() {
            return located;
        }
        let Some(Target { rendered, manifest, path }) = self.target(at) else {
            located.resource = at.get("resource").and_then(resource_name);
            return located;
        };
        located.environment = Some(rendered.environment.to_owned());
        located.cluster = rendered.cluster.map(str::to_owned);
        located.resource = Some(ResourceName::of(manifest));
        located.field = (!path.is_empty()).then(|| path.describe(&manifest.node));
        located
    }

    /// The resource that `at` names, where it is there.
    #[must_use]
    pub fn manifest(&self, at: &Json) -> Option<&'r Manifest> {
        self.target(at).map(|target| target.manifest)
    }

    /// The text that `at` names itself: a stretch of a file, a line of it, or its first line.
    fn text(&self, at: &Json) -> Option<Span> {
        let path = RepoPath::new(at.get("file")?.as_str()?).ok()?;
        let (id, _) = self.revision.read(&path).ok()?;
        let number = |key: &str| at.get(key).and_then(Json::as_u64).and_then(|number| u32::try_from(number).ok());
        let from = (number("line").unwrap_or(1), number("column").unwrap_or(1));
        let to = (number("end_line").unwrap_or(from.0), number("end_column").unwrap_or(u32::MAX));
        self.revision.files().span(id, from, to)
    }

    /// The resource that `at` names, in its environment where it names one.
    fn target(&self, at: &Json) -> Option<Target<'a, 'r>> {
        let wanted = resource_name(at.get("resource")?)?;
        let environment = at.get("environment").and_then(Json::as_str);
        let find = |name: String| {
            let candidates = self.by_name.get(&(wanted.kind.as_str(), Cow::Owned(name)))?.iter();
            let mut candidates = candidates.filter_map(|(render, index)| {
                let rendered = self.renders.get(*render)?;
                Some((rendered, rendered.resources.get(*index)?))
            });
            candidates.find(|(rendered, manifest)| {
                environment.is_none_or(|name| rendered.environment == name)
                    && (wanted.namespace.is_none() || manifest.namespace() == wanted.namespace.as_deref())
            })
        };
        let (rendered, manifest) = find(wanted.name.clone()).or_else(|| find(format!("{}-#", wanted.name)))?;
        Some(Target { rendered, manifest, path: at.get("path").map(path).unwrap_or_default() })
    }

    /// The lower environment's value, then what was overridden or taken away, newest first; no place twice.
    fn related(&self, lower: Option<(Span, String)>, secret: bool, spot: &Spot<'_>) -> Vec<Related> {
        let mut found = Vec::from_iter(lower);
        let lost = |value: Option<&str>, how: &str| match value.filter(|_| !secret) {
            Some(text) => format!("{} is {how}", self.shown(text)),
            None => format!("what is set here is {how}"),
        };
        let now = spot.node.and_then(Node::text);
        let replaced = spot.node.into_iter().flat_map(|node| node.origin.chain()).map(|link| {
            let value = link.value.as_ref().map(|value| &*value.text);
            let label = match link.origin.cause {
                // These carry what another text set.
                cause @ (Cause::Var | Cause::Replacement) if value == now => format!("through {}", cause.word()),
                _ => lost(value, "overridden"),
            };
            (link.origin.span, label)
        });
        let removed = spot.removed.map(|node| (representative(node, None), lost(node.text(), "taken away")));
        found.extend(removed.into_iter().chain(replaced).filter_map(|(span, label)| Some((span?, label))));
        let files = self.revision.files();
        let mut seen: Vec<_> = spot.span.into_iter().map(|span| files.location(span)).collect();
        let mut related = Vec::new();
        for (span, label) in found {
            let location = files.location(span);
            if related.len() < RELATED && !seen.contains(&location) {
                seen.push(location);
                related.push(Related { label, place: self.masks.place(self.revision.files(), span) });
            }
        }
        related
    }

    /// What the lower environment has there.
    fn lower(&self, at: &Json) -> Option<(Span, String)> {
        let Target { rendered, manifest, path } = self.target(at)?;
        let spot = Spot::nearest(manifest, &path);
        let what = match spot.node {
            None => "has nothing here".to_owned(),
            Some(_) if is_secret_path(manifest, &path) => "has another value".to_owned(),
            Some(node) => node.text().map_or_else(|| "has this".to_owned(), |text| format!("has {}", self.shown(text))),
        };
        Some((spot.span?, format!("{} {what}", rendered.environment)))
    }

    /// The first line of a value, as far as it may be seen.
    fn shown(&self, text: &str) -> String {
        short(&self.masks.scrub(text))
    }
}

/// The digest of an image, as it stands behind its name or alone.
fn digest(text: &str) -> Option<&str> {
    text.rsplit('@').next().filter(|text| is_digest(text))
}

/// The first line of a value as a sentence or a label holds it.
#[must_use]
pub fn short(text: &str) -> String {
    if text.is_empty() {
        return "an empty value".to_owned();
    }
    let line = text.lines().next().unwrap_or_default();
    let mut shown: String = line.chars().take(SHOWN).collect();
    if shown.len() < text.trim_end().len() {
        shown.push_str("...");
    }
    format!("`{shown}`")
}

/// The text that stands for a field.
struct Spot<'a> {
    /// The field itself, where it exists.
    node: Option<&'a Node>,
    /// What a patch took away there.
    removed: Option<&'a Node>,
    span: Option<Span>,
}

impl<'a> Spot<'a> {
    /// The field at `path`, else the text that took it away, else the deepest part of the way to it that
    /// any text set.
    fn nearest(manifest: &'a Manifest, path: &Path) -> Self {
        let mut span = resource_span(manifest);
        let mut node = Some(&manifest.node);
        for segment in path.iter() {
            let parent = node;
            node = parent.and_then(|parent| parent.follow(std::slice::from_ref(segment)));
            let Some(node) = node else { break };
            let key = match segment {
                Segment::Key(key) => parent.and_then(Node::as_map).and_then(|map| map.entry(key)?.key.span),
                Segment::Index(_) => None,
            };
            span = representative(node, key).or(span);
        }
        let on_the_way = |removal: &&Removal| removal.path.starts_with(path) || path.starts_with(&removal.path);
        let removal = manifest.removed.iter().rev().find(on_the_way).filter(|_| node.is_none() && !path.is_empty());
        let by = removal.and_then(|removal| removal.by);
        Self { node, removed: removal.map(|removal| &removal.value), span: by.or(span) }
    }
}

/// A scalar stands for itself; of lists and maps the key is shown, or what names the item: a place of
/// many lines says little.
fn representative(node: &Node, key: Option<Span>) -> Option<Span> {
    let own = node.origin.span;
    match &node.value {
        Value::Scalar(_) => own.or(key),
        Value::Map(map) => key.or_else(|| named(map)).or(own),
        Value::Seq(items) => key.or_else(|| items.iter().find_map(|item| representative(item, None))).or(own),
    }
}

fn named(map: &Map) -> Option<Span> {
    let name = map.get("name").filter(|name| name.as_scalar().is_some());
    let first = || map.iter().find(|entry| entry.value.as_scalar().is_some()).map(|entry| &entry.value);
    name.or_else(first)?.origin.span
}

/// What stands for a whole resource: its name.
fn resource_span(manifest: &Manifest) -> Option<Span> {
    let name = manifest.node.at(&["metadata", "name"]).and_then(first_written);
    name.or_else(|| manifest.node.get("kind")?.origin.span).or(manifest.node.origin.span)
}

/// The text that named an object first, not the prefix or the hash that came later.
fn first_written(name: &Node) -> Option<Span> {
    let links = name.origin.chain().filter_map(|link| link.origin.span);
    links.last().or(name.origin.span)
}

/// The resource that a place names.
#[must_use]
pub fn resource_name(node: &Json) -> Option<ResourceName> {
    let text = |key: &str| node.get(key).and_then(Json::as_str);
    Some(ResourceName {
        kind: text("kind")?.to_owned(),
        namespace: text("namespace").map(str::to_owned),
        name: text("name")?.to_owned(),
    })
}

/// The steps that are steps; what follows one that is none is not looked at.
fn path(node: &Json) -> Path {
    let steps = node.as_array().map(Vec::as_slice).unwrap_or_default();
    let step = |step: &Json| match step {
        Json::String(key) => Some(Segment::from(key.as_str())),
        Json::Number(index) => Some(Segment::Index(usize::try_from(index.as_u64()?).ok()?)),
        _ => None,
    };
    steps.iter().map_while(step).collect()
}

#[cfg(test)]
mod tests;
