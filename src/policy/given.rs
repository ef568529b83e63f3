//! What the command line adds to the policies that the configuration names: policies and data for them, and which of
//! conftest's namespaces are asked. Its author answers for it. What of it lies in the repository is named here and read
//! by whoever knows the revision that judges.

use regex::Regex;
use serde_json::{Map, Value as Json};

use crate::source::{Problem, RepoPath};

/// What the command line adds to the policies of the configuration.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Files and directories of policies in the repository.
    pub policies: Vec<RepoPath>,
    /// Files and directories of data there.
    pub data: Vec<RepoPath>,
    /// What policies see below `data`, beside that.
    pub documents: Map<String, Json>,
    /// The packages outside of `gate` that are asked, as globs whose `*` stands for anything; every one where empty.
    pub namespaces: Vec<String>,
    /// Whether policies that look at manifests get all of an environment at once.
    pub combine: bool,
}

/// Some packages outside of `gate`.
pub(super) struct Namespaces(Vec<(String, Regex)>);

impl Namespaces {
    /// The packages that fit one of the globs.
    ///
    /// # Errors
    /// When one is no glob.
    pub(super) fn new(globs: &[String]) -> Result<Self, Problem> {
        let regex = |glob: &String| match Regex::new(&pattern(glob)) {
            Ok(regex) => Ok((glob.clone(), regex)),
            Err(_) => Err(Problem::new(format!("the namespace `{glob}` is no name and no glob"))
                .hint("write it as `main` or `kubernetes.*`")),
        };
        Ok(Self(globs.iter().map(regex).collect::<Result<_, _>>()?))
    }

    /// Whether a package is among them; all are where none is named.
    pub(super) fn has(&self, package: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|(_, regex)| regex.is_match(package))
    }

    /// What is wrong where one fits no package: a gate that asks nothing would pass.
    pub(super) fn unmatched(&self, packages: &[String]) -> Vec<Problem> {
        let idle = self.0.iter().filter(|(_, regex)| !packages.iter().any(|package| regex.is_match(package)));
        let known = if packages.is_empty() {
            "no policy outside of the package `gate` is loaded; name some with `--policy`".to_owned()
        } else {
            format!("there are `{}`; packages below `gate` are always asked", packages.join("`, `"))
        };
        let problem = |glob: &String| Problem::new(format!("no policy is in the namespace `{glob}`")).hint(&*known);
        idle.map(|(glob, _)| problem(glob)).collect()
    }
}

/// conftest's globs: `*` and `?` stand for any characters, dots included, `[...]` for one of some.
fn pattern(glob: &str) -> String {
    let letters = glob.chars().map(|letter| match letter {
        '*' => ".*".to_owned(),
        '?' => ".".to_owned(),
        '[' | ']' | '-' => letter.to_string(),
        other => regex::escape(&other.to_string()),
    });
    format!("^{}$", letters.collect::<String>())
}
