//! The work that one text may take.

use super::fault::Flaw;

/// The steps that are left for one text. Flux has no such limit and would run out of time or memory.
pub(super) struct Work(usize);

impl Default for Work {
    fn default() -> Self {
        Self(20_000_000)
    }
}

impl Work {
    /// Takes some steps: about one for each byte that is read or written.
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), Flaw> {
        self.0 = self.0.checked_sub(steps).ok_or(Flaw::TooMuch)?;
        Ok(())
    }
}
