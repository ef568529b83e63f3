#![expect(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;
use std::sync::Arc;

use crate::repo::{Calendar, Config};
use crate::source::{Files, MemoryTree, Problem, RepoPath, Revision};

fn load(files: &[(&str, &str)]) -> (Arc<Files>, Result<Config, Vec<Problem>>) {
    let store = Arc::new(Files::default());
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (*path, *text)));
    let config = Config::load(&Revision::new(tree, store.clone()), &RepoPath::new("gate.yaml").unwrap());
    (store, config)
}

/// Each problem with its place, the way there and the advice.
fn wrong(files: &[(&str, &str)]) -> String {
    let (store, config) = load(files);
    let place = |span| {
        let at = store.location(span);
        format!("{}:{}:{}", at.path, at.line, at.column)
    };
    let mut out = String::new();
    for problem in config.unwrap_err() {
        let trail: String = problem.trail().iter().map(|span| format!(" from {}", place(*span))).collect();
        let hint = problem.hint_text().map(|hint| format!("; {hint}")).unwrap_or_default();
        writeln!(out, "{}{trail}: {problem}{hint}", problem.span().map(place).unwrap_or_default()).unwrap();
    }
    out
}

/// What freezes an app in production at each of some times.
fn frozen(files: &[(&str, &str)], app: &str, times: &[&str]) -> Vec<String> {
    let config = load(files).1.unwrap();
    let at = |now: &&str| {
        let state = Calendar::new(config.freeze.clone(), now.parse().unwrap()).of_app(app, &["production", "prod"]);
        let freezes = state.freezes.iter().map(|freeze| {
            let until = freeze.until.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{} {} until {until}", freeze.kind.word(), freeze.name)
        });
        freezes.collect::<Vec<_>>().join(", ")
    };
    times.iter().map(at).collect()
}

const IMPORT: &str = "environments: [staging, production]\nfreeze:\n  - {import: argocd/project.yaml, environments: [production], reason: as in Argo CD}\n";

fn project(windows: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {{name: shop}}\nspec:\n  syncWindows:\n{windows}"
    )
}

#[test]
fn sync_windows_deny_and_allow() {
    let project = project(
        "  - {kind: allow, schedule: '0 9 * * 1-5', duration: 8h, applications: ['*'], timeZone: Europe/Berlin}
  - {kind: deny, schedule: '0 12 * * *', duration: 1h30m, applications: ['*'], manualSync: true, description: lunch}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: beside}
---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: free}
spec: {sourceRepos: ['*']}
",
    );
    let files = [("gate.yaml", IMPORT), ("argocd/project.yaml", &project)];
    assert_eq!(
        frozen(&files, "api", &["2026-11-25T10:00:00Z", "2026-11-25T12:00:00Z", "2026-11-25T20:00:00Z"]),
        [
            "",
            "deny lunch until 2026-11-25 13:30 UTC",
            "allow shop allow 0 9 * * 1-5 until 2026-11-26 09:00 Europe/Berlin"
        ]
    );
    let (_, config) = load(&files);
    let freeze = config.unwrap().freeze;
    assert!(freeze.iter().all(|window| window.environments == ["production"]));
    assert_eq!(freeze[0].reason.as_deref(), Some("as in Argo CD"));
}

#[test]
fn selectors_choose_apps_where_they_alone_decide() {
    for (selectors, app, chosen) in [
        ("applications: [payments]", "payments", true),
        ("applications: [payments]", "shop/payments", true),
        ("applications: [shop-payments]", "shop/payments", true),
        ("applications: [payments-prod]", "shop/payments", true),
        ("applications: ['*-production']", "payments", true),
        ("applications: ['production-*']", "payments", true),
        ("applications: ['*-staging']", "payments", false),
        ("applications: [worker]", "payments", false),
        ("applications: [worker, pay*]", "payments", true),
        // More than `*`, and selectors of which nobody here knows what they select.
        ("applications: ['worke?']", "payments", true),
        ("applications: [worker], namespaces: [shop]", "payments", true),
        ("applications: [worker], clusters: [], namespaces: []", "payments", false),
        ("applications: [worker], namespaces: [shop], andOperator: true", "payments", false),
        ("applications: [pay*], namespaces: [shop], andOperator: true", "payments", true),
        ("clusters: [in-cluster]", "payments", true),
    ] {
        let project = project(&format!("  - {{kind: deny, schedule: 0 0 * * *, duration: 23h, {selectors}}}\n"));
        let files = [("gate.yaml", IMPORT), ("argocd/project.yaml", &project)];
        let frozen = frozen(&files, app, &["2026-11-25T12:00:00Z"]);
        assert_eq!(!frozen[0].is_empty(), chosen, "{selectors} {app}");
    }
}

