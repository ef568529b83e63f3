//! Breaches in the words of the validator that OPA uses (gojsonschema), for policies that call `json.match_schema`.
//!
//! The fields and types are its own, and so are the sentences of the keywords that schemas of manifests use. What it
//! has no word for gets the keyword as its type.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::paths::LocationSegment;
use serde_json::Value as Json;

/// A breach.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mismatch {
    /// Where it is: keys and indices, dots between them, or `(Root)`.
    pub field: String,
    /// What kind of breach it is, such as `invalid_type`.
    pub kind: String,
    /// What is wrong, in a sentence.
    pub description: String,
}

/// Every breach of `schema` by `document`, by place.
///
/// # Errors
/// When `schema` is no JSON Schema or refers to another document; in a sentence.
pub fn mismatches(document: &Json, schema: &Json) -> Result<Vec<Mismatch>, String> {
    let options = jsonschema::options().offline().should_validate_formats(true);
    let validator = options.build(schema).map_err(|error| error.to_string())?;
    let mut found = Vec::new();
    for error in validator.iter_errors(document) {
        tell(&error, document, &mut found);
    }
    let rank = |mismatch: &Mismatch| ORDER.iter().position(|kind| *kind == mismatch.kind);
    found.sort_by(|a, b| (place(&a.field), rank(a)).cmp(&(place(&b.field), rank(b))));
    Ok(found)
}

/// The order in which kinds of breaches of one value are told, after all others.
const ORDER: [&str; 9] = [
    "format",
    "multiple_of",
    "number_lte",
    "number_lt",
    "number_gte",
    "number_gt",
    "string_gte",
    "string_lte",
    "pattern",
];

/// The whole comes before its parts.
fn place(field: &str) -> &str {
    if field == "(Root)" { "" } else { field }
}

fn tell(error: &ValidationError<'_>, document: &Json, found: &mut Vec<Mismatch>) {
    let steps: Vec<String> = error
        .instance_path()
        .segments()
        .map(|segment| match segment {
            LocationSegment::Property(key) => key.to_string(),
            LocationSegment::Index(index) => index.to_string(),
        })
        .collect();
    let field = if steps.is_empty() { "(Root)".to_owned() } else { steps.join(".") };
    let mut add = |kind: &str, description: String| {
        found.push(Mismatch { field: field.clone(), kind: kind.to_owned(), description });
    };
    let last = steps.last().cloned().unwrap_or_else(|| "(root)".to_owned());
    match error.kind() {
        Kind::Required { property } => {
            add("required", format!("{} is required", property.as_str().unwrap_or_default()));
        }
        Kind::Type { kind } => {
            let wanted = match kind {
                TypeKind::Single(one) => one.to_string(),
                TypeKind::Multiple(set) => {
                    let words: Vec<String> = set.iter().map(|one| one.to_string()).collect();
                    format!("[{}]", words.join(","))
                }
            };
            add("invalid_type", format!("Invalid type. Expected: {wanted}, given: {}", type_of(error.instance())));
        }
        Kind::AdditionalProperties { unexpected } => {
            for key in unexpected {
                add("additional_property_not_allowed", format!("Additional property {key} is not allowed"));
            }
        }
        Kind::Enum { options } => {
            let options: Vec<String> = options.as_array().into_iter().flatten().map(Json::to_string).collect();
            add("enum", format!("{last} must be one of the following: {}", options.join(", ")));
        }
        Kind::Constant { expected_value } => add("const", format!("{last} does not match: {expected_value}")),
        Kind::AnyOf { context } => {
            add("number_any_of", "Must validate at least one schema (anyOf)".to_owned());
            nearest(context, document, found);
        }
        Kind::OneOfNotValid { context } => {
            add("number_one_of", "Must validate one and only one schema (oneOf)".to_owned());
            nearest(context, document, found);
        }
        Kind::OneOfMultipleValid { .. } => {
            add("number_one_of", "Must validate one and only one schema (oneOf)".to_owned());
        }
        Kind::PropertyNames { error } => {
            add("invalid_property_name", format!("Property name of {} does not match", error.instance()));
            let (word, sentence) = plain(error.kind());
            add(&word, sentence);
        }
        kind => {
            let (word, sentence) = plain(kind);
            add(&word, sentence);
        }
    }
}

/// What the alternative says that fits best.
fn nearest(context: &[Vec<ValidationError<'static>>], document: &Json, found: &mut Vec<Mismatch>) {
    for error in context.iter().min_by_key(|errors| errors.len()).into_iter().flatten() {
        tell(error, document, found);
    }
}

fn plain(kind: &Kind) -> (String, String) {
    let (word, sentence) = match kind {
        Kind::Minimum { limit } => ("number_gte", format!("Must be greater than or equal to {limit}")),
        Kind::Maximum { limit } => ("number_lte", format!("Must be less than or equal to {limit}")),
        Kind::ExclusiveMinimum { limit } => ("number_gt", format!("Must be greater than {limit}")),
        Kind::ExclusiveMaximum { limit } => ("number_lt", format!("Must be less than {limit}")),
        Kind::MultipleOf { multiple_of } => ("multiple_of", format!("Must be a multiple of {multiple_of}")),
        Kind::MinLength { limit } => ("string_gte", format!("String length must be greater than or equal to {limit}")),
        Kind::MaxLength { limit } => ("string_lte", format!("String length must be less than or equal to {limit}")),
        Kind::Pattern { pattern } => ("pattern", format!("Does not match pattern '{pattern}'")),
        Kind::Format { format } => ("format", format!("Does not match format '{format}'")),
        Kind::MinItems { limit } => ("array_min_items", format!("Array must have at least {limit} items")),
        Kind::MaxItems { limit } => ("array_max_items", format!("Array must have at most {limit} items")),
        Kind::MinProperties { limit } => ("array_min_properties", format!("Must have at least {limit} properties")),
        Kind::MaxProperties { limit } => ("array_max_properties", format!("Must have at most {limit} properties")),
        Kind::Contains => ("contains", "At least one of the items must match".to_owned()),
        Kind::Not { .. } => ("number_not", "Must not validate the schema (not)".to_owned()),
        Kind::FalseSchema => ("false", "False always fails validation".to_owned()),
        other => return (other.keyword().to_owned(), format!("Does not fit `{}`", other.keyword())),
    };
    (word.to_owned(), sentence)
}

/// The type of a value, as JSON Schema calls it.
#[must_use]
pub fn type_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(number) if number.is_f64() => "number",
        Json::Number(_) => "integer",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}
