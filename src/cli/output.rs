//! `--format FORMAT[=FILE]`: which reports go where.

use std::io::Write;
use std::path::PathBuf;

use anstream::StripStream;

use super::failure::Failure;
use crate::check::Report;
use crate::report::{Format, Options, write};
use crate::schema::nearest;
use crate::source::Problem;

/// A report that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output {
    format: Format,
    /// Where to; standard output where nothing is said.
    file: Option<PathBuf>,
}

impl Output {
    /// Reads `FORMAT` or `FORMAT=FILE`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (name, file) = match text.split_once('=') {
            Some((_, "")) => return Err("the file has no name".to_owned()),
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let Some(format) = Format::ALL.into_iter().find(|format| format.name() == name) else {
            let near = nearest(name, Format::ALL.map(Format::name));
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(format!("there is no format `{name}`{near}"));
        };
        Ok(Self { format, file })
    }

    /// What `--help` says.
    pub(super) fn help() -> String {
        let formats = Format::ALL.map(|format| format!("- {}: {}", format.name(), format.description()));
        format!("How to report, and where to; may be given more than once\n\n{}", formats.join("\n"))
    }

    /// Writes `report` to the file, or to `out`.
    pub(super) fn write(&self, report: &Report, options: Options, out: &mut dyn Write) -> Result<(), Failure> {
        let Some(file) = &self.file else { return Ok(write(report, self.format, out, options)?) };
        let mut plain = StripStream::new(Vec::new());
        write(report, self.format, &mut plain, options)?;
        std::fs::write(file, plain.into_inner())
            .map_err(|cause| Problem::new(format!("`{}` cannot be written: {cause}", file.display())).into())
    }
}
