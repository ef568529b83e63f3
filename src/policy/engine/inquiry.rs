//! Asking where tests fail: what [`super::probe`] wants to know of the interpreter, and what it answers.

use std::collections::BTreeMap;

use regorus::unstable::{Module, Ref, Rule};
use regorus::{Engine, Value};

use super::limits::guarded;
use super::names::{Names, constant_path};
use super::probe::{Probes, Role, holds, opening, value};
use super::program::{Program, Session};
use super::term::{sides, term};
use crate::source::Span;

/// Values of one expression that are shown where it has several.
const SEVERAL: usize = 5;

/// An expression of a test that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// The expression.
    pub span: Option<Span>,
    /// As written.
    pub text: String,
    /// The parts of it and their values, both as Rego writes them; several values where the test tried several.
    pub values: Vec<(String, Vec<String>)>,
    /// The values that should be equal, left and right, over several lines; `None` where they are short.
    pub sides: Option<(String, String)>,
}

/// A program that can be asked about its tests.
pub(in crate::policy) struct Inquiry<'a> {
    program: &'a Program,
    engine: Engine,
    /// By the indices of rules.
    tests: BTreeMap<usize, Test>,
}

/// A test that can be asked about.
#[derive(Default)]
struct Test {
    /// The questions about each time that it is written.
    definitions: Vec<Question>,
}

/// Questions about a rule.
pub(super) struct Question {
    pub(super) rule: usize,
    pub(super) package: Vec<String>,
    pub(super) number: usize,
    /// The package and the imports of the module that it is in.
    pub(super) opening: String,
    pub(super) probes: Probes,
}

impl Question {
    /// The questions about one time that a rule, of which `rule` is the index, is written; `None` where it cannot be
    /// asked about.
    pub(super) fn of(names: &Names, module: &Module, written: &Ref<Rule>, rule: usize, number: usize) -> Option<Self> {
        let package = constant_path(&module.package.refr);
        let probes = Probes::of(names, module, &package, written, number)?;
        Some(Self { rule, package, number, opening: opening(module), probes })
    }
}

impl Program {
    /// Gets ready to be asked about the tests `rules`, by their indices.
    pub(in crate::policy) fn inquire(&self, rules: &[usize]) -> Inquiry<'_> {
        let mut engine = self.engine.clone();
        let modules = engine.get_modules().clone();
        let mut questions: Vec<Question> = Vec::new();
        for rule in rules {
            let definitions = self.rules.get(*rule).map(|rule| rule.definitions.as_slice()).unwrap_or_default();
            for (module, index) in definitions {
                let Some(module) = modules.get(*module) else { continue };
                let Some(written) = module.policy.get(*index) else { continue };
                questions.extend(Question::of(&self.names, module, written, *rule, questions.len()));
            }
        }
        let (accepted, engine) = accept(&engine, questions);
        let mut tests: BTreeMap<usize, Test> = BTreeMap::new();
        for question in accepted {
            tests.entry(question.rule).or_default().definitions.push(question);
        }
        // One definition that cannot be asked about leaves the cases of the others incomplete.
        tests.retain(|rule, test| {
            self.rules.get(*rule).is_some_and(|rule| rule.definitions.len() == test.definitions.len())
        });
        Inquiry { program: self, engine, tests }
    }
}

/// Those questions that the interpreter takes, and an engine that knows them; one that it does not take must not spoil
/// the others.
pub(super) fn accept(engine: &Engine, mut questions: Vec<Question>) -> (Vec<Question>, Engine) {
    if let Ok(ready) = with(engine, &questions) {
        return (questions, ready);
    }
    if questions.len() < 2 {
        return (Vec::new(), engine.clone());
    }
    let second = questions.split_off(questions.len() / 2);
    let (mut accepted, ready) = accept(engine, questions);
    let (more, ready) = accept(&ready, second);
    accepted.extend(more);
    (accepted, ready)
}

