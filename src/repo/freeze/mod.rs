//! Freeze windows: when an environment may not change.
//!
//! A window is either one stretch of time (`start`, `end`) or one that comes again and again (`schedule`, a
//! crontab line, and `duration`). Its times are those of the clock on the wall in its `timezone`, and:
//!
//! - A window holds from its start up to, but not including, its end.
//! - A duration runs by that clock too: `0 18 * * FRI` for `62h` ends on Monday at 08:00 in every week of the
//!   year, also in those in which the clocks are changed.
//! - A time that the clock skips (02:30 as it goes from 02:00 to 03:00) is the moment of the skip.
//! - A time that the clock shows twice means the first time for a start and the second for an end, so that
//!   nothing opens early.
//! - What follows without a break counts as one freeze: `until` is when the environment opens again.
//!
//! Every question is asked for a moment that the caller passes in.

mod clock;

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::environments::Environments;
use crate::source::{Problem, Span};
use crate::yaml::Node;

/// Occurrences that are followed to see when a freeze really ends; years of nights.
const MAX_CHAIN: usize = 4000;

/// The fields of a schedule.
const FIELDS: [&str; 5] = ["minute", "hour", "day", "month", "weekday"];

/// A freeze window of the configuration.
#[derive(Debug, Clone)]
pub struct FreezeWindow {
    /// What reports call it.
    pub name: String,
    /// The environments that it freezes, by name; empty means all.
    pub environments: Vec<String>,
    /// Why, in the words of the configuration.
    pub reason: Option<String>,
    /// Its entry in the configuration.
    pub span: Option<Span>,
    times: Times,
}

#[derive(Debug, Clone)]
enum Times {
    Once { start: Timestamp, end: Timestamp },
    Again { schedule: Box<Cron>, duration: SignedDuration, zone: TimeZone },
}

/// One freeze: from `start` up to, not including, `until`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// The window's name.
    pub name: String,
    /// The window's reason.
    pub reason: Option<String>,
    /// When it begins.
    pub start: Timestamp,
    /// When it is over.
    pub until: Timestamp,
}

/// The freezes that hold for `environment` at `now`, the last to end first.
#[must_use]
pub fn active(windows: &[FreezeWindow], environment: &str, now: Timestamp) -> Vec<Freeze> {
    let mut freezes: Vec<Freeze> = of(windows, environment).filter_map(|window| window.active(now)).collect();
    freezes.sort_by(|a, b| (b.until, &a.name).cmp(&(a.until, &b.name)));
    freezes
}

/// The next freeze of each window of `environment` that begins after `now`, the first to begin first.
#[must_use]
pub fn next(windows: &[FreezeWindow], environment: &str, now: Timestamp) -> Vec<Freeze> {
    let mut freezes: Vec<Freeze> = of(windows, environment).filter_map(|window| window.next(now)).collect();
    freezes.sort_by(|a, b| (a.start, &a.name).cmp(&(b.start, &b.name)));
    freezes
}

fn of<'a>(windows: &'a [FreezeWindow], environment: &'a str) -> impl Iterator<Item = &'a FreezeWindow> {
    windows.iter().filter(move |window| window.freezes(environment))
}

impl FreezeWindow {
    /// Whether it is meant for an environment, given by its name.
    #[must_use]
    pub fn freezes(&self, environment: &str) -> bool {
        self.environments.is_empty() || self.environments.iter().any(|name| name == environment)
    }

    /// The freeze that holds at `now`.
    #[must_use]
    pub fn active(&self, now: Timestamp) -> Option<Freeze> {
        match &self.times {
            Times::Once { start, end } => (*start <= now && now < *end).then(|| self.freeze(*start, *end)),
            Times::Again { .. } => {
                let (last, _) = self.around(now);
                let (start, until, _) = self.run(last?)?;
                (start <= now && now < until).then(|| self.freeze(start, until))
            }
        }
    }

    /// The first freeze that begins after `now` and after the one that holds at `now`.
    #[must_use]
    pub fn next(&self, now: Timestamp) -> Option<Freeze> {
        match &self.times {
            Times::Once { start, end } => (now < *start).then(|| self.freeze(*start, *end)),
            Times::Again { .. } => {
                let (last, next) = self.around(now);
                let running = last.and_then(|last| self.run(last)).filter(|(_, until, _)| now < *until);
                let (start, until, _) = self.run(running.map_or(next, |(_, _, after)| after)?)?;
                Some(self.freeze(start, until))
            }
        }
    }

    fn freeze(&self, start: Timestamp, until: Timestamp) -> Freeze {
        Freeze { name: self.name.clone(), reason: self.reason.clone(), start, until }
    }