#[test]
fn schedules_are_those_of_argo_cd() {
    let noon = ["2026-11-25T12:00:00Z"];
    for (schedule, holds) in [
        ("0 12 ? NOV mon-fri", true),
        ("0 0/12 * * *", true),
        ("0 11/2 * * *", false),
        ("*/30 12 25 11 */7", true),
        ("0 10,12-13 * * 3", true),
        ("0 12 * * 0,6", false),
    ] {
        let project =
            project(&format!("  - {{kind: deny, schedule: '{schedule}', duration: 10m, applications: ['*']}}\n"));
        let frozen = frozen(&[("gate.yaml", IMPORT), ("argocd/project.yaml", &project)], "api", &noon);
        assert_eq!(!frozen[0].is_empty(), holds, "{schedule}");
    }
}

#[test]
fn windows_for_some_apps_stand_apart() {
    let project =
        project("  - {kind: allow, schedule: 0 0 * * *, duration: 1h, applications: [pay*], description: nights}\n");
    let (_, config) = load(&[("gate.yaml", IMPORT), ("argocd/project.yaml", &project)]);
    let calendar = Calendar::new(config.unwrap().freeze, "2026-11-25T12:00:00Z".parse().unwrap());
    assert_eq!(calendar.of_all("production").freezes, []);
    assert_eq!(calendar.of_some("staging"), []);
    let some = calendar.of_some("production");
    // Two that allow the same apps are one calendar: each would freeze what the other allows.
    let both = project.clone() + "  - {kind: allow, schedule: 0 12 * * *, duration: 1h, applications: [pay*]}\n";
    let (_, config) = load(&[("gate.yaml", IMPORT), ("argocd/project.yaml", &both)]);
    let noon = Calendar::new(config.unwrap().freeze, "2026-11-25T12:00:00Z".parse().unwrap()).of_some("production");
    assert_eq!((noon.len(), noon[0].freezes.len(), noon[0].allowed.len()), (1, 0, 1));
    assert_eq!(
        (some.len(), &some[0].freezes[0].name, &some[0].freezes[0].only),
        (1, &"nights".into(), &vec!["pay*".into()])
    );
}

#[test]
fn durations_are_those_of_go() {
    for (duration, until) in [
        ("8h", "08:00"),
        ("1h30m", "01:30"),
        ("30m1h", "01:30"),
        ("1.5h", "01:30"),
        ("90s", "00:01:30"),
        ("+1h", "01:00"),
        ("3600000ms", "01:00"),
    ] {
        let project =
            project(&format!("  - {{kind: deny, schedule: 0 0 * * *, duration: {duration}, applications: ['*']}}\n"));
        let files = [("gate.yaml", IMPORT), ("argocd/project.yaml", &project)];
        assert_eq!(
            frozen(&files, "api", &["2026-11-25T00:00:00Z"]),
            [format!("deny shop deny 0 0 * * * until 2026-11-25 {until} UTC")]
        );
    }
}

