//! `gate test` as policy authors run it: every format over the same policies, what makes it fail, cases brought up
//! to date. `testdata/testing/results.opa` is what OPA 1.22.4 writes for them, durations left out.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Exit code, standard output, standard error of `gate test`.
fn run(directory: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gate"));
    let output = command.current_dir(directory).env_clear().arg("test").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What it prints about the policies of `testdata/testing`.
fn shown(arguments: &[&str]) -> String {
    let (code, out, err) = run(here(), &[&["testdata/testing"], arguments].concat());
    assert_eq!((code, err.as_str()), (1, ""), "{out}");
    out
}

#[test]
fn people_see_what_fails_and_why() {
    insta::assert_snapshot!(shown(&["--coverage"]), @r#"
    failed   gate.team_test.test_unknown_teams_are_none  testdata/testing/team_test.rego:9:1
             testdata/testing/team_test.rego:12:2: found == {{"msg": "`api` has an unknown owner, and that is a sentence longer than a line"}}
               found is {{"msg": "`api` has no owner"}}
               from left (-) to right (+):
                 {
                   {
               -     "msg": "`api` has no owner",
               +     "msg": "`api` has an unknown owner, and that is a sentence longer than a line",
                   },
                 }
             print: testdata/testing/team_test.rego:11: found {{"msg": "`api` has no owner"}}
    failed   gate.team_test.test_owners  testdata/testing/team_test.rego:15:1
             failed payments
               testdata/testing/team_test.rego:17:2: count(team.deny) == want with input as of({"team": team_name})
                 count(team.deny) is 0
                 team.deny is set()
                 want is 1
      76% gate.team  testdata/testing/team.rego
          warn never holds (line 13); not evaluated: line 15
          owner never holds (line 20)
    failed: 4 tests, 2 failed, 1 skipped; 76.9% of the policies' lines reached
    "#);
    insta::assert_snapshot!(shown(&["--verbose", "--run", "owner"]), @r#"
    passed   gate.team_test.test_a_label_names_the_owner  testdata/testing/team_test.rego:7:1
    failed   gate.team_test.test_owners  testdata/testing/team_test.rego:15:1
             passed nobody
             failed payments
               testdata/testing/team_test.rego:17:2: count(team.deny) == want with input as of({"team": team_name})
                 count(team.deny) is 0
                 team.deny is set()
                 want is 1
             passed shop
    failed: 2 tests, 1 failed
    "#);
}

#[test]
fn json_is_what_opa_writes() {
    let mut ours: Value = serde_json::from_str(&shown(&["--format=json"])).unwrap();
    for result in ours.as_array_mut().unwrap() {
        assert!(result.as_object_mut().unwrap().remove("duration").unwrap().is_u64());
    }
    let theirs = fs::read_to_string(here().join("testdata/testing/results.opa")).unwrap();
    assert_eq!(ours, serde_json::from_str::<Value>(&theirs).unwrap());
}

#[test]
fn ci_servers_get_junit() {
    let text = shown(&["--format=junit"]);
    let times = regex::Regex::new(r#" time="[0-9.]+""#).unwrap();
    insta::assert_snapshot!(times.replace_all(&text, ""), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="gate" tests="4" failures="2" errors="0">
      <testsuite name="gate.team_test" tests="4" failures="2" errors="0" skipped="1">
        <testcase classname="gate.team_test" name="test_a_label_names_the_owner" file="testdata/testing/team_test.rego" line="7"/>
        <testcase classname="gate.team_test" name="test_unknown_teams_are_none" file="testdata/testing/team_test.rego" line="9">
          <failure message="testdata/testing/team_test.rego:12:2: found == {{&quot;msg&quot;: &quot;`api` has an unknown owner, and that is a sentence longer than a line&quot;}}">testdata/testing/team_test.rego:12:2: found == {{&quot;msg&quot;: &quot;`api` has an unknown owner, and that is a sentence longer than a line&quot;}}
      found is {{&quot;msg&quot;: &quot;`api` has no owner&quot;}}
      from left (-) to right (+):
        {
          {
      -     &quot;msg&quot;: &quot;`api` has no owner&quot;,
      +     &quot;msg&quot;: &quot;`api` has an unknown owner, and that is a sentence longer than a line&quot;,
          },
        }
    print: testdata/testing/team_test.rego:11: found {{&quot;msg&quot;: &quot;`api` has no owner&quot;}}</failure>
        </testcase>
        <testcase classname="gate.team_test" name="test_owners" file="testdata/testing/team_test.rego" line="15">
          <failure message="failed payments">failed payments
      testdata/testing/team_test.rego:17:2: count(team.deny) == want with input as of({&quot;team&quot;: team_name})
        count(team.deny) is 0
        team.deny is set()
        want is 1</failure>
        </testcase>
        <testcase classname="gate.team_test" name="todo_test_annotations" file="testdata/testing/team_test.rego" line="20">
          <skipped/>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn annotations_stand_at_the_expression_that_fails() {
    insta::assert_snapshot!(shown(&["--format=github"]), @r#"
    ::error file=testdata/testing/team_test.rego,line=12,title=gate.team_test.test_unknown_teams_are_none::testdata/testing/team_test.rego:12:2: found == {{"msg": "`api` has an unknown owner, and that is a sentence longer than a line"}}%0A  found is {{"msg": "`api` has no owner"}}%0A  from left (-) to right (+):%0A    {%0A      {%0A  -     "msg": "`api` has no owner",%0A  +     "msg": "`api` has an unknown owner, and that is a sentence longer than a line",%0A      },%0A    }%0Aprint: testdata/testing/team_test.rego:11: found {{"msg": "`api` has no owner"}}
    ::error file=testdata/testing/team_test.rego,line=17,title=gate.team_test.test_owners::failed payments%0A  testdata/testing/team_test.rego:17:2: count(team.deny) == want with input as of({"team": team_name})%0A    count(team.deny) is 0%0A    team.deny is set()%0A    want is 1
    "#);
}

#[test]
fn coverage_is_written_as_opa_and_lcov_write_it() {
    let report: Value = serde_json::from_str(&shown(&["--format=coverage"])).unwrap();
    let file = &report["files"]["testdata/testing/team.rego"];
    let rows = |key: &str| -> Vec<u64> {
        file[key].as_array().unwrap().iter().map(|range| range["start"]["row"].as_u64().unwrap()).collect()
    };
    assert_eq!(rows("covered"), [5, 6, 7, 8, 9, 10, 14, 18, 19, 22]);
    assert_eq!(rows("not_covered"), [13, 15, 20]);
    assert_eq!((&file["covered_lines"], &file["not_covered_lines"]), (&10.into(), &3.into()));
    insta::assert_snapshot!(shown(&["--format=lcov"]), @"
    TN:
    SF:testdata/testing/team.rego
    FN:5,deny
    FN:13,warn
    FN:18,owner
    FN:22,known
    FNDA:1,deny
    FNDA:0,warn
    FNDA:1,owner
    FNDA:1,known
    FNF:4
    FNH:3
    DA:5,1
    DA:6,1
    DA:7,1
    DA:8,1
    DA:9,1
    DA:10,1
    DA:13,0
    DA:14,1
    DA:15,0
    DA:18,1
    DA:19,1
    DA:20,0
    DA:22,1
    LF:13
    LH:10
    end_of_record
    ");
}

#[test]
fn too_little_coverage_fails() {
    let threshold = |percent: &str| {
        let (code, out, err) = run(here(), &["testdata/testing", "--run=a_label|todo", "--threshold", percent]);
        (code, out.lines().last().unwrap_or_default().to_owned(), err)
    };
    insta::assert_debug_snapshot!(threshold("61"), @r#"
    (
        0,
        "passed: 2 tests, 1 skipped; 61.5% of the policies' lines reached",
        "",
    )
    "#);
    insta::assert_debug_snapshot!(threshold("62.5"), @r#"
    (
        1,
        "failed: 2 tests, 1 skipped; 61.5% of the policies' lines reached, and 62.5% is wanted",
        "",
    )
    "#);
    insta::assert_debug_snapshot!(threshold("many"), @r#"
    (
        2,
        "",
        "error: invalid value 'many' for '--threshold <PERCENT>': `many` is no number from 0 to 100\n\nFor more information, try '--help'.\n",
    )
    "#);
}

#[test]
fn a_line_is_reached_as_a_whole_or_not() {
    let policy = "package half\n\ndeny contains \"a\" if { input.a; input.b }\n\nwarn contains \"b\" if input.b\n";
    let test = "package half_test\n\nimport data.half\n\ntest_half if half.warn with input as {\"b\": 1}\n";
    let directory = directory(&[("half.rego", policy), ("half_test.rego", test)]);
    let (_, out, _) = run(directory.path(), &[".", "--coverage", "--format=human", "--format=lcov=lcov.info"]);
    let lcov = fs::read_to_string(directory.path().join("lcov.info")).unwrap();
    insta::assert_snapshot!(out + &lcov, @"
      50% half  half.rego
          deny never holds (line 3)
    passed: 1 test; 50.0% of the policies' lines reached
    TN:
    SF:half.rego
    FN:3,deny
    FN:5,warn
    FNDA:0,deny
    FNDA:1,warn
    FNF:2
    FNH:1
    DA:3,0
    DA:5,1
    LF:2
    LH:1
    end_of_record
    ");
}

#[test]
fn a_share_of_nothing_is_not_enough() {
    for path in ["testdata/testing/team_test.rego", "testdata/cases/freeze-window-fails"] {
        let (code, out, err) = run(here(), &[path, "--threshold=0"]);
        assert_eq!((code, out.as_str()), (2, ""), "{path}");
        assert!(err.contains("there are no policies") || err.contains("data.gate.team"), "{err}");
    }
}

#[test]
fn no_test_to_run_is_an_error_unless_it_is_allowed() {
    let (code, out, err) = run(here(), &["testdata/testing", "--run=nothing"]);
    assert_eq!((code, out.as_str()), (2, ""));
    insta::assert_snapshot!(err, @"
    error: no test has a name that fits `nothing`
      help: names are as in `data.gate.team_test.test_name`
    ");
    let (code, out, err) = run(here(), &["testdata/testing", "--run=nothing", "--fail-on-empty=false"]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "passed: 0 tests\n", ""));
}

#[test]
fn a_test_that_takes_too_long_is_stopped() {
    let directory = tempfile::tempdir().unwrap();
    let slow = "package slow_test\ntest_slow if {\n\tsome a in numbers.range(1, 3000)\n\tsome b in numbers.range(1, 3000)\n\ta * b == -1\n}\n";
    fs::write(directory.path().join("slow_test.rego"), slow).unwrap();
    let (code, out, _) = run(directory.path(), &[".", "--timeout=100ms", "--count=3"]);
    assert_eq!(code, 1);
    assert!(out.contains("this policy takes too long"), "{out}");
    assert!(out.contains("help: a unit test may take 0.1 s, or what `--timeout` says; index lists"), "{out}");
}

#[test]
fn cases_are_brought_up_to_date_once() {
    let directory = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let overlay = "head/apps/api/overlays/production/kustomization.yaml";
    write("policies/a/case.yaml", "now: 2026-11-23T10:00:00Z\n");
    write("gate.yaml", "policies: {paths: [policies]}\n");
    for file in ["base/apps/api/overlays/production/kustomization.yaml", overlay] {
        write(&format!("policies/a/{file}"), "resources: [deployment.yaml]\n");
    }
    let deployment = |image: &str, comment: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: api}}\nspec:\n  template:\n    spec:\n      containers:\n        - name: api\n          # kept\n          image: {image}{comment}\n          args:\n            - |\n              # text\n"
        )
    };
    write("policies/a/base/apps/api/overlays/production/deployment.yaml", &deployment("example.com/api:1", ""));
    let changed = "policies/a/head/apps/api/overlays/production/deployment.yaml";
    write(changed, &deployment("example.com/api:2", "  # expect: freeze-window"));
    write("policies/a/gate.yaml", "environments: [{name: production, protected: true}]\n");
    write("policies/a/expected", "expect: config-drift no drift\n");

    let (code, out, _) = run(directory.path(), &["policies"]);
    assert_eq!(code, 1, "{out}");
    let (code, out, err) = run(directory.path(), &["policies", "--update"]);
    insta::assert_snapshot!(format!("{code}\n{out}{err}"), @"
    0
    passed: 1 case
    note: `policies/a/expected` is brought up to date
    note: `policies/a/head/apps/api/overlays/production/deployment.yaml` is brought up to date
    ");
    let read = |path: &str| fs::read_to_string(directory.path().join(path)).unwrap();
    insta::assert_snapshot!(read(changed), @"
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: api}
    spec:
      template:
        spec:
          containers:
            # expect known error: resource-limits-present container `api` has no memory limit, cpu request and memory request
            - name: api
              # kept
              # expect known error: image-digest-pinned `example.com/api:2` has no digest, and its tag can be moved: pin `example.com/api` by digest
              image: example.com/api:2
              args:
                - |
                  # text
    ");
    insta::assert_snapshot!(read("policies/a/expected"), @"");

    let (code, out, err) = run(directory.path(), &["policies", "--update"]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "passed: 1 case\n", ""));
}

/// A directory with files.
fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    directory
}

/// A policy that finds every ConfigMap, and a case in which it does.
const NOISY: [(&str, &str); 5] = [
    (
        "policy/noisy.rego",
        r#"package gate.noisy

deny contains {"msg": "noise", "at": at} if {
	some environment in input.environments
	some resource in environment.resources
	at := {"environment": environment.name, "resource": {"kind": resource.kind, "name": resource.metadata.name}}
}
"#,
    ),
    ("cases/noise/case.yaml", "only: [noisy]\n"),
    ("cases/noise/api/production/kustomization.yaml", "resources: [map.yaml]\n"),
    (
        "cases/noise/api/production/map.yaml",
        "apiVersion: v1 # expected to be one, # expect a finding below\nkind: ConfigMap\nmetadata:\n  name: api  # expect error: noisy noise\n",
    ),
    (
        "policy/noisy_test.rego",
        r#"package gate.noisy_test

import data.gate.noisy

test_quiet if count(noisy.deny) == 0 with input as {"environments": []}
"#,
    ),
];

#[test]
fn what_is_due_by_a_policy_that_nobody_loaded_is_kept() {
    let directory = directory(&NOISY);
    let write = |path: &str, text: &str| fs::write(directory.path().join(path), text).unwrap();
    assert_eq!(run(directory.path(), &["cases", "policy"]).0, 0);
    write("cases/noise/case.yaml", "");
    for update in [&["cases"][..], &["cases", "--update"]] {
        let (code, out, err) = run(directory.path(), update);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        insta::allow_duplicates! {
            insta::assert_snapshot!(err, @"
            error: no policy `noisy` is loaded
              --> cases/noise/api/production/map.yaml:4:1
              help: name its file or directory beside the cases, or list it in the case's gate.yaml
            ");
        }
    }
    let kept = fs::read_to_string(directory.path().join(NOISY[3].0)).unwrap();
    assert_eq!(kept, NOISY[3].1);

    // A slip of the pen, in both places where a policy is named.
    write("cases/noise/case.yaml", "only: [nosiy]\n");
    insta::assert_snapshot!(run(directory.path(), &["cases", "policy"]).2, @"
    error: no policy `nosiy` is loaded
      --> cases/noise/case.yaml:1:8
      help: did you mean `noisy`? Otherwise name its file or directory beside the cases
    error: `noisy` is due, but `only` in `case.yaml` leaves it out
      --> cases/noise/api/production/map.yaml:4:1
      help: add it there, or take out what is due
    ");
    // A policy that cannot be used finds nothing either.
    write("cases/noise/case.yaml", "only: [noisy]\n");
    write("policy/noisy.rego", "package gate.noisy\n\ndeny contains \"x\" if {\n");
    let (code, out, _) = run(directory.path(), &["cases", "policy", "--update"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(fs::read_to_string(directory.path().join(NOISY[3].0)).unwrap(), NOISY[3].1);
}

#[test]
fn a_case_is_about_the_policies_that_it_names() {
    let directory = directory(&NOISY);
    let judged = |case: &str, map: &str| {
        fs::write(directory.path().join(NOISY[1].0), case).unwrap();
        fs::write(directory.path().join(NOISY[3].0), map).unwrap();
        let (code, out, err) = run(directory.path(), &["cases", "policy"]);
        format!("{code}\n{out}{err}")
    };
    let map = NOISY[3].1;
    let bare = map.replace("  # expect error: noisy noise", "");
    insta::assert_snapshot!(judged("only: [config-drift]\n", &bare), @"
    0
    passed: 1 case
    passed: 1 test
    ");
    insta::assert_snapshot!(judged("only: [config-drift]\n", map), @"
    2
    error: `noisy` is due, but `only` in `case.yaml` leaves it out
      --> cases/noise/api/production/map.yaml:4:1
      help: add it there, or take out what is due
    ");
    insta::assert_snapshot!(judged("only: [config-drift]\n", "kind: [\n"), @"
    1
    failed   cases/noise
             api/production/map.yaml:2: new error `render-error` is not due: malformed YAML: a value is missing here
    failed: 1 case, 1 failed
    passed: 1 test
    ");
}

#[test]
fn faults_of_a_case_are_told_at_their_place() {
    let directory = directory(&NOISY);
    let told = |file: &str, text: &str| {
        let path = directory.path().join(file);
        let old = fs::read_to_string(&path).unwrap_or_default();
        fs::write(&path, text).unwrap();
        let (code, out, err) = run(directory.path(), &["cases", "policy"]);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        fs::write(&path, old).unwrap();
        err
    };
    let case = ["nwo: 1\n", "{\n", "now: tomorrow\n", "only: noisy\n", "only: []\n"];
    insta::assert_snapshot!(case.map(|text| told(NOISY[1].0, text)).concat(), @"
    error: the key `nwo` is not known here
      --> cases/noise/case.yaml:1:1
      help: did you mean `now`?
    error: malformed YAML: a value is missing here
      --> cases/noise/case.yaml:2:1
      help: write it, or close the bracket above
    error: `tomorrow` is no time
      --> cases/noise/case.yaml:1:6
      help: write it as `2026-11-23T10:00:00Z`
    error: this must be a list, not text
      --> cases/noise/case.yaml:1:7
    error: this list may not be empty
      --> cases/noise/case.yaml:1:7
    ");
    let expected = ["expect team\n", "expect loud: noisy\n", "expect:\n"];
    insta::assert_snapshot!(expected.map(|text| told("cases/noise/expected", text)).concat(), @"
    error: `expect team` has no colon
      --> cases/noise/expected:1:1
      help: write `expect: policy-id a part of the message`
    error: `loud` is neither a severity nor a status
      --> cases/noise/expected:1:1
      help: write `expect: policy-id a part of the message`
    error: no policy is named
      --> cases/noise/expected:1:1
      help: write `expect: policy-id a part of the message`
    ");
    insta::assert_snapshot!(told(NOISY[3].0, "kind: ConfigMap  # expect loud: noisy\n"), @"
    error: `loud` is neither a severity nor a status
      --> cases/noise/api/production/map.yaml:1:1
      help: write `expect: policy-id a part of the message`
    ");
}
