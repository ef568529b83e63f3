//! What is found in real repositories without a configuration.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use gate::repo::{Config, Layout};
use gate::source::{DiskTree, Files, Revision};

#[test]
fn layouts_of_real_repositories() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/repos");
    let Ok(repositories) = std::fs::read_dir(&corpus) else {
        eprintln!("skipped: {} is not there", corpus.display());
        return;
    };
    let mut names: Vec<_> = repositories.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let mut out = String::new();
    for name in names {
        let revision = Revision::new(DiskTree::new(corpus.join(&name)).unwrap(), Arc::new(Files::default()));
        let layout = Layout::find(&Config::default(), &revision, &BTreeMap::new());
        writeln!(out, "\n{name}").unwrap();
        for note in &layout.notes {
            writeln!(out, "  {note}").unwrap();
        }
        for app in &layout.apps {
            writeln!(out, "  - {}", app.name).unwrap();
            for overlay in &app.overlays {
                let cluster = overlay.cluster.as_deref().map(|cluster| format!(" on {cluster}")).unwrap_or_default();
                writeln!(out, "      {}{cluster}: {}", overlay.environment, overlay.applied.directory).unwrap();
            }
        }
    }
    insta::assert_snapshot!(out, @r#"
    Azure__gitops-flux2-kustomize-helm-mt
      found 3 apps in 6 overlays by the names of directories and by pointers: `staging`, `production` (protected)
      - apps
          staging: apps/staging
          production: apps/production
      - clusters
          staging: clusters/staging
          production: clusters/production
      - infrastructure
          staging: infrastructure
          production: infrastructure

    GoogleCloudPlatform__microservices-demo
      no overlay was found by the names of directories
      of 21 kustomizations none is in or below a directory that names an environment: `dev`, `development`, `test`, `testing`, `integration`, `int`, `qa`, `uat`, `staging`, `stage`, `stg`, `preprod`, `pre-prod`, `preproduction`, `pre-production`, `production`, `prod`, `prd`, `live`
      say in `gate.yaml` where overlays are: `apps: [{path: "apps/{app}/overlays/{environment}"}]`

    argoproj__argo-cd
      found 1 app in 1 overlay by the names of directories and by pointers: `test` (protected)
      of 50 kustomizations none is in or below a directory that names an environment: `dev`, `development`, `test`, `testing`, `integration`, `int`, `qa`, `uat`, `staging`, `stage`, `stg`, `preprod`, `pre-prod`, `preproduction`, `pre-production`, `production`, `prod`, `prd`, `live`
      no other environment is beside `test`: not taken for an environment
      say in `gate.yaml` where overlays are: `apps: [{path: "apps/{app}/overlays/{environment}"}]`
      - test/manifests/cmp/app
          test: test/manifests/cmp/app

    aws-samples__flux-eks-gitops-config
      found 7 apps in 14 overlays by the names of directories and by pointers: `test`, `production` (protected)
      - clusters
          test: clusters/test
          production: clusters/production
      - clusters/flux-system
          test: clusters/test/flux-system
          production: clusters/production/flux-system
      - config
          test: config/test
          production: config/production
      - external-config-data
          test: external-config-data/test
          production: external-config-data/production
      - infrastructure
          test: infrastructure/test
          production: infrastructure/production
      - tenants
          test: tenants/test
          production: tenants/production
      - tenants/podinfo-team/podinfo-team
          test: tenants/base/podinfo-team/source.yaml
          production: tenants/base/podinfo-team/source.yaml

    bjw-s__home-ops
      no overlay was found by the names of directories
      of 127 kustomizations none is in or below a directory that names an environment: `dev`, `development`, `test`, `testing`, `integration`, `int`, `qa`, `uat`, `staging`, `stage`, `stg`, `preprod`, `pre-prod`, `preproduction`, `pre-production`, `production`, `prod`, `prd`, `live`
      no other environment is beside `kubernetes/main/apps/dev`: not taken for an environment
      say in `gate.yaml` where overlays are: `apps: [{path: "apps/{app}/overlays/{environment}"}]`
      not judged, as nothing says which environment they are for: `kubernetes/main/apps/cert-manager/cert-manager/ks.yaml (Kustomization cert-manager)`, `kubernetes/main/apps/cert-manager/cert-manager/ks.yaml (Kustomization cert-manager-issuers)`, `kubernetes/main/apps/database/crunchy-postgres-operator/ks.yaml (Kustomization crunchy-postgres-operator)`, `kubernetes/main/apps/database/crunchy-postgres-operator/ks.yaml (Kustomization crunchy-postgres-operator-cluster)`, `kubernetes/main/apps/database/crunchy-postgres-operator/ks.yaml (Kustomization crunchy-postgres-operator-secretstore)` and 91 more
      what `Kustomization/flux` in `kubernetes/main/flux/config/flux.yaml` applies is not judged: it names no directory, so that is all of its source

    cds-snc__notification-manifests
      found 1 app in 3 overlays by the names of directories: `dev`, `staging`, `production` (protected)
      beside environments, but none that is known: `env/sandbox`
      - env
          dev: env/dev
          staging: env/staging
          production: env/production

    cloud-native-toolkit__multi-tenancy-gitops
      found 35 apps in 97 overlays by the names of directories and by pointers: `dev`, `staging`, `production` (protected)
      beside environments, but none that is known: `0-bootstrap/others/3-multi-cluster/cluster-1-cicd`
      not judged, as nothing says which environment they are for: `0-bootstrap/bootstrap.yaml (Application bootstrap-single-cluster)`, `0-bootstrap/others/1-shared-cluster/bootstrap-cluster-1-cicd-dev-stage-prod.yaml (Application bootstrap-cicd-dev-stage-prod)`, `0-bootstrap/others/1-shared-cluster/cluster-1-cicd-dev-stage-prod/1-infra/1-infra.yaml (Application infra)`, `0-bootstrap/others/1-shared-cluster/cluster-1-cicd-dev-stage-prod/2-services/2-services.yaml (Application services)`, `0-bootstrap/others/1-shared-cluster/cluster-1-cicd-dev-stage-prod/2-services/argocd/instances/ibm-cp4sthreatmanagements-instance.yaml (Application ibm-cp4sthreatmanagements-instance)` and 184 more
      - 0-bootstrap/others/1-shared-cluster/cluster-n-prod
          production: 0-bootstrap/others/1-shared-cluster/cluster-n-prod
      - 0-bootstrap/others/2-isolated-cluster/cluster-n-prod
          production: 0-bootstrap/others/2-isolated-cluster/cluster-n-prod
      - 0-bootstrap/others/3-multi-cluster
          dev on cluster-1: 0-bootstrap/others/3-multi-cluster/cluster-1-dev
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev
          staging on cluster-1: 0-bootstrap/others/3-multi-cluster/cluster-1-stage
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod
      - 0-bootstrap/others/3-multi-cluster/1-infra
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/1-infra
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/1-infra
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/1-infra
      - 0-bootstrap/others/3-multi-cluster/2-services
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/instances/ibm-cp4sthreatmanagements-instance
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/instances/ibm-cp4sthreatmanagements-instance.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/instances/ibm-cp4sthreatmanagements-instance.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/instances/ibm-cp4sthreatmanagements-instance.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/instances/ibm-cpd-aespark-instance
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/instances/ibm-cpd-aespark-instance.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/instances/ibm-cpd-aespark-instance.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/instances/ibm-cpd-aespark-instance.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/instances/ibm-cpd-ds-instance
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/instances/ibm-cpd-ds-instance.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/instances/ibm-cpd-ds-instance.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/instances/ibm-cpd-ds-instance.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/instances/ibm-cpd-dv-instance
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/instances/ibm-cpd-dv-instance.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/instances/ibm-cpd-dv-instance.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/instances/ibm-cpd-dv-instance.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/instances/ibm-cpd-instance
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/instances/ibm-cpd-instance.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/instances/ibm-cpd-instance.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/instances/ibm-cpd-instance.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/instances/ibm-cpd-wkc-instance
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/instances/ibm-cpd-wkc-instance.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/instances/ibm-cpd-wkc-instance.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/instances/ibm-cpd-wkc-instance.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/instances/ibm-cpd-wml-instance
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/instances/ibm-cpd-wml-instance.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/instances/ibm-cpd-wml-instance.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/instances/ibm-cpd-wml-instance.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/instances/ibm-cpd-wos-instance
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/instances/ibm-cpd-wos-instance.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/instances/ibm-cpd-wos-instance.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/instances/ibm-cpd-wos-instance.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/instances/ibm-cpd-ws-instance
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/instances/ibm-cpd-ws-instance.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/instances/ibm-cpd-ws-instance.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/instances/ibm-cpd-ws-instance.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/instances/ibm-license-service-instance
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/instances/ibm-license-service-instance.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/instances/ibm-license-service-instance.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/instances/ibm-license-service-instance.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/instances/ibm-paw
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/instances/ibm-paw.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/instances/ibm-paw.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/instances/ibm-paw.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/operators/ibm-automation-foundation-operator
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/operators/ibm-automation-foundation-operator.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/operators/ibm-automation-foundation-operator.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/operators/ibm-automation-foundation-operator.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/operators/ibm-cp4a-operator
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/operators/ibm-cp4a-operator.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/operators/ibm-cp4a-operator.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/operators/ibm-cp4a-operator.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/operators/ibm-cp4ba-db2
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/operators/ibm-cp4ba-db2.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/operators/ibm-cp4ba-db2.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/operators/ibm-cp4ba-db2.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/operators/ibm-cp4ba-operator
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/operators/ibm-cp4ba-operator.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/operators/ibm-cp4ba-operator.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/operators/ibm-cp4ba-operator.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/operators/ibm-cp4s-operator
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/operators/ibm-cp4s-operator.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/operators/ibm-cp4s-operator.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/operators/ibm-cp4s-operator.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/operators/ibm-cpd-aespark-operator
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/operators/ibm-cpd-aespark-operator.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/operators/ibm-cpd-aespark-operator.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/operators/ibm-cpd-aespark-operator.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/operators/ibm-cpd-ds-operator
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/operators/ibm-cpd-ds-operator.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/operators/ibm-cpd-ds-operator.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/operators/ibm-cpd-ds-operator.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/operators/ibm-cpd-dv-operator
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/operators/ibm-cpd-dv-operator.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/operators/ibm-cpd-dv-operator.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/operators/ibm-cpd-dv-operator.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/operators/ibm-cpd-wkc-operator
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/operators/ibm-cpd-wkc-operator.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/operators/ibm-cpd-wkc-operator.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/operators/ibm-cpd-wkc-operator.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/operators/ibm-cpd-wml-operator
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/operators/ibm-cpd-wml-operator.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/operators/ibm-cpd-wml-operator.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/operators/ibm-cpd-wml-operator.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/operators/ibm-cpd-wos-operator
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/operators/ibm-cpd-wos-operator.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/operators/ibm-cpd-wos-operator.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/operators/ibm-cpd-wos-operator.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/operators/ibm-cpd-ws-operator
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/operators/ibm-cpd-ws-operator.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/operators/ibm-cpd-ws-operator.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/operators/ibm-cpd-ws-operator.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/operators/ibm-license-service-operator
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/operators/ibm-license-service-operator.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/operators/ibm-license-service-operator.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/operators/ibm-license-service-operator.yaml
      - 0-bootstrap/others/3-multi-cluster/2-services/argocd/operators/openshift-serverless
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/2-services/argocd/operators/openshift-serverless.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/2-services/argocd/operators/openshift-serverless.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/2-services/argocd/operators/openshift-serverless.yaml
      - 0-bootstrap/others/3-multi-cluster/3-apps
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/3-apps
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/3-apps
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/3-apps
      - 0-bootstrap/others/3-multi-cluster/3-apps/argocd/cp4a/apps-cp4a
          dev on cluster-2: 0-bootstrap/others/3-multi-cluster/cluster-2-dev/3-apps/argocd/cp4a/cp4a.yaml
          staging on cluster-3: 0-bootstrap/others/3-multi-cluster/cluster-3-stage/3-apps/argocd/cp4a/cp4a.yaml
          production on cluster-n: 0-bootstrap/others/3-multi-cluster/cluster-n-prod/3-apps/argocd/cp4a/cp4a.yaml
      - 0-bootstrap/single-cluster/1-infra
          production on cluster-n: 0-bootstrap/single-cluster/1-infra
      - 0-bootstrap/single-cluster/2-services
          production on cluster-n: 0-bootstrap/single-cluster/2-services
      - 0-bootstrap/single-cluster/3-apps
          production on cluster-n: 0-bootstrap/single-cluster/3-apps

    cybozu-go__neco-apps
      no overlay was found by the names of directories
      of 121 kustomizations none is in or below a directory that names an environment: `dev`, `development`, `test`, `testing`, `integration`, `int`, `qa`, `uat`, `staging`, `stage`, `stg`, `preprod`, `pre-prod`, `preproduction`, `pre-production`, `production`, `prod`, `prd`, `live`
      say in `gate.yaml` where overlays are: `apps: [{path: "apps/{app}/overlays/{environment}"}]`
      not judged, as nothing says which environment they are for: `argocd-config/base/argocd-ingress.yaml (Application argocd-ingress)`, `argocd-config/base/argocd.yaml (Application argocd)`, `argocd-config/base/bmc-reverse-proxy.yaml (Application bmc-reverse-proxy)`, `argocd-config/base/cert-manager.yaml (Application cert-manager)`, `argocd-config/base/coil.yaml (Application coil)` and 32 more

    deps-rs__deps.rs
      found 1 app in 2 overlays by the names of directories: `staging`, `production` (protected)
      - deploy
          staging: deploy/overlays/staging
          production: deploy/overlays/production

    dmwm__rucio-flux
      found 5 apps in 10 overlays by the names of directories and by pointers: `integration`, `production` (protected)
      beside environments, but none that is known: `apps/options`
      - apps
          integration: apps/integration
          production: apps/production
      - clusters
          integration: clusters/integration
          production: clusters/production
      - clusters/flux-system
          integration: clusters/integration/flux-system
          production: clusters/production/flux-system
      - infrastructure
          integration: infrastructure/integration
          production: infrastructure/production
      - infrastructure/statsd
          integration: infrastructure/integration/statsd
          production: infrastructure/production/statsd

    fluxcd__flux2-kustomize-helm-example
      found 5 apps in 10 overlays by the names of directories and by pointers: `staging`, `production` (protected)
      - apps
          staging: apps/staging
          production: apps/production
      - clusters
          staging: clusters/staging
          production: clusters/production
      - clusters/flux-system
          staging: clusters/staging/flux-system
          production: clusters/production/flux-system
      - infrastructure/configs
          staging: infrastructure/configs
          production: infrastructure/configs
      - infrastructure/controllers
          staging: infrastructure/controllers
          production: infrastructure/controllers

    fluxcd__flux2-multi-tenancy
      found 6 apps in 12 overlays by the names of directories and by pointers: `staging`, `production` (protected)
      what `Kustomization/kyverno-controller` in `infrastructure/kyverno/sync.yaml` applies is not judged: it names no directory, so that is all of its source
      - clusters
          staging: clusters/staging
          production: clusters/production
      - clusters/flux-system
          staging: clusters/staging/flux-system
          production: clusters/production/flux-system
      - infrastructure/kyverno
          staging: infrastructure/kyverno
          production: infrastructure/kyverno
      - infrastructure/kyverno-policies
          staging: infrastructure/kyverno-policies
          production: infrastructure/kyverno-policies
      - tenants
          staging: tenants/staging
          production: tenants/production
      - tenants/dev-team/team
          staging: tenants/base/dev-team/sync.yaml
          production: tenants/base/dev-team/sync.yaml

    giantswarm__gitops-template
      found 2 apps in 8 overlays by the names of directories and by pointers: `dev`, `staging`, `production` (protected)
      beside environments, but none that is known: `management-clusters/MC_NAME/organizations/ORG_NAME/workload-clusters/WC_NAME`, `management-clusters/MC_NAME/organizations/ORG_NAME/workload-clusters/WC_NAME_OUT_OF_BAND_FLUX_APP`, `management-clusters/MC_NAME/organizations/ORG_NAME/workload-clusters/WC_NAME_OUT_OF_BAND_NO_FLUX_APP`
      not judged, as nothing says which environment they are for: `management-clusters/MC_NAME/MC_NAME.yaml (Kustomization mc-name-gitops)`, `management-clusters/MC_NAME/organizations/ORG_NAME/workload-clusters/WC_NAME.yaml (Kustomization clusters-capi-wc-name)`, `management-clusters/MC_NAME/organizations/ORG_NAME/workload-clusters/WC_NAME_OUT_OF_BAND_FLUX_APP.yaml (Kustomization clusters-mapi-out-of-band-flux-app)`, `management-clusters/MC_NAME/organizations/ORG_NAME/workload-clusters/WC_NAME_OUT_OF_BAND_NO_FLUX_APP-direct.yaml (Kustomization clusters-mapi-out-of-band-no-flux-direct)`, `management-clusters/MC_NAME/organizations/ORG_NAME/workload-clusters/WC_NAME_OUT_OF_BAND_NO_FLUX_APP.yaml (Kustomization clusters-mapi-out-of-band-no-flux)`
      5 parts of overlays: `bases/environments/stages/dev/hello_app_cluster`, `bases/environments/stages/dev/hello_app_cluster/automatic_updates`, `bases/environments/stages/prod/hello_app_cluster`, `bases/environments/stages/staging/hello_app_cluster`, `bases/environments/stages/staging/hello_app_cluster/automatic_updates`
      - management-clusters/MC_NAME/organizations/ORG_NAME/workload-clusters/mapi
          dev on HELLO_APP_CLUSTER_1: management-clusters/MC_NAME/organizations/ORG_NAME/workload-clusters/HELLO_APP_DEV_CLUSTER_1/mapi
          staging on HELLO_APP_CLUSTER_1: management-clusters/MC_NAME/organizations/ORG_NAME/workload-clusters/HELLO_APP_STAGING_CLUSTER_1/mapi
          production on HELLO_APP_CLUSTER_EU_CENTRAL: management-clusters/MC_NAME/organizations/ORG_NAME/workload-clusters/HELLO_APP_PROD_CLUSTER_EU_CENTRAL/mapi
          production on HELLO_APP_CLUSTER_US_WEST: management-clusters/MC_NAME/organizations/ORG_NAME/workload-clusters/HELLO_APP_PROD_CLUSTER_US_WEST/mapi
      - management-clusters/MC_NAME/organizations/ORG_NAME/workload-clusters/mapi/cluster
          dev on HELLO_APP_CLUSTER_1: management-clusters/MC_NAME/organizations/ORG_NAME/workload-clusters/HELLO_APP_DEV_CLUSTER_1/mapi/cluster
          staging on HELLO_APP_CLUSTER_1: management-clusters/MC_NAME/organizations/ORG_NAME/workload-clusters/HELLO_APP_STAGING_CLUSTER_1/mapi/cluster
          production on HELLO_APP_CLUSTER_EU_CENTRAL: management-clusters/MC_NAME/organizations/ORG_NAME/workload-clusters/HELLO_APP_PROD_CLUSTER_EU_CENTRAL/mapi/cluster
          production on HELLO_APP_CLUSTER_US_WEST: management-clusters/MC_NAME/organizations/ORG_NAME/workload-clusters/HELLO_APP_PROD_CLUSTER_US_WEST/mapi/cluster

    kubernetes-sigs__kustomize
      found 3 apps in 7 overlays by the names of directories: `dev`, `staging`, `production` (protected)
      - examples/ldap
          staging: examples/ldap/overlays/staging
          production: examples/ldap/overlays/production
      - examples/multibases
          dev: examples/multibases/dev
          staging: examples/multibases/staging
          production: examples/multibases/production
      - examples/springboot
          staging: examples/springboot/overlays/staging
          production: examples/springboot/overlays/production

    podkrepi-bg__api
      found 2 apps in 4 overlays by the names of directories: `dev`, `production` (protected)
      - manifests
          dev: manifests/overlays/development
          production: manifests/overlays/production
      - manifests/manual
          dev: manifests/overlays/development/manual
          production: manifests/overlays/production/manual

    podkrepi-bg__frontend
      found 2 apps in 4 overlays by the names of directories: `dev`, `production` (protected)
      - manifests
          dev: manifests/overlays/development
          production: manifests/overlays/production
      - manifests/manual
          dev: manifests/overlays/development/manual
          production: manifests/overlays/production/manual

    redhat-cop__gitops-catalog
      found 2 apps in 3 overlays by the names of directories: `dev`, `staging`, `production` (protected)
      beside environments, but none that is known: `cluster-observability-operator/operator/overlays/stable`
      - apicast
          staging: apicast/overlays/stage
          production: apicast/overlays/prod
      - cluster-observability-operator/operator
          dev: cluster-observability-operator/operator/overlays/development

    stefanprodan__podinfo
      found 1 app in 3 overlays by the names of directories: `dev`, `staging`, `production` (protected)
      - deploy
          dev: deploy/overlays/dev
          staging: deploy/overlays/staging
          production: deploy/overlays/production

    tektoncd__plumbing
      no overlay was found by the names of directories
      of 141 kustomizations none is in or below a directory that names an environment: `dev`, `development`, `test`, `testing`, `integration`, `int`, `qa`, `uat`, `staging`, `stage`, `stg`, `preprod`, `pre-prod`, `preproduction`, `pre-production`, `production`, `prod`, `prd`, `live`
      say in `gate.yaml` where overlays are: `apps: [{path: "apps/{app}/overlays/{environment}"}]`

    vfarcic__argo-combined-app
      found 1 app in 2 overlays by the names of directories: `staging`, `production` (protected)
      - kustomize
          staging: kustomize/overlays/staging
          production: kustomize/overlays/production
    "#);
}
