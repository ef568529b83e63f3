//! Which directories are judged where links, submodules and odd names are in the way, as `gate check` finds them in real
//! repositories.

#![expect(clippy::unwrap_used, reason = "tests")]
#![cfg(unix)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::support::{command, commit, git};

const DIGEST: &str = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  template:
    spec:
      containers:
        - name: api
          image: example.com/api
          resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
";
const GATE: &str = "apps: [{path: 'apps/{app}/overlays/{environment}'}]\nenvironments: [staging, production]\n";

/// A repository in a temporary directory.
struct Repository(tempfile::TempDir);

impl Repository {
    fn new(gate: Option<&str>, environments: &[&str]) -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        git(repository.path(), &["init", "--quiet"]);
        if let Some(gate) = gate {
            repository.write("gate.yaml", gate);
        }
        repository.write("apps/api/base/kustomization.yaml", "resources: [deployment.yaml]\n");
        repository.write("apps/api/base/deployment.yaml", DEPLOYMENT);
        for environment in environments {
            let path = format!("apps/api/overlays/{environment}/kustomization.yaml");
            repository.write(&path, &overlay("../../base", &format!("digest: '{DIGEST}'")));
        }
        repository
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn remove(&self, path: &str) {
        fs::remove_dir_all(self.path().join(path)).unwrap();
    }

    fn link(&self, target: &str, path: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(target, path).unwrap();
    }

    fn commit(&self) -> String {
        commit(self.path(), "COUNT", "")
    }

    /// Exit code, the overlays that were judged, and each finding as `severity status policy message`.
    fn check(&self, arguments: &[&str]) -> (i32, Vec<String>, Vec<String>, Vec<String>) {
        let mut gate = command(env!("CARGO_BIN_EXE_gate"), self.path());
        let fixed = ["check", ".", "--format=json", "--now", "2026-11-23T12:00:00Z"];
        let output = gate.args(fixed).args(arguments).output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!("{error}: {}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
        });
        let texts = |key: &str| -> Vec<String> {
            report[key].as_array().into_iter().flatten().map(|text| text.as_str().unwrap().to_owned()).collect()
        };
        let said = |finding: &serde_json::Value| {
            let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
            format!("{} {} {} {}", text("severity"), text("status"), text("policy"), text("message"))
        };
        let findings = report["findings"].as_array().unwrap().iter().map(said).collect();
        (output.status.code().unwrap(), texts("overlays"), findings, texts("notes"))
    }
}

fn overlay(base: &str, image: &str) -> String {
    format!("resources: [{base}]\nimages:\n  - name: example.com/api\n    {image}\n")
}

fn has(findings: &[String], wanted: &str) -> bool {
    findings.iter().any(|finding| finding.contains(wanted))
}

#[test]
fn a_linked_overlay_is_judged_under_its_own_path() {
    for gate in [Some(GATE), None] {
        let repository = Repository::new(gate, &["staging"]);
        repository.write("prod/api/kustomization.yaml", &overlay("../../apps/api/base", "newTag: latest"));
        repository.link("../../../prod/api", "apps/api/overlays/production");
        let (code, overlays, findings, _) = repository.check(&["--base", "none"]);
        assert_eq!(code, 1, "{findings:?}");
        assert!(overlays.contains(&"apps/api/overlays/production".to_owned()), "{overlays:?}");
        assert!(!overlays.contains(&"prod/api".to_owned()), "{overlays:?}");
        assert!(has(&findings, "error new image-digest-pinned"), "{findings:?}");
    }
}

#[test]
fn what_is_below_a_link_and_where_it_leads_are_part_of_a_change() {
    let repository = Repository::new(Some(GATE), &["staging"]);
    let pinned = overlay("../../apps/api/base", &format!("digest: '{DIGEST}'"));
    repository.write("prod/api/kustomization.yaml", &pinned);
    repository.write("prod/next/kustomization.yaml", &overlay("../../apps/api/base", "newTag: latest"));
    repository.link("../../../prod/api", "apps/api/overlays/production");
    let base = repository.commit();

    repository.write("prod/api/kustomization.yaml", &overlay("../../apps/api/base", "newTag: latest"));
    let (code, _, findings, _) = repository.check(&["--base", &base]);
    assert!(code == 1 && has(&findings, "error new image-digest-pinned"), "{findings:?}");

    repository.write("prod/api/kustomization.yaml", &pinned);
    fs::remove_file(repository.path().join("apps/api/overlays/production")).unwrap();
    repository.link("../../../prod/next", "apps/api/overlays/production");
    let (code, _, findings, _) = repository.check(&["--base", &base]);
    assert!(code == 1 && has(&findings, "error new image-digest-pinned"), "{findings:?}");
}

