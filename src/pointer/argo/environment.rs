//! The build environment: variables that Argo CD replaces in some parameters.

use super::application::Application;
use crate::source::Problem;
use crate::yaml::Node;

/// Names of a single character, as in `$1`.
const SPECIAL: &str = "*#$@!?-0123456789";

/// The variables of a source.
#[derive(Debug)]
pub(super) struct Environment {
    variables: [(&'static str, Option<String>); 9],
}

impl Environment {
    pub(super) fn of(application: &Application<'_>, source: &Node) -> Self {
        let field = |name: &str| Some(source.get(name).and_then(Node::as_str).unwrap_or_default().to_owned());
        Self {
            variables: [
                ("ARGOCD_APP_NAME", Some(application.instance.clone())),
                ("ARGOCD_APP_NAMESPACE", Some(application.destination_namespace.to_owned())),
                ("ARGOCD_APP_PROJECT_NAME", Some(application.project.to_owned())),
                ("ARGOCD_APP_SOURCE_PATH", field("path")),
                ("ARGOCD_APP_SOURCE_REPO_URL", field("repoURL")),
                ("ARGOCD_APP_SOURCE_TARGET_REVISION", field("targetRevision")),
                // The commit is known only when Argo CD renders it.
                ("ARGOCD_APP_REVISION", None),
                ("ARGOCD_APP_REVISION_SHORT", None),
                ("ARGOCD_APP_REVISION_SHORT_8", None),
            ],
        }
    }

    /// The text of a parameter with its variables replaced; unknown ones become empty.
    ///
    /// # Errors
    /// When one is the commit, which is not known.
    pub(super) fn expand(&self, parameter: &Node) -> Result<String, Problem> {
        let mut expanded = String::new();
        let mut rest = parameter.as_str().unwrap_or_default();
        while let Some((before, behind)) = rest.split_once('$') {
            expanded.push_str(before);
            let (name, length) = name(behind);
            match name {
                // What looks like the beginning of a name and is none is taken away.
                "" if length > 0 => {}
                "" | "$" => expanded.push('$'),
                name => match self.variables.iter().find(|(known, _)| *known == name) {
                    None => {}
                    Some((_, Some(value))) => expanded.push_str(value),
                    Some((_, None)) => {
                        return Err(Problem::new(format!("`{name}` is not known before Argo CD renders the commit"))
                            .at(parameter.origin.span)
                            .hint("use a value that is written down"));
                    }
                },
            }
            rest = behind.get(length..).unwrap_or_default();
        }
        expanded.push_str(rest);
        Ok(expanded)
    }
}

/// The name of the variable behind a `$`, and how many bytes say it.
fn name(text: &str) -> (&str, usize) {
    let special = |from: usize| text.get(from..=from).filter(|name| SPECIAL.contains(name));
    if let Some(inner) = text.strip_prefix('{') {
        if let Some(name) = special(1).filter(|_| inner.get(1..).is_some_and(|rest| rest.starts_with('}'))) {
            return (name, 3);
        }
        return match inner.find('}') {
            Some(end) => (inner.get(..end).unwrap_or_default(), end + 2),
            None => ("", 1),
        };
    }
    if let Some(name) = special(0) {
        return (name, 1);
    }
    let end = text.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    (text.get(..end).unwrap_or_default(), end)
}

#[cfg(test)]
mod tests {
    use super::Environment;
    use crate::yaml::{Node, Origin};

    #[test]
    fn variables_are_those_of_go() {
        let mut variables: [(&'static str, Option<String>); 9] = Default::default();
        let [first, second, ..] = &mut variables;
        *first = ("A", Some("x".to_owned()));
        *second = ("B", None);
        let environment = Environment { variables };
        let expand = |text: &str| environment.expand(&Node::string(text, Origin::default())).ok();
        for (text, expanded) in [
            ("$A-${A}", Some("x-x")),
            ("$AB.$A_.${A", Some("..A")),
            ("$$A ${$}A", Some("$A $A")),
            ("${}a$", Some("a$")),
            ("$1 $- ${2}", Some("  ")),
            ("$.a $é", Some("$.a $é")),
            ("${ A}", Some("")),
            ("$B", None),
        ] {
            assert_eq!(expand(text).as_deref(), expanded, "{text}");
        }
    }
}
