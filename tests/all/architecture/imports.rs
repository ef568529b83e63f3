//! Which source file uses which: `use` lines and paths written out, resolved to the file that defines what they name.
//!
//! It knows as much of Rust as that takes: comments and literals are skipped, and re-exports are followed. Methods and
//! fields, which no path names, are not seen.

use std::collections::{BTreeMap, BTreeSet};

/// A module by the names that lead to it from the root of the crate.
pub(crate) type Module = Vec<String>;

/// One use of a module by another.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Import {
    pub(crate) from: Module,
    pub(crate) to: Module,
    /// The place of the path: the file below `src` and the line.
    pub(crate) place: String,
}

/// The code of one file.
struct File<'a> {
    path: &'a str,
    /// The paths in it as written, with their lines.
    paths: Vec<(usize, Vec<String>)>,
    /// The names that `use` lines give it, each with what it stands for.
    names: BTreeMap<String, Vec<Vec<String>>>,
}

struct Crate<'a>(BTreeMap<Module, File<'a>>);

/// Every use of one file by another. `sources` are the files below `src` with their code.
pub(crate) fn imports<'a>(sources: impl IntoIterator<Item = (&'a str, &'a str)>) -> BTreeSet<Import> {
    let files = sources.into_iter().map(|(path, text)| (module(path), File::read(path, text))).collect();
    let all = Crate(files);
    let mut found = BTreeSet::new();
    for (from, file) in &all.0 {
        for (line, path) in &file.paths {
            for to in all.targets(from, path).into_iter().filter(|to| to != from) {
                found.insert(Import { from: from.clone(), to, place: format!("{}:{line}", file.path) });
            }
        }
    }
    found
}

/// The module that a file is.
fn module(path: &str) -> Module {
    let path = path.trim_end_matches(".rs");
    path.strip_suffix("/mod").unwrap_or(path).split('/').filter(|name| *name != "lib").map(str::to_owned).collect()
}

impl Crate<'_> {
    /// The modules that define what a path in `from` names; none if that is not of this crate.
    fn targets(&self, from: &Module, path: &[String]) -> BTreeSet<Module> {
        let mut found = BTreeSet::new();
        self.follow(from, path, true, &mut Vec::new(), &mut found);
        found
    }

    /// Follows a path that begins in a module, its own or, where `inside`, that of code in the module.
    fn follow(
        &self,
        module: &Module,
        path: &[String],
        inside: bool,
        trail: &mut Vec<(Module, String)>,
        found: &mut BTreeSet<Module>,
    ) {
        let Some((first, rest)) = path.split_first() else {
            found.insert(module.clone());
            return;
        };
        match first.as_str() {
            "crate" => return self.follow(&Module::new(), rest, false, trail, found),
            "self" => return self.follow(module, rest, false, trail, found),
            "super" => {
                let parent = module.split_last().map(|(_, parent)| parent.to_vec()).unwrap_or_default();
                return self.follow(&parent, rest, false, trail, found);
            }
            _ => {}
        }
        let child: Module = module.iter().chain([first]).cloned().collect();
        let is_module = self.0.contains_key(&child);
        if is_module {
            self.follow(&child, rest, false, trail, found);
        }
        let step = (module.clone(), first.clone());
        let names = self.0.get(module).and_then(|file| file.names.get(first));
        if let Some(names) = names.filter(|_| !trail.contains(&step)) {
            trail.push(step);
            for name in names {
                let path: Vec<String> = name.iter().chain(rest).cloned().collect();
                self.follow(module, &path, true, trail, found);
            }
            trail.pop();
        } else if !is_module && !inside {
            found.insert(module.clone());
        }
    }
}

impl<'a> File<'a> {
    fn read(path: &'a str, text: &str) -> Self {
        let tokens = tokens(text);
        let mut file = Self { path, paths: Vec::new(), names: BTreeMap::new() };
        let mut at = 0;
        while let Some((line, token)) = tokens.get(at) {
            let before =
                |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at)).map(|(_, token)| token.as_str());
            let starts = !matches!(before(1), Some("::" | ".")) && (before(1), before(2)) != (Some("in"), Some("("));
            if token == "use" {
                at += 1;
                file.tree(&tokens, &mut at, &[]);
            } else if is_name(token) && starts && tokens.get(at + 1).is_some_and(|(_, next)| next == "::") {
                let mut path = vec![token.clone()];
                while let [(_, colons), (_, name), ..] = &tokens[at + 1..]
                    && colons == "::"
                    && is_name(name)
                {
                    path.push(name.clone());
                    at += 2;
                }
                file.paths.push((*line, path));
                at += 1;
            } else {
                at += 1;
            }
        }
        file
    }

    /// Reads what follows `use`, or one item between its braces.
    fn tree(&mut self, tokens: &[(usize, String)], at: &mut usize, prefix: &[String]) {
        let mut path = prefix.to_vec();
        let mut name = None;
        while let Some((line, token)) = tokens.get(*at) {
            *at += 1;
            match token.as_str() {
                "{" => {
                    while tokens.get(*at).is_some_and(|(_, token)| token != "}") {
                        self.tree(tokens, at, &path);
                        if tokens.get(*at).is_some_and(|(_, token)| token == ",") {
                            *at += 1;
                        }
                    }
                    *at += 1;
                    return;
                }
                "as" => {
                    name = tokens.get(*at).map(|(_, token)| token.clone());
                    *at += 1;
                }
                // `*` stands for the module that it follows, as `self` does in braces.
                token if matches!(token, "::" | "*") || (token == "self" && !prefix.is_empty()) => {}
                token if is_name(token) => path.push(token.to_owned()),
                _ => {
                    *at -= 1;
                    let name = name.or_else(|| path.last().cloned());
                    self.names.entry(name.unwrap_or_default()).or_default().push(path.clone());
                    self.paths.push((*line, path));
                    return;
                }
            }
        }
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
}

/// The names and signs of a text with their lines; comments and literals are left out.
fn tokens(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = literal(rest) {
            length
        } else {
            let name = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            let length = if rest.starts_with("::") { 2 } else { name.max(first.len_utf8()) };
            if !first.is_whitespace() {
                found.push((line, rest[..length].to_owned()));
            }
            length
        };
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    found
}

/// The length of the text or character that stands first, if one does.
fn literal(text: &str) -> Option<usize> {
    let prefix = ["br", "b", "r", "c"].into_iter().find(|prefix| text.starts_with(prefix)).unwrap_or_default();
    let after = &text[prefix.len()..];
    let hashes = if prefix.ends_with('r') { after.len() - after.trim_start_matches('#').len() } else { 0 };
    let quoted = &after[hashes..];
    let opening = prefix.len() + hashes + 1;
    if prefix.ends_with('r') && quoted.starts_with('"') {
        let closing = format!("\"{}", "#".repeat(hashes));
        return Some(quoted[1..].find(&closing).map_or(text.len(), |end| opening + end + closing.len()));
    }
    let quote = quoted.chars().next().filter(|quote| matches!(quote, '"' | '\'') && hashes == 0)?;
    let mut escaped = false;
    for (at, letter) in quoted.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return Some(opening + at),
            // `'a` is a lifetime.
            _ if quote == '\'' && at > 1 && !quoted.starts_with("'\\") => return None,
            _ => {}
        }
    }
    None
}
