//! What policies see, written out.

use std::io::{self, Write};

use serde_json::Value as Json;

use super::json::inert;

/// Writes a document.
///
/// # Errors
/// When `out` cannot be written to.
pub fn json(document: &Json, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", inert(&serde_json::to_string_pretty(document)?))
}
