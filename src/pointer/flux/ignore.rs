//! What `.sourceignore` files leave out. Their patterns look like Git's, and are read by a library that differs from Git in
//! detail: a file can come back from a directory that is left out, and `**` counts only as a whole step.

use crate::pointer::pattern;

/// What is never part of an artifact.
const GIT: [&str; 4] = [".git/", ".gitignore", ".gitmodules", ".gitattributes"];

/// What is left out unless a `.sourceignore` says anything.
const DEFAULT: [&str; 20] = [
    "*.jpg",
    "*.jpeg",
    "*.gif",
    "*.png",
    "*.wmv",
    "*.flv",
    "*.tar.gz",
    "*.zip",
    ".github/",
    ".circleci/",
    ".travis.yml",
    ".gitlab-ci.yml",
    "appveyor.yml",
    ".drone.yml",
    "cloudbuild.yaml",
    "codeship-services.yml",
    "codeship-steps.yml",
    "**/.goreleaser.yml",
    "**/.sops.yaml",
    "**/.flux.yaml",
];

/// The patterns that decide what is left out; the last that matches counts.
#[derive(Debug)]
pub(super) struct Ignored(Vec<Pattern>);

#[derive(Debug)]
struct Pattern {
    /// The directory of the file that it is in.
    domain: Vec<String>,
    steps: Vec<String>,
    /// Whether it brings back what others leave out.
    includes: bool,
    directories_only: bool,
}

impl Ignored {
    /// The patterns of an artifact, by the `.sourceignore` files of its repository: directory and text of each, a
    /// directory before those in it.
    pub(super) fn new(files: &[(Vec<String>, String)]) -> Self {
        let own: Vec<Pattern> = files.iter().flat_map(|(domain, text)| Pattern::all(domain, text)).collect();
        let default: &[&str] = if own.is_empty() { &DEFAULT } else { &[] };
        let known = GIT.iter().chain(default).map(|line| Pattern::new(&[], line));
        Self(known.chain(own).collect())
    }

    /// Whether the file at a path is left out.
    pub(super) fn leaves_out(&self, path: &[&str], is_directory: bool) -> bool {
        self.0.iter().rev().find(|pattern| pattern.matches(path, is_directory)).is_some_and(|pattern| !pattern.includes)
    }

    /// Whether something may come back from a directory that is left out.
    pub(super) fn brings_back(&self) -> bool {
        self.0.iter().any(|pattern| pattern.includes)
    }
}

impl Pattern {
    fn all(domain: &[String], text: &str) -> Vec<Self> {
        let says = |line: &&str| !line.starts_with('#') && !line.trim().is_empty();
        text.lines().filter(says).map(|line| Self::new(domain, line)).collect()
    }

    fn new(domain: &[String], line: &str) -> Self {
        let (includes, line) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
        let line = if line.ends_with("\\ ") { line } else { line.trim_end_matches(' ') };
        let (directories_only, line) = line.strip_suffix('/').map_or((false, line), |rest| (true, rest));
        Self {
            domain: domain.to_vec(),
            steps: line.split('/').map(str::to_owned).collect(),
            includes,
            directories_only,
        }
    }

    fn matches(&self, path: &[&str], is_directory: bool) -> bool {
        let Some((above, path)) = path.split_at_checked(self.domain.len()) else { return false };
        if path.is_empty() || above != self.domain {
            return false;
        }
        match self.steps.as_slice() {
            // A pattern of one step matches at any depth.
            [step] => {
                let found = path.iter().map_while(|name| pattern::matches(step, name)).position(|fits| fits);
                found.is_some_and(|at| !self.directories_only || is_directory || at + 1 < path.len())
            }
            steps => match rest_behind(steps, path) {
                Some(rest) => !self.directories_only || is_directory || !rest.is_empty(),
                None => false,
            },
        }
    }
}

/// What of a path is left behind the steps of a pattern; `None` where they do not fit.
fn rest_behind<'p, 'n>(steps: &[String], path: &'p [&'n str]) -> Option<&'p [&'n str]> {
    let (mut rest, mut matched, mut anywhere) = (path, false, false);
    for (at, step) in steps.iter().enumerate() {
        match step.as_str() {
            "" => anywhere = false,
            "**" if at + 1 == steps.len() => break,
            "**" => anywhere = true,
            step if step.contains("**") => return None,
            step => {
                let fits = |name: &&str| pattern::matches(step, name);
                let length = if anywhere { rest.len() } else { 1 };
                let tried = rest.get(..length)?;
                if tried.is_empty() {
                    return None;
                }
                let found = tried.iter().map(fits).collect::<Option<Vec<bool>>>()?.iter().position(|fits| *fits);
                match found {
                    Some(found) => (rest, matched) = (rest.get(found + 1..)?, true),
                    None if anywhere => (rest, matched) = (&[], false),
                    None => return None,
                }
                anywhere = false;
            }
        }
    }
    matched.then_some(rest)
}
