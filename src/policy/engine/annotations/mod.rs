//! What METADATA says to the rules themselves: `rego.metadata.rule()` and `rego.metadata.chain()`, which the
//! interpreter lacks.
//!
//! What they give is known before anything is evaluated. In the text that the interpreter gets, a call of ours stands in
//! their place, with the number of the answer as its argument; it is as long, so that all places stay true. Which block
//! belongs to which rule, and what is told of it, is as in OPA 1.22 (`v1/ast/annotations.go`).

mod block;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use anyhow::Context;
use regorus::Value;
use regorus::unstable::{Expr, Module, Ref, Rule};
use serde_json::{Map, Value as Json, json};

use self::block::Block;
use super::Data;
use super::builtins::METADATA;
use super::names::{Names, Step, constant_path, reference, steps};
use super::near::near;
use super::source::{Source, Sources};
use super::walk::imports;
use crate::policy::comments::blocks;
use crate::policy::scan::Scan;
use crate::source::Problem;

/// The calls as they must be written.
const CALLS: [&str; 2] = ["rego.metadata.rule()", "rego.metadata.chain()"];

/// How policies know what METADATA says of a rule.
pub(super) const LABEL: &str = CALLS[0];

/// A place where METADATA is asked for.
pub(super) struct Call {
    module: usize,
    /// Where it starts in the text.
    at: usize,
    /// One of [`CALLS`].
    written: &'static str,
}

/// The text of a file as the interpreter gets it. What is asked there is added to `calls`.
///
/// # Errors
/// Where the text uses one of [`METADATA`] itself.
pub(super) fn replaced<'a>(
    source: &'a Source,
    scan: &Scan,
    module: usize,
    calls: &mut Vec<Call>,
) -> Result<Cow<'a, str>, Problem> {
    let text = source.text.as_str();
    if !METADATA.into_iter().chain(["rego.metadata."]).any(|wanted| text.contains(wanted)) {
        return Ok(Cow::Borrowed(text));
    }
    let (mut copy, mut done) = (String::new(), 0);
    for word in &scan.words {
        let (before, rest) = text.split_at_checked(word.start).unwrap_or_default();
        let name = rest.get(..word.len()).unwrap_or_default();
        if METADATA.contains(&name) {
            let problem = Problem::new(format!("`{name}` is a name of the program's own"));
            return Err(problem.at(source.span(word.start, word.end)).hint("give it another name"));
        }
        let call = CALLS.into_iter().zip(METADATA).find(|(written, _)| rest.starts_with(written));
        let Some((written, name)) = call.filter(|_| !before.ends_with('.')) else { continue };
        let width = written.len() - name.len() - "()".len();
        let call = format!("{name}({:>width$})", calls.len());
        // Where the numbers run out, the call stays as it is and is refused.
        if call.len() == written.len() {
            copy.push_str(text.get(done..word.start).unwrap_or_default());
            copy.push_str(&call);
            done = word.start + call.len();
            calls.push(Call { module, at: word.start, written });
        }
    }
    copy.push_str(text.get(done..).unwrap_or_default());
    Ok(Cow::Owned(copy))
}

/// What the calls give, by number; the same in all clones of an engine.
#[derive(Clone, Default)]
pub(super) struct Answers(Arc<OnceLock<Vec<Data>>>);

impl Answers {
    pub(super) fn get(&self, number: usize) -> anyhow::Result<Value> {
        let answer = self.0.get().and_then(|answers| answers.get(number));
        answer.map(|answer| answer.0.clone()).context("nobody asked for METADATA here")
    }

    /// What is known of each before anything is evaluated, as JSON Schemas.
    pub(super) fn schemas(&self) -> Vec<Json> {
        self.0.get().into_iter().flatten().map(|answer| schema(&answer.to_json())).collect()
    }

