//! What all kustomizations of one rendering share: the types that are known.

use std::cell::OnceCell;
use std::sync::Arc;

use super::decode::{Fields, Text};
use super::load::Loader;
use super::render::Parts;
use super::schema::Schema;
use crate::source::Problem;
use crate::yaml::{self, Dialect, Node};

/// One rendering. kustomize knows one set of types at a time: the kustomization that is rendered chooses it,
/// or else the first one below it that has `openapi`.
pub(super) struct Session {
    schema: OnceCell<Arc<Schema>>,
    parts: Parts,
}

/// What `openapi` of a kustomization says.
struct Choice {
    path: Option<Text>,
    version: Option<Text>,
}

impl Session {
    /// One of which no types are chosen.
    pub(super) fn new(parts: Parts) -> Self {
        Self { schema: OnceCell::new(), parts }
    }

    /// Whether parts may be missing that cannot be seen here.
    pub(super) fn takes_unseen(&self) -> bool {
        self.parts == Parts::Seen
    }

    /// The types known so far.
    pub(super) fn schema(&self) -> Arc<Schema> {
        self.schema.get().cloned().unwrap_or_else(|| Arc::new(Schema::builtin()))
    }

    /// The types known so far, where they are not those that kustomize starts with.
    pub(super) fn custom_types(&self) -> Option<&Arc<Schema>> {
        self.schema.get().filter(|schema| !schema.is_builtin())
    }

    /// Whether no kustomization has chosen types yet.
    pub(super) fn is_open(&self) -> bool {
        self.schema.get().is_none()
    }

    /// Takes the types that a kustomization chooses, unless another came first.
    ///
    /// # Errors
    /// When the file is not there, or the version is not built in.
    pub(super) fn choose(
        &self,
        openapi: Option<&Node>,
        loader: &Loader<'_>,
        quirks: &mut Vec<Problem>,
    ) -> Result<(), Problem> {
        let Some(choice) = openapi.map(Choice::decode).transpose()? else { return Ok(()) };
        // A file must be there even where it does not count.
        let file = choice.path.as_ref().map(|path| loader.read_text(path)).transpose()?;
        if !self.is_open() {
            return Ok(());
        }
        let schema = match (file, choice.version.filter(|version| !version.is_empty())) {
            (None, None) => return Ok(()),
            (Some(_), Some(version)) => {
                return Err(Problem::new("`openapi` has both `path` and `version`").at(version.span).hint("keep one"));
            }
            (None, Some(version)) => Schema::of_version(&version).map_err(|problem| problem.at(version.span))?,
            (Some(content), None) => {
                // A document that cannot be read is passed over, as if the types were not chosen.
                let document = yaml::parse_first(&content.yaml(), Dialect::Config);
                let schema = document.and_then(|document| match document {
                    Some(document) => Schema::from_openapi(&document),
                    None => Err(Problem::new("the OpenAPI document is empty").within(content.file().path())),
                });
                match schema {
                    Ok(schema) if loader.journal().has_asked() => schema.beside_builtin(),
                    Ok(schema) => schema,
                    Err(problem) => {
                        quirks.push(
                            Problem::new(format!("kustomize ignores this file of `openapi`: {problem}"))
                                .at(choice.path.as_ref().and_then(|path| path.span))
                                .hint("write it with `kustomize openapi fetch`, or remove the field"),
                        );
                        return Ok(());
                    }
                }
            }
        };
        // It was open just now, and only this thread renders.
        self.schema.get_or_init(|| Arc::new(schema));
        Ok(())
    }
}

impl Choice {
    /// Other keys than these two are passed over: to kustomize it is a plain map.
    fn decode(node: &Node) -> Result<Self, Problem> {
        let mut fields = Fields::of(node, "`openapi`")?;
        if let Some(path) = node.get("path").filter(|path| path.is_null()) {
            return Err(Problem::new("`path` of `openapi` is empty")
                .at(path.origin.span)
                .hint("name a file, or remove the field"));
        }
        Ok(Self { path: fields.text("path")?, version: fields.text("version")? })
    }
}
