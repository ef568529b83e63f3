//! One rule, read for the shapes of its values.
//!
//! A variable of Rego has one value wherever it stands, so whatever gives it a shape tells the truth about all
//! of its uses. What is read before anything gave it one is read again; what is never given one is unknown.

use std::collections::BTreeMap;

use regorus::unstable::{ArithOp, AssignOp, BinOp, Expr, Literal, LiteralStmt, Query, Ref, Rule, RuleHead, Span};

use super::known::{Known, View};
use super::shape::{Missing, Shape};
use crate::policy::engine::annotations::LABEL;
use crate::policy::engine::builtins::RULE;
use crate::policy::engine::names::constant_path;

/// What a rule tells.
pub(super) struct Told<'s> {
    /// The shape of its value.
    pub(super) value: Shape<'s>,
    /// The functions that it calls, by path below `data`, and what it hands to them.
    pub(super) calls: Vec<(Vec<String>, Vec<Shape<'s>>)>,
    /// What it asks of values that they cannot have.
    pub(super) missing: Vec<(Missing, Span)>,
    /// Whether it puts something else in the place of the input for what it refers to.
    pub(super) rebinds: bool,
}

struct Scope<'s> {
    /// Variables; `None` where nothing gave it a value yet.
    variables: BTreeMap<String, Option<Shape<'s>>>,
    /// Whether one was read before.
    early: bool,
}

struct Walk<'k, 's> {
    known: &'k Known<'s>,
    view: &'k View<'s>,
    /// The shape of `input`.
    input: Shape<'s>,
    scopes: Vec<Scope<'s>>,
    /// How many `with` are around.
    replaced: usize,
    told: Told<'s>,
}

