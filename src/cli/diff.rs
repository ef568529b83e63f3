//! `gate diff`: field by field, what differs between two environments or two revisions, and which text says so.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::base::Compared;
use super::exit::Exit;
use super::failure::Failure;
use super::names;
use super::workspace::{ConfigFile, Workspace};
use crate::diff::{Side, diff};
use crate::finding::Masks;
use crate::kustomize::Manifest;
use crate::pointer::Builder;
use crate::repo::{App, Environment, Layout, Overlay};
use crate::report::Console;
use crate::report::diff::{Comparison, differences, human};
use crate::source::Problem;

/// Show which fields differ between two environments, or between two revisions
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The apps to compare; all where none is named
    #[arg(value_name = "APP")]
    apps: Vec<String>,

    /// The environment to compare from [default: the last but one]
    #[arg(long, value_name = "ENVIRONMENT", conflicts_with = "base")]
    from: Option<String>,

    /// The environment to compare to [default: the last]
    #[arg(long, value_name = "ENVIRONMENT", conflicts_with = "base")]
    to: Option<String>,

    /// Compare each environment with what it was at this revision
    #[arg(long, value_name = "REV")]
    base: Option<String>,

    /// The revision to look at [default: the files as they are]
    #[arg(long, value_name = "REV")]
    head: Option<String>,

    /// Show differences too that are nothing but names of environments and generated hashes
    #[arg(long)]
    all: bool,

    /// A directory of the repository; only overlays in it are compared
    #[arg(long, value_name = "PATH", default_value = ".")]
    path: PathBuf,

    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Form,

    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Lines for people
    Human,
    /// A list of `{app, environment, cluster, from, to, changes}`
    Json,
}

/// One side of a comparison: an overlay, if there is one, in a revision.
struct Half<'a> {
    name: String,
    builder: &'a Builder<'a>,
    overlay: Option<&'a Overlay>,
    /// The words that name the environment, where the two sides are of different ones.
    words: Vec<String>,
}

impl Arguments {
    pub(super) fn run(&self, console: &mut Console<'_>) -> Result<Exit, Failure> {
        let out = &mut console.out;
        let compared = Compared { base: self.base.clone(), head: self.head.clone(), ..Compared::default() };
        let workspace = Workspace::between(&self.path, &self.config, compared)?;
        let config = workspace.config()?;
        let layout = |revision| {
            let mut layout = Layout::find(&config, revision, &BTreeMap::new());
            for app in &mut layout.apps {
                app.overlays.retain(|overlay| overlay.applied.directory.is_within(&workspace.directory));
            }
            layout
        };
        let head = layout(&workspace.revision);
        let builder = Builder::new(&workspace.revision, config.parts());
        let (mut comparisons, mut problems) = (Vec::new(), Vec::new());
        let mut compare = |app: &str, from: &Half<'_>, to: &Half<'_>| match self.compare(&workspace, app, from, to) {
            Ok(comparison) => comparisons.push(comparison),
            Err(problem) => problems.push(problem),
        };
        if let Some((revision, base)) = &workspace.base {
            let before = layout(revision);
            let base_builder = Builder::new(revision, config.parts());
            self.check_names(&before.apps.iter().chain(&head.apps).collect::<Vec<_>>())?;
            for (app, old, new) in beside(&before, &head).into_iter().filter(|(app, ..)| self.wants(app)) {
                let half =
                    |name: &str, builder, overlay| Half { name: name.to_owned(), builder, overlay, words: Vec::new() };
                let now = self.head.as_deref().unwrap_or("working tree");
                compare(app, &half(base, &base_builder, old), &half(now, &builder, new));
            }
        } else {
            let (from, to) = names::environments(&head.environments, self.from.as_deref(), self.to.as_deref())?;
            self.check_names(&head.apps.iter().collect::<Vec<_>>())?;
            for app in head.apps.iter().filter(|app| self.wants(&app.name)) {
                for (old, new) in neighbours(app, from, to) {
                    let half = |environment: &Environment, overlay| Half {
                        name: environment.name.clone(),
                        builder: &builder,
                        overlay: Some(overlay),
                        words: environment.names().map(str::to_owned).collect(),
                    };
                    compare(&app.name, &half(from, old), &half(to, new));
                }
            }
        }
        if comparisons.is_empty() && !problems.is_empty() {
            // That there are no differences nobody knows.
            return Err(workspace.failure(problems));
        }
        let mut masks = workspace.secrets(&head.apps);
        comparisons.iter().flat_map(Comparison::names).for_each(|name| masks.add_name(name));
        out.hide(masks);
        match self.format {
            Form::Human => out.text(&human(&comparisons, workspace.prefix()))?,
            Form::Json => out.json(&comparisons)?,
        }
        if problems.is_empty() { Ok(Exit::Passed) } else { Err(workspace.failure(problems)) }
    }

