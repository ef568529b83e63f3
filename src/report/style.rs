//! How output looks at a terminal: the colours, and how wide and how long things are shown. The only place that names
//! anstyle and unicode-width.

pub(crate) use anstyle::Style;
use anstyle::{AnsiColor, Effects, Reset};
use unicode_width::UnicodeWidthStr;

/// Errors and failures.
pub(crate) const RED: Style = AnsiColor::Red.on_default().effects(Effects::BOLD);
/// What is fine.
pub(crate) const GREEN: Style = AnsiColor::Green.on_default().effects(Effects::BOLD);
/// Warnings, and what may need attention.
pub(crate) const YELLOW: Style = AnsiColor::Yellow.on_default().effects(Effects::BOLD);
/// Hints, and what leads elsewhere.
pub(crate) const CYAN: Style = AnsiColor::Cyan.on_default().effects(Effects::BOLD);
/// A side of a difference that goes.
pub(crate) const REMOVED: Style = AnsiColor::Red.on_default();
/// A side of a difference that comes.
pub(crate) const ADDED: Style = AnsiColor::Green.on_default();
/// Titles.
pub(crate) const BOLD: Style = Style::new().effects(Effects::BOLD);
/// What is there for those who look for it.
pub(crate) const DIM: Style = Style::new().effects(Effects::DIMMED);
/// Text as it is.
pub(crate) const PLAIN: Style = Style::new();
/// The end of any of them.
pub(crate) const RESET: Reset = Reset;

/// Columns that a text takes at a terminal.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// A text, and blanks up to that many columns.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// A text of at most that many characters; what is cut ends with a mark that says so.
pub(crate) fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Rows with their columns below one another, two blanks apart; the last one is as long as it is.
pub(crate) fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let widest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max();
    let widths: Vec<usize> = (0..N).map(|column| widest(column).unwrap_or_default()).collect();
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| padded(cell, *width)).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}
