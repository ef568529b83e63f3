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
