//! `patches`, `patchesStrategicMerge` and `patchesJson6902`: which resources a patch is for, and what it
//! may not change (docs/kustomize.md, "Patches"). The two algorithms are [`crate::kustomize::merge`] and
//! [`crate::kustomize::json6902`].

use std::collections::HashMap;
use std::sync::Arc;

use crate::kustomize::decode::Text;
use crate::kustomize::effects::Effects;
use crate::kustomize::hash::NEEDS_HASH;
use crate::kustomize::id::Id;
use crate::kustomize::json6902::{self, Op};
use crate::kustomize::kustomization::Patch;
use crate::kustomize::load::Loader;
use crate::kustomize::manifest::{self, Role};
use crate::kustomize::merge::{Merged, merge};
use crate::kustomize::nodes::{is_ambiguous, write_anew};
use crate::kustomize::resource::{Resource, set_at};
use crate::kustomize::resources::Resources;
use crate::kustomize::schema::Schema;
use crate::kustomize::selector::Selector;
use crate::kustomize::ties::Ties;
use crate::schema::nearest;
use crate::source::{Problem, Reason};
use crate::yaml::{self, Cause, Dialect, Entry, Key, Node, Scalar, Value};

/// What patches work with besides the resources.
pub(in crate::kustomize) struct Patching<'a> {
    pub(in crate::kustomize) loader: &'a Loader<'a>,
    pub(in crate::kustomize) schema: &'a Arc<Schema>,
    /// Whether what is not there may be in a part that cannot be seen.
    pub(in crate::kustomize) is_open: bool,
    /// Takes what kustomize does silently and users should know.
    pub(in crate::kustomize) quirks: &'a mut Vec<Problem>,
}

/// What a patch may change of a resource's identity.
#[derive(Debug, Clone, Copy, Default)]
struct Allow {
    name: bool,
    kind: bool,
}

/// The text of a patch, as one of the two forms.
enum Form {
    Merge(Vec<Node>),
    Ops(Vec<Op>),
}

