//! A kustomization as it is once a program has read it into kustomize's types and written it again, which is what Flux
//! and `kustomize edit` do: fields that the types do not know are gone, and each field has its own name.

use super::folding;
use super::kustomization::Kustomization;
use crate::source::Problem;
use crate::yaml::{Key, Node, Scalar, Value};

/// What a field holds, as far as that decides which fields below it are known.
enum Shape {
    /// A string, a list of them, or a map of them whose keys are the user's.
    Text,
    /// Anything else, as it is.
    Whole,
    /// A map, or a list of maps, with these fields.
    Fields(&'static [(&'static str, Shape)]),
    /// The same, in which numbers and booleans stay what they are.
    Untyped(&'static [(&'static str, Shape)]),
}

use Shape::{Fields, Text, Untyped, Whole};

const GROUP: (&str, Shape) = ("group", Whole);
const VERSION: (&str, Shape) = ("version", Whole);
const KIND: (&str, Shape) = ("kind", Whole);
const NAME: (&str, Shape) = ("name", Whole);
const NAMESPACE: (&str, Shape) = ("namespace", Whole);

const SELECTOR: &[(&str, Shape)] =
    &[GROUP, VERSION, KIND, NAME, NAMESPACE, ("annotationSelector", Text), ("labelSelector", Text)];
const FIELD_SPEC: &[(&str, Shape)] = &[GROUP, VERSION, KIND, ("path", Text), ("create", Whole)];
const PATCH: &[(&str, Shape)] = &[
    ("path", Text),
    ("patch", Text),
    ("target", Fields(SELECTOR)),
    ("options", Fields(&[("allowNameChange", Whole), ("allowKindChange", Whole)])),
];
const IMAGE: &[(&str, Shape)] =
    &[("name", Text), ("newName", Text), ("tagSuffix", Text), ("newTag", Text), ("digest", Text)];
const FIELD_OPTIONS: (&str, Shape) =
    ("options", Fields(&[("delimiter", Whole), ("index", Whole), ("encoding", Whole), ("create", Whole)]));
const GENERATOR_OPTIONS: &[(&str, Shape)] =
    &[("labels", Text), ("annotations", Text), ("disableNameSuffixHash", Whole), ("immutable", Whole)];
const GENERATOR: &[(&str, Shape)] = &[
    NAMESPACE,
    NAME,
    ("behavior", Whole),
    ("literals", Whole),
    ("files", Whole),
    ("envs", Whole),
    ("env", Whole),
    ("options", Untyped(GENERATOR_OPTIONS)),
    // Of Secrets only; a ConfigMap's is unknown to what reads it next.
    ("type", Text),
];

/// The fields of kustomize 5.8.1's `types.Kustomization`. What its structures inherit from others is `Whole` or
/// `Untyped`, because what reads strings out of numbers does not see it.
const KUSTOMIZATION: &[(&str, Shape)] = &[
    ("kind", Whole),
    ("apiVersion", Whole),
    ("metadata", Fields(&[("name", Text), ("namespace", Text), ("labels", Text), ("annotations", Text)])),
    ("openapi", Text),
    ("namePrefix", Text),
    ("nameSuffix", Text),
    ("namespace", Text),
    ("commonLabels", Text),
    (
        "labels",
        Fields(&[
            ("pairs", Text),
            ("includeSelectors", Whole),
            ("includeTemplates", Whole),
            ("fields", Fields(FIELD_SPEC)),
        ]),
    ),
    ("commonAnnotations", Text),
    ("patchesStrategicMerge", Text),
    ("patchesJson6902", Fields(PATCH)),
    ("patches", Fields(PATCH)),
    ("images", Fields(IMAGE)),
    ("imageTags", Fields(IMAGE)),
    (
        "replacements",
        Fields(&[
            ("source", Fields(&[GROUP, VERSION, KIND, NAME, NAMESPACE, ("fieldPath", Whole), FIELD_OPTIONS])),
            (
                "targets",
                Fields(&[
                    ("select", Untyped(SELECTOR)),
                    ("reject", Untyped(SELECTOR)),
                    ("fieldPaths", Whole),
                    FIELD_OPTIONS,
                ]),
            ),
            ("sourceValue", Whole),
            ("path", Text),
        ]),
    ),
    ("replicas", Fields(&[("name", Text), ("count", Whole)])),
    (
        "vars",
        Fields(&[
            ("name", Text),
            ("objref", Fields(&[("apiVersion", Text), GROUP, VERSION, KIND, ("name", Text), ("namespace", Text)])),
            ("fieldref", Fields(&[("fieldPath", Text)])),
        ]),
    ),
    (
        "sortOptions",
        Fields(&[("order", Text), ("legacySortOptions", Fields(&[("orderFirst", Text), ("orderLast", Text)]))]),
    ),
    ("resources", Text),
    ("components", Text),
    ("crds", Text),
    ("bases", Text),
    ("configMapGenerator", Fields(GENERATOR)),
    ("secretGenerator", Fields(GENERATOR)),
    ("helmGlobals", Fields(&[("chartHome", Text), ("configHome", Text)])),
    ("helmCharts", Whole),
    ("helmChartInflationGenerator", Whole),
    ("generatorOptions", Fields(GENERATOR_OPTIONS)),
    ("configurations", Text),
    ("generators", Text),
    ("transformers", Text),
    ("validators", Text),
    ("buildMetadata", Text),
];

