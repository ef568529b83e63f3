//! For people at a terminal: what is said, with the lines that caused it.

mod excerpts;
mod findings;
mod trace;

pub(super) use findings::render;
pub use trace::trace;
