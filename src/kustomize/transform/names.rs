//! Name references: fields that hold the name of another object follow it when prefixes, suffixes,
//! hashes or patches rename it (spec §2, "Choosing the referent").

use std::collections::HashMap;
use std::sync::Arc;

use crate::kustomize::config::NameReference;
use crate::kustomize::fieldspec::{self, FieldSpec};
use crate::kustomize::id::{Gvk, Id};
use crate::kustomize::resource::Resource;
use crate::source::Problem;
use crate::yaml::{Cause, Key, Node, Origin, Scalar, Tag, Value};

/// Updates every reference.
///
/// # Errors
/// When a reference could mean several objects with different names.
pub(in crate::kustomize) fn apply(resources: &mut [Resource], references: &[NameReference]) -> Result<(), Problem> {
    let targets = Targets::of(resources);
    // Resources of one type have the same fields.
    let mut fields: HashMap<(Arc<str>, Arc<str>), Vec<Field<'_>>> = HashMap::new();
    for resource in resources {
        let original = resource.original_id();
        let fields = fields
            .entry((original.api_version.clone(), original.kind.clone()))
            .or_insert_with(|| fields_of(&original, references));
        let referrer = Referrer::of(resource)?;
        for (target, spec) in fields.iter() {
            let wanted = Wanted { target, role: role(resource, spec), referrer: &referrer, targets: &targets };
            // The type was compared above, by what it was first: the kind may have been patched since.
            fieldspec::visit_path(&mut resource.node, &spec.path, &mut |field| wanted.follow(field))?;
        }
    }
    Ok(())
}

/// The type that a field refers to, and the field.
type Field<'a> = (&'a Gvk, &'a FieldSpec);

fn fields_of<'a>(original: &Id, references: &'a [NameReference]) -> Vec<Field<'a>> {
    let all = references.iter().flat_map(|reference| reference.referrers.iter().map(|spec| (&reference.target, spec)));
    all.filter(|(_, spec)| original.fits(&spec.gvk)).collect()
}

/// The type that `roleRef` names, where the field is its name.
fn role(resource: &Resource, spec: &FieldSpec) -> Option<Gvk> {
    if !spec.path.ends_with(&["roleRef".to_owned(), "name".to_owned()]) {
        return None;
    }
    let part = |field: &str| resource.node.at(&["roleRef", field])?.as_scalar().map(|scalar| scalar.text.to_string());
    Some(Gvk { group: part("apiGroup")?, version: String::new(), kind: part("kind")? })
}

/// What an object that may be referred to is called, now and before.
struct Target {
    id: Id,
    namespace: Option<Arc<str>>,
    name: Arc<str>,
    name_origin: Origin,
    original_namespace: Arc<str>,
    previous: Vec<Id>,
    prefixes: Vec<Arc<str>>,
    suffixes: Vec<Arc<str>>,
}

/// All objects that were renamed, by each name they had.
struct Targets {
    list: Vec<Target>,
    by_name: HashMap<Arc<str>, Vec<usize>>,
}

impl Targets {
    fn of(resources: &[Resource]) -> Self {
        let mut targets = Self { list: Vec::new(), by_name: HashMap::new() };
        for resource in resources.iter().filter(|resource| !resource.history.is_empty()) {
            let at = targets.list.len();
            let previous: Vec<Id> = resource.previous_ids().collect();
            for id in &previous {
                let same_name = targets.by_name.entry(id.name.clone()).or_default();
                if same_name.last() != Some(&at) {
                    same_name.push(at);
                }
            }
            targets.list.push(Target {
                id: resource.id(),
                namespace: resource.namespace(),
                name: resource.name(),
                name_origin: resource
                    .node
                    .at(&["metadata", "name"])
                    .map(|name| name.origin.clone())
                    .unwrap_or_default(),
                original_namespace: resource.original_id().namespace,
                previous,
                prefixes: resource.prefixes.clone(),
                suffixes: resource.suffixes.clone(),
            });
        }
        targets
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &Target> {
        self.by_name.get(name).into_iter().flatten().filter_map(|at| self.list.get(*at))
    }
}

/// What matters of the object that refers.
struct Referrer {
    id: Id,
    prefixes: Vec<Arc<str>>,
    suffixes: Vec<Arc<str>>,
    /// Namespaces of the service accounts that a role binding names.
    subject_namespaces: Vec<Arc<str>>,
}

impl Referrer {
    fn of(resource: &Resource) -> Result<Self, Problem> {
        let id = resource.id();
        let mut subject_namespaces = Vec::new();
        if &*id.kind == "RoleBinding" {
            for subject in resource.node.get("subjects").and_then(Node::as_seq).unwrap_or_default() {
                let is_account = subject.get("kind").and_then(Node::text) == Some("ServiceAccount");
                let Some(namespace) = subject.get("namespace").filter(|_| is_account) else { continue };
                let Some(scalar) = namespace.as_scalar().filter(|scalar| scalar.tag == Tag::Str) else {
                    return Err(Problem::new("the namespace of this service account is not a name")
                        .at(namespace.origin.span)
                        .hint("write the namespace, or leave the key out"));
                };
                subject_namespaces.push(scalar.text.clone());
            }
        }
        Ok(Self { id, prefixes: resource.prefixes.clone(), suffixes: resource.suffixes.clone(), subject_namespaces })
    }

    /// Whether the object can be referred to from here at all.
    fn reaches(&self, target: &Target) -> bool {
        self.id.is_cluster_scoped()
            || target.id.is_cluster_scoped()
            || target.id.namespace == self.id.namespace
            || target.namespace.as_ref().is_some_and(|namespace| self.subject_namespaces.contains(namespace))
    }

