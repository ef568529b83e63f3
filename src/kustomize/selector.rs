//! Which resources a patch is for: the `target` of a patch (docs/kustomize.md, "Patches"), and Kubernetes' label
//! selectors.

use super::decode::{Fields, Text};
use super::id::group_version;
use super::pattern::Whole;
use super::resource::{Resource, metadata_map};
use crate::source::{Problem, Span};
use crate::yaml::Node;

/// The `target` of a patch: every part that is set must fit.
pub(super) struct Selector {
    pub(super) span: Option<Span>,
    group: Option<Whole>,
    version: Option<Whole>,
    kind: Option<Whole>,
    name: Option<Whole>,
    namespace: Option<Whole>,
    labels: Requirements,
    annotations: Requirements,
    /// Whether `name` is set: a JSON patch of `patchesJson6902` needs it.
    pub(super) has_name: bool,
}

impl Selector {
    /// Reads a target.
    ///
    /// # Errors
    /// When a part is no regular expression or no selector.
    pub(super) fn decode(node: &Node) -> Result<Self, Problem> {
        let mut fields = Fields::of(node, "`target`")?;
        let mut part = |name| -> Result<(bool, Option<Whole>), Problem> {
            let Some(text) = fields.text(name)?.filter(|text| !text.is_empty()) else { return Ok((false, None)) };
            Ok((true, Some(anchored(&text)?)))
        };
        let (_, group) = part("group")?;
        let (_, version) = part("version")?;
        let (_, kind) = part("kind")?;
        let (has_name, name) = part("name")?;
        let (_, namespace) = part("namespace")?;
        let labels = requirements(&fields.text("labelSelector")?.unwrap_or_default())?;
        let annotations = requirements(&fields.text("annotationSelector")?.unwrap_or_default())?;
        fields.finish()?;
        Ok(Self { span: node.origin.span, group, version, kind, name, namespace, labels, annotations, has_name })
    }

    /// Whether it selects the resource. Name and namespace may be those of today or the first ones.
    pub(super) fn selects(&self, resource: &Resource) -> bool {
        let fits = |regex: &Option<Whole>, text: &str| regex.as_ref().is_none_or(|regex| regex.fits(text));
        let (now, first) = (resource.id(), resource.original_id());
        let (group, version) = group_version(&now.api_version);
        (fits(&self.namespace, &first.namespace) || fits(&self.namespace, &now.namespace))
            && (fits(&self.name, &first.name) || fits(&self.name, &now.name))
            && fits(&self.group, group)
            && fits(&self.version, version)
            && fits(&self.kind, &now.kind)
            && self.labels.met_by(&resource.node, "labels")
            && self.annotations.met_by(&resource.node, "annotations")
    }
}

/// A regular expression that must fit the whole.
pub(super) fn anchored(text: &Text) -> Result<Whole, Problem> {
    Whole::new(text).ok_or_else(|| {
        let problem = Problem::new(format!("`{}` is not a valid regular expression", &**text)).at(text.span);
        match text.strip_prefix('*') {
            Some(rest) => problem.hint(format!("did you mean `.*{rest}`? `.*` matches any text")),
            None => problem.hint("escape what is special in regular expressions with a backslash"),
        }
    })
}

/// Reads a label selector; an empty one selects everything.
pub(super) fn requirements(text: &Text) -> Result<Requirements, Problem> {
    Requirements::parse(text).ok_or_else(|| {
        Problem::new(format!("`{}` is no label selector", &**text))
            .at(text.span)
            .hint("write `key=value`, `key!=value`, `key in (a, b)`, `key` or `!key`, joined by commas")
    })
}

/// A label selector, as Kubernetes writes it.
#[derive(Debug, Default)]
pub(super) struct Requirements(Vec<Requirement>);

#[derive(Debug)]
struct Requirement {
    key: String,
    test: Test,
}

#[derive(Debug)]
enum Test {
    Exists,
    Missing,
    In(Vec<String>),
    NotIn(Vec<String>),
    Above(i64),
    Below(i64),
}

impl Requirements {
    /// Reads a selector; `None` where it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        split(text).into_iter().map(|part| requirement(part.trim())).collect::<Option<_>>().map(Self)
    }

    /// Whether the labels (or annotations) of an object meet all requirements.
    pub(super) fn met_by(&self, object: &Node, field: &str) -> bool {
        self.0.iter().all(|requirement| {
            let value = metadata_map(object, field).find(|(key, _)| *key == requirement.key).map(|(_, value)| value);
            let number = || value.and_then(|value| value.parse::<i64>().ok());
            match &requirement.test {
                Test::Exists => value.is_some(),
                Test::Missing => value.is_none(),
                Test::In(values) => value.is_some_and(|value| values.iter().any(|wanted| wanted == value)),
                Test::NotIn(values) => value.is_none_or(|value| values.iter().all(|wanted| wanted != value)),
                Test::Above(least) => number().is_some_and(|number| number > *least),
                Test::Below(most) => number().is_some_and(|number| number < *most),
            }
        })
    }
}

/// Splits at the commas outside parentheses.
fn split(text: &str) -> Vec<&str> {
    let mut depth = 0;
    let parts = text.split(|c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    });
    if text.trim().is_empty() { Vec::new() } else { parts.collect() }
}

/// Whether a text is one that Kubernetes takes as the name of a label, or as its value.
fn is_label(text: &str, may_be_empty: bool) -> bool {
    let outside = |c: Option<char>| c.map_or(may_be_empty, |c| c.is_ascii_alphanumeric());
    text.len() <= 63
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && outside(text.chars().next())
        && outside(text.chars().next_back())
}

fn is_domain_part(text: &str) -> bool {
    let outside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && outside(text.chars().next())
        && outside(text.chars().next_back())
}

fn requirement(text: &str) -> Option<Requirement> {
    let is_key = |key: &str| {
        let (domain, name) = key.split_once('/').map_or((None, key), |(domain, name)| (Some(domain), name));
        is_label(name, false) && domain.is_none_or(|domain| domain.split('.').all(is_domain_part))
    };
    let fits = |test: &Test| match test {
        Test::In(values) | Test::NotIn(values) => values.iter().all(|value| is_label(value, true)),
        _ => true,
    };
    let make =
        |key: &str, test| (is_key(key.trim()) && fits(&test)).then(|| Requirement { key: key.trim().to_owned(), test });
    if let Some(key) = text.strip_prefix('!') {
        return make(key, Test::Missing);
    }
    if let Some(list) = text.strip_suffix(')') {
        let (head, values) = list.split_once('(')?;
        let values = values.split(',').map(|value| value.trim().to_owned()).collect();
        let (key, word) = head.trim_end().rsplit_once(char::is_whitespace)?;
        return match word {
            "in" => make(key, Test::In(values)),
            "notin" => make(key, Test::NotIn(values)),
            _ => None,
        };
    }
    for (sign, test) in [("!=", true), ("==", false), ("=", false)] {
        if let Some((key, value)) = text.split_once(sign) {
            let values = vec![value.trim().to_owned()];
            return make(key, if test { Test::NotIn(values) } else { Test::In(values) });
        }
    }
    if let Some((key, value)) = text.split_once('>') {
        return make(key, Test::Above(value.trim().parse().ok()?));
    }
    if let Some((key, value)) = text.split_once('<') {
        return make(key, Test::Below(value.trim().parse().ok()?));
    }
    make(text, Test::Exists)
}
