//! All windows together: what they mean for an environment at one moment, and when it opens.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};

use super::clock::Moment;
use super::kind::FreezeKind;
use super::times::Stretch;
use super::window::FreezeWindow;
use crate::repo::environments::{Environment, Environments};
use crate::repo::overlays::App;
use crate::repo::pattern::Glob;
use crate::source::Span;

/// How far ahead an opening is looked for.
const HORIZON: SignedDuration = SignedDuration::from_hours(366 * 24);

/// A freeze, or a time in which changes are allowed: from `start` up to, not including, `until`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// The window's name.
    pub name: String,
    /// What the window does. A freeze by a window that allows is the time outside of it.
    pub kind: FreezeKind,
    /// The window's reason.
    pub reason: Option<String>,
    /// When it begins; `None` for the time outside of windows that allow.
    pub start: Option<Moment>,
    /// When it is over; `None` where it does not end: a window that comes again before it ends, or none that allows
    /// anything any more.
    pub until: Option<Moment>,
    /// The applications that it is for, as patterns; empty for all.
    pub only: Vec<String>,
    /// Where the window is written that was imported.
    pub imported: Option<Span>,
}

/// What windows mean at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The freezes that hold, the last to end first.
    pub freezes: Vec<Freeze>,
    /// The windows that allow changes now, the last to end first. A freeze goes before them.
    pub allowed: Vec<Freeze>,
    /// The next time of each window, the first to begin first.
    pub next: Vec<Freeze>,
    /// When nothing freezes any more; `None` where nothing does now, and where no such moment is in sight.
    pub opens: Option<Moment>,
}

/// The windows of a configuration at one moment.
pub struct Calendar {
    windows: Vec<FreezeWindow>,
    now: Timestamp,
    /// What was worked out already, by the windows that count.
    known: RwLock<BTreeMap<Vec<usize>, Arc<State>>>,
}

impl Calendar {
    /// The calendar of some windows at `now`.
    #[must_use]
    pub fn new(windows: Vec<FreezeWindow>, now: Timestamp) -> Self {
        Self { windows, now, known: RwLock::default() }
    }

    /// What holds for `app` in an environment, given by all its names, what it is called first.
    #[must_use]
    pub fn of_app(&self, app: &str, environment: &[&str]) -> Arc<State> {
        self.of(environment, |window| window.selects(app, environment))
    }

    /// What holds for every app in an environment: windows for some only are left out.
    #[must_use]
    pub fn of_all(&self, environment: &str) -> Arc<State> {
        self.of(&[environment], |window| window.only().is_empty())
    }

    /// What windows for some apps only mean for these, one state for all windows that are for the same.
    #[must_use]
    pub fn of_some(&self, environment: &str) -> Vec<Arc<State>> {
        let mut groups: Vec<&[Glob]> = Vec::new();
        for window in self.windows.iter().filter(|window| window.freezes(environment)) {
            if !window.only().is_empty() && !groups.contains(&window.only()) {
                groups.push(window.only());
            }
        }
        groups.into_iter().map(|only| self.of(&[environment], |window| window.only() == only)).collect()
    }

    /// The windows that are for some apps only, and for none of a repository.
    #[must_use]
    pub fn idle(&self, environments: &Environments, apps: &[App]) -> Vec<&FreezeWindow> {
        let counts = |window: &FreezeWindow, app: &App| {
            app.overlays.iter().filter(|overlay| window.freezes(&overlay.environment)).any(|overlay| {
                let known = environments.find(&overlay.environment);
                let names: Vec<&str> = known.into_iter().flat_map(Environment::names).collect();
                window.selects(&app.name, &names)
            })
        };
        let some = self.windows.iter().filter(|window| !window.only().is_empty());
        some.filter(|window| !apps.iter().any(|app| counts(window, app))).collect()
    }

