//! Who owns what: GitHub's CODEOWNERS.
//!
//! The file is the first of `.github/CODEOWNERS`, `CODEOWNERS` and `docs/CODEOWNERS`, and counts only below 3 MB. Of
//! its patterns the last that matches a path decides; one without owners leaves the path to nobody. Patterns are
//! those of `.gitignore`, case-sensitive, without `!`, `[ ]` and `\#`; and `docs/*` is about the files in `docs`, not
//! about those in its directories. A line that GitHub does not accept is passed over, as GitHub does.
//!
//! Whether the owners exist and may write, only GitHub knows.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use regex::Regex;

use crate::source::{FileId, Kind, Problem, RepoPath, Revision, Span};

/// Where GitHub looks, in this order.
const PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// A file of this size is ignored, in bytes.
const TOO_LARGE: usize = 3 * 1024 * 1024;

/// A pattern that is longer is tried when it is read: expressions have a limit.
const LONG: usize = 250;

/// The owners of the files of a revision.
#[derive(Debug)]
pub struct Owners {
    /// The file that says so.
    pub path: RepoPath,
    /// What of it does not count, and why.
    pub notes: Vec<Problem>,
    rules: Vec<Rule>,
    /// The rules, by place in the file, under something that every path of theirs has; see [`marks_of_path`].
    by_mark: HashMap<String, Vec<usize>>,
    /// The rules whose paths have nothing in common.
    unmarked: Vec<usize>,
}

#[derive(Debug)]
struct Rule {
    pattern: Pattern,
    owners: Vec<String>,
    span: Span,
}

/// A pattern as an expression, which is compiled when a path comes up that it may be about: a file may have very many.
#[derive(Debug)]
struct Pattern {
    text: String,
    /// What every path that it is about has, as [`marks_of_path`] finds it.
    marks: Vec<String>,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    fn is_match(&self, path: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| Regex::new(&self.text).ok());
        compiled.as_ref().is_some_and(|compiled| compiled.is_match(path))
    }
}

impl Owners {
    /// Reads the file of a revision; `None` where it has none.
    #[must_use]
    pub fn load(revision: &Revision) -> Option<Self> {
        let mut places = PLACES.iter().filter_map(|place| RepoPath::new(place).ok());
        let path = places.find(|path| revision.resolve(path).is_ok_and(|(_, kind)| kind == Kind::File))?;
        let mut owners =
            Self { path, notes: Vec::new(), rules: Vec::new(), by_mark: HashMap::new(), unmarked: Vec::new() };
        let ignored = |why: &str| Problem::new(format!("GitHub ignores this file: {why}")).within(&owners.path);
        match revision.read(&owners.path) {
            Err(error) => owners.notes.push(ignored(&error.to_string())),
            Ok((_, file)) if file.bytes().len() >= TOO_LARGE => owners.notes.push(ignored("it is not below 3 MB")),
            Ok((id, file)) => match file.text() {
                Some(text) => owners.read(id, text),
                None => owners.notes.push(ignored("it is not UTF-8 text")),
            },
        }
        Some(owners)
    }

    /// The owners of a file, and the line that names them. They are nobody where that line says so, `None` where
    /// no line is about the file.
    #[must_use]
    pub fn of(&self, file: &RepoPath) -> Option<(&[String], Span)> {
        let mut last = None;
        let marked = marks_of_path(file).into_iter().filter_map(|mark| self.by_mark.get(&mark));
        for rules in marked.chain([&self.unmarked]) {
            let earlier = last;
            let mut later = rules.iter().rev().copied().take_while(|rule| Some(*rule) > earlier);
            last = later.find(|rule| self.matches(*rule, file)).or(earlier);
        }
        let rule = self.rules.get(last?)?;
        Some((&rule.owners, rule.span))
    }

    fn matches(&self, rule: usize, file: &RepoPath) -> bool {
        self.rules.get(rule).is_some_and(|rule| rule.pattern.is_match(file.as_str()))
    }

