//! The judgement: what the policies find in each app and in the repository, whether the base is guilty of it too, and
//! which waivers cover it.

mod app;
mod identity;
mod idle;
mod known;
mod offenders;
mod preview;
mod repository;
mod waivers;
mod words;

pub use app::{Judged, app, masks};
pub use identity::of_failure;
pub use idle::idle;
pub use preview::preview;
pub use repository::{repository, unread};
pub use waivers::apply;
