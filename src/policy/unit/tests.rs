//! Unit tests as their authors meet them. What passes, which cases there are and which expression fails is what
//! OPA 1.22 says of the same files, but for what `judge` and the README say.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use super::*;
use crate::policy::engine::Unmet;
use crate::policy::tests::shown;
use crate::source::{Files, RepoPath};

/// What `gate test` makes of some files.
fn tested(user: &[(&str, &str)]) -> String {
    tested_with(user, &Run { coverage: true, ..Run::at(1_795_428_000_000_000_000) })
}

fn tested_with(user: &[(&str, &str)], how: &Run) -> String {
    let files = Arc::new(Files::default());
    let add = |(path, text): &(&str, &str)| files.add(RepoPath::new(path).unwrap(), (*text).into());
    let user: Vec<_> = user.iter().map(add).collect();
    let report = match test(&files, &user, how) {
        Ok(report) => report,
        Err(problems) => return shown(&files, &problems),
    };
    let line = |result: &TestResult| {
        let at = result.span.map(|span| files.location(span)).unwrap();
        let outcome = match &result.outcome {
            Outcome::Error(problem) => shown(&files, std::slice::from_ref(problem)),
            other => format!("{other:?}\n"),
        };
        let unmet = |unmet: &Unmet| {
            let at = unmet.span.map(|span| files.location(span)).unwrap();
            format!("  {}: {} {:?}\n", at.line, unmet.text, unmet.values)
        };
        let cases = result.cases.iter().map(|case| {
            let unmet = case.unmet.as_ref().map(unmet).unwrap_or_default();
            format!("  {:?} {}\n{unmet}", case.name, case.passed)
        });
        let more = result.unmet.iter().map(unmet).chain(cases);
        let more: String = more.chain(result.prints.iter().map(|line| format!("  {line}\n"))).collect();
        format!("{}:{} {}.{} {outcome}{more}", at.path, at.line, result.package, result.name)
    };
    let missed = report.coverage.iter().flatten().flat_map(|file| &file.points).filter(|point| !point.reached);
    let missed = missed.map(|point| {
        let at = files.location(point.span);
        let what = if point.is_rule { "never holds" } else { "is not evaluated" };
        format!("{}:{}: {} {what}\n", at.path, at.line, point.rule)
    });
    report.results.iter().map(line).collect::<String>() + &missed.collect::<String>()
}

