//! Writing files: whole or not at all, never through a link that the repository holds, never over what has changed.
//!
//! Content is written beside its place first and put there in one step. Of several files all are ready before the first
//! is put; should one of those steps fail, the ones before it are taken back. A signal to end waits until all are done.

#![cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "the one place that writes"))]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use super::interrupt::PutOff;
use super::path::RepoPath;
use super::problem::Problem;

/// Temporary names that are tried.
const ATTEMPTS: u32 = 64;

/// Directories that mark a repository, by what is in them.
const MARKS: [&str; 2] = [".git", "gate.yaml"];

/// What has to be true of a file before it is written.
#[derive(Debug, Clone, Copy)]
pub enum Before<'a> {
    /// It is not there.
    Absent,
    /// It holds just this.
    Holds(&'a [u8]),
    /// It is not there, is empty, or holds what is written anew each time.
    Ours(fn(&[u8]) -> bool),
}

/// A file as it is to be.
#[derive(Debug, Clone)]
pub struct Draft<'a> {
    /// Where, free of links: see [`within`] and [`named`].
    pub place: PathBuf,
    /// What is to be in it.
    pub content: &'a [u8],
    /// What has to be true of it before.
    pub before: Before<'a>,
    /// Whether it is a program.
    pub executable: bool,
}

/// Where a file of the repository at `root` is on disk.
///
/// # Errors
/// When the way there leads through a link, or to a directory.
pub fn within(root: &Path, path: &RepoPath) -> Result<PathBuf, Problem> {
    let mut place = root.to_owned();
    for step in path.components() {
        place.push(step);
        if place.is_symlink() {
            let link = place.strip_prefix(root).unwrap_or(&place);
            return Err(Problem::new(format!(
                "`{path}` cannot be written: `{}` is a link, which may lead anywhere",
                link.display()
            ))
            .hint("replace the link by what it leads to"));
        }
    }
    if place.is_dir() {
        return Err(Problem::new(format!("`{path}` cannot be written: it is a directory")));
    }
    Ok(place)
}

/// Where a file is that people name on the command line: anywhere but behind a link that a repository holds, and not
/// in what Git keeps.
///
/// # Errors
/// When it is there, or a directory, or its directory does not exist.
pub fn named(path: &Path) -> Result<PathBuf, Problem> {
    let fail = |why: &str| Problem::new(format!("`{}` cannot be written: {why}", path.display()));
    let here =
        std::env::current_dir().and_then(|here| here.canonicalize()).map_err(|cause| fail(&cause.to_string()))?;
    let mut place = if path.is_absolute() { PathBuf::new() } else { here.clone() };
    for step in path.components() {
        match step {
            Component::Prefix(_) | Component::RootDir => place.push(step),
            Component::CurDir => {}
            Component::ParentDir => drop(place.pop()),
            Component::Normal(name) => {
                if name == ".git" {
                    return Err(fail("that is where Git keeps the repository").hint("name a file elsewhere"));
                }
                let in_repository = is_in_repository(&place, &here);
                place.push(name);
                if !place.is_symlink() {
                    continue;
                }
                if in_repository {
                    let why = format!("`{}` is a link of the repository, which may lead anywhere", place.display());
                    return Err(fail(&why).hint("name a path without links, or one outside of the repository"));
                }
                // A link that leads to nothing yet is followed by the system.
                place = place.canonicalize().unwrap_or(place);
            }
        }
    }
    if place.is_dir() {
        return Err(fail("it is a directory").hint("name a file in it"));
    }
    Ok(place)
}

/// Whether a directory is part of a repository, or of where people stand.
fn is_in_repository(directory: &Path, here: &Path) -> bool {
    let stands = here.parent().is_some() && directory.starts_with(here);
    stands || directory.ancestors().any(|above| MARKS.iter().any(|mark| above.join(mark).exists()))
}

