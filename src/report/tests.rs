//! One calm report and one hostile report, written in every format.

#![expect(clippy::unwrap_used, reason = "tests")]

use super::{Format, Options, Sink, write};
use crate::finding::{Excerpt, Finding, Place, Related, Report, Status, Summary};
use crate::kustomize::ResourceName;
use crate::source::Severity;
use crate::source::{Location, RepoPath};

fn place(path: &str, line: u32, column: u32, length: u32, first: u32, lines: &[&str]) -> Place {
    Place {
        location: Location {
            path: RepoPath::new(path).unwrap(),
            line,
            column,
            end_line: line,
            end_column: column + length,
            length,
        },
        excerpt: Excerpt { first, lines: lines.iter().map(|line| (*line).to_owned()).collect() },
    }
}

fn finding(policy: &str, severity: Severity, message: &str) -> Finding {
    Finding {
        policy: policy.into(),
        severity,
        status: Status::New,
        message: message.into(),
        help: None,
        app: Some("payments".into()),
        environment: Some("production".into()),
        resource: Some(ResourceName {
            kind: "Deployment".into(),
            namespace: Some("payments".into()),
            name: "api".into(),
        }),
        field: None,
        digest: None,
        place: None,
        related: Vec::new(),
        cluster: None,
        also: Vec::new(),
        fingerprint: "0123456789abcdef".into(),
    }
}

/// A report as users see them.
pub(super) fn calm() -> Report {
    let overlay = "apps/payments/overlays/production/kustomization.yaml";
    let pinned = Finding {
        help: Some("write `digest: sha256:…` beside `newTag`, or leave the entry out".into()),
        field: Some("spec.template.spec.containers[name=api].image".into()),
        place: Some(place(
            overlay,
            9,
            13,
            5,
            7,
            &["images:", "  - name: ghcr.io/acme/payments", "    newTag: 1.9.0", "", "patches:"],
        )),
        related: vec![Related {
            label: "the digest that was dropped".into(),
            place: place(
                "apps/payments/base/deployment.yaml",
                104,
                18,
                49,
                102,
                &[
                    "      containers:",
                    "        - name: api",
                    "          image: ghcr.io/acme/payments:1.8.3@sha256:4bf5122f344554c5",
                    "          ports:",
                ],
            ),
        }],
        ..finding(
            "image-digest-pinned",
            Severity::Error,
            "`newTag: 1.9.0` drops the digest of image `ghcr.io/acme/payments`",
        )
    };
    let secret = Finding {
        field: Some("spec.template.spec.containers[name=api].env[name=DB_PASSWORD].valueFrom.secretKeyRef".into()),
        place: Some(place(
            "apps/payments/base/deployment.yaml",
            118,
            17,
            11,
            116,
            &[
                "            valueFrom:",
                "              secretKeyRef:",
                "                name: payments-db",
                "                key: password",
            ],
        )),
        ..finding(
            "secret-referenced-exists",
            Severity::Error,
            "Secret `payments-db` is not in production, though staging has it and every other environment that this app is promoted through has it as well",
        )
    };
    let drift = Finding {
        resource: None,
        place: Some(place(
            "apps/payments/overlays/staging/größe.yaml",
            3,
            12,
            4,
            1,
            &["spec:", "  replicas: 2", "  name: „日本“ # ←", "  other: 1"],
        )),
        ..finding("config-drift", Severity::Warning, "`spec.name` differs from staging")
    };
    let remark = Finding {
        app: None,
        environment: None,
        resource: None,
        ..finding("gate-tampering", Severity::Info, "the change edits `gate.yaml`; the base revision's was used")
    };
    let known = Finding {
        status: Status::Known,
        ..finding("resource-limits-present", Severity::Error, "container `api` has no memory limit")
    };
    let waived = Finding { status: Status::Waived, ..known.clone() };
    Report {
        root: ".".into(),
        now: "2026-11-23T10:00:00Z".into(),
        base: Some("origin/main".into()),
        summary: Summary { apps: 2, overlays: 6, resources: 54, policies: 6, untouched: 0 },
        findings: vec![pinned, secret, drift, remark, known, waived],
        notes: vec!["no `gate.yaml`: environments were found by their folders".into()],
        overlays: vec![RepoPath::new("apps/payments/overlays/production").unwrap()],
        ..Report::default()
    }
}

