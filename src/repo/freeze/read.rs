//! Reads the entries of `freeze`.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::kind::FreezeKind;
use super::times::{Form, Length, Stretch, Times};
use super::window::{Entry, FreezeWindow};
use super::{clock, import, schedule};
use crate::repo::environments::Environments;
use crate::source::{Problem, Revision};
use crate::yaml::Node;

/// Reads an entry of `freeze`; what it imports is read from `revision`.
pub(in crate::repo) fn read(
    node: &Node,
    environments: &Environments,
    revision: &Revision,
    problems: &mut Vec<Problem>,
) -> Vec<FreezeWindow> {
    let text = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
    let names = node.get("environments").and_then(Node::as_seq).unwrap_or_default();
    let names = names.iter().filter_map(|name| environments.resolve(name, problems)).collect();
    let entry = Entry { name: text("name"), environments: names, reason: text("reason") };
    if node.get("import").is_some() || node.get("gitlab").is_some() {
        return import::read(node, &entry, revision, problems);
    }
    let before = problems.len();
    // After a bad zone the rest is still read, for what else may be wrong.
    let zone = node.get("timezone").map(|zone| clock::zone(zone, "")).transpose();
    let zone = zone.map_err(|problem| problems.push(problem)).ok().flatten().unwrap_or(TimeZone::UTC);
    let kind = node.get("kind").and_then(Node::text).and_then(FreezeKind::from_word).unwrap_or_default();
    let form = form(node, &zone, kind, problems);
    let window = form.zip(entry.name.clone()).map(|(form, name)| FreezeWindow {
        name,
        environments: entry.environments,
        reason: entry.reason,
        span: node.origin.span,
        imported: false,
        only: Vec::new(),
        times: Times { zone, kind, form },
    });
    window.filter(|_| problems.len() == before).into_iter().collect()
}

/// Reads `start` and `end`, or `schedule` and `duration`. Each is read even if another is wrong.
fn form(node: &Node, zone: &TimeZone, kind: FreezeKind, problems: &mut Vec<Problem>) -> Option<Form> {
    let mut report = |problem: Problem| problems.push(problem);
    let written = |keys: [&str; 2]| keys.map(|key| node.get(key).filter(|node| node.text().is_some()));
    match (written(["start", "end"]), written(["schedule", "duration"])) {
        ([Some(start), Some(end)], [None, None]) => {
            let begins = clock::read(start, |time| clock::start(zone, kind, time)).map_err(&mut report).ok();
            let after = begins.unwrap_or(Timestamp::MIN);
            let ends = clock::read(end, |time| clock::end(zone, kind, time, after)).map_err(&mut report).ok();
            let stretch = Stretch { start: begins?, until: ends? };
            if stretch.until <= stretch.start {
                report(
                    Problem::new("this freeze does not end after it starts")
                        .at(end.origin.span)
                        .hint("is `start` what should be `end`?"),
                );
                return None;
            }
            Some(Form::Once(stretch))
        }
        ([None, None], [Some(starts), Some(duration)]) => {
            let starts = schedule::read(starts).map_err(&mut report).ok();
            let duration = clock::duration(duration).map_err(&mut report).ok();
            Some(Form::Again { starts: starts?, length: Length::For(duration?) })
        }
        _ => {
            let place = node.get("name").map_or(node.origin.span, |name| name.origin.span);
            report(
                Problem::new("a freeze has either `start` and `end`, or `schedule` and `duration`")
                    .at(place)
                    .hint("give one of the two pairs, whole"),
            );
            None
        }
    }
}
