//! `--format FORMAT[=FILE]`: which reports go where.

use std::io;
use std::path::PathBuf;

use super::failure::Failure;
use crate::report::{Format, Sink, units};
use crate::schema::nearest;
use crate::source::Problem;
use crate::source::write::{self, Before, Draft};

/// Extensions of files that people write by hand.
const SOURCES: [&str; 3] = ["yaml", "yml", "rego"];

/// A set of formats to choose from.
pub(super) trait Formats: Copy + 'static {
    /// All of them.
    fn all() -> Vec<Self>;

    /// The word for it.
    fn name(self) -> &'static str;

    /// Whom it is for.
    fn description(self) -> &'static str;

    /// Whether the report is appended to its file: the steps of a job share one summary.
    fn is_appended(self) -> bool {
        false
    }
}

impl Formats for Format {
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }

    fn name(self) -> &'static str {
        self.name()
    }

    fn description(self) -> &'static str {
        self.description()
    }

    fn is_appended(self) -> bool {
        self == Self::Summary
    }
}

impl Formats for units::Format {
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }

    fn name(self) -> &'static str {
        self.name()
    }

    fn description(self) -> &'static str {
        self.description()
    }
}

/// A report that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output<F> {
    pub(super) format: F,
    /// Where to; standard output where nothing is said.
    file: Option<PathBuf>,
}

impl<F: Formats> Output<F> {
    /// Reads `FORMAT` or `FORMAT=FILE`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (name, file) = match text.split_once('=') {
            Some((_, "")) => return Err("the file has no name".to_owned()),
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let Some(format) = F::all().into_iter().find(|format| format.name() == name) else {
            let near = nearest(name, F::all().into_iter().map(F::name));
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(format!("there is no format `{name}`{near}"));
        };
        Ok(Self { format, file })
    }

    /// What `--help` says.
    pub(super) fn help() -> String {
        let formats: Vec<String> =
            F::all().into_iter().map(|format| format!("- {}: {}", format.name(), format.description())).collect();
        format!("How to report, and where to; may be given more than once\n\n{}", formats.join("\n"))
    }

    /// Writes a report to the file, or to `out`.
    pub(super) fn write(
        &self,
        out: &mut Sink<'_>,
        report: impl FnOnce(&mut Sink<'_>) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let Some(file) = &self.file else { return Ok(report(out)?) };
        let mut content = Vec::new();
        let mut plain = Sink::plain(&mut content);
        report(&mut plain)?;
        plain.flush()?;
        drop(plain);
        let place = write::named(file)?;
        let extension = place.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        if place.exists() && SOURCES.contains(&extension.as_str()) {
            let problem = Problem::new(format!("`{}` is not replaced by a report", file.display()));
            return Err(problem.hint("name another file: this one looks like a manifest or a policy").into());
        }
        if self.format.is_appended() {
            return Ok(write::append(&place, &content)?);
        }
        let (content, before) = (content.as_slice(), Before::Ours(|_| true));
        Ok(write::put(&[Draft { place, content, before, executable: false }])?)
    }
}
