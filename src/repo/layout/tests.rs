#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Layout;
use crate::repo::Config;
use crate::source::{Files, MemoryTree, RepoPath, Revision};

/// A tree of kustomizations: each line is a directory, then `<` and what it pulls in, `component` among it for
/// a component. Lines that name a file are that file, empty.
fn tree(lines: &str) -> Revision {
    let mut files = Vec::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (directory, pulls) = line.split_once('<').unwrap_or((line, ""));
        let directory = directory.trim();
        let mut content = String::from("resources:\n");
        for entry in pulls.split_whitespace() {
            match entry {
                "component" => content.insert_str(0, "kind: Component\n"),
                entry => content.push_str(&format!("- {entry}\n")),
            }
        }
        files.push((format!("{directory}/kustomization.yaml").trim_start_matches("./").to_owned(), content));
    }
    Revision::new(MemoryTree::new(files), Arc::new(Files::default()))
}

fn config(text: &str) -> Config {
    let revision = Revision::new(MemoryTree::new([("gate.yaml", text)]), Arc::new(Files::default()));
    Config::load(&revision, &RepoPath::new("gate.yaml").unwrap()).unwrap()
}

/// The overlays, one per line, then the notes.
fn shown(layout: &Layout) -> String {
    let mut lines = Vec::new();
    for app in &layout.apps {
        for overlay in &app.overlays {
            let cluster = overlay.cluster.as_deref().map(|cluster| format!("@{cluster}")).unwrap_or_default();
            lines.push(format!("{} {}{cluster} {}", app.name, overlay.environment, overlay.applied.directory));
        }
    }
    lines.extend(layout.notes.iter().map(|note| format!("# {note}")));
    lines.join("\n")
}

fn found(lines: &str) -> String {
    shown(&Layout::find(&Config::default(), &tree(lines), &BTreeMap::new()))
}

