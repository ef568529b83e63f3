//! Puts off the signals that end a program while it must not end: a file is written, or it is as it was. The only
//! place that names signal-hook.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::TERM_SIGNALS;
use signal_hook::{flag, low_level};

/// What the handlers of the signals share with the program.
#[derive(Default)]
struct Signals {
    /// Whether a signal ends the program at once.
    at_once: Arc<AtomicBool>,
    /// The last signal that came.
    came: Arc<AtomicUsize>,
}

/// While this is there, the program is not ended by a signal; a signal that came ends it afterwards.
pub(super) struct PutOff(&'static Signals);

impl PutOff {
    pub(super) fn new() -> Self {
        static SIGNALS: OnceLock<Signals> = OnceLock::new();
        let signals = SIGNALS.get_or_init(|| {
            let signals = Signals::default();
            for signal in TERM_SIGNALS {
                // Where a signal cannot be caught, it does what it always does.
                let _ = flag::register_conditional_default(*signal, signals.at_once.clone());
                let number = usize::try_from(*signal).unwrap_or_default();
                let _ = flag::register_usize(*signal, signals.came.clone(), number);
            }
            signals
        });
        signals.at_once.store(false, Ordering::SeqCst);
        Self(signals)
    }
}

impl Drop for PutOff {
    fn drop(&mut self) {
        self.0.at_once.store(true, Ordering::SeqCst);
        let signal = self.0.came.swap(0, Ordering::SeqCst);
        if let Some(signal) = i32::try_from(signal).ok().filter(|signal| *signal != 0) {
            let _ = low_level::emulate_default_handler(signal);
        }
    }
}
