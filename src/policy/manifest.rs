//! How policies that look at manifests see them: one at a time, all of an environment at once, or as Kubernetes asks an
//! admission policy; and where what they find is.

use serde_json::{Value as Json, json};

use super::engine::{Data, Source};
use super::scan::Scan;
use crate::source::Span;

/// The input of conftest's `--combine`: a list of `{"path", "contents"}`. `path` is the directory that was rendered.
pub(super) fn combined(path: &Data, manifests: &[Data]) -> Data {
    let one = |manifest: &Data| Data::object([("path", path.clone()), ("contents", manifest.clone())]);
    Data::array(manifests.iter().map(one))
}

/// The input of Gatekeeper's policies: the manifest as it would be created, and the constraint's parameters.
pub(super) fn review(manifest: &Data, parameters: &Data) -> Data {
    let text = |key: &str| manifest.get(key).as_ref().and_then(Data::as_str).unwrap_or_default().to_owned();
    let version = text("apiVersion");
    let (group, version) = version.rsplit_once('/').unwrap_or(("", &version));
    let metadata = |key: &str| manifest.get("metadata").and_then(|metadata| metadata.get(key));
    let kind = [("group", group.into()), ("version", version.into()), ("kind", Data::from(text("kind")))];
    let mut review = vec![
        ("operation", Data::from("CREATE")),
        ("kind", Data::object(kind)),
        ("name", metadata("name").unwrap_or_else(Data::null)),
        ("object", manifest.clone()),
    ];
    review.extend(metadata("namespace").map(|namespace| ("namespace", namespace)));
    Data::object([("review", Data::object(review)), ("parameters", parameters.clone())])
}

/// Whether a file speaks of `input.review`, as Gatekeeper's policies do.
pub(super) fn reviews(source: &Source) -> bool {
    speaks_of(source, "input.review").is_some()
}

/// Where a file first reads the parameters that a constraint gives Gatekeeper's policies.
pub(super) fn parameters(source: &Source) -> Option<Span> {
    speaks_of(source, "input.parameters")
}

fn speaks_of(source: &Source, field: &str) -> Option<Span> {
    // Hardly any file does, and a look at all words of every file would be part of each start.
    if !source.text.contains(field) {
        return None;
    }
    let words = Scan::of(&source.text).words;
    let (start, end) = words.windows(2).find_map(|pair| {
        let [first, second] = pair else { return None };
        (source.text.get(first.start..second.end)? == field).then_some((first.start, second.end))
    })?;
    Some(source.span(start, end))
}

/// The place of a finding about one manifest. Of what the policy says only the path within it counts.
pub(super) fn at_manifest(environment: &Data, manifest: &Data, written: &Json) -> Json {
    let text = |value: Option<Data>| value.map(|value| value.to_json()).unwrap_or_default();
    let metadata = |key: &str| text(manifest.get("metadata").and_then(|metadata| metadata.get(key)));
    json!({
        "environment": environment.to_json(),
        "resource": {"kind": text(manifest.get("kind")), "name": metadata("name"), "namespace": metadata("namespace")},
        "path": written.get("path").cloned().unwrap_or_else(|| json!([])),
    })
}

/// The place of a finding about all manifests of an environment: what the policy says, in that environment.
pub(super) fn at_environment(environment: &Data, written: &Json) -> Json {
    let mut at = written.as_object().cloned().unwrap_or_default();
    at.insert("environment".to_owned(), environment.to_json());
    Json::Object(at)
}
