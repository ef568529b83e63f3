//! Why rules that gather findings find something or do not: the questions of [`super::probe`], put about an input.
//!
//! A rule that finds nothing stops at the first of its expressions that no way through those before it satisfies. Where
//! that cannot be told for certain, nothing is said.

use super::Data;
use super::inquiry::{Question, Unmet, accept, describe};
use super::probe::holds;
use super::program::{Program, Session};
use crate::source::Span;

/// A rule, each time that it is written, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traced {
    /// Its name.
    pub rule: String,
    /// Where it is written.
    pub span: Option<Span>,
    /// Whether it finds something, or why not.
    pub fate: Fate,
}

/// What became of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It finds so much.
    Found(usize),
    /// It finds nothing, because this does not hold.
    Unmet(Unmet),
    /// Nobody can tell: Rego v0, several bodies, or an expression that fails.
    Unknown,
}

impl Program {
    /// What becomes of rules, by their indices, where `input` is what they see.
    pub(in crate::policy) fn reasons(&self, rules: &[usize], input: &Data) -> Vec<Traced> {
        let mut engine = self.engine.clone();
        let modules = engine.get_modules().clone();
        let (mut reasons, mut questions) = (Vec::new(), Vec::new());
        for index in rules {
            let Some(rule) = self.rules.get(*index) else { continue };
            for (module, place) in &rule.definitions {
                let Some(module) = modules.get(*module) else { continue };
                let Some(written) = module.policy.get(*place) else { continue };
                // The question bears the number of its reason.
                let number = reasons.len();
                let span = self.span(written.span());
                reasons.push(Traced { rule: rule.name.join("."), span, fate: Fate::Unknown });
                questions.extend(Question::of(&self.names, module, written, *index, number));
            }
        }
        let (questions, engine) = accept(&engine, questions);
        let mut session = Session::with(self, engine);
        session.set_input(input);
        for question in &questions {
            let fate = self.fate(&mut session, question);
            if let (Some(reason), Some(fate)) = (reasons.get_mut(question.number), fate) {
                reason.fate = fate;
            }
        }
        reasons
    }

    fn fate(&self, session: &mut Session<'_>, question: &Question) -> Option<Fate> {
        let Question { package, number, probes, .. } = question;
        // A rule without conditions and with a constant finding finds it.
        let mut found = 1;
        for step in 1..=probes.steps.len() {
            found = session.set(package, &holds(*number, step))?.len();
            if found == 0 {
                return describe(self, session, question, step - 1, &|_| true).map(Fate::Unmet);
            }
        }
        Some(Fate::Found(found))
    }
}
