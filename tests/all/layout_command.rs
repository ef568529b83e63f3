//! `gate layout`: what is found in a repository with pointers, and what is told of it.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use gate::cli::run_into;

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn flux(name: &str, path: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}, namespace: flux-system}}\n\
         spec: {{path: {path}, sourceRef: {{kind: GitRepository, name: flux-system}}}}\n"
    )
}

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n";

/// One of each kind of pointer, and what cannot be told.
fn repository() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    write(root, "gate.yaml", "version: 1\n");
    write(root, "shared/settings.yaml", CONFIG_MAP);
    write(root, "old/kustomization.yaml", "configMapGenerator: [{name: a}]\n");
    for environment in ["staging", "production"] {
        write(root, &format!("apps/{environment}/kustomization.yaml"), "resources: [settings.yaml]\n");
        write(root, &format!("apps/{environment}/settings.yaml"), CONFIG_MAP);
        write(root, &format!("web/{environment}/kustomization.yaml"), "resources: [missing.yaml]\n");
        write(root, &format!("clusters/{environment}/apps.yaml"), &flux("apps", &format!("./apps/{environment}")));
        write(root, &format!("clusters/{environment}/shared.yaml"), &flux("shared", "./shared"));
    }
    write(root, "clusters/production/lost.yaml", &flux("lost", "./nowhere"));
    write(root, "bootstrap/tools.yaml", &flux("tools", "./old"));
    write(
        root,
        "argocd/web.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: web, namespace: argocd}\nspec:\n  generators:\n  \
         - list: {elements: [{env: staging}, {env: production}]}\n  template:\n    metadata: {name: 'web-{{env}}'}\n    spec:\n      \
         source: {repoURL: 'https://git.example.com/config', path: 'web/{{env}}'}\n      destination: {namespace: web}\n",
    );
    directory
}

fn layout(arguments: &[&str]) -> String {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments: Vec<OsString> = ["gate", "layout"].iter().chain(arguments).map(Into::into).collect();
    run_into(&arguments, &mut out, &mut err);
    String::from_utf8(out).unwrap() + &String::from_utf8(err).unwrap()
}

#[test]
fn apps_are_told_with_what_has_them_applied() {
    let repository = repository();
    insta::assert_snapshot!(layout(&[repository.path().to_str().unwrap()]), @r#"
    apps
      staging: apps/staging, 1 resource
        applied by Kustomization apps in clusters/staging/apps.yaml
      production (protected): apps/production, 1 resource
        applied by Kustomization apps in clusters/production/apps.yaml
    clusters
      staging: clusters/staging, 2 resources
        a cluster begins here
      production (protected): clusters/production, 3 resources
        a cluster begins here
    nowhere
      production (protected): nowhere, cannot be rendered: `nowhere`, the path of the Kustomization, is no directory of its source
        applied by Kustomization lost in clusters/production/lost.yaml
    shared
      staging: shared, 1 resource
        applied by Kustomization shared in clusters/staging/shared.yaml
      production (protected): shared, 1 resource
        applied by Kustomization shared in clusters/production/shared.yaml
    web
      staging: web/staging, cannot be rendered: `web/staging/missing.yaml` does not exist
        applied by ApplicationSet web-staging in argocd/web.yaml
      production (protected): web/production, cannot be rendered: `web/production/missing.yaml` does not exist
        applied by ApplicationSet web-production in argocd/web.yaml
    in no overlay
      old

    found 5 apps in 9 overlays by the names of directories and by pointers: `staging`, `production` (protected)
    not judged, as nothing says which environment they are for: `bootstrap/tools.yaml (Kustomization tools)`
    "#);
}

#[test]
fn programs_get_json() {
    let repository = repository();
    let document: serde_json::Value =
        serde_json::from_str(&layout(&["--format=json", repository.path().to_str().unwrap()])).unwrap();
    insta::assert_json_snapshot!(document["apps"][3], @r#"
    {
      "app": "shared",
      "overlays": [
        {
          "environment": "staging",
          "protected": false,
          "cluster": null,
          "path": "shared",
          "pointer": {
            "file": "clusters/staging/shared.yaml",
            "kind": "Kustomization",
            "namespace": "flux-system",
            "name": "shared",
            "application": null
          },
          "cluster_root": false,
          "resources": 1,
          "problem": null
        },
        {
          "environment": "production",
          "protected": true,
          "cluster": null,
          "path": "shared",
          "pointer": {
            "file": "clusters/production/shared.yaml",
            "kind": "Kustomization",
            "namespace": "flux-system",
            "name": "shared",
            "application": null
          },
          "cluster_root": false,
          "resources": 1,
          "problem": null
        }
      ]
    }
    "#);
}
