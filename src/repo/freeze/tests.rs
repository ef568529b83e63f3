#![expect(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::{FreezeWindow, active, next};
use crate::repo::Environments;
use crate::yaml::{Dialect, Text, parse_first};

fn window(text: &str) -> Result<FreezeWindow, String> {
    let node = parse_first(&Text::loose(text), Dialect::Resource).unwrap().unwrap();
    let mut problems = Vec::new();
    let window = FreezeWindow::read(&node, &Environments::default(), &mut problems);
    window.ok_or_else(|| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// What holds at `now`, else what comes next, by the clock of `zone`.
fn seen(window: &FreezeWindow, zone: &str, now: &str) -> String {
    let zone = TimeZone::get(zone).unwrap();
    let show = |moment: Timestamp| moment.to_zoned(zone.clone()).strftime("%a %F %R %Z").to_string();
    match (window.active(at(now)), window.next(at(now))) {
        (Some(freeze), _) => format!("frozen {} to {}", show(freeze.start), show(freeze.until)),
        (None, Some(freeze)) => format!("open, next {} to {}", show(freeze.start), show(freeze.until)),
        (None, None) => "open, nothing next".to_owned(),
    }
}

#[test]
fn one_stretch_is_half_open() {
    let text = "{name: a, start: 2026-12-20T00:00, end: 2027-01-04T06:00, timezone: Europe/Berlin}";
    let window = window(text).unwrap();
    let seen = |now| seen(&window, "Europe/Berlin", now);
    assert_eq!(seen("2026-12-19T22:59:59Z"), "open, next Sun 2026-12-20 00:00 CET to Mon 2027-01-04 06:00 CET");
    assert_eq!(seen("2026-12-19T23:00:00Z"), "frozen Sun 2026-12-20 00:00 CET to Mon 2027-01-04 06:00 CET");
    assert_eq!(seen("2027-01-04T04:59:59.999Z"), "frozen Sun 2026-12-20 00:00 CET to Mon 2027-01-04 06:00 CET");
    assert_eq!(seen("2027-01-04T05:00:00Z"), "open, nothing next");
}

#[test]
fn times_may_carry_their_offset() {
    let window =
        window("{name: a, start: '2026-12-20T00:00:00+02:00', end: 2026-12-20T00:00:00Z, timezone: Asia/Tokyo}");
    let freeze = window.unwrap().active(at("2026-12-19T23:00:00Z")).unwrap();
    assert_eq!((freeze.start, freeze.until), (at("2026-12-19T22:00:00Z"), at("2026-12-20T00:00:00Z")));
}

/// Every weekend from Friday 18:00 to Monday 08:00 by the clock on the wall, also where it is changed on Sunday.
#[test]
fn weekends_end_at_the_same_hour_all_year() {
    for (zone, spring, autumn) in [
        ("Europe/Berlin", "2026-03-28T12:00:00Z", "2026-10-24T12:00:00Z"),
        ("America/New_York", "2026-03-07T12:00:00Z", "2026-10-31T12:00:00Z"),
        ("Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-04-04T12:00:00Z"),
        ("Asia/Kolkata", "2026-03-28T12:00:00Z", "2026-10-24T12:00:00Z"),
    ] {
        let window = window(&format!("{{name: a, schedule: 0 18 * * FRI, duration: 62h, timezone: {zone}}}")).unwrap();
        for now in [spring, autumn] {
            let freeze = window.active(at(now)).unwrap();
            let clock = |moment: Timestamp| moment.to_zoned(TimeZone::get(zone).unwrap()).strftime("%a %R").to_string();
            assert_eq!(
                (clock(freeze.start).as_str(), clock(freeze.until).as_str()),
                ("Fri 18:00", "Mon 08:00"),
                "{zone} {now}"
            );
        }
    }
}

#[test]
fn times_that_the_clock_skips_are_the_moment_of_the_skip() {
    // In New York on 2026-03-08 the clock goes from 02:00 to 03:00, at 07:00 UTC.
    let window = window("{name: a, schedule: 30 2 * * *, duration: 1h, timezone: America/New_York}").unwrap();
    let seen = |now| seen(&window, "America/New_York", now);
    assert_eq!(seen("2026-03-08T06:59:59Z"), "open, next Sun 2026-03-08 03:00 EDT to Sun 2026-03-08 03:30 EDT");
    assert_eq!(seen("2026-03-08T07:00:00Z"), "frozen Sun 2026-03-08 03:00 EDT to Sun 2026-03-08 03:30 EDT");
    assert_eq!(seen("2026-03-08T07:30:00Z"), "open, next Mon 2026-03-09 02:30 EDT to Mon 2026-03-09 03:30 EDT");
}

#[test]
fn an_end_that_the_clock_skips_is_the_moment_of_the_skip() {
    // On Lord Howe Island on 2026-10-04 the clock goes from 02:00 to 02:30, at 15:30 UTC of the day before.
    let window = window("{name: a, schedule: 0 1 * * *, duration: 1h15m, timezone: Australia/Lord_Howe}").unwrap();
    let freeze = window.active(at("2026-10-03T15:00:00Z")).unwrap();
    assert_eq!((freeze.start, freeze.until), (at("2026-10-03T14:30:00Z"), at("2026-10-03T15:30:00Z")));
}

#[test]
fn times_that_the_clock_shows_twice_freeze_from_the_first_to_the_second() {
    // In Berlin on 2026-10-25 the clock shows 02:00 to 03:00 twice, from 00:00 UTC and from 01:00 UTC.
    let window = window("{name: a, schedule: 15 2 * * *, duration: 30m, timezone: Europe/Berlin}").unwrap();
    let seen = |now| seen(&window, "Europe/Berlin", now);
    let frozen = "frozen Sun 2026-10-25 02:15 CEST to Sun 2026-10-25 02:45 CET";
    assert_eq!(seen("2026-10-25T00:14:59Z"), "open, next Sun 2026-10-25 02:15 CEST to Sun 2026-10-25 02:45 CET");
    for now in ["2026-10-25T00:15:00Z", "2026-10-25T00:50:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:44:59Z"] {
        assert_eq!(seen(now), frozen, "{now}");
    }
    assert_eq!(seen("2026-10-25T01:45:00Z"), "open, next Mon 2026-10-26 02:15 CET to Mon 2026-10-26 02:45 CET");
}

#[test]
fn what_follows_without_a_break_is_one_freeze() {
    let window = window("{name: a, schedule: 0 0 * * MON-FRI, duration: 1d}").unwrap();
    let seen = |now| seen(&window, "UTC", now);
    assert_eq!(seen("2026-11-25T12:00:00Z"), "frozen Wed 2026-11-25 00:00 UTC to Sat 2026-11-28 00:00 UTC");
    assert_eq!(seen("2026-11-28T12:00:00Z"), "open, next Mon 2026-11-30 00:00 UTC to Sat 2026-12-05 00:00 UTC");
    let freeze = window.next(at("2026-11-25T12:00:00Z")).unwrap();
    assert_eq!(freeze.start, at("2026-11-30T00:00:00Z"));
}

/// Minute by minute over the changes of a year: a moment is frozen exactly if some occurrence holds it.
#[test]
fn active_agrees_with_its_definition() {
    let schedule: croner::Cron = "20,50 1,2 * * *".parse().unwrap();
    for (zone, day) in [
        ("Europe/Berlin", "2026-03-29"),
        ("Europe/Berlin", "2026-10-25"),
        ("America/New_York", "2026-03-08"),
        ("America/New_York", "2026-11-01"),
        ("Australia/Lord_Howe", "2026-04-05"),
        ("Australia/Lord_Howe", "2026-10-04"),
    ] {
        let text = format!("{{name: a, schedule: '20,50 1,2 * * *', duration: 25m, timezone: {zone}}}");
        let window = window(&text).unwrap();
        let zone = TimeZone::get(zone).unwrap();
        let midnight: jiff::civil::DateTime = format!("{day}T00:00").parse().unwrap();
        let mut occurrences = Vec::new();
        let mut due = midnight;
        for _ in 0..4 {
            due = schedule.find_next_occurrence(&due, false).unwrap();
            let start = super::clock::start(&zone, due).unwrap();
            occurrences.push((start, super::clock::end(&zone, due + 25.minutes()).unwrap()));
        }
        let first = midnight.to_zoned(zone.clone()).unwrap().timestamp();
        for minute in 0..6 * 60 {
            let now = first + minute.minutes();
            let expected = occurrences.iter().any(|(start, end)| *start <= now && now < *end);
            assert_eq!(window.active(now).is_some(), expected, "{day} {now}");
        }
    }
}

#[test]
fn several_windows_and_environments() {
    let windows = [
        "{name: b, environments: [prod], start: 2026-01-01T00:00, end: 2026-01-02T00:00}",
        "{name: a, environments: [production, staging], start: 2026-01-01T00:00, end: 2026-01-02T00:00, reason: rest}",
        "{name: all, start: 2026-01-01T12:00, end: 2026-01-03T00:00}",
        "{name: later, environments: [staging], start: 2026-02-01T00:00, end: 2026-02-02T00:00}",
    ]
    .map(|text| window(text).unwrap());
    let now = at("2026-01-01T18:00:00Z");
    let names = |freezes: Vec<super::Freeze>| freezes.iter().map(|freeze| freeze.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(active(&windows, "production", now)), ["all", "a", "b"]);
    assert_eq!(names(active(&windows, "staging", now)), ["all", "a"]);
    assert_eq!(names(active(&windows, "dev", now)), ["all"]);
    assert_eq!(names(next(&windows, "staging", now)), ["later"]);
    assert_eq!(names(next(&windows, "staging", at("2025-12-31T00:00:00Z"))), ["a", "all", "later"]);
}

#[test]
fn what_cannot_be_a_window() {
    let mut out = String::new();
    for text in [
        "{name: a}",
        "{name: a, start: 2026-01-01T00:00}",
        "{name: a, start: 2026-01-01T00:00, duration: 1h}",
        "{name: a, start: 2026-01-01T00:00, end: 2026-01-02T00:00, schedule: 0 0 * * *, duration: 1h}",
        "{name: a, start: 2026-01-02T00:00, end: 2026-01-01T00:00}",
        "{name: a, start: 2026-02-30T00:00, end: 2026-13-01T00:00}",
        "{name: a, start: 2026-01-01, end: 2026-01-02}",
        "{name: a, start: '2026-01-01T00:00[Europe/Berlin]', end: tomorrow}",
        "{name: a, start: 2026-01-01T25:00, end: 2026-01-02T00:60, timezone: Europe/Berlim}",
        "{name: a, schedule: '@daily', duration: 1h}",
        "{name: a, schedule: 0 0 0 * * *, duration: 1h}",
        "{name: a, schedule: 61 0 * * *, duration: 1h}",
        "{name: a, schedule: 0 0 * * FRY, duration: 1h}",
        "{name: a, schedule: 0 0 30 2 *, duration: 0h}",
        "{name: a, schedule: 0 0 * * *, duration: 1w}",
        "{name: a, schedule: 0 0 * * *, duration: 90}",
        "{name: a, schedule: 0 0 * * *, duration: 1m1h}",
        "{name: a, schedule: 0 0 * * *, duration: -1h}",
        "{name: a, schedule: 0 0 * * *, duration: 400d}",
        "{name: a, schedule: 0 0 * * *, duration: 99999999999999999999d}",
        "{name: a, schedule: 0 0 * * *, duration: 1h, timezone: Mars/Olympus, environments: [prdo]}",
    ] {
        writeln!(out, "{text}\n  {}", window(text).unwrap_err()).unwrap();
    }
    insta::assert_snapshot!(out, @"
    {name: a}
      a freeze has either `start` and `end`, or `schedule` and `duration`
    {name: a, start: 2026-01-01T00:00}
      a freeze has either `start` and `end`, or `schedule` and `duration`
    {name: a, start: 2026-01-01T00:00, duration: 1h}
      a freeze has either `start` and `end`, or `schedule` and `duration`
    {name: a, start: 2026-01-01T00:00, end: 2026-01-02T00:00, schedule: 0 0 * * *, duration: 1h}
      a freeze has either `start` and `end`, or `schedule` and `duration`
    {name: a, start: 2026-01-02T00:00, end: 2026-01-01T00:00}
      this freeze does not end after it starts
    {name: a, start: 2026-02-30T00:00, end: 2026-13-01T00:00}
      `2026-02-30T00:00` is not a date and time; `2026-13-01T00:00` is not a date and time
    {name: a, start: 2026-01-01, end: 2026-01-02}
      `2026-01-01` has no time of day; `2026-01-02` has no time of day
    {name: a, start: '2026-01-01T00:00[Europe/Berlin]', end: tomorrow}
      `2026-01-01T00:00[Europe/Berlin]` names a zone; `tomorrow` is not a date and time
    {name: a, start: 2026-01-01T25:00, end: 2026-01-02T00:60, timezone: Europe/Berlim}
      there is no time zone `Europe/Berlim`; `2026-01-01T25:00` is not a date and time; `2026-01-02T00:60` is not a date and time
    {name: a, schedule: '@daily', duration: 1h}
      `@daily` is not a schedule of five fields
    {name: a, schedule: 0 0 0 * * *, duration: 1h}
      `0 0 0 * * *` is not a schedule of five fields
    {name: a, schedule: 61 0 * * *, duration: 1h}
      `61` is not a minute of a schedule
    {name: a, schedule: 0 0 * * FRY, duration: 1h}
      `FRY` is not a weekday of a schedule
    {name: a, schedule: 0 0 30 2 *, duration: 0h}
      `0 0 30 2 *` never comes: no year has such a day; a freeze cannot last no time at all
    {name: a, schedule: 0 0 * * *, duration: 1w}
      `1w` is not a duration
    {name: a, schedule: 0 0 * * *, duration: 90}
      `90` is not a duration
    {name: a, schedule: 0 0 * * *, duration: 1m1h}
      `1m1h` is not a duration
    {name: a, schedule: 0 0 * * *, duration: -1h}
      `-1h` is not a duration
    {name: a, schedule: 0 0 * * *, duration: 400d}
      `400d` is longer than a year
    {name: a, schedule: 0 0 * * *, duration: 99999999999999999999d}
      `99999999999999999999d` is not a duration
    {name: a, schedule: 0 0 * * *, duration: 1h, timezone: Mars/Olympus, environments: [prdo]}
      there is no environment `prdo`; there is no time zone `Mars/Olympus`
    ");
}

#[test]
fn schedules_that_are_understood() {
    for text in ["0 0 L * *", "*/15 9-17 * jan-mar mon-fri", "0 0 29 2 *", "0 0 * * 7", "0 0 1,15 * *"] {
        window(&format!("{{name: a, schedule: '{text}', duration: 1d12h30m}}")).unwrap();
    }
}