#[test]
fn usual_layouts() {
    insta::assert_snapshot!(found(
        "apps/api/base
         apps/api/overlays/dev < ../../base
         apps/api/overlays/staging < ../../base
         apps/api/overlays/prod < ../../base
         apps/web/overlays/Production"
    ), @"
    apps/api dev apps/api/overlays/dev
    apps/api staging apps/api/overlays/staging
    apps/api production apps/api/overlays/prod
    apps/web production apps/web/overlays/Production
    # found 2 apps in 4 overlays by the names of directories: `dev`, `staging`, `production` (protected)
    ");
    insta::assert_snapshot!(found(
        "environments/staging/api
         environments/staging/db
         environments/live/api
         environments/live/db"
    ), @"
    api staging environments/staging/api
    api production environments/live/api
    db staging environments/staging/db
    db production environments/live/db
    # found 2 apps in 4 overlays by the names of directories: `staging`, `production` (protected)
    ");
    insta::assert_snapshot!(found("staging\nproduction"), @"
    app staging staging
    app production production
    # found 1 app in 2 overlays by the names of directories: `staging`, `production` (protected)
    ");
    insta::assert_snapshot!(found("preprod/a\npre-prod/b\nuat/a\nqa/a"), @"
    a qa qa/a
    a uat uat/a
    a preprod preprod/a
    b preprod pre-prod/b
    # found 2 apps in 4 overlays by the names of directories: `qa`, `uat`, `preprod` (protected)
    ");
}

#[test]
fn clusters_and_apps_in_names() {
    insta::assert_snapshot!(found(
        "clusters/prod-eu/api
         clusters/prod-us/api
         clusters/staging-eu/api
         clusters/non-prod/api
         clusters/tools/api"
    ), @"
    clusters/api staging@eu clusters/staging-eu/api
    clusters/api production@eu clusters/prod-eu/api
    clusters/api production@us clusters/prod-us/api
    # found 1 app in 3 overlays by the names of directories: `staging`, `production` (protected)
    # beside environments, but none that is known: `clusters/non-prod`, `clusters/tools`
    ");
    insta::assert_snapshot!(found("apps/api-staging\napps/api-prod\napps/web-staging\napps/prod-tools\napps/test-runner"), @"
    apps/api staging apps/api-staging
    apps/api production apps/api-prod
    # found 1 app in 2 overlays by the names of directories: `staging`, `production` (protected)
    # beside environments, but none that is known: `apps/prod-tools`, `apps/test-runner`, `apps/web-staging`
    ");
    insta::assert_snapshot!(found("overlays/staging\noverlays/production\noverlays/production-eu"), @"
    overlays staging overlays/staging
    overlays production overlays/production
    overlays production@eu overlays/production-eu
    # found 1 app in 3 overlays by the names of directories: `staging`, `production` (protected)
    ");
}

#[test]
fn names_that_mean_something_else() {
    insta::assert_snapshot!(found(
        "test/e2e/guestbook
         test/e2e/hooks
         apps/dev/runners
         issuers/letsencrypt-staging
         issuers/letsencrypt-prod
         tenants/dev-team
         tools/dev-portal
         tools/prod-checker"
    ), @r#"
    # no overlay was found by the names of directories
    # of 8 kustomizations none is in or below a directory that names an environment: `dev`, `development`, `test`, `testing`, `integration`, `int`, `qa`, `uat`, `staging`, `stage`, `stg`, `preprod`, `pre-prod`, `preproduction`, `pre-production`, `production`, `prod`, `prd`, `live`
    # no other environment is beside `apps/dev`, `test`: not taken for an environment
    # say in `gate.yaml` where overlays are: `apps: [{path: "apps/{app}/overlays/{environment}"}]`
    "#);
    insta::assert_snapshot!(found("testdata/overlays/prod\nnode_modules/a/prod\n.archive/prod\nvendor/prod"), @"
    # no overlay was found by the names of directories
    # there is no kustomization.yaml to be found
    ");
}

#[test]
fn an_app_that_is_new_is_known_by_its_neighbours() {
    insta::assert_snapshot!(found("apps/api/dev\napps/api/prod\napps/new/dev\nother/new/dev"), @"
    apps/api dev apps/api/dev
    apps/api production apps/api/prod
    apps/new dev apps/new/dev
    # found 2 apps in 3 overlays by the names of directories: `dev`, `production` (protected)
    # no other environment is beside `other/new/dev`: not taken for an environment
    ");
}

#[test]
fn of_two_environments_in_a_path_the_inner_counts() {
    insta::assert_snapshot!(found(
        "clusters/production/tenants/dev
         clusters/production/tenants/prod
         clusters/staging/api/overlays/staging
         clusters/production/api/overlays/production"
    ), @"
    clusters/api staging clusters/staging/api/overlays/staging
    clusters/api production clusters/production/api/overlays/production
    clusters/production/tenants dev clusters/production/tenants/dev
    clusters/production/tenants production clusters/production/tenants/prod
    # found 2 apps in 4 overlays by the names of directories: `dev`, `staging`, `production` (protected)
    ");
}

#[test]
fn parts_are_no_overlays() {
    insta::assert_snapshot!(found(
        "production < infra apps https://example.com/x
         production/infra < ../monitoring deployment.yaml
         production/apps
         production/monitoring
         production/extra < component
         staging < apps
         staging/apps"
    ), @"
    app staging staging
    app production production
    # found 1 app in 2 overlays by the names of directories: `staging`, `production` (protected)
    # 5 parts of overlays: `production/apps`, `production/extra`, `production/infra`, `production/monitoring`, `staging/apps`
    ");
    // What nothing reaches is not a part of anything.
    insta::assert_snapshot!(found(
        "production/a < ../b
         production/b < ../a
         production/c < component ../d
         production/d
         production/e < ."
    ), @"
    a production production/a
    b production production/b
    d production production/d
    e production production/e
    # found 4 apps in 4 overlays by the names of directories: `production` (protected)
    # 1 part of overlays: `production/c`
    ");
}

#[test]
fn equal_names_are_told_apart() {
    insta::assert_snapshot!(found(
        "api/overlays/staging
         api/overlays/production
         api/environments/staging
         web/overlays/production
         web/overlays/live"
    ), @"
    api/environments staging api/environments/staging
    api/overlays staging api/overlays/staging
    api/overlays production api/overlays/production
    web production@web/overlays/live web/overlays/live
    web production@web/overlays/production web/overlays/production
    # found 3 apps in 5 overlays by the names of directories: `staging`, `production` (protected)
    # `web` has several overlays in `production`: `web/overlays/live`, `web/overlays/production`; each counts as a cluster
    ");
}

#[test]
fn nothing_found_says_what_was_looked_for() {
    insta::assert_snapshot!(found(""), @"
    # no overlay was found by the names of directories
    # there is no kustomization.yaml to be found
    ");
    insta::assert_snapshot!(found("base\noverlays/gcp\ntest/a"), @r#"
    # no overlay was found by the names of directories
    # of 3 kustomizations none is in or below a directory that names an environment: `dev`, `development`, `test`, `testing`, `integration`, `int`, `qa`, `uat`, `staging`, `stage`, `stg`, `preprod`, `pre-prod`, `preproduction`, `pre-production`, `production`, `prod`, `prd`, `live`
    # no other environment is beside `test`: not taken for an environment
    # say in `gate.yaml` where overlays are: `apps: [{path: "apps/{app}/overlays/{environment}"}]`
    "#);
}

#[test]
fn the_last_environment_is_protected_where_no_production_is() {
    insta::assert_snapshot!(found("dev\nstaging"), @"
    app dev dev
    app staging staging
    # found 1 app in 2 overlays by the names of directories: `dev`, `staging` (protected)
    ");
}

fn listed(gate: &str, lines: &str) -> String {
    shown(&Layout::find(&config(gate), &tree(lines), &BTreeMap::new()))
}

#[test]
fn paths_of_the_configuration() {
    insta::assert_snapshot!(listed(
        "environments: [staging, production]\napps: ['components/{app}/{environment}/{cluster}', 'apps/{app}/{environment}', 'x/{environment}']",
        "components/api/base
         components/api/staging/base
         components/api/staging/stg-1 < ../base
         components/api/production/eu < ../base
         components/api/production/base
         components/api/production/us < ../base
         components/api/development/local
         apps/web/stage
         apps/web/prod < ../../all/prod
         apps/all/prod
         apps/web/qa"
    ), @"
    all production apps/all/prod
    api staging@stg-1 components/api/staging/stg-1
    api production@eu components/api/production/eu
    api production@us components/api/production/us
    web staging apps/web/stage
    web production apps/web/prod
    # found 3 apps in 6 overlays by the paths under `apps`: `staging`, `production` (protected)
    # `development` is no environment: `components/api/development/local` left out
    # `qa` is no environment: `apps/web/qa` left out
    # 2 parts of overlays: `components/api/production/base`, `components/api/staging/base`
    ");
}

#[test]
fn two_places_for_one_overlay() {
    insta::assert_snapshot!(listed(
        "environments: [production]\napps: ['a/{app}/{environment}', 'b/{app}/{environment}']",
        "a/api/prod\nb/api/prod"
    ), @"
    api production@a/api/prod a/api/prod
    api production@b/api/prod b/api/prod
    # found 1 app in 2 overlays by the paths under `apps`: `production` (protected)
    # `api` has several overlays in `production`: `a/api/prod`, `b/api/prod`; each counts as a cluster
    ");
}

#[test]
fn environments_of_ones_own() {
    insta::assert_snapshot!(listed("environments: [blue, green]", "apps/api/blue\napps/api/green\napps/api/prod"), @"
    apps/api blue apps/api/blue
    apps/api green apps/api/green
    # found 1 app in 2 overlays by the names of directories: `blue`, `green` (protected)
    # beside environments, but none that is known: `apps/api/prod`
    ");
}

#[test]
fn environments_elsewhere() {
    let gate = "environments: [staging, {name: production, revision: origin/production}]\napps: ['apps/{app}']";
    let production = tree("apps/api\napps/web\nother");
    let here = tree("apps/api");
    let elsewhere = BTreeMap::from([("production".to_owned(), &production)]);
    insta::assert_snapshot!(shown(&Layout::find(&config(gate), &here, &elsewhere)), @"
    api staging apps/api
    api production apps/api
    web production apps/web
    # found 2 apps in 3 overlays by the paths under `apps`: `staging`, `production` (protected)
    ");
    insta::assert_snapshot!(shown(&Layout::find(&config(gate), &here, &BTreeMap::new())), @"
    api staging apps/api
    # found 1 app in 1 overlay by the paths under `apps`: `staging`, `production` (protected)
    # `production` is elsewhere and was not looked at
    ");
    let gate = "environments: [{name: staging, root: .}, {name: production, root: ../production}]";
    let staging = tree("apps/api/base\napps/api < base");
    let elsewhere = BTreeMap::from([("production".to_owned(), &production), ("staging".to_owned(), &staging)]);
    insta::assert_snapshot!(shown(&Layout::find(&config(gate), &here, &elsewhere)), @"
    apps/api staging apps/api
    apps/api production apps/api
    apps/web production apps/web
    other production other
    # found 3 apps in 4 overlays by the names of directories: `staging`, `production` (protected)
    ");
}

#[test]
fn what_is_excluded_is_no_overlay() {
    let gate =
        "apps: [{path: 'apps/{app}/{environment}', exclude: ['apps/old*', {path: '**/qa', reason: slow}, apps/none]}]
environments: [qa, production]";
    let here = tree("apps/api/qa\napps/api/production\napps/old-web/production");
    insta::assert_snapshot!(shown(&Layout::find(&config(gate), &here, &BTreeMap::new())), @"
    api production apps/api/production
    # found 1 app in 1 overlay by the paths under `apps`: `qa`, `production` (protected)
    # `exclude: apps/none` of `apps/{app}/{environment}` excludes nothing
    # excluded under `apps`, and not judged: `apps/api/qa`, `apps/old-web/production`
    ");
}
