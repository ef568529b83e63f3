//! The files that a new policy starts with: the policy, its unit tests and a case. They pass `gate test` as they are.
//!
//! Writing them, and not over what is there, is left to the caller.

use super::builtin::BUILTINS;
use super::load::RESERVED;
use crate::source::Problem;

/// The name that the texts use.
const NAME: &str = "my-policy";

const POLICY: &str = include_str!("starter/policy.rego");
const TESTS: &str = include_str!("starter/policy_test.rego");

/// The case: an app of which one workload has no team.
const CASE: [(&str, &str); 5] = [
    (
        "case.yaml",
        "\
# What is due stands in comments behind the lines. `head` and `base` beside this file make it a change.
now: 2026-11-23T10:00:00Z
# What other policies find is neither due nor undue.
only: [my-policy]
",
    ),
    ("api/base/kustomization.yaml", "resources: [api.yaml, worker.yaml]\n"),
    (
        "api/base/api.yaml",
        "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  labels: {app: api} # expect warning: my-policy `api` has no label `team`
spec:
  template:
    spec:
      containers:
        - name: api
          image: registry.example/api@sha256:1111111111111111111111111111111111111111111111111111111111111111
          resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
",
    ),
    (
        "api/base/worker.yaml",
        "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: worker
  labels: {team: shop}
spec:
  template:
    spec:
      containers:
        - name: worker
          image: registry.example/api@sha256:1111111111111111111111111111111111111111111111111111111111111111
          resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
",
    ),
    ("api/{environment}/kustomization.yaml", "resources: [../base]\n"),
];

/// The files of a policy called `name`, each by its path from the directory of policies.
///
/// # Errors
/// When no policy can have that name.
pub fn starter(name: &str) -> Result<Vec<(String, String)>, Problem> {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if !name.starts_with(|letter: char| letter.is_ascii_lowercase()) || !name.chars().all(plain) {
        return Err(Problem::new(format!("`{name}` is no name for a policy"))
            .hint("take lower-case letters, digits and `-`, as in `team-label`"));
    }
    if BUILTINS.iter().any(|builtin| builtin.id == name) || RESERVED.contains(&name) || name == "lib" {
        return Err(Problem::new(format!("the package of `{name}` comes with the program")).hint("take another name"));
    }
    let named = |text: &str| text.replace(NAME, name).replace(&NAME.replace('-', "_"), &name.replace('-', "_"));
    let mut files = vec![(format!("{name}.rego"), named(POLICY)), (format!("{name}_test.rego"), named(TESTS))];
    for (path, text) in CASE {
        for environment in ["staging", "production"] {
            let path = format!("cases/{name}-fails/{}", path.replace("{environment}", environment));
            if !files.iter().any(|(known, _)| *known == path) {
                files.push((path, named(text)));
            }
        }
    }
    Ok(files)
}
