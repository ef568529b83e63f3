//! The policies that come with the program. Adding one is a `.rego` file, its tests and a row here.

/// A policy that comes with the program.
#[derive(Debug, Clone, Copy)]
pub struct Builtin {
    /// Its id.
    pub id: &'static str,
    /// Its text.
    pub source: &'static str,
}

/// Rows of the table.
macro_rules! builtin {
    ($($id:literal),* $(,)?) => {
        [$(Builtin { id: $id, source: include_str!(concat!("../../policies/", $id, ".rego")) }),*]
    };
}

/// Every policy that comes with the program, by id.
pub const BUILTINS: [Builtin; 10] = builtin![
    "config-drift",
    "digest-matches-staging",
    "freeze-window",
    "gate-tampering",
    "image-digest-pinned",
    "kustomize-quirk",
    "owners-cover-production",
    "promotion-order",
    "resource-limits-present",
    "secret-referenced-exists",
];

/// The helpers that policies share, as `data.gate.lib`.
pub const LIBRARY: &str = include_str!("../../policies/lib.rego");
