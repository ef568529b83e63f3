#![expect(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;

use super::{Schema, nearest};
use crate::source::{Files, RepoPath};
use crate::yaml::{Dialect, Text, parse_first};

/// Each breach on a line of its own: the place, the text there, the message, the advice.
fn breaches(schema: &str, text: &str) -> String {
    let files = Files::default();
    let id = files.add(RepoPath::new("test.yaml").unwrap(), text.into());
    let node = parse_first(&Text::of_file(id, text, 0), Dialect::Resource).unwrap().unwrap();
    let schema = Schema::new(serde_json::from_str(schema).unwrap()).unwrap();
    let mut out = String::new();
    for problem in schema.validate(&node) {
        let span = problem.span().unwrap();
        let place = files.location(span);
        let quoted = files.text(span).unwrap();
        let quoted = quoted.lines().next().unwrap_or_default();
        write!(out, "{}:{} `{quoted}`: {problem}", place.line, place.column).unwrap();
        if let Some(hint) = problem.hint_text() {
            write!(out, "; {hint}").unwrap();
        }
        out.push('\n');
    }
    out
}

fn gate(text: &str) -> String {
    breaches(include_str!("../../schemas/gate.schema.json"), text)
}

#[test]
fn the_schema_of_gate_yaml_is_one() {
    let schema = serde_json::from_str(include_str!("../../schemas/gate.schema.json")).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
}

#[test]
fn unknown_keys_are_shown_at_the_key_with_what_was_meant() {
    insta::assert_snapshot!(gate(
        "enviroments: [dev]\nfreez: []\ncolour: red\nwaivers:\n- {policy: a, reasn: b, until: c, owner: d, reason: e}\n\
         kubernetes: {version: 1.30, schema: []}\n"
    ), @"
    1:1 `enviroments`: the key `enviroments` is not known here; did you mean `environments`?
    2:1 `freez`: the key `freez` is not known here; did you mean `freeze`?
    3:1 `colour`: the key `colour` is not known here; the keys here are `version`, `environments`, `apps`, `clusters`, `drift`, `freeze`, `policies`, `secrets`, `waivers`, `kubernetes` and `render`
    5:15 `reasn`: the key `reasn` is not known here; the keys here are `policy`, `app`, `environment`, `resource`, `path`, `digest`, `until`, `reason` and `owner`
    6:29 `schema`: the key `schema` is not known here; did you mean `schemas`?
    ");
}

#[test]
fn missing_keys_are_shown_at_what_lacks_them() {
    insta::assert_snapshot!(gate("freeze:\n- reason: x\nwaivers:\n- policy: a\n- {}\n"), @"
    2:3 `reason`: the key `name` is missing; what the freeze is called in reports
    4:3 `policy`: the key `until` is missing; the last day on which it holds, in UTC, such as `2027-01-31`
    4:3 `policy`: the key `reason` is missing; why it is needed
    4:3 `policy`: the key `owner` is missing; who answers for it
    5:3 `{}`: the key `policy` is missing; the policy whose findings are waived
    5:3 `{}`: the key `until` is missing; the last day on which it holds, in UTC, such as `2027-01-31`
    5:3 `{}`: the key `reason` is missing; why it is needed
    5:3 `{}`: the key `owner` is missing; who answers for it
    ");
}

#[test]
fn wrong_values() {
    insta::assert_snapshot!(gate(
        "version: 2\nenvironments: []\napps: apps/{app}\ndrift:\n  compare:\n  - [a]\n  - a\n  allow: {a: b}\n\
         policies:\n  severity: {a: warn, b: loud, c: 3}\n  paths: [1, '']\n  settings: {a: 5}\nsecrets:\n\
         kubernetes: {version: v1.30}\nwaivers: 7\n"
    ), @r"
    1:10 `2`: this must be `1`; the version of this format, `1`
    2:15 `[]`: this list may not be empty; the stages of a promotion, lowest trust first
    3:7 `apps/{app}`: this must be a list, not text; where overlays are; without it they are found by the names of directories
    6:5 `[a]`: this list must have at least 2 items; a pair of environments such as `[staging, production]`
    7:5 `a`: this must be a list, not text; a pair of environments such as `[staging, production]`
    8:10 `{a: b}`: this must be a list, not a map; differences that are meant
    10:17 `warn`: this must be `info`, `warning` or `error`
    10:26 `loud`: this must be `info`, `warning` or `error`
    10:35 `3`: this must be `info`, `warning` or `error`
    11:11 `1`: this must be text, not a number
    11:14 `''`: this text may not be empty
    12:17 `5`: this must be a map, not a number; the settings of one policy, a map
    13:1 `secrets`: this must be a map, not nothing; what is known about Secrets
    14:23 `v1.30`: this must match the pattern `^1\.[0-9]{1,3}$`; the version of the clusters, such as `1.33`
    15:10 `7`: this must be a list, not a number; dated, reasoned, owned exceptions
    ");
}

#[test]
fn alternatives_are_judged_by_the_one_that_was_meant() {
    let schema = r#"{"items": {"anyOf": [
        {"type": "string", "minLength": 2},
        {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}, "additionalProperties": false}
    ]}}"#;
    insta::assert_snapshot!(breaches(schema, "- a\n- {nam: b}\n- 7\n- ab\n"), @"
    1:3 `a`: this text must have at least 2 characters
    2:4 `nam`: the key `nam` is not known here; did you mean `name`?
    2:4 `nam`: the key `name` is missing
    3:3 `7`: this must be text or a map, not a number
    ");
}

