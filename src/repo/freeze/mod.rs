//! Freeze windows: when an environment may not change.
//!
//! A window either denies changes or allows them. An environment is frozen while a window that denies holds
//! and, where it has windows that allow, while none of these does; what denies goes before what allows.
//!
//! A window is either one stretch of time (`start`, `end`) or one that comes again and again (`schedule`, a
//! crontab line, and `duration`). Its times are those of the clock on the wall in its `timezone`, and:
//!
//! - A window holds from its start up to, but not including, its end.
//! - A duration runs by that clock too: `0 18 * * FRI` for `62h` ends on Monday at 08:00 in every week of the
//!   year, also in those in which the clocks are changed.
//! - A time that the clock skips (02:30 as it goes from 02:00 to 03:00) is the moment of the skip.
//! - A time that the clock shows twice means the first time for a start and the second for an end. Where changes
//!   are allowed it is the other way round: the second for a start, and for an end the first after that. So
//!   nothing opens early or closes late.
//! - What follows without a break counts as one freeze: `until` is when the window ends. When the environment
//!   opens, all its windows together say.
//!
//! Windows that other programs have are imported by [`import`], to hold by these same rules. Every question is
//! asked for a moment that the caller passes in.

mod argo;
mod calendar;
mod clock;
mod gitlab;
mod import;
mod schedule;
mod times;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::environments::Environments;
use super::pattern::Glob;
use crate::source::{Problem, Revision, Span};
use crate::yaml::Node;
pub use calendar::{Calendar, Freeze, State};
pub use clock::Moment;
use times::{Form, Length, Stretch, Times};

/// What a window does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FreezeKind {
    /// Changes wait until it is over.
    #[default]
    Deny,
    /// Changes wait until it begins.
    Allow,
}

impl FreezeKind {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Allow => "allow",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Deny, Self::Allow].into_iter().find(|kind| kind.word() == word)
    }
}

/// A freeze window of the configuration.
#[derive(Debug, Clone)]
pub struct FreezeWindow {
    /// What reports call it.
    pub name: String,
    /// The environments that it freezes, by name; empty means all.
    pub environments: Vec<String>,
    /// Why, in the words of the configuration.
    pub reason: Option<String>,
    /// Its entry in the configuration, or in the file that it is imported from.
    pub span: Option<Span>,
    /// Whether another program has it.
    imported: bool,
    /// The applications that it is for, as patterns; empty means all.
    only: Vec<Glob>,
    times: Times,
}

impl FreezeWindow {
    /// What it does.
    #[must_use]
    pub fn kind(&self) -> FreezeKind {
        self.times.kind
    }

    /// Whether it is meant for an environment, given by its name.
    #[must_use]
    pub fn freezes(&self, environment: &str) -> bool {
        self.environments.is_empty() || self.environments.iter().any(|name| name == environment)
    }

    /// The applications that it is for, as patterns; empty for all.
    #[must_use]
    pub fn only(&self) -> &[Glob] {
        &self.only
    }

    /// Whether it is meant for an app in an environment, given by its names. Nobody here knows what the
    /// application is called that brings the app there, so the window counts if it selects one of the usual
    /// names: `payments` of `shop/payments`, alone or with a name of the environment before or after it.
    fn selects(&self, app: &str, environment: &[&str]) -> bool {
        let short = app.rsplit('/').next().unwrap_or(app);
        let whole = app.replace('/', "-");
        self.only.is_empty()
            || self.only.iter().any(|pattern| {
                [app, short, &whole].iter().any(|app| {
                    let around = |name: &&str| {
                        pattern.matches(&format!("{app}-{name}")) || pattern.matches(&format!("{name}-{app}"))
                    };
                    pattern.matches(app) || environment.iter().any(around)
                })
            })
    }

    /// A moment as its clock shows it.
    fn moment(&self, time: Timestamp) -> Moment {
        Moment { time, zone: self.times.zone.clone() }
    }

