//! `kustomize edit set replicas`.

use super::named::{self, Entries};
use crate::pointer::fields;
use crate::source::Problem;
use crate::yaml::{Cause, Decoded, Key, Map, Node, Origin, Scalar, Value};

/// Sets numbers of replicas, each a map of `name` and `count`.
///
/// # Errors
/// When a count is no number.
pub(super) fn set(map: &mut Map, replicas: &[Node]) -> Result<(), Problem> {
    let mut entries = Entries::new();
    for replica in replicas {
        let name = fields::text(replica, &["name"])?;
        let text = name.and_then(Node::as_str).unwrap_or_default();
        let named = name.unwrap_or(replica);
        named::refuse_option(text, named)?;
        if text.contains('=') {
            return Err(Problem::new(format!(
                "`{text}` cannot be a name: `kustomize edit set replicas` divides it at `=`"
            ))
            .at(named.origin.span)
            .hint("write the name of the Deployment or StatefulSet"));
        }
        let counted = fields::value(replica, &["count"]);
        let count = count(counted)?;
        let span = counted.and_then(|count| count.origin.span).or(replica.origin.span);
        let count = Value::Scalar(Scalar::plain(count.to_string()));
        let mut entry = Node::empty_map(Origin::new(replica.origin.span, Cause::Replicas));
        if let Some(map) = entry.as_map_mut() {
            let name = Node::string(text, Origin::new(named.origin.span, Cause::Replicas));
            map.push(Key::new("name", named.origin.span), name);
            map.push(Key::new("count", span), Node::new(count, Origin::new(span, Cause::Replicas)));
        }
        entries.insert(text.to_owned(), entry);
    }
    named::set(map, "replicas", entries, |_, _| {});
    Ok(())
}

/// The number of a count: an integer, or a text that is one.
fn count(node: Option<&Node>) -> Result<i64, Problem> {
    let Some(node) = node else { return Ok(0) };
    let number = match node.as_scalar().map(Scalar::decode) {
        Some(Decoded::Int(number)) => i32::try_from(number).ok().map(i64::from),
        _ => node.as_str().and_then(|text| text.parse().ok()),
    };
    number.ok_or_else(|| {
        Problem::new(format!("the count `{}` is no whole number", node.text().unwrap_or_default()))
            .at(node.origin.span)
            .hint("write a number, as in `count: 3`")
    })
}
