//! Finds paths of the configuration that nothing fits: what whoever wrote them expects to be judged is not.

use super::app::{Judged, failed};
use crate::change::Loaded;
use crate::finding::{Finding, Masks, Status, failure};
use crate::repo::{Config, IdlePath};
use crate::source::Problem;

/// The paths that nothing in head fits. Where nothing in the base did either, the change is not to blame; where head's
/// own configuration has no such path any more, the change has mended it.
#[must_use]
pub fn idle(loaded: &Loaded<'_>) -> Judged {
    let idle = &loaded.head.layout.idle;
    if idle.is_empty() {
        return Judged::default();
    }
    let before = loaded.base.as_ref().map_or(&[][..], |base| &base.side.layout.idle);
    let mended = loaded.base.as_ref().and_then(|_| loaded.config_of_head());
    let stays = |path: &&IdlePath| mended.as_ref().is_none_or(|config| has(config, &path.written));
    let findings = idle.iter().filter(stays).map(|path| {
        let status = if before.contains(path) { Status::Known } else { Status::New };
        Finding { status, ..finding(loaded, &path.problem) }
    });
    Judged { findings: findings.collect(), ..Judged::default() }
}

/// A path of the configuration as a finding.
pub(super) fn finding(loaded: &Loaded<'_>, problem: &Problem) -> Finding {
    let id = "configuration-error";
    failed(id, None, failure(id, loaded.head.revision.files(), problem, &Masks::default()))
}

fn has(config: &Config, written: &str) -> bool {
    config.apps.iter().any(|pattern| pattern.path.written == written)
        || config.clusters.iter().any(|pattern| pattern.path.written == written)
}
