//! `namespace` (docs/kustomize.md, "Namespace").

use std::collections::HashMap;

use crate::kustomize::decode::Text;
use crate::kustomize::fieldspec::{self, Create, FieldSpec};
use crate::kustomize::id::Id;
use crate::kustomize::resource::Resource;
use crate::source::Problem;
use crate::yaml::{Cause, Key, Node, Origin, Scalar, Tag, Value};

/// Which subjects of role bindings follow the namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::kustomize) enum Subjects {
    /// Those named `default`.
    #[default]
    DefaultOnly,
    /// All service accounts.
    AllServiceAccounts,
    /// None.
    None,
}

/// How a namespace is set.
pub(in crate::kustomize) struct Setting<'a> {
    pub(in crate::kustomize) namespace: &'a Text,
    pub(in crate::kustomize) specs: &'a [FieldSpec],
    pub(in crate::kustomize) subjects: Subjects,
    /// Only where there is no namespace.
    pub(in crate::kustomize) unset_only: bool,
}

impl Setting<'_> {
    /// Moves all resources into the namespace.
    ///
    /// # Errors
    /// When two resources come to have the same id.
    pub(in crate::kustomize) fn apply(&self, resources: &mut [Resource]) -> Result<(), Problem> {
        for resource in resources.iter_mut() {
            resource.remember_id();
            self.write(resource)?;
        }
        self.check_unique(resources)
    }

    fn check_unique(&self, resources: &[Resource]) -> Result<(), Problem> {
        let mut seen: HashMap<Id, &Resource> = HashMap::new();
        for resource in resources {
            if let Some(first) = seen.insert(resource.id(), resource) {
                let name =
                    |resource: &Resource| resource.node.at(&["metadata", "name"]).and_then(|name| name.origin.span);
                return Err(Problem::new(format!("the namespace makes two resources the same: `{}`", resource.id()))
                    .at(self.namespace.span)
                    .beside(name(resource))
                    .beside(name(first)));
            }
        }
        Ok(())
    }

    /// Writes the namespace into one object.
    pub(in crate::kustomize) fn write(&self, resource: &mut Resource) -> Result<(), Problem> {
        let is_cluster_scoped = resource.is_cluster_scoped();
        let node = &mut resource.node;
        let text =
            |key: &str| node.get(key).and_then(Node::as_scalar).map(|scalar| scalar.text.clone()).unwrap_or_default();
        let (api_version, kind) = (text("apiVersion"), text("kind"));
        let origin = Origin::new(self.namespace.span, Cause::Namespace);
        let mut set = |field: &mut Node| self.set(field);
        if !is_cluster_scoped {
            let spec = FieldSpec::any("metadata/namespace", true);
            fieldspec::visit(node, &spec, Create::Scalar, &origin, &mut set)?;
        }
        let is_binding = matches!(&*kind, "RoleBinding" | "ClusterRoleBinding");
        if is_binding {
            self.write_subjects(node)?;
        }
        for spec in self.specs {
            let by_hand = spec.path == ["metadata", "namespace"]
                || (spec.path == ["metadata", "name"] && &*api_version != "v1")
                || (is_binding
                    && spec.path == ["subjects", "namespace"]
                    && matches!(spec.gvk.kind.as_str(), "RoleBinding" | "ClusterRoleBinding"));
            if !by_hand {
                fieldspec::visit(node, spec, Create::Scalar, &origin, &mut set)?;
            }
        }
        Ok(())
    }

    fn write_subjects(&self, binding: &mut Node) -> Result<(), Problem> {
        let Some(subjects) = binding.get_mut("subjects").and_then(Node::as_seq_mut) else { return Ok(()) };
        for subject in subjects {
            let is = |field: &str, text: &str| subject.get(field).and_then(Node::text) == Some(text);
            let follows = match self.subjects {
                Subjects::DefaultOnly => is("name", "default"),
                Subjects::AllServiceAccounts => is("kind", "ServiceAccount"),
                Subjects::None => false,
            };
            let Some(map) = subject.as_map_mut().filter(|_| follows) else { continue };
            if let Some(field) = map.get_mut("namespace") {
                self.set(field)?;
            } else {
                let origin = Origin::new(self.namespace.span, Cause::Namespace);
                let value = Node::new(Value::Scalar(Scalar::string(self.namespace.text.clone())), origin);
                map.push(Key::new("namespace", self.namespace.span), value);
            }
        }
        Ok(())
    }

    fn set(&self, field: &mut Node) -> Result<(), Problem> {
        let Some(scalar) = field.as_scalar() else {
            return Err(Problem::new("a namespace should be a single value")
                .at(field.origin.span)
                .beside(self.namespace.span));
        };
        let empty = scalar.tag == Tag::Null || scalar.text.is_empty();
        if empty || !self.unset_only {
            field.overwrite_scalar(Scalar::string(self.namespace.text.clone()), self.namespace.span, Cause::Namespace);
        }
        Ok(())
    }
}