    /// The last occurrence that has begun at `now`, and the first that has not.
    fn around(&self, now: Timestamp) -> (Option<DateTime>, Option<DateTime>) {
        let Times::Again { schedule, zone, .. } = &self.times else { return (None, None) };
        let here = now.to_zoned(zone.clone()).datetime();
        let mut last = schedule.find_previous_occurrence(&here, true).ok();
        let mut next = schedule.find_next_occurrence(&here, false).ok();
        // As the clock shows an hour again, what is due later in that hour began when it was shown first.
        while let Some(due) = next
            && clock::start(zone, due).is_some_and(|start| start <= now)
        {
            last = Some(due);
            next = schedule.find_next_occurrence(&due, false).ok();
        }
        (last, next)
    }

    /// The freeze that the occurrence `first` begins: its start, its end, and the occurrence after it.
    fn run(&self, first: DateTime) -> Option<(Timestamp, Timestamp, Option<DateTime>)> {
        let Times::Again { schedule, duration, zone } = &self.times else { return None };
        let end = |begin: DateTime| clock::end(zone, begin.checked_add(*duration).ok()?);
        let start = clock::start(zone, first)?;
        let mut until = end(first)?;
        let mut after = schedule.find_next_occurrence(&first, false).ok();
        for _ in 0..MAX_CHAIN {
            let Some(due) = after.filter(|due| clock::start(zone, *due).is_some_and(|start| start <= until)) else {
                break;
            };
            until = until.max(end(due)?);
            after = schedule.find_next_occurrence(&due, false).ok();
        }
        Some((start, until, after))
    }

    /// Reads an entry of `freeze`.
    pub(super) fn read(node: &Node, environments: &Environments, problems: &mut Vec<Problem>) -> Option<Self> {
        let before = problems.len();
        let text = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
        let names = node.get("environments").and_then(Node::as_seq).unwrap_or_default();
        let names = names.iter().filter_map(|name| environments.resolve(name, problems)).collect();
        // After a bad zone the rest is still read, for what else may be wrong.
        let zone = node.get("timezone").map(clock::zone).transpose();
        let zone = zone.map_err(|problem| problems.push(problem)).ok().flatten().unwrap_or(TimeZone::UTC);
        let times = times(node, zone, problems);
        let window = Self {
            name: text("name")?,
            environments: names,
            reason: text("reason"),
            span: node.origin.span,
            times: times?,
        };
        (problems.len() == before).then_some(window)
    }
}

/// Reads `start` and `end`, or `schedule` and `duration`. Each is read even if another is wrong.
fn times(node: &Node, zone: TimeZone, problems: &mut Vec<Problem>) -> Option<Times> {
    let mut report = |problem: Problem| problems.push(problem);
    let written = |keys: [&str; 2]| keys.map(|key| node.get(key).filter(|node| node.text().is_some()));
    match (written(["start", "end"]), written(["schedule", "duration"])) {
        ([Some(start), Some(end)], [None, None]) => {
            let begins = clock::read(start, &zone, clock::start).map_err(&mut report).ok();
            let ends = clock::read(end, &zone, clock::end).map_err(&mut report).ok();
            let (begins, ends) = (begins?, ends?);
            if ends <= begins {
                report(
                    Problem::new("this freeze does not end after it starts")
                        .at(end.origin.span)
                        .hint("is `start` what should be `end`?"),
                );
                return None;
            }
            Some(Times::Once { start: begins, end: ends })
        }
        ([None, None], [Some(schedule), Some(duration)]) => {
            let schedule = read_schedule(schedule).map_err(&mut report).ok();
            let duration = clock::duration(duration).map_err(&mut report).ok();
            Some(Times::Again { schedule: schedule?, duration: duration?, zone })
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

/// Reads a crontab line: five fields, names of months and weekdays and `L` among them; no `@daily`, no seconds.
fn read_schedule(node: &Node) -> Result<Box<Cron>, Problem> {
    let text = node.text().unwrap_or_default();
    let problem = |message: String| {
        Problem::new(message)
            .at(node.origin.span)
            .hint("write minute, hour, day, month and weekday as in crontab: `0 18 * * FRI`")
    };
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    let fields: Vec<&str> = text.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        return Err(problem(format!("`{text}` is not a schedule of five fields")));
    }
    for (index, (field, name)) in fields.iter().zip(FIELDS).enumerate() {
        let mut alone = ["*"; FIELDS.len()];
        alone[index] = field;
        if parser.parse(&alone.join(" ")).is_err() {
            return Err(problem(format!("`{field}` is not a {name} of a schedule")));
        }
    }
    let schedule = parser.parse(text).map_err(|_| problem(format!("`{text}` is not a schedule")))?;
    // Some date is looked for, not the next: it does not matter from when on.
    if schedule.find_next_occurrence(&DateTime::constant(2024, 1, 1, 0, 0, 0, 0), true).is_err() {
        return Err(problem(format!("`{text}` never comes: no year has such a day")));
    }
    Ok(Box::new(schedule))
}

#[cfg(test)]
mod tests;
