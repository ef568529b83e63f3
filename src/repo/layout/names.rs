//! What the names of directories say about environments.
//!
//! A name counts where the place bears it out, because `test` and `dev` are also the names of tests, of teams
//! and of namespaces. Looked at are the directories beside each other that hold kustomizations:
//!
//! - `production` counts, and so does `staging`: they hardly mean anything else. So do environments that the
//!   configuration lists under names of its own.
//! - Any environment's name counts beside that of another environment, below a directory that says that it
//!   holds environments (`overlays`, `envs`, `clusters`), and where the directories beside its parent have
//!   environments in them.
//! - A name that holds an environment's as a word, such as `prod-eu`, counts below a directory that says
//!   that it holds environments, if two environments are there; the rest of the name is the cluster. Elsewhere it
//!   counts beside a name that differs in that word alone (`api-staging`, `api-prod`), where no environment stands
//!   there plainly or several do; the rest then belongs to the app.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use crate::repo::config::Config;
use crate::repo::environments::Environments;
use crate::source::RepoPath;

/// Directories that say that they hold environments.
const HOLDERS: [&str; 9] =
    ["overlay", "overlays", "env", "envs", "environment", "environments", "stages", "cluster", "clusters"];

/// Environments' names that are often those of other things.
const AMBIGUOUS: [&str; 10] =
    ["dev", "development", "test", "testing", "integration", "int", "qa", "uat", "stage", "live"];

/// Directories that hold what environments share.
const SHARED: [&str; 6] = ["base", "bases", "common", "components", "default", "shared"];

/// Words that turn an environment's name into something else.
const NEGATIONS: [&str; 4] = ["non", "no", "not", "pre"];

/// The certificate authority has a staging and a production of its own.
const NOT_OURS: &str = "letsencrypt";

/// What a directory's name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meaning {
    /// The environment's name.
    pub(super) environment: String,
    /// The cluster.
    pub(super) cluster: Option<String>,
    /// What the name says about the app.
    pub(super) app: Option<String>,
}

impl Meaning {
    /// What it is about: `environment`, or `environment/cluster`.
    pub(super) fn place(&self) -> String {
        self.cluster.iter().fold(self.environment.clone(), |environment, cluster| format!("{environment}/{cluster}"))
    }
}

/// The directories whose names count as environments.
#[derive(Default)]
pub(super) struct Names {
    meanings: HashMap<String, Meaning>,
    /// Directories of which the configuration says that clusters begin there: no name below them counts against that.
    clusters: HashSet<String>,
    /// Directories that hold several environments.
    homes: HashSet<String>,
    /// Directories that hold environments.
    levels: HashSet<String>,
}

/// A name that is, or holds, that of an environment.
struct Reading<'a> {
    name: &'a str,
    environment: &'a str,
    /// The name without it.
    rest: String,
}

impl Names {
    /// Reads the names of all directories above and at `kustomizations`.
    pub(super) fn read(kustomizations: &[RepoPath], environments: &Environments) -> Self {
        let mut levels: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        for directory in kustomizations {
            for step in directory.steps().rev() {
                if !levels.entry(step.directory).or_default().insert(step.name) {
                    break;
                }
            }
        }
        let readings: Vec<(&str, Vec<Reading<'_>>)> = levels
            .par_iter()
            .filter(|(level, _)| !level.contains(NOT_OURS))
            .map(|(level, children)| (*level, children.iter().filter_map(|name| reading(name, environments)).collect()))
            .collect();
        let whole = |readings: &[Reading<'_>]| distinct(readings.iter().filter(|reading| reading.rest.is_empty()));
        // Where some directories hold environments, those beside them may hold one.
        let neighbourhoods: HashSet<&str> =
            readings.iter().filter(|(_, readings)| whole(readings) > 1).filter_map(|(level, _)| above(level)).collect();
        let mut names = Self::default();
        for (level, readings) in &readings {
            let neighbours = above(level).is_some_and(|parent| neighbourhoods.contains(parent));
            let found = meanings(level, readings, neighbours);
            if found.iter().map(|(_, meaning)| &meaning.environment).collect::<BTreeSet<_>>().len() > 1 {
                names.homes.insert((*level).to_owned());
            }
            if !found.is_empty() {
                names.levels.insert((*level).to_owned());
            }
            let path = |name: &str| if level.is_empty() { name.to_owned() } else { format!("{level}/{name}") };
            names.meanings.extend(found.into_iter().map(|(name, meaning)| (path(name), meaning)));
        }
        names
    }

    /// Directories beside environments that are none and hold kustomizations.
    pub(super) fn strangers<'p>(&self, kustomizations: &'p [RepoPath]) -> BTreeSet<&'p str> {
        let mut strangers = BTreeSet::new();
        let mut seen = HashSet::new();
        for directory in kustomizations {
            for step in directory.steps().rev() {
                if !seen.insert(step.path) {
                    break;
                }
                if self.levels.contains(step.directory) && self.meaning(step.path).is_none() && !is_shared(step.name) {
                    strangers.insert(step.path);
                }
            }
        }
        strangers
    }

    /// What the name of `directory` itself says, where it counts.
    pub(super) fn meaning(&self, directory: &str) -> Option<&Meaning> {
        self.meanings.get(directory)
    }

