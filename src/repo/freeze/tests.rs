#![expect(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::times::Stretch;
use super::{Calendar, Freeze, FreezeKind, FreezeWindow, read};
use crate::repo::Environments;
use crate::source::{MemoryTree, Revision};
use crate::yaml::{Dialect, Text, parse_first};

fn window(text: &str) -> Result<FreezeWindow, String> {
    let node = parse_first(&Text::loose(text), Dialect::Resource).unwrap().unwrap();
    let revision = Revision::new(MemoryTree::default(), Arc::default());
    let mut problems = Vec::new();
    let mut windows = read(&node, &Environments::default(), &revision, &mut problems);
    windows.pop().ok_or_else(|| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

fn active(window: &FreezeWindow, now: &str) -> Option<Stretch> {
    window.times.active(at(now))
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// What holds at `now`, else what comes next, by the clock of `zone`.
fn seen(window: &FreezeWindow, zone: &str, now: &str) -> String {
    let zone = TimeZone::get(zone).unwrap();
    let show = |moment: Timestamp| moment.to_zoned(zone.clone()).strftime("%a %F %R %Z").to_string();
    match (window.times.active(at(now)), window.times.next(at(now))) {
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
    let freeze = active(&window.unwrap(), "2026-12-19T23:00:00Z").unwrap();
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
            let freeze = active(&window, now).unwrap();
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
    let freeze = active(&window, "2026-10-03T15:00:00Z").unwrap();
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
    let freeze = window.times.next(at("2026-11-25T12:00:00Z")).unwrap();
    assert_eq!(freeze.start, at("2026-11-30T00:00:00Z"));
}

/// Minute by minute over the changes of a year: a moment is frozen, or open, exactly if some occurrence holds it.
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
        for kind in [FreezeKind::Deny, FreezeKind::Allow] {
            let word = kind.word();
            let text =
                format!("{{name: a, kind: {word}, schedule: '20,50 1,2 * * *', duration: 25m, timezone: {zone}}}");
            let window = window(&text).unwrap();
            let zone = TimeZone::get(zone).unwrap();
            let midnight: jiff::civil::DateTime = format!("{day}T00:00").parse().unwrap();
            let mut occurrences = Vec::new();
            let mut due = midnight;
            for _ in 0..4 {
                due = schedule.find_next_occurrence(&due, false).unwrap();
                let start = super::clock::start(&zone, kind, due).unwrap();
                occurrences.push((start, super::clock::end(&zone, kind, due + 25.minutes(), start).unwrap()));
            }
            let first = midnight.to_zoned(zone.clone()).unwrap().timestamp();
            for minute in 0..6 * 60 {
                let now = first + minute.minutes();
                let expected = occurrences.iter().any(|(start, end)| *start <= now && now < *end);
                assert_eq!(window.times.active(now).is_some(), expected, "{day} {word} {now}");
            }
        }
    }
}

#[test]
fn what_is_allowed_neither_opens_early_nor_closes_late() {
    // In Berlin on 2026-10-25 the clock shows 02:00 to 03:00 twice, from 00:00 UTC and from 01:00 UTC.
    for (schedule, duration, opens, closes) in [
        ("30 2 * * *", "2h", "2026-10-25T01:30:00Z", "2026-10-25T03:30:00Z"),
        ("0 1 * * *", "90m", "2026-10-24T23:00:00Z", "2026-10-25T00:30:00Z"),
        // Both times come twice: the end that comes after the start.
        ("15 2 * * *", "30m", "2026-10-25T01:15:00Z", "2026-10-25T01:45:00Z"),
    ] {
        let text =
            format!("{{name: a, kind: allow, schedule: {schedule}, duration: {duration}, timezone: Europe/Berlin}}");
        let window = window(&text).unwrap();
        for stretch in [active(&window, opens), window.times.next(at("2026-10-24T22:00:00Z"))] {
            assert_eq!(stretch, Some(Stretch { start: at(opens), until: at(closes) }), "{text}");
        }
        assert_eq!(active(&window, closes), None, "{text}");
    }
    let once = "{name: a, kind: allow, start: 2026-11-01T01:30, end: 2026-11-01T01:45, timezone: America/New_York}";
    let stretch = window(once).unwrap().times.next(at("2026-11-01T00:00:00Z")).unwrap();
    assert_eq!((stretch.start, stretch.until), (at("2026-11-01T06:30:00Z"), at("2026-11-01T06:45:00Z")));
}

#[test]
fn a_window_inside_the_skipped_hour_does_not_come() {
    let window = window("{name: a, schedule: 10 2 * * *, duration: 20m, timezone: America/New_York}").unwrap();
    assert_eq!(
        seen(&window, "America/New_York", "2026-03-08T06:00:00Z"),
        "open, next Mon 2026-03-09 02:10 EDT to Mon 2026-03-09 02:30 EDT"
    );
}

fn names(freezes: &[Freeze]) -> Vec<&str> {
    freezes.iter().map(|freeze| freeze.name.as_str()).collect()
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
    let calendar = |now| Calendar::new(windows.to_vec(), at(now));
    let new_year = calendar("2026-01-01T18:00:00Z");
    assert_eq!(names(&new_year.of_all("production").freezes), ["all", "a", "b"]);
    assert_eq!(names(&new_year.of_all("staging").freezes), ["all", "a"]);
    assert_eq!(names(&new_year.of_all("dev").freezes), ["all"]);
    assert_eq!(names(&new_year.of_all("staging").next), ["later"]);
    assert_eq!(names(&calendar("2025-12-31T00:00:00Z").of_all("staging").next), ["a", "all", "later"]);
}

/// What freezes until when, and when it opens.
fn state(windows: &[&str], now: &str) -> String {
    let windows = windows.iter().map(|text| window(text).unwrap()).collect();
    let state = Calendar::new(windows, at(now)).of_all("production");
    let until = |freeze: &Freeze| freeze.until.as_ref().map_or("ever".to_owned(), ToString::to_string);
    let words: Vec<String> = state
        .freezes
        .iter()
        .map(|freeze| format!("{} {} until {}", freeze.kind.word(), freeze.name, until(freeze)))
        .collect();
    let opens = state.opens.as_ref().map_or("never".to_owned(), ToString::to_string);
    if words.is_empty() {
        format!("open, allowed by {:?}", names(&state.allowed))
    } else {
        format!("{}; opens {opens}", words.join(", "))
    }
}

#[test]
fn changes_wait_for_what_allows_them_and_for_the_end_of_what_denies_them() {
    let office = "{name: office, kind: allow, schedule: 0 9 * * MON-FRI, duration: 8h, timezone: Europe/Berlin}";
    let once = "{name: once, kind: allow, start: 2026-11-28T12:00, end: 2026-11-28T13:00}";
    let lunch = "{name: lunch, schedule: 0 12 * * *, duration: 1h, timezone: America/New_York}";
    let year_end = "{name: year-end, start: 2026-12-24T00:00, end: 2027-01-02T12:00, timezone: Europe/Berlin}";
    for (windows, now, expected) in [
        (&[office][..], "2026-11-25T08:00:00Z", "open, allowed by [\"office\"]"),
        (
            &[office],
            "2026-11-25T16:00:00Z",
            "allow office until 2026-11-26 09:00 Europe/Berlin; opens 2026-11-26 09:00 Europe/Berlin",
        ),
        (
            &[office],
            "2026-11-27T16:00:00Z",
            "allow office until 2026-11-30 09:00 Europe/Berlin; opens 2026-11-30 09:00 Europe/Berlin",
        ),
        // The next of several that allow counts.
        (&[office, once], "2026-11-27T16:00:00Z", "allow once until 2026-11-28 12:00 UTC; opens 2026-11-28 12:00 UTC"),
        (&[once], "2026-11-28T13:00:00Z", "allow once until ever; opens never"),
        // What denies goes before what allows.
        (
            &[lunch, office],
            "2026-07-01T16:30:00Z",
            "allow office until 2026-07-02 09:00 Europe/Berlin, deny lunch until 2026-07-01 13:00 America/New_York; opens 2026-07-02 09:00 Europe/Berlin",
        ),
        // The end of one freeze lies in another, twice.
        (&[year_end, office], "2026-12-23T09:00:00Z", "open, allowed by [\"office\"]"),
        (
            &[year_end, office],
            "2026-12-24T09:00:00Z",
            "deny year-end until 2027-01-02 12:00 Europe/Berlin; opens 2027-01-04 09:00 Europe/Berlin",
        ),
        (
            &[
                "{name: nights, schedule: 0 18 * * *, duration: 12h}",
                "{name: days, schedule: 0 6 * * *, duration: 12h}",
            ],
            "2026-11-25T12:00:00Z",
            "deny days until 2026-11-25 18:00 UTC; opens never",
        ),
        (
            &["{name: always, schedule: 0 0 * * *, duration: 1d}"],
            "2026-11-25T12:00:00Z",
            "deny always until ever; opens never",
        ),
        (
            &["{name: long, start: 2026-01-01T00:00, end: 2031-01-01T00:00}"],
            "2026-11-25T12:00:00Z",
            "deny long until 2031-01-01 00:00 UTC; opens 2031-01-01 00:00 UTC",
        ),
    ] {
        assert_eq!(state(windows, now), expected, "{windows:?} {now}");
    }
}

#[test]
fn a_time_that_comes_twice_is_told_with_its_offset() {
    let window = "{name: a, schedule: 15 2 * * *, duration: 30m, timezone: Australia/Lord_Howe}";
    assert_eq!(
        state(&[window], "2026-04-04T15:50:00Z"),
        "deny a until 2026-04-05 02:45 Australia/Lord_Howe; opens 2026-04-05 02:45 Australia/Lord_Howe"
    );
    let window = "{name: a, schedule: 15 1 * * *, duration: 30m, timezone: Australia/Lord_Howe}";
    assert_eq!(
        state(&[window], "2026-04-04T14:30:00Z"),
        "deny a until 2026-04-05 01:45 +10:30 Australia/Lord_Howe; opens 2026-04-05 01:45 +10:30 Australia/Lord_Howe"
    );
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
      `0 0 30 2 *` never comes: no year has such a day; a window cannot last no time at all
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
