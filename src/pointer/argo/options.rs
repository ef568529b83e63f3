//! The options that Argo CD gives to `kustomize build`: `kustomize.buildOptions` of its settings.

use crate::kustomize::{Options, Order, Parts, Restrictor};
use crate::source::{Problem, Reason};

/// What `kustomize build` is told, as far as a rendering depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BuildOptions {
    pub(super) options: Options,
    /// Whether each object gets the label that says that kustomize manages it.
    pub(super) labels_managed: bool,
}

/// Options that are a switch.
const SWITCHES: [&str; 9] = [
    "enable-helm",
    "helm-debug",
    "enable-alpha-plugins",
    "enable-exec",
    "network",
    "as-current-user",
    "enable-managedby-label",
    "stack-trace",
    "help",
];

/// Options that take a value.
const VALUES: [&str; 9] = [
    "load-restrictor",
    "reorder",
    "helm-command",
    "helm-api-versions",
    "helm-kube-version",
    "network-name",
    "mount",
    "env",
    "output",
];

/// Options of one letter.
const SHORT: [(char, &str); 3] = [('e', "env"), ('o', "output"), ('h', "help")];

impl BuildOptions {
    /// None are told; parts that cannot be seen here may be missing.
    pub(in crate::pointer) fn of(parts: Parts) -> Self {
        Self { options: Options { parts, ..Options::default() }, labels_managed: false }
    }

    /// The same where parts may be missing, or none.
    pub(super) fn with(self, parts: Parts) -> Self {
        Self { options: Options { parts, ..self.options }, ..self }
    }

    /// Whether what went wrong is that a part cannot be seen here, and may be missing.
    pub(super) fn takes(self, problem: &Problem) -> bool {
        self.options.parts == Parts::Seen && matches!(problem.kind(), Reason::Helm | Reason::Remote | Reason::Plugin)
    }

    /// Reads options as they are written, divided by blanks. Those for Helm and plugins change nothing here: what would
    /// need one is refused on its own.
    ///
    /// # Errors
    /// When kustomize does not know an option or its value, and when it would print something else.
    pub fn parse(written: &str) -> Result<Self, Problem> {
        let mut found = Self::default();
        let mut words = written.split_whitespace();
        while let Some(word) = words.next() {
            let (name, value) = divided(word)?;
            if SWITCHES.contains(&name) {
                let is_on = switch(word, value)?;
                match name {
                    "enable-managedby-label" => found.labels_managed = is_on,
                    "help" if is_on => return Err(unfit(word)),
                    _ => {}
                }
            } else if VALUES.contains(&name) {
                let value = value.or_else(|| words.next());
                let value = value.ok_or_else(|| wrong(format!("the build option `{word}` lacks its value")))?;
                found.set(name, value)?;
            } else {
                return Err(wrong(format!("`kustomize build` does not know the option `{word}`")));
            }
        }
        Ok(found)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        match (name, value) {
            ("load-restrictor", "LoadRestrictionsNone") => self.options.restrictor = Restrictor::Repo,
            ("load-restrictor", "LoadRestrictionsRootOnly" | "") => self.options.restrictor = Restrictor::RootOnly,
            ("reorder", "legacy") => self.options.order = Order::Legacy,
            ("reorder", "none") => self.options.order = Order::Fifo,
            ("load-restrictor" | "reorder", _) => {
                return Err(wrong(format!("the build option `--{name}` cannot be `{value}`")));
            }
            ("output", value) if !value.is_empty() => return Err(unfit("--output")),
            _ => {}
        }
        Ok(())
    }
}

/// The name of the option that a word is, and the value in it.
fn divided(word: &str) -> Result<(&str, Option<&str>), Problem> {
    if let Some(long) = word.strip_prefix("--").filter(|long| !long.is_empty()) {
        return Ok(long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value))));
    }
    let letters = word.strip_prefix('-').filter(|letters| !letters.starts_with('-'));
    let Some(letter) = letters.and_then(|letters| letters.chars().next()) else {
        return Err(wrong(format!("`{word}` is no option of `kustomize build`, which takes one directory")));
    };
    let Some((_, name)) = SHORT.iter().find(|(known, _)| *known == letter) else {
        return Err(wrong(format!("`kustomize build` does not know the option `{word}`")));
    };
    let value = word.get(1 + letter.len_utf8()..).filter(|value| !value.is_empty());
    Ok((name, value.map(|value| value.strip_prefix('=').unwrap_or(value))))
}

fn switch(word: &str, value: Option<&str>) -> Result<bool, Problem> {
    match value {
        None | Some("1" | "t" | "T" | "true" | "TRUE" | "True") => Ok(true),
        Some("0" | "f" | "F" | "false" | "FALSE" | "False") => Ok(false),
        Some(_) => Err(wrong(format!("the build option `{word}` takes `true` or `false`"))),
    }
}

fn wrong(message: String) -> Problem {
    Problem::new(message).hint("write the options as `kustomize.buildOptions` of Argo CD has them")
}

fn unfit(word: &str) -> Problem {
    Problem::new(format!("the build option `{word}` makes `kustomize build` print no objects"))
        .hint("leave it out: Argo CD applies what is printed")
}

#[cfg(test)]
mod tests {
    use super::BuildOptions;
    use crate::kustomize::{Options, Order, Parts, Restrictor};

    #[test]
    fn options_are_read_as_kustomize_reads_them() {
        let of = |order, restrictor| Some(Options { order, restrictor, parts: Parts::All });
        for (written, options) in [
            ("", of(Order::Legacy, Restrictor::RootOnly)),
            ("  --load-restrictor  LoadRestrictionsNone\t--enable-helm ", of(Order::Legacy, Restrictor::Repo)),
            ("--load-restrictor=LoadRestrictionsNone --reorder=none", of(Order::Fifo, Restrictor::Repo)),
            (
                "--enable-alpha-plugins --enable-exec --helm-command helm3 -e A=b",
                of(Order::Legacy, Restrictor::RootOnly),
            ),
            ("--load-restrictor", None),
            ("--load-restrictor none", None),
            ("--reorder fifo", None),
            ("--enable-helm=maybe", None),
            ("--enable-helm true", None),
            ("--load_restrictor none", None),
            ("-o out.yaml", None),
            ("--", None),
            ("-x", None),
        ] {
            assert_eq!(BuildOptions::parse(written).ok().map(|found| found.options), options, "{written}");
        }
    }
}
