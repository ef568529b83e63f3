//! Addresses of what is fetched, taken apart: what names it, which version of it, and what else it is asked for.
//!
//! kustomize and Git take many spellings of one address, which has one name here: without a scheme, with `git::` in front,
//! as `host:path`, with a user, with `.git` behind the repository, with or without `//` between it and a directory in it
//! (docs/kustomize.md, "Loading").

/// An address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// What names what is there: without its version, and without who asks for it.
    pub name: String,
    /// That of the query, or the step of the path that is one.
    pub version: Option<String>,
    /// The rest of the query: for another one, something else may be brought.
    pub query: String,
}

impl Address {
    /// Takes an address apart.
    #[must_use]
    pub fn new(address: &str) -> Self {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let path = one_name(path);
        let parameters = || query.split('&').filter(|parameter| !parameter.is_empty());
        let value = |name: &str| parameters().find_map(|one| one.strip_prefix(name)?.strip_prefix('='));
        let is_version =
            |parameter: &&str| ["ref", "version"].contains(&parameter.split('=').next().unwrap_or_default());
        let query = parameters().filter(|parameter| !is_version(parameter)).collect::<Vec<_>>().join("&");
        if let Some(version) = value("ref").or_else(|| value("version")).filter(|version| !version.is_empty()) {
            return Self { name: path, version: Some(version.to_owned()), query };
        }
        let (name, version) = step_of_path(&path);
        Self { name, version, query }
    }

    /// The name of a repository of charts at an address.
    #[must_use]
    pub fn repository(address: &str) -> String {
        let AddressParts { scheme, host, path } = AddressParts::of(address);
        let start = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
        let divider = if path.is_empty() { "" } else { "/" };
        format!("{start}{host}{divider}{path}")
    }
}

/// A path without the step of it that is a version, and that version.
fn step_of_path(path: &str) -> (String, Option<String>) {
    let steps: Vec<&str> = path.split('/').collect();
    let Some(at) = steps.iter().skip(3).position(|step| is_version(step)).map(|at| at + 3) else {
        return (path.to_owned(), None);
    };
    let name: Vec<&str> = steps.iter().enumerate().map(|(index, step)| if index == at { "*" } else { step }).collect();
    (name.join("/"), steps.get(at).map(|step| (*step).to_owned()))
}

/// The one name of all spellings of an address. Who asks is no part of it: a new token makes no other base.
fn one_name(written: &str) -> String {
    let AddressParts { scheme, host, path } = AddressParts::of(written);
    // Plain HTTP is not the same: anyone on the way can answer.
    let scheme = match &*scheme {
        "" | "ssh" | "git" | "git+ssh" => "https",
        scheme => scheme,
    };
    if scheme != "https" && scheme != "http" {
        return format!("{scheme}://{host}/{path}");
    }
    let (repository, inner) = divided(&path, written.starts_with("http"));
    let inner = inner.trim_matches('/');
    let divider = if inner.is_empty() { "" } else { "//" };
    let repository = repository.strip_suffix(".git").unwrap_or(repository);
    let slash = if repository.is_empty() { "" } else { "/" };
    format!("{scheme}://{host}{slash}{repository}{divider}{inner}")
}

/// The repository that a path leads to, and the path in it. Without a mark between them, the repository has an owner and a
/// name, where the path does not look like that of a file that `may_be_file`.
fn divided(path: &str, may_be_file: bool) -> (&str, &str) {
    if let Some(parts) = path.split_once("//") {
        return parts;
    }
    if path.strip_suffix(".git").is_some() {
        return (path, "");
    }
    if let Some(at) = path.find(".git/") {
        return path.split_at(at + ".git".len());
    }
    let is_file = may_be_file && path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    match path.match_indices('/').nth(1) {
        Some((at, _)) if !is_file && !path.contains("/_git/") => path.split_at(at),
        _ => (path, ""),
    }
}

/// Where an address leads.
struct AddressParts {
    scheme: String,
    host: String,
    path: String,
}

