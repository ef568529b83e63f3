//! A tree that is a Git commit, read from the object store without a checkout. The only place that names
//! gix.

mod history;
mod repository;

pub(super) use history::Landing;
pub use history::Parting;
pub use repository::{GitRepository, GitTree};
