//! `vars`: `$(NAME)` in certain fields stands for a field of an object (docs/kustomize.md, "Vars").
//!
//! A directory registers its vars with the objects that it knows then; only the top resolves them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::kustomize::decode::{Fields, Text};
use crate::kustomize::fieldpath;
use crate::kustomize::fieldspec::{self, Create, FieldSpec};
use crate::kustomize::id::{Gvk, Id};
use crate::kustomize::resource::Resource;
use crate::source::{Problem, Reason, Span};
use crate::yaml::{Cause, Node, Origin, Overridden, Scalar, Tag, Tie, Value};

/// An entry of `vars`.
#[derive(Debug)]
pub(in crate::kustomize) struct Var {
    span: Option<Span>,
    name: Text,
    gvk: Gvk,
    object: Text,
    namespace: Text,
    path: Text,
}

impl Var {
    /// Reads an entry.
    pub(in crate::kustomize) fn decode(node: &Node) -> Result<Arc<Self>, Problem> {
        let mut fields = Fields::of(node, "an entry of `vars`")?;
        let name = fields.text("name")?.unwrap_or_default();
        let objref = fields.node("objref");
        let fieldref = fields.node("fieldref");
        fields.finish()?;
        let mut var = Self {
            span: node.origin.span,
            name,
            gvk: Gvk::default(),
            object: Text::default(),
            namespace: Text::default(),
            path: Text { text: "metadata.name".into(), span: node.origin.span },
        };
        if let Some(objref) = objref {
            var.read_object(objref)?;
        }
        if let Some(fieldref) = fieldref {
            let mut fields = Fields::of(fieldref, "`fieldref`")?;
            var.path = fields.text("fieldPath")?.filter(|path| !path.is_empty()).unwrap_or(var.path);
            fields.finish()?;
        }
        Ok(Arc::new(var))
    }

    fn read_object(&mut self, objref: &Node) -> Result<(), Problem> {
        let mut fields = Fields::of(objref, "`objref`")?;
        let mut part = |name| fields.text(name).map(Option::unwrap_or_default);
        let api_version = part("apiVersion")?;
        let (group, version, kind) = (part("group")?, part("version")?, part("kind")?);
        (self.object, self.namespace) = (part("name")?, part("namespace")?);
        fields.finish()?;
        let parts: Vec<&str> = api_version.split('/').collect();
        let (group, version) = match parts.as_slice() {
            [""] => (&*group, &*version),
            [version] => (&*group, *version),
            [group, version] => (*group, *version),
            _ => (&*group, &*version),
        };
        self.gvk = Gvk { group: group.into(), version: version.into(), kind: kind.to_string() };
        Ok(())
    }

    /// Whether an id is the object's: its type exactly, its namespace only where the var gives one.
    fn means(&self, id: &Id) -> bool {
        let gvk = &self.gvk;
        *id.name == *self.object
            && id.group() == gvk.group
            && id.version() == gvk.version
            && *id.kind == *gvk.kind
            && (self.namespace.is_empty() || *id.namespace == *self.namespace)
    }
}

/// Registers the vars of a directory with its resources.
///
/// # Errors
/// When a var could mean several objects, or there is one of that name.
pub(in crate::kustomize) fn register(
    known: &mut Vec<Arc<Var>>,
    new: Vec<Arc<Var>>,
    resources: &mut [Resource],
) -> Result<(), Problem> {
    for var in &new {
        let mut matches = resources.iter_mut().filter(|resource| resource.any_id(|id| var.means(id)));
        let first = matches.next();
        if let Some(second) = matches.next() {
            return Err(Problem::new(format!("the var `{}` could mean several objects", &*var.name))
                .at(var.span)
                .beside(second.node.origin.span)
                .beside(first.and_then(|first| first.node.origin.span))
                .hint("set `namespace` in its `objref`"));
        }
        if let Some(resource) = first {
            resource.vars.push(var.name.text.clone());
        }
    }
    merge(known, new)
}