#[test]
fn other_keywords() {
    let schema = r#"{"properties": {
        "a": {"minimum": 3, "description": "A count."}, "b": {"maxItems": 1, "uniqueItems": true}, "c": {"not": {"type": "string"}},
        "d": {"pattern": "^x"}, "e": {"oneOf": [{"minimum": 1}, {"minimum": 2}]}, "f": {"dependentRequired": {"x": ["y"]}},
        "g": {"propertyNames": {"pattern": "^[a-z]+$", "description": "Lowercase letters."}}, "h/i": {"maxLength": 1},
        "j": {"enum": [1, null, "two"]}, "k": false, "l": {"multipleOf": 5}}}"#;
    let text = "a: 1\nb: [1, 1]\nc: x\nd: y\ne: 5\nf: {x: 1}\ng: {A1: 1}\nh/i: ab\nj: tow\nk: 1\nl: 7\n";
    insta::assert_snapshot!(breaches(schema, text), @"
    1:4 `1`: this must be at least 3; a count
    2:4 `[1, 1]`: this list may have at most 1 item
    2:4 `[1, 1]`: this list may not hold the same item twice
    3:4 `x`: this does not fit the schema's `not`
    4:4 `y`: this must match the pattern `^x`
    5:4 `5`: this can be read in more than one way
    6:1 `f`: the key `y` is missing
    7:5 `A1`: `A1` is not allowed as a key here; lowercase letters
    8:6 `ab`: this text may have at most 1 character
    9:4 `tow`: this must be `1`, `null` or `two`; did you mean `two`?
    10:4 `1`: nothing may stand here
    11:4 `7`: this does not fit the schema's `multipleOf`
    ");
}

#[test]
fn a_schema_must_stand_alone() {
    let error = |text: &str| Schema::new(serde_json::from_str(text).unwrap()).err().map(|error| error.to_string());
    insta::assert_debug_snapshot!(
        [r#"{"$ref": "https://example.com/schema.json"}"#, r#"{"type": "strin"}"#, r#"{"$ref": "file:///etc/passwd"}"#].map(error),
        @r#"
        [
            Some(
                "this is not a JSON Schema: Resource 'https://example.com/schema.json' is not present in a registry and retrieving it failed: Retrieval is disabled, cannot fetch https://example.com/schema.json",
            ),
            Some(
                "this is not a JSON Schema at `/type`: value is not valid under any of the schemas listed in the 'anyOf' keyword",
            ),
            Some(
                "this is not a JSON Schema: Resource 'file:///etc/passwd' is not present in a registry and retrieving it failed: Retrieval is disabled, cannot fetch file:///etc/passwd",
            ),
        ]
        "#
    );
}

#[test]
fn spellings() {
    let words = ["staging", "production", "image-digest-pinned", "app", "end"];
    let near = |word: &str| nearest(word, words.iter().copied());
    assert_eq!(near("stagign"), Some("staging"));
    assert_eq!(near("Prod_uction"), Some("production"));
    assert_eq!(near("image_digest_pined"), Some("image-digest-pinned"));
    assert_eq!(near("ap"), Some("app"));
    assert_eq!(near("qa"), None);
    assert_eq!(near("zzz"), None);
}
