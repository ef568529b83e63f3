//! One finding for one cause: what one text does to several resources, environments and clusters is told once.

use std::collections::BTreeMap;

use crate::finding::{Also, Finding, Status};
use crate::source::Location;

/// What findings of one cause have in common.
type Cause = (Status, String, Location, String);

/// Puts findings of one cause into one: the most severe, else that of the highest environment, with the list of what else it is about. Each
/// was held against base and waivers before. `rank` is an environment's place in the order of promotion.
pub(super) fn one_for_each_cause(findings: Vec<Finding>, rank: &dyn Fn(&str) -> Option<usize>) -> Vec<Finding> {
    let (mut causes, mut single): (BTreeMap<Cause, Vec<Finding>>, Vec<Finding>) = (BTreeMap::new(), Vec::new());
    for finding in findings {
        match cause(&finding) {
            Some(cause) => causes.entry(cause).or_default().push(finding),
            None => single.push(finding),
        }
    }
    single.extend(causes.into_values().filter_map(|together| merged(together, rank)));
    single
}

fn cause(finding: &Finding) -> Option<Cause> {
    let at = finding.place.as_ref()?.location.clone();
    Some((finding.status, finding.policy.clone(), at, gist(finding)))
}

/// What a message says, whatever environments, resources and images it names.
fn gist(finding: &Finding) -> String {
    let subject = finding.resource.as_ref();
    let names = [finding.environment.as_deref(), finding.app.as_deref(), subject.map(|name| name.name.as_str())];
    let mut quoted = false;
    let word = |word: &str| names.contains(&Some(word.trim_matches([',', ':', ';'])));
    let plain = finding.message.split('`').map(|part| {
        quoted = !quoted;
        if quoted {
            part.split(' ').map(|it| if word(it) { "_" } else { it }).collect::<Vec<_>>().join(" ")
        } else {
            String::new()
        }
    });
    plain.collect::<Vec<_>>().join("`")
}

fn merged(mut together: Vec<Finding>, rank: &dyn Fn(&str) -> Option<usize>) -> Option<Finding> {
    let weight = |finding: &Finding| (finding.severity, finding.environment.as_deref().and_then(rank));
    let heaviest = together.iter().map(weight).max()?;
    let first = together.iter().position(|finding| weight(finding) == heaviest)?;
    let mut finding = together.remove(first);
    let own = finding.subject();
    let mut also: Vec<Also> = together.iter().map(Finding::subject).filter(|subject| *subject != own).collect();
    also.sort();
    also.dedup();
    finding.also = also;
    Some(finding)
}
