//! The lines of policies that tests reach. A line on which anything is missing is not reached.

use std::collections::BTreeSet;

use crate::policy::Coverage;
use crate::source::Files;

/// What of a file's lines is reached.
pub(super) struct Lines {
    pub(super) reached: BTreeSet<u32>,
    pub(super) missed: BTreeSet<u32>,
    /// The rules in the order of the text; those of one name are one.
    pub(super) rules: Vec<RuleLines>,
}

/// What of a rule's lines is reached.
pub(super) struct RuleLines {
    pub(super) name: String,
    /// The line where it first stands.
    pub(super) line: u32,
    /// Lines where it says what it is, and never is.
    pub(super) never: Vec<u32>,
    /// Lines of its expressions that are not evaluated.
    pub(super) missed: Vec<u32>,
    /// Whether it holds in one of its ways.
    pub(super) holds: bool,
}

impl RuleLines {
    pub(super) fn is_reached(&self) -> bool {
        self.never.is_empty() && self.missed.is_empty()
    }
}

impl Lines {
    pub(super) fn of(file: &Coverage, files: &Files) -> Self {
        let mut lines = Self { reached: BTreeSet::new(), missed: BTreeSet::new(), rules: Vec::new() };
        for point in &file.points {
            let at = files.location(point.span);
            let rows = at.line..=at.end_line;
            let side = if point.reached { &mut lines.reached } else { &mut lines.missed };
            side.extend(rows.clone());
            let known = lines.rules.iter().position(|rule| rule.name == point.rule);
            let known = known.unwrap_or_else(|| {
                lines.rules.push(RuleLines {
                    name: point.rule.clone(),
                    line: at.line,
                    never: Vec::new(),
                    missed: Vec::new(),
                    holds: false,
                });
                lines.rules.len() - 1
            });
            let Some(rule) = lines.rules.get_mut(known) else { continue };
            match (point.is_rule, point.reached) {
                (true, true) => rule.holds = true,
                (true, false) => rule.never.push(at.line),
                (false, false) => rule.missed.extend(rows.filter(|row| !rule.never.contains(row))),
                (false, true) => {}
            }
        }
        for rule in &mut lines.rules {
            for lines in [&mut rule.never, &mut rule.missed] {
                lines.sort_unstable();
                lines.dedup();
            }
        }
        lines
    }

    pub(super) fn percent(&self) -> f64 {
        share(self.hit(), self.missed.len())
    }

    /// How many lines are reached as a whole.
    pub(super) fn hit(&self) -> usize {
        self.reached.difference(&self.missed).count()
    }
}

/// Of so many, in percent; 100 of none.
pub(super) fn share(reached: usize, missed: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "lines of policies are few")]
    let (reached, all) = (reached as f64, (reached + missed) as f64);
    if all == 0.0 { 100.0 } else { 100.0 * reached / all }
}

/// The share of the lines of all files that is reached.
#[must_use]
pub fn percent(coverage: &[Coverage], files: &Files) -> f64 {
    let (hit, missed) = totals(coverage, files, Lines::hit);
    share(hit, missed)
}

/// How many lines of all files are reached, as `count` has it, and how many are not.
pub(super) fn totals(coverage: &[Coverage], files: &Files, count: impl Fn(&Lines) -> usize) -> (usize, usize) {
    let lines = coverage.iter().map(|file| Lines::of(file, files));
    lines.fold((0, 0), |(reached, missed), lines| (reached + count(&lines), missed + lines.missed.len()))
}