#[test]
fn a_linked_app_is_found_and_an_alias_is_not_judged_twice() {
    let repository = Repository::new(Some(GATE), &["staging", "production"]);
    repository.link("production", "apps/api/overlays/prod");
    repository.link("../services/web", "apps/web");
    repository.link("..", "apps/api/overlays/self");
    repository.link("/etc", "apps/api/overlays/qa");
    for environment in ["staging", "production"] {
        let path = format!("services/web/overlays/{environment}/kustomization.yaml");
        repository.write(&path, "namePrefix: web-\n");
    }
    let (_, overlays, _, notes) = repository.check(&["--base", "none"]);
    assert_eq!(
        overlays,
        [
            "apps/api/overlays/production",
            "apps/api/overlays/staging",
            "apps/web/overlays/production",
            "apps/web/overlays/staging"
        ]
    );
    assert!(has(&notes, "1 link leads to what is judged under another path: `apps/api/overlays/prod`"), "{notes:?}");
}

#[test]
fn links_to_links_come_to_an_end() {
    let repository = Repository::new(Some(GATE), &["staging", "production"]);
    for level in 0..24 {
        for side in ["a", "b"] {
            repository.link(&format!("../l{}", level + 1), &format!("l{level}/{side}"));
        }
    }
    repository.write("l24/kustomization.yaml", "namePrefix: a-\n");
    let (code, overlays, findings, _) = repository.check(&["--base", "none"]);
    assert_eq!((code, overlays.len()), (2, 2), "{findings:?}");
    assert!(has(&findings, "read-error links lead to more than 20000 directories"), "{findings:?}");
}

#[test]
fn an_overlay_that_the_base_judged_is_judged_behind_a_link_or_missed() {
    for (target, wanted) in [
        ("../base", "error new image-digest-pinned"),
        ("../../../later", "error new image-digest-pinned"),
        (
            "nowhere",
            "error new gate-tampering `apps/api` is not judged in production any more, and `apps/api/overlays/production` is a link now",
        ),
        ("/etc", "error new gate-tampering `apps/api` is not judged in production any more"),
    ] {
        let repository = Repository::new(None, &["staging", "production"]);
        repository.write("later/kustomization.yaml", &overlay("../apps/api/base", "newTag: latest"));
        let base = repository.commit();
        repository.remove("apps/api/overlays/production");
        repository.link(target, "apps/api/overlays/production");
        let (code, _, findings, _) = repository.check(&["--base", &base]);
        assert!(code == 1 && has(&findings, wanted), "{target}: {code} {findings:?}");
        let head = repository.commit();
        let (code, _, findings, _) = repository.check(&["--base", &base, "--head", &head]);
        assert!(code == 1 && has(&findings, wanted), "{target}: {code} {findings:?}");
    }
}

#[test]
fn a_submodule_in_the_place_of_an_overlay_is_an_error() {
    let repository = Repository::new(Some(GATE), &["staging", "production"]);
    let base = repository.commit();
    repository.remove("apps/api/overlays/production");
    git(repository.path(), &["add", "--all"]);
    git(
        repository.path(),
        &["update-index", "--add", "--cacheinfo", &format!("160000,{base},apps/api/overlays/production")],
    );
    git(repository.path(), &["commit", "--quiet", "--message=submodule"]);
    let (code, _, findings, _) = repository.check(&["--base", &base, "--head", "HEAD"]);
    assert!(code == 1 && has(&findings, "`apps/api/overlays/production` is in a submodule now"), "{findings:?}");
}

#[test]
fn directories_without_a_name_in_utf_8_are_named() {
    let repository = Repository::new(Some(GATE), &["staging", "production"]);
    let base = repository.commit();
    let odd = repository.path().join("apps").join(OsStr::from_bytes(b"x\xff"));
    if fs::create_dir_all(odd.join("overlays/production")).is_err() {
        return; // Some file systems have no such names.
    }
    fs::write(odd.join("overlays/production/kustomization.yaml"), "namePrefix: x-\n").unwrap();
    let wanted = "error new read-error the name of the directory `apps/x\u{fffd}` is not UTF-8";
    let (code, _, findings, _) = repository.check(&["--base", "none"]);
    assert!(code == 2 && has(&findings, wanted), "{findings:?}");
    let head = repository.commit();
    let (code, _, findings, _) = repository.check(&["--base", &base, "--head", &head]);
    assert!(code == 2 && has(&findings, wanted), "{findings:?}");
    repository.write("README.md", "later\n");
    repository.commit();
    let (code, _, findings, _) = repository.check(&["--base", &head, "--head", "HEAD"]);
    assert!(code == 0 && has(&findings, "error known read-error"), "{findings:?}");
}

#[test]
fn cases_are_no_apps_for_status_either() {
    let repository = Repository::new(None, &["staging", "production"]);
    repository.write("policy/cases/x-fails/case.yaml", "only: [x]\n");
    for environment in ["staging", "production"] {
        repository.write(&format!("policy/cases/x-fails/web/{environment}/kustomization.yaml"), "namePrefix: web-\n");
    }
    let mut gate = command(env!("CARGO_BIN_EXE_gate"), repository.path());
    let output = gate.args(["status"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("api") && !text.contains("web"), "{text}");
    let (_, overlays, _, _) = repository.check(&["--base", "none"]);
    assert_eq!(overlays, ["apps/api/overlays/production", "apps/api/overlays/staging"]);
}
