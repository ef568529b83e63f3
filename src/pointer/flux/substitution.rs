//! Variables in what was built (`spec.postBuild`): each object is printed, its text substituted, and read again as YAML 1.1.

use std::collections::{BTreeMap, HashMap};

use super::envsubst::{Substituted, substitute};
use super::spec::{FluxSpec, PostBuild, VariableSource};
use crate::kustomize::{Integers, Manifest, through_json};
use crate::pointer::cluster::Cluster;
use crate::source::{Problem, Reason, Span};
use crate::yaml::{Cause, Dialect, Node, Origin, Text, Value, emit_lines, parse_first};

/// The label or annotation that leaves an object as it is, with the value `disabled`.
const SWITCH: &str = "kustomize.toolkit.fluxcd.io/substitute";

/// The variables of a `Kustomization`.
struct Variables {
    /// By name.
    known: BTreeMap<String, Variable>,
    /// Whether there are more. What names one of those stays as it is.
    more: bool,
}

struct Variable {
    value: String,
    span: Option<Span>,
}

/// Replaces the variables in the resources.
///
/// # Errors
/// When variables are missing or have no name, a text cannot be substituted or is no object any more, and when two
/// objects become one.
pub(super) fn apply(resources: &mut [Manifest], spec: &FluxSpec<'_>, cluster: &Cluster) -> Result<(), Problem> {
    let Some(post_build) = &spec.post_build else { return Ok(()) };
    let mut variables = None;
    let mut objects: HashMap<Identity, usize> = HashMap::new();
    for manifest in resources.iter() {
        *objects.entry(identity(manifest)).or_default() += 1;
    }
    for index in 0..resources.len() {
        let Some(manifest) = resources.get_mut(index).filter(|manifest| !is_disabled(&manifest.node)) else { continue };
        // Where every object is left as it is, it does not matter what is missing.
        let variables = match &variables {
            Some(variables) => variables,
            None => &*variables.insert(self::variables(post_build, spec, cluster)?),
        };
        let before = identity(manifest);
        if variables.more || !variables.known.is_empty() || post_build.always {
            manifest.node = substituted(&manifest.node, variables, spec)?;
        }
        let after = identity(manifest);
        objects.entry(before).and_modify(|count| *count -= 1);
        let count = objects.entry(after.clone()).or_default();
        *count += 1;
        if *count > 1 {
            return Err(twice(resources, index, &after));
        }
    }
    Ok(())
}

fn is_disabled(object: &Node) -> bool {
    let switch = |field: &str| object.at(&["metadata", field, SWITCH]).and_then(Node::text);
    ["labels", "annotations"].iter().any(|field| switch(field) == Some("disabled"))
}

/// The variables: of the objects that are named, later ones over earlier ones, and over those the ones that are written
/// down.
fn variables(post_build: &PostBuild<'_>, spec: &FluxSpec<'_>, cluster: &Cluster) -> Result<Variables, Problem> {
    let (mut known, mut more) = (BTreeMap::new(), false);
    let variable =
        |node: &Node| Variable { value: node.as_str().unwrap_or_default().replace('\n', ""), span: node.origin.span };
    // One of a cluster that has variables in it itself may be another one there.
    let is_open = |node: &Node| cluster.is_open() && node.as_str().is_some_and(|text| text.contains("${"));
    for source in &post_build.substitute_from {
        match cluster.values(source.kind, spec.namespace, source.name) {
            Some(values) => {
                for (name, node) in values {
                    if is_open(node) {
                        more = true;
                        known.remove(name.as_str());
                    } else {
                        known.insert(name.clone(), variable(node));
                    }
                }
            }
            None if !cluster.is_open() && source.optional || !matches!(source.kind, "ConfigMap" | "Secret") => {}
            None if cluster.is_open() => more = true,
            None => return Err(missing(source, spec)),
        }
    }
    known.extend(post_build.substitute.iter().map(|(name, node)| ((*name).to_owned(), variable(node))));
    let wrong = known.iter().find(|(name, _)| !is_name(name));
    if let Some((name, variable)) = wrong {
        return Err(Problem::new(format!("`{name}` is no name of a variable"))
            .at(variable.span)
            .hint("use letters, digits and `_`; a digit cannot come first"));
    }
    Ok(Variables { known, more })
}

fn missing(source: &VariableSource<'_>, spec: &FluxSpec<'_>) -> Problem {
    let VariableSource { span, kind, name, .. } = source;
    Problem::new(format!("`{kind}/{name}`, which variables are read from, is not known in `{}`", spec.namespace))
        .at(*span)
        .reason(Reason::Missing)
        .hint("say what the cluster holds with `--vars`, or set `optional: true`")
}

fn is_name(name: &str) -> bool {
    let letter = |c: char| c == '_' || c.is_ascii_alphabetic();
    name.starts_with(letter) && name.chars().all(|c| letter(c) || c.is_ascii_digit())
}

