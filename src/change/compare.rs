//! Renders an app as head and as the base revision have it, and holds the two against each other.

use std::collections::HashSet;

use super::deployment::{Deployment, Is, Was};
use super::loaded::Loaded;
use super::renderers::{Renderers, Tense};
use crate::kustomize::{Attempt, Manifest, Render, ResourceName, Unseen, UnseenPart};
use crate::pointer::Applier;
use crate::repo::{App, Overlay};
use crate::source::{Problem, Reason, RepoPath, Revision};

/// An app in all its environments, in the order of promotion.
pub struct AppChange<'a> {
    /// Its name.
    pub app: &'a str,
    /// What it is and was in each environment and cluster.
    pub deployments: Vec<Deployment<'a>>,
}

/// Renders `app` on both sides, what the change takes away included.
#[must_use]
pub fn compare<'a>(loaded: &'a Loaded<'_>, renderers: &Renderers<'_>, app: &'a App) -> AppChange<'a> {
    let mut deployments: Vec<Deployment<'a>> =
        app.overlays.iter().map(|overlay| deployment(loaded, renderers, &app.name, overlay)).collect();
    if let Some(base) = &loaded.base {
        deployments.extend(base.extent.removed_of(&app.name).map(|overlay| gone(loaded, renderers, overlay)));
        let order = loaded.order();
        let place = |one: &Deployment<'_>| order.iter().position(|name| *name == one.overlay.environment);
        deployments.sort_by(|a, b| (place(a), &a.overlay.cluster).cmp(&(place(b), &b.overlay.cluster)));
    }
    AppChange { app: &app.name, deployments }
}

fn deployment<'a>(loaded: &Loaded<'_>, renderers: &Renderers<'_>, app: &str, overlay: &'a Overlay) -> Deployment<'a> {
    let Attempt { result, inputs } = renderers.attempt(Tense::Now, overlay);
    let base = loaded.base.as_ref().map(|base| base.side.revision);
    let is = match result {
        Ok(render) => match base.and_then(|base| taken_away(&render, base)) {
            None => Is::Rendered(render),
            Some(problem) => Is::Unrenderable(problem),
        },
        Err(problem) => Is::Unrenderable(problem),
    };
    let (was, touched) = match &loaded.base {
        None => (Was::NoBase, false),
        // The change leaves another branch or checkout as it is.
        Some(_) if renderers.is_elsewhere(&overlay.environment) => (alike(&is), false),
        Some(base) => match base.overlay(app, overlay) {
            None => (Was::New, true),
            Some(old) if old.applied == overlay.applied => {
                let reached = || {
                    let before = old.reads.iter().cloned().collect();
                    base.extent.touched.any(&renderers.reach(overlay)) || base.extent.touched.any(&before)
                };
                // A rendering follows from what it asked of its revision: where that answers alike, it is the base's too.
                // Of what a controller applies, not every question is known.
                let is_same = match overlay.applied.by {
                    Applier::Unknown => inputs.same(loaded.head.revision, base.side.revision),
                    Applier::ClusterRoot | Applier::Pointer(_) => !reached(),
                };
                if is_same {
                    // What comes after the problem was not looked at.
                    (alike(&is), matches!(is, Is::Unrenderable(_)) && reached())
                } else {
                    let was = was(renderers, old, overlay, &is);
                    let is_broken = matches!((&is, &was), (Is::Unrenderable(_), Was::Unrenderable(_)));
                    // That a cluster begins here is a guess: where nothing comes of it, nobody is held up.
                    (was, !(is_broken && overlay.applied.by == Applier::ClusterRoot))
                }
            }
            Some(old) => (was(renderers, old, overlay, &is), true),
        },
    };
    Deployment { overlay, words: words(loaded, overlay), is, was, touched }
}

/// A file that the change takes away, while Git is told to ignore it: nothing else makes that one.
fn taken_away(render: &Render, base: &Revision) -> Option<Problem> {
    let is_there = |part: &&UnseenPart| RepoPath::new(&part.name).is_ok_and(|path| base.resolve(&path).is_ok());
    let part = render.unseen.iter().filter(|part| part.what == Unseen::File).find(is_there)?;
    let problem = Problem::new(format!("`{}` does not exist any more", part.name)).at(part.span);
    Some(
        problem
            .reason(Reason::Missing)
            .hint("bring it back, or remove the entry: that Git ignores it makes no file of it"),
    )
}

