//! Excerpts of files with marks: the only place that names miette.

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};

use crate::finding::Place;
use crate::report::text::{Quoted, quote, quote_line};
use crate::source::Severity;

/// Columns at which prose is wrapped. Fixed, so that output does not depend on where it was made.
const WIDTH: usize = 100;

/// Related places that are shown; more would bury the finding.
pub(super) const RELATED: usize = 6;

/// Characters of a source line that are shown; the rest of a minified file is not worth a screen.
const LINE: usize = 160;

/// Characters shown before the marked ones, where a line has to be cut.
const LEAD: usize = 40;

fn handler(severity: Severity) -> GraphicalReportHandler {
    let mut theme = GraphicalTheme::unicode();
    let styles = &mut theme.styles;
    let own = match severity {
        Severity::Error => styles.error,
        Severity::Warning => styles.warning,
        Severity::Info => styles.advice,
    };
    // The marked text in the colour of the severity, what explains it in a quieter one.
    styles.highlights = std::iter::once(own).chain(std::iter::repeat_n(styles.advice, RELATED)).collect();
    styles.link = styles.advice;
    theme.characters.advice = String::from("i");
    GraphicalReportHandler::new_themed(theme)
        .with_width(WIDTH)
        .with_break_words(false)
        .with_context_lines(1)
        .without_syntax_highlighting()
}

/// A message with excerpts, as miette sees it.
#[derive(Debug)]
pub(super) struct Shown {
    message: String,
    /// Quoted already.
    pub(super) help: Option<String>,
    severity: Severity,
    sources: Sources,
}

impl Shown {
    /// A message without excerpts so far.
    pub(super) fn new(severity: Severity, message: &str) -> Self {
        Self { message: quote(message), help: None, severity, sources: Sources::default() }
    }

    /// Adds the lines of a place, under the path that people type; `label` is written to what is marked.
    pub(super) fn excerpt(&mut self, path: &str, place: &Place, label: Option<&str>) {
        self.sources.push(path, place, label);
    }

    /// The whole as it is printed.
    pub(super) fn render(&self) -> String {
        let mut out = String::new();
        // Only a formatter that fails can make this fail, and a `String` does not.
        let _ = handler(self.severity).render_report(&mut out, self);
        out
    }
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.sources.sections.is_empty()).then_some(&self.sources as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.sources.sections.iter().map(|section| section.label.clone())))
    }
}

/// The excerpts of a finding, one behind the other, so that one diagnostic can point into several files.
#[derive(Debug, Default)]
struct Sources {
    sections: Vec<Section>,
    length: usize,
}

/// An excerpt, quoted, with its mark.
#[derive(Debug)]
struct Section {
    name: String,
    /// The number of the first line, from 0.
    first: usize,
    text: String,
    /// Where it starts among all sections.
    offset: usize,
    /// Among all sections.
    label: LabeledSpan,
    /// As it is in the file, from 0: what is shown may be cut.
    column: usize,
}

impl Sources {
    fn push(&mut self, path: &str, place: &Place, label: Option<&str>) {
        let location = &place.location;
        let mut text = String::new();
        let mut marked = 0..0;
        for (number, line) in (place.excerpt.first..).zip(&place.excerpt.lines) {
            let here = number == location.line;
            let from = if here { location.column.saturating_sub(1) as usize } else { 0 };
            let (line, from) = cut(line, from);
            let quoted = Quoted::new(&line);
            if here {
                let to = if location.end_line == location.line { from + location.length as usize } else { usize::MAX };
                let end = quoted.start(to).max(quoted.start(from));
                marked = text.len() + quoted.start(from)..text.len() + end;
            }
            text.push_str(&quoted.text);
            text.push('\n');
        }
        if text.is_empty() {
            // A place whose text is not shown still has its heading.
            text.push('\n');
        }
        let offset = self.length;
        let label = label.map(quote_line);
        let span = (offset + marked.start, marked.len());
        self.length += text.len();
        self.sections.push(Section {
            name: quote_line(path),
            first: place.excerpt.first.saturating_sub(1) as usize,
            text,
            offset,
            label: LabeledSpan::new_with_span(label, span),
            column: location.column.saturating_sub(1) as usize,
        });
    }
}

/// A line short enough to show, and where character `from` went.
fn cut(line: &str, from: usize) -> (String, usize) {
    if line.chars().count() <= LINE {
        return (line.to_owned(), from);
    }
    let skip = if from + LEAD > LINE { from - LEAD } else { 0 };
    let head = if skip > 0 { "…" } else { "" };
    let kept: String = line.chars().skip(skip).take(LINE).collect();
    (format!("{head}{kept}…"), from - skip + head.chars().count())
}

impl SourceCode for Sources {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let section = self
            .sections
            .iter()
            .find(|section| (section.offset..section.offset + section.text.len()).contains(&span.offset()))
            .ok_or(MietteError::OutOfBounds)?;
        let inside = SourceSpan::from((span.offset() - section.offset, span.len()));
        let found = section.text.read_span(&inside, before, after)?;
        // Only the heading asks for no lines around the span, and it names the place in the file.
        let column = if before + after == 0 { section.column } else { found.column() };
        Ok(Box::new(MietteSpanContents::new_named(
            section.name.clone(),
            found.data(),
            SourceSpan::from((found.span().offset() + section.offset, found.span().len())),
            found.line() + section.first,
            column,
            found.line_count(),
        )))
    }
}
