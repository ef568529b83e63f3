//! The chain that set a value, written out.

pub use super::human::trace as human;
