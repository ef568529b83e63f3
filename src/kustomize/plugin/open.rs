//! Opens the configuration of a plugin.

use crate::kustomize::decode::{Fields, Mode};
use crate::source::Problem;
use crate::yaml::Node;

/// Opens the configuration of a plugin.
pub(super) fn open(config: &Node, mode: Mode) -> Result<Fields<'_>, Problem> {
    Fields::open(config, "the configuration of the plugin", mode)
}
