//! Policy files as the interpreter knows them, and the way back from its places to theirs.

use regorus::unstable::Span as RegoSpan;

use crate::source::{FileId, Files, Problem, Reason, RepoPath, SourceFile, Span};

/// Largest policy file, in bytes; the interpreter's own limit.
const MAX_BYTES: usize = 1024 * 1024;

/// Longest sentence of the interpreter that is shown, in characters.
const MAX_SENTENCE: usize = 300;

/// A policy file.
#[derive(Clone)]
pub(in crate::policy) struct Source {
    pub(in crate::policy) file: FileId,
    pub(in crate::policy) path: RepoPath,
    /// The content less its byte order mark, which the interpreter refuses.
    pub(in crate::policy) text: String,
    /// Whether it comes with the program.
    pub(in crate::policy) built_in: bool,
    skipped: u32,
}

impl Source {
    /// The policy in a file. `built_in` says whether it comes with the program.
    ///
    /// # Errors
    /// When the file is too large or not UTF-8.
    pub(in crate::policy) fn new(files: &Files, file: FileId, built_in: bool) -> Result<Self, Problem> {
        let content = files.get(file);
        let path = content.path().clone();
        if content.bytes().len() > MAX_BYTES {
            return Err(Problem::new("this policy is larger than 1 MiB").within(&path).reason(Reason::Limit));
        }
        let text = content.text().ok_or_else(|| {
            let valid = std::str::from_utf8(content.bytes()).map_or_else(|error| error.valid_up_to(), str::len);
            let span = u32::try_from(valid).ok().map(|start| Span { file, start, len: 1 });
            Problem::new("this policy is not UTF-8 text").at(span).hint("save the file as UTF-8")
        })?;
        let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
        let skipped = u32::try_from(text.len() - bare.len()).unwrap_or_default();
        Ok(Self { file, path, text: bare.to_owned(), built_in, skipped })
    }

    /// The span of bytes `start..end` of the text.
    pub(in crate::policy) fn span(&self, start: usize, end: usize) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { file: self.file, start: offset(start) + self.skipped, len: offset(end.saturating_sub(start)) }
    }

    /// The span of a place that the interpreter names in words: `column` counts bytes, a tab as four.
    /// It covers the word that starts there.
    fn place(&self, line: u32, column: u32, files: &Files) -> Option<Span> {
        let content = files.get(self.file);
        let start = line_start(&content, line)?.saturating_sub(self.skipped) as usize;
        let rest = self.text.get(start..)?;
        let text = rest.lines().next().unwrap_or_default();
        let mut passed = 1;
        let at = text.char_indices().find(|(_, character)| {
            let here = passed >= column;
            passed += if *character == '\t' { 4 } else { u32::try_from(character.len_utf8()).unwrap_or(1) };
            here
        });
        let at = at.map_or(text.len(), |(at, _)| at);
        let word = |character: &char| character.is_alphanumeric() || *character == '_';
        let length: usize = text.get(at..)?.chars().take_while(word).map(char::len_utf8).sum();
        Some(self.span(start + at, start + at + length.max(1)))
    }
}

fn line_start(content: &SourceFile, line: u32) -> Option<u32> {
    // A place past the end (a file that stops too early) is the end.
    content.line_start(line).or_else(|| u32::try_from(content.bytes().len()).ok())
}

/// All policy files of a program.
#[derive(Default)]
pub(super) struct Sources(pub(super) Vec<Source>);

impl Sources {
    fn by_name(&self, name: &str) -> Option<&Source> {
        self.0.iter().find(|source| source.path.as_str() == name)
    }

    /// The span of a node of a syntax tree.
    pub(super) fn span(&self, at: &RegoSpan) -> Option<Span> {
        Some(self.by_name(at.source.get_path())?.span(at.start as usize, at.end as usize))
    }

    /// The text of a node of a syntax tree as its author wrote it.
    pub(super) fn text<'a>(&'a self, at: &'a RegoSpan) -> &'a str {
        let written = self.by_name(at.source.get_path()).map(|source| source.text.as_str());
        written.and_then(|text| text.get(at.start as usize..at.end as usize)).unwrap_or_else(|| at.text())
    }

    /// What the interpreter says, as a problem at its place.
    ///
    /// It only speaks in text: an arrow with file, line and column, an excerpt, `error:` and a sentence;
    /// for some errors the sentence alone.
    pub(super) fn problem(&self, error: &anyhow::Error, files: &Files) -> Problem {
        let text = error.to_string();
        if text.contains("execution exceeded time limit") {
            return Problem::new("this policy takes too long").reason(Reason::Limit);
        }
        let sentence = text.split_once("\nerror: ").map_or(text.as_str(), |(_, sentence)| sentence);
        let sentence = sentence.split('\n').next().unwrap_or_default().trim().trim_end_matches(['.', ':']);
        let (message, hint) = reword(&cut(sentence));
        let mut problem = Problem::new(message).at(self.arrow(&text, files));
        if let Some(hint) = hint {
            problem = problem.hint(hint);
        }
        problem
    }

    fn arrow(&self, text: &str, files: &Files) -> Option<Span> {
        let line = text.lines().find_map(|line| line.strip_prefix("--> "))?;
        let mut parts = line.rsplitn(3, ':');
        let column = parts.next()?.parse().ok()?;
        let line = parts.next()?.parse().ok()?;
        self.by_name(parts.next()?)?.place(line, column, files)
    }
}

/// A sentence that quotes a value may be as long as a manifest.
fn cut(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let short: String = letters.by_ref().take(MAX_SENTENCE).collect();
    if letters.next().is_some() { short + "…" } else { short }
}

/// The interpreter's sentence in the words of this program, and what to do about it.
fn reword(sentence: &str) -> (String, Option<&'static str>) {
    let with = |hint| (lower(sentence), Some(hint));
    if sentence.starts_with("expecting `package`") {
        return ("a policy starts with its `package`".to_owned(), Some("write `package gate.my_policy` first"));
    }
    if sentence.contains("keyword is required before rule body") {
        return with("this is Rego v1: write `rule if { ... }`; packages outside of `gate` may also use Rego v0");
    }
    if sentence.contains("argument. Got `") || sentence.contains("arguments. Got `") {
        return with("check the type first, as in `is_string(value)`");
    }
    if sentence.contains("rule conflicts with") || sentence.contains("must not produce multiple outputs") {
        return with("let one condition exclude the other, or gather several values with `contains`");
    }
    if sentence.contains("used before definition below") {
        return with("a variable of the name of a rule or an argument comes later: give one of them another name");
    }
    if sentence == "invalid character" {
        return with("string interpolation and other additions of OPA 1.12 and later are not known here");
    }
    (lower(sentence), None)
}

/// The sentence with a small first letter, unless the word is a name.
fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => sentence.to_owned(),
    }
}
