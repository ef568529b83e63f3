//! `gate` answers one question on every pull request to a GitOps config repository: may this change go
//! where it is going?
//!
//! The floors, lowest first, each using only those before it: [`source`] and [`yaml`]; [`kustomize`], [`diff`]
//! and [`schema`]; [`repo`]; [`policy`]; [`check`]; [`report`]; [`cli`].

pub mod check;
pub mod cli;
pub mod diff;
pub mod kustomize;
pub mod policy;
pub mod repo;
pub mod report;
pub mod schema;
pub mod source;
pub mod yaml;
