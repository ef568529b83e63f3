//! What tests reach: as `opa test --coverage` writes it, and as `lcov` does.
//!
//! A line on which anything is missing is not reached. In its own format OPA counts such a line twice, among those that
//! are reached and those that are not, and so do we there. A rule that never holds is not reached, however much of it is evaluated.

use std::collections::BTreeSet;
use std::io;

use serde_json::{Map, Value, json};

use super::super::text::quote_line;
use super::lines::{Lines, share, totals};
use super::tested::Tested;
use crate::policy::{Coverage, Reached};

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
