//! Names of apps and environments on the command line.

use crate::repo::{App, Environment, Environments};
use crate::schema::nearest;
use crate::source::Problem;

/// The app of that name.
pub(super) fn app<'a>(name: &str, mut apps: impl Iterator<Item = &'a App> + Clone) -> Result<&'a App, Problem> {
    let known: Vec<&str> = apps.clone().map(|app| app.name.as_str()).collect();
    apps.find(|app| app.name == name).ok_or_else(|| unknown("app", name, &known))
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
    let hint = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are: {}", known.join(", ")),
    };
    Problem::new(format!("there is no {what} `{name}`")).hint(hint)
}
