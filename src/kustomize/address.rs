//! Addresses of what is fetched, taken apart: what names it, which version of it, and what else it is asked for.

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
        let path = without_user(path);
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

/// An address without who asks: a new token makes no other base.
fn without_user(path: &str) -> String {
    let parts = path.split_once("://").and_then(|(scheme, rest)| {
        let (authority, path) = rest.split_once('/')?;
        Some((scheme, authority.rsplit_once('@')?.1, path))
    });
    parts.map_or_else(|| path.to_owned(), |(scheme, host, path)| format!("{scheme}://{host}/{path}"))
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
            ("git@github.com:o/r.git//d?ref=main", "git@github.com:o/r.git//d", Some("main")),
            ("github.com/o/r//d", "github.com/o/r//d", None),
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
