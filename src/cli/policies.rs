//! `gate policies`: the list of those that would be asked.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::ci::Ci;
use super::clock::Clock;
use super::elsewhere::Elsewhere;
use super::exit::Exit;
use super::failure::Failure;
use super::workspace::{ConfigFile, Workspace};
use crate::change::Loaded;
use crate::policy::{Input, Policy};
use crate::report::{Console, quote_line, style};

/// List the policies: the built-in ones and the repository's own
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A directory of the repository
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,

    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Form,

    #[command(flatten)]
    config: ConfigFile,

    #[command(flatten)]
    clock: Clock,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Lines for people
    Human,
    /// A list of all that each says of itself, with the JSON Schema of its settings, and where it is
    Json,
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    id: &'a str,
    title: &'a str,
    description: &'a str,
    help: Option<&'a str>,
    severity: Option<&'a str>,
    /// What it is asked about: `app`, `resource`, `repository` or `review`.
    input: Input,
    /// The JSON Schema of what stands below `policies.settings` for it, defaults included.
    settings: serde_json::Value,
    built_in: bool,
    enabled: bool,
    /// Where its package is named; `null` for a built-in one.
    file: Option<String>,
    line: Option<u32>,
}

impl Arguments {
    pub(super) fn run(&self, ci: &Ci, console: &mut Console<'_>) -> Result<Exit, Failure> {
        let out = &mut console.out;
        let workspace = Workspace::open(&self.path, &self.config)?;
        let elsewhere = Elsewhere::default();
        let loaded = Loaded::load(workspace.request(&elsewhere, self.clock.now(ci)?)?)
            .map_err(|problems| workspace.failure(problems))?;
        let policies = loaded.rules.policies();
        let rows: Vec<Row<'_>> = policies.iter().map(|policy| Row::of(policy, &workspace)).collect();
        match self.format {
            Form::Human => out.text(&table(&rows))?,
            Form::Json => out.json(&rows)?,
        }
        Ok(Exit::Passed)
    }
}

impl<'a> Row<'a> {
    fn of(policy: &'a Policy, workspace: &Workspace) -> Self {
        let place = policy.span.filter(|_| !policy.built_in).map(|span| workspace.revision.files().location(span));
        let metadata = &policy.metadata;
        Self {
            id: &policy.id,
            title: &metadata.title,
            description: &metadata.description,
            help: metadata.help.as_deref(),
            severity: policy.severity.map(crate::source::Severity::word),
            input: policy.input,
            settings: metadata.settings_schema(),
            built_in: policy.built_in,
            enabled: policy.enabled,
            file: place.as_ref().map(|at| format!("{}{}", workspace.prefix(), at.path)),
            line: place.map(|at| at.line),
        }
    }
}

fn table(rows: &[Row<'_>]) -> String {
    let cells = |row: &Row<'_>| {
        // Where a policy leaves it open, the names of its rules say it.
        let severity = if row.enabled { row.severity.unwrap_or("by rule") } else { "off" };
        [row.id, severity, row.title].map(quote_line)
    };
    style::table(&rows.iter().map(cells).collect::<Vec<_>>())
}