/// The engine with questions, made ready: clones of it share the work.
fn with(engine: &Engine, questions: &[Question]) -> anyhow::Result<Engine> {
    let mut engine = engine.clone();
    // One module for each that is asked about: the interpreter looks through all of them again and again.
    let mut modules: BTreeMap<&str, String> = BTreeMap::new();
    for question in questions {
        modules.entry(&question.opening).or_default().push_str(&question.probes.text);
    }
    engine.set_rego_v0(false);
    for (opening, probes) in modules {
        guarded(|| engine.add_policy("__gate_probes".to_owned(), format!("{opening}{probes}")))?;
    }
    guarded(|| engine.eval_query("true".to_owned(), false))?;
    Ok(engine)
}

impl Inquiry<'_> {
    /// Starts asking.
    pub(in crate::policy) fn session(&self) -> Session<'_> {
        Session::with(self.program, self.engine.clone())
    }

    /// The cases that a test has, each by the steps of its name; `None` where that cannot be told.
    pub(in crate::policy) fn cases(&self, session: &mut Session<'_>, rule: usize) -> Option<Vec<Vec<String>>> {
        let Test { definitions } = self.tests.get(&rule)?;
        let mut names: Vec<Vec<String>> = Vec::new();
        for Question { package, number, probes, .. } in definitions {
            let found = session.set(package, &holds(*number, probes.named?))?;
            names.extend(found.iter().map(steps));
        }
        names.sort();
        names.dedup();
        Some(names)
    }

    /// What does not hold of a test, or of one of its cases; `None` where that cannot be told.
    pub(in crate::policy) fn unmet(
        &self,
        session: &mut Session<'_>,
        rule: usize,
        case: Option<&[String]>,
    ) -> Option<Unmet> {
        let [question] = self.tests.get(&rule)?.definitions.as_slice() else { return None };
        let Question { package, number, probes, .. } = question;
        let is_case = |key: &Value| case.is_none_or(|case| steps(key) == case);
        let first = if case.is_some() { probes.named? + 1 } else { 1 };
        let asked_for = probes.steps.len() - usize::from(probes.valued);
        let mut failed = None;
        for step in first..=asked_for {
            if !session.set(package, &holds(*number, step))?.iter().any(is_case) {
                failed = Some(step - 1);
                break;
            }
        }
        let failed = failed.or(probes.valued.then_some(asked_for))?;
        describe(self.program, session, question, failed, &is_case)
    }
}

/// The expression after so many steps, with the values in it where the keys are of that kind.
pub(super) fn describe(
    program: &Program,
    session: &mut Session<'_>,
    question: &Question,
    failed: usize,
    is_case: &dyn Fn(&Value) -> bool,
) -> Option<Unmet> {
    let Question { package, number, probes, .. } = question;
    let asked = probes.steps.get(failed)?;
    let (mut values, mut equal) = (Vec::new(), Vec::new());
    for (index, part) in asked.parts.iter().enumerate() {
        let Some(found) = session.set(package, &value(*number, failed, index)) else { continue };
        let found: Vec<&Value> = found
            .iter()
            .filter_map(|pair| match pair {
                Value::Array(pair) => Some((pair.first()?, pair.get(1)?)),
                _ => None,
            })
            .filter(|(key, _)| is_case(key))
            .map(|(_, value)| value)
            .collect();
        if let (Role::Side | Role::Constant, [one]) = (part.role, found.as_slice()) {
            equal.push((*one).clone());
        }
        if part.role != Role::Constant {
            values.push((program.text(&part.span), found.into_iter().take(SEVERAL).map(term).collect()));
        }
    }
    let sides = match equal.as_slice() {
        [left, right] => sides(left, right),
        _ => None,
    };
    let span = program.span(&asked.span);
    Some(Unmet { span, text: program.text(&asked.span), values, sides })
}

/// The steps of a case's name, as text.
fn steps(key: &Value) -> Vec<String> {
    let step = |value: &Value| match value {
        Value::String(text) => text.to_string(),
        other => term(other),
    };
    match key {
        Value::Array(steps) => steps.iter().map(step).collect(),
        _ => Vec::new(),
    }
}
