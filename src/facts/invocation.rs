//! Which files run the gate: those of continuous integration and of hooks that speak of it, and any other file that has
//! its command.

use crate::source::{ChangeKind, FileChange, RepoPath, Revision};

/// Files and directories at the root that say what runs: a `*` stands for the rest of the name.
const RUNNERS: [&str; 26] = [
    ".azure-pipelines*",
    ".buildkite",
    ".circleci",
    ".cirrus.yml",
    ".drone*",
    ".forgejo",
    ".gitea",
    ".githooks",
    ".github",
    ".gitlab",
    ".gitlab-ci*",
    ".husky",
    ".lefthook*",
    ".pre-commit-config*",
    ".semaphore",
    ".tekton",
    ".travis.yml",
    ".woodpecker*",
    "GNUmakefile",
    "Jenkinsfile*",
    "Makefile",
    "azure-pipelines*",
    "bitbucket-pipelines*",
    "lefthook*",
    "makefile",
    "prek.toml",
];

/// What texts for people end in: they tell of the command.
const PROSE: [&str; 5] = ["adoc", "md", "mdx", "rst", "txt"];

/// The commands by which the gate judges.
const COMMANDS: [&str; 2] = ["check", "hook"];

/// Whether a changed file ran the gate before, and whether it does now.
pub(super) fn runs(file: &FileChange, base: &Revision, head: &Revision) -> (bool, bool) {
    let path = &file.path;
    let speaks = if is_runner(path) { names_gate } else { has_command };
    let tells = |revision: &Revision| revision.read(path).is_ok_and(|(_, file)| file.text().is_some_and(speaks));
    if is_runner(path) {
        return (tells(base), tells(head));
    }
    // A script that is new runs nothing that was there.
    let before = file.kind != ChangeKind::Added && !is_prose(path) && tells(base);
    (before, before && tells(head))
}

fn is_runner(path: &RepoPath) -> bool {
    let first = path.components().next().unwrap_or_default();
    RUNNERS.iter().any(|known| match known.strip_suffix('*') {
        Some(beginning) => first.starts_with(beginning),
        None => first == *known,
    })
}

fn is_prose(path: &RepoPath) -> bool {
    let (_, extension) = path.file_name().rsplit_once('.').unwrap_or_default();
    PROSE.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Whether the word `gate` is in a text, outside of comments.
fn names_gate(text: &str) -> bool {
    let is_separator = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    code(text).any(|line| line.split(is_separator).any(|word| word == "gate"))
}

/// Whether a text holds the command, such as `gate check` or `./bin/gate hook`, outside of comments.
fn has_command(text: &str) -> bool {
    code(text).any(|line| {
        // In a list a comma stands between the two, in a sentence it parts them.
        let list = line.contains('[');
        let separates = |c: char| {
            c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '[' | ']' | '(' | ')' | ';') || (list && c == ',')
        };
        let words: Vec<&str> = line.split(separates).filter(|word| !word.is_empty()).collect();
        words.windows(2).any(|pair| match pair {
            [program, command] => program.rsplit('/').next() == Some("gate") && COMMANDS.contains(command),
            _ => false,
        })
    })
}

/// The lines of a text without comments that `#` or, at the beginning of a line, `//` begins.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| {
        let begins = |at: &usize| line.get(..*at).is_none_or(|before| !before.ends_with(|c: char| !c.is_whitespace()));
        let comment = line.match_indices('#').map(|(at, _)| at).find(begins);
        comment.and_then(|at| line.get(..at)).unwrap_or(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_words() {
        for (text, is_command) in [
            ("gate check --base auto", true),
            ("set -e\nexec ./bin/gate hook \"$@\"\n", true),
            ("run: [\"gate\", \"check\"]", true),
            ("command: [gate, check]", true),
            ("if ! gate check; then", true),
            ("# gate check is run elsewhere", false),
            ("true # gate check is run elsewhere", false),
            ("// gate check is run elsewhere", false),
            ("echo a#b; gate check", true),
            ("open the gate, check the lock", false),
            ("navigate check", false),
            ("gate status", false),
        ] {
            assert_eq!(has_command(text), is_command, "{text}");
        }
    }
}
