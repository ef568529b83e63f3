//! What policies read of their input and of their settings, held against what there is.
//!
//! A field that does not exist is undefined, and what is undefined passes in silence: a typo switches a policy
//! off. So the shapes of values are followed from `input`, `data.gate.settings` and `rego.metadata.rule()` through variables,
//! rules and functions, and what no value can have is a problem. Where a shape is open or not known nothing is said, nor of
//! tests and of what runs with another input (`with`).

mod known;
mod shape;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use regorus::unstable::{Module, Ref, Rule, Span};
use serde_json::Value as Json;

use self::known::{Known, View};
use self::shape::{Missing, Shape};
use super::annotations::LABEL;
use super::names::{Names, Reference, RuleNames, constant_path};
use super::near::near;
use super::source::Sources;
use crate::policy::rule_name::is_test;
use crate::source::Problem;

/// What policies see.
const SCHEMA: &str = include_str!("../../../../schemas/input.schema.json");

/// The part of it that is about the repository as a whole.
const REPOSITORY: &str = "/$defs/repository_input";

/// How often all rules are read at most. Each time a shape goes on from one rule to the next.
const MOST_ROUNDS: usize = 64;

/// Longest list of fields that a message spells out.
const MOST_FIELDS: usize = 16;

/// What a module sees as `input`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::policy) enum Sees {
    /// An app in all its environments.
    App,
    /// The repository as a whole.
    Repository,
    /// One of the two: it helps policies of both kinds.
    Either,
    /// A manifest, or nobody knows.
    Unknown,
    /// Whatever its tests put there; it is not read at all.
    Whatever,
}

impl<'s> Known<'s> {
    /// Takes in what a rule told, and notes the paths of what is news in `news`.
    fn learn(&mut self, path: &[String], told: walk::Told<'s>, news: &mut BTreeSet<Vec<String>>) {
        let take = |slot: &mut Shape<'s>, shape: Shape<'s>| {
            let joined = slot.clone().or(shape);
            let new = joined != *slot;
            *slot = joined;
            new
        };
        if take(self.values.entry(path.to_vec()).or_insert(Shape::Bare), told.value) {
            news.insert(path.to_vec());
        }
        for (function, shapes) in told.calls {
            let Some(arity) = self.names.functions.get(&function) else { continue };
            let slots = self.arguments.entry(function.clone()).or_insert_with(|| vec![Shape::Bare; *arity]);
            let mut shapes = shapes.into_iter();
            let mut new = false;
            for slot in slots {
                new |= take(slot, shapes.next().unwrap_or(Shape::Unknown));
            }
            if new {
                news.insert(function);
            }
        }
        if told.rebinds {
            self.rebind(path, news);
        }
    }

    /// Notes the rules that one refers to, and those that these refer to.
    fn rebind(&mut self, path: &[String], news: &mut BTreeSet<Vec<String>>) {
        let mut next = vec![path.to_vec()];
        while let Some(path) = next.pop() {
            let rules = self.names.rules.iter().filter(|rule| rule.path == path);
            for target in rules.flat_map(|rule| &rule.references).filter_map(Reference::data) {
                for path in self.names.touched(target) {
                    if self.rebound.insert(path.clone()) {
                        news.insert(path.clone());
                        next.push(path.clone());
                    }
                }
            }
        }
    }
}

