//! The policies of a run: loaded once, then asked about each app.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::engine::{Data, Program, Session, TIME_LIMIT, Traced};
use super::given::{Given, Namespaces};
use super::load;
use super::manifest;
use super::metadata::{Input, Metadata};
use super::place;
use super::rule_name::{PREFIXES, entry};
use super::settings::Settings;
use super::verdict::{self, Verdict, Written};
use crate::repo::Policies;
use crate::source::{FileId, Files, Problem, Reason, Severity, Span};

/// What policies are loaded from.
pub struct Setup {
    /// Where files are read into.
    pub files: Arc<Files>,
    /// The repository's own policy files. Those named `*_test.rego` are left to `gate test`.
    pub user: Vec<FileId>,
    /// What the configuration says about policies. That those exist which it names is for
    /// [`crate::repo::Config::unknown_policies`] to say.
    pub policies: Policies,
    /// What the command line adds; the files that it names are among those above.
    pub given: Given,
    /// A summary of every app, as `data.gate.apps`.
    pub apps: Data,
    /// The only time that policies know: nanoseconds since 1970.
    pub now: i64,
}

/// A policy that was loaded.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its name in configuration and reports.
    pub id: String,
    /// What it says of itself.
    pub metadata: Metadata,
    /// What it is asked about.
    pub input: Input,
    /// Whether it came with the program.
    pub built_in: bool,
    /// Whether it is asked.
    pub enabled: bool,
    /// How bad its findings are where nothing closer says it; `None` leaves it to the names of its rules.
    pub severity: Option<Severity>,
    /// Where its package is named.
    pub span: Option<Span>,
    /// Its package, as a path below `data`.
    package: Vec<String>,
    /// The rules to ask, by name, as indices into those of the program.
    entries: Vec<usize>,
    /// conftest's `exception`.
    exception: Option<usize>,
    /// Whether the configuration chose the severity.
    chosen: bool,
    /// What is set about it.
    settings: Data,
}

/// What policies say about one app.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// What they found, by policy.
    pub verdicts: Vec<Verdict>,
    /// What could not be judged. The same problem may come up for every app.
    pub errors: Vec<Problem>,
    /// What `print` said, each line after `file:line: `.
    pub prints: Vec<String>,
}

/// The policies of a run. Threads share it.
pub struct PolicySet {
    program: Program,
    policies: Vec<Policy>,
    /// The rules to ask together about an app, a manifest and the repository, in the order of [`Input`].
    groups: [Vec<usize>; 3],
    /// Whether all manifests of an environment are asked about at once.
    combine: bool,
    /// Rules that ran out of time once; they are not asked again.
    exhausted: Vec<AtomicBool>,
}

impl PolicySet {
    /// Loads the built-in policies and the repository's own.
    ///
    /// # Errors
    /// Everything that is wrong with them or with their settings, each problem at its place; and that no
    /// policy would be asked at all.
    pub fn load(setup: Setup) -> Result<Self, Vec<Problem>> {
        Self::load_with(setup, TIME_LIMIT)
    }

    pub(super) fn load_with(setup: Setup, limit: Duration) -> Result<Self, Vec<Problem>> {
        let sources = load::sources(&setup.files, &setup.user, load::is_no_test)?;
        let Given { documents, namespaces, combine, .. } = setup.given;
        let namespaces = Namespaces::new(&namespaces).map_err(|problem| vec![problem])?;
        let (chosen, documents) = (&setup.policies.settings, documents.into());
        let (mut program, packages) =
            load::program(&setup.files, sources, chosen, setup.apps, &documents, setup.now, limit)?;
        let mut problems = Vec::new();
        let policies = policies(&program, packages, &setup.policies, &namespaces, &mut problems);
        if problems.is_empty() && !policies.iter().any(|policy| policy.enabled) {
            problems.push(Problem::new("every policy is disabled, so nothing would be judged"));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let groups = [Input::App, Input::Resource, Input::Repository].map(|input| {
            let asked = policies.iter().filter(|policy| policy.enabled && policy.input == input);
            asked.flat_map(|policy| policy.entries.iter().copied().chain(policy.exception)).collect()
        });
        program.prepare(&groups)?;
        let exhausted = program.rules.iter().map(|_| AtomicBool::new(false)).collect();
        Ok(Self { program, policies, groups, combine, exhausted })
    }

    /// Every policy by id, those that are not asked included.
    #[must_use]
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// The settings of a policy; `None` where none has that id.
    #[must_use]
    pub fn settings(&self, id: &str) -> Option<Settings> {
        self.policies.iter().find(|policy| policy.id == id).map(|policy| Settings(policy.settings.clone()))
    }

    /// Asks every policy about one app. `input` is the app as `schemas/input.schema.json` describes it.
    #[must_use]
    pub fn judge(&self, input: &Data) -> Judged {
        let mut judging = Judging { set: self, session: self.program.session(), judged: Judged::default() };
        judging.ask_all(Input::App, input, &|written| written.at.clone());
        if self.wants_manifests() {
            judging.manifests(input);
        }
        judging.judged.verdicts.sort_by(|a, b| a.policy.cmp(&b.policy));
        judging.judged
    }

    /// Asks the policies about the repository as a whole. `input` is what `schemas/input.schema.json` describes as
    /// `repository_input`.
    #[must_use]
    pub fn judge_repository(&self, input: &Data) -> Judged {
        let mut judging = Judging { set: self, session: self.program.session(), judged: Judged::default() };
        judging.ask_all(Input::Repository, input, &|written| written.at.clone());
        judging.judged
    }

    /// The messages of a policy that looks at manifests, about `manifest` alone. What fails finds nothing: it is told
    /// where the policy is asked in earnest.
    #[must_use]
    pub fn finds(&self, policy: &Policy, manifest: &Data) -> Vec<String> {
        let mut judging = Judging { set: self, session: self.program.session(), judged: Judged::default() };
        let at = |_: &Written| serde_json::Value::Null;
        match policy.input {
            Input::Review => judging.session.set_input(&manifest::review(manifest, &policy.settings)),
            _ => judging.session.set_input(manifest),
        }
        judging.policy(policy, None, &at);
        judging.judged.verdicts.into_iter().map(|verdict| verdict.message).collect()
    }

    /// What becomes of a policy's rules where `input` is the app that it sees.
    #[must_use]
    pub fn reasons(&self, policy: &Policy, input: &Data) -> Vec<Traced> {
        self.program.reasons(&policy.entries, input)
    }

    /// Whether a policy may read the manifests themselves. The built-in policies do not: for them
    /// `environments[].resources` may be left empty, which saves most of what an input costs.
    #[must_use]
    pub fn wants_manifests(&self) -> bool {
        self.policies.iter().any(|policy| policy.enabled && !policy.built_in)
    }
}

/// One app being judged.
struct Judging<'a> {
    set: &'a PolicySet,
    session: Session<'a>,
    judged: Judged,
}

