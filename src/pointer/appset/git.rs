//! The generator of directories and files of the repository.

use serde_json::{Value as Json, json};

use super::functions::normalized;
use super::params::Params;
use super::template::Template;
use crate::pointer::{fields, files, pattern};
use crate::source::{Kind, Problem, RepoPath, Revision};
use crate::yaml::Node;

/// What the generator makes of the repository, which it is taken to name.
pub(super) fn params(revision: &Revision, spec: &Node, template: &Template) -> Result<Vec<Params>, Problem> {
    let directories = fields::list(spec, &["directories"])?;
    let files = fields::list(spec, &["files"])?;
    let prefix = fields::text(spec, &["pathParamPrefix"])?.and_then(Node::as_str).unwrap_or_default();
    let mut made = Vec::new();
    if !directories.is_empty() {
        let chosen = Chosen::read(directories)?;
        let mut found = Vec::new();
        walk(revision, &RepoPath::root(), &mut found, &mut Vec::new());
        for path in found.iter().filter(|path| chosen.takes(path.as_str(), one_name)) {
            made.push(of_directory(path, prefix, template));
        }
    } else if !files.is_empty() {
        let chosen = Chosen::read(files)?;
        let mut found = Vec::new();
        walk(revision, &RepoPath::root(), &mut Vec::new(), &mut found);
        found.sort();
        for path in found.iter().filter(|path| chosen.takes(path.as_str(), across)) {
            made.extend(of_file(revision, path, prefix, template)?);
        }
    } else {
        return Err(Problem::new("a git generator has `directories` or `files`").at(spec.origin.span));
    }
    let values = fields::pairs(spec, &["values"])?;
    for params in made.iter_mut().filter(|_| !values.is_empty()) {
        let filling = template.with(params);
        let mut added = Params::new();
        for (key, node) in &values {
            let text = filling.text(node.as_str().unwrap_or_default(), node.origin.span)?;
            added.insert((*key).to_owned(), text.into());
        }
        if template.is_go {
            params.insert("values".to_owned(), Json::Object(added));
        } else {
            params.extend(added.into_iter().map(|(key, value)| (format!("values.{key}"), value)));
        }
    }
    Ok(made)
}

/// Patterns that take paths, and those that leave them out again.
struct Chosen<'n> {
    taken: Vec<&'n str>,
    left_out: Vec<&'n str>,
}

impl<'n> Chosen<'n> {
    fn read(entries: &'n [Node]) -> Result<Self, Problem> {
        let mut chosen = Self { taken: Vec::new(), left_out: Vec::new() };
        for entry in entries {
            let path = fields::text(entry, &["path"])?.and_then(Node::as_str).unwrap_or_default();
            let into = if fields::flag(entry, &["exclude"])? { &mut chosen.left_out } else { &mut chosen.taken };
            into.push(path);
        }
        Ok(chosen)
    }

    fn takes(&self, path: &str, fits: fn(&str, &str) -> bool) -> bool {
        self.taken.iter().any(|pattern| fits(pattern, path)) && !self.left_out.iter().any(|pattern| fits(pattern, path))
    }
}

/// Whether a directory fits a pattern in which `*` stays within a name.
fn one_name(pattern: &str, path: &str) -> bool {
    let (mut patterns, mut names) = (pattern.split('/'), path.split('/'));
    loop {
        match (patterns.next(), names.next()) {
            (None, None) => return true,
            (Some(pattern), Some(name)) if pattern::matches(pattern, name) == Some(true) => {}
            _ => return false,
        }
    }
}

