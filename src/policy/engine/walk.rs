//! One rule's names: what it refers to, and which variables have a value.
//!
//! OPA orders the expressions of a body and refuses variables that no order can give a value ("unsafe").
//! This looks for less: variables that nothing in the whole rule could give a value. What it reports, OPA
//! refuses too.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt, Module, Query, Ref, Rule, RuleBody, RuleHead, Span};

use super::builtins;
use super::misread::Misread;
use super::names::{Names, Reference, Step, Target, constant_path, steps};

/// What the walk over a rule found.
pub(super) struct Walked {
    pub(super) references: Vec<Reference>,
    pub(super) unbound: Vec<(String, Span)>,
    pub(super) bound: BTreeSet<String>,
    pub(super) misread: Vec<(Misread, Span)>,
    pub(super) overrides: Vec<(Range<usize>, Range<usize>)>,
}

pub(super) struct Walk<'a> {
    names: &'a Names,
    package: &'a [String],
    /// What `import` calls things; `None` for parts of the input.
    imports: BTreeMap<String, Option<Vec<String>>>,
    /// Variables declared by arguments, `some`, `every` and `:=`, which hide rules of that name.
    scopes: Vec<BTreeSet<String>>,
    references: Vec<Reference>,
    used: Vec<(String, Span)>,
    bound: BTreeSet<String>,
    /// `x = y`: the first get values once all of the second have.
    equations: Vec<(Vec<String>, Vec<String>)>,
    /// Whether this is the value of a rule that goes on with `else`.
    before_else: bool,
    misread: Vec<(Misread, Span)>,
    /// Whether this is under `not`, which gives no variable a value.
    negated: bool,
    /// Whether what comes next is a statement of its own.
    alone: bool,
    /// Which of the scopes hold the variables of `every`.
    every: Vec<usize>,
    /// For each `with` the references in what it sets, and those in what is evaluated under it.
    overrides: Vec<(Range<usize>, Range<usize>)>,
}

impl<'a> Walk<'a> {
    fn new(names: &'a Names, module: &Module, package: &'a [String]) -> Self {
        Self {
            names,
            package,
            imports: imports(module),
            scopes: Vec::new(),
            references: Vec::new(),
            used: Vec::new(),
            bound: BTreeSet::new(),
            equations: Vec::new(),
            before_else: false,
            misread: Vec::new(),
            negated: false,
            alone: false,
            every: Vec::new(),
            overrides: Vec::new(),
        }
    }

    /// The names in some statements of a body, and in what is evaluated where they hold.
    pub(super) fn body(
        names: &'a Names,
        module: &Module,
        package: &'a [String],
        statements: &[&LiteralStmt],
        then: &[&Ref<Expr>],
    ) -> Walked {
        let mut walk = Self::new(names, module, package);
        walk.statements(statements, &mut |walk| walk.expressions(then.iter().copied()));
        walk.finish()
    }

    pub(super) fn rule(names: &'a Names, module: &Module, package: &'a [String], rule: &Rule) -> Walked {
        let mut walk = Self::new(names, module, package);
        match rule {
            Rule::Default { value, .. } => walk.expression(value),
            Rule::Spec { head, bodies, .. } => walk.spec(head, bodies),
        }
        walk.finish()
    }

    fn finish(mut self) -> Walked {
        loop {
            let before = self.bound.len();
            for (variables, needs) in &self.equations {
                if needs.iter().all(|need| self.bound.contains(need)) {
                    self.bound.extend(variables.iter().cloned());
                }
            }
            if self.bound.len() == before {
                break;
            }
        }
        let mut unbound: Vec<(String, Span)> = Vec::new();
        for (name, span) in self.used {
            if !self.bound.contains(&name) && unbound.iter().all(|(known, _)| *known != name) {
                unbound.push((name, span));
            }
        }
        Walked {
            references: self.references,
            unbound,
            bound: self.bound,
            misread: self.misread,
            overrides: self.overrides,
        }
    }

    fn spec(&mut self, head: &RuleHead, bodies: &[RuleBody]) {
        let (reference, key, value, arguments) = match head {
            RuleHead::Set { refr, key, .. } => (refr, key.as_ref(), None, [].as_slice()),
            RuleHead::Compr { refr, assign, .. } => (refr, None, assign.as_ref(), [].as_slice()),
            RuleHead::Func { refr, args, assign, .. } => (refr, None, assign.as_ref(), args.as_slice()),
        };
        self.scopes.push(BTreeSet::new());
        for argument in arguments {
            self.pattern(argument, true);
        }
        let head = |walk: &mut Self| {
            let (_, path) = steps(reference);
            for step in path {
                if let Step::Index(index) = step {
                    walk.expression(index);
                }
            }
            walk.expressions(key);
            walk.before_else = bodies.iter().any(|body| body.is_else);
            walk.expressions(value.map(|value| &value.value));
            walk.before_else = false;
        };
        if bodies.is_empty() {
            head(self);
        }
        for body in bodies {
            self.query(&body.query, &mut |walk| {
                if !body.is_else {
                    head(walk);
                }
                walk.expressions(body.assign.as_ref().map(|assign| &assign.value));
            });
        }
        self.scopes.pop();
    }

