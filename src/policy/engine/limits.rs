//! Limits on the interpreter: its own timer, a watchdog for what it cannot interrupt, a net for its panics.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use regorus::utils::limits::ExecutionTimerConfig;

/// How long one rule may take for one input.
pub(in crate::policy) const TIME_LIMIT: Duration = Duration::from_secs(5);

/// How long a rule may go on beyond its time before the process ends.
const GRACE: Duration = Duration::from_secs(25);

/// Steps of the interpreter between two looks at the clock.
const INTERVAL: NonZeroU32 = NonZeroU32::new(256).unwrap();

/// The exit code for "could not judge".
const COULD_NOT_JUDGE: i32 = 2;

pub(super) fn timer(limit: Duration) -> ExecutionTimerConfig {
    ExecutionTimerConfig { limit, check_interval: INTERVAL }
}

/// What is being evaluated, by number: until when it may, and what it is.
type Running = Mutex<(u64, BTreeMap<u64, (Instant, Arc<str>)>)>;

/// Looks after evaluations. A single built-in (`graph.reachable_paths`) can run for ever inside the
/// interpreter; no thread can be stopped from outside, so all that is left is to end the process.
fn watchdog() -> &'static Running {
    static RUNNING: OnceLock<&'static Running> = OnceLock::new();
    RUNNING.get_or_init(|| {
        let running: &'static Running = Box::leak(Box::default());
        // Without a thread there is no watchdog, and all else works.
        let _ = std::thread::Builder::new().name("policy-watchdog".to_owned()).spawn(move || watch(running));
        running
    })
}

#[expect(clippy::print_stderr, reason = "nobody is left to hand an error to")]
#[cfg_attr(not(test), expect(clippy::disallowed_macros, reason = "nobody is left to hand an error to"))]
fn watch(running: &Running) {
    loop {
        std::thread::sleep(Duration::from_millis(500));
        let running = running.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if let Some((_, what)) = running.1.values().find(|(until, _)| *until < now) {
            // The names are the repository's.
            let what = what.escape_debug().to_string().replace("##", "# #").replace("::", ": :");
            eprintln!("error: {what} does not stop: a built-in function that it calls takes for ever");
            std::process::exit(COULD_NOT_JUDGE);
        }
    }
}

/// An evaluation that the watchdog looks after until this is dropped.
pub(super) struct Watched(u64);

impl Watched {
    pub(super) fn new(what: &Arc<str>, limit: Duration) -> Self {
        let mut running = watchdog().lock().unwrap_or_else(PoisonError::into_inner);
        running.0 += 1;
        let number = running.0;
        running.1.insert(number, (Instant::now() + limit + GRACE, what.clone()));
        Self(number)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let mut running = watchdog().lock().unwrap_or_else(PoisonError::into_inner);
        running.1.remove(&self.0);
    }
}

/// Turns a panic inside the interpreter into an error: its built-ins index and unwrap.
pub(super) fn guarded<T>(run: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        Err(anyhow::anyhow!("the Rego interpreter failed at this policy; this is a fault of its own"))
    })
}
