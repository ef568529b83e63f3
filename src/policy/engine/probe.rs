//! Where tests fail: their bodies, put as questions to the interpreter, which itself only says that they do.
//!
//! For every beginning of a test's body there is a set rule in the test's own package, with the test's own words:
//! the shortest beginning that holds no more is where the test fails, and the values in the next expression can be
//! asked for. What has no certain answer (a test of several bodies, a name that several values fit) has none.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{AssignOp, BoolOp, Expr, Literal, LiteralStmt, Module, Ref, Rule, RuleHead, Span};

use super::names::{Names, Step, steps};
use super::syntax::{children, is_constant, outer, statement, whole};
use super::walk::{Walk, imports};

/// Most values that are shown of one expression.
const MOST: usize = 12;

/// The questions about one test.
pub(super) struct Probes {
    /// The rules that ask, in the package of the test.
    pub(super) text: String,
    /// After how many steps the name of a case is known; `None` where the test has no cases.
    pub(super) named: Option<usize>,
    /// What has to hold, in an order in which it can be evaluated.
    pub(super) steps: Vec<Asked>,
    /// Whether the last of them is the value of the rule, for which there is no question whether it holds.
    pub(super) valued: bool,
}

/// Something that has to hold.
pub(super) struct Asked {
    pub(super) span: Span,
    pub(super) parts: Vec<Part>,
}

/// An expression within another.
pub(super) struct Part {
    pub(super) span: Span,
    pub(super) role: Role,
}

/// What a part of an expression is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Its value helps to understand.
    Shown,
    /// It should equal the other side, and its value is shown.
    Side,
    /// It should equal the other side, and is what is written.
    Constant,
}

/// The name of the rule that asks whether the first `step` steps of test `number` hold.
pub(super) fn holds(number: usize, step: usize) -> String {
    format!("__gate_holds_{number}_{step}")
}

/// The name of the rule that asks for the value of a part, where the first `step` steps hold.
pub(super) fn value(number: usize, step: usize, part: usize) -> String {
    format!("__gate_value_{number}_{step}_{part}")
}

/// The opening of a module that asks about tests of `module`.
pub(super) fn opening(module: &Module) -> String {
    let imports = module.imports.iter().map(|import| format!("{}\n", import.span.text()));
    format!("package {}\n{}", module.package.refr.span().text(), imports.collect::<String>())
}

impl Probes {
    /// Questions about a rule of one body, the `number`th that is asked about; `None` for any other.
    pub(super) fn of(names: &Names, module: &Module, package: &[String], rule: &Rule, number: usize) -> Option<Self> {
        let Rule::Spec { head, bodies, .. } = rule else { return None };
        let (refr, value) = match head {
            RuleHead::Compr { refr, assign, .. } => (Some(refr), assign.as_ref().map(|assign| &assign.value)),
            RuleHead::Set { key, .. } => (None, key.as_ref()),
            RuleHead::Func { .. } => return None,
        };
        let query = match bodies.as_slice() {
            [] => None,
            [body] => Some(&body.query),
            _ => return None,
        };
        if !module.rego_v1 {
            return None;
        }
        let keys = refr.map(keys).unwrap_or_default();
        let value = value.filter(|value| !is_constant(value));
        let statements: Vec<&LiteralStmt> = query.iter().flat_map(|query| &query.stmts).collect();
        let scope = Scope { names, module, package };
        let ordered = scope.order(&statements)?;
        let named = if keys.is_empty() { None } else { Some(scope.named(&ordered, &keys)?) };
        let mut probes = Self { text: String::new(), named, steps: Vec::new(), valued: value.is_some() };
        let key = |step: usize| match named {
            Some(named) if step >= named => format!("[{}]", texts(&keys).join(", ")),
            _ => "[]".to_owned(),
        };
        for step in 0..=ordered.len() {
            let before = ordered.get(..step).unwrap_or_default();
            let body: Vec<String> = before.iter().map(|next| statement(next).text().to_owned()).collect();
            let body = if body.is_empty() { "true".to_owned() } else { body.join(";\n") };
            let holds = holds(number, step);
            probes.text.push_str(&format!("{holds} contains {} if {{\n{body}\n}}\n", key(step)));
            let next = ordered.get(step);
            let (span, parts, with) = match (next, value) {
                (Some(next), _) => (statement(next), parts(&next.literal), with(next)),
                (None, Some(value)) => {
                    if refr.is_none() {
                        // What a set rule gathers may be undefined, and then it gathers nothing.
                        let (holds, value) = (self::holds(number, step + 1), whole(value));
                        let text =
                            format!("{holds} contains __gate_value if {{\n{body};\n__gate_value := {value}\n}}\n");
                        probes.text.push_str(&text);
                    }
                    (outer(value), expression_parts(value), String::new())
                }
                (None, None) => break,
            };
            let parts: Vec<(Ref<Expr>, Role)> =
                parts.into_iter().filter(|(part, _)| scope.is_bound(before, part)).collect();
            for (index, (part, _)) in parts.iter().enumerate() {
                let (name, part) = (self::value(number, step, index), whole(part));
                let key = key(step);
                probes.text.push_str(&format!(
                    "{name} contains [{key}, __gate_value] if {{\n{body};\n__gate_value := {part}{with}\n}}\n"
                ));
            }
            let parts = parts.into_iter().map(|(part, role)| Part { span: outer(&part), role });
            probes.steps.push(Asked { span, parts: parts.collect() });
        }
        Some(probes)
    }
}

