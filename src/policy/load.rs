//! From files to packages: which policies there are, what each is called, and what is wrong with them as
//! policies. What is wrong with them as Rego is found by the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value as Json, json};

use super::builtin::{BUILTINS, LIBRARY};
use super::engine::{Data, Module, Parsed, Program, Rule, RuleKind, Sees, Source};
use super::manifest;
use super::metadata::{self, Input, Metadata};
use super::rule_name::{PREFIXES, entry, is_test};
use super::scan::Scan;
use super::settings::{of_policy, schema};
use crate::schema::nearest;
use crate::source::{FileId, Files, Problem, RepoPath, Span};
use crate::yaml::Node;

/// How the paths of the files begin that come with the program.
const BUILT_IN: &str = "gate:policies/";

/// Packages below `gate` that are not policies.
pub(super) const RESERVED: [&str; 2] = ["apps", "settings"];

/// A package and all that its files say.
pub(super) struct Package {
    /// The name in configuration and reports.
    pub(super) id: String,
    /// The path below `data`.
    pub(super) path: Vec<String>,
    pub(super) metadata: Metadata,
    pub(super) built_in: bool,
    /// Where it is first named.
    pub(super) span: Option<Span>,
    /// Its modules, as indices into those of the program.
    pub(super) modules: Vec<usize>,
    /// What is set about it.
    pub(super) settings: Data,
    /// Where it reads Gatekeeper's parameters, if nobody gives any.
    pub(super) without_parameters: Option<Span>,
}

impl Package {
    /// Whether it is below `gate`, where the program's own rules for policies hold.
    pub(super) fn is_of_gate(&self) -> bool {
        self.path.first().is_some_and(|root| root == "gate")
    }
}

/// Whether a file of that name is loaded to judge, and not to test policies.
pub(super) fn is_no_test(name: &str) -> bool {
    !name.ends_with("_test.rego")
}

