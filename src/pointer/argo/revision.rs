//! Sources of Argo CD that stay at a revision: a tag or a commit. What is applied from one is not what the tree at hand has.

use crate::pointer::applied::BuildSetting;
use crate::pointer::fields;
use crate::source::RepoPath;
use crate::yaml::Node;

/// How many digits the hash of a commit has.
const HASHES: [usize; 2] = [40, 64];

/// The revision that the directories of an Application of `file` stay at; `None` where one follows a branch.
pub(in crate::pointer) fn fixed(application: &Node, file: &RepoPath) -> Option<BuildSetting> {
    let with_path = fields::sources(application).filter(|source| fields::value(source, &["path"]).is_some());
    let revision = |source: &Node| fields::value(source, &["targetRevision"]).and_then(Node::text).map(str::to_owned);
    let all: Option<Vec<String>> = with_path.map(|source| revision(source).filter(|name| is_fixed(name))).collect();
    let revision = all?.into_iter().next()?;
    Some(BuildSetting::Revision { file: file.clone(), revision })
}

/// Whether a name can be that of a tag or a commit only; a branch may be called `v1`, hardly `v1.2.3`.
pub(in crate::pointer) fn is_fixed(name: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_commit = HASHES.contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let version = name.strip_prefix('v').unwrap_or(name);
    let numbers = version.split(['-', '+']).next().unwrap_or_default();
    let is_version = numbers.split('.').count() == 3 && numbers.split('.').all(is_number);
    name.starts_with("refs/tags/") || is_commit || is_version
}
