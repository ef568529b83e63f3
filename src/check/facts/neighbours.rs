//! Which overlays of an app are compared with one another.

use crate::diff::Names;
use crate::repo::{Config, Environment, Environments, Overlay};

/// The words that name an overlay's side of the repository: those of its environment, and its cluster.
#[must_use]
pub fn words(environment: &Environment, cluster: Option<&str>) -> Vec<String> {
    environment.names().chain(cluster).map(str::to_owned).collect()
}

/// The pairs of overlays that are compared, each as places in `overlays`, the lower first.
///
/// Where the configuration names no pairs of environments, each protected environment is compared with
/// the nearest one before it that the app has. Between two environments, each upper cluster is compared
/// with the lower one of the same name, whole or but for the environment's words, else with the first.
#[must_use]
pub fn neighbours(config: &Config, environments: &Environments, overlays: &[Overlay]) -> Vec<(usize, usize)> {
    let has = |name: &str| overlays.iter().any(|overlay| overlay.environment == name);
    let stages: Vec<&Environment> = environments.iter().filter(|environment| has(&environment.name)).collect();
    let find = |name: &str| stages.iter().find(|environment| environment.name == name).copied();
    let pairs: Vec<(&Environment, &Environment)> = if config.drift.compare.is_empty() {
        let neighbours = stages.iter().zip(stages.iter().skip(1));
        neighbours.filter(|(_, upper)| upper.protected).map(|(lower, upper)| (*lower, *upper)).collect()
    } else {
        config.drift.compare.iter().filter_map(|(lower, upper)| Some((find(lower)?, find(upper)?))).collect()
    };
    pairs.iter().flat_map(|(lower, upper)| clusters(lower, upper, overlays)).collect()
}

fn clusters(lower: &Environment, upper: &Environment, overlays: &[Overlay]) -> Vec<(usize, usize)> {
    let of = |environment: &Environment| {
        let indexed = overlays.iter().enumerate();
        indexed.filter(|(_, overlay)| overlay.environment == environment.name).collect::<Vec<_>>()
    };
    let (lower_words, upper_words) = (words(lower, None), words(upper, None));
    let names = Names::new(&lower_words, &upper_words);
    let candidates = of(lower);
    let partner = |overlay: &Overlay| {
        let called = |same: &dyn Fn(&str, &str) -> bool| {
            candidates.iter().find(|(_, other)| match (&other.cluster, &overlay.cluster) {
                (Some(a), Some(b)) => same(a, b),
                (None, None) => true,
                _ => false,
            })
        };
        called(&|a, b| a == b).or_else(|| called(&|a, b| names.same(a, b))).or(candidates.first()).map(|(at, _)| *at)
    };
    of(upper).into_iter().filter_map(|(at, overlay)| Some((partner(overlay)?, at))).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::source::RepoPath;
    use crate::yaml::{Dialect, Text, parse_first};

    fn compared(config: &str, overlays: &[(&str, Option<&str>)]) -> Vec<String> {
        let node = parse_first(&Text::loose(config), Dialect::Config).unwrap().unwrap();
        let config = Config::read(&node).unwrap();
        let overlays: Vec<Overlay> = overlays
            .iter()
            .map(|(environment, cluster)| Overlay {
                environment: (*environment).to_owned(),
                cluster: cluster.map(str::to_owned),
                directory: RepoPath::root(),
            })
            .collect();
        let name = |at: usize| {
            let overlay = overlays.get(at).unwrap();
            let cluster = overlay.cluster.as_ref().map(|cluster| format!("@{cluster}")).unwrap_or_default();
            format!("{}{cluster}", overlay.environment)
        };
        let pairs = neighbours(&config, &config.environments, &overlays);
        pairs.iter().map(|(lower, upper)| format!("{} {}", name(*lower), name(*upper))).collect()
    }

    #[test]
    fn production_is_compared_with_what_comes_before_it() {
        let (dev, staging, production) = (("dev", None), ("staging", None), ("production", None));
        assert_eq!(compared("version: 1", &[dev, staging, production]), ["staging production"]);
        assert_eq!(compared("version: 1", &[dev, production]), ["dev production"]);
        assert_eq!(compared("version: 1", &[production]), [""; 0]);
        let configured = "drift: {compare: [[dev, staging], [dev, production], [dev, qa]]}";
        assert_eq!(compared(configured, &[dev, staging, production]), ["dev staging", "dev production"]);
    }

    #[test]
    fn clusters_are_compared_by_name() {
        let overlays = [
            ("staging", Some("eu-stg")),
            ("staging", Some("us")),
            ("production", Some("asia")),
            ("production", Some("eu-prod")),
            ("production", Some("us")),
        ];
        let pairs = ["staging@eu-stg production@asia", "staging@eu-stg production@eu-prod", "staging@us production@us"];
        assert_eq!(compared("version: 1", &overlays), pairs);
    }
}
