//! A tree that is a Git commit, read from the object store without a checkout. The only place that names
//! gix and its parts.

mod history;
mod ignored;
mod repository;

pub(super) use history::Landing;
pub use history::Parting;
pub use ignored::ignored;
pub use repository::{GitRepository, GitTree};
