//! The built-in transformers, one file each. They change resources in place and give every value that
//! they set the origin of the text that asked for it.

pub(super) mod affix;
pub(super) mod images;
pub(super) mod labels;
pub(super) mod names;
pub(super) mod namespace;
pub(super) mod order;
pub(super) mod patches;
pub(super) mod replacements;
pub(super) mod replicas;
pub(super) mod vars;

use std::sync::Arc;

use super::load::Loader;
use super::schema::Schema;
use crate::source::Problem;
use patches::Patching;

/// What transformers work with besides the resources.
pub(super) struct Context<'a> {
    /// Reads for the kustomization that transforms.
    pub(super) loader: &'a Loader<'a>,
    pub(super) schema: &'a Arc<Schema>,
    /// Whether what is not there may be in a part that cannot be seen.
    pub(super) is_open: bool,
}

impl Context<'_> {
    /// Applies patches, and tells `quirks` what that did silently.
    pub(super) fn patching<'a>(&'a self, quirks: &'a mut Vec<Problem>) -> Patching<'a> {
        Patching { loader: self.loader, schema: self.schema, is_open: self.is_open, quirks }
    }
}
