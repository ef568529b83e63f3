//! The chain that set a value, each step with the lines that it is about.

use super::excerpts::Shown;
use crate::finding::{Place, short};
use crate::report::style::{DIM, RESET};
use crate::report::text::quote_line;
use crate::source::Severity;
use crate::trace::{Step, Trace, TracedValue};

/// A trace for people. `prefix` leads from where they stand to the root of the repository.
#[must_use]
pub fn trace(trace: &Trace, prefix: &str) -> String {
    let name = format!("{} {}", trace.resource, trace.field);
    let title = |end: &str| quote_line(&format!("{}{end}", name.trim_end()));
    match trace.values.as_slice() {
        [one] => format!("{}\n{}", title(&format!(": {}", shown(one))), chain(one, prefix)),
        // Of a map or a list, where each value comes from; the chain of one is asked for by its own path.
        all => std::iter::once(title("") + "\n").chain(all.iter().map(|value| line(value, prefix))).collect(),
    }
}

fn chain(value: &TracedValue, prefix: &str) -> String {
    let causes: Vec<&str> = value.steps.iter().map(|step| step.cause).collect();
    let did = if value.value.is_some() { "set" } else { "removed" };
    let mut shown = Shown::new(Severity::Info, &format!("{did} by {}", causes.join(", over ")));
    let mut unplaced = String::new();
    for (at, step) in value.steps.iter().enumerate() {
        let label = label(step, at == 0);
        match &step.place {
            Some(place) => shown.excerpt(&typed(place, prefix), place, Some(&label)),
            None => unplaced.push_str(&format!("  {}\n", quote_line(&label))),
        }
    }
    shown.render() + &unplaced
}

fn shown(value: &TracedValue) -> String {
    value.value.as_deref().map_or_else(|| "removed".to_owned(), short)
}

fn label(step: &Step, last: bool) -> String {
    match (&step.value, step.removed, last) {
        (_, true, _) => format!("{}: removed it", step.cause),
        (_, _, true) => format!("{}: set it", step.cause),
        (Some(value), ..) => format!("{}: was {}", step.cause, short(value)),
        (None, ..) => format!("{}: was here", step.cause),
    }
}

fn line(value: &TracedValue, prefix: &str) -> String {
    let shown = shown(value);
    let step = value.steps.first();
    let place = step.and_then(|step| step.place.as_ref()).map(|place| {
        let at = &place.location;
        format!("{}:{}:{}", typed(place, prefix), at.line, at.column)
    });
    let by = step.map_or("", |step| step.cause);
    let origin = format!("{by} {}", place.unwrap_or_default());
    format!("  {}: {}  {DIM}{}{RESET}\n", quote_line(&value.field), quote_line(&shown), quote_line(&origin))
}

fn typed(place: &Place, prefix: &str) -> String {
    format!("{prefix}{}", place.location.path)
}
