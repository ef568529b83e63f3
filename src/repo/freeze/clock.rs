//! The clock on the wall: zones, times and durations as people write them, and what moment a time of that
//! clock is on the days on which it is changed (see the module above for the rules).

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::kind::FreezeKind;
use crate::schema::nearest;
use crate::source::Problem;
use crate::yaml::Node;

/// Longest duration: a leap year.
const MAX_DURATION: SignedDuration = SignedDuration::from_hours(366 * 24);

/// The moment at which a window starts that starts as the clock shows `time`.
pub(super) fn start(zone: &TimeZone, kind: FreezeKind, time: DateTime) -> Option<Timestamp> {
    moment(zone, time, kind == FreezeKind::Allow)
}

/// The moment at which a window ends that ends as the clock shows `time`, and began at `start`.
pub(super) fn end(zone: &TimeZone, kind: FreezeKind, time: DateTime, start: Timestamp) -> Option<Timestamp> {
    let first = moment(zone, time, false).filter(|first| kind == FreezeKind::Allow && *first > start);
    first.or_else(|| moment(zone, time, true))
}

fn moment(zone: &TimeZone, time: DateTime, last: bool) -> Option<Timestamp> {
    let moments = zone.to_ambiguous_timestamp(time);
    match moments.offset() {
        AmbiguousOffset::Unambiguous { .. } => moments.unambiguous().ok(),
        AmbiguousOffset::Fold { .. } if last => moments.later().ok(),
        AmbiguousOffset::Fold { .. } => moments.earlier().ok(),
        // Read with either offset, the time lies on either side of the skip.
        AmbiguousOffset::Gap { .. } => {
            zone.following(moments.earlier().ok()?).next().map(|transition| transition.timestamp())
        }
    }
}

/// Reads the name of a zone. `otherwise` says what becomes of a wrong one elsewhere.
pub(super) fn zone(node: &Node, otherwise: &str) -> Result<TimeZone, Problem> {
    let name = node.text().unwrap_or_default();
    TimeZone::get(name).map_err(|_| {
        let known: Vec<String> = jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
        let hint = match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "use a name of the IANA database such as `Europe/Berlin`, or `UTC`".to_owned(),
        };
        Problem::new(format!("there is no time zone `{name}`{otherwise}")).at(node.origin.span).hint(hint)
    })
}

/// Reads a date and time: by the clock, whose times `moment` knows, or with an offset of its own.
pub(super) fn read(node: &Node, moment: impl Fn(DateTime) -> Option<Timestamp>) -> Result<Timestamp, Problem> {
    let text = node.text().unwrap_or_default();
    let wrong = |why: &str| {
        Problem::new(format!("`{text}` {why}"))
            .at(node.origin.span)
            .hint("write date and time as in `2026-12-20T00:00`; the zone goes into `timezone`")
    };
    if text.contains('[') {
        return Err(wrong("names a zone"));
    }
    if let Ok(moment) = text.parse() {
        return Ok(moment);
    }
    let time: DateTime = text.parse().map_err(|_| wrong("is not a date and time"))?;
    if !text.contains(['T', 't', ' ']) {
        return Err(wrong("has no time of day"));
    }
    moment(time).ok_or_else(|| wrong("is too far away"))
}

/// Reads `62h`, `2d`, `1h30m`.
pub(super) fn duration(node: &Node) -> Result<SignedDuration, Problem> {
    let text = node.text().unwrap_or_default();
    lasting(text, minutes(text).map(SignedDuration::from_mins)).map_err(|problem| {
        problem.at(node.origin.span).hint("write days, hours and minutes as in `2d`, `62h` or `1h30m`")
    })
}

/// Reads a duration as Go writes it: `62h`, `1h30m`, `1.5h`, `90s`. It has no days.
pub(super) fn go_duration(node: &Node) -> Result<SignedDuration, Problem> {
    let text = node.text().unwrap_or_default();
    let days = text.strip_suffix('d').and_then(|days| days.parse::<i64>().ok());
    let hint = match days.and_then(|days| days.checked_mul(24)) {
        Some(hours) => format!("Go knows no days: write `{hours}h`"),
        None => "write hours, minutes and seconds as in `62h` or `1h30m`".to_owned(),
    };
    lasting(text, go_time(text)).map_err(|problem| problem.at(node.origin.span).hint(hint))
}

/// Holds a duration, written as `text`, to what a window can last.
fn lasting(text: &str, duration: Option<SignedDuration>) -> Result<SignedDuration, Problem> {
    match duration {
        None => Err(Problem::new(format!("`{text}` is not a duration"))),
        Some(duration) if duration <= SignedDuration::ZERO => Err(Problem::new("a window cannot last no time at all")),
        Some(duration) if duration > MAX_DURATION => Err(Problem::new(format!("`{text}` is longer than a year"))),
        Some(duration) => Ok(duration),
    }
}

/// The minutes of a text such as `1d12h30m`, larger units first, each at most once.
fn minutes(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut total = 0_i64;
    for (unit, worth) in [('d', 24 * 60), ('h', 60), ('m', 1)] {
        let Some((number, after)) = rest.split_once(unit) else { continue };
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(worth)?)?;
        rest = after;
    }
    // A duration counts seconds: what is too many minutes for that is no duration.
    (rest.is_empty() && !text.is_empty() && total.checked_mul(60).is_some()).then_some(total)
}

/// The time of a text such as `1h30m` or `1.5h`, units in any order, as Go's `time.ParseDuration` reads it.
fn go_time(text: &str) -> Option<SignedDuration> {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    let mut total = SignedDuration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(digits);
        let units = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(units);
        let seconds = match unit {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "\u{b5}s" | "\u{3bc}s" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        // Whole numbers and fractions alike: a double holds the nanoseconds of a year well enough for a clock.
        let part = SignedDuration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()?;
        total = total.checked_add(part)?;
        rest = after;
    }
    (!text.is_empty()).then_some(total)
}

/// A moment as a clock of its window shows it: `2027-01-04 06:00 Europe/Berlin`. A time that this clock shows
/// twice says which it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The moment itself.
    pub time: Timestamp,
    pub(super) zone: TimeZone,
}

impl Moment {
    /// What the clock shows, without the name of its zone.
    #[must_use]
    pub fn clock(&self) -> String {
        let here = self.time.to_zoned(self.zone.clone());
        let clock = if here.second() == 0 { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d %H:%M:%S" };
        let twice = matches!(self.zone.to_ambiguous_timestamp(here.datetime()).offset(), AmbiguousOffset::Fold { .. });
        let offset = if twice { " %:z" } else { "" };
        here.strftime(&format!("{clock}{offset}")).to_string()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.clock(), self.zone.iana_name().unwrap_or("UTC"))
    }
}
