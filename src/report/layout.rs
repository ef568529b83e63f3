//! How a repository is understood: for people, and as JSON.

use serde::Serialize;

use super::style::{BOLD, DIM, RED};
use super::text::quote_line;
use crate::pointer::Applier;
use crate::repo::Overlay;

/// How a repository is understood.
#[derive(Debug, Serialize)]
pub struct Understood {
    /// The version of this format.
    pub version: u32,
    /// The apps, by name.
    pub apps: Vec<UnderstoodApp>,
    /// The directories with a kustomization that no overlay is made of.
    pub unused: Vec<String>,
    /// How this view came about, one sentence each.
    pub notes: Vec<String>,
}

/// An app and where it runs.
#[derive(Debug, Serialize)]
pub struct UnderstoodApp {
    /// Its name.
    pub app: String,
    /// Its overlays, in the order of promotion.
    pub overlays: Vec<UnderstoodOverlay>,
}

/// An overlay, and what is made of it.
#[derive(Debug, Serialize)]
pub struct UnderstoodOverlay {
    /// The environment's name.
    pub environment: String,
    /// Whether it is guarded most strictly.
    pub protected: bool,
    /// The cluster, where there are several.
    pub cluster: Option<String>,
    /// The directory.
    pub path: String,
    /// The pointer that has it applied, where one is known.
    pub pointer: Option<UnderstoodPointer>,
    /// Whether a cluster begins with it.
    pub cluster_root: bool,
    /// How many resources it renders; `None` where it cannot be rendered.
    pub resources: Option<usize>,
    /// Why it cannot be rendered.
    pub problem: Option<String>,
}

/// An object that has a directory applied.
#[derive(Debug, Serialize)]
pub struct UnderstoodPointer {
    /// Its file.
    pub file: String,
    /// Its kind.
    pub kind: &'static str,
    /// Its namespace; empty where it names none.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The Application that it makes, where it is an `ApplicationSet`.
    pub application: Option<String>,
}

impl UnderstoodOverlay {
    /// What is known of `overlay`; `rendered` is how many resources it renders, or why it cannot be rendered.
    #[must_use]
    pub fn new(overlay: &Overlay, protected: bool, rendered: Result<usize, String>) -> Self {
        let pointer = overlay.applied.pointer().map(|place| UnderstoodPointer {
            file: place.file.to_string(),
            kind: place.kind.name(),
            namespace: place.namespace.clone(),
            name: place.name.clone(),
            application: place.made.as_ref().map(|made| made.name.clone()),
        });
        let (resources, problem) = match rendered {
            Ok(resources) => (Some(resources), None),
            Err(problem) => (None, Some(problem)),
        };
        Self {
            environment: overlay.environment.clone(),
            protected,
            cluster: overlay.cluster.clone(),
            path: overlay.applied.directory.to_string(),
            pointer,
            cluster_root: overlay.applied.by == Applier::ClusterRoot,
            resources,
            problem,
        }
    }

    fn by(&self) -> String {
        match &self.pointer {
            Some(pointer) => {
                let name = pointer.application.as_ref().unwrap_or(&pointer.name);
                format!("applied by {} {name} in {}", pointer.kind, pointer.file)
            }
            None if self.cluster_root => "a cluster begins here".to_owned(),
            None => "no pointer is known".to_owned(),
        }
    }
}

/// The apps with their overlays, then what is not understood.
#[must_use]
pub fn human(understood: &Understood) -> String {
    let mut out = String::new();
    // Where no pointers are known, that is nothing to be told of each overlay.
    let mut overlays = understood.apps.iter().flat_map(|app| &app.overlays);
    let has_pointers = overlays.any(|overlay| overlay.pointer.is_some());
    for app in &understood.apps {
        out.push_str(&format!("{BOLD}{}{BOLD:#}\n", quote_line(&app.app)));
        for overlay in &app.overlays {
            let cluster = overlay.cluster.as_ref().map(|cluster| format!(" on {cluster}")).unwrap_or_default();
            let protected = if overlay.protected { " (protected)" } else { "" };
            let place = format!("{}{cluster}{protected}: {}", overlay.environment, overlay.path);
            let renders = match (&overlay.resources, &overlay.problem) {
                (Some(1), _) => "1 resource".to_owned(),
                (Some(count), _) => format!("{count} resources"),
                (None, problem) => {
                    let problem = problem.as_deref().unwrap_or_default();
                    format!("{RED}cannot be rendered{RED:#}: {}", quote_line(problem))
                }
            };
            out.push_str(&format!("  {}, {renders}\n", quote_line(&place)));
            if has_pointers {
                out.push_str(&format!("    {DIM}{}{DIM:#}\n", quote_line(&overlay.by())));
            }
        }
    }
    if !understood.unused.is_empty() {
        out.push_str(&format!("{BOLD}in no overlay{BOLD:#}\n"));
        out.extend(understood.unused.iter().map(|path| format!("  {}\n", quote_line(path))));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out.extend(understood.notes.iter().map(|note| format!("{}\n", quote_line(note))));
    out
}
