//! The files read in a run, and places in them.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock, RwLock};

use super::path::RepoPath;

/// Names a file of a run's [`Files`]. Never print or sort by it: the number depends on who read first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileId(NonZeroU32);

/// A stretch of text: a file, the byte where it starts and its length in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Byte offset of the first byte.
    pub start: u32,
    /// Length in bytes; at least 0.
    pub len: u32,
}

impl Span {
    /// The part of this span that starts `offset` bytes in and is `len` bytes long, cut to this span.
    #[must_use]
    pub fn part(self, offset: u32, len: u32) -> Self {
        let offset = offset.min(self.len);
        Self { file: self.file, start: self.start + offset, len: len.min(self.len - offset) }
    }

    /// The byte after the last.
    #[must_use]
    pub fn end(self) -> u32 {
        self.start + self.len
    }
}

/// A place as people read it. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Location {
    /// The file, relative to the root of its revision.
    pub path: RepoPath,
    /// Line of the first character.
    pub line: u32,
    /// Column of the first character.
    pub column: u32,
    /// Line of the last character.
    pub end_line: u32,
    /// Column after the last character.
    pub end_column: u32,
    /// Length in characters.
    pub length: u32,
}

/// What a file is read for, as far as that decides what may be shown of it. The greatest use counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// Nothing is known.
    Unknown,
    /// `ConfigMaps` hold it.
    Open,
    /// It patches Secrets.
    SecretPatch,
    /// Its lines are entries of Secrets.
    SecretSettings,
    /// It is the value of a Secret.
    SecretFile,
}

/// A file that was read: its path, its bytes, its lines.
pub struct SourceFile {
    path: RepoPath,
    bytes: Vec<u8>,
    lines: OnceLock<Vec<u32>>,
    used: AtomicU8,
}

impl SourceFile {
    fn new(path: RepoPath, bytes: Vec<u8>) -> Self {
        Self { path, bytes, lines: OnceLock::new(), used: AtomicU8::new(Use::Unknown as u8) }
    }

    /// Takes note of what the file is read for, before it is.
    pub fn mark(&self, used: Use) {
        self.used.fetch_max(used as u8, Ordering::Relaxed);
    }

    /// What the file was read for.
    #[must_use]
    pub fn used(&self) -> Use {
        let used = self.used.load(Ordering::Relaxed);
        let all = [Use::SecretFile, Use::SecretSettings, Use::SecretPatch, Use::Open];
        all.into_iter().find(|one| *one as u8 == used).unwrap_or(Use::Unknown)
    }

    /// The path as it was asked for, below the root of its revision.
    #[must_use]
    pub fn path(&self) -> &RepoPath {
        &self.path
    }

    /// The content as it is on disk.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The content as text; `None` where it is not UTF-8.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }

    /// Byte offsets at which lines start.
    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let mut starts = vec![0];
            starts.extend((1_u32..).zip(&self.bytes).filter(|(_, byte)| **byte == b'\n').map(|(next, _)| next));
            starts
        })
    }

    /// The line (from 0) that holds the byte, and that line's start.
    fn line_of(&self, byte: u32) -> (u32, u32) {
        let lines = self.lines();
        let line = lines.partition_point(|start| *start <= byte).saturating_sub(1);
        (u32::try_from(line).unwrap_or(u32::MAX), lines.get(line).copied().unwrap_or(0))
    }

    /// Characters between two byte offsets.
    fn characters(&self, from: u32, to: u32) -> u32 {
        let bytes = self.bytes.get(from as usize..(to as usize).min(self.bytes.len())).unwrap_or_default();
        // Continuation bytes of UTF-8 start no character.
        u32::try_from(bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()).unwrap_or(u32::MAX)
    }

    /// The text of one line (from 1), without its end.
    #[must_use]
    pub fn line_text(&self, line: u32) -> Option<std::borrow::Cow<'_, str>> {
        let lines = self.lines();
        let index = (line as usize).checked_sub(1)?;
        let start = *lines.get(index)? as usize;
        let end = lines.get(index + 1).map_or(self.bytes.len(), |next| *next as usize - 1);
        let text = String::from_utf8_lossy(self.bytes.get(start..end)?);
        Some(match text.strip_suffix('\r') {
            Some(short) => short.to_owned().into(),
            None => text,
        })
    }

    /// Byte offset of a character, by line and column (from 1); the line's end where the column is past it.
    fn byte_of(&self, (line, column): (u32, u32)) -> Option<u32> {
        let start = self.line_start(line)?;
        let text = self.line_text(line)?;
        let inside = text.char_indices().nth(column.saturating_sub(1) as usize).map_or(text.len(), |(at, _)| at);
        start.checked_add(u32::try_from(inside).ok()?)
    }

    /// Byte offset of the start of a line (from 1); `None` past the end.
    #[must_use]
    pub fn line_start(&self, line: u32) -> Option<u32> {
        self.lines().get((line as usize).checked_sub(1)?).copied()
    }
}

/// All files read in a run, of every revision, by [`FileId`].
#[derive(Default)]
pub struct Files {
    files: RwLock<Vec<Arc<SourceFile>>>,
}

impl Files {
    /// Adds a file and names it.
    pub fn add(&self, path: RepoPath, bytes: Vec<u8>) -> FileId {
        let mut files = self.files.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        files.push(Arc::new(SourceFile::new(path, bytes)));
        let count = u32::try_from(files.len()).unwrap_or(u32::MAX);
        FileId(NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN))
    }

    /// The file of that name.
    ///
    /// # Panics
    /// When `id` comes from another `Files`: a fault of the program, not of its input.
    #[must_use]
    #[expect(clippy::expect_used, reason = "ids are made by `add` alone and files are never removed")]
    pub fn get(&self, id: FileId) -> Arc<SourceFile> {
        let files = self.files.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        files.get(id.0.get() as usize - 1).cloned().expect("a file id belongs to the store that made it")
    }

    /// Every file that has been added so far.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<SourceFile>> {
        self.files.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Where a span is, for people.
    #[must_use]
    pub fn location(&self, span: Span) -> Location {
        let file = self.get(span.file);
        let (line, line_start) = file.line_of(span.start);
        let (end_line, end_start) = file.line_of(span.end().max(span.start + 1) - 1);
        Location {
            path: file.path.clone(),
            line: line + 1,
            column: file.characters(line_start, span.start) + 1,
            end_line: end_line + 1,
            end_column: file.characters(end_start, span.end()) + 1,
            length: file.characters(span.start, span.end()),
        }
    }

    /// The span of a place as people read it, the inverse of [`Self::location`]: from line and column up to the
    /// column after the last character; `None` where the file has no such line.
    #[must_use]
    pub fn span(&self, id: FileId, from: (u32, u32), to: (u32, u32)) -> Option<Span> {
        let file = self.get(id);
        let start = file.byte_of(from)?;
        let end = file.byte_of(to)?.max(start);
        Some(Span { file: id, start, len: end - start })
    }

    /// The text that a span covers, where it is UTF-8.
    #[must_use]
    pub fn text(&self, span: Span) -> Option<String> {
        let file = self.get(span.file);
        let bytes = file.bytes.get(span.start as usize..span.end() as usize)?;
        std::str::from_utf8(bytes).ok().map(str::to_owned)
    }
}
