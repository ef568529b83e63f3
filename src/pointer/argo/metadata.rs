//! `kustomize edit add label` and `kustomize edit add annotation`.

use super::environment::Environment;
use super::named;
use super::parameters::Parameters;
use crate::pointer::kustomization::{list, put};
use crate::source::Problem;
use crate::yaml::{Cause, Decoded, Key, Map, Node, Origin, Scalar};

/// Adds labels: to `commonLabels` or, where they stay out of selectors, to the first entry of `labels` like that.
///
/// # Errors
/// When one is there already and is not to be replaced.
pub(super) fn add_labels(map: &mut Map, parameters: &Parameters<'_>, environment: &Environment) -> Result<(), Problem> {
    let mut pairs = Vec::new();
    for (key, value) in &parameters.labels.pairs {
        pairs.push(pair("label", key, value, &environment.expand(value)?, Cause::Labels)?);
    }
    let Some((_, first)) = pairs.first() else { return Ok(()) };
    let span = first.origin.span;
    let force = Force::Labels(parameters.labels.forced);
    if !parameters.without_selector {
        if let Some(include) = parameters.include_templates {
            return Err(Problem::new("kustomize refuses `labelIncludeTemplates` without `labelWithoutSelector`")
                .at(include.origin.span)
                .hint("set `labelWithoutSelector: true`, too"));
        }
        return add_to(map, "commonLabels", pairs, force);
    }
    if map.get("labels").is_none() {
        put(map, "labels", list(Vec::new()));
    }
    let Some(entries) = map.get_mut("labels").and_then(Node::as_seq_mut) else { return Ok(()) };
    let wanted = parameters.include_templates.is_some();
    let fits = |entry: &Node| !flag(entry, "includeSelectors") && flag(entry, "includeTemplates") == wanted;
    let at = entries.iter().position(fits).unwrap_or(entries.len());
    if at == entries.len() {
        let mut entry = Node::empty_map(Origin::new(span, Cause::Labels));
        if let Some(map) = entry.as_map_mut() {
            map.push(Key::new("pairs", span), Node::empty_map(Origin::new(span, Cause::Labels)));
            if let Some(include) = parameters.include_templates {
                map.push(Key::new("includeTemplates", include.origin.span), include.clone());
            }
        }
        entries.push(entry);
    }
    let Some(entry) = entries.get_mut(at) else { return Ok(()) };
    let place = entry.origin.span;
    match entry.get_mut("pairs").and_then(Node::as_map_mut) {
        Some(known) => add(known, pairs, force),
        None => Err(Problem::new("kustomize fails on an entry of `labels` without `pairs` that it should add to")
            .at(place)
            .beside(span)
            .hint("add `pairs` to the entry")),
    }
}

/// Adds annotations to `commonAnnotations`.
///
/// # Errors
/// When one is there already and is not to be replaced.
pub(super) fn add_annotations(
    map: &mut Map,
    parameters: &Parameters<'_>,
    environment: &Environment,
) -> Result<(), Problem> {
    let mut pairs = Vec::new();
    for (key, value) in &parameters.annotations.pairs {
        let text = if parameters.expands_annotations {
            environment.expand(value)?
        } else {
            value.as_str().unwrap_or_default().to_owned()
        };
        pairs.push(pair("annotation", key, value, &text, Cause::Annotations)?);
    }
    if pairs.is_empty() {
        return Ok(());
    }
    add_to(map, "commonAnnotations", pairs, Force::Annotations(parameters.annotations.forced))
}

/// Whether pairs replace those that are there, and what they are.
#[derive(Clone, Copy)]
enum Force {
    Labels(bool),
    Annotations(bool),
}

/// The key and the value that kustomize makes of a pair: it is handed over as one word, `key:value`.
fn pair(what: &str, key: &str, value: &Node, text: &str, cause: Cause) -> Result<(String, Node), Problem> {
    let word = format!("{key}:{text}");
    named::refuse_option(&word, value)?;
    let (key, text) = word.split_once(':').unwrap_or((&word, ""));
    if key.is_empty() {
        return Err(Problem::new(format!("the {what} `{word}` has no key")).at(value.origin.span).hint("give it one"));
    }
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    Ok((key.to_owned(), Node::string(inner.unwrap_or(text), Origin::new(value.origin.span, cause))))
}

/// Adds pairs to the map that a field holds, which may be new.
fn add_to(map: &mut Map, field: &'static str, pairs: Vec<(String, Node)>, force: Force) -> Result<(), Problem> {
    if map.get(field).and_then(Node::as_map).is_none() {
        put(map, field, Node::empty_map(Origin::default()));
    }
    match map.get_mut(field).and_then(Node::as_map_mut) {
        Some(known) => add(known, pairs, force),
        None => Ok(()),
    }
}

fn add(known: &mut Map, pairs: Vec<(String, Node)>, force: Force) -> Result<(), Problem> {
    let (what, field, forces) = match force {
        Force::Labels(forces) => ("label", "forceCommonLabels", forces),
        Force::Annotations(forces) => ("annotation", "forceCommonAnnotations", forces),
    };
    for (key, value) in pairs {
        let span = value.origin.span;
        if let Some(old) = known.entry(&key).filter(|_| !forces) {
            return Err(Problem::new(format!("the {what} `{key}` is in the kustomization already"))
                .at(span)
                .beside(old.key.span)
                .hint(format!("set `{field}: true` to replace it, or remove one of them")));
        }
        known.remove(&key);
        known.push(Key::new(key, span), value);
    }
    Ok(())
}

fn flag(entry: &Node, name: &str) -> bool {
    matches!(entry.get(name).and_then(Node::as_scalar).map(Scalar::decode), Some(Decoded::Bool(true)))
}