impl Patching<'_> {
    /// Applies an entry of `patches`.
    pub(in crate::kustomize) fn apply(&mut self, resources: &mut Resources, patch: &Patch) -> Result<(), Problem> {
        let led_here = patch.path.as_ref().and_then(|path| path.span);
        let text = patch.patch.as_ref().filter(|text| !text.trim().is_empty());
        let form = match (&patch.path, text) {
            (None, None) => {
                return Err(Problem::new("a patch needs `path` or `patch`")
                    .at(patch.span)
                    .hint("name a file as `path`, or write the patch as `patch: |`"));
            }
            (Some(path), Some(_)) => {
                return Err(Problem::new("a patch has both `path` and `patch`").at(path.span).hint("keep one of them"));
            }
            (Some(path), None) => self.read_file(path, patch)?,
            (None, Some(text)) => form_of(&trimmed(&yaml::Text::of_scalar(self.loader.files(), text, text.span)))?,
        };
        let target = patch.target.as_ref().map(Selector::decode).transpose()?;
        let allow = Allow { name: patch.allow_name_change, kind: patch.allow_kind_change };
        let applied = match (form, target) {
            (Form::Merge(documents), None) => self.merge_all(resources, &documents, allow),
            (Form::Merge(documents), Some(target)) => match documents.as_slice() {
                [] => Ok(()),
                [document] => self.merge_selected(resources, document, &target, allow),
                [_, second, ..] => Err(Problem::new("a patch with a `target` holds several documents")
                    .at(second.origin.span)
                    .hint("make each an entry of `patches` of its own")),
            },
            (Form::Ops(_), None) => {
                return Err(Problem::new("a JSON patch needs a `target`")
                    .at(patch.span)
                    .hint("add `target:` with the kind and name of the object to change"));
            }
            (Form::Ops(ops), Some(target)) => self.apply_ops(resources, &ops, &target, true),
        };
        applied.map_err(|problem| problem.via(led_here))
    }

    /// Applies an entry of `patchesJson6902`.
    pub(in crate::kustomize) fn apply_json6902(
        &mut self,
        resources: &mut Resources,
        patch: &Patch,
    ) -> Result<(), Problem> {
        let Some(target) = patch.target.as_ref().map(Selector::decode).transpose()?.filter(|target| target.has_name)
        else {
            return Err(Problem::new("a JSON patch needs the name of its target")
                .at(patch.span)
                .hint("add `target:` with the kind and name of the object to change"));
        };
        let ops = match (&patch.path, patch.patch.as_ref().filter(|text| !text.is_empty())) {
            (None, None) => {
                return Err(Problem::new("a JSON patch needs `path` or `patch`")
                    .at(patch.span)
                    .hint("name a file as `path`, or write the operations as `patch: |`"));
            }
            (Some(path), Some(_)) => {
                return Err(Problem::new("a JSON patch has both `path` and `patch`")
                    .at(path.span)
                    .hint("keep one of them"));
            }
            (Some(path), None) => {
                let content = self.loader.read_text(path)?;
                patch.mark(content.file());
                json6902::read(&content.yaml()).map_err(|problem| problem.via(path.span))?
            }
            (None, Some(text)) => json6902::read(&yaml::Text::of_scalar(self.loader.files(), text, text.span))?,
        };
        if ops.is_empty() {
            return Err(Problem::new("the JSON patch is empty")
                .at(patch.span)
                .hint("write its operations, or remove the entry"));
        }
        let led_here = patch.path.as_ref().and_then(|path| path.span);
        self.apply_ops(resources, &ops, &target, false).map_err(|problem| problem.via(led_here))
    }

    /// Applies `patchesStrategicMerge`: files, or patches written in place.
    pub(in crate::kustomize) fn apply_strategic_merge(
        &mut self,
        resources: &mut Resources,
        entries: &[Text],
    ) -> Result<(), Problem> {
        let mut documents = Vec::new();
        for entry in entries {
            let inline = yaml::Text::of_scalar(self.loader.files(), entry, entry.span);
            match manifest::read(&inline, Role::Patch) {
                Ok(found) => documents.push((found, None)),
                // Text of one line is the path of a file.
                Err(problem) if entry.contains('\n') => return Err(problem),
                Err(_) => {
                    let found = manifest::read(&self.loader.read_text(entry)?.yaml(), Role::Patch)
                        .map_err(|problem| problem.via(entry.span))?;
                    documents.push((found, entry.span));
                }
            }
        }
        if let (true, Some(first)) = (documents.iter().all(|(found, _)| found.is_empty()), entries.first()) {
            return Err(Problem::new("the patches are empty")
                .at(first.span)
                .hint("write a patch, or remove the entry"));
        }
        for (found, led_here) in documents {
            let found: Vec<Node> = found.into_iter().map(copied).collect();
            self.merge_all(resources, &found, Allow::default()).map_err(|problem| problem.via(led_here))?;
        }
        resources.check_unique()
    }

    fn read_file(&self, path: &Text, patch: &Patch) -> Result<Form, Problem> {
        let content = self.loader.read_text(path)?;
        patch.mark(content.file());
        form_of(&content.yaml()).map_err(|problem| problem.via(path.span))
    }

    /// Merges each document into the one resource that has, or had, its id.
    fn merge_all(&mut self, resources: &mut Resources, documents: &[Node], allow: Allow) -> Result<(), Problem> {
        let mut index = Index::of(resources);
        for document in documents {
            let noted = (allow.name || allow.kind).then(|| annotated(document.clone()));
            let document = noted.as_ref().unwrap_or(document);
            let id = Resource { types: Some(self.schema.clone()), ..Resource::new(document.clone()) }.id();
            let found: Vec<usize> = index.named(&id.name, resources, &id);
            let position = match found.as_slice() {
                [position] => position,
                [] if self.is_open => continue,
                _ => return Err(unmatched(&id, document, found.len(), resources)),
            };
            let Some(resource) = resources.all_mut().get_mut(*position) else { continue };
            let deleted = self.merge_into(resource, document, allow)?;
            if deleted {
                resources.all_mut().remove(*position);
            }
            if deleted || allow.name {
                index = Index::of(resources);
            }
        }
        Ok(())
    }

    /// Merges a document into every resource that the target selects.
    fn merge_selected(
        &mut self,
        resources: &mut Resources,
        document: &Node,
        target: &Selector,
        allow: Allow,
    ) -> Result<(), Problem> {
        let selected: Vec<bool> = resources.iter().map(|resource| target.selects(resource)).collect();
        if !selected.contains(&true) && !self.is_open {
            self.quirks.push(no_match(target));
        }
        let mut patch = copied(document.clone());
        let mut selected = selected.into_iter();
        let mut failure = None;
        resources.all_mut().retain_mut(|resource| {
            if failure.is_some() || selected.next() != Some(true) {
                return true;
            }
            // The patch counts as one of the resource's own version.
            if let (Some(version), Some(map)) = (resource.node.get("apiVersion"), patch.as_map_mut()) {
                if let Some(own) = map.get_mut("apiVersion") {
                    own.value = version.value.clone();
                } else {
                    map.push(Key::new("apiVersion", version.origin.span), version.clone());
                }
            }
            match self.merge_into(resource, &patch, allow) {
                Ok(deleted) => !deleted,
                Err(problem) => {
                    failure = Some(problem);
                    true
                }
            }
        });
        match failure {
            Some(problem) => Err(problem),
            None => resources.check_unique(),
        }
    }

    /// Merges a document into a resource and puts back what it may not change. True where it deletes it.
    fn merge_into(&mut self, resource: &mut Resource, patch: &Node, allow: Allow) -> Result<bool, Problem> {
        if allow.name || allow.kind {
            resource.remember_id();
        }
        let kind = (!allow.kind).then(|| entry(&resource.node, &["kind"])).flatten();
        let name = (!allow.name).then(|| entry(&resource.node, &["metadata", "name"])).flatten();
        let namespace = entry(&resource.node, &["metadata", "namespace"]).filter(|entry| !entry.value.is_null());
        let mut effects = Effects::default();
        let merged = merge(&mut resource.node, patch, self.schema, &mut effects)?;
        self.quirks.append(&mut effects.quirks);
        if merged == Merged::Deleted {
            return Ok(true);
        }
        resource.removed.append(&mut effects.removals);
        if clears_annotations(patch) {
            resource.forget();
        }
        if patch.at(&NEEDS_HASH).is_some_and(Node::is_null) {
            resource.hashed_by = None;
        }
        put_back(&mut resource.node, &[], "kind", kind, false);
        put_back(&mut resource.node, &["metadata"], "name", name, false);
        put_back(&mut resource.node, &["metadata"], "namespace", namespace, true);
        resource.settle(self.quirks);
        Ok(false)
    }

    fn apply_ops(
        &mut self,
        resources: &mut Resources,
        ops: &[Op],
        target: &Selector,
        remember: bool,
    ) -> Result<(), Problem> {
        let mut matched = false;
        for resource in resources.all_mut().iter_mut().filter(|resource| target.selects(resource)) {
            matched = true;
            if remember {
                resource.remember_id();
            }
            resource.show_annotations();
            let mut effects = Effects::default();
            let object = resource.node.origin.span;
            let needs_hash = resource.node.at(&NEEDS_HASH).and_then(Node::as_scalar).cloned();
            json6902::apply(&mut resource.node, ops, &mut effects).map_err(|problem| {
                let nothing_closer = problem.besides().is_empty();
                problem.beside(object.filter(|_| nothing_closer))
            })?;
            resource.ties = Ties::default();
            if let Some(metadata) = resource.node.get_mut("metadata").and_then(Node::as_map_mut) {
                // What is no map is lost when kustomize writes its own annotations back.
                if metadata.get("annotations").is_some_and(|annotations| annotations.as_map().is_none()) {
                    metadata.remove("annotations");
                }
            }
            if let Some(needs_hash) = needs_hash {
                // kustomize puts its own annotations back.
                set_at(&mut resource.node, &NEEDS_HASH, needs_hash, object, Cause::JsonPatch);
            }
            resource.removed.append(&mut effects.removals);
            self.quirks.append(&mut effects.quirks);
        }
        if !matched && !self.is_open {
            self.quirks.push(no_match(target));
        }
        Ok(())
    }
}

