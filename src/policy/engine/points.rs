//! What tests can reach in a policy, and how it is noticed that they did.
//!
//! Expressions are reached when they are evaluated: the interpreter notes their lines. A rule is reached when it
//! holds, which the interpreter does not note: a copy of the policy is evaluated whose rules take their values
//! through a function that does. The copy has the lines of the original, so that both fit together.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{Expr, Literal, Module, Query, Ref, Rule, RuleAssign, RuleHead, Span};

use super::builtins::COVERED;
use super::names::constant_path;
use super::syntax::{children, closed, outer};

/// A place in a policy that tests can reach.
pub(super) struct Point {
    pub(super) span: Span,
    /// The rule that it belongs to.
    pub(super) rule: String,
    pub(super) kind: PointKind,
}

/// What is at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PointKind {
    /// A rule, or what stands behind its `else`: reached where the function notes this number.
    Head(u32),
    /// A default value: reached where it is evaluated.
    Default,
    /// An expression: reached where it is evaluated, and surely where what it belongs to holds.
    Expression(Option<u32>),
}

/// The points of a module in the order of the text, and a copy of its text that notes which are reached. `next` is
/// the first number that is free.
pub(super) fn points(module: &Module, text: &str, next: &mut u32) -> (Vec<Point>, String) {
    let mut noting = Noting { points: Vec::new(), edits: BTreeMap::new(), next };
    for rule in &module.policy {
        noting.rule(rule);
    }
    let mut copy = String::with_capacity(text.len());
    let mut at = 0;
    for (place, insertion) in noting.edits {
        copy.push_str(text.get(at..place).unwrap_or_default());
        copy.push_str(&insertion);
        at = place;
    }
    copy.push_str(text.get(at..).unwrap_or_default());
    noting.points.sort_by_key(|point| (point.span.start, point.span.end));
    (noting.points, copy)
}

struct Noting<'a> {
    points: Vec<Point>,
    /// What is inserted at which byte.
    edits: BTreeMap<usize, String>,
    next: &'a mut u32,
}

impl Noting<'_> {
    fn rule(&mut self, rule: &Ref<Rule>) {
        match rule.as_ref() {
            Rule::Default { span, refr, value, .. } => {
                let rule = constant_path(refr).join(".");
                self.points.push(Point { span: closed(span), rule: rule.clone(), kind: PointKind::Default });
                self.within(value, &rule);
            }
            Rule::Spec { head, bodies, .. } => {
                let (span, refr) = match head {
                    RuleHead::Compr { span, refr, .. }
                    | RuleHead::Set { span, refr, .. }
                    | RuleHead::Func { span, refr, .. } => (span, refr),
                };
                let name = constant_path(refr).join(".");
                let first = self.head(span, &name);
                match head {
                    RuleHead::Set { key: Some(key), .. } => self.wrap(first, key, &name),
                    RuleHead::Set { key: None, .. } => {}
                    RuleHead::Compr { assign, .. } | RuleHead::Func { assign, .. } => {
                        self.value(first, assign.as_ref(), span.end, &name);
                    }
                }
                let mut number = first;
                for body in bodies {
                    if body.is_else {
                        // The word itself, where no value follows.
                        let end = body.assign.as_ref().map_or(body.span.start + 4, |assign| outer(&assign.value).end);
                        number = self.head(&Span { end, ..body.span.clone() }, &name);
                        self.value(number, body.assign.as_ref(), end, &name);
                    }
                    self.query(&body.query, Some(number), &name);
                }
            }
        }
    }

    fn head(&mut self, span: &Span, rule: &str) -> u32 {
        *self.next += 1;
        self.points.push(Point { span: closed(span), rule: rule.to_owned(), kind: PointKind::Head(*self.next) });
        *self.next
    }

    /// Notes where a rule gets its value; one that is written without has one from now on.
    fn value(&mut self, number: u32, assign: Option<&RuleAssign>, end: u32, rule: &str) {
        match assign {
            Some(assign) => self.wrap(number, &assign.value, rule),
            None => self.insert(end, &format!(" = {COVERED}({number}, true)")),
        }
    }

    fn wrap(&mut self, number: u32, value: &Ref<Expr>, rule: &str) {
        let span = outer(value);
        self.insert(span.start, &format!("{COVERED}({number}, "));
        self.insert(span.end, ")");
        self.within(value, rule);
    }

    fn insert(&mut self, at: u32, text: &str) {
        self.edits.entry(at as usize).or_default().push_str(text);
    }

    fn query(&mut self, query: &Query, holds: Option<u32>, rule: &str) {
        for statement in &query.stmts {
            let point =
                || Point { span: statement.span.clone(), rule: rule.to_owned(), kind: PointKind::Expression(holds) };
            match &statement.literal {
                Literal::SomeVars { .. } => {}
                Literal::SomeIn { collection, .. } => {
                    self.points.push(point());
                    self.within(collection, rule);
                }
                Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => {
                    self.points.push(point());
                    self.within(expr, rule);
                }
                Literal::Every { domain, query, .. } => {
                    // The expression is the line that it starts on: what it asks of every item counts for itself.
                    let end = domain.span().end;
                    let span = Span { end, ..statement.span.clone() };
                    self.points.push(Point { span, ..point() });
                    self.within(domain, rule);
                    self.query(query, None, rule);
                }
            }
        }
    }

    /// The expressions of comprehensions within another.
    fn within(&mut self, expression: &Ref<Expr>, rule: &str) {
        match expression.as_ref() {
            Expr::ArrayCompr { query, term, .. } | Expr::SetCompr { query, term, .. } => {
                self.query(query, None, rule);
                self.within(term, rule);
            }
            Expr::ObjectCompr { query, key, value, .. } => {
                self.query(query, None, rule);
                self.within(key, rule);
                self.within(value, rule);
            }
            _ => children(expression).into_iter().for_each(|child| self.within(child, rule)),
        }
    }
}

/// Whether a point was reached: `noted` are the numbers that the function noted, `lines` those of the file on which
/// something was evaluated.
pub(super) fn is_reached(point: &Point, noted: &BTreeSet<u32>, lines: &BTreeSet<u32>) -> bool {
    let rows = || point.span.text().lines().count().max(1);
    let evaluated = || (point.span.line..).take(rows()).any(|line| lines.contains(&line));
    match point.kind {
        PointKind::Head(number) => noted.contains(&number),
        PointKind::Default => evaluated(),
        PointKind::Expression(holds) => holds.is_some_and(|number| noted.contains(&number)) || evaluated(),
    }
}
