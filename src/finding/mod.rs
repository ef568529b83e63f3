//! Findings at places: what a run has to say, on which line, and what may be shown of it.
//!
//! Whatever reaches these types may be printed: Secret values are masked before.

mod failure;
mod found;
mod locate;
mod mask;
mod misplaced;
mod place;
mod report;

pub use failure::failure;
pub use found::{Also, Finding, Status};
pub use locate::{Located, Locator, resource_name, short};
pub use mask::{MASK, Masks};
pub use misplaced::{Kinds, misplaced};
pub use place::{Excerpt, Place, Related};
pub use report::{Outcome, Report, Summary};
