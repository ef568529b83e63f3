//! What a repository says about itself: its configuration, its apps and environments, the images it names,
//! when it is frozen and what is waived.
//!
//! Nothing here renders or judges.

mod apps;
mod config;
mod environments;
mod freeze;
mod image;
mod layout;
mod mirrors;
mod pattern;
mod starter;
mod waiver;

pub use apps::{AppPattern, Fit};
pub use config::{Allowance, Config, Drift, Kubernetes, Policies, SCHEMA};
pub use environments::{Environment, Environments};
pub use freeze::{Freeze, FreezeWindow, active as active_freezes, next as next_freezes};
pub use image::{ImageError, ImageRef, is_digest};
pub use layout::{App, Layout, Overlay, kustomizations};
pub use mirrors::Mirrors;
pub use pattern::{FieldPattern, Glob};
pub use starter::{Starter, starters};
pub use waiver::{Ledger, Subject, Verdict, Waiver};