impl Judging<'_> {
    /// Asks the policies that look at one manifest at a time.
    fn manifests(&mut self, input: &Data) {
        for environment in input.get("environments").and_then(|list| list.items()).unwrap_or_default() {
            let name = environment.get("name").unwrap_or_else(Data::null);
            let manifests = environment.get("resources").and_then(|list| list.items()).unwrap_or_default();
            if self.set.combine {
                let path = environment.get("path").unwrap_or_else(Data::null);
                let all = manifest::combined(&path, &manifests);
                self.ask_all(Input::Resource, &all, &|written| manifest::at_environment(&name, &written.at));
            }
            for manifest in manifests {
                let at = |written: &Written| manifest::at_manifest(&name, &manifest, &written.at);
                if !self.set.combine {
                    self.ask_all(Input::Resource, &manifest, &at);
                }
                self.review(&manifest, &at);
            }
        }
    }

    /// Asks Gatekeeper's policies about a manifest, each with its own parameters.
    fn review(&mut self, manifest: &Data, at: &dyn Fn(&Written) -> serde_json::Value) {
        let set = self.set;
        for policy in set.policies.iter().filter(|policy| policy.enabled && policy.input == Input::Review) {
            self.session.set_input(&manifest::review(manifest, &policy.settings));
            self.policy(policy, None, at);
            let mut prints = self.session.take_prints();
            self.judged.prints.append(&mut prints);
        }
    }

    /// Asks all policies of a kind: together, and each rule by itself where one of them fails.
    fn ask_all(&mut self, input: Input, document: &Data, at: &dyn Fn(&Written) -> serde_json::Value) {
        let group = input as usize;
        let Some(rules) = self.set.groups.get(group) else { return };
        if rules.is_empty() {
            return;
        }
        self.session.set_input(document);
        let answers =
            if rules.iter().any(|index| self.is_exhausted(*index)) { None } else { self.session.ask_group(group) };
        let mut prints = self.session.take_prints();
        if answers.is_none() {
            prints.clear();
        }
        for policy in self.set.policies.iter().filter(|policy| policy.enabled && policy.input == input) {
            self.policy(policy, answers.as_deref(), at);
        }
        prints.extend(self.session.take_prints());
        self.judged.prints.append(&mut prints);
    }

    fn policy(
        &mut self,
        policy: &Policy,
        answers: Option<&[(usize, Data)]>,
        at: &dyn Fn(&Written) -> serde_json::Value,
    ) {
        let excepted = policy.exception.and_then(|index| self.answer(index, answers)).map(|lists| names(&lists));
        for index in &policy.entries {
            let Some(rule) = self.set.program.rules.get(*index) else { continue };
            let name = rule.name.first().map(String::as_str).unwrap_or_default();
            if excepted.iter().flatten().any(|excepted| excepts(excepted, name)) {
                continue;
            }
            let Some(value) = self.answer(*index, answers) else { continue };
            match verdict::read(&value, policy.package.first().is_some_and(|root| root == "gate")) {
                Ok(found) => {
                    for slip in found.iter().filter_map(|written| written.slip.as_ref()) {
                        let problem = Problem::new(format!("`{name}` gives a finding {slip}"));
                        self.fail(problem.at(rule.span).hint(place::HINT));
                    }
                    let verdicts = found.into_iter().map(|written| Verdict {
                        policy: policy.id.clone(),
                        severity: policy.severity_of(name, written.severity),
                        at: at(&written),
                        message: written.message,
                        keys: written.keys,
                        help: written.help.or_else(|| policy.metadata.help.clone()),
                        rule: rule.span,
                    });
                    self.judged.verdicts.extend(verdicts);
                }
                Err(wrong) => {
                    let hint = "let it gather findings: `deny contains \"text\" if ...`, or objects with `msg`";
                    self.fail(Problem::new(format!("`{name}` {wrong}")).at(rule.span).hint(hint));
                }
            }
        }
    }

    /// Notes what could not be judged; what fails for many manifests is noted once.
    fn fail(&mut self, problem: Problem) {
        if !self.judged.errors.contains(&problem) {
            self.judged.errors.push(problem);
        }
    }

    fn is_exhausted(&self, index: usize) -> bool {
        self.set.exhausted.get(index).is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// The value of a rule, from the answers of its group or by asking. Where it fails, the failure is an error
    /// of the run, and what the rule still finds counts.
    fn answer(&mut self, index: usize, answers: Option<&[(usize, Data)]>) -> Option<Data> {
        if let Some(answers) = answers {
            let at = answers.binary_search_by_key(&index, |(index, _)| *index).ok()?;
            return answers.get(at).map(|(_, value)| value.clone());
        }
        if self.is_exhausted(index) {
            return None;
        }
        let rule = self.set.program.rules.get(index)?;
        match self.session.ask(rule) {
            Ok(value) => value,
            Err(problem) => {
                let out_of_time = problem.kind() == Reason::Limit;
                self.fail(problem);
                if !out_of_time {
                    return self.session.ask_leniently(rule);
                }
                self.set.exhausted.get(index)?.store(true, Ordering::Relaxed);
                None
            }
        }
    }
}

