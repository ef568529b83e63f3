//! `# METADATA`: what a policy says of itself. The only source of its title, severity, settings and help.
//!
//! A block is a comment line `# METADATA` and the comment lines that follow it without a gap; less their
//! `#`, those are YAML with OPA's annotation fields. What is ours stands below `custom`. The block in front
//! of `package` describes the policy; others are only read to be sure that they are well-formed.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::comments::{Comments, Line, blocks};
use super::engine::Source;
use super::scan::Scan;
use crate::schema::nearest;
use crate::source::{Problem, Severity, Span};

/// What a policy says of itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metadata {
    /// One line; empty where there is none.
    pub title: String,
    /// What it is about, in Markdown; empty where there is none.
    pub description: String,
    /// The name to use instead of the one that the package gives.
    pub id: Option<String>,
    /// How bad its findings are, where a finding does not say.
    pub severity: Option<Severity>,
    /// What to do about a finding, where the finding does not say.
    pub help: Option<String>,
    /// An example of what it finds, in YAML.
    pub example: Option<String>,
    /// What it is asked about.
    pub input: Option<Input>,
    /// What can be set, in the order of the text.
    pub settings: Vec<Setting>,
}

/// What a policy is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Input {
    /// One app in all its environments.
    App,
    /// One manifest, as conftest does it.
    Resource,
    /// The repository as a whole, and what a change does to it.
    Repository,
    /// One manifest, as Gatekeeper does it.
    Review,
}

/// Something that can be set about a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// The JSON Schema of its values, with `description` and `default`.
    pub schema: Json,
}

impl Setting {
    /// What it is for; empty where nothing says it.
    #[must_use]
    pub fn description(&self) -> &str {
        self.schema.get("description").and_then(Json::as_str).unwrap_or_default()
    }

    /// The value that it has where nobody sets it.
    #[must_use]
    pub fn default_value(&self) -> Json {
        self.schema.get("default").cloned().unwrap_or_default()
    }
}

/// The block as it is written in a package below `gate`, where every field counts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    custom: Custom,
    #[serde(rename = "scope")]
    _scope: Option<IgnoredAny>,
    #[serde(rename = "authors")]
    _authors: Option<IgnoredAny>,
    #[serde(rename = "organizations")]
    _organizations: Option<IgnoredAny>,
    #[serde(rename = "related_resources")]
    _related_resources: Option<IgnoredAny>,
    #[serde(rename = "schemas")]
    _schemas: Option<IgnoredAny>,
    #[serde(rename = "entrypoint")]
    _entrypoint: Option<IgnoredAny>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Custom {
    id: Option<String>,
    severity: Option<Word>,
    help: Option<String>,
    example: Option<String>,
    input: Option<Input>,
    #[serde(default)]
    settings: serde_json::Map<String, Json>,
}

/// A severity as it is written.
struct Word(Severity);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let wrong = || serde::de::Error::custom("`severity` is `error`, `warning` or `info`");
        Severity::from_word(&word).map(Self).ok_or_else(wrong)
    }
}

/// Reads the blocks of a policy file; `None` where no block describes the package. In packages below `gate`
/// a field that is not known is an error; elsewhere `custom` belongs to others.
pub(super) fn read(source: &Source) -> Result<Option<(Metadata, Span)>, Problem> {
    let look = Scan::of(&source.text);
    let (package, root) = look.package(&source.text).unwrap_or((usize::MAX, ""));
    let strict = root == "gate";
    let mut found = None;
    for Comments { lines, .. } in blocks(&source.text, &look) {
        let text: Vec<&str> = lines.iter().map(|line| line.text).collect();
        let text = text.join("\n");
        let wrong = |error: serde_yaml::Error| problem(&error, source, &lines);
        let before_package = lines.last().is_none_or(|line| line.start < package);
        let metadata = match (before_package, strict) {
            (true, true) => strictly(&text).map_err(wrong)?,
            (true, false) => loosely(&serde_yaml::from_str(&text).map_err(wrong)?),
            (false, _) => {
                serde_yaml::from_str::<IgnoredAny>(&text).map_err(wrong)?;
                continue;
            }
        };
        let span =
            lines.first().map_or(source.span(0, 0), |line| source.span(line.start, line.start + line.text.len()));
        found = Some((metadata, span));
    }
    if let Some((metadata, span)) = &found {
        check_settings(&metadata.settings).map_err(|problem| problem.at(*span))?;
    }
    Ok(found)
}

fn strictly(text: &str) -> Result<Metadata, serde_yaml::Error> {
    let block: Block = serde_yaml::from_str(text)?;
    let custom = block.custom;
    Ok(Metadata {
        title: block.title.trim().to_owned(),
        description: block.description.trim().to_owned(),
        id: custom.id,
        severity: custom.severity.map(|word| word.0),
        help: custom.help.map(|help| help.trim().to_owned()),
        example: custom.example,
        input: custom.input,
        settings: custom.settings.into_iter().map(|(name, schema)| Setting { name, schema }).collect(),
    })
}

fn loosely(block: &serde_yaml::Value) -> Metadata {
    let text = |value: Option<&serde_yaml::Value>| value.and_then(serde_yaml::Value::as_str).map(str::to_owned);
    let custom = block.get("custom");
    let custom = |key: &str| text(custom.and_then(|custom| custom.get(key)));
    Metadata {
        title: text(block.get("title")).unwrap_or_default(),
        description: text(block.get("description")).unwrap_or_default(),
        id: custom("id"),
        severity: custom("severity").as_deref().and_then(Severity::from_word),
        help: custom("help"),
        ..Metadata::default()
    }
}

/// An error in a block, at its place in the file. Of several places that the sentence names, the last is where
/// the mistake begins.
fn problem(error: &serde_yaml::Error, source: &Source, lines: &[Line<'_>]) -> Problem {
    let mut sentence = error.to_string();
    let mut place = error.location().map(|at| (at.line(), at.column()));
    while let Some((before, after)) = sentence.split_once(" at line ") {
        let (line, rest) = digits(after);
        let Some(rest) = rest.strip_prefix(" column ") else { break };
        let (column, rest) = digits(rest);
        place = line.zip(column);
        sentence = format!("{before}{rest}");
    }
    let place = place.and_then(|(line, column)| Some((lines.get(line.checked_sub(1)?)?, column)));
    let span = place.or_else(|| Some((lines.last()?, 1))).map(|(line, column)| {
        let start = line.text.char_indices().nth(column.saturating_sub(1)).map_or(0, |(at, _)| at);
        source.span(line.start + start, line.start + line.text.len())
    });
    let mut words = sentence.split('`').skip(1).step_by(2);
    let near = match (sentence.contains("unknown field"), words.next()) {
        (true, Some(unknown)) => nearest(unknown, words),
        _ => None,
    };
    let problem = Problem::new(format!("malformed METADATA: {sentence}")).at(span).within(&source.path);
    match near {
        Some(near) => problem.hint(format!("did you mean `{near}`?")),
        None => problem,
    }
}

/// The number that a text begins with, and what follows it.
fn digits(text: &str) -> (Option<usize>, &str) {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(end).unwrap_or_default();
    (number.parse().ok(), rest)
}

fn check_settings(settings: &[Setting]) -> Result<(), Problem> {
    for setting in settings {
        if setting.schema.get("default").is_none() || setting.description().is_empty() {
            return Err(Problem::new(format!("the setting `{}` lacks its `description` or `default`", setting.name))
                .hint("say what it is for, and what it is where nobody sets it"));
        }
    }
    Ok(())
}
