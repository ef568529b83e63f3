//! `gate status` as users run it.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use crate::support::{command, git};

const DIGEST: &str = "sha256:2222222222222222222222222222222222222222222222222222222222222222";

/// Exit code and both outputs of `gate status` in a directory.
fn status(directory: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut gate = command(env!("CARGO_BIN_EXE_gate"), directory);
    let output = gate.arg("status").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn shop() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/shop"))
}

fn write(root: &Path, path: &str, content: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

/// A pod that runs that image, as the only resource of an overlay.
fn overlay(root: &Path, directory: &str, image: &str) {
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: a, image: '{image}'}}]}}\n"
    );
    write(root, &format!("{directory}/kustomization.yaml"), "resources: [pod.yaml]\n");
    write(root, &format!("{directory}/pod.yaml"), &pod);
}

#[test]
fn environments_stand_below_one_another() {
    let (code, out, err) = status(shop(), &[]);
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(out, @"
    APP         ENVIRONMENT  RUNS                                       VERSION                      STATE
    payments    dev          registry.example.com/shop/payments         3.8.0@sha256:8bf384cab15e…
    payments    staging      registry.example.com/shop/payments         3.7.2@sha256:b1cbf4e8b619…   behind dev
    payments    production   registry.example.com/shop/payments         3.8.0@sha256:8bf384cab15e…   ahead of staging
    storefront  dev          registry.example.com/shop/storefront       2.6.0-rc.1
    storefront  staging      registry.example.com/shop/storefront       2.5.0@sha256:c35a4463ecdd…   differs from dev
    storefront  production   registry.example.com/shop/storefront       2.5.0                        same as staging
    worker      dev          registry.example.com/shop/statsd-exporter  sha256:22dcc997cd3a…
    worker      dev          registry.example.com/shop/worker           1.13.0@sha256:61799b3bf0ec…
    worker      staging      registry.example.com/shop/worker           1.12.3@sha256:9cd1beaf233b…  behind dev
    worker      production   registry.example.com/shop/worker           1.12.3@sha256:9cd1beaf233b…  same as staging

    3 apps in 9 overlays: 4 of 6 differ from the environment below
    ");
    let (code, out, _) = status(shop(), &["worker"]);
    assert_eq!((code, out.lines().filter(|line| line.starts_with("worker")).count()), (0, 4));
    assert!(!out.contains("payments"));
}

#[test]
fn programs_get_whole_digests() {
    let (code, out, _) = status(shop(), &["worker", "--format=json"]);
    assert_eq!(code, 0);
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    insta::assert_json_snapshot!(document["places"][2], @r#"
    {
      "app": "worker",
      "environment": "production",
      "cluster": null,
      "path": "apps/worker/overlays/production",
      "below": "staging",
      "items": [
        {
          "what": "image",
          "name": "registry.example.com/shop/worker",
          "tag": "1.12.3",
          "digest": "sha256:9cd1beaf233b7ba156273a04a0f12bdd07903b8495af11332aaa4938d18e3b42",
          "state": "same"
        }
      ]
    }
    "#);
}

#[test]
fn names_that_do_not_exist_are_errors() {
    insta::assert_snapshot!(status(shop(), &["paymens"]).2, @"
    error: there is no app `paymens`
      help: did you mean `payments`?
    ");
    let (code, _, err) = status(shop(), &["worker", "--write=versions.json"]);
    assert_eq!(code, 2);
    assert!(err.contains("cannot be used with"), "{err}");
}

#[test]
fn the_versions_file_is_sorted_and_has_clusters_where_the_layout_has() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    write(root, "gate.yaml", "apps: ['{app}/{environment}/{cluster}', '{app}/{environment}']\n");
    overlay(root, "web/production/us", "web:1");
    overlay(root, "web/production/eu", &format!("web:2@{DIGEST}"));
    overlay(root, "web/staging", "nginx");
    overlay(root, "api/production", "hub.example/api:1.0");
    let (code, _, err) = status(root, &["--write=versions.json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let file = || std::fs::read_to_string(root.join("versions.json")).unwrap();
    insta::assert_snapshot!(file(), @r#"
    {
      "version": 1,
      "apps": {
        "api": {
          "production": {
            "images": {
              "hub.example/api": {
                "tag": "1.0",
                "digest": null
              }
            }
          }
        },
        "web": {
          "production": {
            "clusters": {
              "eu": {
                "images": {
                  "docker.io/library/web": {
                    "tag": "2",
                    "digest": "sha256:2222222222222222222222222222222222222222222222222222222222222222"
                  }
                }
              },
              "us": {
                "images": {
                  "docker.io/library/web": {
                    "tag": "1",
                    "digest": null
                  }
                }
              }
            }
          },
          "staging": {
            "images": {
              "docker.io/library/nginx": {
                "tag": null,
                "digest": null
              }
            }
          }
        }
      }
    }
    "#);
    let before = file();
    assert_eq!(status(root, &["--write=versions.json"]).0, 0);
    assert_eq!(file(), before);
}

#[test]
fn charts_refs_and_clusters_are_shown() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    write(root, "gate.yaml", "apps: ['{app}/{environment}/{cluster}']\n");
    for (environment, cluster, version, reference) in
        [("staging", "eu", "1.10.0", "v3"), ("production", "eu", "1.9.0", "v3"), ("production", "us", "1.10.0", "main")]
    {
        let place = format!("app/{environment}/{cluster}");
        write(root, &format!("{place}/kustomization.yaml"), "resources: [sources.yaml]\n");
        let release = format!(
            "kind: HelmRelease\napiVersion: helm.toolkit.fluxcd.io/v2\nmetadata: {{name: a}}\nspec: {{chart: {{spec: {{chart: podinfo, version: {version}}}}}}}\n"
        );
        let source = format!(
            "kind: GitRepository\napiVersion: source.toolkit.fluxcd.io/v1\nmetadata: {{name: a}}\nspec: {{url: 'https://git.example/a', ref: {{tag: {reference}}}}}\n"
        );
        write(root, &format!("{place}/sources.yaml"), &format!("{release}---\n{source}"));
    }
    let (code, out, err) = status(root, &[]);
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(out, @"
    APP  ENVIRONMENT  CLUSTER  RUNS                       VERSION  STATE
    app  staging      eu       chart podinfo              1.10.0
    app  production   eu       chart podinfo              1.9.0    behind staging
    app  production   us       chart podinfo              1.10.0   same as staging
    app  staging      eu       git https://git.example/a  v3
    app  production   eu       git https://git.example/a  v3       same as staging
    app  production   us       git https://git.example/a  main     differs from staging

    1 app in 3 overlays: 2 of 4 differ from the environment below
    ");
    assert_eq!(status(root, &["--write=versions.json"]).0, 0);
    let file: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(root.join("versions.json")).unwrap()).unwrap();
    assert_eq!(file["apps"]["app"]["production"]["clusters"]["eu"]["versions"]["chart"]["podinfo"], "1.9.0");
}

#[test]
fn mirrors_run_what_they_mirror() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    let mirrors = "{prod.example: hub.example, prod.example/team: stage.example/team}";
    write(root, "gate.yaml", &format!("policies: {{settings: {{digest-matches-staging: {{mirrors: {mirrors}}}}}}}\n"));
    overlay(root, "web/staging", "stage.example/team/web:1");
    overlay(root, "web/production", "prod.example/team/web:1");
    overlay(root, "api/staging", "hub.example/teams:2");
    overlay(root, "api/production", "prod.example/teams:1");
    overlay(root, "old/staging", "hub.example/old:2");
    overlay(root, "old/production", "prod.example.com/old:2");
    let states = |out: &str| -> Vec<String> {
        let production = out.lines().filter(|line| line.contains(" production "));
        production.map(|line| line.rsplit("  ").next().unwrap().trim().to_owned()).collect()
    };
    // Tags of one number say nothing about their order.
    assert_eq!(states(&status(root, &[]).1), ["differs from staging", "not in staging", "same as staging"]);
}

#[test]
fn history_tells_since_when() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    let land = |time: &str| {
        git(root, &["add", "."]);
        let mut commit = command("git", root);
        commit.env("GIT_AUTHOR_DATE", "2020-01-01T00:00:00Z").env("GIT_COMMITTER_DATE", time);
        assert!(commit.args(["commit", "--quiet", "--message=change"]).status().unwrap().success());
    };
    git(root, &["init", "--quiet", "--initial-branch=main"]);
    overlay(root, "web/staging", "web:1");
    overlay(root, "web/production", "web:1");
    land("2026-11-01T10:00:00Z");
    overlay(root, "web/staging", "web:2");
    land("2026-11-02T10:00:00Z");
    write(root, "README", "");
    land("2026-11-03T10:00:00Z");
    overlay(root, "web/production", "web:2");
    land("2026-11-04T10:00:00Z");
    overlay(root, "api/staging", "api:1");
    let (code, out, err) = status(root, &["--since"]);
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(out, @"
    APP  ENVIRONMENT  RUNS                   VERSION  SINCE              STATE
    api  staging      docker.io/library/api  1        -
    web  staging      docker.io/library/web  2        2026-11-02 10:00Z
    web  production   docker.io/library/web  2        2026-11-04 10:00Z  same as staging

    2 apps in 3 overlays: every environment runs what the one below runs
    ");
    let clone = tempfile::tempdir().unwrap();
    git(clone.path(), &["clone", "--quiet", "--depth=2", &format!("file://{}", root.display()), "."]);
    let (_, out, _) = status(clone.path(), &["--since", "--format=json"]);
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    let since: Vec<&serde_json::Value> =
        document["places"].as_array().unwrap().iter().map(|place| &place["items"][0]["since"]).collect();
    let expected = serde_json::json!([
        {"since": "2026-11-03T10:00:00Z", "or_longer": true},
        {"since": "2026-11-04T10:00:00Z", "or_longer": false},
    ]);
    assert_eq!(serde_json::json!(since), expected);
    let nowhere = tempfile::tempdir().unwrap();
    overlay(nowhere.path(), "web/production", "web:1");
    let (code, _, err) = status(nowhere.path(), &["--since"]);
    assert_eq!(code, 2);
    assert!(err.contains("is in no Git repository"), "{err}");
}

#[test]
fn what_cannot_be_rendered_does_not_hide_the_rest() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    overlay(root, "web/production", "web:1");
    write(root, "web/staging/kustomization.yaml", "resources: [missing.yaml]\n");
    let (code, out, err) = status(root, &["--write=versions.json"]);
    assert_eq!(code, 2);
    insta::assert_snapshot!(out, @"
    APP  ENVIRONMENT  RUNS                   VERSION  STATE
    web  production   docker.io/library/web  1

    1 app in 1 overlay
    ");
    insta::assert_snapshot!(err, @"
    error: `web/staging/missing.yaml` does not exist
      --> web/staging/kustomization.yaml:1:13
      help: add it, or remove the entry; paths start at the directory of the kustomization
    ");
    assert!(!root.join("versions.json").exists(), "half of it would pass for all");
    insta::assert_snapshot!(status(root, &["--path=web/production", "--write=versions.json"]).2, @"
    error: `--write` wants the whole repository
      help: run it with `--path=.`
    ");
    let (code, out, _) = status(root, &["--path=web/production"]);
    assert_eq!(code, 0, "{out}");
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(status(empty.path(), &[]).0, 3);
}

#[test]
fn secrets_are_not_shown() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    overlay(root, "web/production", "web:correct-horse");
    let generator = "resources: [pod.yaml]\nsecretGenerator: [{name: s, literals: [password=correct-horse]}]\n";
    write(root, "web/production/kustomization.yaml", generator);
    for format in ["--format=table", "--format=json"] {
        let (code, out, _) = status(root, &[format]);
        assert_eq!(code, 0);
        assert!(!out.contains("correct-horse"), "{out}");
    }
}