    /// A body, and what is evaluated where it holds.
    fn query(&mut self, query: &Query, then: &mut dyn FnMut(&mut Self)) {
        self.statements(&query.stmts.iter().collect::<Vec<_>>(), then);
    }

    fn statements(&mut self, statements: &[&LiteralStmt], then: &mut dyn FnMut(&mut Self)) {
        let negated = std::mem::take(&mut self.negated);
        self.scopes.push(BTreeSet::new());
        // Declarations hold in the whole body, whatever the order.
        for statement in statements {
            match &statement.literal {
                Literal::SomeVars { vars, .. } => vars.iter().for_each(|variable| self.declare(variable.text())),
                Literal::SomeIn { key, value, .. } => {
                    self.patterns(key.iter().chain([value]), true);
                }
                Literal::Expr { expr, .. } => {
                    if let Expr::AssignExpr { op: AssignOp::ColEq, lhs, .. } = expr.as_ref() {
                        self.pattern(lhs, true);
                    }
                }
                Literal::NotExpr { .. } | Literal::Every { .. } => {}
            }
        }
        for statement in statements {
            let start = self.references.len();
            match &statement.literal {
                Literal::SomeVars { .. } => {}
                Literal::SomeIn { collection, .. } => self.expression(collection),
                Literal::Expr { expr, .. } => {
                    self.alone = matches!(expr.as_ref(), Expr::Call { .. });
                    self.expression(expr);
                }
                Literal::NotExpr { expr, .. } => {
                    self.negated = true;
                    self.expression(expr);
                    self.negated = false;
                }
                Literal::Every { key, value, domain, query, .. } => {
                    self.expression(domain);
                    self.every.push(self.scopes.len());
                    self.scopes.push(BTreeSet::new());
                    key.iter().chain([value]).for_each(|variable| self.declare(variable.text()));
                    self.query(query, &mut |_| {});
                    self.scopes.pop();
                    self.every.pop();
                }
            }
            let middle = self.references.len();
            for with in &statement.with_mods {
                // The target may be anything, what stands in for it may be a built-in.
                let name = constant_path(&with.r#as).join(".");
                if builtins::arity(&name).is_none() {
                    self.expression(&with.r#as);
                }
            }
            if self.references.len() > middle {
                self.overrides.push((middle..self.references.len(), start..middle));
            }
        }
        then(self);
        self.scopes.pop();
        self.negated = negated;
    }

    fn declare(&mut self, name: &str) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.to_owned());
        }
        self.bound.insert(name.to_owned());
    }

    fn is_declared(&self, name: &str) -> bool {
        self.scopes.iter().any(|scope| scope.contains(name))
    }

    /// The variables of a pattern have a value; with `declare` they also hide rules.
    fn pattern(&mut self, pattern: &Ref<Expr>, declare: bool) {
        match pattern.as_ref() {
            Expr::Var { span, .. } if declare => self.declare(span.text()),
            Expr::Var { span, .. } => {
                if self.is_variable(span.text()) && !self.negated {
                    self.bound.insert(span.text().to_owned());
                } else if self.is_variable(span.text()) {
                    self.used.push((span.text().to_owned(), span.clone()));
                } else {
                    self.expression(pattern);
                }
            }
            Expr::Array { items, .. } | Expr::Set { items, .. } => {
                self.patterns(items, declare);
            }
            Expr::Object { fields, .. } => fields.iter().for_each(|(_, key, value)| {
                self.expression(key);
                self.pattern(value, declare);
            }),
            _ => self.expression(pattern),
        }
    }

    /// Whether a bare name is a variable that no scope declares, and no rule or import.
    fn is_variable(&self, name: &str) -> bool {
        !matches!(name, "_" | "input" | "data")
            && !self.is_declared(name)
            && !self.names.is_rule(self.package, name)
            && !self.imports.contains_key(name)
    }

    fn patterns<'e>(&mut self, patterns: impl IntoIterator<Item = &'e Ref<Expr>>, declare: bool) {
        for pattern in patterns {
            self.pattern(pattern, declare);
        }
    }

    fn expressions<'e>(&mut self, expressions: impl IntoIterator<Item = &'e Ref<Expr>>) {
        for expression in expressions {
            self.expression(expression);
        }
    }

    /// Whether an index is a variable of the body in front of an `else`. Arguments are remembered, and so is
    /// everything within a comprehension.
    fn is_forgotten(&self, index: &Ref<Expr>) -> bool {
        let Expr::Var { span, .. } = index.as_ref() else { return false };
        let [arguments, body] = self.scopes.as_slice() else { return false };
        let name = span.text();
        self.before_else && !arguments.contains(name) && (body.contains(name) || self.is_variable(name))
    }

    fn expression(&mut self, expression: &Ref<Expr>) {
        match expression.as_ref() {
            Expr::String { .. }
            | Expr::RawString { .. }
            | Expr::Number { .. }
            | Expr::Bool { .. }
            | Expr::Null { .. } => {}
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => self.reference(expression),
            Expr::Array { items, .. } | Expr::Set { items, .. } => self.expressions(items),
            Expr::Object { fields, .. } => fields.iter().for_each(|(_, key, value)| {
                self.expression(key);
                self.expression(value);
            }),
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                self.query(query, &mut |walk| walk.expression(term));
            }
            Expr::ObjectCompr { key, value, query, .. } => self.query(query, &mut |walk| {
                walk.expression(key);
                walk.expression(value);
            }),
            Expr::Call { fcn, params, .. } => self.call(fcn, params),
            Expr::UnaryExpr { expr, .. } => self.expression(expr),
            Expr::BinExpr { lhs, rhs, .. } | Expr::BoolExpr { lhs, rhs, .. } | Expr::ArithExpr { lhs, rhs, .. } => {
                self.expression(lhs);
                self.expression(rhs);
            }
            // The left side is declared with its body.
            Expr::AssignExpr { op: AssignOp::ColEq, rhs, .. } => self.expression(rhs),
            Expr::AssignExpr { op: AssignOp::Eq, lhs, rhs, .. } => {
                self.sets(lhs);
                self.sets(rhs);
                self.equate(lhs, rhs);
            }
            Expr::Membership { key, value, collection, .. } => {
                self.expressions(key.iter().chain([value, collection]));
            }
        }
    }

    /// `lhs = rhs`: either side may give values to the other.
    fn equate(&mut self, lhs: &Ref<Expr>, rhs: &Ref<Expr>) {
        if let (Expr::Array { items: left, .. }, Expr::Array { items: right, .. }) = (lhs.as_ref(), rhs.as_ref())
            && left.len() == right.len()
        {
            left.iter().zip(right).for_each(|(left, right)| self.equate(left, right));
            return;
        }
        if let (Expr::Object { fields: left, .. }, Expr::Object { fields: right, .. }) = (lhs.as_ref(), rhs.as_ref())
            && left.len() == right.len()
        {
            let other = |key: &Ref<Expr>| right.iter().find(|(_, other, _)| other.span().text() == key.span().text());
            for (_, key, value) in left {
                match other(key) {
                    Some((_, _, other)) => self.equate(value, other),
                    None => self.patterns([value], false),
                }
            }
            return;
        }
        let start = self.used.len();
        self.expression(lhs);
        let middle = self.used.len();
        self.expression(rhs);
        let names = |used: &[(String, Span)]| used.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let left = names(self.used.get(start..middle).unwrap_or_default());
        let right = names(self.used.get(middle..).unwrap_or_default());
        if self.negated {
            return;
        }
        for (side, variables, needs) in [(lhs, &left, &right), (rhs, &right, &left)] {
            if matches!(side.as_ref(), Expr::Var { .. } | Expr::Array { .. } | Expr::Object { .. }) {
                self.equations.push((variables.clone(), needs.clone()));
            }
        }
    }

    /// Looks in a pattern for variables of `every`, which the interpreter would give another value.
    fn sets(&mut self, pattern: &Ref<Expr>) {
        match pattern.as_ref() {
            Expr::Var { span, .. } => {
                let scope = self.scopes.iter().rposition(|scope| scope.contains(span.text()));
                if scope.is_some_and(|scope| self.every.contains(&scope)) {
                    self.misread.push((Misread::Rebound, span.clone()));
                }
            }
            Expr::Array { items, .. } | Expr::Set { items, .. } => items.iter().for_each(|item| self.sets(item)),
            Expr::Object { fields, .. } => fields.iter().for_each(|(_, _, value)| self.sets(value)),
            _ => {}
        }
    }

    /// Looks at a call of what is named `walk` here. The interpreter knows it by that name alone, and by no other.
    fn walks(&mut self, function: &Ref<Expr>, target: &Target, arguments: &[Ref<Expr>], alone: bool) {
        let misread = match (target, arguments) {
            (Target::Data(_), _) => Misread::OwnWalk,
            (_, [_, pattern]) if alone => match pattern.as_ref() {
                Expr::Array { items, .. } if items.len() != 2 => Misread::Pair,
                _ => return,
            },
            _ => Misread::Walk,
        };
        self.misread.push((misread, function.span().clone()));
    }

    fn call(&mut self, function: &Ref<Expr>, arguments: &[Ref<Expr>]) {
        let alone = std::mem::take(&mut self.alone);
        let path = constant_path(function);
        let (target, arity) = self.function(&path);
        if path == ["walk"] {
            self.walks(function, &target, arguments, alone);
        }
        // One argument more than the function takes: its result is compared with the last. Of a function that
        // does not exist nobody knows which it is. `print` takes any number and gives none a value.
        let reads = arity.is_some() || matches!(&target, Target::Builtin(name) if name == "print");
        let output = arity.is_some_and(|arity| arguments.len() == arity + 1);
        let inputs = arguments.len() - usize::from(output);
        arguments.iter().skip(inputs).for_each(|result| self.sets(result));
        for (index, argument) in arguments.iter().enumerate() {
            if reads && index < inputs { self.expression(argument) } else { self.pattern(argument, false) }
        }
        let call = Some(inputs);
        self.references.push(Reference { target, call, span: function.span().clone() });
    }

    /// What a called name means, and how many arguments it takes.
    fn function(&self, path: &[String]) -> (Target, Option<usize>) {
        let first = path.first().map(String::as_str).unwrap_or_default();
        let rest = path.get(1..).unwrap_or_default();
        let whole = match self.imports.get(first) {
            Some(Some(import)) => [import.as_slice(), rest].concat(),
            _ if first == "data" => rest.to_vec(),
            _ => {
                let own = [self.package, path].concat();
                if !self.names.functions.contains_key(&own) {
                    let name = path.join(".");
                    let arity = builtins::arity(&name);
                    return (Target::Builtin(name), arity);
                }
                own
            }
        };
        let arity = self.names.functions.get(&whole).copied();
        (Target::Data(whole), arity)
    }

    fn reference(&mut self, expression: &Ref<Expr>) {
        let (root, path) = steps(expression);
        for step in &path {
            if let Step::Index(index) = step {
                // A variable in brackets takes every key in turn.
                self.pattern(index, false);
                if !matches!(index.as_ref(), Expr::Var { .. }) {
                    self.sets(index);
                }
                if self.negated && matches!(index.as_ref(), Expr::Var { span, .. } if span.text() == "_") {
                    self.misread.push((Misread::Wild, index.span().clone()));
                }
                if self.is_forgotten(index) {
                    self.misread.push((Misread::Forgotten, expression.span().clone()));
                }
            }
        }
        let Expr::Var { span, .. } = root.as_ref() else { return self.expression(root) };
        let name = span.text();
        let constant = path.into_iter().map_while(|step| match step {
            Step::Constant(name) => Some(name),
            Step::Index(_) => None,
        });
        let whole: Vec<String> = match self.imports.get(name) {
            _ if self.is_declared(name) || matches!(name, "_" | "input") => return,
            _ if name == "data" => constant.collect(),
            _ if self.names.is_rule(self.package, name) => {
                self.package.iter().cloned().chain([name.to_owned()]).chain(constant).collect()
            }
            Some(Some(import)) => import.iter().cloned().chain(constant).collect(),
            Some(None) => return,
            None => {
                self.used.push((name.to_owned(), span.clone()));
                return;
            }
        };
        self.references.push(Reference { target: Target::Data(whole), call: None, span: expression.span().clone() });
    }
}

/// What `import` calls things: a path below `data`, or `None` for parts of the input.
pub(super) fn imports(module: &Module) -> BTreeMap<String, Option<Vec<String>>> {
    let mut imports = BTreeMap::new();
    for import in &module.imports {
        let path = constant_path(&import.refr);
        let name = import.r#as.as_ref().map(|name| name.text().to_owned()).or_else(|| path.last().cloned());
        let target = match path.first().map(String::as_str) {
            Some("data") => Some(path.get(1..).unwrap_or_default().to_vec()),
            Some("input") => None,
            // `rego.v1` and `future.keywords` name no value.
            _ => continue,
        };
        imports.extend(name.map(|name| (name, target)));
    }
    imports
}
