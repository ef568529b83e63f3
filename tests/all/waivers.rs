//! Waivers beside what they waive, and what is said about waivers: small changes whose lines say what is due.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::sync::Arc;

use gate::cases::run;
use gate::check::checked;
use gate::source::{Files, MemoryTree, RepoPath, Revision};

const KUSTOMIZATION: &str = "resources: [web.yaml]\n";

/// A deployment without limits whose containers are `lines`.
fn web(lines: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  template:\n    spec:\n      containers:\n{lines}"
    )
}

/// What a case finds that is not due, and misses that is; its files by their paths in the case.
fn faults(files: &[(&str, String)]) -> Vec<String> {
    let mut tree: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut put = |path: &str, text: &str| tree.insert(format!("case/{path}"), text.as_bytes().to_vec());
    put("case.yaml", "{}\n");
    put("web/production/kustomization.yaml", KUSTOMIZATION);
    put("gate.yaml", "policies: {disable: [image-digest-pinned, owners-cover-production]}\n");
    for (path, text) in files {
        put(path, text);
    }
    let revision = Revision::new(MemoryTree::new(tree), Arc::new(Files::default()));
    let case = run(&revision, &RepoPath::new("case").unwrap(), &[], checked).unwrap();
    case.faults.iter().map(ToString::to_string).collect()
}

/// A case in which both revisions have `base`, or head something else.
fn changed(base: &str, head: &str) -> Vec<String> {
    let path = "web/production/web.yaml";
    faults(&[(&format!("base/{path}"), web(base)), (&format!("head/{path}"), web(head))])
}

fn as_it_is(lines: &str) -> Vec<String> {
    faults(&[("web/production/web.yaml", web(lines))])
}

const NONE: [&str; 0] = [];

#[test]
fn one_of_the_tree_counts_where_nothing_is_compared() {
    assert_eq!(
        as_it_is(
            "      # gate: ignore[resource-limits-present] measured first, until 2027-01-31
      # expect waived: resource-limits-present
      - name: web
        image: web:1
      # expect: resource-limits-present
      - name: sidecar
        image: web:1
"
        ),
        NONE
    );
}

#[test]
fn one_of_the_base_counts_wherever_its_line_has_gone() {
    assert_eq!(
        changed(
            "      - image: web:1
        # gate: ignore[resource-limits-present] measured first, until 2027-01-31
        name: web
",
            "      - image: web:1
        ports: [{containerPort: 80}]
        env: []
        # expect waived: resource-limits-present
        name: web # A remark.
"
        ),
        NONE
    );
}

#[test]
fn one_that_only_the_change_has_does_not_count() {
    assert_eq!(
        changed(
            "      - {name: web, image: web, resources: {requests: {cpu: 1, memory: 1}, limits: {memory: 1}}}\n",
            "      # expect warning: waiver this change grants itself a waiver, which counts from the merge on only: `measured first`
      # gate: ignore[resource-limits-present] measured first, until 2027-01-31
      # expect error: resource-limits-present
      - name: web
        image: web:1
"
        ),
        NONE
    );
}

#[test]
fn a_line_that_is_there_more_often_than_before_is_not_covered() {
    assert_eq!(
        changed(
            "      - image: web:1
        # gate: ignore[resource-limits-present] measured first, until 2027-01-31
        name: web
      initContainers: []
",
            "      - image: web:1
        # gate: ignore[resource-limits-present] measured first, until 2027-01-31
        # expect known: resource-limits-present
        name: web
      initContainers:
      - image: web:1
        # expect: resource-limits-present
        name: web
"
        ),
        NONE
    );
}

#[test]
fn another_text_is_not_what_was_waived() {
    assert_eq!(
        changed(
            "      # gate: ignore[resource-limits-present] measured first, until 2027-01-31
      - name: web
        image: web:1
",
            "      # expect: waiver this change grants itself a waiver
      # gate: ignore[resource-limits-present] measured first, until 2027-01-31
      # expect: resource-limits-present
      - name: api
        image: web:1
"
        ),
        NONE
    );
}

