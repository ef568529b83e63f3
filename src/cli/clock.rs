//! The time that counts as now.

use clap::Args;
use jiff::Timestamp;

use super::ci::Ci;
use crate::source::Problem;

/// Where the time comes from.
#[derive(Debug, Clone, Args)]
pub(super) struct Clock {
    /// The time that counts as now, such as `2026-12-24T10:00:00Z`; in CI only the machine's counts
    /// [default: `GATE_NOW`, else the machine's]
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
}

impl Clock {
    /// The time that was given, else the machine's. In CI a change could thaw a freeze or revive a waiver with it,
    /// so there it cannot be given.
    pub(super) fn now(&self, ci: &Ci) -> Result<Timestamp, Problem> {
        let given = if self.now.is_some() { "--now" } else { "GATE_NOW" };
        match (self.given(ci)?, ci.sign) {
            (Some(_), Some(sign)) => {
                let message = format!("`{given}` does not count in CI, where the time is the machine's");
                Err(Problem::new(message).hint(format!("leave it out; this is CI because `{sign}` is set")))
            }
            (given, _) => Ok(given.unwrap_or_else(Timestamp::now)),
        }
    }

    /// The same in nanoseconds since 1970 for what judges nothing, in CI too.
    pub(super) fn nanoseconds(&self, ci: &Ci) -> Result<i64, Problem> {
        let now = self.given(ci)?.unwrap_or_else(Timestamp::now);
        Ok(i64::try_from(now.as_nanosecond()).unwrap_or(i64::MAX))
    }

    fn given(&self, ci: &Ci) -> Result<Option<Timestamp>, Problem> {
        let Some(text) = ci.now.as_deref().filter(|_| self.now.is_none()) else { return Ok(self.now) };
        let wrong = |cause| Problem::new(format!("`GATE_NOW` is no time: {cause}"));
        Ok(Some(text.parse().map_err(wrong)?))
    }
}
