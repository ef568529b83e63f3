//! `gate freeze`: which windows hold, and which come next.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use serde::Serialize;

use super::clock::Clock;
use super::exit::Exit;
use super::failure::Failure;
use super::workspace::{ConfigFile, Workspace};
use crate::repo::{Config, Freeze, active_freezes, next_freezes};
use crate::report::quote;

/// Say for each environment which freeze windows hold and which come next
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
    /// `{now, environments: [{name, active, next}]}`
    Json,
}

impl Arguments {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<Exit, Failure> {
        let workspace = Workspace::open(&self.path, &self.config)?;
        let config = workspace.config()?;
        let calendar = Calendar::new(&config, self.clock.now()?);
        match self.format {
            Form::Human => out.write_all(calendar.human().as_bytes())?,
            Form::Json => {
                serde_json::to_writer_pretty(&mut *out, &calendar).map_err(std::io::Error::from)?;
                writeln!(out)?;
            }
        }
        Ok(Exit::Passed)
    }
}

#[derive(Debug, Serialize)]
struct Calendar {
    now: Timestamp,
    environments: Vec<Days>,
}

/// The freezes of one environment.
#[derive(Debug, Serialize)]
struct Days {
    name: String,
    active: Vec<Window>,
    next: Vec<Window>,
}

#[derive(Debug, Serialize)]
struct Window {
    name: String,
    reason: Option<String>,
    start: Timestamp,
    until: Timestamp,
}

impl From<Freeze> for Window {
    fn from(freeze: Freeze) -> Self {
        Self { name: freeze.name, reason: freeze.reason, start: freeze.start, until: freeze.until }
    }
}

impl Calendar {
    fn new(config: &Config, now: Timestamp) -> Self {
        let environments = config.environments.iter().map(|environment| Days {
            name: environment.name.clone(),
            active: active_freezes(&config.freeze, &environment.name, now).into_iter().map(Window::from).collect(),
            next: next_freezes(&config.freeze, &environment.name, now).into_iter().map(Window::from).collect(),
        });
        Self { now, environments: environments.collect() }
    }

    fn human(&self) -> String {
        let width = self.environments.iter().map(|days| days.name.chars().count()).max().unwrap_or_default();
        let mut text = String::new();
        for days in &self.environments {
            let mut lines: Vec<String> = days
                .active
                .iter()
                .map(|window| format!("frozen until {}: {}", minute(window.until), window.title()))
                .collect();
            if lines.is_empty() {
                lines.push("open".to_owned());
            }
            lines.extend(days.next.iter().map(|window| {
                format!("next {} to {}: {}", minute(window.start), minute(window.until), window.title())
            }));
            for (at, line) in lines.iter().enumerate() {
                let name = if at == 0 { days.name.as_str() } else { "" };
                text.push_str(&quote(&format!("{name:width$}  {line}")));
                text.push('\n');
            }
        }
        text
    }
}

impl Window {
    fn title(&self) -> String {
        match &self.reason {
            Some(reason) => format!("{} ({reason})", self.name),
            None => self.name.clone(),
        }
    }
}

fn minute(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
