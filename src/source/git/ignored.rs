//! Which paths the `.gitignore` files of a tree tell Git to leave alone. Those of a user's own are none of the tree's.

use gix_ignore::Search;
use gix_ignore::glob::pattern::Case;
use gix_ignore::search::Ignore;

use crate::source::RepoPath;

/// Whether Git is told to ignore a path that leads to a file, by the `.gitignore` files on the way to it, which `read`
/// reads.
pub fn ignored(path: &RepoPath, mut read: impl FnMut(&RepoPath) -> Option<Vec<u8>>) -> bool {
    let mut above: Vec<RepoPath> = path.upwards().skip(1).collect();
    above.reverse();
    let mut known: Vec<(RepoPath, Search)> = Vec::new();
    for (depth, directory) in above.iter().enumerate() {
        if let Some(text) = read(&directory.child(".gitignore")) {
            let mut search = Search::default();
            // Patterns are read from memory, so nothing fails.
            if search.add_patterns_buffer(&text, ".gitignore", None, Ignore::default()).is_ok() {
                known.push((directory.clone(), search));
            }
        }
        let (entry, is_directory) = match above.get(depth + 1) {
            Some(next) => (next, true),
            None => (path, false),
        };
        // The file nearest to it decides, and nothing comes back from a directory that is ignored.
        let decided = known.iter().rev().find_map(|(from, search)| {
            let relative = entry.as_str().strip_prefix(from.as_str()).unwrap_or_default().trim_start_matches('/');
            search.pattern_matching_relative_path(relative.into(), Some(is_directory), Case::Sensitive)
        });
        if decided.is_some_and(|found| !found.pattern.is_negative()) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answers are those of `git check-ignore`.
    #[test]
    fn the_nearest_file_decides() {
        let read = |path: &RepoPath| match path.as_str() {
            ".gitignore" => Some(b"*.env\n/build/\n!keep.env\n".to_vec()),
            "apps/.gitignore" => Some(b"!here.env\nsecret.txt\n".to_vec()),
            "build/.gitignore" => Some(b"!*\n".to_vec()),
            _ => None,
        };
        for (path, expected) in [
            ("a.env", true),
            ("keep.env", false),
            ("apps/x/b.env", true),
            ("apps/here.env", false),
            ("apps/x/secret.txt", true),
            ("secret.txt", false),
            ("build/a.txt", true),
            ("apps/build/a.txt", false),
        ] {
            assert_eq!(RepoPath::new(path).map(|path| ignored(&path, read)), Ok(expected), "{path}");
        }
    }
}