/// What a repository could hold to act on whoever reads the report.
const HOSTILE: &[&str] = &[
    "::error::x",
    "  ::stop-commands::x",
    "\u{a0}\u{3000}::add-mask::x",
    "\u{200b}::set-output name=a::b",
    "a\n::error::second line",
    "a\r\n::warning file=a,line=1::x",
    "a\r::debug::x",
    "mid ##[add-mask]line",
    "###[group]x",
    "##[#\u{200d}#[debug]x]",
    "##\u{2060}[endgroup]",
    "#",
    "[error]x",
    ":",
    ":debug::x",
    "##vso[task.complete result=Succeeded;]x",
    "##teamcity[message text='x']",
    "%0A::error::x %250A%25",
    "a:b,c=d;e]f",
    "\u{1b}[2J\u{1b}]8;;https://evil.example\u{7}link\u{1b}]8;;\u{7}",
    "abc\u{8}\u{8}\u{8}xyz\u{7f}\u{9b}31m",
    "user\u{202e}drowssap\u{2066}",
    "pay\u{ad}ment\u{e0041}s\u{feff}\u{2028}::error::x",
    "| a | `b` | <details><!-- | ![x](https://evil.example/x.png) [y](javascript:z)",
    "@team #1 www.evil.example https://evil.example *b* _i_ ~~s~~ :tada: \\| &lt; $x$",
    "`` ` ```",
    "</code></td><script>alert(1)</script>",
    "",
    "\t",
];

/// Every text of every finding is hostile, each in turn.
fn hostile() -> Report {
    let mut report = calm();
    let template = report.findings.remove(0);
    report.findings.clear();
    for text in HOSTILE {
        let own = || (*text).to_owned();
        let mut place = template.place.clone().unwrap();
        place.location.path = RepoPath::new(&format!("apps/{text}/kustomization.yaml")).unwrap();
        place.excerpt.lines =
            vec![own().replace('\n', ""), own().replace('\n', ""), format!("   {text}").replace('\n', "")];
        for severity in [Severity::Error, Severity::Warning, Severity::Info] {
            report.findings.push(Finding {
                policy: own(),
                severity,
                status: Status::New,
                message: own(),
                help: Some(own()),
                app: Some(own()),
                environment: Some(own()),
                resource: Some(ResourceName { kind: own(), namespace: Some(own()), name: own() }),
                field: Some(own()),
                digest: None,
                place: Some(place.clone()),
                related: vec![Related { label: own(), place: place.clone() }],
                cluster: None,
                also: Vec::new(),
                fingerprint: template.fingerprint.clone(),
            });
        }
    }
    report.base = Some(HOSTILE.concat());
    report.root = HOSTILE.concat();
    report.notes = HOSTILE.iter().map(|text| (*text).to_owned()).collect();
    report
}

fn written(report: &Report, format: Format) -> String {
    // Without the net below: a format quotes by itself.
    match format {
        Format::Human => super::human::render(report, Options { verbose: true }),
        _ => shown(report, format, Options { verbose: true }),
    }
}

/// What is written where colours are not wanted.
fn shown(report: &Report, format: Format, options: Options) -> String {
    let mut out = Vec::new();
    let mut sink = Sink::plain(&mut out);
    write(report, format, &mut sink, options).unwrap();
    sink.flush().unwrap();
    drop(sink);
    String::from_utf8(out).unwrap()
}

/// A command as the runner understands it: its name, its properties, its data.
type Command = (String, Vec<(String, String)>, String);

/// The commands that actions/runner registers; `x` and `token` stand for a token that resumes them.
const REGISTERED: &[&str] = &[
    "error",
    "warning",
    "notice",
    "debug",
    "group",
    "endgroup",
    "add-mask",
    "set-output",
    "save-state",
    "set-env",
    "add-path",
    "add-matcher",
    "remove-matcher",
    "echo",
    "stop-commands",
    "x",
    "b",
    "token",
];

/// How the runner reads a line: `::name properties::data` where the line starts so, else `##[name properties]data`
/// wherever it stands (actions/runner, `ActionCommand.cs`).
fn runner(line: &str) -> Option<Command> {
    current_syntax(line).or_else(|| legacy_syntax(line))
}

fn current_syntax(line: &str) -> Option<Command> {
    // The comparison is linguistic: characters without width do not count.
    let line = linguistic(line);
    let (header, data) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    command(header, data, ',', &[("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")])
}

fn legacy_syntax(line: &str) -> Option<Command> {
    let line = linguistic(line);
    let (_, rest) = line.split_once("##[")?;
    let (header, data) = rest.split_once(']')?;
    command(header, data, ';', &[("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%")])
}

fn linguistic(line: &str) -> String {
    line.chars().filter(|c| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')).collect()
}

fn command(header: &str, data: &str, separator: char, escapes: &[(&str, &str)]) -> Option<Command> {
    let decode = |text: &str| escapes.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    let (name, properties) = header.split_once(' ').unwrap_or((header, ""));
    if !REGISTERED.contains(&name.to_ascii_lowercase().as_str()) {
        return None;
    }
    let properties = properties.trim().split(separator).filter_map(|pair| pair.split_once('='));
    Some((name.into(), properties.map(|(key, value)| (key.into(), decode(value))).collect(), decode(data)))
}

/// Lines as the runner cuts them: .NET ends a line at any of CR, LF and CRLF.
fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r'])
}

