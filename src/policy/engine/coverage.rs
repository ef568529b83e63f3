//! How much of policies an evaluation reaches.

use std::collections::{BTreeMap, BTreeSet};

use super::points::{Point, PointKind, is_reached, points};
use super::program::{Program, Session};
use super::source::Source;
use crate::source::{RepoPath, Span};

/// What can be reached of a policy file, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The file.
    pub path: RepoPath,
    /// The package, `data` left out.
    pub package: String,
    /// What can be reached in it.
    pub points: Vec<Reached>,
}

/// Something that can be reached, and whether it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// Where it is.
    pub span: Span,
    /// The rule that it is, or belongs to.
    pub rule: String,
    /// Whether it is a rule, or one of the ways in which a rule gets its value; else it is an expression.
    pub is_rule: bool,
    /// For a rule whether it held, for an expression whether it was evaluated.
    pub reached: bool,
}

/// What is to be watched of some files.
pub(in crate::policy) struct Watch(BTreeMap<RepoPath, (String, Vec<Point>)>);

impl Program {
    /// Copies of the sources in which rules of those that are `wanted` note that they hold.
    pub(in crate::policy) fn watched(&self, wanted: impl Fn(&RepoPath) -> bool) -> (Vec<Source>, Watch) {
        let mut next = 0;
        let mut watch = BTreeMap::new();
        let modules = self.engine.clone().get_modules().clone();
        let mut sources = Vec::new();
        for (module, source) in modules.iter().zip(self.sources()) {
            let mut source = source.clone();
            if wanted(&source.path) {
                let (points, text) = points(module, &source.text, &mut next);
                let package = super::names::constant_path(&module.package.refr).join(".");
                watch.insert(source.path.clone(), (package, points));
                source.text = text;
            }
            sources.push(source);
        }
        (sources, Watch(watch))
    }
}

/// What evaluations reached so far.
#[derive(Default)]
pub(in crate::policy) struct Trail {
    noted: BTreeSet<u32>,
    lines: BTreeMap<RepoPath, BTreeSet<u32>>,
}

impl Trail {
    /// What a session reached.
    pub(in crate::policy) fn of(session: &Session<'_>) -> Self {
        Self { noted: session.noted(), lines: session.lines() }
    }

    /// What either reached.
    pub(in crate::policy) fn and(mut self, other: Self) -> Self {
        self.noted.extend(other.noted);
        for (path, lines) in other.lines {
            self.lines.entry(path).or_default().extend(lines);
        }
        self
    }
}

impl Watch {
    /// What the trail says of each file of `program`, of which the copies were made; by path.
    pub(in crate::policy) fn coverage(self, trail: &Trail, program: &Program) -> Vec<Coverage> {
        let none = BTreeSet::new();
        let file = |(path, (package, points)): (RepoPath, (String, Vec<Point>))| {
            let lines = trail.lines.get(&path).unwrap_or(&none);
            let points = points.iter().filter_map(|point| {
                Some(Reached {
                    span: program.span(&point.span)?,
                    rule: point.rule.clone(),
                    is_rule: !matches!(point.kind, PointKind::Expression(_)),
                    reached: is_reached(point, &trail.noted, lines),
                })
            });
            Coverage { points: points.collect(), path, package }
        };
        self.0.into_iter().map(file).collect()
    }
}