#[test]
fn tests_of_one_name_are_refused() {
    let one = "package main_test\ntest_twice if false\ntest_once if true\ndefault todo_test_off := false\ntodo_test_off if true\n";
    let two = "package main_test\ntest_twice if true\n";
    insta::assert_snapshot!(tested(&[("p/a_test.rego", one), ("p/b_test.rego", two)]), @"
    p/a_test.rego:2 main_test.test_twice p/b_test.rego:2:1: another test is named `test_twice`, and it would pass where either does (give each test a name of its own)
    p/a_test.rego:3 main_test.test_once Passed
    p/a_test.rego:4 main_test.todo_test_off Skipped
    ");
    let chained = "package main_test\ntest_chained {\n\tfalse\n} {\n\ttrue\n}\n";
    insta::assert_snapshot!(tested(&[("p/a_test.rego", chained)]), @"p/a_test.rego:2 main_test.test_chained p/a_test.rego:4:3: another test is named `test_chained`, and it would pass where either does (give each test a name of its own)");
}

#[test]
fn tests_pass_fail_err_or_are_put_off() {
    let policy = "package main
deny contains \"big\" if input.size > count(data.gate.lib.protected)
deny contains \"old\" if {
	time.now_ns() > 0
	startswith(input.name, \"old\")
}
";
    let tests = "package main_test
import data.main
test_passes if main.deny == {\"old\"} with input as {\"name\": \"old one\"}
test_fails if {
	print(\"deny is\", main.deny)
	count(main.deny) == 3 with input as {\"name\": \"new\"}
}
test_errs if count(main.deny) == 0 with input as {\"name\": 1}
test_cases[name] := count(main.deny) == want if {
	some name, want in {\"one\": 1, \"two\": 2}
	count(main.deny) == 1 with input as {\"name\": \"old\"}
}
todo_test_later if false
test_time if time.now_ns() == 1795428000000000000
test_mock if main.deny == set() with input as {\"name\": \"old\"} with time.now_ns as 0
test_function(x) if x
";
    let other = "package other\nimport rego.v1\nwarn contains \"x\" if input.kind\n";
    insta::assert_snapshot!(tested(&[("p/a.rego", policy), ("p/a_test.rego", tests), ("p/b.rego", other)]), @r#"
    p/a_test.rego:3 main_test.test_passes Passed
    p/a_test.rego:4 main_test.test_fails Failed
      6: count(main.deny) == 3 with input as {"name": "new"} [("count(main.deny)", ["0"]), ("main.deny", ["set()"])]
      p/a_test.rego:5: deny is {}
    p/a_test.rego:8 main_test.test_errs p/a.rego:5:18: `startswith` expects string argument. Got `1` instead (check the type first, as in `is_string(value)`)
    p/a_test.rego:9 main_test.test_cases Failed
      ["one"] false
      9: count(main.deny) == want [("count(main.deny)", ["0"]), ("main.deny", ["set()"]), ("want", ["1"])]
      ["two"] false
      9: count(main.deny) == want [("count(main.deny)", ["0"]), ("main.deny", ["set()"]), ("want", ["2"])]
    p/a_test.rego:13 main_test.todo_test_later Skipped
    p/a_test.rego:14 main_test.test_time Passed
    p/a_test.rego:15 main_test.test_mock Passed
    p/b.rego:1 other. Missing
    p/a.rego:2: deny never holds
    p/b.rego:3: warn never holds
    p/b.rego:3: warn is not evaluated
    "#);
    insta::assert_snapshot!(tested(&[("p/a.rego", policy)]), @"?: there are no tests (name rules `test_...`, in files named `..._test.rego`)");
    insta::assert_snapshot!(tested(&[("p/a_test.rego", "package a_test\ntest_a if {\n\tnope\n}\n")]), @"p/a_test.rego:3:2: `nope` has no value: it is no rule, and nothing in this rule sets it");
}

/// What fails, and why.
fn failing(tests: &str) -> String {
    let policy = "package main
import rego.v1
deny contains \"old\" if startswith(input.name, \"old\")
default allow := false
allow if input.ok
helper(x) := x + 1
";
    let tests = format!("package main_test\nimport rego.v1\nimport data.main\n{tests}");
    tested_with(&[("p/a.rego", policy), ("p/a_test.rego", &tests)], &Run::at(0))
}

#[test]
fn the_expression_that_fails_is_told_with_its_values() {
    insta::assert_snapshot!(failing("test_some if some x in input.list with input as {\"list\": []}\n"), @r#"
    p/a_test.rego:4 main_test.test_some Failed
      4: some x in input.list with input as {"list": []} [("input.list", ["[]"])]
    p/a.rego:1 main. Missing
    "#);
    insta::assert_snapshot!(failing("test_many if {\n\tsome x in [1, 2, 3]\n\tx > 5\n}\n"), @r#"
    p/a_test.rego:4 main_test.test_many Failed
      6: x > 5 [("x", ["1", "2", "3"])]
    p/a.rego:1 main. Missing
    "#);
    insta::assert_snapshot!(failing("test_not if not main.allow with input as {\"ok\": true}\n"), @r#"
    p/a_test.rego:4 main_test.test_not Failed
      4: not main.allow with input as {"ok": true} [("main.allow", ["true"])]
    "#);
    insta::assert_snapshot!(failing("test_ref if main.allow with input as {\"ok\": false}\n"), @r#"
    p/a_test.rego:4 main_test.test_ref Failed
      4: main.allow with input as {"ok": false} [("main.allow", ["false"])]
    "#);
    insta::assert_snapshot!(failing("test_every if every x in [1, 2] { x > 1 }\n"), @"
    p/a_test.rego:4 main_test.test_every Failed
      4: every x in [1, 2] { x > 1 } []
    p/a.rego:1 main. Missing
    ");
    insta::assert_snapshot!(failing("test_value := main.helper(1) == 3\n"), @r#"
    p/a_test.rego:4 main_test.test_value Failed
      4: main.helper(1) == 3 [("main.helper(1)", ["2"])]
    "#);
    insta::assert_snapshot!(failing("test_local if {\n\tinput_of := {\"name\": \"old\"}\n\tgot := main.deny with input as input_of\n\tgot == {\"older\"}\n}\n"), @r#"
    p/a_test.rego:4 main_test.test_local Failed
      7: got == {"older"} [("got", ["{\"old\"}"])]
    "#);
    insta::assert_snapshot!(failing("test_compr if count([x | some x in main.deny with input as {\"name\": \"old\"}]) == 2\n"), @r#"
    p/a_test.rego:4 main_test.test_compr Failed
      4: count([x | some x in main.deny with input as {"name": "old"}]) == 2 [("count([x | some x in main.deny with input as {\"name\": \"old\"}])", ["1"]), ("[x | some x in main.deny with input as {\"name\": \"old\"}]", ["[\"old\"]"])]
    "#);
    insta::assert_snapshot!(failing("test_undefined if {\n\ty := input.nope\n\ty == 1\n}\n"), @r#"
    p/a_test.rego:4 main_test.test_undefined Failed
      5: y := input.nope [("input.nope", [])]
    p/a.rego:1 main. Missing
    "#);
    insta::assert_snapshot!(failing("test_wildcard if {\n\tinput.list[_] == 3 with input as {\"list\": [1, 2]}\n}\n"), @r#"
    p/a_test.rego:4 main_test.test_wildcard Failed
      5: input.list[_] == 3 with input as {"list": [1, 2]} []
    p/a.rego:1 main. Missing
    "#);
    insta::assert_snapshot!(failing("test_unify if {\n\t[x, 2] = [1, 3]\n\tx == 1\n}\n"), @"
    p/a_test.rego:4 main_test.test_unify Failed
      5: [x, 2] = [1, 3] []
    p/a.rego:1 main. Missing
    ");
    insta::assert_snapshot!(failing("test_quote if {\n\tmain.helper(1) == \"x\"\n}\n"), @r#"
    p/a_test.rego:4 main_test.test_quote Failed
      5: main.helper(1) == "x" [("main.helper(1)", ["2"])]
    "#);
    insta::assert_snapshot!(failing("# METADATA\n# title: t\ntest_metadata if {\n\tx := rego.metadata.chain()[0]\n\trego.metadata.rule() == x.annotations.title\n}\n"), @r#"
    p/a_test.rego:6 main_test.test_metadata Failed
      8: rego.metadata.rule() == x.annotations.title [("rego.metadata.rule()", ["{\"scope\": \"rule\", \"title\": \"t\"}"]), ("x.annotations.title", ["\"t\""])]
    p/a.rego:1 main. Missing
    "#);
    insta::assert_snapshot!(failing("test_text := \"yes\"\n"), @"
    p/a_test.rego:4 main_test.test_text Failed
    p/a.rego:1 main. Missing
    ");
}

#[test]
fn nothing_is_said_where_it_could_be_wrong() {
    insta::assert_snapshot!(failing("test_two if {\n\t1 == 2\n}\ntest_two if {\n\t1 == 3\n}\n"), @"
    p/a_test.rego:4 main_test.test_two p/a_test.rego:7:1: another test is named `test_two`, and it would pass where either does (give each test a name of its own)
    p/a.rego:1 main. Missing
    ");
    insta::assert_snapshot!(failing("test_else := true if {\n\t1 == 2\n} else := false\n"), @"
    p/a_test.rego:4 main_test.test_else Failed
    p/a.rego:1 main. Missing
    ");
}

#[test]
fn a_case_that_does_not_hold_is_not_overlooked() {
    insta::assert_snapshot!(failing("test_table[name] if {
	some name, want in {\"one\": 2, \"two\": 9}
	main.helper(1) == want
}
"), @r#"
    p/a_test.rego:4 main_test.test_table Failed
      ["one"] true
      ["two"] false
      6: main.helper(1) == want [("main.helper(1)", ["2"]), ("want", ["9"])]
    "#);
    insta::assert_snapshot!(failing("test_note[tc.note] if {
	some tc in [
		# a comment {
		{ # and another
			\"note\": \"empty\",
			\"a\": [],
			\"exp\": [],
		},
		{\"note\": \"one\", \"a\": [1], \"exp\": [2]},
	]
	act := array.concat(tc.a, [])
	act == tc.exp
}
"), @r#"
    p/a_test.rego:4 main_test.test_note Failed
      ["empty"] true
      ["one"] false
      15: act == tc.exp [("act", ["[1]"]), ("tc.exp", ["[2]"])]
    p/a.rego:1 main. Missing
    "#);
    insta::assert_snapshot!(failing("test_nested[a][b] if {
	some a, bs in {\"x\": {\"p\": 1, \"q\": 2}, \"y\": {\"r\": 1}}
	some b, want in bs
	want == 1
}
"), @r#"
    p/a_test.rego:4 main_test.test_nested Failed
      ["x", "p"] true
      ["x", "q"] false
      7: want == 1 [("want", ["2"])]
      ["y", "r"] true
    p/a.rego:1 main. Missing
    "#);
    insta::assert_snapshot!(failing("test_quoted[x] if {
	text := \"old\"
	\"new\" != text with input as \"no\"
	2 == (1 + 1)
	some x in [\"a\", text]
	set() == set()
	x == `old`
}
"), @r#"
    p/a_test.rego:4 main_test.test_quoted Failed
      ["a"] false
      10: x == `old` [("x", ["\"a\""])]
      ["old"] true
    p/a.rego:1 main. Missing
    "#);
    insta::assert_snapshot!(failing("test_none[x] if {\n\tsome x in []\n}\n"), @"
    p/a_test.rego:4 main_test.test_none p/a_test.rego:4:1: this test has no cases, so it tests nothing
    p/a.rego:1 main. Missing
    ");
    insta::assert_snapshot!(failing("test_two[x] if {\n\tsome x in [\"a\"]\n}\ntest_two[x] if {\n\tsome x in [\"b\"]\n\tx == 1\n}\n"), @r#"
    p/a_test.rego:4 main_test.test_two p/a_test.rego:7:1: another test is named `test_two`, and it would pass where either does (give each test a name of its own)
    p/a.rego:1 main. Missing
    "#);
}

#[test]
fn tests_are_chosen_by_their_names() {
    let run = |only: &str, may_be_empty| {
        let how = Run { only: Some(Regex::new(only).unwrap()), may_be_empty, ..Run::at(0) };
        tested_with(
            &[
                ("p/a.rego", "package main\nimport rego.v1\ndeny contains 1 if false\n"),
                ("p/a_test.rego", "package a_test\ntest_one if true\ntest_two if true\n"),
            ],
            &how,
        )
    };
    insta::assert_snapshot!(run("one$", false), @"p/a_test.rego:2 a_test.test_one Passed");
    insta::assert_snapshot!(run("^data.a_test.test_t", false), @"p/a_test.rego:3 a_test.test_two Passed");
    insta::assert_snapshot!(run("three", false), @"?: no test has a name that fits `three` (names are as in `data.gate.team_test.test_name`)");
    insta::assert_snapshot!(run("three", true), @"");
}

#[test]
fn a_rule_counts_as_reached_only_where_it_holds() {
    let policy = "package main
import rego.v1
plain := {
	\"a\": 1, # {
}
default word := \"none\"
word := \"some\" if input.word
size(x) := \"big\" if {
	x > 10
} else := \"middle\" if {
	x > 5
} else := \"small\"
is_big(x) if size(x) == \"big\"
part[name] := value if {
	some name, value in input.parts
	every x in value {
		x > 0
	}
}
deny contains {\"msg\": \"m\", \"more\": [x | some x in input.list; x > 1]} if {
	plain.a == 1
	input.deep
}
ends(x) if x == \"y\"
never contains x if {
	some x in input.list
	x > 100
	is_big(x)
}
";
    let tests = "package main_test
import rego.v1
import data.main
test_a if {
	main.word == \"none\"
	main.ends(\"y\")
	main.size(7) == \"middle\"
	not main.is_big(1)
	main.part.a with input as {\"parts\": {\"a\": [1]}}
	count(main.deny) == 1 with input as {\"deep\": true, \"list\": [1]}
	count(main.never) == 0 with input as {\"list\": [1]}
}
";
    insta::assert_snapshot!(tested(&[("p/a.rego", policy), ("p/a_test.rego", tests)]), @"
    p/a_test.rego:4 main_test.test_a Passed
    p/a.rego:7: word never holds
    p/a.rego:8: size never holds
    p/a.rego:13: is_big never holds
    p/a.rego:25: never never holds
    p/a.rego:28: never is not evaluated
    ");
}

#[test]
fn rules_that_ask_for_their_metadata_can_be_watched() {
    let policy = "package main
import rego.v1
# METADATA
# title: told
deny contains rego.metadata.rule().title if {
	count(rego.metadata.chain()) == 1
	input.a
}
# METADATA
# title: other
warn contains rego.metadata.rule().title if input.b
";
    let tests = "package main_test\nimport rego.v1\nimport data.main\ntest_a if main.deny == {\"told\"} with input as {\"a\": 1}\n";
    insta::assert_snapshot!(tested(&[("p/a.rego", policy), ("p/a_test.rego", tests)]), @"
    p/a_test.rego:4 main_test.test_a Passed
    p/a.rego:11: warn never holds
    ");
}
