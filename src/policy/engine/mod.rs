//! The Rego interpreter behind a small door. The only place that names regorus.

mod data;

pub use data::{Data, REDACTED};