/// Whether a merge leaves nothing of the annotations that were there.
fn clears_annotations(patch: &Node) -> bool {
    let replaces = |path: &[&str]| {
        patch.at(path).is_some_and(|node| {
            node.is_null() || matches!(node.get("$patch").and_then(Node::text), Some("replace" | "delete"))
        })
    };
    replaces(&["metadata"]) || replaces(&["metadata", "annotations"])
}

fn no_match(target: &Selector) -> Problem {
    Problem::new("the target of this patch matches nothing, so the patch changes nothing")
        .at(target.span)
        .reason(Reason::Unmatched)
        .hint("check kind, name and namespace: all parts of a target must fit")
}

fn unmatched(id: &Id, document: &Node, count: usize, resources: &Resources) -> Problem {
    let at = document.at(&["metadata", "name"]).and_then(|name| name.origin.span).or(document.origin.span);
    if count > 1 {
        return Problem::new(format!("`{id}` matches {count} resources")).at(at).hint("say which with `target:`");
    }
    let problem = Problem::new(format!("no resource matches this patch of `{id}`")).at(at);
    let near = resources.iter().map(Resource::id).find(|other| other.name == id.name && other.kind == id.kind);
    let near = near.or_else(|| {
        let same_kind = || resources.iter().map(Resource::id).filter(|other| other.kind == id.kind);
        let names: Vec<Arc<str>> = same_kind().map(|other| other.name).collect();
        let name = nearest(&id.name, names.iter().map(|name| &**name))?;
        same_kind().find(|other| *other.name == *name)
    });
    let near = near
        .or_else(|| resources.iter().map(Resource::id).find(|other| other.name == id.name || other.kind == id.kind));
    match near {
        Some(other) if other.name == id.name && other.kind == id.kind && other.namespace == id.namespace => problem
            .hint(format!("`{other}` has apiVersion `{}`, the patch says `{}`", other.api_version, id.api_version)),
        Some(other) => {
            problem.hint(format!("there is `{other}`: name, kind, apiVersion and namespace must be the same"))
        }
        None => problem.hint("name, kind, apiVersion and namespace must be those of a resource listed above"),
    }
}

