//! `gate explain`: what a policy says of itself.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::clock::Clock;
use super::exit::Exit;
use super::failure::Failure;
use super::workspace::{ConfigFile, Workspace};
use crate::check::Setting;
use crate::policy::Policy;
use crate::report::quote;
use crate::schema::nearest;
use crate::source::Problem;

/// Print a policy's documentation: what it is about, what can be set, an example
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The policy, as `gate policies` lists it
    #[arg(value_name = "POLICY")]
    policy: String,

    /// A directory of the repository
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,

    #[command(flatten)]
    config: ConfigFile,

    #[command(flatten)]
    clock: Clock,
}

impl Arguments {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<Exit, Failure> {
        let workspace = Workspace::open(&self.path, &self.config)?;
        let setting =
            Setting::load(workspace.request(self.clock.now()?)).map_err(|problems| workspace.failure(problems))?;
        let policies = setting.policies();
        let Some(policy) = policies.iter().find(|policy| policy.id == self.policy) else {
            let known = policies.iter().map(|policy| policy.id.as_str());
            let hint = match nearest(&self.policy, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`gate policies` lists those that exist".to_owned(),
            };
            return Err(Problem::new(format!("there is no policy `{}`", self.policy)).hint(hint).into());
        };
        out.write_all(quote(&page(policy)).as_bytes())?;
        Ok(Exit::Passed)
    }
}

/// The page as Markdown.
fn page(policy: &Policy) -> String {
    let metadata = &policy.metadata;
    let mut text = format!("# {}\n", policy.id);
    let mut part = |body: &str| {
        if !body.trim().is_empty() {
            text.push_str(&format!("\n{}\n", body.trim()));
        }
    };
    part(&metadata.title);
    part(&metadata.description);
    let severity = policy.severity.map_or("as the rule's name says", crate::source::Severity::word);
    part(&format!("Severity: {severity}{}", if policy.enabled { "" } else { " (disabled)" }));
    if let Some(help) = &metadata.help {
        part(&format!("What to do: {}", help.trim()));
    }
    if !metadata.settings.is_empty() {
        let rows = metadata.settings.iter().map(|setting| {
            format!("- `{}`: {} Default: `{}`.", setting.name, sentence(setting.description()), setting.default_value())
        });
        let rows: Vec<String> = rows.collect();
        part(&format!("Settings, under `policies.settings.{}`:\n\n{}", policy.id, rows.join("\n")));
    }
    if let Some(example) = &metadata.example {
        part(&format!("Example:\n\n```yaml\n{}\n```", example.trim_end()));
    }
    text
}

/// `text` with the full stop that makes it a sentence.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}
