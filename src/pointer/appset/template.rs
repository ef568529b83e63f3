//! Filling in texts with parameters: Go's templates, or the older form that only knows `{{ name }}`.

use std::sync::Arc;

use gotmpl::MissingKey;

use super::functions;
use super::params::Params;
use crate::pointer::fields;
use crate::source::{Problem, Span};
use crate::yaml::{Cause, Key, Map, Node, Origin, Scalar, Value};

/// Rounds of a loop in a template beyond which it is stopped.
const ROUNDS: u64 = 100_000;

/// How the texts of a set are filled in.
#[derive(Debug)]
pub(super) struct Template {
    /// Whether they are Go's templates.
    pub(super) is_go: bool,
    missing: MissingKey,
}

impl Template {
    /// How the texts of this set are filled in.
    pub(super) fn read(set: &Node) -> Result<Self, Problem> {
        let mut missing = MissingKey::default();
        for option in fields::texts(set, &["spec", "goTemplateOptions"])? {
            missing = match option.as_str() {
                Some("missingkey=error") => MissingKey::Error,
                Some("missingkey=zero") => MissingKey::ZeroValue,
                Some("missingkey=default" | "missingkey=invalid") => MissingKey::Invalid,
                _ => {
                    return Err(Problem::new("an option of Go's templates is not known")
                        .at(option.origin.span)
                        .hint("write `missingkey=error`, `missingkey=zero` or `missingkey=default`"));
                }
            };
        }
        Ok(Self { is_go: fields::flag(set, &["spec", "goTemplate"])?, missing })
    }

    /// The parameters that texts are to be filled in with.
    pub(super) fn with<'t>(&'t self, params: &'t Params) -> Filling<'t> {
        let data =
            if self.is_go { functions::value(&serde_json::Value::Object(params.clone())) } else { gotmpl::Value::Nil };
        Filling { template: self, params, data }
    }
}

/// Parameters, ready to be filled in.
pub(super) struct Filling<'t> {
    template: &'t Template,
    params: &'t Params,
    /// The same, as Go's templates see them.
    data: gotmpl::Value,
}

impl Filling<'_> {
    /// A text with its parameters filled in; `span` is where it is written.
    pub(super) fn text(&self, text: &str, span: Option<Span>) -> Result<String, Problem> {
        if !text.contains("{{") {
            return Ok(text.to_owned());
        }
        if !self.template.is_go {
            return Ok(replaced(text, self.params));
        }
        let template = functions::all()
            .into_iter()
            .fold(gotmpl::Template::new("base"), |template, (name, function)| {
                template.func(name, move |arguments: &[gotmpl::Value]| function(arguments))
            })
            .missing_key(self.template.missing)
            .max_range_iters(ROUNDS);
        let filled = template.parse(text).and_then(|template| template.execute_to_string(&self.data));
        filled.map_err(|error| {
            Problem::new(format!("this template cannot be filled in: {error}"))
                .at(span)
                .hint("parameters are what the generator gives, as in `{{.path.basename}}`")
        })
    }

    /// Data with the parameters filled in everywhere, in keys too.
    pub(super) fn node(&self, node: &Node) -> Result<Node, Problem> {
        let value = match &node.value {
            Value::Scalar(_) => {
                let Some(text) = node.as_str() else { return Ok(node.clone()) };
                let filled = self.text(text, node.origin.span)?;
                if filled == text {
                    return Ok(node.clone());
                }
                let origin = Origin::new(node.origin.span, Cause::Variable);
                let origin = Origin { over: Some(Arc::new(node.clone().into_overridden())), ..origin };
                return Ok(Node::new(Value::Scalar(Scalar::string(filled)), origin));
            }
            Value::Seq(items) => Value::Seq(items.iter().map(|item| self.node(item)).collect::<Result<_, _>>()?),
            Value::Map(map) => {
                let mut filled = Map::default();
                for entry in map.iter() {
                    let key = self.text(&entry.key.text, entry.key.span)?;
                    filled.set(Key::new(key, entry.key.span), self.node(&entry.value)?);
                }
                Value::Map(filled)
            }
        };
        Ok(Node::new(value, node.origin.clone()))
    }
}

/// A text with `{{ name }}` replaced where there is a string of that name; others stay as they are.
fn replaced(text: &str, params: &Params) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, tag, after)) =
        rest.split_once("{{").and_then(|(before, rest)| rest.split_once("}}").map(|(tag, after)| (before, tag, after)))
    {
        result.push_str(before);
        match params.get(tag.trim()).and_then(serde_json::Value::as_str) {
            Some(value) => result.push_str(value),
            None => result.push_str(&format!("{{{{{tag}}}}}")),
        }
        rest = after;
    }
    result + rest
}
