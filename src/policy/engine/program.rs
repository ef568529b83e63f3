//! Policies made ready: parsed, checked, prepared once, then asked as often as wanted.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use regorus::{Engine, Value};

use super::names::{Names, RuleKind, RuleNames, constant_path};
use super::source::{Source, Sources};
use super::{Data, builtins, check, limits};
use crate::policy::scan::Scan;
use crate::source::{Files, Problem, Reason, RepoPath, Span};

/// Deepest nesting of brackets. The interpreter's parser takes twice as long for each level.
const MAX_DEPTH: usize = 14;

/// Policies made ready.
pub(in crate::policy) struct Program {
    engine: Engine,
    sources: Sources,
    files: Arc<Files>,
    limit: Duration,
    /// Every rule, in the order of the files; of those written in several parts the first.
    pub(in crate::policy) rules: Vec<Rule>,
}

/// A policy file that was parsed.
pub(in crate::policy) struct Module {
    /// The package, as a path below `data`.
    pub(in crate::policy) package: Vec<String>,
    /// Where the package is named.
    pub(in crate::policy) span: Option<Span>,
    /// Whether it comes with the program.
    pub(in crate::policy) built_in: bool,
}

/// A rule of a program.
pub(in crate::policy) struct Rule {
    /// The module, as an index into [`Parsed::modules`].
    pub(in crate::policy) module: usize,
    /// The name within its package, as far as it is constant.
    pub(in crate::policy) name: Vec<String>,
    pub(in crate::policy) kind: RuleKind,
    /// Where it is named.
    pub(in crate::policy) span: Option<Span>,
    /// Whether another rule refers to it.
    pub(in crate::policy) used: bool,
    /// The other packages that refer to it.
    pub(in crate::policy) users: BTreeSet<Vec<String>>,
    query: String,
    label: Arc<str>,
}

/// Policies that parse: the first half of a program.
pub(in crate::policy) struct Parsed {
    engine: Engine,
    sources: Sources,
    files: Arc<Files>,
    limit: Duration,
    /// The modules in the order of the files.
    pub(in crate::policy) modules: Vec<Module>,
}

impl Parsed {
    /// Parses policies. `now`, in nanoseconds since 1970, is the only time that they will know; `limit` is
    /// how long one rule may take for one input.
    ///
    /// # Errors
    /// One problem for each policy that does not parse.
    pub(in crate::policy) fn new(
        files: &Arc<Files>,
        sources: Vec<Source>,
        now: i64,
        limit: Duration,
    ) -> Result<Self, Vec<Problem>> {
        let sources = Sources(sources);
        let mut engine = Engine::new();
        engine.set_gather_prints(true);
        engine.set_execution_timer_config(limits::timer(limit));
        builtins::install(&mut engine, now).map_err(|error| vec![sources.problem(&error, files)])?;
        let unparsed = sources.0.iter().filter_map(|source| parse(&mut engine, source, &sources, files).err());
        let problems: Vec<Problem> = unparsed.collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        let modules = engine.get_modules().iter().zip(&sources.0).map(|(module, source)| Module {
            package: constant_path(&module.package.refr),
            span: sources.span(module.package.refr.span()),
            built_in: source.built_in,
        });
        let modules = modules.collect();
        Ok(Self { engine, sources, files: files.clone(), limit, modules })
    }

    /// Checks the names in the policies and makes them ready. `base` is what stands below `data` besides
    /// the rules.
    ///
    /// # Errors
    /// Everything that is wrong with the names.
    pub(in crate::policy) fn prepare(mut self, base: &Data) -> Result<Program, Vec<Problem>> {
        let names = Names::of(self.engine.get_modules());
        let problems = check::problems(&names, base, &self.sources);
        if !problems.is_empty() {
            return Err(problems);
        }
        // Any query makes the engine prepare; clones of a prepared engine share the work.
        let ready = guarded(|| {
            self.engine.add_data(base.0.clone())?;
            self.engine.eval_query("true".to_owned(), false)
        });
        ready.map_err(|error| vec![self.sources.problem(&error, &self.files)])?;
        let rules = rules(&names, &self.sources);
        let Self { engine, sources, files, limit, modules: _ } = self;
        Ok(Program { engine, sources, files, limit, rules })
    }
}

impl Program {
    /// Starts asking.
    pub(in crate::policy) fn session(&self) -> Session<'_> {
        Session { program: self, engine: self.engine.clone() }
    }
}

/// Parses a policy into the engine: Rego v1 or, outside of the packages below `gate`, v0.
fn parse(engine: &mut Engine, source: &Source, sources: &Sources, files: &Files) -> Result<(), Problem> {
    let scan = Scan::of(&source.text);
    let (depth, at) = scan.depth;
    if depth > MAX_DEPTH {
        return Err(Problem::new(format!("brackets nest {depth} deep here; {MAX_DEPTH} is the limit"))
            .at(source.span(at, at + 1))
            .hint("give the inner part a name of its own")
            .reason(Reason::Limit));
    }
    let mut add = |v0| {
        engine.set_rego_v0(v0);
        guarded(|| engine.add_policy(source.path.as_str().to_owned(), source.text.clone()))
            .map_err(|error| sources.problem(&error, files))
    };
    let Err(as_v1) = add(false) else { return Ok(()) };
    if !may_be_v0(&scan, &source.text) {
        return Err(as_v1.within(&source.path));
    }
    let Err(as_v0) = add(true) else { return Ok(()) };
    // The reading that got further is the one that was meant.
    let reached = |problem: &Problem| problem.span().map(|span| span.start);
    let meant = if reached(&as_v0) > reached(&as_v1) { as_v0 } else { as_v1 };
    Err(meant.within(&source.path))
}

/// Whether text that is no Rego v1 is worth reading as v0. A bare `if` says that v1 is meant, and would make
/// the interpreter's parser write a warning of its own to stderr.
fn may_be_v0(scan: &Scan, text: &str) -> bool {
    let of_gate = scan.package(text).is_some_and(|(_, root)| root == "gate");
    let has = |wanted| scan.words.iter().any(|range| text.get(range.clone()) == Some(wanted));
    !of_gate && (has("future") || !has("if"))
}

fn rules(names: &Names, sources: &Sources) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut seen = BTreeSet::new();
    for rule in names.rules.iter().filter(|rule| seen.insert(&rule.path)) {
        let refers = |other: &&RuleNames| other.references.iter().any(|reference| reference.reaches(&rule.path));
        let users = names.rules.iter().filter(|other| other.path != rule.path).filter(refers);
        let query = query(&rule.path);
        rules.push(Rule {
            module: rule.module,
            name: rule.path.get(rule.package.len()..).unwrap_or_default().to_vec(),
            kind: rule.kind,
            span: sources.span(&rule.span),
            used: users.clone().next().is_some(),
            users: users.filter(|other| other.package != rule.package).map(|other| other.package.clone()).collect(),
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

/// Turns a panic inside the interpreter into an error: its built-ins index and unwrap.
fn guarded<T>(run: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        Err(anyhow::anyhow!("the Rego interpreter failed at this policy; this is a fault of its own"))
    })
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
