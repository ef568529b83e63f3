//! A link that leads elsewhere is a change of whatever is rendered through it, as `gate check` sees it between two
//! commits; so is all else that decides what a path leads to.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use crate::support::{command, commit, git};
use gate::source::{MemoryTree, RepoPath, Revision};

const GATE: &str = "apps: [{path: 'apps/{app}/{environment}'}]
environments: [production]
freeze: [{name: always, environments: [production], start: 2026-01-01T00:00, end: 2027-01-01T00:00, timezone: UTC}]
";

const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {key: VALUE}\n";

const COMPONENT: &str = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonLabels: {a: VALUE}\n";

/// What there is at a path.
#[derive(Clone, Copy)]
enum Held {
    File(&'static str),
    Link(&'static str),
    Nothing,
}
use Held::{File, Link, Nothing};

fn put(at: &Path, path: &str, held: Held) {
    let path = at.join(path);
    if path.is_dir() && !path.is_symlink() {
        std::fs::remove_dir_all(&path).unwrap();
    } else if path.is_symlink() || path.exists() {
        std::fs::remove_file(&path).unwrap();
    }
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    match held {
        File(text) => std::fs::write(path, text).unwrap(),
        Link(target) => std::os::unix::fs::symlink(target, path).unwrap(),
        Nothing => {}
    }
}

/// Paths and what there is.
type Entries<'a> = &'a [(&'a str, Held)];

/// What a check says of a change from `before` to `after`, beside the two versions of a base and a component.
fn check(before: Entries<'_>, after: Entries<'_>) -> (i32, String) {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    git(at, &["init", "--quiet"]);
    put(at, "gate.yaml", File(GATE));
    for version in ["v1", "v2"] {
        let text = |text: &str| &*Box::leak(text.replace("VALUE", version).into_boxed_str());
        put(at, &format!("{version}/kustomization.yaml"), File("resources: [settings.yaml]\n"));
        put(at, &format!("{version}/settings.yaml"), File(text(OBJECT)));
        put(at, &format!("component-{version}/kustomization.yaml"), File(text(COMPONENT)));
    }
    for (path, held) in before {
        put(at, path, *held);
    }
    let base = commit(at, "NOTES", "");
    for (path, held) in after {
        put(at, path, *held);
    }
    commit(at, "NOTES", "");
    let arguments = ["check", "--now=2026-11-23T10:00:00Z", "--base", &base, "--head", "HEAD", "."];
    let output = command(env!("CARGO_BIN_EXE_gate"), at).args(arguments).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

const OVERLAY: &str = "apps/api/production/kustomization.yaml";

#[test]
fn what_a_link_leads_to_is_part_of_the_change() {
    let cases: [(&str, Entries<'_>, Entries<'_>); 7] = [
        (
            "a link to a base",
            &[(OVERLAY, File("resources: [current]\n")), ("apps/api/production/current", Link("../../../v1"))],
            &[("apps/api/production/current", Link("../../../v2"))],
        ),
        (
            "a link in the middle of a path",
            &[
                (OVERLAY, File("resources: [../../../all/current/v]\n")),
                ("all/current", Link("b1")),
                ("all/b1/v", Link("../../v1")),
                ("all/b2/v", Link("../../v2")),
            ],
            &[("all/current", Link("b2"))],
        ),
        (
            "a link in a chain",
            &[
                (OVERLAY, File("resources: [../../../first]\n")),
                ("first", Link("x/second")),
                ("x/second", Link("../v1")),
            ],
            &[("x/second", Link("../v2"))],
        ),
        (
            "a link to a component",
            &[(OVERLAY, File("resources: [../../../v1]\ncomponents: [../../../c]\n")), ("c", Link("component-v1"))],
            &[("c", Link("component-v2"))],
        ),
        (
            "a base that becomes a link",
            &[
                (OVERLAY, File("resources: [../../../base]\n")),
                ("base/kustomization.yaml", File("resources: [../v1]\n")),
            ],
            &[("base", Link("v2"))],
        ),
        (
            "a file by way of another directory",
            &[
                (OVERLAY, File("resources: [../../../way/settings.yaml]\n")),
                ("way/settings.yaml", Link("../apps/api/production/one.yaml")),
                ("apps/api/production/one.yaml", File("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n")),
                ("apps/api/production/two.yaml", File("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\n")),
            ],
            &[("way/settings.yaml", Link("../apps/api/production/two.yaml"))],
        ),
        (
            "what was in the way of a render",
            &[
                (OVERLAY, File("resources: [../../../v1]\n")),
                ("apps/api/production/kustomization.yml", File("resources: [../../../v1]\n")),
            ],
            &[("apps/api/production/kustomization.yml", Nothing)],
        ),
    ];
    for (name, before, after) in cases {
        let (code, said) = check(before, after);
        assert!(code == 1 && said.contains("error[freeze-window]"), "{name}: exit code {code}\n{said}");
    }
}

#[test]
fn a_link_that_leads_to_the_same_changes_nothing() {
    let before = [(OVERLAY, File("resources: [../../../base]\n")), ("base", Link("v1")), ("other", Link("v1"))];
    for after in [("base", Link("./v1")), ("base", Link("other")), ("other", Link("v2"))] {
        let (code, said) = check(&before, &[after]);
        assert_eq!(code, 0, "{said}");
    }
}

#[test]
fn the_files_behind_a_directory_are_found_through_links_once() {
    let files = [("chart/Chart.yaml", ""), ("shared/a.yaml", ""), ("shared/deep/b.yaml", "")];
    let links = [
        ("chart/templates", "../shared"),
        ("chart/again", "../shared"),
        ("shared/up", ".."),
        ("chart/values.yaml", "../shared/a.yaml"),
        ("chart/lost", "nowhere"),
    ];
    let tree = MemoryTree::new(files).with_links(links);
    let revision = Revision::new(tree, std::sync::Arc::default());
    let chart = RepoPath::new("chart").unwrap();
    let found = revision.files_behind(&chart);
    let found: Vec<&str> = found.iter().map(RepoPath::as_str).collect();
    let names = |name: &str| found.iter().filter(|path| path.ends_with(name)).count();
    assert_eq!([names("/a.yaml"), names("/b.yaml"), names("/Chart.yaml"), names("/lost")], [1, 1, 1, 1], "{found:?}");
    assert!(found.contains(&"chart/values.yaml"), "{found:?}");
}