/// Positions of resources by the names they have or had.
struct Index(HashMap<Arc<str>, Vec<usize>>);

impl Index {
    fn of(resources: &Resources) -> Self {
        let mut index: HashMap<Arc<str>, Vec<usize>> = HashMap::new();
        for (at, resource) in resources.iter().enumerate() {
            let names = resource.history.iter().map(|previous| previous.name.clone()).chain([resource.name()]);
            for name in names {
                let positions = index.entry(name).or_default();
                if positions.last() != Some(&at) {
                    positions.push(at);
                }
            }
        }
        Self(index)
    }

    fn named(&self, name: &str, resources: &Resources, id: &Id) -> Vec<usize> {
        let positions = self.0.get(name).into_iter().flatten().copied();
        let is =
            |at: &usize| resources.as_slice().get(*at).is_some_and(|resource| resource.any_id(|other| other == id));
        positions.filter(is).collect()
    }
}

/// A patch that is written in place, as kustomize takes it: the end of a block scalar in it goes too.
fn trimmed<'a>(text: &yaml::Text<'a>) -> yaml::Text<'a> {
    let start = text.content.len() - text.content.trim_start().len();
    text.slice(start, start + text.content.trim().len())
}

/// Tells operations, which are a list, from a strategic merge patch.
fn form_of(text: &yaml::Text<'_>) -> Result<Form, Problem> {
    if starts_a_list(text.content) {
        return json6902::read(text).map(Form::Ops);
    }
    manifest::read(text, Role::Patch).map(Form::Merge)
}