#[test]
fn what_is_wrong_with_sync_windows_is_told_in_their_file() {
    let project = project(
        "  - {kind: alow, schedule: 0 0 * * *, duration: 1h, applications: ['*']}
  - {kind: deny, schedule: 0 0 * * *, duration: 1h, timezone: Europe/Berlin, applications: ['*']}
  - {kind: deny, applications: '*'}
",
    );
    insta::assert_snapshot!(wrong(&[("gate.yaml", IMPORT), ("argocd/project.yaml", &project)]), @"
    argocd/project.yaml:6:12 from gate.yaml:3:14: this must be `allow` or `deny`; did you mean `allow`?
    argocd/project.yaml:7:53 from gate.yaml:3:14: the key `timezone` is not known here; did you mean `timeZone`?
    argocd/project.yaml:8:6 from gate.yaml:3:14: the key `schedule` is missing; when it begins: five fields as in crontab
    argocd/project.yaml:8:6 from gate.yaml:3:14: the key `duration` is missing; how long each lasts, such as `8h`
    argocd/project.yaml:8:32 from gate.yaml:3:14: this must be nothing or a list, not text; patterns of applications
    ");
}

#[test]
fn what_argo_cd_would_pass_over_is_an_error() {
    let project = project(
        "  - {kind: deny, schedule: 0 0 * * *, duration: 1h, timeZone: Europe/Berln, applications: ['*']}
  - {kind: deny, schedule: 0 0 * * 7, duration: 2d, applications: ['*']}
  - {kind: deny, schedule: 0 0 L * *, duration: 0s, applications: ['*']}
  - {kind: deny, schedule: '@daily', duration: '-1h', applications: ['*']}
  - {kind: deny, schedule: 0 0 30 2 *, duration: 9000h, applications: ['*']}
  - {kind: deny, schedule: 0 0 * * *, duration: 1h}
",
    );
    insta::assert_snapshot!(wrong(&[("gate.yaml", IMPORT), ("argocd/project.yaml", &project)]), @r#"
    argocd/project.yaml:6:63 from gate.yaml:3:14: there is no time zone `Europe/Berln`, and Argo CD takes UTC without a word; did you mean `Europe/Berlin`?
    argocd/project.yaml:7:28 from gate.yaml:3:14: `7` is not a weekday that Argo CD understands; Argo CD reads numbers, names, `*`, `,`, `-` and `/`; Sunday is `0`
    argocd/project.yaml:7:49 from gate.yaml:3:14: `2d` is not a duration; Go knows no days: write `48h`
    argocd/project.yaml:8:28 from gate.yaml:3:14: `L` is not a day that Argo CD understands; Argo CD reads numbers, names, `*`, `,`, `-` and `/`; Sunday is `0`
    argocd/project.yaml:8:49 from gate.yaml:3:14: a window cannot last no time at all; write hours, minutes and seconds as in `62h` or `1h30m`
    argocd/project.yaml:9:28 from gate.yaml:3:14: `@daily` is not a schedule of five fields; write minute, hour, day, month and weekday as in crontab: `0 18 * * FRI`
    argocd/project.yaml:9:48 from gate.yaml:3:14: `-1h` is not a duration; write hours, minutes and seconds as in `62h` or `1h30m`
    argocd/project.yaml:10:28 from gate.yaml:3:14: `0 0 30 2 *` never comes: no year has such a day; write minute, hour, day, month and weekday as in crontab: `0 18 * * FRI`
    argocd/project.yaml:10:50 from gate.yaml:3:14: `9000h` is longer than a year; write hours, minutes and seconds as in `62h` or `1h30m`
    argocd/project.yaml:11:12 from gate.yaml:3:14: this window selects no application, so Argo CD ignores it; add `applications: ["*"]` to it, or take it away
    "#);
}

#[test]
fn files_that_hold_no_windows() {
    let gate = "freeze:\n  - import: a.yaml\n  - import: nowhere.yaml\n  - import: ../b.yaml\n  - import: c.yaml\n";
    insta::assert_snapshot!(wrong(&[("gate.yaml", gate), ("a.yaml", "kind: ConfigMap\n"), ("c.yaml", "a: [\n")]), @"
    gate.yaml:2:13: `a.yaml` has no freeze windows that can be imported; name a file with an Argo CD `AppProject`, or with the list of freeze periods of GitLab's API
    gate.yaml:3:13: `nowhere.yaml` does not exist
    gate.yaml:4:13: `../b.yaml` leads out of the repository; write the path from the root of the repository down
    c.yaml:2:1 from gate.yaml:5:13: malformed YAML: a value is missing here; write it, or close the bracket above
    ");
}

#[test]
fn an_import_says_nothing_of_its_own_times() {
    let gate = "freeze:
  - {import: a.yaml, gitlab: [], kind: allow, schedule: 0 0 * * *}
  - {gitlab: [], timezone: Europe/Berlin}
  - {environments: [production]}
";
    insta::assert_snapshot!(wrong(&[("gate.yaml", gate), ("a.yaml", "[]\n")]), @"
    gate.yaml:2:22: an import brings its own times, so `gitlab` may not stand beside it; take it away, or put it into an entry of its own
    gate.yaml:2:34: an import brings its own times, so `kind` may not stand beside it; take it away, or put it into an entry of its own
    gate.yaml:2:47: an import brings its own times, so `schedule` may not stand beside it; take it away, or put it into an entry of its own
    gate.yaml:3:18: an import brings its own times, so `timezone` may not stand beside it; take it away, or put it into an entry of its own
    gate.yaml:4:5: a freeze has either `start` and `end`, or `schedule` and `duration`; give one of the two pairs, whole
    gate.yaml:4:6: the key `name` is missing; what the freeze is called in reports
    ");
}

/// A week from Friday 23:00 to Monday 07:00, as in GitLab's own documentation.
const WEEKEND: &str = r#"[{"id": 1, "freeze_start": "0 23 * * 5", "freeze_end": "0 7 * * 1", "cron_timezone": "America/New_York",
  "created_at": "2020-05-15T17:03:35.702Z", "updated_at": "2020-05-15T17:06:41.566Z"}]"#;

#[test]
fn gitlab_freezes_from_a_start_to_the_first_end_after_it() {
    let inside = "freeze: [{name: weekend, gitlab: [{freeze_start: 0 23 * * 5, freeze_end: 0 7 * * 1, cron_timezone: America/New_York}]}]";
    let beside = "freeze: [{name: weekend, import: freezes.json}]";
    for files in [vec![("gate.yaml", inside)], vec![("gate.yaml", beside), ("freezes.json", WEEKEND)]] {
        // The clocks in New York go forward on Sunday, 2026-03-08.
        let times = ["2026-03-07T03:59:59Z", "2026-03-07T04:00:00Z", "2026-03-09T10:59:59Z", "2026-03-09T11:00:00Z"];
        let weekend = "deny weekend until 2026-03-09 07:00 America/New_York";
        assert_eq!(frozen(&files, "api", &times), ["", weekend, weekend, ""]);
    }
}

#[test]
fn gitlab_freezes_that_overlap_themselves() {
    let freeze = |start: &str, end: &str, times: &[&str]| {
        let gate = format!("freeze: [{{name: a, gitlab: [{{freeze_start: '{start}', freeze_end: '{end}'}}]}}]");
        frozen(&[("gate.yaml", &gate)], "api", times)
    };
    // Two starts before one end, and two ends after one start.
    assert_eq!(
        freeze("0 8,10 * * *", "0 12 * * *", &["2026-11-25T09:00:00Z", "2026-11-25T11:00:00Z", "2026-11-25T13:00:00Z"]),
        ["deny a until 2026-11-25 12:00 UTC", "deny a until 2026-11-25 12:00 UTC", ""]
    );
    assert_eq!(
        freeze("0 8 * * *", "0 10,12 * * *", &["2026-11-25T09:00:00Z", "2026-11-25T11:00:00Z"]),
        ["deny a until 2026-11-25 10:00 UTC", ""]
    );
    // It ends when it starts again: it never ends.
    assert_eq!(freeze("0 8 * * *", "0 8 * * *", &["2026-11-25T09:00:00Z"]), ["deny a until "]);
}

#[test]
fn what_is_wrong_with_gitlab_freezes() {
    let gate = "freeze:
  - gitlab: [{freeze_start: 0 23 * * 5}, {freeze_start: 0 23 * * 8, freeze_end: monday, cron_timezone: Berlin}]
  - import: freezes.json
";
    let list =
        r#"[{"freeze_start": "0 23 * * 5", "freeze_end": "0 7 * * 1", "cron_timezone": "Europe/Berln", "zone": 1}]"#;
    insta::assert_snapshot!(wrong(&[("gate.yaml", gate), ("freezes.json", list)]), @"
    gate.yaml:2:15: the key `freeze_end` is missing; when it is over again: five fields as in crontab, such as `0 7 * * 1`
    gate.yaml:2:57: `8` is not a weekday of a schedule; write minute, hour, day, month and weekday as in crontab: `0 18 * * FRI`
    gate.yaml:2:81: `monday` is not a schedule of five fields; write minute, hour, day, month and weekday as in crontab: `0 18 * * FRI`
    gate.yaml:2:104: there is no time zone `Berlin`; use a name of the IANA database such as `Europe/Berlin`, or `UTC`
    freezes.json:1:93 from gate.yaml:3:13: the key `zone` is not known here; the keys here are `freeze_start`, `freeze_end`, `cron_timezone`, `id`, `created_at` and `updated_at`
    ");
}