#[test]
fn what_is_no_good_is_said_at_its_place() {
    assert_eq!(
        as_it_is(
            "      # expect warning: waiver this waiver ended after 2026-11-22
      # gate: ignore[resource-limits-present] measured first, until 2026-11-22
      # expect: resource-limits-present
      - name: web
        # expect: waiver there is no policy `resource-limit-present`
        # gate: ignore[resource-limit-present] measured first, until 2027-01-31
        image: web:1
        # expect: waiver this waiver is more than an exception, as it lasts until 2028-01-31
        # gate: ignore[config-drift] measured first, until 2028-01-31
        env: []
        # expect: waiver `skip` is nothing that gate can be told
        # gate: skip[config-drift] measured first, until 2028-01-31
        ports: []
"
        ),
        NONE
    );
}

#[test]
fn what_was_no_good_before_is_known() {
    let bad = "      # gate: ignore[resource-limits-present] measured first, until 2026-11-22\n";
    let container = "      - name: web\n        image: web:1\n";
    let known = "      # expect known: waiver this waiver ended after 2026-11-22\n";
    let finding = "      # expect known: resource-limits-present\n";
    let head = format!("{known}{bad}{finding}{container}        env: []\n");
    assert_eq!(changed(&format!("{bad}{container}"), &head), NONE);
}

#[test]
fn files_that_nothing_is_found_in_and_nobody_touches_are_left_alone() {
    let bad = "# gate: ignore[config-drift] no end\na: b\n".to_owned();
    let web = web("      - {name: web, resources: {requests: {cpu: 1, memory: 1}, limits: {memory: 1}}}\n");
    let shared = [("web/production/web.yaml", web), ("other.yaml", bad), ("head/README.md", "Changed.\n".to_owned())];
    assert_eq!(faults(&shared), NONE);
}

#[test]
fn no_comment_waives_that_something_cannot_be_rendered() {
    let faults = faults(&[
        (
            "web/production/kustomization.yaml",
            "resources:\n# gate: ignore[render-error] it is new, until 2027-01-31\n- missing.yaml\n".to_owned(),
        ),
        ("expected", String::new()),
    ]);
    let said: Vec<&str> = faults.iter().map(|fault| fault.split(" is not due").next().unwrap()).collect();
    assert_eq!(
        said,
        [
            "web/production/kustomization.yaml:3: new error `render-error`",
            "web/production/kustomization.yaml:2: new warning `waiver`"
        ]
    );
}

fn configured(waiver: &str) -> String {
    format!("policies: {{disable: [image-digest-pinned, owners-cover-production]}}\nwaivers:\n{waiver}")
}

#[test]
fn broad_waivers_of_the_configuration_are_told_and_those_of_other_apps_are_not_unused() {
    let waiver = "# expect: waiver this waiver is more than an exception, as it covers `config-drift` for every app in production
- {policy: config-drift, environment: production, until: 2026-12-01, reason: a, owner: b}
# expect: waiver as it lasts until 2099-12-31, longer than 180 days from now: `a`
- {policy: config-drift, app: web, until: 2099-12-31, reason: a, owner: b}
";
    let limits = "      - {name: web, resources: {requests: {cpu: 1, memory: 1}, limits: {memory: 1}}}\n";
    let unused = waiver
        .replace("waiver this", "waiver this waiver covers nothing; waiver this")
        .replace("waiver as", "waiver this waiver covers nothing; waiver as");
    assert_eq!(faults(&[("gate.yaml", configured(&unused)), ("web/production/web.yaml", web(limits))]), NONE);
    let known = waiver.replace("# expect:", "# expect known:");
    let shared = [
        ("gate.yaml", configured(&known)),
        ("web/production/web.yaml", web(limits)),
        ("head/README.md", "a\n".to_owned()),
    ];
    assert_eq!(faults(&shared), NONE);
}
