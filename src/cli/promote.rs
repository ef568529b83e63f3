//! `gate promote`: brings the images that one environment runs to the next.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::failure::Failure;
use super::names;
use super::threads::pool;
use super::workspace::{ConfigFile, Workspace};
use crate::promote::{Order, Promotion, promote};
use crate::repo::Layout;
use crate::report::Console;
use crate::report::promote::{human, unified};
use crate::source::write::{self, Before, Draft};
use crate::source::{DiskTree, EditedTree, Problem, Revision};

/// The policy that wants images pinned; where it is disabled, tags are as good.
const PINNING: &str = "image-digest-pinned";

/// Copy the images that an environment runs into the next one, keeping the rest of the files as it is
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The app
    #[arg(value_name = "APP")]
    app: String,

    /// The environment that runs the images [default: the last but one]
    #[arg(long, value_name = "ENVIRONMENT")]
    from: Option<String>,

    /// The environment that gets them [default: the last]
    #[arg(long, value_name = "ENVIRONMENT")]
    to: Option<String>,

    /// Promote only images of this repository; may be given more than once
    #[arg(long, value_name = "REPOSITORY")]
    image: Vec<String>,

    /// Promote images without a digest to protected environments too
    #[arg(long)]
    allow_tag: bool,

    /// Show what would change as a unified diff, and write nothing
    #[arg(long)]
    dry_run: bool,

    /// A directory of the repository
    #[arg(long, value_name = "PATH", default_value = ".")]
    path: PathBuf,

    #[command(flatten)]
    config: ConfigFile,
}

impl Arguments {
    pub(super) fn run(&self, console: &mut Console<'_>) -> Result<Exit, Failure> {
        let out = &mut console.out;
        let workspace = Workspace::open(&self.path, &self.config)?;
        let config = workspace.config()?;
        let layout = Layout::find(&config, &workspace.revision, &BTreeMap::new());
        let app = names::app(&self.app, &layout.apps.iter().collect::<Vec<_>>())?;
        let (from, to) = names::environments(&layout.environments, self.from.as_deref(), self.to.as_deref())?;
        if layout.environments.position(&from.name) >= layout.environments.position(&to.name) {
            let problem = format!("`{}` does not come before `{}` in the order of promotion", from.name, to.name);
            return Err(Problem::new(problem).hint("name the lower environment with `--from`").into());
        }
        let order = Order {
            revision: &workspace.revision,
            layout: &layout,
            app,
            from,
            to,
            images: &self.image,
            mirrors: &workspace.mirrors(&config, &layout)?,
            tags: self.allow_tag || config.policies.disable.contains(PINNING),
        };
        let disk = || DiskTree::new(workspace.disk()).map_err(|cause| Problem::new(cause.to_string()));
        let files = workspace.revision.files();
        let edited = |contents| Ok(Revision::new(EditedTree::new(disk()?, contents), files.clone()));
        let promotion =
            pool(None)?.install(|| promote(&order, edited)).map_err(|problems| workspace.failure(problems))?;
        out.hide(workspace.secrets(&layout.apps));
        if promotion.files.is_empty() {
            out.line(&format!("nothing to do: `{}` runs in {} what {} runs", app.name, to.name, from.name))?;
        } else if self.dry_run {
            out.text(&unified(&promotion, files))?;
        } else {
            save(&workspace, &promotion)?;
            out.text(&human(&promotion, workspace.prefix()))?;
        }
        Ok(Exit::Passed)
    }
}

fn save(workspace: &Workspace, promotion: &Promotion) -> Result<(), Problem> {
    let files = workspace.revision.files();
    let contents: Vec<_> = promotion.files.iter().map(|file| (files.get(file.old), files.get(file.new))).collect();
    let drafts = promotion.files.iter().zip(&contents).map(|(file, (old, new))| {
        let place = write::within(workspace.disk(), &file.path)?;
        Ok(Draft { place, content: new.bytes(), before: Before::Holds(old.bytes()), executable: false })
    });
    write::put(&drafts.collect::<Result<Vec<_>, Problem>>()?)
}
