//! `crds`: definitions of custom types, from which fields are learned that names, labels and annotations
//! belong to (docs/kustomize.md, "Plugins"). They are definitions as Kubernetes' code generator writes them, by type
//! name; a `CustomResourceDefinition` is none.

use super::config::{Config, NameReference};
use super::fieldspec::{self, FieldSpec};
use super::id::Gvk;
use crate::source::Problem;
use crate::yaml::{Map, Node};

/// The fields that the definitions of one file add.
///
/// # Errors
/// When the file holds something else, or a type refers to itself.
pub(super) fn decode(root: &Node) -> Result<Config, Problem> {
    let wrong = |node: &Node| {
        Problem::new("`crds` wants a map from names of types to their definitions")
            .at(node.origin.span)
            .hint("list a `CustomResourceDefinition` under `resources` instead")
    };
    let types = root.as_map().ok_or_else(|| wrong(root))?;
    if let Some(entry) = types.iter().find(|entry| entry.value.as_map().is_none()) {
        return Err(wrong(&entry.value));
    }
    let mut config = Config::default();
    for entry in types.iter().filter(|entry| is_object(&entry.value)) {
        let kind = entry.key.text.rsplit('.').next().unwrap_or_default();
        let gvk = Gvk { kind: kind.to_owned(), ..Gvk::default() };
        Reading { types, gvk, config: &mut config }.read(&entry.key.text, &mut Vec::new(), &mut Vec::new())?;
    }
    Ok(config)
}

fn properties(definition: &Node) -> Option<&Map> {
    definition
        .as_map()?
        .iter()
        .find(|entry| entry.key.text.eq_ignore_ascii_case("schema"))?
        .value
        .get("properties")?
        .as_map()
}

/// Whether a definition is one of a whole object, not of a part.
fn is_object(definition: &Node) -> bool {
    let has = |properties: &Map| ["kind", "apiVersion", "metadata"].iter().all(|name| properties.get(name).is_some());
    properties(definition).is_some_and(has)
}

/// One type being read with the parts that it refers to.
struct Reading<'a> {
    types: &'a Map,
    gvk: Gvk,
    config: &'a mut Config,
}

impl<'a> Reading<'a> {
    /// Reads the properties of `name`, found at `path`; `within` are the types that led here.
    fn read(&mut self, name: &'a str, path: &mut Vec<String>, within: &mut Vec<&'a str>) -> Result<(), Problem> {
        let Some(entry) = self.types.entry(name) else { return Ok(()) };
        if within.contains(&name) {
            return Err(Problem::new(format!("the type `{name}` refers to itself"))
                .at(entry.key.span)
                .hint("kustomize cannot read such types from `crds`: list the fields under `configurations`"));
        }
        within.push(name);
        for property in properties(&entry.value).into_iter().flat_map(Map::iter) {
            path.push(property.key.text.to_string());
            self.read_property(&property.value, path)?;
            if let Some(part) = property.value.get("$ref").and_then(Node::as_str) {
                self.read(part, path, within)?;
            }
            path.pop();
        }
        within.pop();
        Ok(())
    }

    fn read_property(&mut self, property: &Node, path: &[String]) -> Result<(), Problem> {
        let extension = |name: &str| property.get(name).and_then(Node::as_str);
        let spec = FieldSpec { gvk: self.gvk.clone(), path: path.to_vec(), create: false };
        for (name, specs) in [
            ("x-kubernetes-annotation", &mut self.config.common_annotations),
            ("x-kubernetes-label-selector", &mut self.config.common_labels),
            ("x-kubernetes-identity", &mut self.config.name_prefix),
        ] {
            if extension(name).is_some() {
                fieldspec::merge(specs, std::slice::from_ref(&spec))?;
            }
        }
        let version = extension("x-kubernetes-object-ref-api-version");
        let kind = extension("x-kubernetes-object-ref-kind");
        if let (Some(version), Some(kind)) = (version, kind) {
            let mut spec = spec;
            spec.path.push(extension("x-kubernetes-object-ref-name-key").unwrap_or("name").to_owned());
            let target = Gvk { group: String::new(), version: version.to_owned(), kind: kind.to_owned() };
            self.config.refer(NameReference { target, referrers: vec![spec] })?;
        }
        Ok(())
    }
}
