//! `buildMetadata`: annotations and a label that say where an object comes from (docs/kustomize.md, "Plugins").
//!
//! As in kustomize, the annotations are there while the object is rendered, so patches see them.

use super::decode::Text;
use super::nodes;
use super::resource::{Resource, metadata_map};
use crate::yaml::{self, Cause, Dialect, Key, Node, Origin};

/// The annotation that says which file an object was read from, or what made it.
const ORIGIN: &str = "config.kubernetes.io/origin";

/// The annotation that lists what changed an object.
const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";

/// The options that ask for these annotations.
pub(super) const OPTIONS: [(&str, &str); 2] =
    [("originAnnotations", ORIGIN), ("transformerAnnotations", TRANSFORMATIONS)];

/// Where a kustomization stands, as seen from the one that is rendered.
#[derive(Debug, Clone)]
pub(super) struct Tracker {
    /// The way to its directory, as the entries that lead there write it.
    directory: String,
    /// The options of `buildMetadata`.
    options: Vec<Text>,
}

impl Tracker {
    /// Starts at the directory that is rendered; `None` where nothing is to be tracked.
    pub(super) fn start(options: &[Text]) -> Option<Self> {
        let options = (!options.is_empty()).then(|| options.to_vec())?;
        Some(Self { directory: String::new(), options })
    }

    /// Goes on to the directory that `entry` names.
    pub(super) fn enter(&self, entry: &str) -> Self {
        Self { directory: join(&self.directory, entry), options: self.options.clone() }
    }

    /// Notes the file that an object was read from.
    pub(super) fn read_from(&self, resource: &mut Resource, file: &str) {
        let path = join(&self.directory, file);
        self.annotate(resource, ORIGIN, &format!("path: {}\n", quoted(&path)));
    }

    /// Says that a field of the kustomization `file` does a thing, in terms of the plugin `kind`.
    pub(super) fn field(&self, file: &str, kind: &str) -> String {
        configured(&join(&self.directory, file), [("apiVersion", "builtin"), ("kind", kind), ("", ""), ("", "")])
    }

    /// Says that a plugin with this configuration does a thing.
    pub(super) fn plugin(config: &Resource) -> Option<String> {
        let origin = annotation(config, ORIGIN)?;
        let origin = yaml::parse_first(&yaml::Text::loose(origin), Dialect::Resource).ok().flatten();
        let path = origin.as_ref().and_then(|origin| origin.get("path")).and_then(Node::text).unwrap_or_default();
        let namespace = config.namespace().unwrap_or_default();
        Some(configured(
            path,
            [
                ("apiVersion", &*config.api_version()),
                ("kind", &*config.kind()),
                ("name", &*config.name()),
                ("namespace", &*namespace),
            ],
        ))
    }

    /// Notes what generated an object.
    pub(super) fn generated(&self, resource: &mut Resource, by: &str) {
        if annotation(resource, ORIGIN).is_none() {
            self.annotate(resource, ORIGIN, by);
        }
    }

    /// Notes what all objects went through.
    pub(super) fn transformed(&self, resources: &mut [Resource], by: &str) {
        let mut item = String::new();
        for (at, line) in by.lines().enumerate() {
            item.push_str(if at == 0 { "- " } else { "  " });
            item.push_str(line);
            item.push('\n');
        }
        for resource in resources {
            if annotation(resource, ORIGIN).is_none() {
                // What has no origin counts as made by the transformer.
                self.annotate(resource, ORIGIN, by);
            } else {
                let list = format!("{}{item}", annotation(resource, TRANSFORMATIONS).unwrap_or_default());
                self.annotate(resource, TRANSFORMATIONS, &list);
            }
        }
    }

    /// Sets an annotation without remembering what stood there: it is no value of the user's.
    fn annotate(&self, resource: &mut Resource, name: &str, text: &str) {
        // The annotation that no option asks for goes in the end.
        let option = OPTIONS.iter().find(|(_, annotation)| *annotation == name).map(|(option, _)| *option);
        let span = self.options.iter().find(|text| Some(&***text) == option).and_then(|text| text.span);
        let origin = || Origin::new(span, Cause::BuildMetadata);
        let Some(annotations) = annotations_mut(&mut resource.node, origin) else { return };
        // kustomize writes all of them anew.
        annotations.iter_mut().for_each(|entry| nodes::write_anew(&mut entry.value));
        annotations.remove(name);
        annotations.push(Key::new(name, span), Node::string(text, origin()));
    }
}

/// Keeps the origin of the object that a generator merges into.
pub(super) fn keep_origin(new: &mut Resource, old: &Resource) {
    let Some(entry) = old.node.at(&["metadata", "annotations"]).and_then(|map| map.as_map()?.entry(ORIGIN)) else {
        return;
    };
    let Some(annotations) = annotations_mut(&mut new.node, || entry.value.origin.clone()) else { return };
    annotations.remove(ORIGIN);
    annotations.push(entry.key.clone(), entry.value.clone());
}

fn annotation<'a>(resource: &'a Resource, name: &str) -> Option<&'a str> {
    metadata_map(&resource.node, "annotations").find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The annotations of an object, made where there are none.
fn annotations_mut(node: &mut Node, origin: impl Fn() -> Origin) -> Option<&mut yaml::Map> {
    let mut node = node;
    for key in ["metadata", "annotations"] {
        let map = node.as_map_mut()?;
        if map.get(key).is_none_or(|value| value.as_map().is_none()) {
            map.remove(key);
            map.push(Key::new(key, origin().span), Node::empty_map(origin()));
        }
        node = map.get_mut(key)?;
    }
    node.as_map_mut()
}

/// The annotation for what is configured in a file.
fn configured(file: &str, by: [(&str, &str); 4]) -> String {
    let mut text = String::new();
    if !file.is_empty() {
        text.push_str(&format!("configuredIn: {}\n", quoted(file)));
    }
    text.push_str("configuredBy:\n");
    for (key, value) in by.into_iter().filter(|(_, value)| !value.is_empty()) {
        text.push_str(&format!("  {key}: {}\n", quoted(value)));
    }
    text
}

/// A string as YAML writes it on one line.
fn quoted(text: &str) -> String {
    let node = Node::string(text, Origin::default());
    yaml::emit(&node).map_or_else(|_| text.to_owned(), |text| text.trim_end().to_owned())
}

/// Follows a written path from another, by name alone. Unlike paths in the repository, it may start with
/// `..`.
fn join(directory: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