    fn read(&mut self, file: FileId, text: &str) {
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let bare = line.trim();
            let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let before = line.len() - line.trim_start().len();
            let span = Span { file, start: number(start + before), len: number(bare.len()) };
            start += line.len();
            if bare.is_empty() || bare.starts_with('#') {
                continue;
            }
            match rule(bare, span) {
                Ok(rule) => self.rules.push(rule),
                Err(why) => self.notes.push(
                    Problem::new(format!("GitHub passes over this line: {why}"))
                        .at(span)
                        .hint("write a pattern and its owners, as in `/apps/ @org/team`"),
                ),
            }
        }
        self.index();
    }

    /// Puts each rule under the one of its marks that the fewest rules have.
    fn index(&mut self) {
        let mut shared: BTreeMap<&str, usize> = BTreeMap::new();
        for mark in self.rules.iter().flat_map(|rule| &rule.pattern.marks) {
            *shared.entry(mark).or_default() += 1;
        }
        let rarest = |rule: &Rule| rule.pattern.marks.iter().min_by_key(|mark| shared.get(mark.as_str())).cloned();
        for (place, mark) in self.rules.iter().map(rarest).enumerate() {
            match mark {
                Some(mark) => self.by_mark.entry(mark).or_default().push(place),
                None => self.unmarked.push(place),
            }
        }
    }
}

/// What a path has that a pattern may ask for: `/apps/api` for each directory above it and itself, `api` for each of its
/// names, `*.yaml` for what comes after the last dot of each.
fn marks_of_path(path: &RepoPath) -> BTreeSet<String> {
    let mut marks = BTreeSet::new();
    let mut above = String::new();
    for name in path.components() {
        above.push('/');
        above.push_str(name);
        marks.insert(above.clone());
        marks.insert(name.to_owned());
        marks.extend(name.rsplit_once('.').map(|(_, extension)| format!("*.{extension}")));
    }
    marks
}

/// The marks that every path has which a pattern of these steps is about.
fn marks_of_pattern(rooted: bool, steps: &[&str]) -> Vec<String> {
    let is_literal = |step: &&str| !step.is_empty() && !step.contains(['*', '?', '\\']);
    let start: Vec<&str> = steps.iter().copied().take_while(|step| rooted && is_literal(step)).collect();
    let mut marks: Vec<String> = steps.iter().filter(|step| is_literal(step)).map(|step| (*step).to_owned()).collect();
    marks.extend((!start.is_empty()).then(|| format!("/{}", start.join("/"))));
    let extension = |step: &&str| {
        let (_, extension) = step.rsplit_once('.').filter(|(_, extension)| is_literal(extension))?;
        (!is_literal(step)).then(|| format!("*.{extension}"))
    };
    marks.extend(steps.iter().filter_map(extension));
    marks
}

/// Reads a line that is no comment.
fn rule(line: &str, span: Span) -> Result<Rule, String> {
    let mut words = words(line).into_iter();
    let pattern = expression(&words.next().unwrap_or_default())?;
    let owners: Vec<String> = words.take_while(|word| !word.starts_with('#')).collect();
    if let Some(word) = owners.iter().find(|word| !is_owner(word)) {
        return Err(format!("`{word}` is neither a `@user`, a `@org/team` nor an address"));
    }
    Ok(Rule { pattern, owners, span })
}

