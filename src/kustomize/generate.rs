//! ConfigMaps and Secrets from literals, env files and files (docs/kustomize.md, "Generators").

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine;

use super::decode::Text;
use super::hash;
use super::kustomization::{GeneratorArgs, GeneratorOptions};
use super::load::Loader;
use super::nodes;
use super::resource::{Asked, Behavior, Resource, set_at};
use crate::source::{Problem, Span, Use};
use crate::yaml::{self, Cause, Key, Map, Node, Origin, Scalar, Value};

/// What is generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Generated {
    ConfigMap,
    Secret,
}

impl Generated {
    /// kustomize's name of the plugin that generates it.
    pub(super) fn plugin(self) -> &'static str {
        match self {
            Self::ConfigMap => "ConfigMapGenerator",
            Self::Secret => "SecretGenerator",
        }
    }
}

/// One entry of the data, and the text that holds its value.
struct Pair {
    key: Arc<str>,
    value: Vec<u8>,
    span: Option<Span>,
}

/// Makes the object that `args` describe; `global` are the kustomization's `generatorOptions`.
pub(super) fn generate(
    kind: Generated,
    args: &GeneratorArgs,
    global: Option<&GeneratorOptions>,
    loader: &Loader<'_>,
) -> Result<Resource, Problem> {
    let origin = Origin::new(args.span, Cause::Generator);
    let string = |text: &str, span: Option<Span>| Node::string(text, Origin::new(span.or(args.span), Cause::Generator));
    if args.name.is_empty() {
        return Err(Problem::new("a generator has no `name`").at(args.span));
    }
    let options = merged_options(args.options.as_ref(), global);
    let key = |name: &str| Key::new(name, args.span);

    let mut metadata = Map::default();
    metadata.push(key("name"), string(&args.name, args.name.span));
    if let Some(namespace) = &args.namespace {
        metadata.push(key("namespace"), string(namespace, namespace.span));
    }
    for (field, pairs) in [("labels", &options.labels), ("annotations", &options.annotations)] {
        if pairs.is_empty() {
            continue;
        }
        let mut map = Map::default();
        for (name, value) in pairs {
            map.push(
                Key::plain(name.text.clone(), name.span),
                Node::new(
                    Value::Scalar(nodes::written(value.text.clone())),
                    Origin::new(value.span.or(args.span), Cause::Generator),
                ),
            );
        }
        metadata.push(key(field), Node::new(Value::Map(map), origin.clone()));
    }

    let mut root = Map::default();
    root.push(key("apiVersion"), string("v1", None));
    let kind_name = if kind == Generated::Secret { "Secret" } else { "ConfigMap" };
    root.push(key("kind"), string(kind_name, None));
    root.push(key("metadata"), Node::new(Value::Map(metadata), origin.clone()));
    if kind == Generated::Secret {
        match &args.secret_type {
            Some(secret_type) => root.push(key("type"), string(secret_type, secret_type.span)),
            None => root.push(key("type"), string("Opaque", None)),
        }
    }
    add_data(&mut root, kind, pairs(kind, args, loader)?, args)?;
    if let Some(Asked(span)) = options.immutable {
        let scalar = Scalar::plain("true");
        root.push(
            key("immutable"),
            Node::new(Value::Scalar(scalar), Origin::new(span.or(args.span), Cause::Generator)),
        );
    }

    let mut resource = Resource::new(Node::new(Value::Map(root), origin));
    resource.behavior = args.behavior;
    if resource.behavior == Behavior::Unspecified {
        resource.behavior = Behavior::Create;
    }
    if !options.disable_name_suffix_hash {
        resource.hashed_by = Some(Asked(args.span));
        if hash::is_annotated(&resource) {
            set_at(&mut resource.node, &hash::NEEDS_HASH, Scalar::string("enabled"), args.span, Cause::Generator);
        }
    }
    Ok(resource)
}

/// Local labels and annotations win; a flag is set where either sets it.
fn merged_options(local: Option<&GeneratorOptions>, global: Option<&GeneratorOptions>) -> GeneratorOptions {
    let mut options = local.cloned().unwrap_or_default();
    let Some(global) = global else { return options };
    for (mine, theirs) in [(&mut options.labels, &global.labels), (&mut options.annotations, &global.annotations)] {
        for pair in theirs {
            if !mine.iter().any(|(key, _)| key.text == pair.0.text) {
                mine.push(pair.clone());
            }
        }
        mine.sort_by(|a, b| a.0.text.cmp(&b.0.text));
    }
    options.disable_name_suffix_hash |= global.disable_name_suffix_hash;
    options.immutable = options.immutable.or(global.immutable);
    options
}

