//! Which built-in functions policies have: those of the interpreter, those set right or added here, and
//! those that a gate must not have.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use regorus::Value;
use regorus::unstable::BUILTINS;

use super::arguments::{MAX_RANGE, integer, items, kind, text};
use super::data::Data;
use super::large;
use super::opa;
use super::pattern;
use super::sprintf::{Argument, sprintf};
use crate::yaml::{Dialect, Text, parse_first};

/// The function through which rules of a watched copy take their values; see [`super::points`].
pub(super) const COVERED: &str = "__gate_covered";

/// The functions that answer for METADATA; see [`super::annotations`].
pub(super) const METADATA: [&str; 2] = [RULE, "__gate_chain"];

/// The first of them.
pub(super) const RULE: &str = "__gate_rule";

/// A built-in of ours: its name, how many arguments it takes, what it does.
type Function = (&'static str, u8, fn(&[Value]) -> Result<Value>);

/// Built-ins that the interpreter lacks or has otherwise than OPA.
pub(super) const OWN: [Function; 40] = [
    ("sprintf", 2, |arguments| own_sprintf(arguments)),
    ("numbers.range", 2, |arguments| range(arguments, 1)),
    ("numbers.range_step", 3, |arguments| range(arguments, integer(arguments, 2)?)),
    ("json.is_valid", 1, |arguments| Ok(Value::from(text(arguments, 0).is_ok_and(is_json)))),
    ("array.flatten", 1, |arguments| Ok(Value::from(flatten(arguments)?))),
    ("to_number", 1, |arguments| opa::to_number(arguments.first())),
    ("concat", 2, |arguments| large::concat(text(arguments, 0)?, &items(arguments, 1)?)),
    ("replace", 3, |arguments| large::replace(text(arguments, 0)?, text(arguments, 1)?, text(arguments, 2)?)),
    ("strings.replace_n", 2, |arguments| large::replace_n(arguments.first(), text(arguments, 1)?)),
    ("regex.replace", 3, |arguments| {
        large::regex_replace(text(arguments, 0)?, text(arguments, 1)?, text(arguments, 2)?)
    }),
    ("regex.match", 2, |arguments| pattern::matches(text(arguments, 0)?, text(arguments, 1)?)),
    ("json.marshal", 1, |arguments| large::json(arguments.first())),
    ("array.concat", 2, |arguments| large::array_concat(arguments)),
    ("upper", 1, |arguments| Ok(Value::from(opa::upper(text(arguments, 0)?)))),
    ("lower", 1, |arguments| Ok(Value::from(opa::lower(text(arguments, 0)?)))),
    ("indexof", 2, |arguments| opa::indexof(text(arguments, 0)?, text(arguments, 1)?)),
    ("indexof_n", 2, |arguments| opa::indexof_n(text(arguments, 0)?, text(arguments, 1)?)),
    ("strings.count", 2, |arguments| Ok(Value::from(opa::count(text(arguments, 0)?, text(arguments, 1)?)))),
    ("regex.split", 2, |arguments| opa::regex_split(text(arguments, 0)?, text(arguments, 1)?)),
    ("glob.quote_meta", 1, |arguments| Ok(Value::from(opa::quote_meta(text(arguments, 0)?)))),
    ("urlquery.encode", 1, |arguments| Ok(Value::from(opa::query_encode(text(arguments, 0)?)))),
    ("urlquery.decode", 1, |arguments| Ok(Value::from(opa::query_decode(text(arguments, 0)?)?))),
    ("urlquery.encode_object", 1, |arguments| opa::query_encode_object(arguments.first())),
    ("urlquery.decode_object", 1, |arguments| opa::query_decode_object(text(arguments, 0)?)),
    ("net.cidr_intersects", 2, |arguments| Ok(Value::from(opa::intersects(text(arguments, 0)?, text(arguments, 1)?)?))),
    ("time.add_date", 4, |arguments| {
        opa::add_date(arguments.first(), [integer(arguments, 1)?, integer(arguments, 2)?, integer(arguments, 3)?])
    }),
    ("time.parse_duration_ns", 1, |arguments| opa::duration(text(arguments, 0)?)),
    ("json.match_schema", 2, |arguments| opa::match_schema(arguments.first(), arguments.get(1))),
    ("json.verify_schema", 1, |arguments| Ok(opa::verify_schema(arguments.first()))),
    ("crypto.sha256", 1, |arguments| Ok(Value::from(sha256(text(arguments, 0)?)))),
    ("yaml.unmarshal", 1, |arguments| yaml(text(arguments, 0)?)),
    ("yaml.is_valid", 1, |arguments| Ok(Value::from(text(arguments, 0).is_ok_and(|text| yaml(text).is_ok())))),
    ("parse_config", 2, |arguments| parse_config(text(arguments, 0)?, text(arguments, 1)?)),
    // Rego v0.
    ("any", 1, |arguments| Ok(Value::from(items(arguments, 0)?.contains(&Value::Bool(true))))),
    ("all", 1, |arguments| Ok(Value::from(items(arguments, 0)?.iter().all(|item| *item == Value::Bool(true))))),
    ("re_match", 2, |arguments| Ok(Value::from(regex::Regex::new(text(arguments, 0)?)?.is_match(text(arguments, 1)?)))),
    ("set_diff", 2, |arguments| set_diff(arguments)),
    ("cast_array", 1, |arguments| Ok(Value::from(items(arguments, 0)?))),
    ("cast_set", 1, |arguments| Ok(Value::from(items(arguments, 0)?.into_iter().collect::<BTreeSet<_>>()))),
    ("cast_string", 1, |arguments| Ok(Value::from(text(arguments, 0)?))),
];

/// Built-ins that a gate must not have, and why.
const REFUSED: [(&str, &str); 8] = [
    ("http.send", "a policy cannot reach the network"),
    ("net.lookup_ip_addr", "a policy cannot reach the network"),
    ("opa.runtime", "a policy cannot see the machine that it runs on"),
    ("rand.intn", "a judgement must not depend on chance"),
    ("uuid.rfc4122", "a judgement must not depend on chance"),
    ("parse_config_file", "a policy cannot read files"),
    ("rego.metadata.rule", "it is known only where nothing stands between its parentheses"),
    ("rego.metadata.chain", "it is known only where nothing stands between its parentheses"),
];

/// How many arguments a built-in takes; `None` where there is no such built-in.
pub(super) fn arity(name: &str) -> Option<usize> {
    if refusal(name).is_some() {
        return None;
    }
    let own = OWN.iter().find(|(own, ..)| *own == name).map(|(_, arity, _)| *arity);
    let own = own.or_else(|| (name == COVERED).then_some(2));
    let own = own.or_else(|| METADATA.contains(&name).then_some(1));
    own.or_else(|| BUILTINS.get(name).map(|(_, arity)| *arity)).map(usize::from)
}

/// Why a policy may not call a built-in of OPA; `None` for all that it may call and all that do not exist.
pub(super) fn refusal(name: &str) -> Option<&'static str> {
    REFUSED.iter().find(|(refused, _)| *refused == name).map(|(_, why)| *why)
}

