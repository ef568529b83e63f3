//! What is applied, said so that it can be looked for in another revision too.

use super::object::{Pointer, PointerKind};
use crate::source::{RepoPath, fingerprint};
use crate::yaml::Node;

/// A directory, and who applies it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Applied {
    /// The directory, in the revision that it is looked for in.
    pub directory: RepoPath,
    /// Who applies it.
    pub by: Applier,
}

/// Who applies a directory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applier {
    /// No pointer is known: it counts for what `kustomize build` makes of it.
    Unknown,
    /// Flux, which a cluster is told to begin with this directory.
    ClusterRoot,
    /// The controller of a pointer.
    Pointer(PointerPlace),
}

/// Where a pointer is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PointerPlace {
    /// The file.
    pub file: RepoPath,
    /// What the object is.
    pub kind: PointerKind,
    /// Its namespace; empty where it names none.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Tells the object from one of that name that says other things.
    pub fingerprint: String,
    /// The Application that is meant, where it is an `ApplicationSet`.
    pub made: Option<Made>,
    /// What renders the object, where that makes another of it than its file has; `None` where the file says it all.
    pub parent: Option<Box<Applied>>,
    /// What else of the repository says how what it has applied is built.
    pub setting: Option<BuildSetting>,
    /// Whether what it has applied is in another repository, or in none.
    pub elsewhere: bool,
}

/// What the repository says, beside a pointer, of how what the pointer has applied is built.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuildSetting {
    /// Options that Argo CD gives to `kustomize build`.
    Options {
        /// The file that sets them.
        file: RepoPath,
        /// The options, as written.
        options: String,
    },
    /// ConfigMaps that Flux reads variables from: their names, and their files.
    Variables(Vec<(String, RepoPath)>),
    /// A revision that its source stays at, whatever the tree at hand holds.
    Revision {
        /// The file that says so.
        file: RepoPath,
        /// The revision, as written.
        revision: String,
    },
}

impl BuildSetting {
    /// The files that say it.
    #[must_use]
    pub fn files(&self) -> Vec<&RepoPath> {
        match self {
            Self::Options { file, .. } | Self::Revision { file, .. } => vec![file],
            Self::Variables(config_maps) => config_maps.iter().map(|(_, file)| file).collect(),
        }
    }
}

/// An Application that an `ApplicationSet` makes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Made {
    /// Its name.
    pub name: String,
    /// Tells it from one of that name that says other things.
    pub fingerprint: String,
}

impl Applied {
    /// A directory that counts for what `kustomize build` makes of it.
    #[must_use]
    pub fn plainly(directory: RepoPath) -> Self {
        Self { directory, by: Applier::Unknown }
    }

    /// Whether both are applied by pointers of the same content, or neither by one.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let said = |applied: &Self| {
            applied
                .pointer()
                .map(|place| place.made.as_ref().map_or(&place.fingerprint, |made| &made.fingerprint).clone())
        };
        said(self) == said(other)
    }

    /// The pointer, where there is one.
    #[must_use]
    pub fn pointer(&self) -> Option<&PointerPlace> {
        match &self.by {
            Applier::Pointer(place) => Some(place),
            Applier::Unknown | Applier::ClusterRoot => None,
        }
    }
}

impl PointerPlace {
    /// Whether an object of that file is the one that is meant, whatever it says.
    pub(super) fn is_of(&self, pointer: &Pointer) -> bool {
        let metadata = (pointer.metadata("namespace"), pointer.metadata("name"));
        (self.kind, self.namespace.as_str(), self.name.as_str()) == (pointer.kind, metadata.0, metadata.1)
    }

    /// What renders the object, what renders that, and so on.
    pub fn ancestors(&self) -> impl Iterator<Item = &Applied> {
        std::iter::successors(self.parent.as_deref(), |parent| parent.pointer()?.parent.as_deref())
    }

    /// The name of what is applied: that of the object or, of an `ApplicationSet`, of the Application that it makes.
    #[must_use]
    pub fn called(&self) -> &str {
        self.made.as_ref().map_or(&self.name, |made| &made.name)
    }
}

/// What tells an object from others. In which order its keys are written does not count.
pub(super) fn fingerprint_of(object: &Node) -> String {
    let mut json = object.to_json();
    json.sort_all_objects();
    fingerprint(&[json.to_string()])
}
