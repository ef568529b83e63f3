//! GitLab's deploy freezes: pairs of schedules, as its API returns them.
//!
//! A freeze begins when `freeze_start` comes and ends when `freeze_end` comes the first time after that, both by
//! the clock of `cron_timezone`. Pairs that overlap themselves freeze from the last start before now to the first
//! end after that.

use jiff::tz::TimeZone;

use super::kind::FreezeKind;
use super::times::{Form, Length, Times};
use super::window::{Entry, FreezeWindow};
use super::{clock, schedule};
use crate::source::Problem;
use crate::yaml::Node;

/// Reads a list of freeze periods, which fits the schema.
pub(super) fn windows(list: &Node, entry: &Entry, problems: &mut Vec<Problem>) -> Vec<FreezeWindow> {
    let items = list.as_seq().unwrap_or_default();
    items.iter().filter_map(|item| window(item, entry, problems)).collect()
}

fn window(item: &Node, entry: &Entry, problems: &mut Vec<Problem>) -> Option<FreezeWindow> {
    let mut report = |problem: Problem| problems.push(problem);
    let written = |key: &str| item.get(key).filter(|node| node.text().is_some());
    let zone = written("cron_timezone").map(|zone| clock::zone(zone, "")).transpose().map_err(&mut report).ok();
    let starts = schedule::read(written("freeze_start")?).map_err(&mut report).ok();
    let ends = schedule::read(written("freeze_end")?).map_err(&mut report).ok();
    let times = Times {
        zone: zone?.unwrap_or(TimeZone::UTC),
        kind: FreezeKind::Deny,
        form: Form::Again { starts: starts?, length: Length::To(ends?) },
    };
    let usual = || {
        let text = |key: &str| written(key).and_then(Node::text).unwrap_or_default();
        format!("GitLab freeze {} to {}", text("freeze_start"), text("freeze_end"))
    };
    Some(entry.window(None, usual, item.origin.span, times))
}
