//! Repositories of images that mirror others: what production pulls from its own registry is what staging runs.

use std::collections::BTreeMap;

use super::config::Config;
use crate::yaml::Node;

/// The policy among whose settings they are.
const POLICY: &str = "digest-matches-staging";

/// Prefixes of repositories, each with the prefix that it mirrors.
#[derive(Debug, Clone, Default)]
pub struct Mirrors {
    prefixes: BTreeMap<String, String>,
}

impl Mirrors {
    /// The mirrors that a configuration names.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let settings = config.policies.settings.get(POLICY);
        let entries = settings.and_then(|settings| settings.get("mirrors")?.as_map()).into_iter();
        let pair = |(key, value): (&str, &Node)| Some((key.to_owned(), value.text()?.to_owned()));
        let pairs = entries.flat_map(|map| map.iter()).map(|entry| (&*entry.key.text, &entry.value));
        Self { prefixes: pairs.filter_map(pair).collect() }
    }

    /// The repository that `repository` mirrors; itself where it mirrors none. Of several prefixes the longest
    /// counts.
    #[must_use]
    pub fn original(&self, repository: &str) -> String {
        let rest =
            |prefix: &str| repository.strip_prefix(prefix).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let fitting =
            self.prefixes.iter().filter_map(|(prefix, original)| Some((prefix.len(), original, rest(prefix)?)));
        match fitting.max_by_key(|(length, ..)| *length) {
            Some((_, original, rest)) => format!("{original}{rest}"),
            None => repository.to_owned(),
        }
    }
}