    /// Finds the answers to all calls, and what is wrong with the METADATA that they tell of or with themselves.
    pub(super) fn find(
        &self,
        calls: &[Call],
        names: &Names,
        modules: &[Ref<Module>],
        sources: &Sources,
    ) -> Vec<Problem> {
        if calls.is_empty() {
            return Vec::new();
        }
        let mut problems = Vec::new();
        let annotations = Annotations::of(calls, modules, sources, &mut problems);
        let mut answers = Vec::new();
        for call in calls {
            let (Some(module), Some(source)) = (modules.get(call.module), sources.0.get(call.module)) else { continue };
            let own = names.packages.get(&constant_path(&module.package.refr));
            let taken = METADATA.into_iter().chain(["rego"]).any(|name| own.is_some_and(|rules| rules.contains(name)));
            if taken || imports(module).contains_key("rego") {
                let message = format!("`{}` would be no built-in: a rule or an import is called `rego`", call.written);
                let span = source.span(call.at, call.at + call.written.len());
                problems.push(Problem::new(message).at(span).hint("give that another name"));
            }
            answers.push(annotations.answer(call, module));
        }
        if problems.is_empty() {
            // A program is checked once.
            let _ = self.0.set(answers);
        }
        problems
    }
}

/// What is known of a value that is told, as a JSON Schema. Of lists nothing is known but that.
fn schema(value: &Json) -> Json {
    let kind = match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(fields) => {
            let fields: Map<_, _> = fields.iter().map(|(name, value)| (name.clone(), schema(value))).collect();
            return json!({"type": "object", "additionalProperties": false, "properties": fields});
        }
    };
    json!({"type": kind})
}

/// METADATA by what it is about.
#[derive(Default)]
struct Annotations {
    /// The scope `rule`: by module and place among its rules, in the order of the text.
    rules: BTreeMap<(usize, usize), Vec<Data>>,
    /// The scope `package`.
    packages: BTreeMap<Vec<String>, Data>,
    /// The scopes `document` and `subpackages`.
    paths: BTreeMap<Vec<String>, Data>,
}

/// What a block stands before.
#[derive(Clone, Copy, PartialEq)]
enum Target {
    Package,
    Import,
    Rule(usize),
}

impl Annotations {
    /// Reads the files that may have to do with the calls.
    fn of(calls: &[Call], modules: &[Ref<Module>], sources: &Sources, problems: &mut Vec<Problem>) -> Self {
        let packages: Vec<Vec<String>> = modules.iter().map(|module| constant_path(&module.package.refr)).collect();
        let mut asking: Vec<&[String]> =
            calls.iter().filter_map(|call| Some(packages.get(call.module)?.as_slice())).collect();
        asking.dedup();
        let mut annotations = Self::default();
        for (index, ((module, source), package)) in modules.iter().zip(&sources.0).zip(&packages).enumerate() {
            if !asking.iter().any(|asking| asking.starts_with(package)) {
                continue;
            }
            for comments in blocks(&source.text, &Scan::of(&source.text)) {
                let read = Block::read(source, &comments).and_then(|block| match block {
                    Some(block) => annotations.add(block, target(module, comments.at), index, module),
                    None => Ok(()),
                });
                let line = source.text.get(comments.at..).and_then(|rest| rest.lines().next()).unwrap_or_default();
                let span = source.span(comments.at, comments.at + line.trim_end().len());
                problems.extend(read.err().map(|problem| problem.at(span)));
            }
        }
        annotations
    }

    fn add(&mut self, block: Block, target: Option<Target>, index: usize, module: &Module) -> Result<(), Problem> {
        let scope = match (block.scope.as_deref(), target) {
            (Some(scope), _) => scope.to_owned(),
            (None, Some(Target::Rule(_))) => if block.entrypoint { "document" } else { "rule" }.to_owned(),
            (None, Some(Target::Package)) => "package".to_owned(),
            (None, _) => return Err(Problem::new("this METADATA stands before no rule and no package")),
        };
        if block.entrypoint && !matches!(scope.as_str(), "document" | "package") {
            return Err(Problem::new(format!("METADATA of the scope `{scope}` has no `entrypoint`")));
        }
        let package = constant_path(&module.package.refr);
        let (known, path) = match (scope.as_str(), target) {
            ("rule", Some(Target::Rule(place))) => {
                self.rules.entry((index, place)).or_default().push(block.value(&scope));
                return Ok(());
            }
            ("document", Some(Target::Rule(place))) => {
                (&mut self.paths, module.policy.get(place).map_or_else(Vec::new, |rule| path(module, rule)))
            }
            ("package", Some(Target::Package)) => (&mut self.packages, package),
            ("subpackages", Some(Target::Package)) => (&mut self.paths, package),
            ("rule" | "document", _) => {
                return Err(Problem::new(format!("METADATA of the scope `{scope}` must stand before a rule")));
            }
            ("package" | "subpackages", _) => {
                return Err(Problem::new(format!("METADATA of the scope `{scope}` must stand before the package")));
            }
            _ => {
                let problem = Problem::new(format!("METADATA has no scope `{scope}`"));
                return Err(near(problem, &scope, ["rule", "document", "package", "subpackages"]));
            }
        };
        let shown = path.join(".");
        match known.insert(path, block.value(&scope)) {
            Some(_) => Err(Problem::new(format!("`{shown}` has METADATA of the scope `{scope}` already"))),
            None => Ok(()),
        }
    }

