//! Freeze windows: when an environment may not change.
//!
//! A window either denies changes or allows them. An environment is frozen while a window that denies holds
//! and, where it has windows that allow, while none of these does; what denies goes before what allows.
//!
//! A window is either one stretch of time (`start`, `end`) or one that comes again and again (`schedule`, a
//! crontab line, and `duration`). Its times are those of the clock on the wall in its `timezone`, and:
//!
//! - A window holds from its start up to, but not including, its end.
//! - A duration runs by that clock too: `0 18 * * FRI` for `62h` ends on Monday at 08:00 in every week of the
//!   year, also in those in which the clocks are changed.
//! - A time that the clock skips (02:30 as it goes from 02:00 to 03:00) is the moment of the skip.
//! - A time that the clock shows twice means the first time for a start and the second for an end. Where changes
//!   are allowed it is the other way round: the second for a start, and for an end the first after that. So
//!   nothing opens early or closes late.
//! - What follows without a break counts as one freeze: `until` is when the window ends. When the environment
//!   opens, all its windows together say.
//!
//! Windows that other programs have are imported by [`import`], to hold by these same rules. Every question is
//! asked for a moment that the caller passes in.

mod argo;
mod calendar;
mod clock;
mod gitlab;
mod import;
mod kind;
mod read;
mod schedule;
mod times;
mod window;

pub use calendar::{Calendar, Freeze, State};
pub use clock::Moment;
pub use kind::FreezeKind;
pub(super) use read::read;
pub use window::FreezeWindow;

#[cfg(test)]
mod tests;
