//! The policies that come with the program. Adding one is a `.rego` file, its tests, its page and a row here.

/// A policy that comes with the program.
#[derive(Debug, Clone, Copy)]
pub struct Builtin {
    /// Its id.
    pub id: &'static str,
    /// Its text.
    pub source: &'static str,
    /// Its page in `docs/policies`.
    pub page: &'static str,
}

/// How the part of a page begins that shows the policy at work. What stands before is told by its METADATA.
pub const EXAMPLES: &str = "\n## ";

/// What a built-in policy finds and what passes it, as Markdown; empty for an id that none has.
#[must_use]
pub fn examples(id: &str) -> &'static str {
    let page = BUILTINS.iter().find(|builtin| builtin.id == id).map(|builtin| builtin.page).unwrap_or_default();
    page.find(EXAMPLES).and_then(|at| page.get(at..)).unwrap_or_default()
}

/// Rows of the table.
macro_rules! builtin {
    ($($id:literal),* $(,)?) => {
        [$(Builtin {
            id: $id,
            source: include_str!(concat!("../../policies/", $id, ".rego")),
            page: include_str!(concat!("../../docs/policies/", $id, ".md")),
        }),*]
    };
}

/// Every policy that comes with the program, by id.
pub const BUILTINS: [Builtin; 14] = builtin![
    "config-drift",
    "deployment-moved",
    "digest-matches-staging",
    "freeze-window",
    "gate-tampering",
    "image-digest-pinned",
    "kustomize-quirk",
    "owners-cover-production",
    "promotion-order",
    "resource-limits-present",
    "secret-referenced-exists",
    "staged-first",
    "unjudged-change",
    "unseen-part",
];

/// The helpers that policies share, as `data.gate.lib`.
pub const LIBRARY: &str = include_str!("../../policies/lib.rego");
