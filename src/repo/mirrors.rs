//! Repositories that stand for one another: what production pulls from its own registry, or under its own name, is what
//! staging runs.

use std::collections::BTreeMap;

use super::environments::Environments;

/// The place of an environment's name in a repository.
const PLACEHOLDER: &str = "{environment}";

/// Prefixes of repositories, each with the prefix that it mirrors. Both may have [`PLACEHOLDER`] for the environment.
#[derive(Debug, Clone, Default)]
pub struct Mirrors {
    prefixes: Vec<(String, String)>,
    /// The names of environments, by that which reports use.
    names: BTreeMap<String, Vec<String>>,
}

impl Mirrors {
    /// The mirrors `prefixes`, as the setting `mirrors` of `digest-matches-staging` names them.
    #[must_use]
    pub fn new(prefixes: Vec<(String, String)>, environments: &Environments) -> Self {
        let names = environments
            .iter()
            .map(|environment| (environment.name.clone(), environment.names().map(str::to_owned).collect()));
        Self { prefixes, names: names.collect() }
    }

    /// The name by which a repository of an environment is held against those of others: that of what it mirrors, with
    /// the environment's own name left out. Of several prefixes the longest counts.
    #[must_use]
    pub fn canonical(&self, repository: &str, environment: &str) -> String {
        let own = [environment.to_owned()];
        let names = self.names.get(environment).map_or(own.as_slice(), Vec::as_slice);
        let mut fitting: Vec<(usize, String)> = Vec::new();
        for (mirror, original) in &self.prefixes {
            for name in names {
                let mut fit = |pattern: &str| {
                    let prefix = pattern.replace(PLACEHOLDER, name);
                    let rest = repository.strip_prefix(prefix.as_str());
                    if let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with('/')) {
                        fitting.push((prefix.len(), format!("{original}{rest}")));
                    }
                };
                fit(mirror);
                if original.contains(PLACEHOLDER) {
                    fit(original);
                }
            }
        }
        fitting.into_iter().max().map_or_else(|| repository.to_owned(), |(_, canonical)| canonical)
    }
}