/// Adds the vars of a base.
///
/// # Errors
/// When two have the same name.
pub(in crate::kustomize) fn merge(known: &mut Vec<Arc<Var>>, new: Vec<Arc<Var>>) -> Result<(), Problem> {
    for var in new {
        if let Some(first) = known.iter().find(|first| first.name.text == var.name.text) {
            return Err(Problem::new(format!("the var `{}` is there twice", &*var.name))
                .at(var.name.span.or(var.span))
                .beside(first.name.span.or(first.span))
                .hint("define it once, where all that use it come together"));
        }
        known.push(var);
    }
    Ok(())
}

/// Puts the values of vars in the place of their names. Where parts are open, which cannot be seen, the object of a var
/// may be in them.
///
/// # Errors
/// When a var's object or field is not there, or a field that may hold vars holds something else than text.
pub(in crate::kustomize) fn resolve(
    resources: &mut [Resource],
    vars: &[Arc<Var>],
    specs: &[FieldSpec],
    is_open: bool,
    quirks: &mut Vec<Problem>,
) -> Result<(), Problem> {
    if vars.is_empty() {
        return Ok(());
    }
    let mut known = Known::default();
    for var in vars {
        match Known::look_up(var, resources) {
            Err(problem) if is_open && problem.kind() == Reason::Absent => {}
            entry => {
                known.0.insert(var.name.text.clone(), entry?);
            }
        }
    }
    let nothing = Origin::default();
    for resource in resources {
        for spec in specs {
            fieldspec::visit(&mut resource.node, spec, Create::Nothing, &nothing, &mut |field| known.write(field))?;
        }
        resource.settle(quirks);
    }
    let unused = known.0.values().filter(|entry| !entry.used);
    quirks.extend(unused.map(|entry| {
        Problem::new(format!("the var `{}` is used nowhere", &*entry.var.name))
            .at(entry.var.name.span.or(entry.var.span))
            .hint("vars work in fields of `varReference` only; remove it, or use `replacements`")
    }));
    Ok(())
}

/// The values of all vars by name.
#[derive(Default)]
struct Known<'a>(BTreeMap<Arc<str>, Entry<'a>>);

struct Entry<'a> {
    var: &'a Var,
    /// The value as it is written; `None` for maps and lists, which are never filled in.
    value: Option<Scalar>,
    /// The value inside a longer text.
    text: String,
    span: Option<Span>,
    used: bool,
}

