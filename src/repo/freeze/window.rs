//! A window: the environments and apps that it is for, and its times.

use jiff::Timestamp;

use super::clock::Moment;
use super::kind::FreezeKind;
use super::times::Times;
use crate::repo::pattern::Glob;
use crate::source::Span;

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
    pub(super) imported: bool,
    /// The applications that it is for, as patterns; empty means all.
    pub(super) only: Vec<Glob>,
    pub(super) times: Times,
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
    pub(super) fn selects(&self, app: &str, environment: &[&str]) -> bool {
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
    pub(super) fn moment(&self, time: Timestamp) -> Moment {
        Moment { time, zone: self.times.zone.clone() }
    }
}

/// What an entry of `freeze` says besides its times; for an import it is said of each window.
pub(super) struct Entry {
    pub(super) name: Option<String>,
    pub(super) environments: Vec<String>,
    pub(super) reason: Option<String>,
}

impl Entry {
    /// A window that is imported. What it calls itself goes before what the entry says, and that before `usual`.
    pub(super) fn window(
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
