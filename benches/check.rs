//! What `gate check` costs on a repository of many apps: each has a base of eight resources and three
//! overlays, pinned by digest. `cargo bench` prints the times; nothing is judged by them.
#![expect(clippy::unwrap_used, reason = "a bench")]

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use divan::Bencher;
use gate::change::Request;
use gate::check::check;
use gate::kustomize::{Options, Renderer};
use gate::source::Severity;
use gate::source::{DiskTree, Files, RepoPath, Revision};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

fn main() {
    divan::main();
}

/// The whole judgement. Twice the apps should take twice the time.
#[divan::bench(args = [1, 100, 1000, 2000], sample_count = 5, sample_size = 1)]
fn judge(bencher: Bencher, apps: usize) {
    let repository = repository(apps);
    bencher.bench_local(|| {
        let head = open(repository.path());
        let report = check(Request {
            head: &head,
            base: None,
            within: RepoPath::root(),
            config: RepoPath::new("gate.yaml").unwrap(),
            now: "2026-11-23T10:00:00Z".parse().unwrap(),
            root: String::new(),
            fail_on: Severity::Error,
            fail_on_known: false,
            history: None,
            elsewhere: std::collections::BTreeMap::new(),
            here: std::collections::BTreeSet::new(),
            policies: Vec::new(),
            given: gate::policy::Given::default(),
        });
        assert_eq!(report.summary.overlays, 3 * apps);
    });
}

/// One overlay with its base.
#[divan::bench]
fn render(bencher: Bencher) {
    let repository = repository(1);
    let directory = RepoPath::new("apps/svc-00000/overlays/production").unwrap();
    bencher.bench_local(|| {
        let head = open(repository.path());
        Renderer::new(&head, Options::default()).render(&directory).unwrap().resources.len()
    });
}

fn open(root: &Path) -> Revision {
    Revision::new(DiskTree::new(root).unwrap(), Arc::new(Files::default()))
}

fn digest(name: &str) -> String {
    Sha256::digest(name).iter().fold("sha256:".to_owned(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn repository(apps: usize) -> TempDir {
    let root = TempDir::new().unwrap();
    for number in 0..apps {
        let app = format!("svc-{number:05}");
        let put = |path: &str, text: &str| {
            let path = root.path().join("apps").join(&app).join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text.replace("APP", &app)).unwrap();
        };
        put("base/kustomization.yaml", BASE);
        put("base/deployment.yaml", DEPLOYMENT);
        put("base/others.yaml", OTHERS);
        for (environment, replicas) in [("dev", "1"), ("staging", "2"), ("production", "4")] {
            let fill = |text: &str| {
                let text = text.replace("ENVIRONMENT", environment).replace("REPLICAS", replicas);
                text.replace("DIGEST", &digest(&app)).replace("PROXY", &digest("proxy"))
            };
            put(&format!("overlays/{environment}/kustomization.yaml"), &fill(OVERLAY));
            put(&format!("overlays/{environment}/scale.yaml"), &fill(SCALE));
        }
    }
    root
}

const BASE: &str = "\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - deployment.yaml
  - others.yaml
configMapGenerator:
  - name: APP-settings
    literals:
      - CACHE_TTL=60
      - FEATURE_FLAGS=a,b,c
";

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: APP
  labels: {app.kubernetes.io/name: APP}
spec:
  replicas: 2
  selector:
    matchLabels: {app.kubernetes.io/name: APP}
  template:
    metadata:
      labels: {app.kubernetes.io/name: APP}
    spec:
      serviceAccountName: APP
      containers:
        - name: app
          image: registry.example.com/team/APP
          env:
            - {name: LOG_LEVEL, value: info}
            - name: DB_PASSWORD
              valueFrom:
                secretKeyRef: {name: APP-db, key: password}
          envFrom:
            - configMapRef: {name: APP-settings}
          ports:
            - {containerPort: 8080, name: http}
          resources:
            requests: {cpu: 100m, memory: 128Mi}
            limits: {cpu: 500m, memory: 512Mi}
          readinessProbe:
            httpGet: {path: /ready, port: http}
        - name: proxy
          image: registry.example.com/platform/proxy
          resources:
            requests: {cpu: 10m, memory: 32Mi}
            limits: {cpu: 100m, memory: 64Mi}
";

const OTHERS: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: APP
spec:
  selector: {app.kubernetes.io/name: APP}
  ports:
    - {port: 80, targetPort: http, name: http}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: APP
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: APP
spec:
  tls:
    - hosts: [APP.example.com]
      secretName: APP-tls
  rules:
    - host: APP.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service: {name: APP, port: {name: http}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: APP
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: APP}
  minReplicas: 2
  maxReplicas: 4
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: APP-db
spec:
  target: {name: APP-db}
  data:
    - secretKey: password
      remoteRef: {key: team/APP/db, property: password}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: APP-tls
spec:
  secretName: APP-tls
  dnsNames: [APP.example.com]
  issuerRef: {kind: ClusterIssuer, name: letsencrypt}
";

const OVERLAY: &str = "\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: team-ENVIRONMENT
resources:
  - ../../base
labels:
  - pairs: {environment: ENVIRONMENT}
images:
  - name: registry.example.com/team/APP
    digest: DIGEST
  - name: registry.example.com/platform/proxy
    digest: PROXY
configMapGenerator:
  - name: APP-settings
    behavior: merge
    literals:
      - ENVIRONMENT=ENVIRONMENT
patches:
  - path: scale.yaml
  - target: {kind: Ingress, name: APP}
    patch: |-
      - op: replace
        path: /spec/rules/0/host
        value: APP.ENVIRONMENT.example.com
      - op: replace
        path: /spec/tls/0/hosts/0
        value: APP.ENVIRONMENT.example.com
";

const SCALE: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: APP
spec:
  replicas: REPLICAS
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: APP
spec:
  minReplicas: REPLICAS
";