/// What is left of a kustomization that Flux has read into kustomize's types and written again. Numbers and booleans are
/// text to it where text is wanted.
#[must_use]
pub fn rewritten_as_text(kustomization: &Node) -> Node {
    known(&folding::once(kustomization), KUSTOMIZATION, true)
}

/// A kustomization as `kustomize edit` reads it before it changes something and writes it again: unlike Flux it refuses
/// unknown fields, moves what stands under the old name of a list, and leaves out what is empty.
///
/// # Errors
/// When a field is unknown or of another type.
pub fn edited(kustomization: &Node) -> Result<Node, Problem> {
    let once = folding::once(kustomization);
    Kustomization::decode_fields(&once)?;
    let mut node = known(&once, KUSTOMIZATION, false);
    if let Some(map) = node.as_map_mut() {
        for (old, new) in [("bases", "resources"), ("imageTags", "images")] {
            let Some(old) = map.remove(old) else { continue };
            match (map.get_mut(new).and_then(Node::as_seq_mut), old.value.value) {
                (Some(list), Value::Seq(more)) => list.extend(more),
                (_, value) => {
                    map.remove(new);
                    map.push(Key::new(new, old.key.span), Node::new(value, old.value.origin));
                }
            }
        }
        map.retain(|entry| {
            let is_empty = |text: &str| text.is_empty();
            !entry.value.is_null() && !entry.value.is_empty_collection() && !entry.value.as_str().is_some_and(is_empty)
        });
    }
    Ok(node)
}

/// A map, or the maps of a list, with the known fields only. What is neither is left for its reader to refuse.
fn known(node: &Node, fields: &[(&'static str, Shape)], coerces: bool) -> Node {
    let value = match &node.value {
        Value::Scalar(_) => return node.clone(),
        Value::Seq(items) => Value::Seq(items.iter().map(|item| known(item, fields, coerces)).collect()),
        Value::Map(map) => {
            let mut left = Node::empty_map(node.origin.clone());
            for entry in map.iter() {
                let known_as = fields.iter().find(|(name, _)| folding::is(&entry.key.text, name));
                if let (Some((name, shape)), Some(left)) = (known_as, left.as_map_mut()) {
                    let value = match shape {
                        Text if coerces => as_text(&entry.value),
                        Text | Whole => entry.value.clone(),
                        Fields(fields) => known(&entry.value, fields, coerces),
                        Untyped(fields) => known(&entry.value, fields, false),
                    };
                    left.set(Key::new(*name, entry.key.span), value);
                }
            }
            return left;
        }
    };
    Node::new(value, node.origin.clone())
}

/// Single values as text, and those in a list or map.
fn as_text(node: &Node) -> Node {
    let mut node = node.clone();
    match &mut node.value {
        Value::Scalar(scalar) => {
            if let Some(text) = scalar.coerced() {
                *scalar = Scalar::string(text);
            }
        }
        Value::Seq(items) => items.iter_mut().for_each(|item| *item = as_text(item)),
        Value::Map(map) => map.iter_mut().for_each(|entry| entry.value = as_text(&entry.value)),
    }
    node
}
