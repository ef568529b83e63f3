//! `gate policies`: the list of those that would be asked.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::clock::Clock;
use super::exit::Exit;
use super::failure::Failure;
use super::workspace::{ConfigFile, Workspace};
use crate::check::Setting;
use crate::policy::Policy;
use crate::report::quote;

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
    /// A list of `{id, title, severity, built_in, enabled}`
    Json,
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    id: &'a str,
    title: &'a str,
    severity: Option<&'a str>,
    built_in: bool,
    enabled: bool,
}

impl Arguments {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<Exit, Failure> {
        let workspace = Workspace::open(&self.path, &self.config)?;
        let setting =
            Setting::load(workspace.request(self.clock.now()?)).map_err(|problems| workspace.failure(problems))?;
        let policies = setting.policies();
        let rows: Vec<Row<'_>> = policies.iter().map(Row::of).collect();
        match self.format {
            Form::Human => out.write_all(table(&rows).as_bytes())?,
            Form::Json => {
                serde_json::to_writer_pretty(&mut *out, &rows).map_err(std::io::Error::from)?;
                writeln!(out)?;
            }
        }
        Ok(Exit::Passed)
    }
}

impl<'a> Row<'a> {
    fn of(policy: &'a Policy) -> Self {
        Self {
            id: &policy.id,
            title: &policy.metadata.title,
            severity: policy.severity.map(crate::source::Severity::word),
            built_in: policy.built_in,
            enabled: policy.enabled,
        }
    }
}

fn table(rows: &[Row<'_>]) -> String {
    let width = rows.iter().map(|row| row.id.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    for row in rows {
        // Where a policy leaves it open, the names of its rules say it.
        let severity = if row.enabled { row.severity.unwrap_or("by rule") } else { "off" };
        let line = format!("{:width$}  {severity:7}  {}", row.id, row.title);
        text.push_str(&quote(line.trim_end()));
        text.push('\n');
    }
    text
}
