//! Names of apps and environments on the command line.

use crate::repo::{App, Environment, Environments};
use crate::schema::nearest;
use crate::source::Problem;

/// Names that a hint gives.
const EXAMPLES: usize = 10;

/// The app of that name.
pub(super) fn app<'a>(name: &str, apps: &[&'a App]) -> Result<&'a App, Problem> {
    let known: Vec<&str> = apps.iter().map(|app| app.name.as_str()).collect();
    let app = apps.iter().find(|app| app.name == name).copied();
    app.ok_or_else(|| unknown("app", name, &known))
}

/// Two environments of which the second gets what the first has: by name, else the last but one and the last.
pub(super) fn environments<'a>(
    all: &'a Environments,
    from: Option<&str>,
    to: Option<&str>,
) -> Result<(&'a Environment, &'a Environment), Problem> {
    let names: Vec<&str> = all.iter().map(|environment| environment.name.as_str()).collect();
    let find = |name: &str| all.find(name).ok_or_else(|| unknown("environment", name, &names));
    let last = |nth: usize| {
        all.iter().rev().nth(nth).ok_or_else(|| {
            Problem::new("there are no two environments to compare").hint("name them with `--from` and `--to`")
        })
    };
    Ok((from.map_or_else(|| last(1), find)?, to.map_or_else(|| last(0), find)?))
}

fn unknown(what: &str, name: &str, known: &[&str]) -> Problem {
    // Of a longer name people remember the end.
    let longer = known.iter().find(|known| known.strip_suffix(name).is_some_and(|start| start.ends_with('/')));
    let near = longer.copied().or_else(|| nearest(name, known.iter().copied()));
    let hint = near.map_or_else(|| examples(known), |near| format!("did you mean `{near}`?"));
    Problem::new(format!("there is no {what} `{name}`")).hint(hint)
}

fn examples(known: &[&str]) -> String {
    if known.is_empty() {
        return "there is none here: run it where the repository is, or list `apps` in gate.yaml".to_owned();
    }
    let more = known.len().saturating_sub(EXAMPLES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("there are: {}{more}", known.iter().take(EXAMPLES).copied().collect::<Vec<_>>().join(", "))
}
