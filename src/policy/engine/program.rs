//! Policies made ready: parsed, checked, prepared once, then asked as often as wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use regorus::{Engine, Value};

use super::limits::guarded;
use super::names::{Names, Reference, RuleKind};
use super::source::Sources;
use super::{Data, limits};
use crate::source::{Files, Problem, Reason, RepoPath, Span};

/// The package of the rules that ask others together.
const GROUPS: &str = "__gate_groups";

/// Policies made ready.
pub(in crate::policy) struct Program {
    engine: Engine,
    sources: Sources,
    files: Arc<Files>,
    limit: Duration,
    /// What a group is called where one does not stop.
    groups: Arc<str>,
    /// Every rule, in the order of the files; of those written in several parts the first.
    pub(in crate::policy) rules: Vec<Rule>,
}

/// A rule of a program.
pub(in crate::policy) struct Rule {
    /// The module, as an index into [`Parsed::modules`].
    pub(in crate::policy) module: usize,
    /// The name within its package, as far as it is constant.
    pub(in crate::policy) name: Vec<String>,
    pub(in crate::policy) kind: RuleKind,
    /// Whether the name is one word.
    pub(in crate::policy) plain: bool,
    /// Where it is named.
    pub(in crate::policy) span: Option<Span>,
    /// Whether another rule refers to it.
    pub(in crate::policy) used: bool,
    /// The other packages that refer to it.
    pub(in crate::policy) users: BTreeSet<Vec<String>>,
    query: String,
    label: Arc<str>,
}

impl Program {
    pub(super) fn new(engine: Engine, names: &Names, sources: Sources, files: Arc<Files>, limit: Duration) -> Self {
        let rules = rules(names, &sources);
        Self { engine, sources, files, limit, groups: Arc::from("a policy"), rules }
    }

    /// Makes the program ready to be asked. Rules of a group can be asked together, by their indices.
    ///
    /// # Errors
    /// What the interpreter finds only now.
    pub(in crate::policy) fn prepare(&mut self, groups: &[Vec<usize>]) -> Result<(), Vec<Problem>> {
        let mut text = format!("package {GROUPS}\n");
        for (group, rules) in groups.iter().enumerate() {
            for index in rules {
                let query = self.rules.get(*index).map_or("", |rule| &rule.query);
                text.push_str(&format!("group_{group}[{index}] := {query}\n"));
            }
        }
        let prepared = guarded(|| {
            self.engine.set_rego_v0(false);
            self.engine.add_policy(GROUPS.to_owned(), text)?;
            // Any query makes the engine prepare; clones of a prepared engine share the work.
            self.engine.eval_query("true".to_owned(), false)
        });
        prepared.map(drop).map_err(|error| vec![self.sources.problem(&error, &self.files)])
    }

    /// Starts asking.
    pub(in crate::policy) fn session(&self) -> Session<'_> {
        Session { program: self, engine: self.engine.clone() }
    }
}

fn rules(names: &Names, sources: &Sources) -> Vec<Rule> {
    let mut users: BTreeMap<&[String], BTreeSet<&Vec<String>>> = BTreeMap::new();
    for rule in &names.rules {
        for target in rule.references.iter().filter_map(Reference::data) {
            for path in names.touched(target).filter(|path| **path != rule.path) {
                users.entry(path).or_default().insert(&rule.package);
            }
        }
    }
    let mut rules: Vec<Rule> = Vec::new();
    let mut seen = BTreeSet::new();
    for rule in names.rules.iter().filter(|rule| seen.insert(&rule.path)) {
        let users = users.get(rule.path.as_slice()).into_iter().flatten();
        let query = query(&rule.path);
        rules.push(Rule {
            module: rule.module,
            name: rule.path.get(rule.package.len()..).unwrap_or_default().to_vec(),
            kind: rule.kind,
            plain: rule.plain,
            span: sources.span(&rule.span),
            used: users.clone().next().is_some(),
            users: users.filter(|package| **package != &rule.package).map(|package| (*package).clone()).collect(),
            label: Arc::from(format!("`{query}` ({}:{})", rule.span.source.get_path(), rule.span.line)),
            query,
        });
    }
    rules
}