#[test]
fn model_of_the_runner_reads_commands() {
    assert_eq!(
        runner("  ::ERROR file=a%2Cb,line=3::100%25%0Ax"),
        Some(("ERROR".into(), vec![("file".into(), "a,b".into()), ("line".into(), "3".into())], "100%\nx".into()))
    );
    assert_eq!(runner("x ##[add-mask]y").unwrap().0, "add-mask");
    assert_eq!(runner("\u{200b}::debug::x").unwrap().0, "debug");
    assert_eq!(runner("x ::error::y"), None);
    assert_eq!(runner("::unknown::y"), None);
}

#[test]
fn human() {
    insta::assert_snapshot!(anstream::adapter::strip_str(&written(&calm(), Format::Human)).to_string());
}

#[test]
fn github() {
    insta::assert_snapshot!(written(&calm(), Format::Github));
}

#[test]
fn summary() {
    insta::assert_snapshot!(written(&calm(), Format::Summary));
}

#[test]
fn json() {
    insta::assert_snapshot!(written(&calm(), Format::Json));
}

#[test]
fn a_clean_run_is_one_line() {
    let mut report = calm();
    report.findings.clear();
    report.notes.clear();
    report.base = None;
    let human = anstream::adapter::strip_str(&written(&report, Format::Human)).to_string();
    assert_eq!(human, "passed: no findings in 2 apps (6 overlays, 54 resources)\n");
    assert_eq!(
        written(&report, Format::Github),
        "::notice title=gate::passed: no findings in 2 apps (6 overlays, 54 resources)\n"
    );
}

#[test]
fn what_does_not_count_is_only_counted() {
    let human = shown(&calm(), Format::Human, Options::default());
    assert!(!human.contains("has no memory limit") && human.contains("1 known, 1 waived"));
}

#[test]
fn no_text_becomes_a_command() {
    for format in [Format::Human, Format::Summary, Format::Json] {
        for line in lines_of(&written(&hostile(), format)) {
            assert_eq!(runner(line), None, "{format:?}: {line}");
            let line = line.to_ascii_lowercase();
            assert!(!line.contains("##vso[") && !line.contains("##teamcity["), "{format:?}: {line}");
        }
    }
}

#[test]
fn annotations_are_only_our_own() {
    let mut report = hostile();
    let text = written(&report, Format::Github);
    let commands: Vec<Command> =
        lines_of(&text).filter(|line| !line.is_empty()).map(|line| runner(line).unwrap()).collect();
    assert_eq!(commands.len(), 30, "ten of each level");
    for (name, properties, data) in &commands {
        let keys: Vec<&str> = properties.iter().map(|(key, _)| key.as_str()).collect();
        assert!(matches!(name.as_str(), "error" | "warning" | "notice"));
        assert!(keys == ["title"] || keys == ["file", "line", "endLine", "col", "endColumn", "title"], "{keys:?}");
        // The runner shows what it decoded in the log; nothing in that may be a command either.
        for line in lines_of(data).chain(properties.iter().flat_map(|(_, value)| lines_of(value))) {
            assert_eq!(runner(line), None, "{line}");
        }
    }
    let (level, _, headline) = commands.first().unwrap();
    assert_eq!(level, "error");
    assert!(headline.contains("29 errors") && headline.contains("58 findings without an annotation"), "{headline}");
    report.findings.truncate(1);
    report.findings[0].message = "%0A::error::x %250A%25\nx".into();
    report.findings[0].related.clear();
    report.findings[0].help = None;
    let text = written(&report, Format::Github);
    assert_eq!(runner(text.lines().nth(1).unwrap()).unwrap().2, "%0A::error::x %250A%25\nx");
}

#[test]
fn a_long_message_is_cut_where_the_runner_would() {
    let mut report = calm();
    report.findings.truncate(1);
    report.findings[0].message = "\u{1f980}%".repeat(3000);
    let text = written(&report, Format::Github);
    let (_, _, data) = runner(text.lines().nth(1).unwrap()).unwrap();
    assert!((4090..=4096).contains(&data.encode_utf16().count()));
    assert!(data.ends_with("the whole text is in the job summary)"));
}