/// Puts all of these files in place, or none.
///
/// # Errors
/// When one of them is not as it has to be before, or cannot be written: then nothing has changed.
pub fn put(drafts: &[Draft<'_>]) -> Result<(), Problem> {
    // A stream may block for ever, and keeps nothing.
    let _whole = drafts.iter().any(|draft| !is_stream(&draft.place)).then(PutOff::new);
    let mut staged = Staged::default();
    for draft in drafts {
        staged.stage(draft)?;
    }
    staged.place()
}

/// Appends to a file, or makes it.
///
/// # Errors
/// When it cannot be written: then it is as long as before.
pub fn append(place: &Path, content: &[u8]) -> Result<(), Problem> {
    let fail = |cause: io::Error| unwritable(place, &cause);
    let _whole = (!is_stream(place)).then(PutOff::new);
    let mut file = OpenOptions::new().append(true).create(true).open(place).map_err(fail)?;
    let before = file.metadata().map_err(fail)?;
    file.write_all(content).and_then(|()| file.flush()).map_err(|cause| {
        if before.is_file() {
            let _ = file.set_len(before.len());
        }
        unwritable(place, &cause)
    })
}

fn unwritable(place: &Path, cause: &io::Error) -> Problem {
    Problem::new(format!("`{}` cannot be written: {cause}", place.display()))
}

/// Whether something takes what is written to it and keeps nothing.
fn is_stream(place: &Path) -> bool {
    fs::metadata(place).is_ok_and(|known| !known.is_file() && !known.is_dir())
}

/// How a file gets to its place.
enum Placing {
    /// It is made.
    Create,
    /// It is replaced; what it held.
    Replace(Vec<u8>),
}

/// Files that stand beside their places, ready.
#[derive(Default)]
struct Staged {
    ready: Vec<(PathBuf, PathBuf, Placing)>,
    /// Directories that were made for them.
    made: Vec<PathBuf>,
    /// Whether they are in their places.
    done: bool,
}

impl Staged {
    fn stage(&mut self, draft: &Draft<'_>) -> Result<(), Problem> {
        let place = &draft.place;
        let fail = |cause: io::Error| unwritable(place, &cause);
        let changed = |why: &str| Problem::new(format!("`{}` is not written: {why}", place.display()));
        let old = match fs::symlink_metadata(place) {
            Ok(known) if known.is_file() => Some((fs::read(place).map_err(fail)?, known.permissions())),
            // A terminal, a pipe, the null device: nothing to keep, and no place beside them.
            Ok(_) if is_stream(place) && matches!(draft.before, Before::Ours(_)) => {
                let mut stream = OpenOptions::new().write(true).open(place).map_err(fail)?;
                return stream.write_all(draft.content).and_then(|()| stream.flush()).map_err(fail);
            }
            Ok(_) => return Err(changed("it is no file")),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => None,
            Err(cause) => return Err(fail(cause)),
        };
        match (draft.before, &old) {
            (Before::Absent, Some(_)) => return Err(changed("it is there already")),
            (Before::Holds(_), None) => return Err(changed("it is not there any more")),
            (Before::Holds(content), Some((old, _))) if content != old => {
                return Err(changed("it has changed meanwhile"));
            }
            (Before::Ours(fits), Some((old, _))) if !old.is_empty() && !fits(old) => {
                return Err(changed("what is in it would be lost").hint("name another file, or remove this one"));
            }
            _ => {}
        }
        let directory = place.parent().unwrap_or(place);
        self.make(directory).map_err(fail)?;
        let (beside, mut file) = beside(place).map_err(fail)?;
        let permissions = old.as_ref().map(|(_, permissions)| permissions.clone());
        let step = old.map_or(Placing::Create, |(old, _)| Placing::Replace(old));
        self.ready.push((beside, place.clone(), step));
        let fill = || {
            match permissions {
                Some(permissions) => file.set_permissions(permissions)?,
                None if draft.executable => make_executable(&file)?,
                None => {}
            }
            file.write_all(draft.content)?;
            file.sync_all()
        };
        fill().map_err(fail)
    }

    /// Makes a directory and those above it, as far as they are missing.
    fn make(&mut self, directory: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = directory.ancestors().take_while(|above| !above.exists()).collect();
        for directory in missing.into_iter().rev() {
            fs::create_dir(directory)?;
            self.made.push(directory.to_owned());
        }
        Ok(())
    }

    fn place(mut self) -> Result<(), Problem> {
        for (index, (beside, place, step)) in self.ready.iter().enumerate() {
            let placed = match step {
                // Unlike a rename, a link is not put over what has appeared.
                Placing::Create => fs::hard_link(beside, place).or_else(|cause| match cause.kind() {
                    io::ErrorKind::AlreadyExists => Err(cause),
                    _ if place.is_symlink() || place.exists() => Err(io::ErrorKind::AlreadyExists.into()),
                    _ => fs::rename(beside, place),
                }),
                Placing::Replace(_) => fs::rename(beside, place),
            };
            if let Err(cause) = placed {
                let problem = unwritable(place, &cause);
                self.ready.iter().take(index).for_each(take_back);
                return Err(problem);
            }
        }
        self.done = true;
        #[cfg(unix)]
        for (_, place, _) in &self.ready {
            // What is in its place stays there without this too, unless the machine stops right now.
            let _ = place.parent().map(|parent| File::open(parent).and_then(|parent| parent.sync_all()));
        }
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        for (beside, _, _) in &self.ready {
            let _ = fs::remove_file(beside);
        }
        for directory in self.made.iter().rev().filter(|_| !self.done) {
            let _ = fs::remove_dir(directory);
        }
    }
}

/// Undoes a step, as far as that can be done.
fn take_back((_, place, step): &(PathBuf, PathBuf, Placing)) {
    let _ = match step {
        Placing::Create => fs::remove_file(place),
        Placing::Replace(old) => beside(place).and_then(|(beside, mut file)| {
            file.set_permissions(fs::metadata(place)?.permissions())?;
            file.write_all(old)?;
            fs::rename(beside, place)
        }),
    };
}

/// A new file beside a place.
fn beside(place: &Path) -> io::Result<(PathBuf, File)> {
    let name = place.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    let process = std::process::id();
    for attempt in 0..ATTEMPTS {
        let beside = place.with_file_name(format!(".{name}.{process}.{attempt}"));
        match OpenOptions::new().write(true).create_new(true).open(&beside) {
            Ok(file) => return Ok((beside, file)),
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {}
            Err(cause) => return Err(cause),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(unix)]
fn make_executable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &File) -> io::Result<()> {
    Ok(())
}