    /// Whether it is in the namespace of the referrer, or need not be.
    fn shares_namespace(&self, target: &Target) -> bool {
        self.id.is_cluster_scoped()
            || target.id.is_cluster_scoped()
            || &*target.id.kind == "ServiceAccount"
            || target.id.namespace == self.id.namespace
    }

    /// Whether the prefixes and suffixes of both end alike; with `loosely`, none at all fits any.
    fn same_affixes(&self, target: &Target, loosely: bool) -> bool {
        let alike = |a: &[Arc<str>], b: &[Arc<str>]| (loosely && (a.is_empty() || b.is_empty())) || same_ending(a, b);
        alike(&self.prefixes, &target.prefixes) && alike(&self.suffixes, &target.suffixes)
    }
}

fn same_ending(a: &[Arc<str>], b: &[Arc<str>]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.is_empty() { long.is_empty() } else { long.ends_with(short) }
}

/// A reference to be updated.
struct Wanted<'a> {
    target: &'a Gvk,
    role: Option<Gvk>,
    referrer: &'a Referrer,
    targets: &'a Targets,
}

impl Wanted<'_> {
    fn follow(&self, field: &mut Node) -> Result<(), Problem> {
        match &mut field.value {
            Value::Scalar(scalar) if scalar.tag == Tag::Null => Ok(()),
            Value::Scalar(_) => self.follow_name(field),
            Value::Map(_) => self.follow_map(field),
            Value::Seq(items) => items.iter_mut().try_for_each(|item| match &item.value {
                Value::Scalar(scalar) if scalar.tag == Tag::Null => Ok(()),
                Value::Scalar(_) => self.follow_name(item),
                Value::Map(_) => self.follow_map(item),
                Value::Seq(_) => {
                    Err(Problem::new("a reference should be a name or a map with a name").at(item.origin.span))
                }
            }),
        }
    }

    /// A field that holds a name.
    fn follow_name(&self, field: &mut Node) -> Result<(), Problem> {
        let Some(scalar) = field.as_scalar() else { return Ok(()) };
        let same = |a: &Target, b: &Target| a.name == b.name;
        let Some(found) = self.choose(&scalar.text, field, |_| true, same)? else { return Ok(()) };
        if found.name != scalar.text {
            write_name(field, found);
        }
        Ok(())
    }

    /// A field that holds a map with `name` and, often, `namespace`.
    fn follow_map(&self, field: &mut Node) -> Result<(), Problem> {
        let span = field.origin.span;
        let Some(name) = field.get("name").and_then(Node::as_scalar).map(|scalar| scalar.text.clone()) else {
            return Err(Problem::new("a reference has no `name`").at(span));
        };
        let namespace = field.get("namespace").and_then(Node::as_scalar).map(|scalar| scalar.text.clone());
        let candidates = || self.targets.list.iter().filter(|target| self.referrer.reaches(target));
        let by_original = namespace
            .as_ref()
            .is_some_and(|namespace| candidates().any(|target| target.original_namespace == *namespace));
        let in_namespace = |target: &Target| match &namespace {
            None => true,
            Some(namespace) if by_original => target.original_namespace == *namespace,
            Some(namespace) => target.id.namespace == *namespace,
        };
        let same = |a: &Target, b: &Target| a.name == b.name && a.namespace == b.namespace;
        let Some(found) = self.choose(&name, field, in_namespace, same)? else { return Ok(()) };
        if found.name == name && found.namespace.is_none() {
            return Ok(());
        }
        let Some(map) = field.as_map_mut() else { return Ok(()) };
        if let Some(field) = map.get_mut("name").filter(|_| found.name != name) {
            write_name(field, found);
        }
        let Some(namespace) = &found.namespace else { return Ok(()) };
        let changed = map.get("namespace").and_then(Node::as_scalar).is_none_or(|old| old.text != *namespace);
        if changed {
            let origin = Origin::new(found.name_origin.span, Cause::Reference);
            let value = Node::new(Value::Scalar(Scalar::string(namespace.clone())), origin);
            map.set(Key::new("namespace", span), value);
        }
        Ok(())
    }

    /// The object that `name` means, of those in `in_namespace`.
    fn choose(
        &self,
        name: &str,
        field: &Node,
        in_namespace: impl Fn(&Target) -> bool,
        same: impl Fn(&Target, &Target) -> bool,
    ) -> Result<Option<&Target>, Problem> {
        let had = |target: &Target, gvk: &Gvk| target.previous.iter().any(|id| id.fits(gvk));
        let mut candidates: Vec<&Target> = self
            .targets
            .named(name)
            .filter(|target| self.referrer.reaches(target))
            .filter(|target| in_namespace(target))
            .filter(|target| had(target, self.target))
            .filter(|target| self.role.as_ref().is_none_or(|role| had(target, role)))
            .filter(|target| self.referrer.shares_namespace(target))
            .collect();
        if candidates.len() != 1 {
            candidates.retain(|target| self.referrer.same_affixes(target, true));
            if candidates.len() > 1 {
                candidates.retain(|target| self.referrer.same_affixes(target, false));
            }
        }
        let Some((first, rest)) = candidates.split_first() else { return Ok(None) };
        match rest.iter().find(|other| !same(first, other)) {
            None => Ok(Some(*first)),
            Some(other) => Err(Problem::new(format!("`{name}` could mean `{}` or `{}`", first.id, other.id))
                .at(field.origin.span)
                .beside(first.name_origin.span)
                .beside(other.name_origin.span)
                .hint("give the objects different names in their bases")),
        }
    }
}

/// Writes the present name of an object; the text that gave it its name is the origin.
fn write_name(field: &mut Node, found: &Target) {
    let origin = Origin { cause: Cause::Reference, ..found.name_origin.clone() };
    field.overwrite(Node::new(Value::Scalar(Scalar::string(found.name.clone())), origin));
}