/// Whether the first line that says something begins a list.
fn starts_a_list(content: &str) -> bool {
    let lines = content.trim_start_matches('\u{feff}').lines().map(str::trim_start);
    let is_separator = |line: &str| {
        let rest = line.strip_prefix("---").map(str::trim_start);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('#'))
    };
    let mut said = lines.filter(|line| !line.is_empty() && !line.starts_with('#') && !is_separator(line));
    said.next().is_some_and(|line| match line.bytes().next() {
        Some(b'[') => true,
        Some(b'-') => line.get(1..).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t'])),
        // An anchor, a tag or a separator with more behind it: only the parser can tell.
        Some(b'&' | b'!' | b'%') => {
            let root = yaml::parse_first(&yaml::Text::loose(content), Dialect::Config);
            root.is_ok_and(|root| root.is_some_and(|root| root.as_seq().is_some()))
        }
        _ => false,
    })
}

/// Patches of a `target`, and those of `patchesStrategicMerge`, are copied before they are applied. Their name is written
/// anew then, and so are labels and annotations: values are strings, null included, and what is no map with entries is
/// gone, so that it deletes nothing.
fn copied(patch: Node) -> Node {
    let name = entry(&patch, &["metadata", "name"]);
    let mut patch = rewritten(patch, &["labels", "annotations"]);
    put_back(&mut patch, &["metadata"], "name", name, false);
    patch
}

/// kustomize notes in annotations of a patch what it may change, and so writes them anew.
fn annotated(patch: Node) -> Node {
    rewritten(patch, &["annotations"])
}

fn rewritten(mut patch: Node, fields: &[&str]) -> Node {
    let Some(metadata) = patch.get_mut("metadata").and_then(Node::as_map_mut) else { return patch };
    for field in fields {
        let Some(map) = metadata.get_mut(field).and_then(Node::as_map_mut).filter(|map| !map.is_empty()) else {
            metadata.remove(field);
            continue;
        };
        for entry in map.iter_mut() {
            entry.key = Key::plain(entry.key.text.clone(), entry.key.span);
            write_anew(&mut entry.value);
        }
    }
    patch
}

fn entry(node: &Node, path: &[&str]) -> Option<Entry> {
    let (field, parents) = path.split_last()?;
    node.at(parents)?.as_map()?.entry(field).cloned()
}

/// Puts the text of an entry back; with `or_clear`, takes it out where there was none.
fn put_back(node: &mut Node, parents: &[&str], field: &str, old: Option<Entry>, or_clear: bool) {
    if let ([parent], Some(old), Some(map)) = (parents, &old, node.as_map_mut())
        && map.get(parent).is_none()
    {
        map.push(Key::new(*parent, old.key.span), Node::empty_map(old.value.origin.clone()));
    }
    let Some(map) = parents.iter().try_fold(node, |node, key| node.get_mut(key)).and_then(Node::as_map_mut) else {
        return;
    };
    // It is written without a type of its own: the quotes that stand there by now, or that a new entry gets, keep it text.
    let quoted = map.get(field).map(|node| node.as_scalar().is_some_and(|scalar| scalar.quoted));
    let old = old.map(|mut old| {
        if let Value::Scalar(scalar) = &mut old.value.value {
            let text = scalar.text.clone();
            let quoted = quoted.unwrap_or_else(|| is_ambiguous(&text));
            let anew = if quoted { Scalar::string(text) } else { Scalar::plain(text) };
            *scalar = Scalar { quoted, untagged: true, tie: scalar.tie, ..anew };
        }
        old
    });
    match (map.get_mut(field), old) {
        (Some(value), Some(old)) => *value = old.value,
        (None, Some(old)) => map.push(old.key, old.value),
        (Some(_), None) if or_clear => {
            map.remove(field);
        }
        _ => {}
    }
}
