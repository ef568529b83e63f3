//! The order of the output: `legacy` by kind and name, `fifo` as gathered, and `sortOptions` (docs/kustomize.md,
//! "Output").

use std::collections::HashMap;

use crate::kustomize::decode::Fields;
use crate::kustomize::id::{Gvk, group_version, legacy_kinds};
use crate::kustomize::render::Order;
use crate::kustomize::resource::Resource;
use crate::source::Problem;
use crate::yaml::Node;

/// Sorts as `sortOptions` of the top kustomization says, else as the caller does.
pub(in crate::kustomize) fn apply(
    resources: &mut [Resource],
    options: Option<&Node>,
    order: Order,
) -> Result<(), Problem> {
    let ranks = match options {
        Some(options) => ranks(options)?,
        None if order == Order::Legacy => Some(default_ranks()),
        None => None,
    };
    if let Some(ranks) = ranks {
        resources.sort_by_cached_key(|resource| key(resource, &ranks));
    }
    Ok(())
}

type Ranks = HashMap<String, i64>;

fn default_ranks() -> Ranks {
    let (first, last) = legacy_kinds();
    rank_lists(first.iter().map(|kind| (*kind).to_owned()), last.iter().map(|kind| (*kind).to_owned()))
}

/// Kinds of the first list rank below 0, those of the last above; all others are 0.
fn rank_lists(first: impl ExactSizeIterator<Item = String>, last: impl Iterator<Item = String>) -> Ranks {
    let count = i64::try_from(first.len()).unwrap_or(i64::MAX);
    let first = (-count..).zip(first).map(|(rank, kind)| (kind, rank));
    let last = (1..).zip(last).map(|(rank, kind)| (kind, rank));
    first.chain(last).collect()
}

fn ranks(options: &Node) -> Result<Option<Ranks>, Problem> {
    let mut fields = Fields::of(options, "`sortOptions`")?;
    let order = fields.text("order")?;
    let legacy = fields.node("legacySortOptions");
    fields.finish()?;
    match order.as_deref() {
        Some("fifo") => match legacy {
            Some(legacy) => Err(Problem::new("`legacySortOptions` goes with `order: legacy` only")
                .at(legacy.origin.span)
                .hint("remove it, or write `order: legacy`")),
            None => Ok(None),
        },
        Some("legacy") => {
            let Some(legacy) = legacy else { return Ok(Some(default_ranks())) };
            let mut fields = Fields::of(legacy, "`legacySortOptions`")?;
            let (first, last) = (fields.texts("orderFirst")?, fields.texts("orderLast")?);
            fields.finish()?;
            let kinds = |texts: Vec<crate::kustomize::decode::Text>| texts.into_iter().map(|text| text.to_string());
            Ok(Some(rank_lists(kinds(first), kinds(last))))
        }
        other => {
            let sentence = match other {
                Some(other) => format!("`{other}` is no order of resources"),
                None => "`sortOptions` has no `order`".to_owned(),
            };
            let at = order.and_then(|order| order.span).or(options.origin.span);
            Err(Problem::new(sentence).at(at).hint("write `order: fifo` or `order: legacy`"))
        }
    }
}

/// Equal ranks are decided by type, then by namespace and name; what is empty comes last.
fn key(resource: &Resource, ranks: &Ranks) -> (i64, String, String) {
    let (api_version, kind) = (resource.api_version(), resource.kind());
    let (group, version) = group_version(&api_version);
    let gvk = Gvk { group: group.into(), version: version.into(), kind: kind.to_string() };
    // Among Namespaces the core one comes first, though its empty group sorts last everywhere else: beside kinds that have
    // no rank either, too.
    let is_among_its_own = gvk.kind == "Namespace" && ranks.contains_key("Namespace");
    let gvk = if is_among_its_own && gvk.group.is_empty() { String::new() } else { gvk.order().1 };
    let or = |text: &str, empty: &str| if text.is_empty() { empty.to_owned() } else { text.to_owned() };
    let namespace = resource.namespace().unwrap_or_default();
    let name = format!("{}|{}", or(&namespace, "~X"), or(&resource.name(), "~N"));
    (ranks.get(&*kind).copied().unwrap_or(0), gvk, name)
}
