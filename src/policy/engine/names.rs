//! The names in policies: which rules there are, and what each rule refers to.
//!
//! Read off the syntax tree before anything is evaluated, because the interpreter takes a misspelt name
//! for an undefined value, and an undefined value passes.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Bound, Range};

use regorus::unstable::{Expr, Module, Ref, Rule, RuleHead, Span};

use super::misread::Misread;

/// What kind of rule it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::policy) enum RuleKind {
    /// It gathers values: `deny contains msg if ...`.
    Set,
    /// It has one value.
    Complete,
    /// It takes that many arguments.
    Function(usize),
}

/// A rule of a module, one for each time that it is written.
pub(super) struct RuleNames {
    /// The module, as an index into those of the engine.
    pub(super) module: usize,
    /// Its place among the rules of the module.
    pub(super) index: usize,
    /// The path of its package below `data`.
    pub(super) package: Vec<String>,
    /// Its own path below `data`, as far as it is constant.
    pub(super) path: Vec<String>,
    pub(super) kind: RuleKind,
    /// Whether the name is one word.
    pub(super) plain: bool,
    /// How many steps the name goes on with from the first that is not constant.
    pub(super) keys: usize,
    /// Its name in the text.
    pub(super) span: Span,
    /// Another body after the first, which is a rule of its own: `f(x) if { ... } { ... }`.
    pub(super) chained: Option<Span>,
    pub(super) references: Vec<Reference>,
    /// Variables that nothing gives a value.
    pub(super) unbound: Vec<(String, Span)>,
    /// What the interpreter would evaluate to something else than OPA does.
    pub(super) misread: Vec<(Misread, Span)>,
    /// What `with` sets: the references in it, and those in what is evaluated under it.
    pub(super) overrides: Vec<(Range<usize>, Range<usize>)>,
    /// Every variable that has a value, for advice on those that have none.
    pub(super) bound: BTreeSet<String>,
}

/// Something that a rule refers to.
pub(super) struct Reference {
    pub(super) target: Target,
    /// How many arguments it is called with; `None` where it is not called.
    pub(super) call: Option<usize>,
    pub(super) span: Span,
}

impl Reference {
    /// The path below `data`, where it is one.
    pub(super) fn data(&self) -> Option<&[String]> {
        match &self.target {
            Target::Data(path) => Some(path),
            Target::Builtin(_) => None,
        }
    }
}

/// What is referred to.
pub(super) enum Target {
    /// A path below `data`, as far as it is constant.
    Data(Vec<String>),
    /// A name that no rule or import has: a built-in function.
    Builtin(String),
}

/// The rules of all modules.
pub(super) struct Names {
    pub(super) rules: Vec<RuleNames>,
    /// The packages, each with the first steps of the names of its rules.
    pub(super) packages: BTreeMap<Vec<String>, BTreeSet<String>>,
    /// The paths of all rules.
    pub(super) paths: BTreeSet<Vec<String>>,
    /// Functions by whole path: how many arguments they take.
    pub(super) functions: BTreeMap<Vec<String>, usize>,
}

impl Names {
    /// Whether a path leads to a rule, into its value, or to what lies around rules.
    pub(super) fn reaches(&self, path: &[String]) -> bool {
        let packages = self.packages.range::<[String], _>((Bound::Included(path), Bound::Unbounded));
        self.touched(path).next().is_some() || packages.take(1).any(|(package, _)| package.starts_with(path))
    }

    /// The paths of the rules that a reference to `target` leads to, to a part of their value, or to what lies around.
    pub(super) fn touched<'n>(&'n self, target: &'n [String]) -> impl Iterator<Item = &'n Vec<String>> {
        let parents = (0..target.len()).filter_map(|length| self.paths.get(target.get(..length)?));
        let around = self.paths.range::<[String], _>((Bound::Included(target), Bound::Unbounded));
        parents.chain(around.take_while(move |path| path.starts_with(target)))
    }

    /// Whether a package has a rule of that name.
    pub(super) fn is_rule(&self, package: &[String], name: &str) -> bool {
        self.packages.get(package).is_some_and(|rules| rules.contains(name))
    }
}

/// The first words of the names of a module's rules.
pub(super) fn first_words(module: &Module) -> BTreeSet<String> {
    module.policy.iter().filter_map(|rule| head(rule).0.into_iter().next()).collect()
}

/// The name of a rule as far as it is constant, its kind, and where the name stands.
pub(super) fn head(rule: &Rule) -> (Vec<String>, RuleKind, Span) {
    let (reference, kind) = reference(rule);
    (constant_path(reference), kind, root(reference).span().clone())
}

/// The name of a rule as it is written, and its kind.
pub(super) fn reference(rule: &Rule) -> (&Ref<Expr>, RuleKind) {
    match rule {
        Rule::Spec { head: RuleHead::Set { refr, .. }, .. } => (refr, RuleKind::Set),
        Rule::Spec { head: RuleHead::Compr { refr, .. }, .. } => (refr, RuleKind::Complete),
        Rule::Default { refr, args, .. } if args.is_empty() => (refr, RuleKind::Complete),
        Rule::Spec { head: RuleHead::Func { refr, args, .. }, .. } | Rule::Default { refr, args, .. } => {
            (refr, RuleKind::Function(args.len()))
        }
    }
}

fn root(reference: &Ref<Expr>) -> &Ref<Expr> {
    match reference.as_ref() {
        Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => root(refr),
        _ => reference,
    }
}

/// One step of a reference.
pub(super) enum Step<'a> {
    /// A name known before evaluation.
    Constant(String),
    /// Anything else in brackets.
    Index(&'a Ref<Expr>),
}

/// The root of a reference and the steps from there; `None` for what is no reference.
pub(super) fn steps(reference: &Ref<Expr>) -> (&Ref<Expr>, Vec<Step<'_>>) {
    match reference.as_ref() {
        Expr::RefDot { refr, field, .. } => {
            let (root, mut path) = steps(refr);
            path.push(Step::Constant(field.0.text().to_owned()));
            (root, path)
        }
        Expr::RefBrack { refr, index, .. } => {
            let (root, mut path) = steps(refr);
            path.push(match index.as_ref() {
                Expr::String { value, .. } | Expr::RawString { value, .. } => {
                    Step::Constant(value.as_string().map(ToString::to_string).unwrap_or_default())
                }
                _ => Step::Index(index),
            });
            (root, path)
        }
        _ => (reference, Vec::new()),
    }
}

/// A reference as far as it is constant, its root included.
pub(super) fn constant_path(reference: &Ref<Expr>) -> Vec<String> {
    let (root, steps) = steps(reference);
    let mut path = match root.as_ref() {
        Expr::Var { span, .. } => vec![span.text().to_owned()],
        _ => return Vec::new(),
    };
    path.extend(steps.into_iter().map_while(|step| match step {
        Step::Constant(name) => Some(name),
        Step::Index(_) => None,
    }));
    path
}
