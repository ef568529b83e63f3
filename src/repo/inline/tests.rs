#![expect(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;

use crate::source::{Files, RepoPath};

/// Each waiver on a line, then each problem with the text that it is about.
fn found(text: &str) -> String {
    let files = Files::default();
    let id = files.add(RepoPath::new("a.yaml").unwrap(), text.into());
    let (waivers, problems) = super::find(id, text, "2026-11-25T10:00:00Z".parse().unwrap());
    let mut out = String::new();
    for waiver in waivers {
        let names: Vec<String> = waiver
            .policies
            .iter()
            .map(|(name, span)| {
                assert_eq!(files.text(*span).as_ref(), Some(name));
                name.clone()
            })
            .collect();
        let at = files.location(waiver.span);
        writeln!(
            out,
            "{}:{} covers line {}: {} until {} because `{}`",
            at.line,
            at.column,
            waiver.line,
            names.join("+"),
            waiver.until,
            waiver.reason
        )
        .unwrap();
    }
    for problem in problems {
        let span = problem.span().unwrap();
        let (at, text) = (files.location(span), files.text(span).unwrap());
        let hint = problem.hint_text().map(|hint| format!("; {hint}")).unwrap_or_default();
        writeln!(out, "{}:{} `{text}`: {problem}{hint}", at.line, at.column).unwrap();
    }
    out
}

