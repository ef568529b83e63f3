//! Reads replacements: entries of a kustomization, of a plugin's configuration, and of files they name.

use super::options::Options;
use super::replacement::{Replacement, Source};
use super::select::{Exact, Patterns, Target};
use crate::kustomize::decode::{Fields, Mode, Text, wrong_type};
use crate::kustomize::folding;
use crate::kustomize::id::Gvk;
use crate::kustomize::load::Loader;
use crate::kustomize::selector::{anchored, requirements};
use crate::source::{Problem, Span};
use crate::yaml::{self, Decoded, Dialect, Node, Scalar, Value};

/// What is read where no path is given.
const DEFAULT_PATH: &str = "metadata.name";

/// Reads the entries of `replacements`. Files that they name are read through `loader`.
///
/// # Errors
/// When an entry is no replacement, or a file is none or cannot be read.
pub(in crate::kustomize) fn decode(
    entries: &[Node],
    mode: Mode,
    loader: &Loader<'_>,
) -> Result<Vec<Replacement>, Problem> {
    let mut replacements = Vec::new();
    for entry in entries {
        let mut fields = Fields::open(entry, "an entry of `replacements`", mode)?;
        let path = fields.text("path")?.filter(|path| !path.is_empty());
        let targets = fields.list("targets")?;
        let inline = fields.node("source").is_some() || !targets.is_empty();
        let Some(path) = path else {
            // An empty list is lost on the way from the kustomization to the transformer.
            if targets.is_empty() {
                return Err(incomplete(fields.span()));
            }
            replacements.push(replacement(&mut fields)?);
            fields.finish()?;
            continue;
        };
        if inline {
            return Err(Problem::new("a replacement has both a `path` and a source or targets")
                .at(path.span)
                .hint("write the replacement here, or in the file"));
        }
        fields.node("sourceValue");
        fields.finish()?;
        let content = loader.read_text(&path)?;
        let file = content.file();
        let root = yaml::parse_first(&content.yaml(), Dialect::Config).map_err(|problem| problem.via(path.span))?;
        let root = root.as_ref().map(folding::once);
        let entries = match root.as_ref().map(|root| &root.value) {
            Some(Value::Seq(items)) => items.as_slice(),
            Some(Value::Map(_)) => root.as_deref().map(std::slice::from_ref).unwrap_or_default(),
            _ => {
                return Err(Problem::new(format!("`{}` holds no replacement", file.path()))
                    .within(file.path())
                    .via(path.span)
                    .hint("write one replacement, or a list of them"));
            }
        };
        for entry in entries {
            let read =
                Fields::open(entry, "a replacement", Mode::Coercing).and_then(|mut fields| replacement(&mut fields));
            replacements.push(read.map_err(|problem| problem.via(path.span))?);
        }
    }
    Ok(replacements)
}

fn incomplete(at: Option<Span>) -> Problem {
    Problem::new("a replacement needs a source and targets")
        .at(at)
        .hint("write `source` (or `sourceValue`) and at least one entry of `targets`")
}

fn replacement(fields: &mut Fields<'_>) -> Result<Replacement, Problem> {
    let value = fields.text("sourceValue")?;
    let object = fields.map("source", "`source`", source)?;
    if fields.node("targets").is_none() {
        return Err(incomplete(fields.span()));
    }
    let targets = fields.maps("targets", "an entry of `targets`", target)?;
    let source = match (value, object) {
        (Some(value), None) => Source::Text(value),
        (None, Some(object)) => object,
        (None, None) => return Err(incomplete(fields.span())),
        (Some(value), Some(_)) => {
            return Err(Problem::new("a replacement has both a `source` and a `sourceValue`")
                .at(value.span)
                .hint("keep one of them"));
        }
    };
    Ok(Replacement { source, targets })
}

fn source(fields: &mut Fields<'_>) -> Result<Source, Problem> {
    let span = fields.span();
    let mut part = |name| fields.text(name).map(Option::unwrap_or_default);
    let gvk = Gvk {
        group: part("group")?.to_string(),
        version: part("version")?.to_string(),
        kind: part("kind")?.to_string(),
    };
    let object = Exact { span, gvk, name: part("name")?, namespace: part("namespace")? };
    let path = path_or_default(fields.text("fieldPath")?, span);
    Ok(Source::Field { object, path, options: fields.map("options", "`options`", options)?.unwrap_or_default() })
}

fn path_or_default(path: Option<Text>, asking: Option<Span>) -> Text {
    let path = path.filter(|path| !path.is_empty());
    path.unwrap_or_else(|| Text { text: DEFAULT_PATH.into(), span: asking })
}

fn target(fields: &mut Fields<'_>) -> Result<Target, Problem> {
    let Some(select) = fields.map("select", "a selector", patterns)? else {
        return Err(Problem::new("a target of a replacement needs `select`").at(fields.span()));
    };
    let mut paths = fields.texts("fieldPaths")?;
    if paths.is_empty() {
        paths.push(path_or_default(None, fields.node("select").and_then(|select| select.origin.span)));
    }
    Ok(Target {
        span: fields.node("select").and_then(|select| select.origin.span).or(fields.span()),
        select,
        reject: fields.maps("reject", "a selector", patterns)?,
        paths,
        options: fields.map("options", "`options`", options)?.unwrap_or_default(),
    })
}

fn patterns(fields: &mut Fields<'_>) -> Result<Patterns, Problem> {
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
    Ok(Patterns { group, version, kind, name, namespace, labels, annotations })
}

fn options(fields: &mut Fields<'_>) -> Result<Options, Problem> {
    let delimiter = fields.text("delimiter")?.unwrap_or_default();
    let create = fields.flag("create")?;
    // Known to kustomize, and without effect.
    fields.text("encoding")?;
    let index = match fields.node("index") {
        None => 0,
        Some(node) => match node.as_scalar().map(Scalar::decode) {
            Some(Decoded::Int(index)) => index,
            _ => return Err(wrong_type(node, "index", "a whole number")),
        },
    };
    Ok(Options { delimiter, index, create })
}