/// The object with its variables replaced.
fn substituted(object: &Node, variables: &Variables, spec: &FluxSpec<'_>) -> Result<Node, Problem> {
    let printed = emit_lines(object)?;
    let text = replaced(printed.text(), variables).map_err(|fault| {
        let mut end = 0;
        let line = printed.lines().find(|(line, _)| {
            end += line.len() + 1;
            fault.at < end
        });
        Problem::new(format!("Flux cannot substitute this text: {}", fault.flaw))
            .at(line.and_then(|(_, node)| node.origin.span).or(spec.span))
            .hint("write `$$` for a `$` that is meant, or label the object `kustomize.toolkit.fluxcd.io/substitute: disabled`")
    })?;
    let broken = |problem: &Problem| {
        Problem::new(format!("the object is no YAML any more when its variables are replaced: {problem}"))
            .at(object.at(&["metadata", "name"]).and_then(|name| name.origin.span).or(spec.span))
            .hint("write values so that they can stand in plain YAML, or quote them as `${quote}${name}${quote}` does")
    };
    let mut new = parse_first(&Text::loose(&text.text), Dialect::Config)
        .map_err(|problem| broken(&problem))?
        .filter(|node| node.as_map().is_some())
        .ok_or_else(|| broken(&Problem::new("it is no map")))?;
    through_json(&mut new, Integers::AsFloats).map_err(|problem| broken(&problem))?;
    place(&mut new, Some(object), variables, spec);
    Ok(new)
}

fn replaced(text: &str, variables: &Variables) -> Result<Substituted, super::envsubst::Fault> {
    let known = |name: &str| variables.known.get(name).map(|variable| variable.value.as_str());
    let replaced = substitute(text, &known)?;
    let lookups = replaced.places.iter().flat_map(|place| &place.lookups);
    let open = lookups.filter(|lookup| variables.more && lookup.missing);
    let open: BTreeMap<&str, String> =
        open.map(|lookup| (lookup.name.as_str(), format!("${{{}}}", lookup.name))).collect();
    if open.is_empty() {
        return Ok(replaced);
    }
    substitute(text, &|name| known(name).or_else(|| open.get(name).map(String::as_str)))
}

/// Gives what was read again the places of what it was: values that are another now are set by their variable.
fn place(new: &mut Node, old: Option<&Node>, variables: &Variables, spec: &FluxSpec<'_>) {
    let unchanged = old.filter(|old| old.as_scalar().is_some() && old.same_data(new));
    if let Some(old) = unchanged {
        new.origin = old.origin.clone();
        return;
    }
    new.origin = match old {
        Some(old) if old.as_scalar().is_none() => old.origin.clone(),
        old => {
            let text = old.and_then(Node::text).unwrap_or_default();
            let origin = Origin::new(set_by(text, variables).or(spec.span), Cause::Variable);
            old.map_or(origin.clone(), |old| origin.above(old.clone().into_overridden()))
        }
    };
    match &mut new.value {
        Value::Scalar(_) => {}
        Value::Seq(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                place(item, old.and_then(Node::as_seq).and_then(|old| old.get(index)), variables, spec);
            }
        }
        Value::Map(map) => {
            for entry in map.iter_mut() {
                let old = old.and_then(Node::as_map).and_then(|old| {
                    let becomes =
                        |text: &str| replaced(text, variables).is_ok_and(|text| *text.text == *entry.key.text);
                    old.entry(&entry.key.text).or_else(|| old.iter().find(|old| becomes(&old.key.text)))
                });
                entry.key.span = old.and_then(|old| old.key.span).or(spec.span);
                place(&mut entry.value, old.map(|old| &old.value), variables, spec);
            }
        }
    }
}

/// Where the first variable of a text is set.
fn set_by(text: &str, variables: &Variables) -> Option<Span> {
    let places = replaced(text, variables).ok()?.places;
    let mut lookups = places.iter().flat_map(|place| &place.lookups).filter(|lookup| !lookup.missing);
    lookups.find_map(|lookup| variables.known.get(&lookup.name)?.span)
}

/// What tells an object from others: version and group, kind, namespace, name.
type Identity = [String; 4];

fn identity(manifest: &Manifest) -> Identity {
    let namespace = manifest.namespace().filter(|namespace| !namespace.is_empty()).unwrap_or("default");
    [manifest.api_version(), manifest.kind(), namespace, manifest.name()].map(str::to_owned)
}

/// The problem that an object is what another one is.
fn twice(resources: &[Manifest], index: usize, own: &Identity) -> Problem {
    let place = |manifest: &Manifest| manifest.node.at(&["metadata", "name"]).and_then(|name| name.origin.span);
    let other = resources.iter().enumerate().find(|(other, manifest)| *other != index && identity(manifest) == *own);
    let [_, kind, _, name] = own;
    Problem::new(format!("two objects are `{kind}/{name}` when their variables are replaced"))
        .at(resources.get(index).and_then(place))
        .beside(other.and_then(|(_, manifest)| place(manifest)))
        .hint("name them apart")
}