#[test]
fn terminals_are_left_alone() {
    for format in [Format::Human, Format::Github, Format::Summary, Format::Json] {
        let text = written(&hostile(), format);
        let own = text.replace("\u{1b}[", "");
        let own = if format == Format::Human { &own } else { &text };
        let found = own.chars().find(|c| super::text::is_hidden(*c) && !matches!(c, '\n' | '\t'));
        assert_eq!(found, None, "{format:?}");
        // Colours are the only sequences.
        let mut sequences = text.split("\u{1b}[").skip(1);
        assert!(
            sequences.all(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').starts_with('m'))
        );
    }
}

#[test]
fn markdown_stays_text() {
    let text = written(&hostile(), Format::Summary);
    let mut rest = text.replace("<br>", "").replace("<code>", "").replace("</code>", "");
    while let Some(start) = rest.find("&#") {
        let end = start + rest[start..].find(';').unwrap();
        rest.replace_range(start..=end, "");
    }
    let body: Vec<&str> = rest.lines().skip_while(|line| !line.starts_with("|---")).skip(1).collect();
    assert_eq!(body.len(), HOSTILE.len() * 3);
    for line in body {
        assert_eq!(line.matches('|').count(), 4, "{line}");
        assert!(!line.contains(['<', '>', '`', '[', ']', '*', '_', '@', '#', '!', '\\', '&', '.']), "{line}");
        assert!(!line.contains("://"), "{line}");
    }
}

#[test]
fn a_summary_stays_below_the_limit() {
    let mut report = calm();
    let one = report.findings[0].clone();
    report.findings = vec![Finding { message: "|".repeat(5000), ..one }; 2000];
    let text = written(&report, Format::Summary);
    assert!((1_000_000..1024 * 1024).contains(&text.len()), "{}", text.len());
    assert!(text.ends_with("findings left out: a summary holds 1 MiB.\n"));
}

#[test]
fn json_is_lossless_and_follows_its_schema() {
    let schema = include_str!("../../schemas/report.schema.json");
    let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for report in [calm(), hostile(), Report::default()] {
        let json: serde_json::Value = serde_json::from_str(&written(&report, Format::Json)).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&json).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new());
        for (finding, shown) in report.findings.iter().zip(json["findings"].as_array().unwrap()) {
            assert_eq!(shown["message"].as_str(), Some(finding.message.as_str()));
        }
    }
}

#[test]
fn every_field_of_the_schema_is_documented_and_closed() {
    fn visit(name: &str, schema: &serde_json::Value) {
        if let Some(properties) = schema.get("properties").and_then(|p| p.as_object()) {
            assert_eq!(schema["additionalProperties"], false, "{name}");
            assert_eq!(schema["required"].as_array().unwrap().len(), properties.len(), "{name}");
            for (key, value) in properties {
                assert!(value.get("description").is_some(), "{name}.{key}");
                visit(key, value);
            }
        }
        for key in ["items", "$defs"] {
            match schema.get(key) {
                Some(defs) if key == "$defs" => {
                    defs.as_object().unwrap().iter().for_each(|(name, def)| visit(name, def));
                }
                Some(items) => visit(key, items),
                None => {}
            }
        }
    }
    visit("report", &serde_json::from_str(include_str!("../../schemas/report.schema.json")).unwrap());
}

/// Texts made of what commands, escapes and line breaks are made of.
fn text() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let pieces = [
        ":",
        "::",
        "#",
        "##",
        "[",
        "]",
        " ",
        "-",
        "/",
        "%",
        "\n",
        "\r",
        "\t",
        "a",
        "error",
        "debug ",
        "add-mask",
        "日",
        "…",
        "\u{a0}",
        "\u{3000}",
        "\u{200b}",
        "\u{ad}",
        "\u{1b}[1m",
        "`",
        "|",
        "\u{301}",
        "ﷺ",
        "long words of a sentence that wraps ",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..60).prop_map(|parts| parts.concat())
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]

    #[test]
    fn any_text_at_any_place_is_shown_and_inert(
        message in text(), help in text(), line in text(), label in text(),
        column in 1_u32..400, length in 0_u32..400, down in 0_u32..5,
    ) {
        let mut report = calm();
        report.findings.truncate(1);
        let lines = ["", &line, "short"].map(|line| line.replace('\n', ""));
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let mut here = place("a/b.yaml", 10 + down, column, length, 10, &lines);
        here.location.end_line += length % 3;
        let finding = &mut report.findings[0];
        finding.related = vec![Related { label: label.clone(), place: here.clone() }];
        (finding.message, finding.help, finding.field, finding.place) = (message, Some(help), Some(label), Some(here));
        for format in Format::ALL {
            let text = written(&report, format);
            for line in lines_of(&text) {
                let ours = format == Format::Github && line.starts_with("::");
                proptest::prop_assert!(ours || runner(line).is_none(), "{format:?}: {line:?}");
            }
            proptest::prop_assert!(format != Format::Github || lines_of(&text).count() == 3);
            proptest::prop_assert!(!text.contains("Failed to read"));
        }
    }
}