/// Whether a file fits a pattern in which `*` goes across names, as Git's own do; a directory stands for all in it.
fn across(pattern: &str, path: &str) -> bool {
    // What is not part of a pattern of one name takes the place of the separator.
    let flat = |text: &str| text.replace('/', "\u{0}");
    let below = || path.strip_prefix(pattern.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'));
    pattern::matches(&flat(&pattern.replace("**", "*")), &flat(path)) == Some(true) || below()
}

/// The directories and files of a tree, hidden directories and links left out, in the order of a walk.
fn walk(revision: &Revision, directory: &RepoPath, directories: &mut Vec<RepoPath>, files: &mut Vec<RepoPath>) {
    for entry in revision.list(directory).unwrap_or_default().iter() {
        let path = directory.child(&entry.name);
        match entry.kind {
            Kind::Directory if entry.name.starts_with('.') => {}
            Kind::Directory => {
                directories.push(path.clone());
                walk(revision, &path, directories, files);
            }
            Kind::File => files.push(path),
            Kind::Link | Kind::Other => {}
        }
    }
}

fn of_directory(path: &RepoPath, prefix: &str, template: &Template) -> Params {
    let mut params = Params::new();
    let name = path.file_name();
    if template.is_go {
        let about = json!({
            "path": path.as_str(),
            "basename": name,
            "basenameNormalized": normalized(name),
            "segments": path.components().collect::<Vec<_>>(),
        });
        put(&mut params, prefix, about);
    } else {
        lay_out(&mut params, prefix, path);
    }
    params
}

fn of_file(revision: &Revision, path: &RepoPath, prefix: &str, template: &Template) -> Result<Vec<Params>, Problem> {
    let objects = match files::yaml(revision, path)? {
        None => vec![Json::Object(Params::new())],
        Some(node) => match node.as_seq() {
            Some(items) => items.iter().map(Node::to_json).collect(),
            None => vec![node.to_json()],
        },
    };
    let directory = path.parent().unwrap_or_else(RepoPath::root);
    let name = path.file_name();
    let mut made = Vec::new();
    for object in objects {
        let Json::Object(mut object) = object else {
            return Err(Problem::new(format!("`{path}` should hold a map, or a list of maps"))
                .within(path)
                .hint("each map gives the parameters of one Application"));
        };
        if template.is_go {
            let about = json!({
                "path": directory.as_str(),
                "basename": directory.file_name(),
                "filename": name,
                "basenameNormalized": normalized(directory.file_name()),
                "filenameNormalized": normalized(name),
                "segments": directory.components().collect::<Vec<_>>(),
            });
            put(&mut object, prefix, about);
            made.push(object);
        } else {
            let mut params: Params =
                flat(&Json::Object(object)).into_iter().map(|(key, value)| (key, value.into())).collect();
            lay_out(&mut params, prefix, &directory);
            let start = if prefix.is_empty() { String::new() } else { format!("{prefix}.") };
            params.insert(format!("{start}path.filename"), name.into());
            params.insert(format!("{start}path.filenameNormalized"), normalized(name).into());
            made.push(params);
        }
    }
    Ok(made)
}

fn put(params: &mut Params, prefix: &str, about: Json) {
    if prefix.is_empty() {
        params.insert("path".to_owned(), about);
    } else {
        params.insert(prefix.to_owned(), json!({ "path": about }));
    }
}

/// What is said of a path where parameters are strings.
fn lay_out(params: &mut Params, prefix: &str, path: &RepoPath) {
    let start = if prefix.is_empty() { "path".to_owned() } else { format!("{prefix}.path") };
    params.insert(start.clone(), path.as_str().into());
    params.insert(format!("{start}.basename"), path.file_name().into());
    params.insert(format!("{start}.basenameNormalized"), normalized(path.file_name()).into());
    for (index, step) in path.components().enumerate() {
        params.insert(format!("{start}[{index}]"), step.into());
    }
}

/// The single values of JSON by their paths: names with points between them, and indices of lists too.
pub(super) fn flat(json: &Json) -> Vec<(String, String)> {
    let mut found = Vec::new();
    flatten(json, "", &mut found);
    found
}

fn flatten(json: &Json, path: &str, found: &mut Vec<(String, String)>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match json {
        Json::Object(entries) => entries.iter().for_each(|(key, value)| flatten(value, &below(key), found)),
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| flatten(value, &below(&index.to_string()), found));
        }
        Json::String(text) => found.push((path.to_owned(), text.clone())),
        Json::Null => found.push((path.to_owned(), "<nil>".to_owned())),
        other => found.push((path.to_owned(), other.to_string())),
    }
}
