//! From the text of a resource file or patch to objects: documents, lists expanded, the least that
//! every object must have (docs/kustomize.md, "Loading").

use crate::source::Problem;
use crate::yaml::{self, Dialect, Node, Scalar, Tag, Value};

/// What the objects of a text are, for what is said of those that are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Objects on their own.
    Resource,
    /// Strategic merge patches.
    Patch,
}

/// Reads all objects of a text. Items of lists come after the text's other objects.
///
/// # Errors
/// When the text is no YAML, or a document is no object with a kind and a name.
pub(super) fn read(text: &yaml::Text<'_>, role: Role) -> Result<Vec<Node>, Problem> {
    let documents = yaml::parse_all(text, Dialect::Resource)?;
    let documents = match <[Node; 1]>::try_from(documents) {
        // A lone `List` is taken apart before its own name is looked for.
        Ok([only]) if matches!(kind(&only), "List" | "ResourceList") && only.get("items").is_some() => items(only)?,
        Ok([only]) => vec![only],
        Err(documents) => documents,
    };
    let mut waiting: std::collections::VecDeque<Node> = checked(documents, role)?.into();
    let mut objects = Vec::new();
    while let Some(object) = waiting.pop_front() {
        if kind(&object).ends_with("List") && object.get("items").is_some() {
            waiting.extend(checked(items(object)?, role)?);
        } else {
            objects.push(object);
        }
    }
    Ok(objects)
}

fn kind(node: &Node) -> &str {
    node.get("kind").and_then(Node::text).unwrap_or_default()
}

fn items(list: Node) -> Result<Vec<Node>, Problem> {
    let Value::Map(mut map) = list.value else { return Ok(Vec::new()) };
    let Some(items) = map.remove("items") else { return Ok(Vec::new()) };
    match items.value.value {
        Value::Seq(items) => Ok(items),
        Value::Scalar(scalar) if scalar.tag == Tag::Null => Ok(Vec::new()),
        _ => Err(Problem::new("`items` of a list should be a list").at(items.value.origin.span)),
    }
}

/// Leaves out empty documents and refuses what is no object.
fn checked(documents: Vec<Node>, role: Role) -> Result<Vec<Node>, Problem> {
    let mut objects = Vec::with_capacity(documents.len());
    for document in documents {
        let is_blank = |scalar: &Scalar| scalar.tag == Tag::Null || scalar.text.is_empty();
        if document.is_empty_collection() || document.as_scalar().is_some_and(is_blank) {
            continue;
        }
        check(&document, role)?;
        objects.push(document);
    }
    Ok(objects)
}

/// Refuses what has no kind or no name.
pub(super) fn check(object: &Node, role: Role) -> Result<(), Problem> {
    let (what, hint) = match role {
        Role::Resource => ("an object", "is this file a manifest? `resources` may hold manifests and directories only"),
        Role::Patch => ("a patch", "repeat `apiVersion`, `kind` and `metadata.name` of the object, or list operations"),
    };
    if object.as_map().is_none() {
        return Err(Problem::new(format!("{what} should be a map")).at(object.origin.span).hint(hint));
    }
    let kind = kind(object);
    if kind.is_empty() {
        return Err(Problem::new(format!("{what} has no `kind`")).at(object.origin.span).hint(hint));
    }
    // kustomize asks a name of everything but lists.
    let name = object.at(&["metadata", "name"]).and_then(Node::text).unwrap_or_default();
    if name.is_empty() && !kind.ends_with("List") {
        let what = if role == Role::Patch { format!("a patch of a {kind}") } else { format!("a {kind}") };
        return Err(Problem::new(format!("{what} has no `metadata.name`"))
            .at(object.origin.span)
            .hint("add it: kustomize knows objects by their names, and takes no `generateName`"));
    }
    Ok(())
}
