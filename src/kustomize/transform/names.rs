//! Name references: fields that hold the name of another object follow it when prefixes, suffixes,
//! hashes or patches rename it (docs/kustomize.md, "Names and references").

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::kustomize::config::NameReference;
use crate::kustomize::fieldspec::{self, FieldSpec};
use crate::kustomize::id::{CLUSTER, Gvk, Id};
use crate::kustomize::resource::Resource;
use crate::source::Problem;
use crate::yaml::{Cause, Key, Node, Origin, Scalar, Tag, Value};

/// Updates every reference; `quirks` takes those that are left behind.
///
/// # Errors
/// When a reference could mean several objects with different names.
pub(in crate::kustomize) fn apply(
    resources: &mut [Resource],
    references: &[NameReference],
    quirks: &mut Vec<Problem>,
) -> Result<(), Problem> {
    let targets = Targets::of(resources);
    // Resources of one type have the same fields.
    let mut fields: HashMap<(Arc<str>, Arc<str>), Vec<Field<'_>>> = HashMap::new();
    resources.iter().try_for_each(refuse_commas)?;
    for resource in resources {
        let original = resource.original_id();
        let fields = fields
            .entry((original.api_version.clone(), original.kind.clone()))
            .or_insert_with(|| fields_of(&original, references));
        let referrer = Referrer::of(resource)?;
        for (target, spec) in fields.iter() {
            let wanted = Wanted { target, role: role(resource, spec), referrer: &referrer, targets: &targets };
            // The type was compared above, by what it was first: the kind may have been patched since.
            fieldspec::visit_path(&mut resource.node, &spec.path, &mut |field| wanted.follow(field, quirks))?;
        }
    }
    Ok(())
}

/// Refuses what kustomize cannot rename: it keeps former names, namespaces and kinds in lists that commas divide.
fn refuse_commas(resource: &Resource) -> Result<(), Problem> {
    let commas = |text: &str| text.matches(',').count();
    let names: usize = resource.history.iter().map(|previous| commas(&previous.name)).sum();
    let namespaces: usize = resource.history.iter().map(|previous| commas(&previous.namespace)).sum();
    let kinds: usize = resource.history.iter().map(|previous| commas(&previous.kind)).sum();
    if names == namespaces && names == kinds {
        return Ok(());
    }
    let span = resource.node.at(&["metadata", "name"]).and_then(|name| name.origin.span);
    Err(Problem::new(format!("kustomize cannot rename `{}`: the name, namespace or kind has a comma", resource.name()))
        .at(span)
        .hint("use letters, digits and `-`"))
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
    namespace_origin: Origin,
    original_namespace: Arc<str>,
    previous: Vec<Id>,
    prefixes: Vec<Arc<str>>,
    suffixes: Vec<Arc<str>>,
}

/// All objects that were renamed, by each name they had.
struct Targets {
    list: Vec<Target>,
    by_name: HashMap<Arc<str>, Vec<usize>>,
    /// Kind, namespace and name of every object as it is now.
    present: HashSet<(Arc<str>, Arc<str>, Arc<str>)>,
}

impl Targets {
    fn of(resources: &[Resource]) -> Self {
        let ids = resources.iter().map(Resource::id);
        let present = ids.map(|id| (id.kind, id.namespace, id.name)).collect();
        let mut targets = Self { list: Vec::new(), by_name: HashMap::new(), present };
        for resource in resources.iter().filter(|resource| !resource.history.is_empty()) {
            let at = targets.list.len();
            let previous: Vec<Id> = resource.previous_ids().collect();
            for id in &previous {
                let same_name = targets.by_name.entry(id.name.clone()).or_default();
                if same_name.last() != Some(&at) {
                    same_name.push(at);
                }
            }
            let origin = |field| resource.node.at(&["metadata", field]).map(|node| node.origin.clone());
            targets.list.push(Target {
                id: resource.id(),
                namespace: resource.namespace(),
                name: resource.name(),
                name_origin: origin("name").unwrap_or_default(),
                namespace_origin: origin("namespace").unwrap_or_default(),
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
    fn follow(&self, field: &mut Node, quirks: &mut Vec<Problem>) -> Result<(), Problem> {
        match &mut field.value {
            Value::Scalar(scalar) if scalar.tag == Tag::Null => Ok(()),
            Value::Scalar(_) => self.follow_name(field, quirks),
            Value::Map(_) => self.follow_map(field),
            Value::Seq(items) => items.iter_mut().try_for_each(|item| match &item.value {
                Value::Scalar(scalar) if scalar.tag == Tag::Null => Ok(()),
                Value::Scalar(_) => self.follow_name(item, quirks),
                Value::Map(_) => self.follow_map(item),
                Value::Seq(_) => {
                    Err(Problem::new("a reference should be a name or a map with a name").at(item.origin.span))
                }
            }),
        }
    }

    /// A field that holds a name.
    fn follow_name(&self, field: &mut Node, quirks: &mut Vec<Problem>) -> Result<(), Problem> {
        let Some(scalar) = field.as_scalar() else { return Ok(()) };
        let same = |a: &Target, b: &Target| a.name == b.name;
        match self.choose(&scalar.text, field, |_| true, same)? {
            Some(found) if found.name != scalar.text => write_name(field, found),
            Some(_) => {}
            None => quirks.extend(self.left_behind(&scalar.text, field)),
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
            map.set(Key::new("namespace", span), followed(namespace, &found.namespace_origin));
        }
        Ok(())
    }

    /// What to say of a reference that stays as it is though an object of that name was renamed, because that
    /// one is in another namespace. Where an object of its own namespace bears the name, that is the one meant.
    fn left_behind(&self, name: &Arc<str>, field: &Node) -> Option<Problem> {
        let own = &self.referrer.id.namespace;
        let renamed = |target: &&Target| {
            target.name != *name && target.id.namespace != *own && target.previous.iter().any(|id| id.fits(self.target))
        };
        let target = self.targets.named(name).find(renamed)?;
        if self.targets.present.contains(&(target.id.kind.clone(), own.clone(), name.clone())) {
            return None;
        }
        let place = |namespace: &str| match namespace {
            CLUSTER => "no namespace".to_owned(),
            namespace => format!("namespace `{namespace}`"),
        };
        Some(
            Problem::new(format!(
                "`{name}` is not renamed to `{}`, because that is in {} and the reference in {}",
                target.name,
                place(&target.id.namespace),
                place(own)
            ))
            .at(field.origin.span)
            .via(target.name_origin.span)
            .hint("set the same `namespace` for both, in the kustomization that makes the object too"),
        )
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
    field.overwrite(followed(&found.name, &found.name_origin));
}

/// A text of the object that is referred to; what set it there is what sets it here.
fn followed(text: &Arc<str>, origin: &Origin) -> Node {
    let origin = Origin { cause: Cause::Reference, ..origin.clone() };
    Node::new(Value::Scalar(Scalar::string(text.clone())), origin)
}
