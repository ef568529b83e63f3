//! Which rules need which, and what follows: rules that depend on themselves, and `with` that sets what it hides.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{Names, Reference, Target};
use super::source::Sources;
use crate::source::Problem;

/// Rules by path, and what each needs.
pub(super) struct Graph<'a> {
    names: &'a Names,
    /// For each path the rules that have it, as indices into those of `names`.
    paths: Vec<(&'a [String], Vec<usize>)>,
    /// For each path the paths that it needs.
    edges: Vec<BTreeSet<usize>>,
}

impl<'a> Graph<'a> {
    pub(super) fn of(names: &'a Names) -> Self {
        let mut by_path: BTreeMap<&[String], Vec<usize>> = BTreeMap::new();
        for (index, rule) in names.rules.iter().enumerate() {
            by_path.entry(&rule.path).or_default().push(index);
        }
        let mut graph = Self { names, paths: by_path.into_iter().collect(), edges: Vec::new() };
        let edges = graph.paths.iter().map(|(_, rules)| {
            let rules = rules.iter().filter_map(|index| names.rules.get(*index));
            graph.needed(rules.flat_map(|rule| &rule.references))
        });
        graph.edges = edges.collect();
        graph
    }

    /// The paths that references need.
    fn needed(&self, references: impl Iterator<Item = &'a Reference>) -> BTreeSet<usize> {
        let mut needed = BTreeSet::new();
        for reference in references {
            let Target::Data(target) = &reference.target else { continue };
            // A reference to what lies around a rule needs it too; not so a function, which is part of no document.
            let touched = self.names.touched(target);
            let needs = touched.filter(|path| target.starts_with(path) || !self.names.functions.contains_key(*path));
            needed.extend(needs.filter_map(|path| self.paths.binary_search_by(|(other, _)| (*other).cmp(path)).ok()));
        }
        needed
    }

    /// These paths and all that they need, and what those need.
    fn closure(&self, start: BTreeSet<usize>) -> BTreeSet<usize> {
        let mut next: Vec<usize> = start.iter().copied().collect();
        let mut found = start;
        while let Some(path) = next.pop() {
            next.extend(self.edges.get(path).into_iter().flatten().copied().filter(|needed| found.insert(*needed)));
        }
        found
    }

    fn name(&self, path: usize) -> &str {
        self.paths.get(path).and_then(|(path, _)| path.last()).map_or("", String::as_str)
    }

    /// Rules that depend on themselves. The interpreter would follow functions until the stack is full.
    pub(super) fn recursion(&self, sources: &Sources) -> Vec<Problem> {
        let mut state =
            Search { edges: &self.edges, done: vec![false; self.paths.len()], path: Vec::new(), cycles: Vec::new() };
        (0..self.paths.len()).for_each(|start| state.visit(start));
        let problem = |cycle: &Vec<usize>| {
            let chain: Vec<&str> = cycle.iter().chain(cycle.first()).map(|path| self.name(*path)).collect();
            let rule = cycle.first().and_then(|path| self.paths.get(*path)?.1.first());
            let span = rule.and_then(|rule| sources.span(&self.names.rules.get(*rule)?.span));
            let message = match chain.as_slice() {
                [name, _] => format!("`{name}` depends on itself"),
                [name, ..] => format!("`{name}` depends on itself: {}", chain.join(" -> ")),
                [] => String::new(),
            };
            Problem::new(message).at(span).hint("Rego has no recursion; `walk` and `graph.reachable` visit nested data")
        };
        state.cycles.iter().map(problem).collect()
    }

    /// Rules that are used both in what `with` sets and under it. The interpreter (regorus 0.14) evaluates them for
    /// the first and takes them for undefined in the second.
    pub(super) fn overrides(&self, sources: &Sources) -> Vec<Problem> {
        let mut problems = Vec::new();
        for rule in &self.names.rules {
            for (set, under) in &rule.overrides {
                let references =
                    |range: &std::ops::Range<usize>| rule.references.get(range.clone()).unwrap_or_default();
                let under = self.closure(self.needed(references(under).iter()));
                for reference in references(set) {
                    let both = self.closure(self.needed(std::iter::once(reference)));
                    let mut both = both.intersection(&under).filter(|path| {
                        self.paths.get(**path).is_some_and(|(path, _)| !self.names.functions.contains_key(*path))
                    });
                    let Some(path) = both.next() else { continue };
                    let name = self.name(*path);
                    problems.push(
                        Problem::new(format!("`{name}` is needed both for what `with` sets and under it, where it would be undefined"))
                            .at(sources.span(&reference.span))
                            .hint("this is a limit of the interpreter: give what `with` sets a name in a line before, as in `document := ...`"),
                    );
                }
            }
        }
        problems
    }
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
