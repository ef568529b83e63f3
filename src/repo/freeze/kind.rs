//! The two kinds of windows.

/// What a window does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FreezeKind {
    /// Changes wait until it is over.
    #[default]
    Deny,
    /// Changes wait until it begins.
    Allow,
}

impl FreezeKind {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Allow => "allow",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        [Self::Deny, Self::Allow].into_iter().find(|kind| kind.word() == word)
    }
}
