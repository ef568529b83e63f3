//! `gate explain`: what a policy says of itself.

use std::path::PathBuf;

use clap::Args;

use super::ci::Ci;
use super::clock::Clock;
use super::elsewhere::Elsewhere;
use super::exit::Exit;
use super::failure::Failure;
use super::workspace::{ConfigFile, Workspace};
use crate::change::Loaded;
use crate::policy::examples;
use crate::report::Console;
use crate::report::policy::story;
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
    pub(super) fn run(&self, ci: &Ci, console: &mut Console<'_>) -> Result<Exit, Failure> {
        let out = &mut console.out;
        let workspace = Workspace::open(&self.path, &self.config)?;
        let elsewhere = Elsewhere::default();
        let loaded = Loaded::load(workspace.request(&elsewhere, self.clock.now(ci)?)?)
            .map_err(|problems| workspace.failure(problems))?;
        let policies = loaded.rules.policies();
        let Some(policy) = policies.iter().find(|policy| policy.id == self.policy) else {
            let known = policies.iter().map(|policy| policy.id.as_str());
            let hint = match nearest(&self.policy, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`gate policies` lists those that exist".to_owned(),
            };
            return Err(Problem::new(format!("there is no policy `{}`", self.policy)).hint(hint).into());
        };
        let examples = if policy.built_in { examples(&policy.id) } else { "" };
        out.text(&story(policy))?;
        out.text(examples)?;
        Ok(Exit::Passed)
    }
}