/// A path below `data` as the interpreter wants it written.
fn query(path: &[String]) -> String {
    let mut query = "data".to_owned();
    for step in path {
        let mut letters = step.bytes();
        let plain = letters.next().is_some_and(|first| first == b'_' || first.is_ascii_alphabetic())
            && letters.all(|letter| letter == b'_' || letter.is_ascii_alphanumeric());
        if plain {
            query.push_str(&format!(".{step}"));
        } else {
            query.push_str(&format!("[{}]", serde_json::Value::from(step.as_str())));
        }
    }
    query
}

/// A program being asked. Cheap to make: one for each input, or each thread.
pub(in crate::policy) struct Session<'a> {
    program: &'a Program,
    engine: Engine,
}

impl Session<'_> {
    /// Sets what policies see as `input`.
    pub(in crate::policy) fn set_input(&mut self, input: &Data) {
        self.engine.set_input(input.0.clone());
    }

    /// Asks all rules of a group that [`Program::prepare`] got; gives the defined values by the rules' indices,
    /// or `None` where one of them fails. What the rules share is evaluated once.
    pub(in crate::policy) fn ask_group(&mut self, group: usize) -> Option<Vec<(usize, Data)>> {
        let _watched = limits::Watched::new(&self.program.groups, self.program.limit);
        let value = guarded(|| self.engine.eval_rule(format!("data.{GROUPS}.group_{group}"))).ok()?;
        let Value::Object(values) = value else { return Some(Vec::new()) };
        let values = values.iter_sorted();
        Some(
            values
                .filter_map(|(key, value)| Some((key.as_i64().ok()?.try_into().ok()?, Data(value.clone()))))
                .collect(),
        )
    }

    /// Asks a rule; `None` where it is undefined. An error of a built-in is an error.
    ///
    /// # Errors
    /// When the evaluation fails or takes too long, at its place.
    pub(in crate::policy) fn ask(&mut self, rule: &Rule) -> Result<Option<Data>, Problem> {
        let _watched = limits::Watched::new(&rule.label, self.program.limit);
        match guarded(|| self.engine.eval_rule(rule.query.clone())) {
            Ok(Value::Undefined) => Ok(None),
            Ok(value) => Ok(Some(Data(value))),
            Err(error) => {
                let problem = self.program.sources.problem(&error, &self.program.files).at(rule.span);
                Err(if problem.kind() == Reason::Limit {
                    let seconds = self.program.limit.as_secs_f32();
                    problem.hint(format!("a rule may take {seconds} s for one app; index lists by key instead of comparing each with each"))
                } else {
                    problem
                })
            }
        }
    }

    /// Asks a rule as OPA would: where a built-in fails, its expression is undefined.
    pub(in crate::policy) fn ask_leniently(&mut self, rule: &Rule) -> Option<Data> {
        let mut engine = self.engine.clone();
        engine.set_strict_builtin_errors(false);
        let mut lenient = Session { program: self.program, engine };
        lenient.ask(rule).ok().flatten()
    }

    /// Starts to note which lines are evaluated.
    pub(in crate::policy) fn watch_coverage(&mut self) {
        self.engine.set_enable_coverage(true);
    }

    /// The lines of each file that were evaluated and those that were not, where that was watched.
    pub(in crate::policy) fn coverage(&self) -> Vec<(RepoPath, BTreeSet<u32>, BTreeSet<u32>)> {
        let report = self.engine.get_coverage_report().map(|report| report.files).unwrap_or_default();
        let path = |name: &str| self.program.sources.0.iter().find(|source| source.path.as_str() == name);
        let file = report.into_iter();
        file.filter_map(|file| Some((path(&file.path)?.path.clone(), file.covered, file.not_covered))).collect()
    }

    /// What `print` said since the last time, each line after `file:line: `.
    pub(in crate::policy) fn take_prints(&mut self) -> Vec<String> {
        self.engine.take_prints().unwrap_or_default()
    }
}