/// The policies among the packages, by id.
fn policies(
    program: &Program,
    packages: Vec<load::Package>,
    configured: &Policies,
    namespaces: &Namespaces,
    problems: &mut Vec<Problem>,
) -> Vec<Policy> {
    let mut policies: Vec<Policy> = Vec::new();
    let mut foreign = Vec::new();
    for package in packages {
        let entries = load::entries(program, &package, problems);
        if entries.is_empty() {
            continue;
        }
        let of_gate = package.is_of_gate();
        let asked = of_gate || namespaces.has(&package.path.join("."));
        if !of_gate {
            foreign.push(package.path.join("."));
        }
        let own = program.rules.iter().enumerate().filter(|(_, rule)| package.modules.contains(&rule.module));
        let exception = own.into_iter().find(|(_, rule)| !of_gate && rule.name == ["exception"]);
        let chosen = configured.severity.get(&package.id).copied();
        let enabled = asked && !configured.disable.contains(&package.id);
        problems.extend(package.without_parameters.filter(|_| enabled).map(|place| {
            let problem = Problem::new(format!("`{}` reads `input.parameters`, and nobody gives any", package.id));
            let hint = "set them under `policies.settings.{}` in gate.yaml; without any it takes an empty map, `{}`";
            problem.at(place).hint(hint.replacen("{}", &package.id, 1))
        }));
        policies.push(Policy {
            input: package.metadata.input.unwrap_or(if of_gate { Input::App } else { Input::Resource }),
            built_in: package.built_in,
            enabled,
            severity: chosen.or(package.metadata.severity),
            chosen: chosen.is_some(),
            span: package.span,
            exception: exception.map(|(index, _)| index),
            id: package.id,
            metadata: package.metadata,
            package: package.path,
            entries,
            settings: package.settings,
        });
    }
    foreign.sort();
    problems.extend(namespaces.unmatched(&foreign));
    policies.sort_by(|a, b| a.id.cmp(&b.id));
    policies
}

/// The names that conftest's `exception` lists.
fn names(lists: &Data) -> Vec<Data> {
    lists.items().into_iter().flatten().flat_map(|list| list.items().unwrap_or_default()).collect()
}

/// Whether an entry of `exception` names the rule: `foo` stands for `deny_foo`, the empty text for `deny`.
fn excepts(entry: &Data, rule: &str) -> bool {
    let Some(entry) = entry.as_str() else { return false };
    let short = PREFIXES.iter().find_map(|(prefix, _)| rule.strip_prefix(prefix)).unwrap_or(rule);
    entry == short.strip_prefix('_').unwrap_or(short) || entry == rule
}

impl Policy {
    /// A finding's severity: what it says itself; else the policy's, though a `warn` rule never says more
    /// than warning. What the configuration chose goes over all but `info`, which is no judgement.
    fn severity_of(&self, rule: &str, written: Option<Severity>) -> Severity {
        let by_name = entry(rule).unwrap_or(Severity::Error);
        match (written, self.severity) {
            (Some(Severity::Info), _) => Severity::Info,
            (_, Some(chosen)) if self.chosen => chosen,
            (Some(written), _) => written,
            (None, Some(own)) => own.min(by_name),
            (None, None) => by_name,
        }
    }
}
