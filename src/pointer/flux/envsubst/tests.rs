//! Substitution as Flux records it (`testdata/pointers/envsubst`), and what Flux does not tell or does not have: where things
//! are, and limits.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::ops::Range;

use serde_json::Value;

use super::{Fault, Flaw, Lookup, Substituted, substitute};

fn run(text: &str) -> Result<Substituted, Fault> {
    let long = "a".repeat(100_000);
    let value = |name: &str| match name {
        "v" => Some("value"),
        "w" => Some(""),
        "e" => Some("é"),
        "max" => Some("9223372036854775807"),
        "long" => Some(long.as_str()),
        _ => None,
    };
    substitute(text, &value)
}

/// The places of a result, with `-` before a variable that is missing and `(…)` around one that is not used.
fn places(text: &str) -> Vec<(Range<usize>, Range<usize>, String)> {
    let describe = |lookup: &Lookup| {
        let name = format!("{}{}", if lookup.missing { "-" } else { "" }, lookup.name);
        if lookup.used { name } else { format!("({name})") }
    };
    let places = run(text).unwrap().places.into_iter();
    places
        .map(|place| {
            let lookups: Vec<_> = place.lookups.iter().map(describe).collect();
            (place.input, place.output, lookups.join(" "))
        })
        .collect()
}

#[test]
fn a_place_tells_what_was_replaced_by_what() {
    assert_eq!(places("plain $ text"), []);
    assert_eq!(places("a: ${v} ${none}"), [(3..7, 3..8, "v".into()), (8..15, 9..9, "-none".into())]);
    assert_eq!(places("a$$b${v}"), [(1..3, 1..2, String::new()), (4..8, 3..8, "v".into())]);
    assert_eq!(places("a\0b${v}"), [(1..7, 1..1, String::new())]);
}

#[test]
fn a_place_names_every_variable_that_was_looked_up() {
    assert_eq!(places("${none:-${other}}"), [(0..17, 0..0, "-other none".into())]);
    assert_eq!(places("${w:-x${other:=${v}}}"), [(0..21, 0..6, "v other w".into())]);
    assert_eq!(places("${v:-x${other}}"), [(0..15, 0..5, "(-other) v".into())]);
    assert_eq!(places("${v/a/${other}}"), [(0..15, 0..4, "-other v".into())]);
}

#[test]
fn a_fault_is_about_the_outermost_reference() {
    let fault = |text: &str| run(text).err().map(|fault| (fault.flaw, fault.at));
    assert_eq!(fault("é${v} ${v:-${}}"), Some((Flaw::Name, 7)));
    assert_eq!(fault("${v:${max}:1} ${v-x}"), Some((Flaw::Brace, 14)));
    assert_eq!(fault("${v} ${v:${max}:1}"), Some((Flaw::Slice, 5)));
    assert_eq!(fault("${v} ${e:1}x"), Some((Flaw::NotText, 5)));
    assert_eq!(fault("${e:0:${v:0:0}1}"), Some((Flaw::Form, 0)));
    assert_eq!(fault("${#v"), Some((Flaw::Form, 0)));
}

#[test]
fn hostile_texts_end_in_a_fault_soon() {
    let nested = |depth| format!("{}x{}", "${none:-".repeat(depth), "}".repeat(depth));
    assert_eq!(run(&nested(100)).unwrap().text, "x");
    // A last star is quick, however long the value.
    for text in ["${long##*b}", "${long%%b*}", "${long#a*a*a*a*b}", "${long##*b[}"] {
        assert_eq!(run(text).unwrap().text.len(), 100_000);
    }
    for text in [
        "${long##*b*}",
        "${long//${none}/${long}}",
        "${long/${long:0:50000}/}",
        &"${long}".repeat(1000),
        &"${#long}".repeat(1000),
        &format!("{}x{}", "${long//${none}/".repeat(50), "}".repeat(50)),
    ] {
        assert_eq!(run(text).unwrap_err().flaw, Flaw::TooMuch, "{}", text.get(..20).unwrap_or(text));
    }
    for text in [nested(101), "${none:-".repeat(1_000_000), "${a/".repeat(1_000_000)] {
        assert_eq!(run(&text).unwrap_err(), Fault { flaw: Flaw::TooDeep, at: 0 });
    }
}

/// The message of Flux for a problem, as it was recorded.
fn message(problem: Flaw) -> &'static str {
    match problem {
        Flaw::Name => "unable to parse variable name",
        Flaw::Brace => "missing closing brace",
        Flaw::Form => "bad substitution",
        Flaw::Argument => "unable to parse substitution within function",
        Flaw::Slice => "panic",
        Flaw::NotText => "not UTF-8",
        Flaw::TooDeep | Flaw::TooMuch => "a limit of our own",
    }
}

/// The places must be in order, and what is between them must be the same in both texts.
fn assert_places(old: &str, new: &Substituted) {
    let (mut input, mut output) = (0, 0);
    let end = (old.len()..old.len(), new.text.len()..new.text.len());
    let places = new.places.iter().map(|place| (place.input.clone(), place.output.clone()));
    for (from, to) in places.chain([end]) {
        assert_eq!(&old.as_bytes()[input..from.start], &new.text.as_bytes()[output..to.start], "{old:?}");
        (input, output) = (from.end, to.end);
    }
}

fn compare(path: &str) -> usize {
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut different = Vec::new();
    let cases = file["cases"].as_array().unwrap();
    for case in cases {
        let text = case["text"].as_str().unwrap();
        let result = substitute(text, &|name| file["variables"][name].as_str());
        let actual = match &result {
            Ok(new) => {
                assert_places(text, new);
                let missing = new.places.iter().flat_map(|place| &place.lookups).find(|lookup| lookup.missing);
                (Some(new.text.as_str()), None, missing.map(|lookup| lookup.name.as_str()))
            }
            Err(fault) => {
                assert!(fault.flaw == Flaw::NotText || text.as_bytes()[fault.at..].starts_with(b"${"), "{text:?}");
                (None, Some(message(fault.flaw)), None)
            }
        };
        // In strict mode a missing variable may come before an error that only shows in values.
        let missing = if result.is_ok() { case["missing"].as_str() } else { None };
        let expected = (case["output"].as_str(), case["error"].as_str(), missing);
        if actual != expected {
            different.push(format!("{text:?}\n  ours {actual:?}\n  Flux {expected:?}"));
        }
    }
    let shown = different.iter().take(20).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(different.is_empty(), "{path}: {} of {} differ\n{shown}", different.len(), cases.len());
    cases.len()
}

#[test]
fn flux_makes_the_same_of_every_recorded_text() {
    assert!(compare("testdata/pointers/envsubst/substitution.json") >= 150);
}