#[test]
fn a_line_is_covered_by_what_stands_behind_it_or_above_it() {
    insta::assert_snapshot!(found(
        "kind: Deployment
image: a # gate: ignore[image-digest-pinned] the vendor ships tags only, until 2027-01-31
  # A remark.
# gate: ignore[resource-limits-present, config-drift]: measured first until 2026-12-24
# Another one.
resources: {}
list: [ # gate:ignore[b] until the end of the year, until 2026-12-31.
]
text: | # gate: ignore[c] a text (until 2026-12-31)
  # gate: ignore[d] this is text, until 2026-12-31
# gate: ignore[e] above a list, until 2026-11-25
items:
- b
"
    ), @"
    2:12 covers line 2: image-digest-pinned until 2027-01-31 because `the vendor ships tags only`
    4:3 covers line 6: resource-limits-present+config-drift until 2026-12-24 because `measured first`
    7:11 covers line 7: b until 2026-12-31 because `until the end of the year`
    9:11 covers line 9: c until 2026-12-31 because `a text`
    11:3 covers line 12: e until 2026-11-25 because `above a list`
    ");
}

#[test]
fn what_stands_in_a_text_is_no_comment() {
    for text in [
        "a: \"b # gate: ignore[c] d, until 2027-01-31\"\n",
        "a: 'b # gate: ignore[c] d, until 2027-01-31'\n",
        "a: \"b\n  # gate: ignore[c] d, until 2027-01-31\n  \"\n",
        "a: |\n  b\n  # gate: ignore[c] d, until 2027-01-31\n",
        "a: >-\n\n    # gate: ignore[c] d, until 2027-01-31\nb: c\n",
        "- |\n # gate: ignore[c] d, until 2027-01-31\n- b\n",
        "a: b#gate: ignore[c] d, until 2027-01-31\n",
        "\"# gate: ignore[c] d, until 2027-01-31\": a\n",
        "a: &x \" # gate: ignore[c] d, until 2027-01-31\"\nb: *x\n",
        "a: [\n# gate: ignore[c] d, until 2027-01-31\n",
    ] {
        assert_eq!(found(text), "", "{text}");
    }
}

#[test]
fn comments_are_found_beside_texts() {
    for text in [
        "a: \"b\" # gate: ignore[c] d, until 2027-01-31\n",
        "a: 'it''s # b' # gate: ignore[c] d, until 2027-01-31\n",
        "a: it's # gate: ignore[c] d, until 2027-01-31\n",
        "a: b#c # gate: ignore[c] d, until 2027-01-31\n",
        "a:   # gate: ignore[c] d, until 2027-01-31\n  b\n",
        "{a: b, # gate: ignore[c] d, until 2027-01-31\n c: d}\n",
        "a:\t# gate: ignore[c] d, until 2027-01-31\r\n  b: c\r\n",
        "a: 1\n---\nb: \"c\" # gate: ignore[c] d, until 2027-01-31",
        "a: 1\na: \"2\" # gate: ignore[c] d, until 2027-01-31\n",
        "a: |\n  b\n # gate: ignore[c] d, until 2027-01-31\nc: d\n",
    ] {
        let found = found(text);
        assert!(found.contains(" c until 2027-01-31 because `d`") && found.lines().count() == 1, "{text}: {found}");
    }
}

#[test]
fn what_is_not_well_formed_is_told() {
    insta::assert_snapshot!(found(
        "a: 1 # gate: ignroe[b] c, until 2027-01-31
a: 2 # gate ignore[b] c, until 2027-01-31
a: 3 # Gate: ignore[b] c, until 2027-01-31
a: 4 # gate: skip[b] c, until 2027-01-31
a: 5 # gate: ignore b c, until 2027-01-31
a: 6 # gate: ignore[b c, until 2027-01-31
a: 7 # gate: ignore[ , ] c, until 2027-01-31
a: 8 # gate: ignore[b], until 2027-01-31
a: 9 # gate: ignore[b] c
a: 10 # gate: ignore[b]
a: 11 # gate: ignore[b] c, until tomorrow
a: 12 # gate: ignore[b] c, until 2027-02-29
a: 13 # gate: ignore[b] c, until 2026-11-24
a: 14 # gate: ignore[b] c, until 2027-01-31T00:00
# gate: ignore[b] c, until 2027-01-31

a: 15
# gate: ignore[b] c, until 2027-01-31
"
    ), @"
    1:14 `ignroe`: `ignroe` is nothing that gate can be told; did you mean `ignore`?
    2:8 `gate ignore[b] c, until 2027-01-31`: this waiver does not begin with `gate:`; write `# gate: ignore[policy] reason, until 2027-01-31`
    3:8 `Gate: ignore[b] c, until 2027-01-31`: this waiver does not begin with `gate:`; write `# gate: ignore[policy] reason, until 2027-01-31`
    4:14 `skip`: `skip` is nothing that gate can be told; write `# gate: ignore[policy] reason, until 2027-01-31`
    5:8 `gate: ignore b c, until 2027-01-31`: this waiver does not name its policies in `[` and `]`; write `# gate: ignore[policy] reason, until 2027-01-31`
    6:8 `gate: ignore[b c, until 2027-01-31`: this waiver does not name its policies in `[` and `]`; write `# gate: ignore[policy] reason, until 2027-01-31`
    7:8 `gate: ignore[ , ] c, until 2027-01-31`: this waiver names no policy; write `# gate: ignore[policy] reason, until 2027-01-31`
    8:8 `gate: ignore[b], until 2027-01-31`: this waiver gives no reason; write `# gate: ignore[policy] reason, until 2027-01-31`
    9:8 `gate: ignore[b] c`: this waiver does not say until when it holds; write `# gate: ignore[policy] reason, until 2027-01-31`
    10:9 `gate: ignore[b]`: this waiver gives no reason; write `# gate: ignore[policy] reason, until 2027-01-31`
    10:9 `gate: ignore[b]`: this waiver does not say until when it holds; write `# gate: ignore[policy] reason, until 2027-01-31`
    11:34 `tomorrow`: `tomorrow` is not a date; end with the last day, as in `until 2027-01-31`
    12:34 `2027-02-29`: `2027-02-29` is not a date; end with the last day, as in `until 2027-01-31`
    13:34 `2026-11-24`: this waiver ended after 2026-11-24; take it away, or renew it with a new end and reason
    14:34 `2027-01-31T00:00`: `2027-01-31T00:00` is not a date; end with the last day, as in `until 2027-01-31`
    15:3 `gate: ignore[b] c, until 2027-01-31`: this waiver covers nothing: below it is an empty line or the end of the file; put it right above the line that it is about, or behind it
    18:3 `gate: ignore[b] c, until 2027-01-31`: this waiver covers nothing: below it is an empty line or the end of the file; put it right above the line that it is about, or behind it
    ");
}

#[test]
fn other_comments_that_name_the_gate() {
    for text in
        ["# gate: see the wiki\n", "# the gate: ignore[a] b\n", "# gates ignore this\n", "# gate\n", "# gate: [a]\n"]
    {
        assert_eq!(found(&format!("{text}a: 1\n")), "", "{text}");
    }
}

#[test]
fn what_it_covers_and_what_it_names() {
    let text = "a: 1 # gate: ignore[config-drift, config-drfit] measured first, until 2027-01-31\n";
    let files = Files::default();
    let id = files.add(RepoPath::new("a.yaml").unwrap(), text.into());
    let now = "2026-11-25T10:00:00Z".parse().unwrap();
    let (waivers, problems) = super::find(id, text, now);
    assert_eq!((waivers.len(), problems), (1, Vec::new()));
    let waiver = &waivers[0];
    assert!(
        waiver.covers("config-drift", 1) && !waiver.covers("config-drift", 2) && !waiver.covers("freeze-window", 1)
    );
    let unknown = waiver.unknown_policies(&["config-drift", "freeze-window"]);
    let said: Vec<_> = unknown
        .iter()
        .map(|problem| {
            (problem.message(), problem.hint_text().unwrap(), files.location(problem.span().unwrap()).column)
        })
        .collect();
    assert_eq!(said, [("there is no policy `config-drfit`", "did you mean `config-drift`?", 35)]);
    assert_eq!(waiver.too_broad(now), None);
    let long_ago = "2026-06-01T10:00:00Z".parse().unwrap();
    assert_eq!(waiver.too_broad(long_ago).unwrap(), "it lasts until 2027-01-31, longer than 180 days from now");
}

#[test]
fn lines_without_their_comments() {
    let text = "# One.\na: 1   # Two.\nb: \"# 3\"\nc: |\n  d # e\n\n  # f\r\ng: h#i";
    let files = Files::default();
    let id = files.add(RepoPath::new("a.yaml").unwrap(), text.into());
    let code = super::code(id, text);
    assert_eq!(code, ["", "a: 1", "b: \"# 3\"", "c: |", "d # e", "", "# f", "g: h#i"]);
}
