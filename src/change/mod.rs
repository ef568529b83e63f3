//! The change: what is asked, which rules count, which apps there are, and what each of their deployments was on the base
//! revision and is on head.
//!
//! Read in this order: [`Request`] -> [`Loaded`] -> [`compare`] -> [`AppChange`]. What is to be thought of a change is left
//! to the floors above.

mod compare;
mod deployment;
mod extent;
mod left;
mod loaded;
mod overlooked;
mod rendered;
mod renderers;
mod request;
mod rules;
mod side;
mod spells;
mod touched;

pub use compare::{AppChange, compare};
pub use deployment::{Deployment, Is, Was};
pub use extent::{Extent, Unjudged};
pub use left::{Left, Remainder};
pub use loaded::{Base, Loaded};
pub use overlooked::Overlooked;
pub use rendered::Rendered;
pub use renderers::{Renderers, Tense};
pub use request::{BaseRevision, Request};
pub use rules::{Rules, Scope};
pub use side::Side;
pub use spells::{Spell, Spells, Walk, spells};
pub use touched::{Touched, reach};