fn add_data(root: &mut Map, kind: Generated, pairs: Vec<Pair>, args: &GeneratorArgs) -> Result<(), Problem> {
    let (mut data, mut binary) = (Map::default(), Map::default());
    let mut seen = HashMap::new();
    let mut sorted = pairs;
    for pair in &sorted {
        if let Some(first) = seen.insert(pair.key.clone(), pair.span) {
            return Err(Problem::new(format!("`{}` repeats the key `{}`", &*args.name, pair.key))
                .at(pair.span.or(args.span))
                .beside(first)
                .hint("keys must differ across `literals`, `files` and `envs`"));
        }
    }
    sorted.sort_by(|a, b| a.key.cmp(&b.key));
    for Pair { key, value, span } in sorted {
        let origin = Origin::new(span.or(args.span), Cause::Generator);
        let written = |text: String| Node::new(Value::Scalar(nodes::written(text)), origin.clone());
        let key = Key::plain(key, span.or(args.span));
        match (kind, String::from_utf8(value)) {
            (Generated::Secret, value) => {
                let bytes = value.map_or_else(std::string::FromUtf8Error::into_bytes, String::into_bytes);
                data.push(key, written(base64_lines(&bytes)));
            }
            (Generated::ConfigMap, Ok(text)) => data.push(key, written(text)),
            (Generated::ConfigMap, Err(error)) => {
                binary.push(key, written(base64_lines(&error.into_bytes())));
            }
        }
    }
    let origin = Origin::new(args.span, Cause::Generator);
    // A Secret shows that it is empty, a ConfigMap does not.
    if kind == Generated::Secret || !data.is_empty() {
        root.push(Key::new("data", args.span), Node::new(Value::Map(data), origin.clone()));
    }
    if !binary.is_empty() {
        root.push(Key::new("binaryData", args.span), Node::new(Value::Map(binary), origin));
    }
    Ok(())
}

/// Base64, cut into lines of 70 characters where it is longer.
fn base64_lines(bytes: &[u8]) -> String {
    const LINE: usize = 70;
    let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
    if encoded.len() < LINE {
        return encoded;
    }
    let mut lines = String::with_capacity(encoded.len() + encoded.len() / LINE + 1);
    for (at, character) in encoded.chars().enumerate() {
        if at > 0 && at % LINE == 0 {
            lines.push('\n');
        }
        lines.push(character);
    }
    lines.push('\n');
    lines
}

/// Marks the files that Secrets are generated from, before anything that goes wrong can show a line of them: another
/// field may name them too. Those that cannot be read are told of where they are needed.
pub(super) fn mark(generators: &[GeneratorArgs], loader: &Loader<'_>) {
    let read = |path: &str, entry: &Text, used: Use| {
        if let Ok((_, file)) = loader.read(&Text { text: path.into(), span: entry.span }) {
            file.mark(used);
        }
    };
    for args in generators {
        args.envs.iter().for_each(|entry| read(entry, entry, Use::SecretSettings));
        for entry in &args.files {
            read(entry.split_once('=').map_or(&**entry, |(_, path)| path), entry, Use::SecretFile);
        }
    }
}

fn pairs(kind: Generated, args: &GeneratorArgs, loader: &Loader<'_>) -> Result<Vec<Pair>, Problem> {
    let used = |used| if kind == Generated::Secret { used } else { Use::Open };
    let mut pairs = Vec::new();
    for env in &args.envs {
        env_pairs(env, loader, used(Use::SecretSettings), &mut pairs)?;
    }
    for literal in &args.literals {
        pairs.push(literal_pair(literal)?);
    }
    for file in &args.files {
        pairs.push(file_pair(file, loader, used(Use::SecretFile))?);
    }
    Ok(pairs)
}

/// `key=value`; one pair of quotes around the value is dropped. The span is the whole literal.
fn literal_pair(literal: &Text) -> Result<Pair, Problem> {
    // kustomize writes the literal as YAML for its generator, which reads it again.
    let text = yaml::next_lines_folded(literal);
    let Some((key, value)) = text.split_once('=').filter(|(key, _)| !key.is_empty()) else {
        // The text may be a secret: it is not repeated here.
        return Err(Problem::new("a literal should be `key=value`")
            .at(literal.span)
            .hint("write an empty value as `key=`; lines of a file go under `envs`"));
    };
    let quoted = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    Ok(Pair { key: key.into(), value: quoted.unwrap_or(value).as_bytes().to_vec(), span: literal.span })
}

/// `path` or `key=path`. The value is the whole file.
fn file_pair(entry: &Text, loader: &Loader<'_>, used: Use) -> Result<Pair, Problem> {
    let (key, path) = match entry.split_once('=') {
        None => (entry.rsplit('/').next().unwrap_or(entry), &**entry),
        Some((key, path)) if !key.is_empty() && !path.is_empty() && !path.contains('=') => (key, path),
        Some(_) => {
            return Err(Problem::new(format!("`{}` should be a path or `key=path`", &**entry)).at(entry.span));
        }
    };
    let (id, file) = loader.read(&Text { text: path.into(), span: entry.span })?;
    file.mark(used);
    let bytes = file.bytes();
    let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    Ok(Pair { key: key.into(), value: bytes.to_vec(), span: Some(Span { file: id, start: 0, len }) })
}

/// Lines of `key=value`; each value's span is its line.
fn env_pairs(entry: &Text, loader: &Loader<'_>, used: Use, pairs: &mut Vec<Pair>) -> Result<(), Problem> {
    let (id, file) = loader.read(entry)?;
    file.mark(used);
    let mut start = 0;
    for (number, raw) in file.bytes().split_inclusive(|byte| *byte == b'\n').enumerate() {
        let at = start;
        start += raw.len();
        let Ok(line) = std::str::from_utf8(raw) else {
            return Err(Problem::new(format!("line {} of `{}` is not UTF-8", number + 1, file.path())).at(entry.span));
        };
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let shown = if number == 0 { line.trim_start_matches('\u{feff}') } else { line };
        let text = shown.trim_start();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        if key.is_empty() {
            continue;
        }
        let from = at + (line.len() - text.len());
        let span = Span {
            file: id,
            start: u32::try_from(from).unwrap_or(u32::MAX),
            len: u32::try_from(text.len()).unwrap_or(u32::MAX),
        };
        pairs.push(Pair { key: key.into(), value: value.as_bytes().to_vec(), span: Some(span) });
    }
    Ok(())
}