    /// Reads an entry of `freeze`; what it imports is read from `revision`.
    pub(super) fn read(
        node: &Node,
        environments: &Environments,
        revision: &Revision,
        problems: &mut Vec<Problem>,
    ) -> Vec<Self> {
        let text = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
        let names = node.get("environments").and_then(Node::as_seq).unwrap_or_default();
        let names = names.iter().filter_map(|name| environments.resolve(name, problems)).collect();
        let entry = Entry { name: text("name"), environments: names, reason: text("reason") };
        if node.get("import").is_some() || node.get("gitlab").is_some() {
            return import::read(node, &entry, revision, problems);
        }
        let before = problems.len();
        // After a bad zone the rest is still read, for what else may be wrong.
        let zone = node.get("timezone").map(|zone| clock::zone(zone, "")).transpose();
        let zone = zone.map_err(|problem| problems.push(problem)).ok().flatten().unwrap_or(TimeZone::UTC);
        let kind = node.get("kind").and_then(Node::text).and_then(FreezeKind::from_word).unwrap_or_default();
        let form = form(node, &zone, kind, problems);
        let window = form.zip(entry.name.clone()).map(|(form, name)| Self {
            name,
            environments: entry.environments,
            reason: entry.reason,
            span: node.origin.span,
            imported: false,
            only: Vec::new(),
            times: Times { zone, kind, form },
        });
        window.filter(|_| problems.len() == before).into_iter().collect()
    }
}

/// What an entry of `freeze` says besides its times; for an import it is said of each window.
struct Entry {
    name: Option<String>,
    environments: Vec<String>,
    reason: Option<String>,
}

impl Entry {
    /// A window that is imported. What it calls itself goes before what the entry says, and that before `usual`.
    fn window(
        &self,
        own: Option<String>,
        usual: impl Fn() -> String,
        span: Option<Span>,
        times: Times,
    ) -> FreezeWindow {
        FreezeWindow {
            name: own.or_else(|| self.name.clone()).unwrap_or_else(usual),
            environments: self.environments.clone(),
            reason: self.reason.clone(),
            span,
            imported: true,
            only: Vec::new(),
            times,
        }
    }
}

/// Reads `start` and `end`, or `schedule` and `duration`. Each is read even if another is wrong.
fn form(node: &Node, zone: &TimeZone, kind: FreezeKind, problems: &mut Vec<Problem>) -> Option<Form> {
    let mut report = |problem: Problem| problems.push(problem);
    let written = |keys: [&str; 2]| keys.map(|key| node.get(key).filter(|node| node.text().is_some()));
    match (written(["start", "end"]), written(["schedule", "duration"])) {
        ([Some(start), Some(end)], [None, None]) => {
            let begins = clock::read(start, |time| clock::start(zone, kind, time)).map_err(&mut report).ok();
            let after = begins.unwrap_or(Timestamp::MIN);
            let ends = clock::read(end, |time| clock::end(zone, kind, time, after)).map_err(&mut report).ok();
            let stretch = Stretch { start: begins?, until: ends? };
            if stretch.until <= stretch.start {
                report(
                    Problem::new("this freeze does not end after it starts")
                        .at(end.origin.span)
                        .hint("is `start` what should be `end`?"),
                );
                return None;
            }
            Some(Form::Once(stretch))
        }
        ([None, None], [Some(starts), Some(duration)]) => {
            let starts = schedule::read(starts).map_err(&mut report).ok();
            let duration = clock::duration(duration).map_err(&mut report).ok();
            Some(Form::Again { starts: starts?, length: Length::For(duration?) })
        }
        _ => {
            let place = node.get("name").map_or(node.origin.span, |name| name.origin.span);
            report(
                Problem::new("a freeze has either `start` and `end`, or `schedule` and `duration`")
                    .at(place)
                    .hint("give one of the two pairs, whole"),
            );
            None
        }
    }
}

#[cfg(test)]
mod tests;
