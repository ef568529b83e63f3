//! Schedules: crontab lines of five fields, held to what each of their readers understands.

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::civil::DateTime;

use crate::source::Problem;
use crate::yaml::Node;

/// The fields of a schedule, and the last number of each.
const FIELDS: [(&str, u8); 5] = [("minute", 59), ("hour", 23), ("day", 31), ("month", 12), ("weekday", 6)];

/// Reads a crontab line: five fields, names of months and weekdays and `L` among them; no `@daily`, no seconds.
pub(super) fn read(node: &Node) -> Result<Box<Cron>, Problem> {
    parse(node, |field, _| field.to_owned())
}

/// Reads the schedule in `node`, each field as `translate` puts it.
fn parse(node: &Node, translate: impl Fn(&str, u8) -> String) -> Result<Box<Cron>, Problem> {
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
    let translated: Vec<String> = fields.iter().zip(FIELDS).map(|(field, (_, last))| translate(field, last)).collect();
    for (index, (field, (name, _))) in fields.iter().zip(FIELDS).enumerate() {
        let mut alone = ["*"; FIELDS.len()];
        alone[index] = &translated[index];
        if parser.parse(&alone.join(" ")).is_err() {
            return Err(problem(format!("`{field}` is not a {name} of a schedule")));
        }
    }
    let schedule = parser.parse(&translated.join(" ")).map_err(|_| problem(format!("`{text}` is not a schedule")))?;
    // Some date is looked for, not the next: it does not matter from when on.
    if schedule.find_next_occurrence(&DateTime::constant(2024, 1, 1, 0, 0, 0, 0), true).is_err() {
        return Err(problem(format!("`{text}` never comes: no year has such a day")));
    }
    Ok(Box::new(schedule))
}

/// Reads a schedule that Argo CD understands too: no `L`, `W` or `#`, and Sunday is `0`, not `7`. Argo CD lets a
/// window with any other block every sync. `5/15` means from the fifth on.
pub(super) fn read_argo(node: &Node) -> Result<Box<Cron>, Problem> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let to_the_last = |part: &str, last: u8| match part.split_once('/') {
        Some((first, step)) if is_number(first) => format!("{first}-{last}/{step}"),
        _ => part.to_owned(),
    };
    let translate = |field: &str, last: u8| {
        let parts: Vec<String> = field.split(',').map(|part| to_the_last(part, last)).collect();
        parts.join(",")
    };
    let schedule = parse(node, translate)?;
    let text = node.text().unwrap_or_default();
    for (field, (name, _)) in text.split_whitespace().zip(FIELDS) {
        let foreign = field.split(',').any(|part| {
            let (range, step) = part.split_once('/').unwrap_or((part, "1"));
            let known = |word: &str| {
                let sunday = name == "weekday" && word.trim_start_matches('0') == "7";
                let letters = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
                letters || is_number(word) && !sunday
            };
            !is_number(step) || !(matches!(range, "*" | "?") || range.split('-').all(known))
        });
        if foreign {
            return Err(Problem::new(format!("`{field}` is not a {name} that Argo CD understands"))
                .at(node.origin.span)
                .hint("Argo CD reads numbers, names, `*`, `,`, `-` and `/`; Sunday is `0`"));
        }
    }
    Ok(schedule)
}
