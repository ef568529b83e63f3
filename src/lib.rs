//! `gate` answers one question on every pull request to a GitOps config repository: may this change go
//! where it is going?
//!
//! The floors, lowest first, each using only those before it: [`source`], [`yaml`] and [`secrecy`]; [`kustomize`],
//! [`diff`] and [`schema`]; [`pointer`]; [`repo`]; [`policy`]; [`change`], [`facts`], [`finding`] and [`judge`]; the stories [`check`],
//! [`cases`], [`status`], [`trace`] and [`promote`], of which none uses another; [`report`]; [`cli`].

#![cfg_attr(not(test), deny(clippy::disallowed_macros, clippy::disallowed_methods, clippy::disallowed_types))]

pub mod cases;
pub mod change;
pub mod check;
pub mod cli;
pub mod diff;
pub mod facts;
pub mod finding;
pub mod judge;
pub mod kustomize;
pub mod pointer;
pub mod policy;
pub mod promote;
pub mod repo;
pub mod report;
pub mod schema;
pub mod secrecy;
pub mod source;
pub mod status;
pub mod trace;
pub mod yaml;
