//! The clock on the wall: zones, times and durations as people write them, and what moment a time of that
//! clock is on the days on which it is changed (see the module above for the rules).

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use crate::schema::nearest;
use crate::source::Problem;
use crate::yaml::Node;

/// Longest duration, in minutes: a leap year.
const MAX_DURATION: i64 = 366 * 24 * 60;

/// The moment at which something starts that starts as the clock shows `time`.
pub(super) fn start(zone: &TimeZone, time: DateTime) -> Option<Timestamp> {
    moment(zone, time, false)
}

/// The moment at which something ends that ends as the clock shows `time`.
pub(super) fn end(zone: &TimeZone, time: DateTime) -> Option<Timestamp> {
    moment(zone, time, true)
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

/// Reads the name of a zone.
pub(super) fn zone(node: &Node) -> Result<TimeZone, Problem> {
    let name = node.text().unwrap_or_default();
    TimeZone::get(name).map_err(|_| {
        let known: Vec<String> = jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
        let hint = match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "use a name of the IANA database such as `Europe/Berlin`, or `UTC`".to_owned(),
        };
        Problem::new(format!("there is no time zone `{name}`")).at(node.origin.span).hint(hint)
    })
}

/// Reads a date and time: by the clock of `zone`, or with an offset of its own.
pub(super) fn read(
    node: &Node,
    zone: &TimeZone,
    moment: impl Fn(&TimeZone, DateTime) -> Option<Timestamp>,
) -> Result<Timestamp, Problem> {
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
    moment(zone, time).ok_or_else(|| wrong("is too far away"))
}

/// Reads `62h`, `2d`, `1h30m`.
pub(super) fn duration(node: &Node) -> Result<SignedDuration, Problem> {
    let text = node.text().unwrap_or_default();
    let wrong = |message: String| {
        Problem::new(message).at(node.origin.span).hint("write days, hours and minutes as in `2d`, `62h` or `1h30m`")
    };
    let minutes = minutes(text).ok_or_else(|| wrong(format!("`{text}` is not a duration")))?;
    match minutes {
        0 => Err(wrong("a freeze cannot last no time at all".to_owned())),
        1..=MAX_DURATION => Ok(SignedDuration::from_mins(minutes)),
        _ => Err(wrong(format!("`{text}` is longer than a year"))),
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
    (rest.is_empty() && !text.is_empty()).then_some(total)
}
