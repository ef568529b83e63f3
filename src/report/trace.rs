//! The chain that set a value, written out.

use std::io::{self, Write};

use super::json::inert;
use crate::trace::Trace;

pub use super::human::trace as human;

/// Writes a trace for programs.
///
/// # Errors
/// When `out` cannot be written to.
pub fn json(trace: &Trace, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", inert(&serde_json::to_string_pretty(trace)?))
}