/// The words of a line; a space after a `\` belongs to its word.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut escaped = false;
    for c in line.chars() {
        if c.is_whitespace() && !escaped {
            words.push(String::new());
        } else if let Some(word) = words.last_mut() {
            word.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a word can name an owner.
fn is_owner(word: &str) -> bool {
    let name = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    match word.strip_prefix('@') {
        Some(login) => match login.split_once('/') {
            Some((organisation, team)) => name(organisation) && name(team),
            None => name(login),
        },
        None => word.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && name(host)),
    }
}

/// The paths that a pattern is about, as an expression.
fn expression(pattern: &str) -> Result<Pattern, String> {
    if pattern.starts_with('!') {
        return Err("`!` takes nothing out of a pattern here".to_owned());
    }
    if pattern.starts_with("\\#") {
        return Err("a pattern cannot begin with `\\#`".to_owned());
    }
    if pattern.contains(['[', ']']) {
        return Err("`[` and `]` are no range of characters here".to_owned());
    }
    if pattern.contains("***") || pattern == "/" {
        return Err(format!("`{pattern}` is no pattern"));
    }
    let (pattern, directory) = match pattern.strip_suffix('/') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    // A pattern with a `/` in it begins at the root, any other anywhere.
    let (rooted, pattern) = match pattern.strip_prefix('/') {
        Some(pattern) => (true, pattern),
        None => (pattern.contains('/'), pattern),
    };
    let steps: Vec<&str> = pattern.split('/').collect();
    let mut text = String::from(if rooted { "^" } else { "^(?:.+/)?" });
    for (index, step) in steps.iter().enumerate() {
        let last = index + 1 == steps.len();
        match *step {
            "**" if last => text.push_str(".+"),
            "**" => text.push_str("(?:.+/)?"),
            _ => {
                text.push_str(&one(step));
                if !last {
                    text.push('/');
                }
            }
        }
    }
    // A name stands for a directory and all in it too; `*` after a `/` only for what is right there.
    text.push_str(match steps.last() {
        Some(&"**") => "$",
        _ if directory => "/.+$",
        Some(&"*") if steps.len() > 1 || rooted => "$",
        _ => "(?:/.+)?$",
    });
    let compiled = OnceLock::new();
    if pattern.len() > LONG {
        let regex = Regex::new(&text).map_err(|_| format!("`{pattern}` is no pattern"))?;
        compiled.get_or_init(|| Some(regex));
    }
    Ok(Pattern { marks: marks_of_pattern(rooted, &steps), text, compiled })
}

/// One step of a path, as an expression.
fn one(step: &str) -> String {
    let mut text = String::new();
    let mut letters = step.chars();
    while let Some(c) = letters.next() {
        match c {
            '*' => text.push_str("[^/]*"),
            '?' => text.push_str("[^/]"),
            '\\' => text.push_str(&regex::escape(&letters.next().unwrap_or('\\').to_string())),
            c => text.push_str(&regex::escape(&c.to_string())),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use super::*;
    use crate::source::{Files, MemoryTree};

    fn load(files: &[(&str, &str)]) -> (Arc<Files>, Option<Owners>) {
        let store = Arc::new(Files::default());
        let tree = MemoryTree::new(files.iter().map(|(path, text)| (*path, *text)));
        (store.clone(), Owners::load(&Revision::new(tree, store)))
    }

    /// Who owns a path; `-` for nobody by a line, nothing where no line is about it.
    fn owners(text: &str, path: &str) -> String {
        let (files, owners) = load(&[("CODEOWNERS", text)]);
        let owners = owners.unwrap();
        assert_eq!(owners.notes, []);
        match owners.of(&RepoPath::new(path).unwrap()) {
            None => String::new(),
            Some(([], span)) => format!("- {}", files.location(span).line),
            Some((names, span)) => format!("{} {}", names.join(" "), files.location(span).line),
        }
    }

    /// The example of GitHub's documentation, line by line what it says of itself.
    const EXAMPLE: &str = "\
# These owners will be the default owners for everything in the repo.
*       @global-owner1 @global-owner2

*.js    @js-owner #This is an inline comment.

*.go docs@example.com

*.txt @octo-org/octocats

/build/logs/ @doctocat

docs/* docs@example.com

apps/ @octocat

/docs/ @doctocat

/scripts/ @doctocat @octocat

**/logs @octocat

/apps/ @octocat
/apps/github
";

    #[test]
    fn the_last_line_that_matches_decides() {
        for (path, expected) in [
            ("README.md", "@global-owner1 @global-owner2 2"),
            ("src/app.js", "@js-owner 4"),
            ("app.js", "@js-owner 4"),
            ("app.JS", "@global-owner1 @global-owner2 2"),
            ("a/b/main.go", "docs@example.com 6"),
            ("notes.txt", "@octo-org/octocats 8"),
            ("build/other.txt", "@octo-org/octocats 8"),
            ("deeply/build/logs", "@octocat 20"),
            ("docs/getting-started.md", "@doctocat 16"),
            ("docs/build-app/troubleshooting.md", "@doctocat 16"),
            ("docs/apps/a.md", "@doctocat 16"),
            ("lib/apps/a.md", "@octocat 14"),
            ("scripts/run.sh", "@doctocat @octocat 18"),
            ("lib/scripts/run.sh", "@global-owner1 @global-owner2 2"),
            ("scripts/logs/today", "@octocat 20"),
            ("build/logs/a", "@octocat 20"),
            ("apps/api/kustomization.yaml", "@octocat 22"),
            ("apps/github", "- 23"),
            ("apps/github/a/b", "- 23"),
            ("apps/github-other/a", "@octocat 22"),
        ] {
            assert_eq!(owners(EXAMPLE, path), expected, "{path}");
        }
    }

    #[test]
    fn patterns() {
        for (pattern, path, matches) in [
            ("*", "a/b/c", true),
            ("**", "a/b/c", true),
            ("/*", "a", true),
            ("/*", "a/b", false),
            ("docs/*", "docs/getting-started.md", true),
            ("docs/*", "docs/build-app/troubleshooting.md", false),
            ("docs/*", "a/docs/b", false),
            ("docs/**", "docs/a/b", true),
            ("docs/**", "docs", false),
            ("docs/", "docs/a", true),
            ("docs/", "a/docs/b", true),
            ("docs/", "docs", false),
            ("docs", "a/docs/b/c", true),
            ("docs", "docs", true),
            ("/docs", "a/docs", false),
            ("apps/*/overlays/production", "apps/api/overlays/production/kustomization.yaml", true),
            ("apps/*/overlays/production", "apps/a/b/overlays/production/kustomization.yaml", false),
            ("apps/**/production/", "apps/a/b/overlays/production/kustomization.yaml", true),
            ("apps/**/production/", "apps/production/kustomization.yaml", true),
            ("**/production/**", "production/a", true),
            ("/**/production", "a/production", true),
            ("*.yaml", "a/b.yaml", true),
            ("*.yaml", "a/b.yaml/c", true),
            ("*.yaml", "a/b.yml", false),
            ("a?c", "abc", true),
            ("a?c", "a/c", false),
            ("a.c", "abc", false),
            ("/gate.yaml", "gate.yaml", true),
            ("/gate.yaml", "Gate.yaml", false),
            ("a\\ b/", "a b/c", true),
            ("a*", "abc/d", true),
            ("/a+(b)", "a+(b)", true),
        ] {
            let expected = if matches { "@a 1" } else { "" };
            assert_eq!(owners(&format!("{pattern} @a\n"), path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn the_first_place_counts() {
        let all =
            [("docs/CODEOWNERS", "* @docs\n"), ("CODEOWNERS", "* @root\n"), (".github/CODEOWNERS", "* @github\n")];
        for (from, path) in [(0, ".github/CODEOWNERS"), (1, "CODEOWNERS"), (2, "docs/CODEOWNERS")] {
            let (_, owners) = load(&all[..3 - from]);
            assert_eq!(owners.unwrap().path.as_str(), path);
        }
        assert!(load(&[("codeowners", "* @a\n")]).1.is_none());
        let large = format!("* @a\n#{}\n", "x".repeat(TOO_LARGE));
        let owners = load(&[("CODEOWNERS", &large), ("docs/CODEOWNERS", "* @docs\n")]).1.unwrap();
        assert!(owners.of(&RepoPath::new("a").unwrap()).is_none());
        assert_eq!(owners.notes[0].message(), "GitHub ignores this file: it is not below 3 MB");
    }

    #[test]
    fn lines_that_do_not_count() {
        let text = "* @a\n!b @c\n[ab].yaml @c\n\\#x @c\nb c\nb @\nb @c/d/e\n/ @c\nb a@b\n  b @a\n[Section] @c\n";
        let (files, owners) = load(&[("CODEOWNERS", text)]);
        let owners = owners.unwrap();
        let shown: Vec<String> =
            owners.notes.iter().map(|note| format!("{} {note}", files.location(note.span().unwrap()).line)).collect();
        insta::assert_snapshot!(shown.join("\n"), @r#"
        2 GitHub passes over this line: `!` takes nothing out of a pattern here
        3 GitHub passes over this line: `[` and `]` are no range of characters here
        4 GitHub passes over this line: a pattern cannot begin with `\#`
        5 GitHub passes over this line: `c` is neither a `@user`, a `@org/team` nor an address
        6 GitHub passes over this line: `@` is neither a `@user`, a `@org/team` nor an address
        7 GitHub passes over this line: `@c/d/e` is neither a `@user`, a `@org/team` nor an address
        8 GitHub passes over this line: `/` is no pattern
        9 GitHub passes over this line: `a@b` is neither a `@user`, a `@org/team` nor an address
        11 GitHub passes over this line: `[` and `]` are no range of characters here
        "#);
        assert_eq!(owners.of(&RepoPath::new("b").unwrap()).unwrap().0, ["@a"]);
    }
}
