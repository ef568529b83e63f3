//! The files that a repository starts with: configuration as far as the layout tells it, a workflow, a hook.
//!
//! Writing them, and not over what is there, is left to the caller.

use std::sync::Arc;

use super::config::Config;
use super::environments::Environments;
use super::layout::Layout;
use super::overlays::App;
use crate::source::{MemoryTree, Problem, Revision};
use crate::yaml::{Dialect, Text, parse_first};

/// Apps that the configuration names as examples of what was found.
const EXAMPLES: usize = 20;

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starter {
    /// Where, from the root of the repository.
    pub path: &'static str,
    /// What is in it.
    pub text: String,
    /// Whether it is a program.
    pub executable: bool,
}

/// The files for a repository of that layout.
///
/// # Errors
/// When names of the repository would make a configuration of which something else is read than was found.
pub fn starters(layout: &Layout) -> Result<Vec<Starter>, Problem> {
    let text = configuration(layout);
    expect_readable(&text, layout)?;
    Ok(vec![
        Starter { path: "gate.yaml", text, executable: false },
        Starter { path: ".github/workflows/gate.yaml", text: WORKFLOW.to_owned(), executable: false },
        Starter { path: ".githooks/pre-push", text: HOOK.to_owned(), executable: true },
    ])
}

/// That the configuration says what was found, and nothing else.
fn expect_readable(text: &str, layout: &Layout) -> Result<(), Problem> {
    let names = |environments: &Environments| -> Vec<(String, bool)> {
        environments.iter().map(|environment| (environment.name.clone(), environment.protected)).collect()
    };
    let read = || {
        let root = parse_first(&Text::loose(text), Dialect::Resource).ok()??;
        let says = root.as_map()?.iter().all(|entry| matches!(&*entry.key.text, "version" | "environments"));
        let revision = Revision::new(MemoryTree::new(Vec::<(&str, &str)>::new()), Arc::default());
        Config::read(&root, &revision).ok().filter(|_| says)
    };
    match read() {
        Some(config) if names(&config.environments) == names(&layout.environments) => Ok(()),
        _ => Err(Problem::new("the names of environments make no configuration that can be read: nothing was written")
            .hint("write gate.yaml by hand")),
    }
}

/// A name as YAML writes it, in quotes where it is more than a word.
fn scalar(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    let is_word = name.starts_with(|letter: char| letter.is_ascii_alphabetic()) && name.chars().all(plain);
    if is_word && !matches!(name, "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n") {
        return name.to_owned();
    }
    serde_json::Value::from(name).to_string()
}

/// A text as a comment holds it: on one line, and with nothing in it that steers its reader.
fn comment(text: &str) -> String {
    if text.chars().all(|letter| letter.is_alphanumeric() || letter == ' ' || letter.is_ascii_punctuation()) {
        return text.to_owned();
    }
    text.escape_debug().to_string()
}

const HOOK: &str = include_str!("../../hooks/pre-push");

const WORKFLOW: &str = "\
name: gate
on:
  pull_request:
  merge_group:
permissions:
  contents: read
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with:
          fetch-depth: 0 # what ran before is in the history
          persist-credentials: false
      - uses: OWNER/gate@COMMIT # where gate is, pinned by its full hash
";

fn configuration(layout: &Layout) -> String {
    let mut text = String::from(
        "# What gate should know about this repository. Without a key, its default holds.\nversion: 1\n\n",
    );
    text.push_str("# In the order of promotion. What is protected is guarded most strictly.\nenvironments:\n");
    for environment in layout.environments.iter() {
        if environment.protected {
            text.push_str(&format!("  - {{name: {}, protected: true}}\n", scalar(&environment.name)));
        } else {
            text.push_str(&format!("  - {}\n", scalar(&environment.name)));
        }
    }
    text.push_str(
        "\n# Overlays are found by the names of directories; `apps` would say where they are instead. Found:\n",
    );
    for app in layout.apps.iter().take(EXAMPLES) {
        text.push_str(&format!("#   {}\n", comment(&format!("{}: {}", app.name, overlays(app)))));
    }
    match layout.apps.len().saturating_sub(EXAMPLES) {
        0 if layout.apps.is_empty() => text.push_str("#   nothing\n"),
        0 => {}
        more => text.push_str(&format!("#   and {more} more\n")),
    }
    text
}

fn overlays(app: &App) -> String {
    let paths: Vec<&str> = app.overlays.iter().map(|overlay| overlay.applied.directory.as_str()).collect();
    paths.join(", ")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::collections::BTreeMap;

    use super::*;
    use crate::source::Files;

    #[test]
    fn the_configuration_says_what_was_found_and_can_be_read() {
        let file =
            |environment: &str| (format!("apps/api/overlays/{environment}/kustomization.yaml"), "namePrefix: a-\n");
        let tree = MemoryTree::new(["staging", "production"].map(file));
        let revision = Revision::new(tree, Arc::new(Files::default()));
        let layout = Layout::find(&Config::default(), &revision, &BTreeMap::new());
        let text = configuration(&layout);
        let root = parse_first(&Text::loose(&text), Dialect::Resource).unwrap().unwrap();
        let config = Config::read(&root, &revision).unwrap();
        let names: Vec<&str> = config.environments.iter().map(|environment| environment.name.as_str()).collect();
        assert_eq!(names, ["staging", "production"]);
        assert!(text.contains("api: apps/api/overlays/staging, apps/api/overlays/production"), "{text}");
    }
}
