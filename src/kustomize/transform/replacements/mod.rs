//! `replacements`: values copied from one object's field to fields of others (docs/kustomize.md, "Replacements").
//!
//! [`decode`] reads them from a kustomization or the files it names, [`apply`] carries them out. Which
//! objects they speak of is [`select`]'s part, values inside the text of a scalar are [`structured`]'s.

mod decode;
mod options;
mod replacement;
mod select;
mod structured;
mod writing;

use crate::kustomize::fieldpath::{self, Reached};
use crate::kustomize::limits;
use crate::kustomize::nodes;
use crate::kustomize::resource::Resource;
use crate::source::{Problem, Reason, Span};
use crate::yaml::{Cause, Node, Origin, Path, Scalar, Value};

pub(in crate::kustomize) use decode::decode;
use replacement::{Replacement, Source};
use writing::{Writing, no_parts};

/// Carries out replacements in order. Where parts are open, which cannot be seen, what is not there may be in them.
///
/// # Errors
/// When a source is not one value of one object, or a selected target has no such field.
pub(in crate::kustomize) fn apply(
    resources: &mut [Resource],
    replacements: &[Replacement],
    is_open: bool,
    quirks: &mut Vec<Problem>,
) -> Result<(), Problem> {
    for replacement in replacements {
        let mut source = match Found::of(resources, &replacement.source) {
            Err(problem) if is_open && problem.kind() == Reason::Absent => continue,
            found => found?,
        };
        for target in &replacement.targets {
            let mut selected = false;
            for at in 0..resources.len() {
                let Some(resource) = resources.get_mut(at).filter(|resource| target.selects(resource)) else {
                    continue;
                };
                selected = true;
                for path in &target.paths {
                    Writing { value: &source.value, path, options: &target.options }
                        .write(&mut resource.node, source.place_in(at))
                        .map_err(|problem| problem.at(path.span))?;
                    resource.settle(quirks);
                    nodes::quote_in_brackets(&mut resource.node);
                    source.refresh(at, resource);
                }
            }
            if !selected && !is_open {
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
                let value = Value::Scalar(Scalar { untagged: true, ..Scalar::plain(text.text.clone()) });
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

    /// The path, where it leads into the resource at that position.
    fn place_in(&self, at: usize) -> Option<&Path> {
        self.place.as_ref().filter(|(place, _)| *place == at).map(|(_, path)| path)
    }

    /// Where the source's own object was a target, what comes next copies the value that it has now.
    fn refresh(&mut self, at: usize, resource: &Resource) {
        if let Some(value) = self.place_in(at).and_then(|path| resource.node.follow(path)) {
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

impl Writing<'_> {
    /// Writes the value; `own` is where it stands, if that is in the same object.
    fn write(&self, object: &mut Node, own: Option<&Path>) -> Result<(), Problem> {
        let path = fieldpath::split(self.path);
        limits::path(path.len(), Some(self.value), self.path.span)?;
        limits::object(object, self.value, self.path.span)?;
        if structured::write(self, object, &path)? {
            return Ok(());
        }
        let count = match own {
            None => self.walk(object, &path, &mut |reached| self.set(reached))?,
            Some(own) => self.write_within(object, &path, own)?,
        };
        if count > 0 {
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
    /// As kustomize does it: what is missing is made first, and each field gets the value as it is by then.
    fn write_within(&self, object: &mut Node, path: &[String], own: &Path) -> Result<usize, Problem> {
        let mut fields = Vec::new();
        let count = self.walk(object, path, &mut |reached| {
            fields.push((reached.at.clone(), reached.made));
            Ok(())
        })?;
        for (at, made) in fields {
            let value = object.follow(own).unwrap_or(self.value).clone();
            limits::path(at.len(), Some(&value), self.path.span)?;
            limits::object(object, &value, self.path.span)?;
            if let Some(node) = object.follow_mut(&at) {
                Writing { value: &value, ..*self }.set(Reached { node, at: &at, made })?;
            }
        }
        Ok(count)
    }
}