impl<'a> Known<'a> {
    fn look_up(var: &'a Var, resources: &[Resource]) -> Result<Entry<'a>, Problem> {
        let Some(resource) = resources.iter().find(|resource| resource.vars.contains(&var.name.text)) else {
            return Err(Problem::new(format!("the object of the var `{}` is not there", &*var.name))
                .at(var.span)
                .reason(Reason::Absent)
                .hint("its `objref` needs the exact `apiVersion` and `kind`, and the name in the base"));
        };
        let missing = || {
            Problem::new(format!("`{}` has no `{}` for the var `{}`", resource.id(), &*var.path, &*var.name))
                .at(var.path.span)
                .beside(resource.node.origin.span)
        };
        let path: Vec<String> = fieldpath::split(&var.path).iter().flat_map(|part| indexed(part)).collect();
        let found = fieldpath::find(&resource.node, &path).map_err(|_| missing())?;
        let Some(node) = found.and_then(|found| resource.node.follow(&found)) else { return Err(missing()) };
        let span = node.origin.span;
        let Some(scalar) = node.as_scalar() else {
            return Ok(Entry { var, value: None, text: String::new(), span, used: false });
        };
        let (value, text) = typed(scalar).ok_or_else(|| missing().beside(span))?;
        Ok(Entry { var, value: Some(value), text, span, used: false })
    }

    fn write(&mut self, field: &mut Node) -> Result<(), Problem> {
        match &mut field.value {
            Value::Scalar(_) => self.write_text(field),
            Value::Map(map) => {
                for entry in map.iter_mut() {
                    if entry.key.tag != Tag::Str {
                        return Err(Problem::new(format!("the key `{}` should be a string", entry.key.text))
                            .at(entry.key.span)
                            .hint("put it in quotes"));
                    }
                    self.write_text(&mut entry.value);
                }
            }
            Value::Seq(items) => {
                for item in items {
                    if item.as_str().is_none() {
                        return Err(Problem::new("lists in which vars are looked for should hold strings only")
                            .at(item.origin.span)
                            .hint("put it in quotes"));
                    }
                    self.write_text(item);
                }
            }
        }
        Ok(())
    }

    fn write_text(&mut self, field: &mut Node) {
        let Some(old) = field.as_str() else { return };
        let (new, first) = self.expand(old);
        if &*new.text == old {
            return;
        }
        let Some(Entry { var, span, .. }) = first.and_then(|name| self.0.get(name)) else {
            // Only `$$` became `$`: the text is still the field's own.
            let tie = field.as_scalar().map_or(Tie::NONE, |old| old.tie.written());
            field.value = Value::Scalar(Scalar { tie, ..new });
            return;
        };
        let asked = Overridden { value: Some(new.clone()), origin: Origin::new(var.span, Cause::Var) };
        let origin = Origin { over: Some(Arc::new(asked)), ..Origin::new(span.or(var.span), Cause::Var) };
        field.overwrite(Node::new(Value::Scalar(new), origin));
    }

    /// A text with its vars filled in, and the first that was. A text that is nothing but one var takes
    /// over the type of its value. `$$` stands for `$`; names that are no vars stay.
    fn expand<'t>(&mut self, text: &'t str) -> (Scalar, Option<&'t str>) {
        let mut out = String::new();
        let mut first = None;
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            out.push_str(before);
            rest = after;
            if let Some(after) = after.strip_prefix('$') {
                out.push('$');
                rest = after;
                continue;
            }
            let Some((name, after)) = after.strip_prefix('(').and_then(|after| after.split_once(')')) else {
                out.push('$');
                continue;
            };
            rest = after;
            let known = self.0.get_mut(name).and_then(|entry| Some((entry.value.clone()?, entry)));
            let Some((value, entry)) = known else {
                out.push_str(&format!("$({name})"));
                continue;
            };
            entry.used = true;
            first = first.or(Some(name));
            if text.len() == name.len() + "$()".len() {
                return (value, first);
            }
            out.push_str(&entry.text);
        }
        out.push_str(rest);
        (Scalar::string(out), first)
    }
}

/// Divides `ports[0]` into `ports` and `0`.
fn indexed(part: &str) -> Vec<String> {
    let divided = part.strip_suffix(']').and_then(|open| open.rsplit_once('['));
    match divided.filter(|(_, index)| !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit())) {
        None => vec![part.to_owned()],
        Some(("", index)) => vec![index.to_owned()],
        Some((key, index)) => vec![key.to_owned(), index.to_owned()],
    }
}

/// A value as it is written on its own, and as it is written into a text; `None` where Go cannot read it.
fn typed(scalar: &Scalar) -> Option<(Scalar, String)> {
    let of = |text: String, tag| Scalar { tag, ..Scalar::string(text) };
    Some(match scalar.tag {
        Tag::Int => {
            let text = scalar.text.parse::<i64>().ok()?.to_string();
            (of(text.clone(), Tag::Int), text)
        }
        Tag::Float => {
            let value = scalar.text.parse::<f64>().ok()?;
            (of(value.to_string(), Tag::Float), in_text(value))
        }
        Tag::Bool => {
            let text = scalar.text.to_ascii_lowercase();
            (of(text.clone(), Tag::Bool), text)
        }
        _ => (Scalar::string(scalar.text.clone()), scalar.text.to_string()),
    })
}

/// A number as Go's `%v` prints it.
fn in_text(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-4..1e21).contains(&size) {
        return value.to_string();
    }
    let text = format!("{value:e}");
    match text.split_once("e-") {
        Some((digits, exponent)) => format!("{digits}e-{exponent:0>2}"),
        None => text.replace('e', "e+"),
    }
}