impl AddressParts {
    fn of(written: &str) -> Self {
        let written = written.strip_prefix("git::").unwrap_or(written);
        let (scheme, rest) = written.split_once("://").unwrap_or(("", written));
        // Behind a host without a scheme, a colon ends it; behind one with a scheme, it may be that of a port.
        let is_port = |at: usize| {
            let port = rest.get(at + 1..).and_then(|rest| rest.split('/').next()).unwrap_or_default();
            !scheme.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
        };
        let user = rest.split('/').next().and_then(|authority| authority.rfind('@')).map_or(0, |at| at + 1);
        let ends = |(at, c): &(usize, char)| *at >= user && (*c == '/' || *c == ':' && !is_port(*at));
        let end = rest.char_indices().find(ends).map_or(rest.len(), |(at, _)| at);
        Self {
            scheme: scheme.to_ascii_lowercase(),
            host: rest.get(user..end).unwrap_or_default().to_ascii_lowercase(),
            path: rest.get(end + 1..).unwrap_or_default().trim_matches('/').to_owned(),
        }
    }
}

/// Whether a step of a path is a version: `v1.2.3`, `2024.1`, or a whole commit.
fn is_version(step: &str) -> bool {
    let number = step.strip_prefix('v').unwrap_or(step);
    let is_numbered = number.starts_with(|first: char| first.is_ascii_digit())
        && number.split('.').nth(1).is_some_and(|minor| minor.starts_with(|first: char| first.is_ascii_digit()));
    let is_commit = step.len() == 40 && step.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_numbered || is_commit
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_is_divided_into_name_and_version() {
        for (address, name, version) in [
            ("https://github.com/o/r//d?ref=v1", "https://github.com/o/r//d", Some("v1")),
            ("https://u:t@github.com/o/r//d?timeout=9&version=v1", "https://github.com/o/r//d", Some("v1")),
            ("git@github.com:o/r.git//d?ref=main", "https://github.com/o/r//d", Some("main")),
            (
                "https://h/o/r/releases/download/v1.2.3/install.yaml",
                "https://h/o/r/releases/download/*/install.yaml",
                Some("v1.2.3"),
            ),
            (
                "https://raw.h/o/r/0123456789012345678901234567890123456789/a.yaml",
                "https://raw.h/o/r/*/a.yaml",
                Some("0123456789012345678901234567890123456789"),
            ),
            ("https://h/o/r/main/a.yaml", "https://h/o/r/main/a.yaml", None),
            ("https://10.0.0.1/1.yaml", "https://10.0.0.1/1.yaml", None),
        ] {
            let found = Address::new(address);
            assert_eq!((&*found.name, found.version.as_deref()), (name, version), "{address}");
        }
    }

    #[test]
    fn all_spellings_have_one_name() {
        for (name, spellings) in [
            (
                "https://github.com/o/r//d/e",
                &[
                    "https://github.com/o/r//d/e",
                    "https://github.com/o/r.git//d/e/",
                    "https://github.com/o/r.git/d/e",
                    "https://github.com/o/r/d/e",
                    "https://user:token@GitHub.com/o/r//d/e",
                    "git::https://github.com/o/r//d/e",
                    "github.com/o/r//d/e",
                    "github.com:o/r/d/e",
                    "git@github.com:o/r.git//d/e",
                    "ssh://git@github.com/o/r//d/e",
                    "ssh://git@github.com:o/r//d/e",
                ][..],
            ),
            (
                "https://github.com/o/r",
                &["https://github.com/o/r/", "git@github.com:o/r.git", "https://github.com/o/r.git//"],
            ),
            ("https://h:8443/g/s/r//d", &["https://h:8443/g/s/r//d", "ssh://git@h:8443/g/s/r.git/d"]),
            ("http://h/o/r//d", &["http://h/o/r//d", "git::http://h/o/r/d"]),
            ("https://h/o/r/d/a.yaml", &["https://h/o/r/d/a.yaml"]),
            ("https://h/g/s/r", &["https://h/g/s/r.git", "git@h:g/s/r.git"]),
            ("https://dev.azure.com/o/p/_git/r//d", &["https://dev.azure.com/o/p/_git/r//d"]),
            ("https://h", &["https://h"]),
        ] {
            for spelling in spellings {
                assert_eq!(Address::new(spelling).name, name, "{spelling}");
            }
        }
    }

    #[test]
    fn what_else_is_asked_for_is_the_rest_of_the_query() {
        for (address, query) in [
            ("https://github.com/o/r//d?ref=v1", ""),
            ("https://u:t@h/o/r//d?submodules=false&ref=v1&version=v2", "submodules=false"),
            ("https://h/render.yaml?cluster=a&refs=b", "cluster=a&refs=b"),
            ("https://h/a.yaml", ""),
        ] {
            assert_eq!(Address::new(address).query, query, "{address}");
        }
    }
}