/// One step of a reference, and where it stands.
enum Step<'e> {
    Field(String, &'e Span),
    Index(&'e Ref<Expr>),
}

/// Reads a rule at `path` below `data`.
pub(super) fn rule<'s>(known: &Known<'s>, view: &View<'s>, path: &[String], rule: &Rule) -> Told<'s> {
    let told = Told { value: Shape::Bare, calls: Vec::new(), missing: Vec::new(), rebinds: false };
    let input = if known.rebound.contains(path) { Shape::Unknown } else { view.input.clone() };
    let mut walk = Walk { known, view, input, scopes: Vec::new(), replaced: 0, told };
    match rule {
        Rule::Default { value, .. } => walk.told.value = walk.expression(value),
        Rule::Spec { head, bodies, .. } => {
            walk.open();
            if let RuleHead::Func { args, .. } = head {
                for (index, argument) in args.iter().enumerate() {
                    walk.declare(argument);
                    let shape = known.argument(path, index);
                    walk.pattern(argument, &shape);
                }
            }
            if bodies.is_empty() {
                walk.head(head);
            }
            for body in bodies {
                walk.query(&body.query, &mut |walk| match &body.assign {
                    Some(assign) => {
                        let value = walk.expression(&assign.value);
                        walk.gives(value);
                    }
                    None if body.is_else => {}
                    None => walk.head(head),
                });
            }
        }
    }
    walk.told
}

fn steps<'e>(reference: &'e Ref<Expr>, path: &mut Vec<Step<'e>>) -> &'e Ref<Expr> {
    match reference.as_ref() {
        Expr::RefDot { refr, field, .. } => {
            let root = steps(refr, path);
            path.push(Step::Field(field.0.text().to_owned(), &field.0));
            root
        }
        Expr::RefBrack { refr, index, .. } => {
            let root = steps(refr, path);
            path.push(constant(index).map_or(Step::Index(index), |name| Step::Field(name, index.span())));
            root
        }
        _ => reference,
    }
}

fn constant(expression: &Ref<Expr>) -> Option<String> {
    match expression.as_ref() {
        Expr::String { value, .. } | Expr::RawString { value, .. } => value.as_string().ok().map(ToString::to_string),
        _ => None,
    }
}

impl<'s> Walk<'_, 's> {
    fn open(&mut self) {
        self.scopes.push(Scope { variables: BTreeMap::new(), early: false });
    }

    /// The value that a rule has besides others.
    fn gives(&mut self, value: Shape<'s>) {
        let before = std::mem::replace(&mut self.told.value, Shape::Bare);
        self.told.value = before.or(value);
    }

    fn head(&mut self, head: &RuleHead) {
        let (reference, value) = match head {
            RuleHead::Set { refr, key, .. } => {
                let key = key.as_ref().map_or(Shape::Unknown, |key| self.expression(key));
                (refr, Shape::Many(Box::new(key)))
            }
            RuleHead::Compr { refr, assign, .. } | RuleHead::Func { refr, assign, .. } => {
                (refr, assign.as_ref().map_or(Shape::Bare, |assign| self.expression(&assign.value)))
            }
        };
        let mut path = Vec::new();
        steps(reference, &mut path);
        // The rule is known by the path in front of its first variable.
        let rest = path.iter().skip_while(|step| matches!(step, Step::Field(..)));
        let mut value = value;
        for step in rest {
            value = match step {
                Step::Field(..) => Shape::Unknown,
                Step::Index(index) => {
                    self.expression(index);
                    Shape::Many(Box::new(value))
                }
            };
        }
        self.gives(value);
    }

    /// A body, and what is evaluated where it holds.
    fn query(&mut self, query: &Query, then: &mut dyn FnMut(&mut Self)) {
        self.open();
        for statement in &query.stmts {
            self.declarations(statement);
        }
        let (calls, missing, value) = (self.told.calls.len(), self.told.missing.len(), self.told.value.clone());
        self.pass(query, then);
        if self.scopes.last().is_some_and(|scope| scope.early) {
            self.told.calls.truncate(calls);
            self.told.missing.truncate(missing);
            self.told.value = value;
            self.pass(query, then);
        }
        self.scopes.pop();
    }

    fn declarations(&mut self, statement: &LiteralStmt) {
        match &statement.literal {
            Literal::SomeVars { vars, .. } => vars.iter().for_each(|variable| self.name(variable.text())),
            Literal::SomeIn { key, value, .. } => key.iter().chain([value]).for_each(|pattern| self.declare(pattern)),
            Literal::Expr { expr, .. } => {
                if let Expr::AssignExpr { op: AssignOp::ColEq, lhs, .. } = expr.as_ref() {
                    self.declare(lhs);
                }
            }
            Literal::NotExpr { .. } | Literal::Every { .. } => {}
        }
    }

    fn pass(&mut self, query: &Query, then: &mut dyn FnMut(&mut Self)) {
        for statement in &query.stmts {
            for with in &statement.with_mods {
                self.expression(&with.r#as);
                // A function that stands in for another is called from who knows where.
                if let Some((path, _)) = self.data(&with.r#as) {
                    self.told.calls.push((path, Vec::new()));
                }
                self.told.rebinds = true;
            }
            let replaced = usize::from(!statement.with_mods.is_empty());
            self.replaced += replaced;
            self.literal(&statement.literal);
            self.replaced -= replaced;
        }
        then(self);
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::SomeVars { .. } => {}
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => {
                self.expression(expr);
            }
            Literal::SomeIn { key, value, collection, .. } => {
                let item = self.items_of(collection);
                for (pattern, shape) in key.iter().map(|key| (key, &Shape::Unknown)).chain([(value, &item)]) {
                    self.pattern(pattern, shape);
                }
            }
            Literal::Every { key, value, domain, query, .. } => {
                let item = self.items_of(domain);
                self.open();
                for (name, shape) in key.iter().map(|key| (key, Shape::Unknown)).chain([(value, item)]) {
                    self.name(name.text());
                    self.set(name.text(), shape);
                }
                self.query(query, &mut |_| {});
                self.scopes.pop();
            }
        }
    }

    /// The items of what an expression gives.
    fn items_of(&mut self, collection: &Ref<Expr>) -> Shape<'s> {
        let shape = self.expression(collection);
        self.expect(shape.item(), collection.span())
    }

    fn expect(&mut self, found: Result<Shape<'s>, Missing>, span: &Span) -> Shape<'s> {
        found.unwrap_or_else(|missing| {
            self.told.missing.push((missing, span.clone()));
            Shape::Unknown
        })
    }

    /// Makes a variable known in this scope.
    fn name(&mut self, name: &str) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.variables.entry(name.to_owned()).or_default();
        }
    }

    fn declare(&mut self, pattern: &Ref<Expr>) {
        match pattern.as_ref() {
            Expr::Var { span, .. } => self.name(span.text()),
            Expr::Array { items, .. } | Expr::Set { items, .. } => items.iter().for_each(|item| self.declare(item)),
            Expr::Object { fields, .. } => fields.iter().for_each(|(_, _, value)| self.declare(value)),
            _ => {}
        }
    }

    /// Gives a variable a shape, unless it has a better one.
    fn set(&mut self, name: &str, shape: Shape<'s>) {
        let known = self.scopes.iter_mut().rev().find_map(|scope| scope.variables.get_mut(name));
        match known {
            Some(Some(Shape::Schema(_) | Shape::Many(_) | Shape::Tuple(_))) => {}
            Some(slot) => *slot = Some(shape),
            None => {
                if let Some(scope) = self.scopes.last_mut() {
                    scope.variables.insert(name.to_owned(), Some(shape));
                }
            }
        }
    }

    fn pattern(&mut self, pattern: &Ref<Expr>, shape: &Shape<'s>) {
        match pattern.as_ref() {
            Expr::Var { span, .. } if self.is_variable(span.text()) => self.set(span.text(), shape.clone()),
            Expr::Var { span, .. } if span.text() == "_" => {}
            Expr::Array { items, .. } => {
                items.iter().enumerate().for_each(|(index, item)| self.pattern(item, &shape.nth(index)));
            }
            Expr::Object { fields, .. } => {
                for (_, key, value) in fields {
                    let field = constant(key).and_then(|name| shape.field(&name).ok()).unwrap_or(Shape::Unknown);
                    self.expression(key);
                    self.pattern(value, &field);
                }
            }
            _ => {
                self.expression(pattern);
            }
        }
    }

    fn is_local(&self, name: &str) -> bool {
        self.scopes.iter().any(|scope| scope.variables.contains_key(name))
    }

    /// Whether a bare name is a variable: one that is declared, or no rule or import.
    fn is_variable(&self, name: &str) -> bool {
        self.is_local(name)
            || (!matches!(name, "_" | "input" | "data")
                && !self.known.names.is_rule(&self.view.package, name)
                && !self.view.imports.contains_key(name))
    }

    /// Whether a name is a variable to which nothing gave a value yet.
    fn is_free(&self, expression: &Ref<Expr>) -> bool {
        let Expr::Var { span, .. } = expression.as_ref() else { return false };
        let found = self.scopes.iter().rev().find_map(|scope| scope.variables.get(span.text()));
        found.map_or_else(|| self.is_variable(span.text()), Option::is_none)
    }

    fn expressions<'e>(&mut self, expressions: impl IntoIterator<Item = &'e Ref<Expr>>) -> Vec<Shape<'s>> {
        expressions.into_iter().map(|expression| self.expression(expression)).collect()
    }

    fn expression(&mut self, expression: &Ref<Expr>) -> Shape<'s> {
        match expression.as_ref() {
            Expr::String { .. }
            | Expr::RawString { .. }
            | Expr::Number { .. }
            | Expr::Bool { .. }
            | Expr::Null { .. } => Shape::Bare,
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => self.reference(expression),
            Expr::Array { items, .. } => Shape::Tuple(self.expressions(items)),
            Expr::Set { items, .. } => Shape::Many(Box::new(Shape::any(self.expressions(items)))),
            Expr::Object { fields, .. } => {
                for (_, key, value) in fields {
                    self.expressions([key, value]);
                }
                if fields.is_empty() { Shape::Bare } else { Shape::Unknown }
            }
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                self.comprehension(query, &[term])
            }
            Expr::ObjectCompr { key, value, query, .. } => self.comprehension(query, &[key, value]),
            Expr::Call { fcn, params, .. } => self.call(fcn, params),
            Expr::UnaryExpr { expr, .. } => {
                self.expression(expr);
                Shape::Bare
            }
            Expr::BinExpr { op: BinOp::Union, lhs, rhs, .. } => Shape::any(self.expressions([lhs, rhs])),
            Expr::BinExpr { op: BinOp::Intersection, lhs, rhs, .. }
            | Expr::ArithExpr { op: ArithOp::Sub, lhs, rhs, .. } => {
                let left = self.expression(lhs);
                self.expression(rhs);
                left
            }
            Expr::ArithExpr { lhs, rhs, .. } | Expr::BoolExpr { lhs, rhs, .. } => {
                self.expressions([lhs, rhs]);
                Shape::Bare
            }
            Expr::AssignExpr { op: AssignOp::ColEq, lhs, rhs, .. } => {
                let shape = self.expression(rhs);
                self.pattern(lhs, &shape);
                Shape::Bare
            }
            Expr::AssignExpr { op: AssignOp::Eq, lhs, rhs, .. } => {
                self.equate(lhs, rhs);
                Shape::Bare
            }
            Expr::Membership { key, value, collection, .. } => {
                self.expressions(key.iter().chain([value, collection]));
                Shape::Bare
            }
        }
    }

    fn comprehension(&mut self, query: &Query, terms: &[&Ref<Expr>]) -> Shape<'s> {
        let mut shape = Shape::Bare;
        self.query(query, &mut |walk| {
            shape = terms.iter().map(|term| walk.expression(term)).last().unwrap_or(Shape::Unknown);
        });
        Shape::Many(Box::new(shape))
    }

    /// `lhs = rhs`: either side may give values to the other.
    fn equate(&mut self, lhs: &Ref<Expr>, rhs: &Ref<Expr>) {
        match (lhs.as_ref(), rhs.as_ref()) {
            (Expr::Array { items: left, .. }, Expr::Array { items: right, .. }) if left.len() == right.len() => {
                left.iter().zip(right).for_each(|(left, right)| self.equate(left, right));
            }
            _ if self.is_free(rhs) && !self.is_free(lhs) => {
                let shape = self.expression(lhs);
                self.pattern(rhs, &shape);
            }
            (Expr::Var { .. } | Expr::Array { .. } | Expr::Object { .. }, _) => {
                let shape = self.expression(rhs);
                self.pattern(lhs, &shape);
            }
            _ => {
                let shape = self.expression(lhs);
                self.pattern(rhs, &shape);
            }
        }
    }

    fn call(&mut self, function: &Ref<Expr>, arguments: &[Ref<Expr>]) -> Shape<'s> {
        let Some((path, _)) = self.data(function).filter(|(path, _)| self.known.names.functions.contains_key(path))
        else {
            return self.builtin(&constant_path(function).join("."), arguments);
        };
        let arity = self.known.names.functions.get(&path).copied().unwrap_or_default();
        let shapes = self.expressions(arguments.iter().take(arity));
        let shapes = shapes.into_iter().map(Shape::for_any_rule).collect();
        let value = if self.replaced > 0 { Shape::Unknown } else { self.known.value(&path) };
        self.told.calls.push((path, shapes));
        if let Some(output) = arguments.get(arity) {
            self.pattern(output, &value);
        }
        value
    }

    fn builtin(&mut self, name: &str, arguments: &[Ref<Expr>]) -> Shape<'s> {
        // A variable that nothing gave a value stands for the result.
        let free: Vec<bool> = arguments.iter().map(|argument| self.is_free(argument)).collect();
        let mut shapes = Vec::new();
        for (argument, free) in arguments.iter().zip(free) {
            shapes.push(if free { Shape::Unknown } else { self.expression(argument) });
        }
        match (name, shapes.as_slice(), arguments) {
            ("object.get", [object, _, fallback], [_, path, _]) => {
                let names: Option<Vec<(String, &Span)>> = match path.as_ref() {
                    Expr::Array { items, .. } => {
                        items.iter().map(|item| Some((constant(item)?, item.span()))).collect()
                    }
                    _ => constant(path).map(|name| vec![(name, path.span())]),
                };
                let Some(names) = names else { return Shape::Unknown };
                let mut here = object.clone().for_any_rule();
                for (name, span) in names {
                    here = self.expect(here.field(&name), span);
                }
                here.or(fallback.clone())
            }
            ("array.slice" | "array.reverse" | "sort", [list, ..], _) => {
                Shape::Many(Box::new(list.item().unwrap_or(Shape::Unknown)))
            }
            ("array.concat", [left, right], _) => left.clone().or(right.clone()),
            (RULE, _, [number]) => {
                let number = number.span().text().parse::<usize>().ok();
                let schema = number.and_then(|number| self.known.metadata.get(number));
                schema.map_or(Shape::Unknown, |schema| Shape::of(schema, schema, LABEL))
            }
            _ => Shape::Unknown,
        }
    }

    /// What a reference names below `data`: the path as far as it is constant, and how many steps that takes.
    fn data(&self, reference: &Ref<Expr>) -> Option<(Vec<String>, usize)> {
        let mut path = Vec::new();
        let root = steps(reference, &mut path);
        let Expr::Var { span, .. } = root.as_ref() else { return None };
        let name = span.text();
        let constant: Vec<String> = path
            .into_iter()
            .map_while(|step| match step {
                Step::Field(name, _) => Some(name),
                Step::Index(_) => None,
            })
            .collect();
        let taken = constant.len();
        if self.is_local(name) {
            return None;
        }
        let path = match self.view.imports.get(name) {
            _ if name == "data" => constant,
            _ if self.known.names.is_rule(&self.view.package, name) => {
                [self.view.package.as_slice(), &[name.to_owned()], &constant].concat()
            }
            Some(import) if import.first().is_some_and(|root| root == "data") => {
                [import.get(1..).unwrap_or_default(), &constant].concat()
            }
            _ => return None,
        };
        Some((path, taken))
    }

    fn reference(&mut self, expression: &Ref<Expr>) -> Shape<'s> {
        let mut path = Vec::new();
        let root = steps(expression, &mut path);
        let (shape, taken) = match self.data(expression) {
            Some((whole, taken)) => self.document(&whole, taken),
            None => (self.root(root), 0),
        };
        path.into_iter().skip(taken).fold(shape, |shape, step| match step {
            Step::Field(name, span) => self.expect(shape.field(&name), span),
            Step::Index(index) => {
                self.index(index);
                match index.as_ref() {
                    Expr::Number { value, .. } => {
                        let place = value.as_i64().ok().and_then(|place| usize::try_from(place).ok());
                        place.map_or(Shape::Unknown, |place| shape.nth(place))
                    }
                    _ => self.expect(shape.item(), index.span()),
                }
            }
        })
    }

    /// A variable in brackets takes every key in turn.
    fn index(&mut self, index: &Ref<Expr>) {
        if self.is_free(index) || matches!(index.as_ref(), Expr::Array { .. } | Expr::Object { .. }) {
            self.pattern(index, &Shape::Unknown);
        } else {
            self.expression(index);
        }
    }

    /// The shape of what a path below `data` leads to, and how many of the last `taken` steps it accounts for.
    fn document(&mut self, whole: &[String], taken: usize) -> (Shape<'s>, usize) {
        let (shape, length) = self.known.document(whole);
        let rest = whole.len().saturating_sub(length);
        (if self.replaced > 0 { Shape::Unknown } else { shape }, taken.saturating_sub(rest))
    }

    /// What a name stands for that is no part of `data`.
    fn root(&mut self, root: &Ref<Expr>) -> Shape<'s> {
        let Expr::Var { span, .. } = root.as_ref() else { return self.expression(root) };
        let name = span.text();
        for scope in self.scopes.iter_mut().rev() {
            match scope.variables.get(name) {
                Some(Some(shape)) => return shape.clone(),
                Some(None) => {
                    scope.early = true;
                    return Shape::Unknown;
                }
                None => {}
            }
        }
        let input = if self.replaced > 0 { Shape::Unknown } else { self.input.clone() };
        match self.view.imports.get(name) {
            _ if name == "input" => input,
            Some(path) if path.first().is_some_and(|root| root == "input") => {
                let rest = path.get(1..).unwrap_or_default().iter();
                rest.fold(input, |shape, name| self.expect(shape.field(name), span))
            }
            _ => Shape::Unknown,
        }
    }
}