/// What the base made of an overlay that it has as head has it.
fn alike(is: &Is) -> Was {
    match is {
        Is::Unrenderable(problem) => Was::Unrenderable(problem.clone()),
        Is::Rendered(_) | Is::Gone => Was::Same,
    }
}

/// What the base made of its overlay `old`, which is `overlay` on head, and `is` there.
fn was(renderers: &Renderers<'_>, old: &Overlay, overlay: &Overlay, is: &Is) -> Was {
    match (renderers.render(Tense::Before, old), is) {
        (Err(problem), _) => Was::Unrenderable(problem),
        // What a pointer says beside what is rendered counts, too: where it goes, whether it is suspended.
        (Ok(before), Is::Rendered(now))
            if same_resources(&before, now) && old.applied.says_the_same(&overlay.applied) =>
        {
            Was::Alike(before)
        }
        (Ok(before), _) => Was::Changed(before),
    }
}

/// An overlay that the change takes away.
fn gone<'a>(loaded: &Loaded<'_>, renderers: &Renderers<'_>, overlay: &'a Overlay) -> Deployment<'a> {
    let was = match renderers.render(Tense::Before, overlay) {
        Ok(render) => Was::Changed(render),
        Err(problem) => Was::Unrenderable(problem),
    };
    Deployment { overlay, words: words(loaded, overlay), is: Is::Gone, was, touched: true }
}

fn words(loaded: &Loaded<'_>, overlay: &Overlay) -> Vec<String> {
    let environment = loaded.head.layout.environments.find(&overlay.environment);
    environment.map(|environment| environment.names().map(str::to_owned).collect()).unwrap_or_default()
}

/// Whether two renders apply the same resources, in whatever order: what applies them sorts them itself.
fn same_resources(a: &Render, b: &Render) -> bool {
    a.resources.len() == b.resources.len()
        && a.unseen.len() == b.unseen.len()
        && by_id(a).iter().zip(by_id(b)).all(|(a, b)| a.node.same_data(&b.node))
        && by_name(a).iter().zip(by_name(b)).all(|(a, b)| a.is_alike(b))
}

fn by_id(render: &Render) -> Vec<&Manifest> {
    let mut all: Vec<&Manifest> = render.resources.iter().collect();
    all.sort_by_cached_key(|one| (ResourceName::of(one), one.api_version().to_owned()));
    all
}

fn by_name(render: &Render) -> Vec<&UnseenPart> {
    let mut all: Vec<&UnseenPart> = render.unseen.iter().collect();
    all.sort_by(|a, b| (&a.name, &a.content).cmp(&(&b.name, &b.content)));
    all
}

impl<'a> AppChange<'a> {
    /// The deployments to be judged together: all of them or, where the highest environment has clusters, once for each
    /// of these, beside the same cluster of each lower environment, or all its clusters. What cannot be rendered now is
    /// in none.
    #[must_use]
    pub fn views(&self) -> Vec<Vec<&Deployment<'a>>> {
        let there: Vec<&Deployment<'a>> =
            self.deployments.iter().filter(|one| !matches!(one.is, Is::Unrenderable(_))).collect();
        let of = |environment: &str| -> Vec<&Deployment<'a>> {
            there.iter().copied().filter(|one| one.overlay.environment == environment).collect()
        };
        let mut names: Vec<&str> = there.iter().map(|one| one.overlay.environment.as_str()).collect();
        names.dedup();
        let mut views: Vec<Vec<&Deployment<'a>>> = Vec::new();
        let mut seen: HashSet<*const Overlay> = HashSet::new();
        // What stands beside nothing higher is the highest of a view of its own.
        while let Some(highest) = names.pop() {
            let tops = of(highest).into_iter().filter(|top| !seen.contains(&std::ptr::from_ref(top.overlay)));
            let tops: Vec<&Deployment<'a>> = tops.collect();
            for top in tops {
                let mut view = Vec::new();
                for name in &names {
                    let all = of(name);
                    let same: Vec<_> =
                        all.iter().copied().filter(|other| other.overlay.cluster == top.overlay.cluster).collect();
                    view.extend(if same.is_empty() { all } else { same });
                }
                view.push(top);
                seen.extend(view.iter().map(|one| std::ptr::from_ref(one.overlay)));
                views.push(view);
            }
        }
        views
    }
}
