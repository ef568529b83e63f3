//! `replacements`: values copied from one object's field to fields of others (spec §1.7).
//!
//! [`decode`] reads them from a kustomization or the files it names, [`apply`] carries them out. Which
//! objects they speak of is [`select`]'s part, values inside the text of a scalar are [`structured`]'s.

mod decode;
mod select;
mod structured;

use std::sync::Arc;

use crate::kustomize::decode::Text;
use crate::kustomize::fieldpath::{self, Create, Reached, Walk};
use crate::kustomize::limits;
use crate::kustomize::resource::Resource;
use crate::source::{Problem, Reason, Span};
use crate::yaml::{Cause, Node, Origin, Overridden, Path, Scalar, Value};

pub(in crate::kustomize) use decode::decode;
use select::{Exact, Target};

/// One replacement.
pub(in crate::kustomize) struct Replacement {
    source: Source,
    targets: Vec<Target>,
}

/// Where the value comes from.
enum Source {
    /// `sourceValue`.
    Text(Text),
    /// A field of an object.
    Field { object: Exact, path: Text, options: Options },
}

/// `options` of a source or target.
#[derive(Default)]
struct Options {
    /// Divides the text of a field into parts; empty where the whole is meant.
    delimiter: Text,
    /// Which part.
    index: i64,
    /// Whether a missing field is made.
    create: bool,
}

/// Carries out replacements in order.
///
/// # Errors
/// When a source is not one value of one object, or a selected target has no such field.
pub(in crate::kustomize) fn apply(
    resources: &mut [Resource],
    replacements: &[Replacement],
    quirks: &mut Vec<Problem>,
) -> Result<(), Problem> {
    for replacement in replacements {
        let mut source = Found::of(resources, &replacement.source)?;
        for target in &replacement.targets {
            let mut selected = false;
            for at in 0..resources.len() {
                let Some(resource) = resources.get_mut(at).filter(|resource| target.selects(resource)) else {
                    continue;
                };
                selected = true;
                for path in &target.paths {
                    Writing { value: &source.value, path, options: &target.options }
                        .write(&mut resource.node)
                        .map_err(|problem| problem.at(path.span))?;
                    source.refresh(at, resource);
                }
            }
            if !selected {
                quirks.push(
                    Problem::new("this target of a replacement selects nothing, so nothing is replaced")
                        .at(target.span)
                        .reason(Reason::Unmatched)
                        .hint("check kind, name and namespace: all parts of `select` must fit"),
                );
            }
        }
    }
    Ok(())
}

/// The value of a source, and where it stands.
struct Found {
    value: Node,
    /// The resource and the path, where the whole value is taken: a target may change it on the way.
    place: Option<(usize, Path)>,
}

impl Found {
    fn of(resources: &[Resource], source: &Source) -> Result<Self, Problem> {
        let (object, path, options) = match source {
            Source::Text(text) => {
                let value = Value::Scalar(Scalar::plain(text.text.clone()));
                return Ok(Self { value: Node::new(value, Origin::new(text.span, Cause::Replacement)), place: None });
            }
            Source::Field { object, path, options } => (object, path, options),
        };
        let (at, resource) = object.choose(resources)?;
        let parts = fieldpath::split(path);
        let found = fieldpath::find(&resource.node, &parts).map_err(|problem| problem.at(path.span))?;
        let value = found.as_ref().and_then(|found| resource.node.follow(found)).filter(|value| !is_nothing(value));
        let (Some(found), Some(value)) = (found, value) else {
            return Err(Problem::new(format!("`{}` has no `{}` to copy", resource.id(), &**path))
                .at(path.span)
                .beside(resource.node.origin.span)
                .hint("name a field that is there and not empty"));
        };
        if options.delimiter.is_empty() {
            return Ok(Self { value: value.clone(), place: Some((at, found)) });
        }
        let Some(scalar) = value.as_scalar() else {
            return Err(no_parts(value).at(options.delimiter.span));
        };
        let parts: Vec<&str> = scalar.text.split(&*options.delimiter).collect();
        let index = usize::try_from(options.index).ok();
        let Some((index, part)) = index.and_then(|index| Some((index, parts.get(index)?))) else {
            return Err(Problem::new(format!(
                "there is no part {} in `{}`: it has {}",
                options.index,
                &**path,
                parts.len()
            ))
            .at(options.delimiter.span)
            .beside(value.origin.span)
            .hint("`index` counts from 0"));
        };
        let before = parts.iter().take(index).map(|part| part.len() + options.delimiter.len()).sum();
        let span = span_of_part(scalar, &value.origin, before, part.len()).or(value.origin.span);
        let origin = Origin { span, ..value.origin.clone() };
        let scalar = Scalar { text: (*part).into(), ..scalar.clone() };
        Ok(Self { value: Node::new(Value::Scalar(scalar), origin), place: None })
    }

    /// Where the source's own object was a target, what comes next copies the value that it has now.
    fn refresh(&mut self, at: usize, resource: &Resource) {
        let Some((_, path)) = self.place.as_ref().filter(|(place, _)| *place == at) else { return };
        if let Some(value) = resource.node.follow(path) {
            self.value = value.clone();
        }
    }
}