/// Every name that can be called, sorted.
pub(super) fn names() -> Vec<&'static str> {
    let known = BUILTINS.keys().copied().chain(OWN.iter().map(|(name, ..)| *name)).chain(["print"]);
    // `__builtin_sets.union` and the like are how operators call.
    let known = known.filter(|name| refusal(name).is_none() && !name.starts_with('_'));
    known.collect::<BTreeSet<_>>().into_iter().collect()
}

fn own_sprintf(arguments: &[Value]) -> Result<Value> {
    let format = text(arguments, 0)?;
    let Some(Value::Array(values)) = arguments.get(1) else {
        bail!("argument 2 must be an array, not {}", kind(arguments.get(1)))
    };
    let values = values.iter().map(argument).collect::<Result<Vec<Argument>>>()?;
    large::whole(sprintf(format, &values))
}

fn argument(value: &Value) -> Result<Argument> {
    Ok(match value {
        Value::String(text) => Argument::Text(text.to_string()),
        Value::Number(_) => match (value.as_i128(), value.as_f64()) {
            (Ok(value), _) => Argument::Int(value),
            (_, Ok(value)) => Argument::Float(value),
            _ => Argument::Text(value.to_string()),
        },
        other => Argument::Text(large::term(other)?),
    })
}

/// `numbers.range` and `numbers.range_step`: both ends included, downwards where the second is smaller.
fn range(arguments: &[Value], step: i128) -> Result<Value> {
    let (from, to) = (integer(arguments, 0)?, integer(arguments, 1)?);
    if step <= 0 {
        bail!("the step must be a positive number");
    }
    let count = from.abs_diff(to) / step.unsigned_abs() + 1;
    if count > MAX_RANGE.unsigned_abs() {
        bail!("a range of more than {MAX_RANGE} numbers is not made here");
    }
    let step = if from <= to { step } else { -step };
    let numbers = std::iter::successors(Some(from), |last| last.checked_add(step));
    Ok(Value::from(numbers.take(usize::try_from(count)?).map(Value::from).collect::<Vec<_>>()))
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// Arrays in the array become their items; those in these stay.
fn flatten(arguments: &[Value]) -> Result<Vec<Value>> {
    let flat = items(arguments, 0)?.into_iter().flat_map(|item| match item {
        Value::Array(inner) => inner.to_vec(),
        other => vec![other],
    });
    Ok(flat.collect())
}

fn set_diff(arguments: &[Value]) -> Result<Value> {
    let (Some(Value::Set(left)), Some(Value::Set(right))) = (arguments.first(), arguments.get(1)) else {
        bail!("both arguments must be sets")
    };
    Ok(left.difference(right).into_value())
}

fn sha256(text: &str) -> String {
    use sha2::Digest;
    let digits: Vec<String> = sha2::Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}

/// Reads YAML with the limits that manifests have.
fn yaml(text: &str) -> Result<Value> {
    let node = parse_first(&Text::loose(text), Dialect::Resource)?;
    Ok(node.map_or(Value::Null, |node| Data::node(&node).0))
}

/// conftest's function for tests: `text` read as a file of that kind would be.
fn parse_config(parser: &str, text: &str) -> Result<Value> {
    match parser {
        "yaml" | "json" => yaml(text),
        _ => bail!("`parse_config` reads `yaml` and `json` here, not `{parser}`"),
    }
}
