//! When a window holds: one stretch of time, or one that begins again and again. Nothing here knows what a
//! window is for, but whether it opens or closes, which decides what an hour means that comes twice.

use croner::Cron;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::clock;
use super::kind::FreezeKind;

/// How far occurrences are followed that go over into one another, and how many: every minute of a month. What
/// goes on longer than that has no end.
const MAX_STRETCH: SignedDuration = SignedDuration::from_hours(400 * 24);
const MAX_CHAIN: usize = 50_000;

/// From `start` up to, not including, `until`; the end of time where it has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) start: Timestamp,
    pub(super) until: Timestamp,
}

impl Stretch {
    fn holds(self, now: Timestamp) -> bool {
        self.start <= now && now < self.until
    }
}

/// The times of a window, by the clock of a zone.
#[derive(Debug, Clone)]
pub(super) struct Times {
    pub(super) zone: TimeZone,
    pub(super) kind: FreezeKind,
    pub(super) form: Form,
}

#[derive(Debug, Clone)]
pub(super) enum Form {
    Once(Stretch),
    Again { starts: Box<Cron>, length: Length },
}

/// How an occurrence ends.
#[derive(Debug, Clone)]
pub(super) enum Length {
    /// After so much time on the clock.
    For(SignedDuration),
    /// At the first of these times that comes after its start.
    To(Box<Cron>),
}

impl Times {
    /// The stretch that holds at `now`. What follows without a break belongs to it.
    pub(super) fn active(&self, now: Timestamp) -> Option<Stretch> {
        match &self.form {
            Form::Once(stretch) => stretch.holds(now).then_some(*stretch),
            Form::Again { starts, length } => {
                let (last, _) = self.around(starts, now);
                let (stretch, _) = self.run(starts, length, last?)?;
                stretch.holds(now).then_some(stretch)
            }
        }
    }

    /// The first stretch that begins after `now` and after the one that holds at `now`.
    pub(super) fn next(&self, now: Timestamp) -> Option<Stretch> {
        match &self.form {
            Form::Once(stretch) => (now < stretch.start).then_some(*stretch),
            Form::Again { starts, length } => {
                let (last, next) = self.around(starts, now);
                let running = last.and_then(|last| self.run(starts, length, last));
                let running = running.filter(|(stretch, _)| now < stretch.until);
                let mut first = running.map_or(next, |(_, after)| after)?;
                loop {
                    let (stretch, after) = self.run(starts, length, first)?;
                    // One that lies in the hour that the clock skips lasts no time at all.
                    if stretch.start < stretch.until {
                        return Some(stretch);
                    }
                    first = after?;
                }
            }
        }
    }

    fn start(&self, time: DateTime) -> Option<Timestamp> {
        clock::start(&self.zone, self.kind, time)
    }

    /// The last occurrence that has begun at `now`, and the first that has not.
    fn around(&self, starts: &Cron, now: Timestamp) -> (Option<DateTime>, Option<DateTime>) {
        let here = now.to_zoned(self.zone.clone()).datetime();
        let mut last = starts.find_previous_occurrence(&here, true).ok();
        let mut next = starts.find_next_occurrence(&here, false).ok();
        // As the clock shows an hour again, what is due later in that hour may have begun when it was shown first,
        // and as it shows it first, what was due earlier in it may begin only when it is shown again.
        while let Some(due) = next
            && self.start(due).is_some_and(|start| start <= now)
        {
            last = Some(due);
            next = starts.find_next_occurrence(&due, false).ok();
        }
        while let Some(due) = last
            && self.start(due).is_some_and(|start| start > now)
        {
            next = Some(due);
            last = starts.find_previous_occurrence(&due, false).ok();
        }
        (last, next)
    }

    /// The stretch that the occurrence `first` begins, and the occurrence after it.
    fn run(&self, starts: &Cron, length: &Length, first: DateTime) -> Option<(Stretch, Option<DateTime>)> {
        let start = self.start(first)?;
        let mut until = self.end(length, first, start)?;
        let limit = start.checked_add(MAX_STRETCH).unwrap_or(Timestamp::MAX);
        for _ in 0..MAX_CHAIN {
            if until > limit {
                break;
            }
            // What has begun by then goes on the longest if it began last.
            let (last, after) = self.around(starts, until);
            let end = last.and_then(|last| self.end(length, last, self.start(last)?));
            match end.filter(|end| *end > until) {
                Some(end) => until = end,
                None => return Some((Stretch { start, until }, after)),
            }
        }
        Some((Stretch { start, until: Timestamp::MAX }, None))
    }

    /// When the occurrence is over that the clock begins at `begin`, which is the moment `start`.
    fn end(&self, length: &Length, begin: DateTime, start: Timestamp) -> Option<Timestamp> {
        let time = match length {
            Length::For(duration) => begin.checked_add(*duration).ok()?,
            Length::To(ends) => ends.find_next_occurrence(&begin, false).ok()?,
        };
        clock::end(&self.zone, self.kind, time, start)
    }
}
