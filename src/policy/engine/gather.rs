//! Reads the names of all modules.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{Expr, Module, Ref, Rule, Span};

use super::names::{Names, RuleKind, RuleNames, constant_path, head, reference, steps};
use super::walk::Walk;

impl Names {
    /// Reads the names of all modules.
    pub(super) fn of(modules: &[Ref<Module>]) -> Self {
        let (packages, paths, functions) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
        let mut names = Self { rules: Vec::new(), packages, paths, functions };
        for module in modules {
            let package = constant_path(&module.package.refr);
            for rule in &module.policy {
                let (name, kind, _) = head(rule);
                if let RuleKind::Function(arguments) = kind {
                    names.functions.insert([package.as_slice(), &name].concat(), arguments);
                }
                names.packages.entry(package.clone()).or_default().extend(name.into_iter().next());
            }
            names.packages.entry(package).or_default();
        }
        let mut rules = Vec::new();
        for (index, module) in modules.iter().enumerate() {
            let package = constant_path(&module.package.refr);
            for (place, rule) in module.policy.iter().enumerate() {
                let (name, kind, span) = head(rule);
                let walked = Walk::rule(&names, module, &package, rule);
                rules.push(RuleNames {
                    module: index,
                    index: place,
                    package: package.clone(),
                    path: [package.as_slice(), &name].concat(),
                    kind,
                    plain: is_plain(rule),
                    keys: steps(reference(rule).0).1.len() + 1 - name.len(),
                    span,
                    chained: chained(rule),
                    references: walked.references,
                    unbound: walked.unbound,
                    misread: walked.misread,
                    overrides: walked.overrides,
                    bound: walked.bound,
                });
            }
        }
        names.paths = rules.iter().map(|rule| rule.path.clone()).collect();
        names.rules = rules;
        names
    }
}

fn is_plain(rule: &Rule) -> bool {
    matches!(reference(rule).0.as_ref(), Expr::Var { .. })
}

fn chained(rule: &Rule) -> Option<Span> {
    let Rule::Spec { bodies, .. } = rule else { return None };
    bodies.iter().skip(1).find(|body| !body.is_else).map(|body| body.span.clone())
}
