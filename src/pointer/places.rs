//! Where pointers are looked for, and what they are read with.

use super::files::holds;
use super::{argo, flux};
use crate::source::RepoPath;

/// Where pointers are looked for, and what they are read with.
pub struct Places<'x> {
    /// The files that they may stand in.
    pub pointers: Vec<RepoPath>,
    /// The files that may say what Argo CD builds with.
    pub options: Vec<RepoPath>,
    /// The files that may hold ConfigMaps, which variables are read from.
    pub config_maps: Vec<RepoPath>,
    /// The files that may say where Flux takes things from.
    pub sources: Vec<RepoPath>,
    /// The directories with kustomizations, which may render all of that.
    pub kustomizations: Vec<RepoPath>,
    /// Which cluster a path is for.
    pub cluster: flux::ClusterOf<'x>,
}

/// Whether a text may hold what variables are read from.
#[must_use]
pub fn may_hold_variables(text: &[u8]) -> bool {
    flux::may_hold_config_map(text)
}

/// Whether a text may say where Flux takes things from.
#[must_use]
pub fn may_hold_source(text: &[u8]) -> bool {
    flux::may_hold_source(text)
}

/// Whether a text may set what Argo CD builds with.
#[must_use]
pub fn may_set_options(text: &[u8]) -> bool {
    holds(text, argo::SETTINGS_KEY.as_bytes())
}
