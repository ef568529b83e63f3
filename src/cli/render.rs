//! `gate render`: what `kustomize build` prints, or what a controller makes of a directory.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::exit::Exit;
use super::failure::Failure;
use super::workspace::{ConfigFile, Workspace};
use crate::kustomize::ResourceName;
use crate::kustomize::{Options, Order, Parts, Render, Renderer, Restrictor};
use crate::pointer::{self, Applier, BuildOptions, Builder, Cluster, Pointer, Settings};
use crate::report::{Console, Sink, quote_line};
use crate::source::{Files, Problem, Reason, Use};
use crate::yaml::{Emitted, Node, Segment, Text, emit_lines};

/// Print what `kustomize build` 5.8.1 prints for a directory, byte for byte, values of Secrets included
///
/// With --pointer, print what a controller would hand to the apply for one of its objects: for a Flux Kustomization, the
/// build with its options and variables; for an Argo CD Application, the build of each of its sources with its parameters,
/// or the manifests of their directories.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A directory with a kustomization, or an app and its environment as in `payments/production`; with --pointer, the
    /// repository that the pointer's source names
    #[arg(value_name = "DIR|APP/ENV", default_value = ".")]
    target: String,

    /// Say which text set each value: as a comment behind each line, or as a JSON list of all values
    #[arg(long, value_name = "FORM", num_args = 0..=1, require_equals = true, default_missing_value = "comments")]
    origins: Option<Origins>,

    /// The order of resources, where the kustomization does not choose one
    #[arg(long, value_name = "ORDER", default_value = "legacy")]
    order: OrderName,

    /// Which files a kustomization may read; nothing outside the repository is ever read
    #[arg(long, value_name = "WHICH", default_value = "root-only")]
    load_restrictor: RestrictorName,

    /// Render what the controller of this object applies: a file, which may lie outside of the repository, and the index
    /// of the document in it (from 0) where it holds several pointers
    #[arg(long, value_name = "FILE[:INDEX]", conflicts_with_all = ["order", "load_restrictor"])]
    pointer: Option<String>,

    /// The ConfigMaps and Secrets that the cluster holds: a YAML file that maps `ConfigMap/NAMESPACE/NAME` and
    /// `Secret/NAMESPACE/NAME` to maps of values
    #[arg(long, value_name = "FILE", requires = "pointer")]
    vars: Option<PathBuf>,

    /// The options that Argo CD gives to `kustomize build`, as `kustomize.buildOptions` of its settings has them
    #[arg(long, value_name = "OPTIONS", requires = "pointer", allow_hyphen_values = true)]
    build_options: Option<String>,

    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Origins {
    /// `# file:line:column` behind each line
    Comments,
    /// A list of `{resource, path, value, file, line, column, length}`
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OrderName {
    /// Namespaces and definitions first, webhooks last
    Legacy,
    /// As they are listed
    Fifo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RestrictorName {
    /// Files in or below its own directory
    RootOnly,
    /// Files of the repository
    #[value(alias = "none")]
    Repo,
}

impl Arguments {
    pub(super) fn run(&self, console: &mut Console<'_>) -> Result<Exit, Failure> {
        let out = &mut console.out;
        if let Some(pointer) = &self.pointer {
            let workspace = Workspace::open(Path::new(&self.target), &self.config)?.narrowed()?;
            let render = self.pointed(&workspace, pointer).map_err(|problem| workspace.failure(vec![problem]))?;
            return self.print(&render, &workspace, out);
        }
        let (mut workspace, applied) = Workspace::of_overlay(&self.target, &self.config)?;
        if applied.by != Applier::Unknown {
            let render = Builder::new(&workspace.revision, Parts::All).render(&applied);
            return self.print(&render.map_err(|problem| workspace.failure(vec![problem]))?, &workspace, out);
        }
        let mut directory = applied.directory;
        let options = Options {
            order: match self.order {
                OrderName::Legacy => Order::Legacy,
                OrderName::Fifo => Order::Fifo,
            },
            restrictor: match self.load_restrictor {
                RestrictorName::RootOnly => Restrictor::RootOnly,
                RestrictorName::Repo => Restrictor::Repo,
            },
            parts: Parts::All,
        };
        let render = loop {
            match Renderer::new(&workspace.revision, options).render(&directory) {
                Ok(render) => break render,
                Err(problem) => {
                    let failure = workspace.failure(vec![problem.clone()]);
                    let wider = if problem.kind() == Reason::Outside { workspace.widened()? } else { None };
                    workspace = wider.ok_or(failure)?;
                    directory = workspace.directory.clone();
                }
            }
        };
        self.print(&render, &workspace, out)
    }

    /// What the controller of a pointer applies.
    fn pointed(&self, workspace: &Workspace, written: &str) -> Result<Render, Problem> {
        let files = workspace.revision.files();
        // A file may be called so that it looks like one with an index.
        let index = written.rsplit_once(':').filter(|_| !Path::new(written).exists());
        let (path, index) = match index.map(|(path, index)| (path, index.parse().ok())) {
            Some((path, Some(index))) => (path, Some(index)),
            _ => (written, None),
        };
        let pointer = Pointer::read(files, workspace.add(Path::new(path))?, index)?;
        let cluster = match &self.vars {
            None => Cluster::default(),
            Some(path) => {
                let id = workspace.add(path)?;
                let file = files.get(id);
                file.mark(Use::SecretSettings);
                let text =
                    file.text().ok_or_else(|| Problem::new(format!("`{}` is not UTF-8 text", path.display())))?;
                Cluster::read(&Text::of_file(id, text, 0))?
            }
        };
        let build_options = self.build_options.as_deref().map(BuildOptions::parse).transpose()?;
        pointer::render(&workspace.revision, &pointer, &Settings { cluster, build_options })
    }

    fn print(&self, render: &Render, workspace: &Workspace, out: &mut Sink<'_>) -> Result<Exit, Failure> {
        let fail = |problem| workspace.failure(vec![problem]);
        let files = workspace.revision.files();
        match self.origins {
            Some(Origins::Json) => out.json(&leaves(render, files))?,
            form => {
                // Printed only when all of it could be: half of a rendering looks like a whole one.
                let mut documents = Vec::new();
                for manifest in &render.resources {
                    let document = emit_lines(&manifest.node).map_err(fail)?;
                    documents.push(match form {
                        Some(_) => commented(&document, files),
                        None => document.text().to_owned(),
                    });
                }
                out.escaped(&documents.join("---\n"))?;
            }
        }
        Ok(Exit::Passed)
    }
}

/// A document with a comment for each line that a text set: behind it or, where a value goes on over lines, above the
/// first of them, since a comment within a value would be part of it.
fn commented(document: &Emitted<'_>, files: &Files) -> String {
    let lines: Vec<(&str, &Node)> = document.lines().collect();
    let mut text = String::new();
    for value in lines.chunk_by(|(_, one), (_, next)| std::ptr::eq(*one, *next)) {
        let Some((first, node)) = value.first() else { continue };
        let comment = node.origin.span.map(|span| {
            let at = files.location(span);
            quote_line(&format!("# {}:{}:{}", at.path, at.line, at.column))
        });
        match (comment, value.len()) {
            (Some(comment), 1) => text.push_str(&format!("{first} {comment}\n")),
            (comment, _) => {
                let indent = first.len() - first.trim_start().len();
                text.push_str(&comment.map(|comment| format!("{:indent$}{comment}\n", "")).unwrap_or_default());
                text.extend(value.iter().flat_map(|(line, _)| [line, "\n"]));
            }
        }
    }
    text
}

/// A value that holds no others, and the text that set it.
#[derive(Debug, Serialize)]
struct Leaf {
    resource: ResourceName,
    path: Vec<serde_json::Value>,
    value: serde_json::Value,
    file: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    length: Option<u32>,
}

fn leaves(render: &Render, files: &Files) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    for manifest in &render.resources {
        manifest.node.leaves(&mut |path, leaf| {
            let at = leaf.origin.span.map(|span| files.location(span));
            leaves.push(Leaf {
                resource: ResourceName::of(manifest),
                path: path.iter().map(segment).collect(),
                value: leaf.to_json(),
                file: at.as_ref().map(|at| at.path.to_string()),
                line: at.as_ref().map(|at| at.line),
                column: at.as_ref().map(|at| at.column),
                length: at.as_ref().map(|at| at.length),
            });
        });
    }
    leaves
}

fn segment(segment: &Segment) -> serde_json::Value {
    match segment {
        Segment::Key(key) => key.to_string().into(),
        Segment::Index(index) => (*index).into(),
    }
}
