//! Filling in texts with parameters: Go's templates, or the older form that only knows `{{ name }}`.

use std::sync::Arc;

use gotmpl::MissingKey;

use super::functions;
use super::meter::{Meter, Output};
use super::params::Params;
use crate::pointer::fields;
use crate::source::{Problem, Span};
use crate::yaml::{Cause, Key, Map, Node, Origin, Scalar, Value};

/// Rounds of a loop in a template beyond which it is stopped.
const ROUNDS: u64 = 100_000;

/// What a template is called.
const NAME: &str = "base";

/// How the texts of a set are filled in.
#[derive(Debug)]
pub(super) struct Template {
    /// Whether they are Go's templates.
    pub(super) is_go: bool,
    missing: MissingKey,
    meter: Meter,
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
        Ok(Self { is_go: fields::flag(set, &["spec", "goTemplate"])?, missing, meter: Meter::default() })
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
        let mut output = Output::new(&self.template.meter);
        let filled =
            if self.template.is_go { self.fill(text, &mut output) } else { replace(text, self.params, &mut output) };
        let (text, fault) = (output.text, output.fault);
        filled.map(|()| text).map_err(|error| {
            Problem::new(format!("this template cannot be filled in: {}", fault.unwrap_or(error)))
                .at(span)
                .hint("parameters are what the generator gives, as in `{{.path.basename}}`")
        })
    }

    fn fill(&self, text: &str, output: &mut Output<'_>) -> gotmpl::Result<()> {
        let meter = &self.template.meter;
        // Reading it is work too, and it is read for each set of parameters.
        meter.charge(text.len())?;
        let template = functions::all(meter)
            .fold(gotmpl::Template::new(NAME), |template, (name, function)| template.func(name, function))
            .missing_key(self.template.missing)
            .max_range_iters(ROUNDS);
        let template = meter.watch(template.parse(text)?);
        if template.lookup(NAME).is_some() {
            template.execute_template_fmt(output, NAME, &self.data)
        } else {
            // Nothing but space and comments.
            template.execute_fmt(output, &self.data)
        }
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

/// Writes a text with `{{ name }}` replaced where there is a string of that name; others stay as they are.
fn replace(text: &str, params: &Params, output: &mut Output<'_>) -> gotmpl::Result<()> {
    let mut rest = text;
    while let Some((before, tag, after)) =
        rest.split_once("{{").and_then(|(before, rest)| rest.split_once("}}").map(|(tag, after)| (before, tag, after)))
    {
        output.push(before)?;
        match params.get(tag.trim()).and_then(serde_json::Value::as_str) {
            Some(value) => output.push(value)?,
            None => output.push(&format!("{{{{{tag}}}}}"))?,
        }
        rest = after;
    }
    output.push(rest)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::{Params, Template};
    use crate::yaml::{Dialect, Text, parse_first};

    /// What becomes of a text.
    fn filled(text: &str) -> Result<String, String> {
        let set = parse_first(&Text::loose("spec: {goTemplate: true}"), Dialect::Resource).unwrap().unwrap();
        let deep = "{\"a\":".repeat(60) + "1" + &"}".repeat(60);
        let params: Params = serde_json::from_str(&format!("{{\"name\": \"web\", \"deep\": {deep}}}")).unwrap();
        let template = Template::read(&set).unwrap();
        template.with(&params).text(text, None).map_err(|problem| problem.to_string())
    }

    #[test]
    fn what_people_write_is_filled_in() {
        for (text, wanted) in [
            ("{{ .name }}-{{ printf \"%03d-%s\" 7 .name }}", "web-007-web"),
            ("{{ range until 3 }}{{ . }}{{ end }}", "012"),
            ("{{ define \"n\" }}<{{ . }}>{{ end }}{{ template \"n\" .name }}", "<web>"),
            ("{{ .name | upper | replace \"W\" \"w\" | indent 2 }}", "  wEB"),
            ("{{ regexReplaceAll \"e(.)\" .name \"$1$1\" }}", "wbb"),
            ("{{ if and .name (or false (eq .name \"web\")) }}yes{{ else }}no{{ end }}", "yes"),
            ("{{ with .missing }}x{{ end }}{{/* nothing */}}", ""),
            ("{{ $x := list 1 2 }}{{ join \",\" $x }}{{ len $x }}", "1,22"),
        ] {
            assert_eq!(filled(text).as_deref(), Ok(wanted), "{text}");
        }
    }

    #[test]
    fn what_grows_without_bound_is_refused() {
        for (text, wanted) in [
            ("{{ $x := \"a\" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}", "larger"),
            ("{{ $x := list 1 }}{{ range until 99 }}{{ $x = list $x $x }}{{ end }}", "larger"),
            ("{{ $x := list 1 }}{{ range until 999 }}{{ $x = list $x }}{{ end }}", "nested"),
            ("{{ range until 9999 }}{{ range until 9999 }}{{ $x := print 1 }}{{ end }}{{ end }}", "exhausted"),
            ("{{ range until 1000000000 }}x{{ end }}", "counts to 10000"),
            ("{{ range 1000000000 }}x{{ end }}", "exhausted"),
            ("{{ repeat 1000000000 \"x\" }}", "larger"),
            ("{{ indent 1000000000 \"x\" }}", "larger"),
            ("{{ repeat 1000 \"\\n\" | indent 10000 }}", "larger"),
            ("{{ repeat 10000 \"a\" | replace \"a\" (repeat 10000 \"b\") }}", "larger"),
            ("{{ join (repeat 10000 \"b\") (until 1000) }}", "larger"),
            ("{{ regexReplaceAll \".\" (repeat 10000 \"a\") (repeat 1000 \"$0$0\") }}", "larger"),
            ("{{ printf (repeat 10000 \"%60000d\") 1 }}", "larger"),
            ("{{ printf (repeat 10000 \"%[1]s\") (repeat 10000 \"a\") }}", "larger"),
            ("{{ range until 10000 }}{{ repeat 1000 \"x\" }}{{ end }}", "says more"),
            (
                "{{ define \"x\" }}{{ if . }}{{ template \"x\" .a }}{{ template \"x\" .a }}{{ end }}{{ end }}{{ template \"x\" .deep }}",
                "",
            ),
        ] {
            let problem = filled(text).unwrap_err();
            assert!(problem.contains(wanted), "{text}: {problem}");
        }
    }
}
