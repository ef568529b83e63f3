//! What can be said against policies before they are evaluated: calls of functions that do not exist,
//! references that nothing defines, variables without a value, rules that depend on themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::builtins;
use super::names::{Names, RuleNames, Target, around};
use super::source::Sources;
use crate::policy::Data;
use crate::schema::nearest;
use crate::source::Problem;

/// Everything that is wrong with the names, in the order of the files. `base` is what stands below `data`
/// besides the rules.
pub(super) fn problems(names: &Names, base: &Data, sources: &Sources) -> Vec<Problem> {
    let mut problems = Vec::new();
    let known = Known::of(names);
    for rule in &names.rules {
        for reference in &rule.references {
            let problem = match (&reference.target, reference.call) {
                (Target::Builtin(name), Some(arguments)) => builtin(name, arguments, rule, names),
                (Target::Data(path), Some(arguments)) => function(path, arguments, names),
                (Target::Data(path), None) => known.reference_to(path, base),
                (Target::Builtin(_), None) => None,
            };
            problems.extend(problem.map(|problem| problem.at(sources.span(&reference.span))));
        }
        for span in &rule.forgotten {
            let message = format!("`{}` would be taken for every key: an `else` follows", span.text());
            let hint =
                "this is a limit of the interpreter: give the value a name in the body, and that name to the rule";
            problems.push(Problem::new(message).at(sources.span(span)).hint(hint));
        }
        for (name, span) in &rule.unbound {
            problems.push(unbound(name, rule, names).at(sources.span(span)));
        }
    }
    problems.extend(recursion(names, sources));
    problems
}

pub(super) fn near(problem: Problem, word: &str, candidates: impl IntoIterator<Item = impl AsRef<str>>) -> Problem {
    let candidates: Vec<_> = candidates.into_iter().collect();
    match nearest(word, candidates.iter().map(AsRef::as_ref)) {
        Some(name) => problem.hint(format!("did you mean `{name}`?")),
        None => problem,
    }
}

fn builtin(name: &str, arguments: usize, rule: &RuleNames, names: &Names) -> Option<Problem> {
    if let Some(why) = builtins::refusal(name) {
        let hint = "let the facts that it needs stand in the repository";
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

/// What stands below `data` by whole path, and whether it is a rule; else it is a package.
struct Known<'a>(BTreeMap<&'a [String], bool>);

impl<'a> Known<'a> {
    fn of(names: &'a Names) -> Self {
        let packages = names.packages.keys().map(|package| (package.as_slice(), false));
        Self(packages.chain(names.rules.iter().map(|rule| (rule.path.as_slice(), true))).collect())
    }

    /// A reference below `data` must lead to a rule or to data, or be on the way to one.
    fn reference_to(&self, path: &[String], base: &Data) -> Option<Problem> {
        // What is set about policies is checked by its schema.
        if matches!(path, [gate, settings, _, ..] if gate == "gate" && settings == "settings") {
            return None;
        }
        if around(&self.0, path).any(|(known, is_rule)| *is_rule || known.starts_with(path)) {
            return None;
        }
        let known = || self.0.keys();
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
}

fn unbound(name: &str, rule: &RuleNames, names: &Names) -> Problem {
    let rules = names.packages.get(&rule.package).into_iter().flatten();
    let known = rule.bound.iter().chain(rules).map(String::as_str).chain(["input", "data"]);
    near(Problem::new(format!("`{name}` has no value: it is no rule, and nothing in this rule sets it")), name, known)
}

/// Rules that depend on themselves. The interpreter would follow functions until the stack is full.
fn recursion(names: &Names, sources: &Sources) -> Vec<Problem> {
    let mut by_path: BTreeMap<&[String], Vec<usize>> = BTreeMap::new();
    for (index, rule) in names.rules.iter().enumerate() {
        by_path.entry(&rule.path).or_default().push(index);
    }
    let paths: Vec<&[String]> = by_path.keys().copied().collect();
    let places: BTreeMap<&[String], usize> = (0..).zip(&paths).map(|(place, path)| (*path, place)).collect();
    let mut edges: Vec<BTreeSet<usize>> = Vec::new();
    for path in &paths {
        let rules = by_path.get(path).into_iter().flatten().filter_map(|index| names.rules.get(*index));
        let mut targets = BTreeSet::new();
        for reference in rules.flat_map(|rule| &rule.references) {
            let Target::Data(target) = &reference.target else { continue };
            // A reference to what lies around a rule needs it too; not so a function, which is part of no document.
            let needed = around(&places, target)
                .filter(|(path, _)| target.starts_with(path) || !names.functions.contains_key(*path));
            targets.extend(needed.map(|(_, place)| *place));
        }
        edges.push(targets);
    }
    let mut state = Search { edges: &edges, done: vec![false; paths.len()], path: Vec::new(), cycles: Vec::new() };
    (0..paths.len()).for_each(|start| state.visit(start));
    let problem = |cycle: &Vec<usize>| {
        let name = |index: &usize| paths.get(*index).and_then(|path| path.last()).map_or("", String::as_str);
        let chain: Vec<&str> = cycle.iter().chain(cycle.first()).map(name).collect();
        let rule = cycle.first().and_then(|index| by_path.get(paths.get(*index)?)?.first());
        let span = rule.and_then(|rule| sources.span(&names.rules.get(*rule)?.span));
        let message = match chain.as_slice() {
            [name, _] => format!("`{name}` depends on itself"),
            [name, ..] => format!("`{name}` depends on itself: {}", chain.join(" -> ")),
            [] => String::new(),
        };
        Problem::new(message).at(span).hint("Rego has no recursion; `walk` and `graph.reachable` visit nested data")
    };
    state.cycles.iter().map(problem).collect()
}

/// Depth-first search that remembers the way.
struct Search<'a> {
    edges: &'a [BTreeSet<usize>],
    done: Vec<bool>,
    path: Vec<usize>,
    cycles: Vec<Vec<usize>>,
}

impl Search<'_> {
    fn visit(&mut self, node: usize) {
        if let Some(start) = self.path.iter().position(|seen| *seen == node) {
            self.cycles.push(self.path.get(start..).unwrap_or_default().to_vec());
            return;
        }
        if self.done.get(node).copied().unwrap_or(true) {
            return;
        }
        self.path.push(node);
        for next in self.edges.get(node).into_iter().flatten() {
            self.visit(*next);
        }
        self.path.pop();
        if let Some(done) = self.done.get_mut(node) {
            *done = true;
        }
    }
}
