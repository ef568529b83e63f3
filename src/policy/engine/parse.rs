//! From files to modules: Rego v1 or v0, with the limits that the interpreter's parser needs.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use regorus::{Engine, PolicyLengthConfig};

use super::annotations::{self, Answers, Call};
use super::install::{Noted, install};
use super::limits::guarded;
use super::names::{Names, constant_path};
use super::program::Program;
use super::source::{Source, Sources};
use super::{Data, Sees, check, input, limits, names};
use crate::policy::scan::Scan;
use crate::source::{Files, Problem, Reason, Span};

/// Deepest nesting of brackets. The interpreter's parser takes twice as long for each level.
const MAX_DEPTH: usize = 14;

/// Longest line, in bytes: certificates and tokens in tests are long.
const MAX_COLUMNS: NonZeroU32 = NonZeroU32::new(65_536).unwrap();

/// A policy file that was parsed.
pub(in crate::policy) struct Module {
    /// The package, as a path below `data`.
    pub(in crate::policy) package: Vec<String>,
    /// Where the package is named.
    pub(in crate::policy) span: Option<Span>,
    /// Whether it comes with the program.
    pub(in crate::policy) built_in: bool,
    /// The first words of the names of its rules.
    pub(in crate::policy) rules: BTreeSet<String>,
}

/// Policies that parse: the first half of a program.
pub(in crate::policy) struct Parsed {
    engine: Engine,
    noted: Noted,
    /// Where METADATA is asked for, and what is answered.
    calls: Vec<Call>,
    answers: Answers,
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
        engine.set_policy_length_config(PolicyLengthConfig { max_col: MAX_COLUMNS, ..PolicyLengthConfig::default() });
        let answers = Answers::default();
        let noted = install(&mut engine, now, &answers).map_err(|error| vec![sources.problem(&error, files)])?;
        let mut calls = Vec::new();
        let unparsed = (0..).zip(&sources.0).filter_map(|(module, source)| {
            let scan = Scan::of(&source.text);
            let text = annotations::replaced(source, &scan, module, &mut calls);
            text.and_then(|text| parse(&mut engine, source, &text, &scan, &sources, files)).err()
        });
        let problems: Vec<Problem> = unparsed.collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        let modules = engine.get_modules().iter().zip(&sources.0).map(|(module, source)| Module {
            package: constant_path(&module.package.refr),
            span: sources.span(module.package.refr.span()),
            built_in: source.built_in,
            rules: names::first_words(module),
        });
        let modules = modules.collect();
        Ok(Self { engine, noted, calls, answers, sources, files: files.clone(), limit, modules })
    }

    /// Checks the names in the policies. `base` is what stands below `data` besides the rules, `settings` the
    /// JSON Schema of what stands below `data.gate.settings`, and `sees` what each module sees as `input`.
    ///
    /// # Errors
    /// Everything that is wrong with the names.
    pub(in crate::policy) fn check(
        mut self,
        base: &Data,
        settings: &serde_json::Value,
        sees: &[Sees],
    ) -> Result<Program, Vec<Problem>> {
        let modules = self.engine.get_modules();
        let names = Names::of(modules);
        let mut problems = self.answers.find(&self.calls, &names, modules, &self.sources);
        // The tests have checked the policies that come with the program: by themselves they are the same each time.
        if cfg!(debug_assertions) || !self.sources.0.iter().all(|source| source.built_in) {
            problems.splice(0..0, check::problems(&names, base, &self.sources));
            problems.extend(input::problems(&names, modules, settings, &self.answers.schemas(), sees, &self.sources));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        self.engine.add_data(base.0.clone()).map_err(|error| vec![self.sources.problem(&error, &self.files)])?;
        let Self { engine, noted, sources, files, limit, .. } = self;
        Ok(Program::new(engine, noted, names, sources, files, limit))
    }
}

/// Parses a policy, of which the interpreter gets `text`, into the engine: Rego v1 or, outside of the packages below
/// `gate`, v0.
fn parse(
    engine: &mut Engine,
    source: &Source,
    text: &str,
    scan: &Scan,
    sources: &Sources,
    files: &Files,
) -> Result<(), Problem> {
    let (depth, at) = scan.depth;
    if depth > MAX_DEPTH {
        return Err(Problem::new(format!("brackets nest {depth} deep here; {MAX_DEPTH} is the limit"))
            .at(source.span(at, at + 1))
            .hint("give the inner part a name of its own")
            .reason(Reason::Limit));
    }
    let mut add = |v0| {
        engine.set_rego_v0(v0);
        guarded(|| engine.add_policy(source.path.as_str().to_owned(), text.to_owned()))
            .map_err(|error| sources.problem(&error, files))
    };
    let Err(as_v1) = add(false) else { return Ok(()) };
    if !may_be_v0(scan, &source.text) {
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
