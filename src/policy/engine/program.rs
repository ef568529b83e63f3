//! Policies made ready: parsed, checked, prepared once, then asked as often as wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use regorus::unstable::Span as RegoSpan;
use regorus::{Engine, Value};

use super::install::Noted;
use super::limits::guarded;
use super::names::{Names, Reference, RuleKind};
use super::source::{Source, Sources};
use super::{Data, limits};
use crate::policy::rule_name::is_test;
use crate::source::{Files, Problem, Reason, RepoPath, Span};

/// The package of the rules that ask others together.
const GROUPS: &str = "__gate_groups";

/// Policies made ready.
pub(in crate::policy) struct Program {
    pub(super) engine: Engine,
    noted: Noted,
    pub(super) names: Names,
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
    /// Every time that it is written: the module, and the place among the rules of the module.
    pub(super) definitions: Vec<(usize, usize)>,
    /// The name within its package, as far as it is constant.
    pub(in crate::policy) name: Vec<String>,
    pub(in crate::policy) kind: RuleKind,
    /// Whether the name is one word.
    pub(in crate::policy) plain: bool,
    /// How many steps the name goes on with that are known only in evaluation.
    pub(in crate::policy) keys: usize,
    /// Where it is named.
    pub(in crate::policy) span: Option<Span>,
    /// Where it is named again.
    pub(in crate::policy) again: Option<Span>,
    /// Whether another rule refers to it.
    pub(in crate::policy) used: bool,
    /// The other packages that refer to it.
    pub(in crate::policy) users: BTreeSet<Vec<String>>,
    query: String,
    label: Arc<str>,
}

impl Program {
    pub(super) fn new(
        engine: Engine,
        noted: Noted,
        names: Names,
        sources: Sources,
        files: Arc<Files>,
        limit: Duration,
    ) -> Self {
        let rules = rules(&names, &sources);
        Self { engine, noted, names, sources, files, limit, groups: Arc::from("a policy"), rules }
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

    /// The rules of some modules, each with its index.
    pub(in crate::policy) fn rules_of(&self, modules: &[usize]) -> impl Iterator<Item = (usize, &Rule)> {
        // Rules stand in the order of the modules.
        modules.iter().flat_map(|module| {
            let start = self.rules.partition_point(|rule| rule.module < *module);
            let own = self.rules.iter().enumerate().skip(start);
            own.take_while(|(_, rule)| rule.module == *module)
        })
    }

    /// The files, in the order of the modules.
    pub(super) fn sources(&self) -> &[Source] {
        &self.sources.0
    }

    /// The span of a node of the syntax tree of one of the files.
    pub(super) fn span(&self, at: &RegoSpan) -> Option<Span> {
        self.sources.span(at)
    }

    /// The text of such a node as its author wrote it.
    pub(super) fn text(&self, at: &RegoSpan) -> String {
        self.sources.text(at).to_owned()
    }

    /// Starts asking.
    pub(in crate::policy) fn session(&self) -> Session<'_> {
        Session::with(self, self.engine.clone())
    }
}

fn rules(names: &Names, sources: &Sources) -> Vec<Rule> {
    let mut places: BTreeMap<&[String], usize> = BTreeMap::new();
    let mut rules: Vec<Rule> = Vec::new();
    let mut packages: Vec<&[String]> = Vec::new();
    for rule in &names.rules {
        let place = *places.entry(&rule.path).or_insert(rules.len());
        if let Some(known) = rules.get_mut(place) {
            known.definitions.push((rule.module, rule.index));
            known.again = known.again.or_else(|| sources.span(&rule.span));
            continue;
        }
        let query = query(&rule.path);
        packages.push(&rule.package);
        rules.push(Rule {
            module: rule.module,
            definitions: vec![(rule.module, rule.index)],
            name: rule.path.get(rule.package.len()..).unwrap_or_default().to_vec(),
            kind: rule.kind,
            plain: rule.plain,
            keys: rule.keys,
            span: sources.span(&rule.span),
            again: rule.chained.as_ref().and_then(|span| sources.span(span)),
            used: false,
            users: BTreeSet::new(),
            label: Arc::from(format!("`{query}` ({}:{})", rule.span.source.get_path(), rule.span.line)),
            query,
        });
    }
    for user in &names.rules {
        for target in user.references.iter().filter_map(Reference::data) {
            for path in names.touched(target).filter(|path| **path != user.path) {
                let Some(place) = places.get(path.as_slice()) else { continue };
                if let Some(rule) = rules.get_mut(*place) {
                    rule.used = true;
                    if packages.get(*place).is_some_and(|package| *package != user.package) {
                        rule.users.insert(user.package.clone());
                    }
                }
            }
        }
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

impl<'a> Session<'a> {
    pub(super) fn with(program: &'a Program, engine: Engine) -> Self {
        Self { program, engine }
    }

    /// The members of a set rule in a package; `None` where it cannot be evaluated.
    pub(super) fn set(&mut self, package: &[String], name: &str) -> Option<Vec<Value>> {
        let query = query(&[package, &[name.to_owned()]].concat());
        let _watched = limits::Watched::new(&Arc::from(query.as_str()), self.program.limit);
        match guarded(|| self.engine.eval_rule(query)) {
            Ok(Value::Set(members)) => Some(members.iter_sorted().cloned().collect()),
            _ => None,
        }
    }

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
        let value = guarded(|| {
            if rule.keys < 2 {
                return self.engine.eval_rule(rule.query.clone());
            }
            // The interpreter knows no rule of that name where more than one step follows it.
            let results = self.engine.eval_query(rule.query.clone(), false)?;
            let value = results.result.first().and_then(|result| result.expressions.first());
            Ok(value.map_or(Value::Undefined, |expression| expression.value.clone()))
        });
        match value {
            Ok(Value::Undefined) => Ok(None),
            Ok(value) => Ok(Some(Data(value))),
            Err(error) => {
                let problem = self.program.sources.problem(&error, &self.program.files).at(rule.span);
                Err(if problem.kind() == Reason::Limit {
                    let seconds = self.program.limit.as_secs_f32();
                    let may = if rule.name.first().is_some_and(|name| is_test(name)) {
                        format!("a unit test may take {seconds} s, or what `--timeout` says")
                    } else {
                        format!("a rule may take {seconds} s for one app")
                    };
                    problem.hint(format!("{may}; index lists by key instead of comparing each with each"))
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

    /// The lines of each file on which something was evaluated, where that was watched.
    pub(super) fn lines(&self) -> BTreeMap<RepoPath, BTreeSet<u32>> {
        let report = self.engine.get_coverage_report().map(|report| report.files).unwrap_or_default();
        let path = |name: &str| self.program.sources().iter().find(|source| source.path.as_str() == name);
        report.into_iter().filter_map(|file| Some((path(&file.path)?.path.clone(), file.covered))).collect()
    }

    /// The numbers of the rules that held, in all sessions of the program together.
    pub(super) fn noted(&self) -> BTreeSet<u32> {
        self.program.noted.numbers()
    }

    /// What `print` said since the last time, each line after `file:line: `.
    pub(in crate::policy) fn take_prints(&mut self) -> Vec<String> {
        self.engine.take_prints().unwrap_or_default()
    }
}