    /// The directory that says which environment `path` is for, `path` itself or one above it: where a cluster begins by
    /// the configuration, else the innermost one whose name counts.
    pub(super) fn of<'p>(&self, path: &'p RepoPath) -> Option<(&'p str, &Meaning)> {
        let steps = || path.steps().rev().map(|step| step.path);
        let cluster = steps().find(|step| self.clusters.contains(*step));
        cluster.into_iter().chain(steps()).find_map(|step| Some((step, self.meaning(step)?)))
    }

    /// Takes what the configuration says of the directories of `paths` and those above them in the place of what their
    /// names say.
    pub(super) fn settle<'p>(&mut self, paths: impl IntoIterator<Item = &'p RepoPath>, config: &Config) {
        let fit = |directory: &RepoPath| {
            config.clusters.iter().find_map(|pattern| pattern.fit(directory, &config.environments))
        };
        for directory in paths.into_iter().flat_map(RepoPath::upwards) {
            let Some(fit) = fit(&directory) else { continue };
            let meaning = Meaning { environment: fit.environment, cluster: fit.cluster, app: None };
            self.clusters.insert(directory.to_string());
            self.meanings.insert(directory.to_string(), meaning);
        }
    }

    /// Takes directories below those of environments for clusters.
    pub(super) fn split(&mut self, clusters: Vec<(String, String)>) {
        for (environment, name) in clusters {
            let Some(meaning) = self.meanings.get(&environment).cloned() else { continue };
            let path = format!("{environment}/{name}");
            self.meanings.entry(path).or_insert(Meaning { cluster: Some(name), app: None, ..meaning });
        }
    }

    /// Whether several environments are side by side in `directory`.
    pub(super) fn is_home(&self, directory: &str) -> bool {
        self.homes.contains(directory)
    }
}

/// The directory that holds one; `None` for the root, which is empty.
fn above(directory: &str) -> Option<&str> {
    (!directory.is_empty()).then(|| directory.rsplit_once('/').map_or("", |(above, _)| above))
}

/// Whether the name of a directory says that it holds clusters.
pub(super) fn says_clusters(directory: &str) -> bool {
    let name = directory.rsplit_once('/').map_or(directory, |(_, name)| name);
    words(name).any(|word| ["cluster", "clusters"].iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// Whether a directory of that name holds what environments share.
pub(super) fn is_shared(name: &str) -> bool {
    words(name).any(|word| SHARED.iter().any(|shared| word.eq_ignore_ascii_case(shared)))
}

/// Whether a path has the name of a protected environment in it, whether or not that counts.
pub(super) fn is_protected(path: &RepoPath, environments: &Environments) -> bool {
    let counts = |word: &str| {
        let clear = environments.configured() || !AMBIGUOUS.iter().any(|known| word.eq_ignore_ascii_case(known));
        clear && environments.find(word).is_some_and(|environment| environment.protected && !environment.is_elsewhere())
    };
    let mut components = path.components();
    !path.as_str().contains(NOT_OURS)
        && components.any(|name| counts(name) || (!is_negated(name) && words(name).any(counts)))
}

fn is_negated(name: &str) -> bool {
    words(name).any(|word| NEGATIONS.iter().any(|negation| word.eq_ignore_ascii_case(negation)))
}

/// The names of a level that count.
fn meanings<'a>(level: &str, readings: &'a [Reading<'a>], neighbours: bool) -> Vec<(&'a str, Meaning)> {
    let name = level.rsplit_once('/').map_or(level, |(_, name)| name);
    let holder = words(name).any(|word| HOLDERS.iter().any(|known| word.eq_ignore_ascii_case(known)));
    let several = distinct(readings.iter()) > 1;
    let pure = readings.iter().all(|reading| !reading.rest.is_empty());
    let mut twins: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for reading in readings {
        twins.entry(&reading.rest).or_default().insert(reading.environment);
    }
    let has_twin = |rest: &str| twins.get(rest).is_some_and(|environments| environments.len() > 1);
    let clear = |name: &str| !AMBIGUOUS.iter().any(|word| word.eq_ignore_ascii_case(name));
    let mut found = Vec::new();
    for Reading { name, environment, rest } in readings {
        let (cluster, app) = match rest.as_str() {
            "" if has_twin("") || holder || neighbours || clear(name) => (None, None),
            rest if !rest.is_empty() && holder && several => (Some(rest.to_owned()), None),
            rest if (pure || has_twin("")) && has_twin(rest) => (None, Some(rest.to_owned())),
            _ => continue,
        };
        found.push((*name, Meaning { environment: (*environment).to_owned(), cluster, app }));
    }
    found
}

/// How many environments there are.
fn distinct<'a>(readings: impl Iterator<Item = &'a Reading<'a>>) -> usize {
    readings.map(|reading| reading.environment).collect::<BTreeSet<_>>().len()
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['-', '_', '.'])
}

fn reading<'a>(name: &'a str, environments: &'a Environments) -> Option<Reading<'a>> {
    let known = |word: &str| environments.find(word).filter(|environment| !environment.is_elsewhere());
    if let Some(environment) = known(name) {
        return Some(Reading { name, environment: &environment.name, rest: String::new() });
    }
    if is_negated(name) || name.contains(NOT_OURS) {
        return None;
    }
    let mut at = 0;
    let mut found = None;
    for word in words(name) {
        if let Some(environment) = known(word) {
            if found.is_some() {
                return None;
            }
            found = Some((environment, at, at + word.len()));
        }
        at += word.len() + 1;
    }
    let (environment, start, end) = found?;
    let separators = ['-', '_', '.'];
    let before = name.get(..start)?.trim_end_matches(separators);
    let after = name.get(end..)?;
    let rest =
        if before.is_empty() { after.trim_start_matches(separators).to_owned() } else { format!("{before}{after}") };
    Some(Reading { name, environment: &environment.name, rest })
}
