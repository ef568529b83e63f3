//! `gate freeze`: which windows hold, when each environment opens, and what comes next.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use serde::Serialize;

use super::ci::Ci;
use super::clock::Clock;
use super::exit::Exit;
use super::failure::Failure;
use super::workspace::{ConfigFile, Workspace};
use crate::repo::{Calendar, Config, Freeze, FreezeKind, FreezeState, Moment};
use crate::report::{Console, quote_line, style};
use crate::source::Files;

/// Say for each environment which freeze windows hold, when it opens and what comes next
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
    /// `{now, environments: [{name, active, allowed, opens, next}]}`
    Json,
}

impl Arguments {
    pub(super) fn run(&self, ci: &Ci, console: &mut Console<'_>) -> Result<Exit, Failure> {
        let out = &mut console.out;
        let workspace = Workspace::open(&self.path, &self.config)?;
        let config = workspace.config()?;
        let overview = Overview::new(&config, self.clock.now(ci)?, workspace.revision.files());
        match self.format {
            Form::Human => out.text(&overview.human())?,
            Form::Json => out.json(&overview)?,
        }
        Ok(Exit::Passed)
    }
}

#[derive(Debug, Serialize)]
struct Overview {
    now: Timestamp,
    environments: Vec<Days>,
}

/// The freezes of one environment. Those that are for some apps only come after the others.
#[derive(Debug, Serialize)]
struct Days {
    name: String,
    active: Vec<Window>,
    allowed: Vec<Window>,
    /// When nothing that is for all apps freezes it any more.
    opens: Option<Timestamp>,
    opens_local: Option<String>,
    next: Vec<Window>,
}

#[derive(Debug, Serialize)]
struct Window {
    name: String,
    kind: FreezeKind,
    reason: Option<String>,
    only: Vec<String>,
    start: Option<Timestamp>,
    until: Option<Timestamp>,
    until_local: Option<String>,
    /// What the clock shows at its start.
    #[serde(skip)]
    begins: String,
    /// Where it is imported from.
    imported: Option<String>,
}

impl Overview {
    fn new(config: &Config, now: Timestamp, files: &Files) -> Self {
        let calendar = Calendar::new(config.freeze.clone(), now);
        let environments = config.environments.iter().map(|environment| {
            let all = calendar.of_all(&environment.name);
            let some = calendar.of_some(&environment.name);
            let windows = |list: fn(&FreezeState) -> &Vec<Freeze>| {
                let states = std::iter::once(&all).chain(&some);
                states.flat_map(|state| list(state)).map(|freeze| Window::new(freeze, files)).collect()
            };
            Days {
                name: environment.name.clone(),
                active: windows(|state| &state.freezes),
                allowed: windows(|state| &state.allowed),
                opens: all.opens.as_ref().map(|opens| opens.time),
                opens_local: all.opens.as_ref().map(Moment::to_string),
                next: windows(|state| &state.next),
            }
        });
        Self { now, environments: environments.collect() }
    }

    fn human(&self) -> String {
        let mut rows = Vec::new();
        for days in &self.environments {
            for (at, line) in days.lines().iter().enumerate() {
                let name = if at == 0 { days.name.as_str() } else { "" };
                rows.push([name, line].map(quote_line));
            }
        }
        style::table(&rows)
    }
}

impl Days {
    fn lines(&self) -> Vec<String> {
        let (all, some): (Vec<&Window>, Vec<&Window>) = self.active.iter().partition(|window| window.only.is_empty());
        let mut lines: Vec<String> = all.iter().map(|window| window.frozen()).collect();
        match (all.first(), &self.opens_local) {
            (None, _) => lines.push("open".to_owned()),
            (Some(_), None) => lines.push("no opening is in sight".to_owned()),
            // What ends last says already when it opens.
            (Some(last), _) if last.until == self.opens => {}
            (Some(_), Some(opens)) => lines.push(format!("opens {opens}")),
        }
        lines.extend(some.iter().map(|window| window.frozen()));
        lines.extend(self.allowed.iter().map(|window| format!("allowed {}: {}", window.end(), window.title())));
        lines.extend(self.next.iter().map(|window| {
            let word = if window.kind == FreezeKind::Allow { "allowed" } else { "next" };
            let until = window.until_local.as_ref().map(|until| format!(" to {until}")).unwrap_or_default();
            format!("{word} {}{until}: {}", window.begins, window.title())
        }));
        lines
    }
}

impl Window {
    fn new(freeze: &Freeze, files: &Files) -> Self {
        Self {
            name: freeze.name.clone(),
            kind: freeze.kind,
            reason: freeze.reason.clone(),
            only: freeze.only.clone(),
            start: freeze.start.as_ref().map(|start| start.time),
            until: freeze.until.as_ref().map(|until| until.time),
            until_local: freeze.until.as_ref().map(Moment::to_string),
            begins: freeze.start.as_ref().map(Moment::clock).unwrap_or_default(),
            imported: freeze
                .imported
                .map(|span| files.location(span))
                .map(|place| format!("{}:{}", place.path, place.line)),
        }
    }

    fn frozen(&self) -> String {
        let outside = if self.kind == FreezeKind::Allow { "outside " } else { "" };
        format!("frozen {}: {outside}{}", self.end(), self.title())
    }

    fn end(&self) -> String {
        self.until_local.as_ref().map_or("without end".to_owned(), |until| format!("until {until}"))
    }

    fn title(&self) -> String {
        let mut title = self.name.clone();
        if let Some(reason) = &self.reason {
            title.push_str(&format!(" ({reason})"));
        }
        if !self.only.is_empty() {
            title.push_str(&format!(", only for {}", self.only.join(", ")));
        }
        if let Some(imported) = &self.imported {
            title.push_str(&format!(" [{imported}]"));
        }
        title
    }
}