    fn answer(&self, call: &Call, module: &Module) -> Data {
        let place = module.policy.iter().rposition(|rule| rule.span().start as usize <= call.at);
        let rule = place.and_then(|place| Some((place, module.policy.get(place)?)));
        let Some((place, rule)) = rule else { return Data::null() };
        let own = self.rules.get(&(call.module, place)).filter(|_| !is_elsewhere(rule, call.at));
        let own = own.map(Vec::as_slice).unwrap_or_default();
        if call.written == LABEL {
            return own.first().cloned().unwrap_or_else(|| Data::object::<&str>([]));
        }
        let path = path(module, rule);
        let package = constant_path(&module.package.refr);
        let mut chain: Vec<Data> = own.iter().rev().map(|own| link(&path, Some(own))).collect();
        if chain.is_empty() {
            chain.push(link(&path, None));
        }
        chain.extend(self.paths.get(&path).map(|document| link(&path, Some(document))));
        chain.extend(self.packages.get(&package).map(|known| link(&package, Some(known))));
        let around = (0..=package.len()).rev().filter_map(|length| package.get(..length));
        chain.extend(around.filter_map(|path| Some(link(path, Some(self.paths.get(path)?)))));
        Data::array(chain)
    }
}

/// The first statement behind a place.
fn target(module: &Module, at: usize) -> Option<Target> {
    let package = (module.package.span.start, Target::Package);
    let imports = module.imports.iter().map(|import| (import.span.start, Target::Import));
    let rules = module.policy.iter().enumerate().map(|(place, rule)| (rule.span().start, Target::Rule(place)));
    let all = [package].into_iter().chain(imports).chain(rules);
    let next = all.filter(|(start, _)| *start as usize > at).min_by_key(|(start, _)| *start);
    next.map(|(_, target)| target)
}

/// Whether a place is in a body of the rule to which its METADATA does not belong: one behind `else`, or a second one
/// of Rego v0. For OPA those are rules of their own.
fn is_elsewhere(rule: &Rule, at: usize) -> bool {
    let Rule::Spec { bodies, .. } = rule else { return false };
    let mut later = bodies.iter().enumerate().filter(|(index, body)| *index > 0 || body.is_else);
    later.any(|(_, body)| body.span.start as usize <= at)
}

/// The path of a rule below `data` up to its first variable.
fn path(module: &Module, rule: &Rule) -> Vec<String> {
    let mut path = constant_path(&module.package.refr);
    let (root, rest) = steps(reference(rule).0);
    path.push(root.span().text().to_owned());
    path.extend(rest.into_iter().map_while(|step| match step {
        Step::Constant(name) => Some(name),
        Step::Index(index) => match index.as_ref() {
            Expr::Number { span, .. } | Expr::Bool { span, .. } | Expr::Null { span, .. } => {
                Some(span.text().to_owned())
            }
            _ => None,
        },
    }));
    path
}

fn link(path: &[String], annotations: Option<&Data>) -> Data {
    let path = ("path", Data::array(path.iter().map(|step| Data::from(step.as_str()))));
    let annotations = annotations.map(|annotations| ("annotations", annotations.clone()));
    Data::object([path].into_iter().chain(annotations))
}
