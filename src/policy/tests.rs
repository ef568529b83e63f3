//! Policies as their authors meet them: loading, judging, and every way in which that can fail.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::repo::Policies;
use crate::source::{Files, Problem, RepoPath};

/// Problems as `file:line:column: message (hint)`.
pub(super) fn shown(files: &Files, problems: &[Problem]) -> String {
    let line = |problem: &Problem| {
        let place = problem.span().map(|span| files.location(span));
        let place = place.map_or("?".to_owned(), |at| format!("{}:{}:{}", at.path, at.line, at.column));
        let hint = problem.hint_text().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("{place}: {problem}{hint}\n")
    };
    problems.iter().map(line).collect()
}

fn setup(user: &[(&str, &str)]) -> (Arc<Files>, Setup) {
    let files = Arc::new(Files::default());
    let user = user.iter().map(|(path, text)| files.add(RepoPath::new(path).unwrap(), (*text).into())).collect();
    let setup = Setup {
        files: files.clone(),
        user,
        policies: Policies::default(),
        given: Given::default(),
        apps: Data::array([]),
        now: 1_795_428_000_000_000_000,
    };
    (files, setup)
}

/// What is wrong with policies.
fn refused(user: &[(&str, &str)]) -> String {
    let (files, setup) = setup(user);
    match PolicySet::load(setup) {
        Ok(_) => "nothing\n".to_owned(),
        Err(problems) => shown(&files, &problems),
    }
}

#[test]
fn the_built_in_policies_load() {
    assert_eq!(refused(&[]), "nothing\n");
}

/// What the user's own policies say about an input, as `policy severity: message @ place`.
fn judged(user: &[(&str, &str)], input: serde_json::Value) -> String {
    let (files, setup) = setup(user);
    let set = PolicySet::load(setup).map_err(|problems| shown(&files, &problems)).unwrap();
    let judged = set.judge(&Data::from(input));
    let own: BTreeSet<&str> =
        set.policies().iter().filter(|policy| !policy.built_in).map(|policy| &*policy.id).collect();
    let said = judged.verdicts.iter().filter(|verdict| own.contains(&*verdict.policy));
    let said = said.map(|verdict| {
        format!("{} {}: {} @ {}\n", verdict.policy, verdict.severity.word(), verdict.message, verdict.at)
    });
    said.collect::<String>() + &shown(&files, &judged.errors) + &judged.prints.join("\n")
}

