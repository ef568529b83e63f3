//! Why policies find something in an app or do not: asked about the documents that they really see.

use super::named::{documents, find};
use crate::change::{Loaded, Request};
use crate::policy::{Data, Fate, Input, Policy, Traced, Unmet};
use crate::source::{Problem, RepoPath};

/// What became of a policy's rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reasons {
    /// The policy.
    pub policy: String,
    /// Which of the app's documents it saw, from 1, and how many there are: one for each cluster of the highest
    /// environment.
    pub document: (usize, usize),
    /// Its rules. Values of Secrets are masked.
    pub rules: Vec<Traced>,
}

/// What becomes of the rules of policies in the app `name`: of those that the command line gives, else of all.
///
/// # Errors
/// When the configuration or a policy is wrong, nothing is called `name`, it cannot be rendered, or no such policy looks
/// at apps.
pub fn of_app(request: Request<'_>, name: &str) -> Result<Vec<Reasons>, Vec<Problem>> {
    let loaded = Loaded::load(request)?;
    let wanted: Vec<&Policy> = loaded.rules.policies().iter().filter(|policy| is_wanted(&loaded, policy)).collect();
    if wanted.is_empty() {
        let problem = Problem::new("none of these policies looks at apps, so none can be traced");
        return Err(vec![problem.hint("policies below `gate` do, unless their METADATA says another `input`")]);
    }
    let documents = find(&loaded.head.layout.apps, name).and_then(|app| documents(&loaded, &app));
    let (documents, masks) = documents.map_err(|problem| vec![problem])?;
    let of = |(index, document): (usize, &Data)| {
        let shown = Data::from(masks.scrub_json(document.to_json()));
        let reasons = |policy: &&Policy| {
            let rules = loaded.rules.policies.reasons(policy, document);
            let printable = loaded.rules.policies.reasons(policy, &shown);
            Reasons {
                policy: policy.id.clone(),
                document: (index + 1, documents.len()),
                rules: rules.into_iter().zip(printable).map(|(real, shown)| printed(real, shown)).collect(),
            }
        };
        wanted.iter().map(reasons).collect::<Vec<_>>()
    };
    Ok(documents.iter().enumerate().flat_map(of).collect())
}

/// What became of a rule, with values as they are where Secrets' are masked; without any where that makes it stop
/// elsewhere.
fn printed(real: Traced, shown: Traced) -> Traced {
    let fate = match (real.fate, shown.fate) {
        (Fate::Unmet(real), Fate::Unmet(shown)) if real.span == shown.span => Fate::Unmet(shown),
        (Fate::Unmet(real), _) => Fate::Unmet(Unmet { values: Vec::new(), sides: None, ..real }),
        (fate, _) => fate,
    };
    Traced { fate, ..real }
}

fn is_wanted(loaded: &Loaded<'_>, policy: &Policy) -> bool {
    let (request, files) = (&loaded.request, loaded.head.revision.files());
    let anything = request.given.policies.is_empty() && request.policies.is_empty();
    let given = policy.span.is_some_and(|span| {
        let path = files.get(span.file).path().clone();
        let inside = |given: &RepoPath| path.is_within(given);
        request.policies.contains(&span.file) || request.given.policies.iter().any(inside)
    });
    policy.enabled && policy.input == Input::App && (anything || (given && !policy.built_in))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use rayon::prelude::*;

    use super::*;
    use crate::cases::{Revisions, cases};
    use crate::source::{DiskTree, Files, RepoPath, Revision};

    #[test]
    fn a_rule_finds_something_where_its_policy_does() {
        let revision = Revision::new(DiskTree::new("testdata").unwrap(), Arc::new(Files::default()));
        let mut directories = cases(&revision, &RepoPath::new("cases").unwrap());
        directories.retain(|directory| directory.as_str().contains("-fails"));
        directories.push(RepoPath::new("shop").unwrap());
        let compared = directories.par_iter().map(|directory| {
            let case = Revisions::read(&revision, directory).unwrap();
            let Ok(loaded) = Loaded::load(case.request(&[])) else { return 0 };
            let mut compared = 0;
            for app in &loaded.head.layout.apps {
                let Ok((documents, _)) = documents(&loaded, app) else { continue };
                for document in &documents {
                    let verdicts = loaded.rules.policies.judge(document).verdicts;
                    let asked = |policy: &&Policy| policy.enabled && policy.input == Input::App;
                    for policy in loaded.rules.policies().iter().filter(asked) {
                        let traced = loaded.rules.policies.reasons(policy, document);
                        assert!(traced.iter().all(|traced| traced.fate != Fate::Unknown), "{directory}: {traced:?}");
                        let finds = traced.iter().any(|traced| matches!(traced.fate, Fate::Found(_)));
                        let found = verdicts.iter().any(|verdict| verdict.policy == policy.id);
                        assert_eq!(finds, found, "{directory}: {} {traced:?}", policy.id);
                        compared += usize::from(found);
                    }
                }
            }
            compared
        });
        assert!(compared.sum::<usize>() > 10);
    }
}