/// Where names are looked up.
struct Scope<'a> {
    names: &'a Names,
    module: &'a Module,
    package: &'a [String],
}

impl Scope<'_> {
    fn body(&self, statements: &[&LiteralStmt], then: &[&Ref<Expr>]) -> super::walk::Walked {
        Walk::body(self.names, self.module, self.package, statements, then)
    }

    /// The statements as written, each as soon as all that it needs has a value.
    fn order<'s>(&self, statements: &[&'s LiteralStmt]) -> Option<Vec<&'s LiteralStmt>> {
        let mut left = statements.to_vec();
        let mut ordered: Vec<&LiteralStmt> = Vec::new();
        while !left.is_empty() {
            let fits = |statement: &&LiteralStmt| {
                let beginning: Vec<&LiteralStmt> = ordered.iter().chain([statement]).copied().collect();
                self.body(&beginning, &[]).unbound.is_empty()
            };
            let next = left.iter().position(fits)?;
            ordered.push(left.remove(next));
        }
        Some(ordered)
    }

    /// After how many statements the keys have values.
    fn named(&self, ordered: &[&LiteralStmt], keys: &[Key<'_>]) -> Option<usize> {
        let keys: Vec<&Ref<Expr>> =
            keys.iter().filter_map(|key| if let Key::Index(key) = key { Some(*key) } else { None }).collect();
        (0..=ordered.len()).find(|count| self.body(ordered.get(..*count).unwrap_or_default(), &keys).unbound.is_empty())
    }

    /// Whether an expression has one value for each way in which the statements hold: nothing in it takes values
    /// in turn.
    fn is_bound(&self, before: &[&LiteralStmt], expression: &Ref<Expr>) -> bool {
        let mut free = BTreeSet::new();
        variables(expression, &mut free);
        let bound = self.body(before, &[]).bound;
        let imports: BTreeMap<String, Option<Vec<String>>> = imports(self.module);
        free.iter().all(|name| {
            matches!(name.as_str(), "input" | "data")
                || bound.contains(name)
                || imports.contains_key(name)
                || self.names.is_rule(self.package, name)
        })
    }
}

/// A step of a test's head behind its name.
enum Key<'a> {
    Constant(String),
    Index(&'a Ref<Expr>),
}

