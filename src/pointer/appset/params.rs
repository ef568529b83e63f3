//! Parameters: what generators give, and templates are filled in with.

/// A set of parameters: in Go templates any JSON, elsewhere strings.
pub(super) type Params = serde_json::Map<String, serde_json::Value>;

/// Sets of parameters beyond which there are too many.
pub(super) const MOST: usize = 10_000;
