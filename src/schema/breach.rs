//! What one breach of a schema says, and where.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::paths::{Location, LocationSegment};
use jsonschema::types::JsonType;
use serde_json::Value as Json;

use super::spelling::nearest;
use crate::source::{Problem, Span};
use crate::yaml::{Node, Value};

/// Longest list of choices that a message spells out.
const MAX_CHOICES: usize = 16;

/// Longest description that is passed on as advice, in characters.
const MAX_ADVICE: usize = 160;

/// Adds the problems that `error` amounts to.
pub(super) fn explain(error: &ValidationError<'_>, root: &Node, schema: &Json, problems: &mut Vec<Problem>) {
    let place = Place::find(error.instance_path(), root);
    // The place in the schema ends with the keyword; what stands beside the keyword is of use.
    let rule = error.schema_path().as_str().rsplit_once('/').and_then(|(parent, _)| schema.pointer(parent));
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let known = rule.and_then(|rule| rule.get("properties")).and_then(Json::as_object);
            let known: Vec<&str> = known.into_iter().flatten().map(|(key, _)| key.as_str()).collect();
            problems.extend(unexpected.iter().map(|key| unknown_key(key, &place, &known)));
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => match meant(error.instance_path(), context) {
            Some(branch) => {
                for error in branch {
                    explain(error, root, schema, problems);
                }
            }
            None => problems.push(place.problem(wrong_type(&wanted_types(context), place.node))),
        },
        Kind::PropertyNames { error } => {
            let key = error.instance().as_str().unwrap_or_default();
            let problem = Problem::new(format!("`{key}` is not allowed as a key here")).at(place.key_span(key));
            problems.push(with_description(problem, rule));
        }
        Kind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            let problem = Problem::new(format!("the key `{key}` is missing")).at(place.owner());
            let about = rule.and_then(|rule| rule.get("properties")).and_then(|properties| properties.get(key));
            problems.push(with_description(problem, about));
        }
        Kind::Enum { options } => {
            let options: Vec<String> = options.as_array().into_iter().flatten().map(literal).collect();
            let word = place.node.and_then(Node::text).unwrap_or_default();
            let near = nearest(word, options.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`?"));
            let problem = place.problem(format!("this must be {}", choice(&options)));
            problems.push(match near {
                Some(near) => problem.hint(near),
                None => problem,
            });
        }
        Kind::Type { kind } => {
            let wanted: Vec<JsonType> = match kind {
                TypeKind::Single(one) => vec![*one],
                TypeKind::Multiple(set) => set.iter().collect(),
            };
            problems.push(with_description(place.problem(wrong_type(&wanted, place.node)), rule));
        }
        kind => problems.push(with_description(place.problem(sentence(kind)), rule)),
    }
}

/// The branch of `anyOf` or `oneOf` that the author must have meant: it takes this type of value, and has
/// the fewest breaches.
fn meant<'a>(path: &Location, branches: &'a [Vec<ValidationError<'static>>]) -> Option<&'a [ValidationError<'static>]> {
    let another_type =
        |error: &ValidationError<'_>| matches!(error.kind(), Kind::Type { .. }) && error.instance_path() == path;
    branches
        .iter()
        .filter(|errors| !errors.iter().any(another_type))
        .min_by_key(|errors| errors.len())
        .map(Vec::as_slice)
}

/// The types that the branches take.
fn wanted_types(branches: &[Vec<ValidationError<'static>>]) -> Vec<JsonType> {
    let mut wanted = Vec::new();
    for error in branches.iter().flatten() {
        if let Kind::Type { kind } = error.kind() {
            match kind {
                TypeKind::Single(one) => wanted.push(*one),
                TypeKind::Multiple(set) => wanted.extend(set.iter()),
            }
        }
    }
    wanted
}

fn unknown_key(key: &str, place: &Place<'_>, known: &[&str]) -> Problem {
    let problem = Problem::new(format!("the key `{key}` is not known here")).at(place.key_span(key));
    let present = |candidate: &&&str| place.node.is_some_and(|node| node.get(candidate).is_some());
    let free: Vec<&str> = known.iter().filter(|known| !present(known)).copied().collect();
    if let Some(near) = nearest(key, free.iter().copied()) {
        return problem.hint(format!("did you mean `{near}`?"));
    }
    if known.is_empty() || known.len() > MAX_CHOICES {
        return problem;
    }
    problem.hint(format!("the keys here are {}", list(known, "and")))
}

fn wrong_type(wanted: &[JsonType], found: Option<&Node>) -> String {
    let mut words: Vec<&str> = wanted
        .iter()
        .map(|wanted| match wanted {
            JsonType::Null => "nothing",
            JsonType::Boolean => "`true` or `false`",
            JsonType::Integer => "a whole number",
            JsonType::Number => "a number",
            JsonType::String => "text",
            JsonType::Array => "a list",
            JsonType::Object => "a map",
        })
        .collect();
    words.dedup();
    format!("this must be {}, not {}", words.join(" or "), found.map_or("this", kind_of))
}

/// What a value is, in a word.
fn kind_of(node: &Node) -> &'static str {
    use crate::yaml::Tag;
    match &node.value {
        Value::Map(_) => "a map",
        Value::Seq(_) => "a list",
        Value::Scalar(scalar) => match scalar.tag {
            Tag::Null => "nothing",
            Tag::Bool => "`true` or `false`",
            Tag::Int | Tag::Float => "a number",
            Tag::Str | Tag::Timestamp | Tag::Binary => "text",
        },
    }
}

fn sentence(kind: &Kind) -> String {
    match kind {
        Kind::Constant { expected_value } => format!("this must be `{}`", literal(expected_value)),
        Kind::MinItems { limit: 1 } => "this list may not be empty".into(),
        Kind::MinItems { limit } => format!("this list must have at least {}", count(*limit, "item")),
        Kind::MaxItems { limit } => format!("this list may have at most {}", count(*limit, "item")),
        Kind::UniqueItems => "this list may not hold the same item twice".into(),
        Kind::MinLength { limit: 1 } => "this text may not be empty".into(),
        Kind::MinLength { limit } => format!("this text must have at least {}", count(*limit, "character")),
        Kind::MaxLength { limit } => format!("this text may have at most {}", count(*limit, "character")),
        Kind::MinProperties { limit } => format!("this map must have at least {}", count(*limit, "key")),
        Kind::MaxProperties { limit } => format!("this map may have at most {}", count(*limit, "key")),
        Kind::Minimum { limit } => format!("this must be at least {limit}"),
        Kind::Maximum { limit } => format!("this must be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("this must be more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("this must be less than {limit}"),
        Kind::Pattern { pattern } => format!("this must match the pattern `{pattern}`"),
        Kind::Format { format } => format!("this must be of the form `{format}`"),
        Kind::FalseSchema => "nothing may stand here".into(),
        Kind::OneOfMultipleValid { .. } => "this can be read in more than one way".into(),
        other => format!("this does not fit the schema's `{}`", other.keyword()),
    }
}

fn count(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Lets the first sentence of the schema's own words be the advice.
fn with_description(problem: Problem, rule: Option<&Json>) -> Problem {
    let Some(text) = rule.and_then(|rule| rule.get("description")).and_then(Json::as_str) else { return problem };
    let sentence = text.split(". ").next().unwrap_or_default().trim_end_matches('.');
    if sentence.chars().count() > MAX_ADVICE {
        return problem;
    }
    let mut letters = sentence.chars();
    let first = letters.next().unwrap_or_default().to_lowercase();
    // An abbreviation stays as it is.
    if letters.clone().next().is_some_and(char::is_uppercase) {
        return problem.hint(sentence);
    }
    problem.hint(format!("{first}{}", letters.as_str()))
}

fn literal(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn choice(options: &[String]) -> String {
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    match options.len() {
        1..=MAX_CHOICES => list(&options, "or"),
        count => format!("one of {count} values that the schema lists"),
    }
}

fn list(words: &[&str], last: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((end, rest)) if !rest.is_empty() => format!("{} {last} {end}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// Where in the text a breach is.
struct Place<'a> {
    node: Option<&'a Node>,
    /// The key that holds the node, where a map does.
    key: Option<Span>,
}

impl<'a> Place<'a> {
    fn find(path: &Location, root: &'a Node) -> Self {
        let mut place = Self { node: Some(root), key: None };
        for segment in path.segments() {
            let Some(node) = place.node else { break };
            place = match segment {
                LocationSegment::Property(key) => {
                    let entry = node.as_map().and_then(|map| map.entry(&key));
                    Self { node: entry.map(|entry| &entry.value), key: entry.and_then(|entry| entry.key.span) }
                }
                LocationSegment::Index(index) => {
                    Self { node: node.as_seq().and_then(|items| items.get(index)), key: None }
                }
            };
        }
        place
    }

    fn span(&self) -> Option<Span> {
        self.node.and_then(|node| node.origin.span).or(self.key)
    }

    /// The text that stands for the whole: its key, or where the value begins.
    fn owner(&self) -> Option<Span> {
        let first_key = || match self.node.map(|node| &node.value) {
            Some(Value::Map(map)) => map.iter().next().and_then(|entry| entry.key.span),
            _ => None,
        };
        self.key.or_else(first_key).or_else(|| self.span())
    }

    fn key_span(&self, key: &str) -> Option<Span> {
        self.node.and_then(Node::as_map).and_then(|map| map.entry(key)).and_then(|entry| entry.key.span).or(self.key)
    }

    fn problem(&self, message: String) -> Problem {
        Problem::new(message).at(self.span())
    }
}