/// The library, the built-in policies, and those files of the repository whose name is `wanted`.
///
/// # Errors
/// When a file cannot be read as text.
pub(super) fn sources(
    files: &Files,
    user: &[FileId],
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Source>, Vec<Problem>> {
    let texts = BUILTINS.iter().map(|builtin| (builtin.id, builtin.source)).chain([("lib", LIBRARY)]);
    let path = |id: &str| RepoPath::root().child(&format!("{BUILT_IN}{id}.rego"));
    let built_in = texts.map(|(id, text)| (files.add(path(id), text.into()), true));
    let user = user.iter().filter(|id| wanted(files.get(**id).path().file_name())).map(|id| (*id, false));
    let mut problems = Vec::new();
    let mut sources = Vec::new();
    for (id, built_in) in built_in.chain(user) {
        match Source::new(files, id, built_in) {
            Ok(source) => sources.push(source),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(sources) } else { Err(problems) }
}

/// The sources less the built-in policies whose package a file of the repository has, so that a copy can be
/// worked on.
pub(super) fn replacing(mut sources: Vec<Source>) -> Vec<Source> {
    let package = |source: &Source| {
        let (at, _) = Scan::of(&source.text).package(&source.text)?;
        source.text.get(at..)?.lines().next().map(|line| line.trim().to_owned())
    };
    let own: BTreeSet<_> = sources.iter().filter(|source| !source.built_in).filter_map(package).collect();
    sources.retain(|source| !source.built_in || package(source).is_none_or(|package| !own.contains(&package)));
    sources
}

/// Reads and checks the policies of `sources`, with settings and apps below `data.gate`, and `documents` beside that.
///
/// # Errors
/// Everything that is wrong with them or with the settings that `chosen` holds.
pub(super) fn program(
    files: &Arc<Files>,
    sources: Vec<Source>,
    chosen: &BTreeMap<String, Node>,
    apps: Data,
    documents: &Json,
    now: i64,
    limit: Duration,
) -> Result<(Program, Vec<Package>), Vec<Problem>> {
    let mut problems = Vec::new();
    let headers = headers(&sources, &mut problems);
    let reviewing: Vec<bool> = sources.iter().map(manifest::reviews).collect();
    let parameters: Vec<Option<Span>> = sources.iter().map(manifest::parameters).collect();
    let parsed = match Parsed::new(files, sources, now, limit) {
        Ok(parsed) if problems.is_empty() => parsed,
        Ok(_) => return Err(problems),
        Err(more) => return Err([problems, more].concat()),
    };
    let mut packages = packages(&parsed.modules, headers, &mut problems);
    for package in &mut packages {
        let mut parts = package.modules.iter().filter_map(|index| reviewing.get(*index));
        if !package.is_of_gate() && package.metadata.input.is_none() && parts.any(|reviews| *reviews) {
            package.metadata.input = Some(Input::Review);
        }
        let Metadata { input, settings, .. } = &package.metadata;
        if *input == Some(Input::Review) && settings.is_empty() && !chosen.contains_key(&package.id) {
            let mut parts = package.modules.iter().filter_map(|index| parameters.get(*index));
            package.without_parameters = parts.find_map(|place| *place);
        }
    }
    problems.extend(namesakes(&packages, &parsed.modules));
    let settings = settings(&mut packages, chosen, &mut problems);
    problems.extend(packages.iter().filter_map(|package| shadowed(package, documents)));
    if !problems.is_empty() {
        return Err(problems);
    }
    let given = Data::from(documents.clone()).entries().unwrap_or_default();
    let own = (Arc::from("gate"), Data::object([("settings", settings), ("apps", apps)]));
    let base = Data::object(given.into_iter().chain([own]));
    let schemas = packages.iter().map(|package| (package.id.clone(), schema(&package.metadata.settings)));
    let schemas: Map<_, _> = schemas.collect();
    let schema = json!({"type": "object", "additionalProperties": false, "properties": schemas});
    let sees: Vec<Sees> = parsed.modules.iter().map(|module| sees(module, &packages, &parsed.modules, files)).collect();
    Ok((parsed.check(&base, &schema, &sees)?, packages))
}

/// Policies of one id: the second would have the settings and waivers of the first.
fn namesakes(packages: &[Package], modules: &[Module]) -> Vec<Problem> {
    let mut policies: BTreeMap<&str, &Package> = BTreeMap::new();
    let mut problems = Vec::new();
    for package in packages.iter().filter(|package| asks(package, modules)) {
        if let Some(first) = policies.insert(&package.id, package) {
            let own = if package.built_in { first } else { package };
            problems.push(Problem::new(format!("there is another policy `{}`", own.id)).at(own.span));
        }
    }
    problems
}

/// Whether a package has rules that gather findings.
fn asks(package: &Package, modules: &[Module]) -> bool {
    let own = package.modules.iter().filter_map(|index| modules.get(*index));
    own.flat_map(|module| &module.rules).any(|name| entry(name).is_some())
}

/// What a module sees as `input`.
fn sees(module: &Module, packages: &[Package], modules: &[Module], files: &Files) -> Sees {
    let in_test = module.span.is_some_and(|span| !is_no_test(files.get(span.file).path().file_name()));
    if in_test || module.package.last().is_some_and(|name| name.ends_with("_test")) {
        return Sees::Whatever;
    }
    if module.package.first().is_none_or(|root| root != "gate") {
        return Sees::Unknown;
    }
    let package = packages.iter().find(|package| package.path == module.package);
    match package.and_then(|package| package.metadata.input) {
        Some(Input::Resource | Input::Review) => Sees::Unknown,
        Some(Input::App) => Sees::App,
        Some(Input::Repository) => Sees::Repository,
        None if package.is_some_and(|package| asks(package, modules)) => Sees::App,
        None => Sees::Either,
    }
}

/// What each file says of its package.
fn headers(sources: &[Source], problems: &mut Vec<Problem>) -> Vec<Option<(Metadata, Span)>> {
    let mut headers = Vec::new();
    for source in sources {
        match metadata::read(source) {
            Ok(header) => headers.push(header),
            Err(problem) => problems.push(problem),
        }
    }
    headers
}

/// The packages of the modules, in the order in which they are first named.
fn packages(modules: &[Module], headers: Vec<Option<(Metadata, Span)>>, problems: &mut Vec<Problem>) -> Vec<Package> {
    let mut packages: Vec<Package> = Vec::new();
    for (index, (module, header)) in modules.iter().zip(headers).enumerate() {
        let (metadata, header) = header.unzip();
        let Some(known) = packages.iter_mut().find(|package| package.path == module.package) else {
            let metadata = metadata.unwrap_or_default();
            let id = metadata.id.clone().unwrap_or_else(|| id(&module.package));
            problems.extend(misnamed(&module.package, module.built_in).map(|problem| problem.at(module.span)));
            let modules = vec![index];
            packages.push(Package {
                id,
                path: module.package.clone(),
                metadata,
                built_in: module.built_in,
                span: module.span,
                modules,
                settings: Data::null(),
                without_parameters: None,
            });
            continue;
        };
        if known.built_in {
            let problem = Problem::new(format!("the package `{}` comes with the program", known.path.join(".")));
            problems.push(problem.at(module.span).hint("give the package another name"));
        }
        known.modules.push(index);
        match metadata {
            Some(_) if known.metadata != Metadata::default() => {
                problems.push(Problem::new(format!("`{}` has METADATA in another file too", known.id)).at(header));
            }
            Some(metadata) => known.metadata = metadata,
            None => {}
        }
    }
    packages
}

/// The id that a package gives its policy: `gate.freeze_window` is `freeze-window`.
fn id(package: &[String]) -> String {
    match package {
        [root, rest @ ..] if root == "gate" => rest.join(".").replace('_', "-"),
        _ => package.join("."),
    }
}

fn misnamed(package: &[String], built_in: bool) -> Option<Problem> {
    if built_in {
        return None;
    }
    match package {
        [root] if root == "gate" => Some(
            Problem::new("policies live in packages below `gate`").hint("name it, as in `package gate.team_labels`"),
        ),
        [root, name] if root == "gate" && RESERVED.contains(&name.as_str()) => {
            Some(Problem::new(format!("`gate.{name}` is taken by the program")).hint("give the package another name"))
        }
        _ => None,
    }
}

/// `data.gate.settings`: the defaults of every policy, and what the configuration says instead.
///
/// Gatekeeper's policies say elsewhere which parameters they take: one that declares no settings has what is set.
fn settings(packages: &mut [Package], chosen: &BTreeMap<String, Node>, problems: &mut Vec<Problem>) -> Data {
    for package in packages.iter_mut() {
        let declared = &package.metadata.settings;
        let set = match chosen.get(&package.id) {
            Some(node) if declared.is_empty() && package.metadata.input == Some(Input::Review) => Ok(Data::node(node)),
            chosen => of_policy(declared, chosen),
        };
        match set {
            Ok(data) => package.settings = data,
            Err(more) => problems.extend(more),
        }
    }
    Data::object(packages.iter().map(|package| (package.id.as_str(), package.settings.clone())))
}

/// What is wrong with data of the name of a package: it would go before the package's rules, or mix with them.
fn shadowed(package: &Package, documents: &Json) -> Option<Problem> {
    package.path.iter().try_fold(documents, |value, step| value.get(step))?;
    let problem = Problem::new(format!("`data.{}` is a package and data too", package.path.join("."))).at(package.span);
    Some(problem.hint("give one of the two another name"))
}

/// The rules of a package that are asked, as indices into those of the program; none where it is a library
/// for others or holds tests only. Anything else without such a rule would pass in silence: a problem.
pub(super) fn entries(program: &Program, package: &Package, problems: &mut Vec<Problem>) -> Vec<usize> {
    let own = || program.rules_of(&package.modules);
    let mut entries: Vec<(usize, &Rule)> = Vec::new();
    for (index, rule) in own() {
        let name = rule.name.first().map(String::as_str).unwrap_or_default();
        if entry(name).is_some() && !matches!(rule.kind, RuleKind::Function(_)) {
            if !rule.plain {
                let problem =
                    Problem::new(format!("`{}` is not asked: the name has more than one part", rule.name.join(".")));
                problems.push(problem.at(rule.span).hint("write it as `deny_name contains ...`"));
            }
            entries.push((index, rule));
        } else if !rule.used
            && let Some(problem) = mistaken(name)
        {
            problems.push(problem.at(rule.span));
        }
    }
    let of_tests = own().all(|(_, rule)| rule.name.first().is_some_and(|name| is_test(name))) && own().next().is_some();
    let is_library = package.built_in || of_tests || own().any(|(_, rule)| !rule.users.is_empty());
    if entries.is_empty() && !is_library && problems.is_empty() {
        let problem = Problem::new(format!(
            "nothing asks `{}`: it has no rule `deny`, `violation` or `warn`",
            package.path.join(".")
        ));
        problems.push(problem.at(package.span).hint("name the rule that gathers findings `deny`"));
    }
    entries.sort_by(|(_, a), (_, b)| a.name.cmp(&b.name));
    entries.into_iter().map(|(index, _)| index).collect()
}

/// What to say of a rule that nobody asks and whose name looks as if somebody should.
fn mistaken(name: &str) -> Option<Problem> {
    let first = name.split('_').next().unwrap_or_default();
    let words = PREFIXES.map(|(prefix, _)| prefix);
    let near = words.into_iter().find(|word| first.starts_with(word)).or_else(|| nearest(first, words))?;
    let hint = format!(
        "did you mean `{near}`? Names that are asked: `deny`, `violation`, `warn`, and those with `_` and more after them"
    );
    Some(Problem::new(format!("nothing asks the rule `{name}`")).hint(hint))
}