    fn of(&self, environment: &[&str], wanted: impl Fn(&FreezeWindow) -> bool) -> Arc<State> {
        let Some(name) = environment.first() else { return Arc::default() };
        let fitting: (Vec<usize>, Vec<&FreezeWindow>) =
            self.windows.iter().enumerate().filter(|(_, window)| window.freezes(name) && wanted(window)).unzip();
        let (key, windows) = fitting;
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return known.clone();
        }
        let state = Arc::new(state(&windows, self.now));
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(key, state.clone());
        state
    }
}

/// What some windows mean at `now`.
fn state(windows: &[&FreezeWindow], now: Timestamp) -> State {
    let allows = windows.iter().filter(|window| window.kind() == FreezeKind::Allow);
    let mut allowed: Vec<Freeze> =
        allows.filter_map(|window| Some(freeze(window, window.times.active(now)?))).collect();
    allowed.sort_by(last_to_end);
    let mut next: Vec<Freeze> =
        windows.iter().filter_map(|window| Some(freeze(window, window.times.next(now)?))).collect();
    next.sort_by(|a, b| (time(a.start.as_ref()), &a.name).cmp(&(time(b.start.as_ref()), &b.name)));
    let freezes = freezes(windows, now);
    State { opens: opens(windows, &freezes, now), freezes, allowed, next }
}

/// The freezes at `now`: windows that deny, and the time outside of those that allow.
fn freezes(windows: &[&FreezeWindow], now: Timestamp) -> Vec<Freeze> {
    let (allows, denies): (Vec<&FreezeWindow>, Vec<&FreezeWindow>) =
        windows.iter().partition(|window| window.kind() == FreezeKind::Allow);
    let active = |window: &&FreezeWindow| Some(freeze(window, window.times.active(now)?));
    let mut freezes: Vec<Freeze> = denies.iter().filter_map(active).collect();
    if allows.iter().all(|window| window.times.active(now).is_none()) {
        let openings = allows.iter().map(|window| (window, window.times.next(now).map(|next| next.start)));
        let first = openings.min_by_key(|(_, start)| (start.is_none(), *start));
        freezes.extend(first.map(|(window, start)| Freeze {
            start: None,
            until: start.map(|time| window.moment(time)),
            ..of(window)
        }));
    }
    freezes.sort_by(last_to_end);
    freezes
}

/// When nothing freezes any more that follows without a break on `freezes`, which hold at `now`.
fn opens(windows: &[&FreezeWindow], holding: &[Freeze], now: Timestamp) -> Option<Moment> {
    let mut until = holding.first()?.until.clone()?;
    let horizon = now.checked_add(HORIZON).unwrap_or(Timestamp::MAX);
    loop {
        let holding = freezes(windows, until.time);
        let Some(last) = holding.first() else { return Some(until) };
        if until.time > horizon {
            return None;
        }
        until = last.until.clone()?;
    }
}

fn freeze(window: &FreezeWindow, stretch: Stretch) -> Freeze {
    let until = Some(stretch.until).filter(|until| *until < Timestamp::MAX).map(|until| window.moment(until));
    Freeze { start: Some(window.moment(stretch.start)), until, ..of(window) }
}

/// What a freeze says of its window.
fn of(window: &FreezeWindow) -> Freeze {
    Freeze {
        name: window.name.clone(),
        kind: window.kind(),
        reason: window.reason.clone(),
        start: None,
        until: None,
        only: window.only().iter().map(|pattern| pattern.as_str().to_owned()).collect(),
        imported: window.span.filter(|_| window.imported),
    }
}

/// The last to end first, and before all what has no end.
fn last_to_end(a: &Freeze, b: &Freeze) -> std::cmp::Ordering {
    let end = |freeze: &Freeze| (freeze.until.is_none(), time(freeze.until.as_ref()));
    end(b).cmp(&end(a)).then_with(|| a.name.cmp(&b.name))
}

fn time(moment: Option<&Moment>) -> Option<Timestamp> {
    moment.map(|moment| moment.time)
}
