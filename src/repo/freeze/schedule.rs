//! Schedules: crontab lines of five fields, held to what each of their readers understands.

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::civil::DateTime;

use crate::source::Problem;
use crate::yaml::Node;

/// The fields of a schedule.
const FIELDS: [&str; 5] = ["minute", "hour", "day", "month", "weekday"];

/// Reads a crontab line: five fields, names of months and weekdays and `L` among them; no `@daily`, no seconds.
pub(super) fn read(node: &Node) -> Result<Box<Cron>, Problem> {
    let text = node.text().unwrap_or_default();
    let problem = |message: String| {
        Problem::new(message)
            .at(node.origin.span)
            .hint("write minute, hour, day, month and weekday as in crontab: `0 18 * * FRI`")
    };
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    let fields: Vec<&str> = text.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        return Err(problem(format!("`{text}` is not a schedule of five fields")));
    }
    for (index, (field, name)) in fields.iter().zip(FIELDS).enumerate() {
        let mut alone = ["*"; FIELDS.len()];
        alone[index] = field;
        if parser.parse(&alone.join(" ")).is_err() {
            return Err(problem(format!("`{field}` is not a {name} of a schedule")));
        }
    }
    let schedule = parser.parse(text).map_err(|_| problem(format!("`{text}` is not a schedule")))?;
    // Some date is looked for, not the next: it does not matter from when on.
    if schedule.find_next_occurrence(&DateTime::constant(2024, 1, 1, 0, 0, 0, 0), true).is_err() {
        return Err(problem(format!("`{text}` never comes: no year has such a day")));
    }
    Ok(Box::new(schedule))
}

/// Reads a schedule that Argo CD understands too: no `L`, `W` or `#`, and Sunday is `0`, not `7`. Argo CD lets a
/// window with any other block every sync.
pub(super) fn read_argo(node: &Node) -> Result<Box<Cron>, Problem> {
    let schedule = read(node)?;
    let text = node.text().unwrap_or_default();
    for (field, name) in text.split_whitespace().zip(FIELDS) {
        let number = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        let words = field.split([',', '-', '/']);
        let foreign = words.into_iter().any(|word| {
            let letters = word.len() == 3 && word.chars().all(|c| c.is_ascii_alphabetic());
            let sunday = name == "weekday" && word.trim_start_matches('0') == "7";
            !(matches!(word, "*" | "?") || number(word) && !sunday || letters)
        });
        if foreign {
            return Err(Problem::new(format!("`{field}` is not a {name} that Argo CD understands"))
                .at(node.origin.span)
                .hint("Argo CD reads numbers, names, `*`, `,`, `-` and `/`; Sunday is `0`"));
        }
    }
    Ok(schedule)
}