/// Where a part of a scalar's text is written; `None` where the span does not hold the text as it is.
fn span_of_part(scalar: &Scalar, origin: &Origin, before: usize, len: usize) -> Option<Span> {
    let quotes = usize::from(scalar.quoted);
    let span = origin.span.filter(|span| span.len as usize == scalar.text.len() + 2 * quotes)?;
    let is_own_text = matches!(origin.cause, Cause::Manifest | Cause::Patch | Cause::JsonPatch);
    let (before, len) = (u32::try_from(quotes + before).ok()?, u32::try_from(len).ok()?);
    (is_own_text && !scalar.text.contains('\n')).then(|| span.part(before, len))
}

/// What kustomize takes for a missing source.
fn is_nothing(node: &Node) -> bool {
    match &node.value {
        Value::Map(map) => map.is_empty(),
        Value::Seq(items) => items.is_empty(),
        Value::Scalar(_) => node.is_null(),
    }
}

fn no_parts(node: &Node) -> Problem {
    Problem::new("`delimiter` divides text, and this is a map or a list").beside(node.origin.span)
}

/// A value on its way to one path of an object.
struct Writing<'a> {
    value: &'a Node,
    path: &'a Text,
    options: &'a Options,
}

impl Writing<'_> {
    fn write(&self, object: &mut Node) -> Result<(), Problem> {
        let path = fieldpath::split(self.path);
        limits::path(path.len(), Some(self.value), self.path.span)?;
        limits::object(object, self.value, self.path.span)?;
        if structured::write(self, object, &path) {
            return Ok(());
        }
        if self.walk(object, &path, &mut |reached| self.set(reached))? > 0 {
            return Ok(());
        }
        let name = object.at(&["metadata", "name"]).and_then(Node::text).unwrap_or_default();
        let kind = object.get("kind").and_then(Node::text).unwrap_or_default();
        let problem = Problem::new(format!("`{kind}/{name}` has no `{}` to replace", &**self.path));
        let problem = problem.beside(object.origin.span);
        Err(if self.options.create {
            problem
        } else {
            problem.hint("set `options: {create: true}` to make the field, or keep the object out with `reject`")
        })
    }

    fn walk(
        &self,
        node: &mut Node,
        path: &[String],
        set: &mut dyn FnMut(Reached<'_>) -> Result<(), Problem>,
    ) -> Result<usize, Problem> {
        let create = match self.value.value {
            _ if !self.options.create => None,
            Value::Scalar(_) => Some(Create::Scalar),
            Value::Map(_) => Some(Create::Map),
            Value::Seq(_) => Some(Create::Seq),
        };
        let origin = self.origin(self.value, None);
        Walk { create, origin: &origin, span: self.path.span, set }.run(node, path)
    }

    /// Puts the value, or a text that it is a part of, into a field.
    fn set(&self, Reached { node, made }: Reached<'_>) -> Result<(), Problem> {
        let copied = shown(self.value);
        let joined = if self.options.delimiter.is_empty() {
            None
        } else {
            let Some(old) = node.as_scalar() else { return Err(no_parts(node)) };
            Some(self.joined(&old.text, if self.value.is_null() { "" } else { copied }))
        };
        self.put(node, made, joined.as_deref().unwrap_or(copied));
        Ok(())
    }

    /// The old text with the new one in its place among the parts, before them or behind them.
    fn joined(&self, old: &str, new: &str) -> String {
        let delimiter = &*self.options.delimiter;
        let mut parts: Vec<&str> = old.split(delimiter).collect();
        match usize::try_from(self.options.index) {
            Err(_) => parts.insert(0, new),
            Ok(index) => match parts.get_mut(index) {
                Some(part) => *part = new,
                None => parts.push(new),
            },
        }
        parts.join(delimiter)
    }

    /// A single value keeps its type and takes the text; a map or list is replaced by the whole value.
    fn put(&self, node: &mut Node, made: bool, text: &str) {
        let new = match &node.value {
            Value::Scalar(_) if made => self.scalar(Scalar::plain(text)),
            Value::Scalar(old) => self.scalar(Scalar { text: text.into(), ..old.clone() }),
            _ => self.copy(self.value),
        };
        if made {
            *node = new;
        } else {
            node.overwrite(new);
        }
    }

    fn scalar(&self, scalar: Scalar) -> Node {
        let origin = self.origin(self.value, Some(&scalar));
        Node::new(Value::Scalar(scalar), origin)
    }

    /// A value with what is below it, all of it set by the replacement.
    fn copy(&self, node: &Node) -> Node {
        let value = match &node.value {
            Value::Scalar(scalar) => Value::Scalar(scalar.clone()),
            Value::Seq(items) => Value::Seq(items.iter().map(|item| self.copy(item)).collect()),
            Value::Map(map) => {
                let mut map = map.clone();
                for entry in map.iter_mut() {
                    entry.value = self.copy(&entry.value);
                }
                Value::Map(map)
            }
        };
        let origin = self.origin(node, node.as_scalar());
        Node::new(value, origin)
    }

    /// The text that says the value; the newest link of its chain is the path that asked for it.
    fn origin(&self, source: &Node, written: Option<&Scalar>) -> Origin {
        let asked = Overridden { value: written.cloned(), origin: Origin::new(self.path.span, Cause::Replacement) };
        let span = source.origin.span.or(self.path.span);
        Origin { span, cause: Cause::Replacement, over: Some(Arc::new(asked)) }
    }
}

/// The text of a scalar; of a map or list nothing, which is what kustomize writes into a single value.
fn shown(node: &Node) -> &str {
    node.as_scalar().map_or("", |scalar| &scalar.text)
}