/// What names the cases of a test: the head from its first step on that is no constant.
fn keys(head: &Ref<Expr>) -> Vec<Key<'_>> {
    let (_, steps) = steps(head);
    let steps = steps.into_iter().skip_while(|step| matches!(step, Step::Constant(_)));
    let key = |step| match step {
        Step::Constant(name) => Key::Constant(name),
        Step::Index(index) => Key::Index(index),
    };
    steps.map(key).collect()
}

fn texts(keys: &[Key<'_>]) -> Vec<String> {
    let text = |key: &Key<'_>| match key {
        Key::Constant(name) => serde_json::Value::from(name.as_str()).to_string(),
        Key::Index(index) => whole(index).to_owned(),
    };
    keys.iter().map(text).collect()
}

/// The modifiers of a statement as written, with a space before.
fn with(modified: &LiteralStmt) -> String {
    let Some(first) = modified.with_mods.first() else { return String::new() };
    let text = Span { start: first.span.start, ..statement(modified) };
    format!(" {}", text.text())
}

/// The parts of a statement whose values tell why it does not hold.
fn parts(literal: &Literal) -> Vec<(Ref<Expr>, Role)> {
    match literal {
        Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => expression_parts(expr),
        Literal::SomeIn { collection: many, .. } | Literal::Every { domain: many, .. } => {
            let mut found = Vec::new();
            visit(many, &mut found);
            found
        }
        Literal::SomeVars { .. } => Vec::new(),
    }
}

fn expression_parts(expression: &Ref<Expr>) -> Vec<(Ref<Expr>, Role)> {
    let mut found = Vec::new();
    match expression.as_ref() {
        Expr::BoolExpr { op: BoolOp::Eq, lhs, rhs, .. } | Expr::AssignExpr { op: AssignOp::Eq, lhs, rhs, .. } => {
            for side in [lhs, rhs] {
                let role = if is_constant(side) { Role::Constant } else { Role::Side };
                found.push((side.clone(), role));
                within(side, &mut found);
            }
        }
        // Its value is no or none, and that is known.
        Expr::Call { params, .. } => params.iter().for_each(|parameter| visit(parameter, &mut found)),
        Expr::BoolExpr { .. } | Expr::Membership { .. } => within(expression, &mut found),
        Expr::AssignExpr { rhs, .. } => visit(rhs, &mut found),
        _ => visit(expression, &mut found),
    }
    let mut seen = BTreeSet::new();
    found.retain(|(part, role)| *role != Role::Shown || seen.insert(whole(part).to_owned()));
    let sides: BTreeSet<String> =
        found.iter().filter(|(_, role)| *role == Role::Side).map(|(part, _)| whole(part).to_owned()).collect();
    found.retain(|(part, role)| *role != Role::Shown || !sides.contains(whole(part)));
    found.truncate(MOST);
    found
}

/// The expression, where its value is not plain, and those within it.
fn visit(expression: &Ref<Expr>, found: &mut Vec<(Ref<Expr>, Role)>) {
    let plain = matches!(expression.as_ref(), Expr::Array { .. } | Expr::Set { .. } | Expr::Object { .. });
    if is_constant(expression) {
        return;
    }
    if !plain {
        found.push((expression.clone(), Role::Shown));
    }
    within(expression, found);
}

/// What is within an expression, but for the steps of a reference and the keys of an object.
fn within(expression: &Ref<Expr>, found: &mut Vec<(Ref<Expr>, Role)>) {
    match expression.as_ref() {
        Expr::RefDot { .. } | Expr::RefBrack { .. } => {}
        Expr::Object { fields, .. } => fields.iter().for_each(|(_, _, value)| visit(value, found)),
        _ => children(expression).into_iter().for_each(|child| visit(child, found)),
    }
}

/// The variables of an expression, those of comprehensions in it left out.
fn variables(expression: &Ref<Expr>, found: &mut BTreeSet<String>) {
    if let Expr::Var { span, .. } = expression.as_ref() {
        found.insert(span.text().to_owned());
    }
    for child in children(expression) {
        variables(child, found);
    }
}
