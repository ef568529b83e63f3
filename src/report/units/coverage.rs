//! What tests reach: as `opa test --coverage` writes it, and as `lcov` does.
//!
//! A line on which anything is missing is not reached. In its own format OPA counts such a line twice, among those that
//! are reached and those that are not, and so do we there. A rule that never holds is not reached, however much of it is evaluated.

use std::collections::BTreeSet;
use std::io;

use serde_json::{Map, Value, json};

use super::super::text::quote_line;
use super::Tested;
use crate::policy::{Coverage, Reached};
use crate::source::Files;

/// What of a file's lines is reached.
pub(super) struct Lines {
    reached: BTreeSet<u32>,
    missed: BTreeSet<u32>,
    /// The rules in the order of the text; those of one name are one.
    pub(super) rules: Vec<RuleLines>,
}

/// What of a rule's lines is reached.
pub(super) struct RuleLines {
    pub(super) name: String,
    /// The line where it first stands.
    line: u32,
    /// Lines where it says what it is, and never is.
    pub(super) never: Vec<u32>,
    /// Lines of its expressions that are not evaluated.
    pub(super) missed: Vec<u32>,
    /// Whether it holds in one of its ways.
    holds: bool,
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
    fn hit(&self) -> usize {
        self.reached.difference(&self.missed).count()
    }
}

/// Of so many, in percent; 100 of none.
fn share(reached: usize, missed: usize) -> f64 {
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
fn totals(coverage: &[Coverage], files: &Files, count: impl Fn(&Lines) -> usize) -> (usize, usize) {
    let lines = coverage.iter().map(|file| Lines::of(file, files));
    lines.fold((0, 0), |(reached, missed), lines| (reached + count(&lines), missed + lines.missed.len()))
}

fn coverage<'a>(tested: &Tested<'a>) -> &'a [Coverage] {
    tested.units.and_then(|units| units.coverage.as_deref()).unwrap_or_default()
}

pub(super) fn json(tested: &Tested<'_>) -> io::Result<String> {
    let ranges = |file: &Coverage, reached: bool| -> Vec<Value> {
        let range = |point: &Reached| {
            let at = tested.files.location(point.span);
            json!({"start": {"row": at.line, "col": at.column}, "end": {"row": at.end_line, "col": at.end_column}})
        };
        file.points.iter().filter(|point| point.reached == reached).map(range).collect()
    };
    let mut files = Map::new();
    for file in coverage(tested) {
        let lines = Lines::of(file, tested.files);
        let mut report = Map::new();
        for (key, reached) in [("covered", true), ("not_covered", false)] {
            let ranges = ranges(file, reached);
            if !ranges.is_empty() {
                report.insert(key.to_owned(), ranges.into());
            }
        }
        for (key, count) in [("covered_lines", lines.reached.len()), ("not_covered_lines", lines.missed.len())] {
            if count > 0 {
                report.insert(key.to_owned(), count.into());
            }
        }
        report.insert("coverage".to_owned(), share(lines.reached.len(), lines.missed.len()).into());
        files.insert(tested.typed(&file.path), report.into());
    }
    let (reached, missed) = totals(coverage(tested), tested.files, |lines| lines.reached.len());
    let whole = json!({
        "files": files,
        "covered_lines": reached,
        "not_covered_lines": missed,
        "coverage": share(reached, missed),
    });
    Ok(serde_json::to_string_pretty(&whole)? + "\n")
}

/// Rules are functions: one that holds in any of its ways is called.
pub(super) fn lcov(tested: &Tested<'_>) -> String {
    let mut text = String::new();
    for file in coverage(tested) {
        let lines = Lines::of(file, tested.files);
        text.push_str(&format!("TN:\nSF:{}\n", quote_line(&tested.typed(&file.path))));
        for rule in &lines.rules {
            text.push_str(&format!("FN:{},{}\n", rule.line, quote_line(&rule.name)));
        }
        for rule in &lines.rules {
            text.push_str(&format!("FNDA:{},{}\n", u8::from(rule.holds), quote_line(&rule.name)));
        }
        let held = lines.rules.iter().filter(|rule| rule.holds).count();
        text.push_str(&format!("FNF:{}\nFNH:{held}\n", lines.rules.len()));
        let all: BTreeSet<u32> = lines.reached.union(&lines.missed).copied().collect();
        let hit = |line: &u32| !lines.missed.contains(line);
        for line in &all {
            text.push_str(&format!("DA:{line},{}\n", u8::from(hit(line))));
        }
        text.push_str(&format!("LF:{}\nLH:{}\nend_of_record\n", all.len(), lines.hit()));
    }
    text
}