/// What policies read that does not exist. `settings` is the JSON Schema of what is below `data.gate.settings`,
/// `metadata` are those of what METADATA answers, `sees` is what each module sees.
pub(super) fn problems(
    names: &Names,
    modules: &[Ref<Module>],
    settings: &Json,
    metadata: &[Json],
    sees: &[Sees],
    sources: &Sources,
) -> Vec<Problem> {
    let views: Vec<Option<View<'_>>> = modules.iter().zip(sees).map(|(module, sees)| view(module, *sees)).collect();
    let mut rules: Vec<(&View<'_>, &RuleNames, &Ref<Rule>)> = Vec::new();
    let written =
        modules.iter().enumerate().flat_map(|(index, module)| module.policy.iter().map(move |rule| (index, rule)));
    for ((module, rule), known) in written.zip(&names.rules) {
        let Some(Some(view)) = views.get(module) else { continue };
        if !known.path.last().is_some_and(|name| is_test(name)) {
            rules.push((view, known, rule));
        }
    }
    let settings = Shape::of(settings, settings, "data.gate.settings");
    let (values, arguments, rebound) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
    let mut known = Known { names, settings, metadata, values, arguments, rebound };
    // What policies of a manifest share with others sees manifests too.
    for (_, rule, _) in rules.iter().filter(|(view, ..)| view.input == Shape::Unknown) {
        known.rebind(&rule.path, &mut BTreeSet::new());
    }
    let mut missing: Vec<Vec<(Missing, Span)>> = vec![Vec::new(); rules.len()];
    let mut news: Option<BTreeSet<Vec<String>>> = None;
    for _ in 0..MOST_ROUNDS {
        let mut next = BTreeSet::new();
        for ((view, rule, text), missing) in rules.iter().zip(&mut missing) {
            if news.as_ref().is_none_or(|news| concerns(news, rule)) {
                let mut told = walk::rule(&known, view, &rule.path, text);
                *missing = std::mem::take(&mut told.missing);
                known.learn(&rule.path, told, &mut next);
            }
        }
        if next.is_empty() {
            return tell(missing.concat(), sources);
        }
        news = Some(next);
    }
    // Only what stays the same is the truth.
    Vec::new()
}

/// Whether what is new about other rules may matter to a rule: it refers to one of them, or is one.
fn concerns(news: &BTreeSet<Vec<String>>, rule: &RuleNames) -> bool {
    let known =
        |path: &[String]| (1..=path.len()).any(|length| path.get(..length).is_some_and(|path| news.contains(path)));
    news.contains(&rule.path) || rule.references.iter().filter_map(Reference::data).any(known)
}

fn tell(missing: Vec<(Missing, Span)>, sources: &Sources) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    for (missing, span) in missing {
        let problem = problem(&missing).at(sources.span(&span));
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    problems
}

fn view<'s>(module: &Module, sees: Sees) -> Option<View<'s>> {
    let app = || Shape::of(schema(), schema(), "input");
    let repository = || schema().pointer(REPOSITORY).map_or(Shape::Unknown, |part| Shape::of(part, schema(), "input"));
    let input = match sees {
        Sees::App => app(),
        Sees::Repository => repository(),
        Sees::Either => app().or(repository()),
        Sees::Unknown => Shape::Unknown,
        Sees::Whatever => return None,
    };
    let mut imports = BTreeMap::new();
    for import in &module.imports {
        let path = constant_path(&import.refr);
        let name = import.r#as.as_ref().map(|name| name.text().to_owned()).or_else(|| path.last().cloned());
        // `rego.v1` and `future.keywords` name no value.
        if path.first().is_some_and(|root| matches!(root.as_str(), "data" | "input")) {
            imports.extend(name.map(|name| (name, path)));
        }
    }
    Some(View { package: constant_path(&module.package.refr), imports, input })
}

/// The schema of the input; one that cannot be read says nothing.
fn schema() -> &'static Json {
    static READ: OnceLock<Json> = OnceLock::new();
    READ.get_or_init(|| serde_json::from_str(SCHEMA).unwrap_or(Json::Bool(true)))
}

fn problem(missing: &Missing) -> Problem {
    let Missing { label, what, field, known } = missing;
    let problem = match (field, what) {
        (Some(field), Some(what)) => Problem::new(format!("`{label}` is {what}: it has no field `{field}`")),
        (Some(field), None) => Problem::new(format!("`{label}` has no field `{field}`")),
        (None, what) => Problem::new(format!("`{label}` is {}: it has no items", what.unwrap_or("empty"))),
    };
    let field = field.as_deref().unwrap_or_default();
    if *what == Some("a list") {
        return problem.hint(format!("take its items one by one: `some item in {label}`"));
    }
    let of_app = schema().get("properties").and_then(|properties| properties.get(field));
    let of_repository = schema().pointer(REPOSITORY).and_then(|part| part.get("properties")?.get(field));
    match (label.as_str(), of_app, of_repository) {
        ("input", None, Some(_)) => problem.hint("policies see it whose METADATA says `input: repository`"),
        ("input", Some(_), None) => problem.hint("policies about an app see it, those about the repository do not"),
        _ if known.is_empty() && what.is_none() && label.starts_with("data.gate.settings") => {
            problem.hint("declare it under `custom.settings` in the policy's METADATA")
        }
        _ if known.is_empty() && what.is_none() && label == LABEL => {
            problem.hint("only METADATA of the scope `rule` says it, right above this rule")
        }
        _ if known.is_empty() || field.is_empty() => problem,
        _ => {
            let told = near(problem.clone(), field, known);
            if told.hint_text().is_some() || known.len() > MOST_FIELDS {
                return told;
            }
            problem.hint(format!("its fields are `{}`", known.join("`, `")))
        }
    }
}
