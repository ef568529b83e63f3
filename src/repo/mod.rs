//! What a repository says about itself: its configuration, its apps and environments, the images it names,
//! when it is frozen, what is waived and who owns it.
//!
//! Nothing here renders or judges.

mod apps;
mod clusters;
mod config;
mod environments;
mod fields;
mod freeze;
mod image;
mod inline;
mod layout;
mod mirrors;
mod overlays;
mod owners;
mod pattern;
mod placeholders;
mod schema;
mod starter;
mod waiver;

pub use apps::{AppPattern, Exclusion, Fit};
pub use clusters::{ClusterFit, ClusterPattern};
pub use config::{Allowance, Config, Drift, Kubernetes, Policies};
pub use environments::{Environment, Environments};
pub use fields::fields_by_line;
pub use freeze::{Calendar, Freeze, FreezeKind, FreezeWindow, Moment, State as FreezeState};
pub use image::{ImageError, ImageRef, is_digest};
pub use inline::{InlineWaiver, code as lines_without_comments, find as inline_waivers};
pub use layout::{
    Before, CASE_FILE, CASE_HEAD, IdlePath, Kept, Layout, Misfit, Otherwise, Unplaced, is_foreign, kustomizations,
};
pub use mirrors::Mirrors;
pub use overlays::{App, Overlay};
pub use owners::Owners;
pub use pattern::{FieldPattern, Glob};
pub use placeholders::PathPattern;
pub use schema::SCHEMA;
pub use starter::{Starter, starters};
pub use waiver::{Ledger, OF_THE_RUN, RENDER_ERROR, Subject, Verdict, Waiver};
