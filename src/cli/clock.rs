//! The time that counts as now.

use clap::Args;
use jiff::Timestamp;

/// Where the time comes from.
#[derive(Debug, Clone, Args)]
pub(super) struct Clock {
    /// The time that counts as now, such as `2026-12-24T10:00:00Z`
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
}

impl Clock {
    /// The time that was given, else the machine's.
    pub(super) fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(Timestamp::now)
    }

    /// The same, in nanoseconds since 1970.
    pub(super) fn nanoseconds(&self) -> i64 {
        i64::try_from(self.now().as_nanosecond()).unwrap_or(i64::MAX)
    }
}
