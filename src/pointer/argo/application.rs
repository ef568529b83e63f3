//! The fields of an `Application` that decide what is applied.

use crate::pointer::fields;
use crate::source::{Problem, Reason, Span};
use crate::yaml::Node;

/// The namespace of Argo CD itself, whose Applications are called by their name alone.
const CONTROL_PLANE: &str = "argocd";

/// What an `Application` says.
#[derive(Debug)]
pub(super) struct Application<'n> {
    /// Where the object is written.
    pub(super) span: Option<Span>,
    /// What Argo CD calls it: its name, with the namespace in front outside of Argo CD's own.
    pub(super) instance: String,
    pub(super) project: &'n str,
    /// The namespace of objects that have none.
    pub(super) destination_namespace: &'n str,
    /// Its sources, in their order.
    pub(super) sources: Vec<&'n Node>,
    /// Whether they are written as a list, where one may be there for the others to refer to only.
    pub(super) has_list: bool,
}

impl<'n> Application<'n> {
    /// Reads the fields of the object.
    ///
    /// # Errors
    /// When one has another type, when there is no source, and when another branch is applied.
    pub(super) fn read(object: &'n Node) -> Result<Self, Problem> {
        let text = |path: &[&str]| Ok::<_, Problem>(fields::text(object, path)?.and_then(Node::as_str));
        let span = object.get("metadata").or(Some(object)).and_then(|node| node.origin.span);
        if let Some(hydrator) = fields::value(object, &["spec", "sourceHydrator"]) {
            return Err(Problem::new("the Application applies the branch that its source hydrator writes to")
                .at(hydrator.origin.span.or(span))
                .reason(Reason::Remote)
                .hint("render an Application of that branch, in a clone of it"));
        }
        let list = fields::list(object, &["spec", "sources"])?;
        let sources: Vec<&Node> = match list {
            [] => fields::value(object, &["spec", "source"]).into_iter().collect(),
            list => list.iter().collect(),
        };
        if sources.is_empty() {
            return Err(Problem::new("the Application has no source").at(span).hint("set `spec.source`"));
        }
        let name = text(&["metadata", "name"])?.unwrap_or_default();
        let namespace = text(&["metadata", "namespace"])?.filter(|namespace| *namespace != CONTROL_PLANE);
        Ok(Self {
            span,
            instance: namespace.map_or_else(|| name.to_owned(), |namespace| format!("{namespace}_{name}")),
            project: text(&["spec", "project"])?.unwrap_or("default"),
            destination_namespace: text(&["spec", "destination", "namespace"])?.unwrap_or_default(),
            sources,
            has_list: !list.is_empty(),
        })
    }

    /// Whether one of its sources is there by this name for others to refer to.
    pub(super) fn refers(&self, name: &str) -> bool {
        self.sources.iter().any(|source| source.get("ref").and_then(Node::as_str) == Some(name))
    }
}
