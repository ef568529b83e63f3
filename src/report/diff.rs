//! Two renders of an app side by side, written out field by field.

use serde::Serialize;
use serde_json::Value as Json;

use super::style::{ADDED, BOLD, DIM, REMOVED, RESET, cut};
use super::text::{counted, quote_line};
use crate::diff::{Change, ChangeKind, Diff};
use crate::finding::{MASK, Masks};
use crate::kustomize::Manifest;
use crate::kustomize::ResourceName;
use crate::source::{Files, Location};
use crate::yaml::{Node, Path, Segment};

/// Characters of a value that a line shows.
const SHOWN: usize = 120;

/// What differs between two renders of an app.
#[derive(Debug, Serialize)]
pub struct Comparison {
    /// The app.
    pub app: String,
    /// The environment, where two revisions of it are compared.
    pub environment: Option<String>,
    /// The cluster, where the layout has clusters.
    pub cluster: Option<String>,
    /// The environment or revision compared from.
    pub from: String,
    /// The environment or revision compared to.
    pub to: String,
    /// What differs, by resource and path.
    pub changes: Vec<Difference>,
}

impl Comparison {
    /// The names of what differs.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let resources = self.changes.iter().map(|change| &change.resource);
        let names =
            resources.flat_map(|resource| [Some(&resource.kind), resource.namespace.as_ref(), Some(&resource.name)]);
        names.flatten().map(String::as_str)
    }
}

/// One difference. Values of Secrets are masked.
#[derive(Debug, Serialize)]
pub struct Difference {
    resource: ResourceName,
    kind: ChangeKind,
    path: Vec<Json>,
    /// The path as people write it; empty for a whole resource.
    field: String,
    from: Side,
    to: Side,
}

/// A value and the text that set it; both null where the side has none.
#[derive(Debug, Serialize)]
struct Side {
    value: Option<Json>,
    at: Option<Location>,
}

impl Difference {
    /// A difference as it is shown.
    #[must_use]
    pub fn new(change: &Change<'_>, files: &Files, masks: &Masks) -> Self {
        let manifest = change.pair.any();
        let side = |node: Option<&Node>, whole: Option<&Manifest>| Side {
            value: node
                .filter(|_| !change.is_whole_resource())
                .map(|node| if change.is_secret() { MASK.into() } else { masks.scrub_json(node.to_json()) }),
            at: node.or(whole.filter(|_| change.is_whole_resource()).map(|manifest| &manifest.node)).and_then(|node| {
                let span = node.origin.span?;
                Some(files.location(span))
            }),
        };
        let root = match change.kind {
            ChangeKind::OnlyLower => change.pair.lower,
            ChangeKind::Changed | ChangeKind::OnlyUpper => change.pair.upper,
        };
        Self {
            resource: ResourceName::of(manifest),
            kind: change.kind,
            path: change.path().iter().map(|step| masks.scrub_json(segment(step))).collect(),
            field: masks.scrub(&describe(change.path(), root.unwrap_or(manifest))).into_owned(),
            from: side(change.lower, change.pair.lower),
            to: side(change.upper, change.pair.upper),
        }
    }
}

/// The differences of `diff`; those that are nothing but names only where `all` is set.
#[must_use]
pub fn differences(diff: &Diff<'_>, files: &Files, masks: &Masks, all: bool) -> Vec<Difference> {
    let shown = diff.changes.iter().filter(|change| all || !change.nominal);
    shown.map(|change| Difference::new(change, files, masks)).collect()
}

fn describe(path: &Path, root: &Manifest) -> String {
    if path.is_empty() { String::new() } else { path.describe(&root.node) }
}

fn segment(segment: &Segment) -> Json {
    match segment {
        Segment::Key(key) => key.to_string().into(),
        Segment::Index(index) => (*index).into(),
    }
}

/// Comparisons for people. `prefix` leads from where they stand to the root of the repository.
#[must_use]
pub fn human(comparisons: &[Comparison], prefix: &str) -> String {
    let mut out = String::new();
    let mut total = 0;
    for comparison in comparisons.iter().filter(|comparison| !comparison.changes.is_empty()) {
        total += comparison.changes.len();
        let environment = comparison.environment.as_ref().map(|name| format!(" in {name}")).unwrap_or_default();
        let cluster = comparison.cluster.as_ref().map(|cluster| format!(" on {cluster}")).unwrap_or_default();
        let title = format!("{}{environment}{cluster}: {} → {}", comparison.app, comparison.from, comparison.to);
        out.push_str(&format!("{BOLD}{}{RESET}\n", quote_line(&title)));
        let mut resource = None;
        for change in &comparison.changes {
            if change.field.is_empty() {
                let (sign, colour, at) = match change.kind {
                    ChangeKind::OnlyLower => ('-', REMOVED, &change.from.at),
                    ChangeKind::OnlyUpper | ChangeKind::Changed => ('+', ADDED, &change.to.at),
                };
                let name = quote_line(&change.resource.to_string());
                out.push_str(&format!("  {colour}{sign} {name}{RESET}{}\n", place(at.as_ref(), prefix)));
                continue;
            }
            if resource != Some(&change.resource) {
                out.push_str(&format!("  {}\n", quote_line(&change.resource.to_string())));
                resource = Some(&change.resource);
            }
            out.push_str(&format!("    {}\n", quote_line(&change.field)));
            for (side, sign, colour) in [(&change.from, '-', REMOVED), (&change.to, '+', ADDED)] {
                if let Some(value) = &side.value {
                    out.push_str(&format!(
                        "    {colour}{sign} {}{RESET}{}\n",
                        short(value),
                        place(side.at.as_ref(), prefix)
                    ));
                }
            }
        }
        out.push('\n');
    }
    let apps = counted(comparisons.len(), "comparison");
    let closing = match total {
        0 => format!("no differences in {apps}\n"),
        _ => format!("{} in {apps}\n", counted(total, "difference")),
    };
    out + &closing
}

fn place(at: Option<&Location>, prefix: &str) -> String {
    match at {
        Some(at) => format!("  {DIM}{}{RESET}", quote_line(&format!("{prefix}{}:{}:{}", at.path, at.line, at.column))),
        None => String::new(),
    }
}

fn short(value: &Json) -> String {
    let text = match value {
        // In quotes where it would be read as something else.
        Json::String(text)
            if text.trim() == text && serde_json::from_str::<Json>(text).is_err() && !text.is_empty() =>
        {
            quote_line(text)
        }
        other => quote_line(&other.to_string()),
    };
    cut(&text, SHOWN)
}
