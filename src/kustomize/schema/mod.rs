//! Which lists merge by which keys, and which kinds live in a namespace, as kustomize knows it: from the
//! OpenAPI data of Kubernetes 1.21.2 that is built into 5.8.1, or from a file of the user's in its place.
//!
//! It knows nothing of merging.

mod builtin;
mod openapi;
mod shape;

use openapi::OpenApi;
pub(super) use shape::Shape;

use crate::source::Problem;
use crate::yaml::Node;

/// The version of the built-in data: the only one that there is.
const BUILTIN_VERSION: &str = "v1.21.2";

/// The types that one rendering knows.
#[derive(Debug, Clone)]
pub struct Schema {
    custom: Option<OpenApi>,
}

impl Schema {
    /// The built-in types.
    #[must_use]
    pub fn builtin() -> Self {
        Self { custom: None }
    }

    /// The types that `openapi: {version}` names.
    ///
    /// # Errors
    /// When it is not `v1.21.2`.
    pub fn of_version(version: &str) -> Result<Self, Problem> {
        if version == BUILTIN_VERSION {
            return Ok(Self::builtin());
        }
        Err(Problem::new(format!("kustomize has no OpenAPI version `{version}` built in")).hint(format!(
            "write `{BUILTIN_VERSION}`, leave `openapi` out, or give a file as `openapi: {{path: ...}}`"
        )))
    }

    /// The types of an OpenAPI document (`openapi: {path}`), read in the `Config` dialect. They replace the
    /// built-in ones: kinds that the document leaves out are unknown.
    ///
    /// # Errors
    /// When it is not a map with `definitions`.
    pub fn from_openapi(document: &Node) -> Result<Self, Problem> {
        Ok(Self { custom: Some(OpenApi::parse(document)?) })
    }

    /// Whether these are the built-in types and no others.
    #[must_use]
    pub fn is_builtin(&self) -> bool {
        self.custom.is_none()
    }

    /// Adds the built-in types to a document's; of types with the same name the built-in one counts.
    /// kustomize does so where it needed a type before it read the document: when only a kustomization
    /// further down names one.
    #[must_use]
    pub fn beside_builtin(mut self) -> Self {
        if let Some(openapi) = &mut self.custom {
            openapi.beside_builtin = true;
        }
        self
    }

    /// Whether objects of a kind live in a namespace; `None` where the kind is unknown.
    ///
    /// The built-in answer counts even where a document of the user's replaced the types: kustomize looks
    /// it up in a list made beforehand.
    #[must_use]
    pub fn is_namespaced(&self, api_version: &str, kind: &str) -> Option<bool> {
        builtin::is_namespaced(api_version, kind).or_else(|| self.custom.as_ref()?.is_namespaced(api_version, kind))
    }

    /// Whether a kind is known to live outside namespaces. Unknown kinds are taken to live in one.
    #[must_use]
    pub fn is_cluster_scoped(&self, api_version: &str, kind: &str) -> bool {
        self.is_namespaced(api_version, kind) == Some(false)
    }

    /// The type of an object of exactly this version and kind.
    pub(super) fn root(&self, api_version: &str, kind: &str) -> Option<Shape<'_>> {
        let builtin = || builtin::root(api_version, kind).map(Shape::Builtin);
        match &self.custom {
            None => builtin(),
            Some(openapi) if openapi.beside_builtin => builtin().or_else(|| openapi.root(api_version, kind)),
            Some(openapi) => openapi.root(api_version, kind),
        }
    }
}
