//! What can be said against policies before they are evaluated: calls of functions that do not exist,
//! references that nothing defines, variables without a value. What takes more than one rule is for the graph of
//! what depends on what.

use std::collections::BTreeSet;

use super::builtins;
use super::depends::Graph;
use super::misread::refused;
use super::names::{Names, RuleNames, Target};
use super::near::near;
use super::source::Sources;
use crate::policy::Data;
use crate::source::Problem;

/// Everything that is wrong with the names, in the order of the files. `base` is what stands below `data`
/// besides the rules.
pub(super) fn problems(names: &Names, base: &Data, sources: &Sources) -> Vec<Problem> {
    let mut problems = Vec::new();
    for rule in &names.rules {
        for reference in &rule.references {
            let problem = match (&reference.target, reference.call) {
                (Target::Builtin(name), Some(arguments)) => builtin(name, arguments, rule, names),
                (Target::Data(path), Some(arguments)) => function(path, arguments, names),
                (Target::Data(path), None) => reference_to(path, names, base),
                (Target::Builtin(_), None) => None,
            };
            problems.extend(problem.map(|problem| problem.at(sources.span(&reference.span))));
        }
        problems.extend(rule.misread.iter().map(|(how, span)| refused(*how, span, sources)));
        for (name, span) in &rule.unbound {
            problems.push(unbound(name, rule, names).at(sources.span(span)));
        }
    }
    let graph = Graph::of(names);
    problems.extend(graph.recursion(sources));
    problems.extend(graph.overrides(sources));
    problems
}

fn builtin(name: &str, arguments: usize, rule: &RuleNames, names: &Names) -> Option<Problem> {
    if let Some(why) = builtins::refusal(name) {
        let hint = if name.starts_with("rego.metadata") {
            "give its value a name: `metadata := rego.metadata.rule()`"
        } else {
            "let the facts that it needs stand in the repository"
        };
        return Some(Problem::new(format!("`{name}` cannot be called: {why}")).hint(hint));
    }
    match builtins::arity(name) {
        Some(arity) if arity != arguments => Some(wrong_count(name, arity, arguments)),
        Some(_) => None,
        None if name == "print" => None,
        None => {
            let own = names.functions.keys().filter_map(|path| path.strip_prefix(rule.package.as_slice()));
            let own: Vec<String> = own.map(|name| name.join(".")).collect();
            let known = own.iter().map(String::as_str).chain(builtins::names());
            Some(near(Problem::new(format!("there is no function `{name}`")), name, known))
        }
    }
}

fn wrong_count(name: &str, arity: usize, arguments: usize) -> Problem {
    Problem::new(format!("`{name}` takes {arity} arguments, not {arguments}"))
}

fn function(path: &[String], arguments: usize, names: &Names) -> Option<Problem> {
    let shown = shown(path);
    match names.functions.get(path) {
        Some(arity) if *arity != arguments => Some(wrong_count(&shown, *arity, arguments)),
        Some(_) => None,
        None => {
            let problem = Problem::new(format!("there is no function `{shown}`"));
            Some(near(problem, &shown, names.functions.keys().map(|path| self::shown(path))))
        }
    }
}

fn shown(path: &[String]) -> String {
    format!("data.{}", path.join("."))
}

/// A reference below `data` must lead to a rule or to data, or be on the way to one.
fn reference_to(path: &[String], names: &Names, base: &Data) -> Option<Problem> {
    // What is set about policies is checked by its schema.
    if matches!(path, [gate, settings, _, ..] if gate == "gate" && settings == "settings") {
        return None;
    }
    if names.reaches(path) {
        return None;
    }
    let known = || names.rules.iter().map(|rule| rule.path.as_slice()).chain(names.packages.keys().map(Vec::as_slice));
    let mut here = Some(base.clone());
    for (depth, step) in path.iter().enumerate() {
        let parent = path.get(..depth).unwrap_or_default();
        let object = here.filter(Data::is_object);
        let beside = known().filter(|known| known.starts_with(parent)).filter_map(|known| known.get(depth));
        let mut beside: BTreeSet<String> = beside.cloned().collect();
        if object.is_none() && beside.is_empty() {
            return None;
        }
        beside.extend(object.iter().filter_map(Data::entries).flatten().map(|(key, _)| key.to_string()));
        if !beside.contains(step) {
            let problem = Problem::new(format!("nothing defines `{}`", shown(path)));
            return Some(near(problem, step, beside).hint("an undefined value makes a rule pass in silence"));
        }
        here = object.and_then(|object| object.get(step));
    }
    None
}

fn unbound(name: &str, rule: &RuleNames, names: &Names) -> Problem {
    let rules = names.packages.get(&rule.package).into_iter().flatten();
    let known = rule.bound.iter().chain(rules).map(String::as_str).chain(["input", "data"]);
    near(Problem::new(format!("`{name}` has no value: it is no rule, and nothing in this rule sets it")), name, known)
}
