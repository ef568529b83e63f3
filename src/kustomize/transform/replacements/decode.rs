//! Reads replacements: entries of a kustomization, of a plugin's configuration, and of files they name.

use super::select::{Exact, Patterns, Target};
use super::{Options, Replacement, Source};
use crate::kustomize::decode::{Fields, Text, wrong_type};
use crate::kustomize::id::Gvk;
use crate::kustomize::load::Loader;
use crate::kustomize::selector::{anchored, requirements};
use crate::source::{Problem, RepoPath};
use crate::yaml::{self, Decoded, Dialect, Node, Scalar, Value};

/// What is read where no path is given.
const DEFAULT_PATH: &str = "metadata.name";

/// Whether unknown fields are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kustomize) enum Strictness {
    /// As in a kustomization.
    Strict,
    /// As in files and in configurations of plugins: kustomize ignores them there.
    Lenient,
}

/// Reads the entries of `replacements`. Files that they name are read through `loader` and added to `inputs`.
///
/// # Errors
/// When an entry is no replacement, or a file is none or cannot be read.
pub(in crate::kustomize) fn decode(
    entries: &[Node],
    strictness: Strictness,
    loader: &Loader<'_>,
    inputs: &mut Vec<RepoPath>,
) -> Result<Vec<Replacement>, Problem> {
    let mut replacements = Vec::new();
    for entry in entries {
        let mut fields = Fields::of(entry, "an entry of `replacements`")?;
        let path = fields.text("path")?.filter(|path| !path.is_empty());
        let targets = fields.list("targets")?;
        let inline = fields.node("source").is_some() || !targets.is_empty();
        let Some(path) = path else {
            // An empty list is lost on the way from the kustomization to the transformer.
            if targets.is_empty() {
                return Err(incomplete(entry));
            }
            replacements.push(replacement(fields, entry, strictness)?);
            continue;
        };
        if inline {
            return Err(Problem::new("a replacement has both a `path` and a source or targets")
                .at(path.span)
                .hint("write the replacement here, or in the file"));
        }
        fields.node("sourceValue");
        strictness.finish(fields)?;
        let (id, file) = loader.read_text(&path)?;
        inputs.push(file.path().clone());
        let text = yaml::Text::of_file(id, file.text().unwrap_or_default(), 0);
        let root = yaml::parse_first(&text, Dialect::Config)?;
        let entries = match root.as_ref().map(|root| &root.value) {
            Some(Value::Seq(items)) => items.as_slice(),
            Some(Value::Map(_)) => root.as_slice(),
            _ => {
                return Err(Problem::new(format!("`{}` holds no replacement", file.path()))
                    .within(file.path())
                    .via(path.span)
                    .hint("write one replacement, or a list of them"));
            }
        };
        for entry in entries {
            let fields = Fields::of(entry, "a replacement")?;
            replacements.push(replacement(fields, entry, Strictness::Lenient)?);
        }
    }
    Ok(replacements)
}

impl Strictness {
    fn finish(self, fields: Fields<'_>) -> Result<(), Problem> {
        if self == Self::Strict { fields.finish() } else { Ok(()) }
    }
}

fn incomplete(entry: &Node) -> Problem {
    Problem::new("a replacement needs a source and targets")
        .at(entry.origin.span)
        .hint("write `source` (or `sourceValue`) and at least one entry of `targets`")
}

fn replacement(mut fields: Fields<'_>, entry: &Node, strictness: Strictness) -> Result<Replacement, Problem> {
    let value = fields.text("sourceValue")?;
    let object = fields.node("source").map(|node| source(node, strictness)).transpose()?;
    let targets = fields.node("targets").ok_or_else(|| incomplete(entry))?;
    let targets = targets.as_seq().ok_or_else(|| wrong_type(targets, "targets", "a list"))?;
    let targets = targets.iter().map(|node| target(node, strictness)).collect::<Result<_, _>>()?;
    strictness.finish(fields)?;
    let source = match (value, object) {
        (Some(value), None) => Source::Text(value),
        (None, Some(object)) => object,
        (None, None) => return Err(incomplete(entry)),
        (Some(value), Some(_)) => {
            return Err(Problem::new("a replacement has both a `source` and a `sourceValue`")
                .at(value.span)
                .hint("keep one of them"));
        }
    };
    Ok(Replacement { source, targets })
}

fn source(node: &Node, strictness: Strictness) -> Result<Source, Problem> {
    let mut fields = Fields::of(node, "`source`")?;
    let mut part = |name| fields.text(name).map(Option::unwrap_or_default);
    let gvk = Gvk {
        group: part("group")?.to_string(),
        version: part("version")?.to_string(),
        kind: part("kind")?.to_string(),
    };
    let object = Exact { span: node.origin.span, gvk, name: part("name")?, namespace: part("namespace")? };
    let path = path_or_default(fields.text("fieldPath")?, node);
    let options = options(fields.node("options"), strictness)?;
    strictness.finish(fields)?;
    Ok(Source::Field { object, path, options })
}

fn path_or_default(path: Option<Text>, asking: &Node) -> Text {
    let path = path.filter(|path| !path.is_empty());
    path.unwrap_or_else(|| Text { text: DEFAULT_PATH.into(), span: asking.origin.span })
}

fn target(node: &Node, strictness: Strictness) -> Result<Target, Problem> {
    let mut fields = Fields::of(node, "an entry of `targets`")?;
    let Some(select) = fields.node("select") else {
        return Err(Problem::new("a target of a replacement needs `select`").at(node.origin.span));
    };
    let mut paths = fields.texts("fieldPaths")?;
    if paths.is_empty() {
        paths.push(path_or_default(None, select));
    }
    let target = Target {
        select: patterns(select, strictness)?,
        reject: fields.list("reject")?.iter().map(|node| patterns(node, strictness)).collect::<Result<_, _>>()?,
        paths,
        options: options(fields.node("options"), strictness)?,
    };
    strictness.finish(fields)?;
    Ok(target)
}

fn patterns(node: &Node, strictness: Strictness) -> Result<Patterns, Problem> {
    let mut fields = Fields::of(node, "a selector")?;
    let mut part = |name| {
        let text = fields.text(name)?.filter(|text| !text.is_empty());
        text.map(|text| anchored(&text)).transpose()
    };
    let (group, version, kind) = (part("group")?, part("version")?, part("kind")?);
    let (name, namespace) = (part("name")?, part("namespace")?);
    let mut selector = |name| {
        let text = fields.text(name)?.filter(|text| !text.is_empty());
        text.map(|text| requirements(&text)).transpose()
    };
    let (labels, annotations) = (selector("labelSelector")?, selector("annotationSelector")?);
    strictness.finish(fields)?;
    Ok(Patterns { group, version, kind, name, namespace, labels, annotations })
}

fn options(node: Option<&Node>, strictness: Strictness) -> Result<Options, Problem> {
    let Some(node) = node else { return Ok(Options::default()) };
    let mut fields = Fields::of(node, "`options`")?;
    let delimiter = fields.text("delimiter")?.unwrap_or_default();
    let create = fields.flag("create")?;
    // Known to kustomize, and without effect.
    fields.text("encoding")?;
    let index = fields.node("index");
    strictness.finish(fields)?;
    let index = match index {
        None => 0,
        Some(node) => match node.as_scalar().map(Scalar::decode) {
            Some(Decoded::Int(index)) => index,
            _ => return Err(wrong_type(node, "index", "a whole number")),
        },
    };
    Ok(Options { delimiter, index, create })
}