    fn compare(&self, workspace: &Workspace, app: &str, from: &Half<'_>, to: &Half<'_>) -> Result<Comparison, Problem> {
        let (lower, upper) = (render(from)?, render(to)?);
        let mut masks = Masks::default();
        lower.iter().chain(&upper).for_each(|manifest| masks.add(manifest));
        let found = diff(Side { resources: &lower, words: &from.words }, Side { resources: &upper, words: &to.words });
        let overlay = to.overlay.or(from.overlay);
        Ok(Comparison {
            app: app.to_owned(),
            environment: overlay.filter(|_| self.base.is_some()).map(|overlay| overlay.environment.clone()),
            cluster: overlay.and_then(|overlay| overlay.cluster.clone()),
            from: from.name.clone(),
            to: to.name.clone(),
            changes: differences(&found, workspace.revision.files(), &masks, self.all),
        })
    }

    fn wants(&self, app: &str) -> bool {
        self.apps.is_empty() || self.apps.iter().any(|name| name == app)
    }

    /// That every app that was named exists.
    fn check_names(&self, apps: &[&App]) -> Result<(), Problem> {
        self.apps.iter().try_for_each(|name| names::app(name, apps).map(drop))
    }
}

fn render(half: &Half<'_>) -> Result<Vec<Manifest>, Problem> {
    match half.overlay {
        Some(overlay) => Ok(half.builder.render(&overlay.applied)?.resources),
        None => Ok(Vec::new()),
    }
}

/// The overlays of two revisions, those of the same app, environment and cluster together.
fn beside<'a>(before: &'a Layout, now: &'a Layout) -> Vec<(&'a str, Option<&'a Overlay>, Option<&'a Overlay>)> {
    let mut all: BTreeMap<_, (Option<&Overlay>, Option<&Overlay>)> = BTreeMap::new();
    let key = |app: &'a App, overlay: &'a Overlay| {
        let position = now.environments.position(&overlay.environment);
        (app.name.as_str(), position, overlay.environment.as_str(), overlay.cluster.as_deref())
    };
    for app in &before.apps {
        app.overlays.iter().for_each(|overlay| all.entry(key(app, overlay)).or_default().0 = Some(overlay));
    }
    for app in &now.apps {
        app.overlays.iter().for_each(|overlay| all.entry(key(app, overlay)).or_default().1 = Some(overlay));
    }
    all.into_iter().map(|((app, ..), (old, new))| (app, old, new)).collect()
}

/// The overlays of an app in two environments, cluster by cluster where names match, else each of the upper
/// environment's beside the first of the lower's.
fn neighbours<'a>(app: &'a App, from: &Environment, to: &Environment) -> Vec<(&'a Overlay, &'a Overlay)> {
    let beside = |upper: &'a Overlay| Some((*app.overlays_beside(upper, &from.name).first()?, upper));
    app.overlays_in(&to.name).into_iter().filter_map(beside).collect()
}
