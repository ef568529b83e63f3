//! Whom CODEOWNERS names for what production runs and for what judges it, as facts.

use crate::change::Request;
use crate::kustomize::KUSTOMIZATION_NAMES;
use crate::policy::Data;
use crate::repo::{Config, Owners};
use crate::source::{Kind, RepoPath, Revision};

/// Where GitHub's workflows are: what runs the gate.
const WORKFLOWS: &str = ".github/workflows";

/// The owners on head and, where there is one, on the base revision.
pub(super) struct Ownership<'a> {
    head: Side<'a>,
    base: Option<Side<'a>>,
}

struct Side<'a> {
    revision: &'a Revision,
    owners: Option<Owners>,
    /// `input.owners`.
    fact: Data,
}

impl<'a> Ownership<'a> {
    pub(super) fn load(request: &Request<'a>, config: &Config) -> Self {
        let base = request.base.as_ref();
        // Where the change leaves the owners alone they are those of the protected branch, also if it has got others
        // since the change left it.
        let tip = base.filter(|base| untouched(base.revision, request.head)).map(|base| base.judge);
        let side = |revision: &'a Revision| {
            let owners = Owners::load(tip.unwrap_or(revision));
            Side::load(revision, owners, &request.config, config)
        };
        Self { head: side(request.head), base: base.map(|base| side(base.revision)) }
    }

    /// What is known of the repository: `{file, gate, ignored}`, or null.
    pub(super) fn fact(&self, before: bool) -> Data {
        self.side(before).map_or_else(Data::null, |side| side.fact.clone())
    }

    /// The owners of an overlay's kustomization and the line that names them, or leaves it to nobody; null where
    /// nothing says who owns what, and where no line is about it.
    pub(super) fn of_overlay(&self, directory: &RepoPath, before: bool) -> [(&'static str, Data); 2] {
        let (names, line) = self.owners_of(directory, before).unwrap_or_else(|| (Data::null(), Data::null()));
        [("owners", names), ("owners_line", line)]
    }

    fn owners_of(&self, directory: &RepoPath, before: bool) -> Option<(Data, Data)> {
        let side = self.side(before)?;
        let owners = side.owners.as_ref()?;
        let [usual, ..] = KUSTOMIZATION_NAMES;
        let mut files = KUSTOMIZATION_NAMES.iter().map(|name| directory.child(name));
        let file = files.find(|file| side.revision.resolve(file).is_ok());
        let file = file.unwrap_or_else(|| directory.child(usual));
        let line = owners.of(&file).map(|(_, span)| i64::from(side.revision.files().location(span).line));
        Some((names_of(owners, &file), line.map_or_else(Data::null, Data::from)))
    }

    fn side(&self, before: bool) -> Option<&Side<'a>> {
        if before { self.base.as_ref() } else { Some(&self.head) }
    }
}

impl<'a> Side<'a> {
    fn load(revision: &'a Revision, owners: Option<Owners>, gate: &RepoPath, config: &Config) -> Self {
        let fact = owners.as_ref().map_or_else(Data::null, |owners| fact(revision, owners, gate, config));
        Self { revision, owners, fact }
    }
}

/// Whether both revisions have the same file of owners, or none.
fn untouched(base: &Revision, head: &Revision) -> bool {
    let path = |revision| Owners::load(revision).map(|owners| owners.path);
    match (path(base), path(head)) {
        (Some(old), Some(new)) => old == new && head.same(base, &new),
        (None, None) => true,
        _ => false,
    }
}

fn fact(revision: &Revision, owners: &Owners, gate: &RepoPath, config: &Config) -> Data {
    let mut files = Vec::new();
    let workflows = RepoPath::new(WORKFLOWS).ok();
    let own = [Some(gate), Some(&owners.path), workflows.as_ref()];
    for path in own.into_iter().flatten().chain(&config.policies.paths).chain(&config.imports) {
        files_at(revision, path, &mut files);
    }
    files.sort();
    files.dedup();
    let gate = files
        .iter()
        .map(|file| Data::object([("path", Data::from(file.as_str())), ("owners", names_of(owners, file))]));
    let ignored = owners.notes.iter().map(|note| {
        let line = note.span().map(|span| i64::from(revision.files().location(span).line));
        Data::object([("line", line.map_or_else(Data::null, Data::from)), ("why", Data::from(note.message()))])
    });
    Data::object([
        ("file", Data::from(owners.path.as_str())),
        ("gate", Data::array(gate)),
        ("ignored", Data::array(ignored)),
    ])
}

fn names_of(owners: &Owners, file: &RepoPath) -> Data {
    let names = owners.of(file).map_or(&[][..], |(names, _)| names);
    Data::array(names.iter().map(|name| Data::from(name.as_str())))
}

/// Adds the file at `path`, or those below it. Links below it are files of their own to Git, and not followed.
fn files_at(revision: &Revision, path: &RepoPath, files: &mut Vec<RepoPath>) {
    let Ok((path, kind)) = revision.resolve(path) else { return };
    if kind != Kind::Directory {
        files.push(path);
        return;
    }
    for entry in revision.list(&path).iter().flat_map(|entries| entries.iter()) {
        match entry.kind {
            Kind::Directory => files_at(revision, &path.child(&entry.name), files),
            _ => files.push(path.child(&entry.name)),
        }
    }
}