#[test]
fn conftest_policies_run_as_they_are() {
    let v0 = "package main
deny[msg] { input.kind == \"Deployment\"; not input.spec.replicas; msg = \"no replicas\" }
deny_root[msg] { msg := \"root\" }
violation[{\"msg\": msg, \"details\": {}}] { msg := sprintf(\"%s is %d\", [input.kind, 2]) }
exception[rules] { input.kind == \"Deployment\"; rules := [\"root\"] }
";
    let v1 = "package kubernetes.names
import rego.v1
import data.lib
warn contains msg if { lib.short(input.metadata.name); msg := \"short name\" }
";
    let lib = "package lib\nshort(name) if count(name) < 3\n";
    let input = json!({"environments": [{"name": "production", "protected": false, "images": [], "resources": [
        {"kind": "Deployment", "metadata": {"name": "db", "namespace": "x"}},
        {"kind": "Service", "metadata": {"name": "web"}, "spec": {"replicas": 1}},
    ]}], "change": null});
    insta::assert_snapshot!(judged(&[("policy/a.rego", v0), ("policy/b.rego", v1), ("policy/lib.rego", lib)], input), @r#"
    kubernetes.names warning: short name @ {"environment":"production","resource":{"kind":"Deployment","name":"db","namespace":"x"},"path":[]}
    main error: no replicas @ {"environment":"production","resource":{"kind":"Deployment","name":"db","namespace":"x"},"path":[]}
    main error: Deployment is 2 @ {"environment":"production","resource":{"kind":"Deployment","name":"db","namespace":"x"},"path":[]}
    main error: root @ {"environment":"production","resource":{"kind":"Service","name":"web","namespace":null},"path":[]}
    main error: Service is 2 @ {"environment":"production","resource":{"kind":"Service","name":"web","namespace":null},"path":[]}
    "#);
}

/// A policy file of which one line is wrong.
fn wrong(text: &str) -> String {
    refused(&[("policy/a.rego", text)])
}

#[test]
fn what_does_not_parse_is_an_error_at_its_place() {
    insta::assert_snapshot!(wrong("package main\n\ndeny contains msg if {\n\tmsg := := 1\n}\n"), @"policy/a.rego:4:9: expecting expression");
    insta::assert_snapshot!(wrong("package main\ndeny contains \"m if { true }\n"), @"policy/a.rego:2:29: invalid character in string");
    insta::assert_snapshot!(wrong("package main\ndeny contains \"m\" if { true\n"), @"policy/a.rego:3:1: expecting `}` while parsing query");
    insta::assert_snapshot!(wrong("package gate.a\ndeny[msg] { msg := \"x\" }\n"), @"policy/a.rego:2:11: `if` keyword is required before rule body (this is Rego v1: write `rule if { ... }`; packages outside of `gate` may also use Rego v0)");
    insta::assert_snapshot!(wrong("package main\ndeny[msg] { msg := \"x\" }\nwarn[msg] { msg := }\n"), @"policy/a.rego:3:11: expecting }");
    insta::assert_snapshot!(wrong("deny contains \"x\"\n"), @"policy/a.rego:1:1: a policy starts with its `package` (write `package gate.my_policy` first)");
    insta::assert_snapshot!(wrong(""), @"policy/a.rego:1:1: a policy starts with its `package` (write `package gate.my_policy` first)");
    insta::assert_snapshot!(wrong(&format!("package main\ndeny contains x if {{ x := {}1{} }}\n", "[".repeat(40), "]".repeat(40))), @"policy/a.rego:2:66: brackets nest 41 deep here; 14 is the limit (give the inner part a name of its own)");
    insta::assert_snapshot!(wrong("package main\ndeny contains $\"{input.x}\" if true\n"), @"policy/a.rego:2:15: invalid character (string interpolation and other additions of OPA 1.12 and later are not known here)");
}

#[test]
fn names_that_lead_nowhere_are_errors_at_their_place() {
    insta::assert_snapshot!(wrong("package main\ndeny contains msg if { msg := sprintff(\"x\", []) }\n"), @"policy/a.rego:2:31: there is no function `sprintff` (did you mean `sprintf`?)");
    insta::assert_snapshot!(wrong("package main\ndeny contains msg if { msg := http.send({}) }\n"), @"policy/a.rego:2:31: `http.send` cannot be called: a policy cannot reach the network (let the facts that it needs stand in the repository)");
    insta::assert_snapshot!(wrong("package main\ndeny contains msg if { startswith(\"a\"); msg := \"x\" }\n"), @"policy/a.rego:2:24: `startswith` takes 2 arguments, not 1");
    insta::assert_snapshot!(wrong("package main\ndeny contains message if { msg := input.x; message := mesage }\n"), @"policy/a.rego:2:55: `mesage` has no value: it is no rule, and nothing in this rule sets it (did you mean `message`?)");
    insta::assert_snapshot!(wrong("package main\nimport data.gate.lib\ndeny contains \"x\" if lib.protekted\n"), @"policy/a.rego:3:22: nothing defines `data.gate.lib.protekted` (did you mean `protected`?)");
    insta::assert_snapshot!(wrong("package main\nimport data.gate.lib\ndeny contains \"x\" if lib.match([], \"\")\n"), @"policy/a.rego:3:22: there is no function `data.gate.lib.match` (did you mean `data.gate.lib.matches`?)");
    insta::assert_snapshot!(wrong("package main\ndeny contains \"x\" if data.services.web\n"), @"policy/a.rego:2:22: nothing defines `data.services.web` (an undefined value makes a rule pass in silence)");
    insta::assert_snapshot!(wrong("package gate.mine\ndeny contains \"x\" if data.gate.settings.mine.limit\n"), @"policy/a.rego:2:46: `data.gate.settings.mine` has no field `limit` (declare it under `custom.settings` in the policy's METADATA)");
    insta::assert_snapshot!(wrong("package main\nf(x) := y if y := g(x)\ng(x) := y if y := f(x)\ndeny contains \"x\" if f(1)\n"), @"policy/a.rego:2:1: `f` depends on itself: f -> g -> f (Rego has no recursion; `walk` and `graph.reachable` visit nested data)");
    insta::assert_snapshot!(wrong("package main\nf(x) := f(x)\ndeny contains \"x\" if f(1)\n"), @"policy/a.rego:2:1: `f` depends on itself (Rego has no recursion; `walk` and `graph.reachable` visit nested data)");
    insta::assert_snapshot!(wrong("package main\nlow if not high\nhigh if not low\ndeny contains \"x\" if low\n"), @"policy/a.rego:2:1: `low` depends on itself: low -> high -> low (Rego has no recursion; `walk` and `graph.reachable` visit nested data)");
}

/// A policy about an app of which the body of one rule is wrong.
fn misread(body: &str) -> String {
    wrong(&format!("package gate.a\nimport data.gate.lib\ndeny contains \"x\" if {{\n{body}\n}}\n"))
}

#[test]
fn fields_that_the_input_does_not_have_are_errors_at_their_place() {
    insta::assert_snapshot!(misread("some e in input.enviroments\ne.name"), @"policy/a.rego:4:17: `input` has no field `enviroments` (did you mean `environments`?)");
    insta::assert_snapshot!(misread("input.environments[_].imagess[_].tag == null"), @"policy/a.rego:4:23: `input.environments[_]` has no field `imagess` (did you mean `images`?)");
    insta::assert_snapshot!(misread("some environment in input.environments\nenvironment.protcted"), @"policy/a.rego:5:13: `input.environments[_]` has no field `protcted` (did you mean `protected`?)");
    insta::assert_snapshot!(misread("every e in input.environments { e[\"clustr\"] == null }"), @"policy/a.rego:4:36: `input.environments[_]` has no field `clustr` (did you mean `cluster`?)");
    insta::assert_snapshot!(misread("count({i.tagg | some e in input.environments; some i in e.images}) > 0"), @"policy/a.rego:4:10: `input.environments[_].images[_]` has no field `tagg` (did you mean `tag`?)");
    insta::assert_snapshot!(misread("images := [i | i := input.environments[_].images[_]]\nimages[0].repo == null"), @"policy/a.rego:5:11: `input.environments[_].images[_]` has no field `repo` (its fields are `at`, `container`, `containers_field`, `digest`, `image`, `kind`, `problem`, `repository`, `resources`, `tag`, `valid`)");
    insta::assert_snapshot!(misread("by_name := {e.name: e | some e in input.environments}\nby_name[\"production\"].imges"), @"policy/a.rego:5:23: `input.environments[_]` has no field `imges` (did you mean `images`?)");
    insta::assert_snapshot!(misread("e.protcted\nsome e in input.environments"), @"policy/a.rego:4:3: `input.environments[_]` has no field `protcted` (did you mean `protected`?)");
    insta::assert_snapshot!(misread("e = input.environments[i]\n[n, f] = [e.name, e.freeze[_].untill]"), @"policy/a.rego:5:31: `input.environments[_].freeze[_]` has no field `untill` (did you mean `until`?)");
    insta::assert_snapshot!(misread("some [e, others] in [[e, o] | some e in lib.protected; o := lib.below(e)]\nsome other in others\nother.versions[_].verson"), @"policy/a.rego:6:19: `input.environments[_].versions[_]` has no field `verson` (did you mean `version`?)");
    insta::assert_snapshot!(misread("not input.change.based"), @"policy/a.rego:4:18: `input.change` has no field `based` (did you mean `base`?)");
    insta::assert_snapshot!(misread("input.environments.name == \"production\""), @"policy/a.rego:4:20: `input.environments` is a list: it has no field `name` (take its items one by one: `some item in input.environments`)");
    insta::assert_snapshot!(misread("input.app.name"), @"policy/a.rego:4:11: `input.app` is text: it has no field `name`");
    insta::assert_snapshot!(misread("some x in input.app"), @"policy/a.rego:4:11: `input.app` is text: it has no items");
    insta::assert_snapshot!(misread("object.get(input, \"enviroments\", []) == []"), @"policy/a.rego:4:20: `input` has no field `enviroments` (did you mean `environments`?)");
    insta::assert_snapshot!(misread("input.overlays[_].owners == []"), @"policy/a.rego:4:7: `input` has no field `overlays` (policies see it whose METADATA says `input: repository`)");
    insta::assert_snapshot!(wrong("# METADATA\n# custom: {input: repository}\npackage gate.a\ndeny contains \"x\" if input.environments\nwarn contains o.ap if some o in input.overlays\n"), @"
    policy/a.rego:4:28: `input` has no field `environments` (policies about an app see it, those about the repository do not)
    policy/a.rego:5:17: `input.overlays[_]` has no field `ap` (did you mean `app`?)
    ");
    insta::assert_snapshot!(wrong("package gate.a\nimport input.environments as all\ndeny contains \"x\" if bad(all[_])\nbad(e) if e.imags == []\nbad(e) if not e.changed\n"), @"policy/a.rego:4:13: `input.environments[_]` has no field `imags` (did you mean `images`?)");
    insta::assert_snapshot!(refused(&[("p/h.rego", "package gate.helpers\nmine contains e if some e in input.environments\n"), ("p/a.rego", "package gate.a\ndeny contains \"x\" if data.gate.helpers.mine[_].pth\nwarn contains e.nam if some e in data.gate.helpers.mine\n")]), @"
    p/a.rego:2:48: `input.environments[_]` has no field `pth` (did you mean `path`?)
    p/a.rego:3:17: `input.environments[_]` has no field `nam` (did you mean `name`?)
    ");
}

#[test]
fn nothing_is_said_of_what_is_open_or_not_known() {
    let silent = |body: &str| assert_eq!(misread(body), "nothing\n", "{body}");
    silent("input.environments[_].resources[_].spec.template.anything.goes");
    silent("input.environments[_].images[_].resources.limits.cpu");
    silent("some k, v in input.environments[_]\nv.images == k");
    silent("field := \"app\"\ninput[field].anything");
    silent("walk(input, [path, value])\nvalue.anything == path");
    silent("input.evidence[digest].anything == digest");
    silent("count(lib.protected) == 0 with input as {\"enviroments\": []}");
    silent("some e in lib.protected with input as {\"environments\": [{\"other\": 1, \"protected\": true}]}\ne.other");
    silent("e := object.union(input.environments[0], {\"mine\": 1})\ne.mine");
    silent("[e | some e in input.environments][0].name");
    silent("some e in input.environments\nevery e in [{\"mine\": 1}] { e.mine == 1 }");
    silent("x := {1: input.app}[_]\nx.y == 1");
    let helper = "package gate.a\nof(x) := x.mine if is_object(x) else := x.name\nlist := [{\"mine\": 1}]\ndeny contains \"x\" if { of(input.environments[_]) == of(list[_]) }\n";
    assert_eq!(wrong(helper), "nothing\n");
    let whole = "package main\ndeny contains \"x\" if input.enviroments\n";
    assert_eq!(wrong(whole), "nothing\n");
    let manifest =
        "# METADATA\n# custom: {input: resource}\npackage gate.a\ndeny contains \"x\" if input.spec.replicas == 1\n";
    assert_eq!(wrong(manifest), "nothing\n");
    let rebound =
        "package gate.a\nfound if input.other\ndeny contains \"x\" if { found with input as {\"other\": 1} }\n";
    assert_eq!(wrong(rebound), "nothing\n");
}

#[test]
fn settings_that_the_policy_does_not_declare_are_errors_at_their_place() {
    let policy = |rest: &str| {
        let header = "# METADATA\n# custom:\n#   settings:\n#     most: {description: d, default: 2}\n#     rules: {description: d, default: {}, additionalProperties: {type: string}}\n#     shape: {description: d, default: {a: 1}, properties: {a: {type: integer}}, additionalProperties: false}\n";
        wrong(&format!(
            "{header}package gate.mine\nsettings := data.gate.settings.mine\ndeny contains \"x\" if {{ {rest} }}\n"
        ))
    };
    insta::assert_snapshot!(policy("data.gate.settings.mine.mots > 1"), @"policy/a.rego:9:48: `data.gate.settings.mine` has no field `mots` (did you mean `most`?)");
    insta::assert_snapshot!(policy("settings.mots > 1"), @"policy/a.rego:9:33: `data.gate.settings.mine` has no field `mots` (did you mean `most`?)");
    insta::assert_snapshot!(policy("settings.shape.b > 1"), @"policy/a.rego:9:39: `data.gate.settings.mine.shape` has no field `b` (its fields are `a`)");
    insta::assert_snapshot!(policy("settings.most.b > 1"), @"policy/a.rego:9:38: `data.gate.settings.mine.most` is a number: it has no field `b`");
    insta::assert_snapshot!(policy("data.gate.settings.mien.most > 1"), @"policy/a.rego:9:43: `data.gate.settings` has no field `mien` (did you mean `mine`?)");
    insta::assert_snapshot!(policy("settings.rules.anything; settings.most > settings.shape.a"), @"nothing");
}

#[test]
fn what_the_interpreter_would_get_wrong_is_an_error() {
    insta::assert_snapshot!(wrong("package main\nm := {\"a\": 1}\nf(x) := [m[y]] if y := x else := 2\ndeny contains \"x\" if f(1)\n"), @"policy/a.rego:3:10: `m[y]` would be taken for every key: an `else` follows (this is a limit of the interpreter: give the value a name in the body, and that name to the rule)");
    insta::assert_snapshot!(wrong("package main\nm := {\"a\": 1}\nf(x) := [m[x], v, [z | z := m[y]]] if { y := x; v := m[y] } else := 2\ndeny contains \"x\" if f(1)\n"), @"nothing");
}

#[test]
fn what_opa_refuses_or_the_interpreter_takes_otherwise_is_an_error() {
    insta::assert_snapshot!(wrong("package main\ndeny contains \"x\" if {\n\t[_, value] := walk(input)\n\tvalue == 1\n}\n"), @"policy/a.rego:3:16: `walk` finds nothing in this form (this is a limit of the interpreter: write `walk(input, [path, value])` as a statement of its own, for `not` and `every` in a rule of its own)");
    insta::assert_snapshot!(wrong("package main\ndeny contains \"x\" if walk(input, [_, _, 1])\n"), @"policy/a.rego:2:22: the second argument of `walk` must be a path and a value (write `walk(input, [path, value])`)");
    insta::assert_snapshot!(wrong("package main\ndeny contains \"x\" if every y in [7] { y = 1 }\n"), @"policy/a.rego:2:39: `y` is a variable of `every` and would be set here instead of compared (this is a limit of the interpreter: compare with `==`, assign with `:=`, or move the body of `every` into a function)");
    insta::assert_snapshot!(wrong("package main\ndeny contains \"x\" if not input.list[_] == 5\n"), @"policy/a.rego:2:37: `not` needs one value here, not any that there is (write what is negated as a rule of its own, or say it with `every`)");
    insta::assert_snapshot!(wrong("package main\ndeny contains \"x\" if not input.list[i] == 5\n"), @"policy/a.rego:2:37: `i` has no value: it is no rule, and nothing in this rule sets it");
    insta::assert_snapshot!(wrong("package main\ndeny contains \"x\" if { input.list[i] == 1; not input.other[i] == 5; not [x | x := input.list[_]] == [] }\n"), @"nothing");
    insta::assert_snapshot!(wrong("package main\nu := {\"at\": 1}\ndeny contains x if some x in input.z\ntest_a if deny == {u} with input as {\"z\": [u]}\n"), @"policy/a.rego:4:44: `u` is needed both for what `with` sets and under it, where it would be undefined (this is a limit of the interpreter: give what `with` sets a name in a line before, as in `document := ...`)");
    insta::assert_snapshot!(wrong("package main\nu := {\"at\": 1}\ndeny contains x if some x in input.z\ntest_a if { document := {\"z\": [u]}; deny == {u} with input as document }\n"), @"nothing");
}

#[test]
fn what_would_pass_in_silence_is_an_error() {
    insta::assert_snapshot!(wrong("package main\ndenny contains \"x\" if true\n"), @"policy/a.rego:2:1: nothing asks the rule `denny` (did you mean `deny`? Names that are asked: `deny`, `violation`, `warn`, and those with `_` and more after them)");
    insta::assert_snapshot!(wrong("package main\nwarning contains \"x\" if true\ndeny contains \"y\" if false\n"), @"policy/a.rego:2:1: nothing asks the rule `warning` (did you mean `warn`? Names that are asked: `deny`, `violation`, `warn`, and those with `_` and more after them)");
    insta::assert_snapshot!(wrong("package main\nallow if true\n"), @"policy/a.rego:1:9: nothing asks `main`: it has no rule `deny`, `violation` or `warn` (name the rule that gathers findings `deny`)");
    insta::assert_snapshot!(wrong("package main\ndeny.a contains \"x\" if true\n"), @"policy/a.rego:2:1: `deny.a` is not asked: the name has more than one part (write it as `deny_name contains ...`)");
    insta::assert_snapshot!(wrong("package main\ndeny[x] := \"y\" if some x in input.list\n"), @"policy/a.rego:2:1: `deny` is not asked: the name has more than one part (write it as `deny_name contains ...`)");
    insta::assert_snapshot!(wrong("package gate.freeze_window\ndeny contains \"x\" if true\n"), @"policy/a.rego:1:9: the package `gate.freeze_window` comes with the program (give the package another name)");
    insta::assert_snapshot!(wrong("package gate.lib\ndeny contains \"x\" if true\n"), @"policy/a.rego:1:9: the package `gate.lib` comes with the program (give the package another name)");
    insta::assert_snapshot!(wrong("package gate\ndeny contains \"x\" if true\n"), @"policy/a.rego:1:9: policies live in packages below `gate` (name it, as in `package gate.team_labels`)");
}

#[test]
fn two_policies_of_one_name_are_an_error() {
    let (one, two) = (
        "package gate.team_label\ndeny contains \"x\" if true\n",
        "# METADATA\n# custom: {id: team-label}\npackage gate.team\nwarn contains \"y\" if true\n",
    );
    insta::assert_snapshot!(refused(&[("policy/a.rego", one), ("policy/b.rego", two)]), @"policy/b.rego:3:9: there is another policy `team-label`");
    let own = "# METADATA\n# custom: {id: config-drift}\npackage gate.mine\nwarn contains \"y\" if true\n";
    insta::assert_snapshot!(wrong(own), @"policy/a.rego:3:9: there is another policy `config-drift`");
    insta::assert_snapshot!(refused(&[("policy/a.rego", one), ("policy/b.rego", &one.replace("deny", "warn"))]), @"nothing");
}

#[test]
fn malformed_metadata_is_an_error_at_its_line() {
    insta::assert_snapshot!(wrong("# METADATA\n# title: a\n# custom:\n#   severty: error\npackage gate.a\ndeny contains \"x\" if true\n"), @"policy/a.rego:4:5: malformed METADATA: custom: unknown field `severty`, expected one of `id`, `severity`, `help`, `example`, `input`, `settings` (did you mean `severity`?)");
    insta::assert_snapshot!(wrong("# METADATA\n# title: a\n# custom:\n#   severity: high\npackage gate.a\ndeny contains \"x\" if true\n"), @"policy/a.rego:4:5: malformed METADATA: custom: `severity` is `error`, `warning` or `info`");
    insta::assert_snapshot!(wrong("# METADATA\n# title: [a\npackage main\ndeny contains \"x\" if true\n"), @"policy/a.rego:2:10: malformed METADATA: did not find expected ',' or ']', while parsing a flow sequence");
    insta::assert_snapshot!(wrong("package main\n\n# METADATA\n# title: 'a\n# description: b\ndeny contains \"x\" if true\n"), @"policy/a.rego:4:10: malformed METADATA: found unexpected end of stream, while scanning a quoted scalar");
    insta::assert_snapshot!(wrong("# METADATA\n# custom:\n#   settings:\n#     limit: {default: 1}\npackage gate.a\ndeny contains \"x\" if true\n"), @"policy/a.rego:2:2: the setting `limit` lacks its `description` or `default` (say what it is for, and what it is where nobody sets it)");
}

#[test]
fn metadata_is_told_as_in_opa_whatever_file_it_is_in() {
    let files = [
        ("p/a.rego", "# METADATA\n# title: all\n# scope: subpackages\npackage a\n\ntitle := rego.metadata.chain()\n"),
        (
            "p/b.rego",
            "# METADATA\n# title: the package\n# METADATA\n# title: below\n# scope: subpackages\npackage a.b\n\n# METADATA\n# scope: document\n# title: deep\nc.x := data.a.title\n",
        ),
        ("p/c.rego", "package a.b.c\n\ndeny contains json.marshal(rego.metadata.chain()) if data.a.b.c.x\n"),
        (
            "p/d.rego",
            "package a.b\n\nwarn contains json.marshal(rego.metadata.chain())\n\n# METADATA\n# title: deeper\nc.x := data.a.title\n",
        ),
        (
            "p/e.rego",
            "package e\n\ndeny[json.marshal([rego.metadata.rule(), rego.metadata.chain()])] { true }\n\n# METADATA\n# title: v0\ndeny_x[text] { true; text := json.marshal([rego.metadata.rule(), rego.metadata.chain()]) }\n",
        ),
        (
            "p/f.rego",
            "package f\n\ndeny[\"a\"] { rego.metadata.chain() == [{\"path\": [\"f\", \"deny\"]}]; chained }\n\n# METADATA\n# title: f\nchained { false } { rego.metadata.rule() == {} }\n",
        ),
    ];
    let input = json!({"environments": [{"name": "p", "resources": [{"kind": "A", "metadata": {"name": "a"}}]}]});
    let judged = judged(&files, input);
    let texts: Vec<&str> = judged.lines().map(|line| line.split(" @ ").next().unwrap()).collect();
    insta::assert_snapshot!(texts.join("\n"), @r#"
    a.b warning: [{"path":["a","b","warn"]},{"annotations":{"scope":"package","title":"the package"},"path":["a","b"]},{"annotations":{"scope":"subpackages","title":"below"},"path":["a","b"]},{"annotations":{"scope":"subpackages","title":"all"},"path":["a"]}]
    a.b.c error: [{"path":["a","b","c","deny"]},{"annotations":{"scope":"subpackages","title":"below"},"path":["a","b"]},{"annotations":{"scope":"subpackages","title":"all"},"path":["a"]}]
    e error: [{},[{"path":["e","deny"]}]]
    e error: [{"scope":"rule","title":"v0"},[{"annotations":{"scope":"rule","title":"v0"},"path":["e","deny_x"]}]]
    f error: a
    "#);
}

#[test]
fn metadata_that_cannot_be_told_is_an_error_at_its_place() {
    let block = |block: &str| {
        wrong(&format!("package main\n\n# METADATA\n# {block}\ndeny contains rego.metadata.rule().title\n"))
    };
    insta::assert_snapshot!(block("title: [a]"), @"policy/a.rego:3:1: malformed METADATA: `title` must be text");
    insta::assert_snapshot!(block("scope: package"), @"policy/a.rego:3:1: METADATA of the scope `package` must stand before the package");
    insta::assert_snapshot!(block("scope: rules"), @"policy/a.rego:3:1: METADATA has no scope `rules` (did you mean `rule`?)");
    insta::assert_snapshot!(block("{title: a, authors: [5]}"), @"policy/a.rego:3:1: malformed METADATA: `authors` are texts, or have a `name` or an `email`");
    insta::assert_snapshot!(block("{title: a, entrypoint: true, scope: rule}"), @"policy/a.rego:3:1: METADATA of the scope `rule` has no `entrypoint`");
    insta::assert_snapshot!(block("titel: a"), @"policy/a.rego:5:36: `rego.metadata.rule()` has no field `title` (its fields are `scope`)");
    insta::assert_snapshot!(block("description: a"), @"policy/a.rego:5:36: `rego.metadata.rule()` has no field `title` (its fields are `description`, `scope`)");
    insta::assert_snapshot!(wrong("package main\n# METADATA\n# title: a\nimport data.x\ndeny contains \"x\" if rego.metadata.rule()\n"), @"policy/a.rego:2:1: this METADATA stands before no rule and no package");
    insta::assert_snapshot!(refused(&[("p/a.rego", "# METADATA\n# title: a\npackage b\ndeny contains \"x\" if rego.metadata.rule()\n"), ("p/b.rego", "package b\n# METADATA\n# {title: a, scope: document}\nf(1) := 1\n# METADATA\n# {title: a, scope: document}\nf(2) := 1\n")]), @"p/b.rego:5:1: `b.f` has METADATA of the scope `document` already");
    insta::assert_snapshot!(wrong("package main\ndeny contains \"x\" if rego.metadata.rule( )\n"), @"policy/a.rego:2:22: `rego.metadata.rule` cannot be called: it is known only where nothing stands between its parentheses (give its value a name: `metadata := rego.metadata.rule()`)");
    insta::assert_snapshot!(wrong("package main\ndeny contains x if rego.metadata.chain(x)\n"), @"policy/a.rego:2:20: `rego.metadata.chain` cannot be called: it is known only where nothing stands between its parentheses (give its value a name: `metadata := rego.metadata.rule()`)");
    insta::assert_snapshot!(wrong("package main\nrego := 1\ndeny contains \"x\" if rego.metadata.rule()\n"), @"policy/a.rego:3:22: `rego.metadata.rule()` would be no built-in: a rule or an import is called `rego` (give that another name)");
    insta::assert_snapshot!(wrong("package main\nrego.metadata.rule() := 1\ndeny contains \"x\" if rego\n"), @"
    policy/a.rego:3:22: `rego` has no value: it is no rule, and nothing in this rule sets it
    policy/a.rego:2:1: `rego.metadata.rule()` would be no built-in: a rule or an import is called `rego` (give that another name)
    ");
    insta::assert_snapshot!(wrong("package main\ndeny contains \"x\" if __gate_rule(0)\n"), @"policy/a.rego:2:22: `__gate_rule` is a name of the program's own (give it another name)");
    insta::assert_snapshot!(wrong("package main\n__gate_rule(x) := x\ndeny contains \"x\" if __gate_rule(0)\n"), @"policy/a.rego:2:1: `__gate_rule` is a name of the program's own (give it another name)");
    insta::assert_snapshot!(wrong("package main\n# METADATA\n# custom: {a: 1}\nf(x) := [rego.metadata.rule().custom[y]] if y := x else := 2\ndeny contains \"x\" if f(1)\n"), @"policy/a.rego:4:10: `rego.metadata.rule().custom[y]` would be taken for every key: an `else` follows (this is a limit of the interpreter: give the value a name in the body, and that name to the rule)");
}

#[test]
fn errors_of_evaluation_are_errors_of_the_run() {
    let input = || json!({"environments": [{"name": "production", "protected": false, "images": [], "resources": [{"kind": "A", "metadata": {"name": "a"}}]}], "change": null});
    let judged = |text: &str| judged(&[("policy/a.rego", text)], input());
    insta::assert_snapshot!(judged("package main\ndeny contains \"x\" if startswith(input.metadata, \"a\")\ndeny contains \"y\" if input.kind == \"A\"\n"), @r#"
    main error: y @ {"environment":"production","resource":{"kind":"A","name":"a","namespace":null},"path":[]}
    policy/a.rego:2:38: `startswith` expects string argument. Got `{"name":"a"}` instead (check the type first, as in `is_string(value)`)
    "#);
    insta::assert_snapshot!(judged("package main\na := 1 if input.kind\na := 2 if input.kind\ndeny contains \"x\" if a == 1\n"), @"policy/a.rego:3:1: rule conflicts with rule at policy/a.rego:2:1 (let one condition exclude the other, or gather several values with `contains`)");
    insta::assert_snapshot!(judged("package main\ndeny if input.kind == \"A\"\n"), @r#"policy/a.rego:2:1: `deny` gives `true`, not a set of findings (let it gather findings: `deny contains "text" if ...`, or objects with `msg`)"#);
    insta::assert_snapshot!(judged("package main\ndeny contains {\"message\": \"x\"} if input.kind == \"A\"\n"), @r#"policy/a.rego:2:1: `deny` gives a finding without `msg` (let it gather findings: `deny contains "text" if ...`, or objects with `msg`)"#);
    insta::assert_snapshot!(judged("package gate.a\ndeny contains {\"msg\": \"x\", \"sevrity\": \"info\"} if input.environments\n"), @r#"policy/a.rego:2:1: `deny` gives a finding with the unknown key `sevrity`; did you mean `severity`? (let it gather findings: `deny contains "text" if ...`, or objects with `msg`)"#);
    insta::assert_snapshot!(judged("package gate.a\nwarn contains {\"msg\": \"x\", \"severity\": \"info\", \"at\": {\"environment\": \"p\"}} if { print(\"seen\", count(input.environments)); true }\n"), @r#"
    a info: x @ {"environment":"p"}
    policy/a.rego:2: seen 1
    "#);
}

const LIMITED: &str = "# METADATA
# title: Not too many
# custom:
#   severity: warning
#   help: take some away
#   settings:
#     most: {description: how many there may be, default: 2, minimum: 1}
#     names: {description: what they may be called, default: [], items: {type: string}}
package gate.not_too_many

settings := data.gate.settings[\"not-too-many\"]

deny contains sprintf(\"%d of %d %v\", [count(input.environments), settings.most, settings.names]) if {
	count(input.environments) > settings.most
}

warn contains {\"msg\": \"note\", \"severity\": \"info\"} if true

deny contains {\"msg\": \"sure\", \"severity\": \"error\", \"help\": \"own help\"} if true
";

/// What `LIMITED` says where gate.yaml has this section `policies`.
fn configured(policies: &str) -> String {
    let (files, mut setup) = setup(&[("policy/a.rego", LIMITED)]);
    let text = format!("policies:\n{policies}");
    let revision = crate::source::Revision::new(crate::source::MemoryTree::new([("gate.yaml", text)]), files.clone());
    setup.policies = crate::repo::Config::load(&revision, &RepoPath::new("gate.yaml").unwrap()).unwrap().policies;
    let set = match PolicySet::load(setup) {
        Ok(set) => set,
        Err(problems) => return shown(&files, &problems),
    };
    let environment = |name: &str| json!({"name": name, "protected": false, "images": [], "freeze": []});
    let environments: Vec<_> = ["a", "b", "c"].map(environment).into();
    let input = json!({"environments": environments, "change": null});
    let judged = set.judge(&Data::from(input));
    let said = judged.verdicts.iter().map(|verdict| {
        format!("{}: {} ({})\n", verdict.severity.word(), verdict.message, verdict.help.as_deref().unwrap_or("-"))
    });
    said.collect::<String>() + &shown(&files, &judged.errors)
}

#[test]
fn settings_and_severities_come_from_the_header_and_the_configuration() {
    insta::assert_snapshot!(configured("  paths: [policy]\n"), @"
    warning: 3 of 2 [] (take some away)
    error: sure (own help)
    info: note (take some away)
    ");
    insta::assert_snapshot!(configured("  settings: {not-too-many: {most: 1, names: [x]}}\n  severity: {not-too-many: error}\n"), @r#"
    error: 3 of 1 ["x"] (take some away)
    error: sure (own help)
    info: note (take some away)
    "#);
    insta::assert_snapshot!(configured("  settings:\n    not-too-many:\n      mots: 1\n"), @"gate.yaml:4:7: the key `mots` is not known here (did you mean `most`?)");
    insta::assert_snapshot!(configured("  settings:\n    not-too-many:\n      most: many\n      names: [1]\n"), @"
    gate.yaml:4:13: this must be a whole number, not text (how many there may be)
    gate.yaml:5:15: this must be text, not a number
    ");
    insta::assert_snapshot!(configured("  settings:\n    freeze-window: {most: 1}\n"), @"gate.yaml:3:21: the key `most` is not known here");
    insta::assert_snapshot!(configured("  disable: [not-too-many]\n"), @"");
}

#[test]
fn a_policy_that_runs_for_ever_is_stopped_and_not_asked_again() {
    let slow = "package gate.slow
deny contains \"x\" if {
	some a in numbers.range(1, 3000)
	some b in numbers.range(1, 3000)
	a * b == -1
}
deny_other contains \"y\" if true
";
    let (files, setup) = setup(&[("policy/slow.rego", slow)]);
    let set = PolicySet::load_with(setup, std::time::Duration::from_millis(200))
        .map_err(|problems| shown(&files, &problems))
        .unwrap();
    let input = Data::from(json!({"environments": [], "drift": [], "missing_variables": [], "change": null}));
    let first = set.judge(&input);
    insta::assert_snapshot!(shown(&files, &first.errors), @"policy/slow.rego:2:1: this policy takes too long (a rule may take 0.2 s for one app; index lists by key instead of comparing each with each)");
    let second = set.judge(&input);
    assert_eq!((second.errors, second.verdicts.len()), (Vec::new(), 1));
}

#[test]
fn policy_files_are_found_below_directories() {
    use crate::source::{MemoryTree, Revision};
    let files = [
        ("policy/b.rego", "b"),
        ("policy/a/c.rego", "c"),
        ("policy/a/c_test.rego", "t"),
        ("policy/x.yaml", ""),
        ("empty/x.yaml", ""),
    ];
    let revision = Revision::new(MemoryTree::new(files), Arc::new(Files::default()));
    let found = |paths: &[&str]| {
        let paths: Vec<RepoPath> = paths.iter().map(|path| RepoPath::new(path).unwrap()).collect();
        match find(&revision, &paths) {
            Ok(found) => {
                found.iter().map(|id| revision.files().get(*id).path().to_string()).collect::<Vec<_>>().join(" ")
            }
            Err(problems) => shown(revision.files(), &problems),
        }
    };
    insta::assert_snapshot!(found(&["policy", "policy/b.rego"]), @"policy/a/c.rego policy/a/c_test.rego policy/b.rego");
    insta::assert_snapshot!(found(&["policies", "empty"]), @"
    ?: `policies` does not exist
    ?: `empty` holds no policies (policies are files whose name ends with `.rego`)
    ");
}

/// What comes of one wrong policy: why it is refused or, where it loads, what it says of an app.
fn fate(policy: impl Into<Vec<u8>>) -> String {
    let files = Arc::new(Files::default());
    let user = vec![files.add(RepoPath::new("policy/a.rego").unwrap(), policy.into())];
    let (_, setup) = setup(&[]);
    let limit = std::time::Duration::from_millis(300);
    let set = match PolicySet::load_with(Setup { files: files.clone(), user, ..setup }, limit) {
        Ok(set) => set,
        Err(problems) => return shown(&files, &problems),
    };
    let judged = set.judge(&Data::from(json!({"app": "api", "environments": [], "drift": [], "missing_variables": [], "change": null, "depends_on": []})));
    let said = judged.verdicts.iter().filter(|verdict| verdict.policy == "a" || verdict.policy == "main");
    let said = said.map(|verdict| format!("{} {}: {}\n", verdict.policy, verdict.severity.word(), verdict.message));
    let mut told = said.collect::<String>() + &shown(&files, &judged.errors) + &judged.prints.join("\n");
    if told.is_empty() {
        told.push_str("PASSED IN SILENCE");
    }
    told
}

#[test]
fn fifteen_wrong_policies_are_told_and_none_hangs() {
    let rule = |body: &str| format!("package gate.a\n\ndeny contains \"found\" if {{\n\t{body}\n}}\n");
    // A typo in the input, in the name of a rule, and in METADATA.
    insta::assert_snapshot!(fate(rule("input.enviroments[_].protected")), @"policy/a.rego:4:8: `input` has no field `enviroments` (did you mean `environments`?)");
    insta::assert_snapshot!(fate("package gate.a\n\ndenny contains \"found\" if input.app\n"), @"policy/a.rego:3:1: nothing asks the rule `denny` (did you mean `deny`? Names that are asked: `deny`, `violation`, `warn`, and those with `_` and more after them)");
    insta::assert_snapshot!(fate("# METADATA\n# custom:\n#   severty: error\npackage gate.a\n\ndeny contains \"found\" if input.app\n"), @"policy/a.rego:3:5: malformed METADATA: custom: unknown field `severty`, expected one of `id`, `severity`, `help`, `example`, `input`, `settings` (did you mean `severity`?)");
    // Recursion, an endless loop, and what takes all memory.
    insta::assert_snapshot!(fate("package gate.a\n\ndeny contains depth(input) if true\n\ndepth(x) := depth(x[_]) + 1\n"), @"policy/a.rego:5:1: `depth` depends on itself (Rego has no recursion; `walk` and `graph.reachable` visit nested data)");
    insta::assert_snapshot!(fate(rule("some a in numbers.range(1, 9000)\n\tsome b in numbers.range(1, 9000)\n\ta * b < 0")), @"policy/a.rego:3:1: this policy takes too long (a rule may take 0.3 s for one app; index lists by key instead of comparing each with each)");
    insta::assert_snapshot!(fate(rule("text := concat(\"\", [input.app | some _ in numbers.range(1, 1000)])\n\tlong := replace(replace(replace(text, \"a\", text), \"p\", text), \"i\", text)\n\tcount(long) > 5")), @"policy/a.rego:5:25: a text of more than 16 MiB is not made here");
    insta::assert_snapshot!(fate(rule("count(numbers.range(1, 200000000)) > 0")), @"policy/a.rego:4:21: a range of more than 1000000 numbers is not made here");
    insta::assert_snapshot!(fate(rule(&format!("{}1{} != input.app", "[".repeat(30), "]".repeat(30)))), @"policy/a.rego:4:31: brackets nest 31 deep here; 14 is the limit (give the inner part a name of its own)");
    // Rego v0, which is legal in packages outside of `gate`.
    insta::assert_snapshot!(fate("package gate.a\n\ndeny[msg] { msg := input.app }\n"), @"policy/a.rego:3:11: `if` keyword is required before rule body (this is Rego v1: write `rule if { ... }`; packages outside of `gate` may also use Rego v0)");
    // A function that does not exist, and rules that contradict one another.
    insta::assert_snapshot!(fate(rule("contain(input.app, \"a\")")), @"policy/a.rego:4:2: there is no function `contain` (did you mean `contains`?)");
    insta::assert_snapshot!(fate("package gate.a\n\nlimit := 1 if input.app\n\nlimit := 2 if input.environments == []\n\ndeny contains \"found\" if limit > 0\n"), @"policy/a.rego:5:1: rule conflicts with rule at policy/a.rego:3:1 (let one condition exclude the other, or gather several values with `contains`)");
    // `print`, a byte order mark and tabs are legal, and work.
    insta::assert_snapshot!(fate(rule("print(\"the app is\", input.app, input.app == 1)")), @"
    a error: found
    policy/a.rego:4: the app is api false
    ");
    insta::assert_snapshot!(fate(format!("\u{feff}{}", rule("input.app\n\t\tinput.enviroments"))), @"policy/a.rego:5:9: `input` has no field `enviroments` (did you mean `environments`?)");
    insta::assert_snapshot!(fate("package gate.a\n\ndeny\tcontains\t\"found\"\tif\tinput.app\n"), @"a error: found");
    insta::assert_snapshot!(fate(b"package gate.a\n\n# \xff\xfe\ndeny contains \"found\" if input.app\n".as_slice()), @"policy/a.rego:3:3: this policy is not UTF-8 text (save the file as UTF-8)");
}
