//! The one way out: whatever a command prints goes through a [`Sink`].
//!
//! A sink knows three things: what must not be shown (values of Secrets), what must not be spoken (controls of a
//! terminal, commands of a CI runner), and that a format with escapes of its own is left alone. Formats quote what they
//! repeat; the sink is the net below them. The only place that names anstream and the streams of the process.

use std::io::{self, BufWriter, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use serde::Serialize;

use super::ascii::ascii;
use super::json::inert;
use super::text::quote;
use crate::finding::Masks;

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colors {
    /// At a terminal, unless the environment asks for none.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// Which characters a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// All of them.
    Unicode,
    /// Those of ASCII.
    Ascii,
}

/// Where the output of a command goes.
pub struct Console<'a> {
    /// The report.
    pub out: Sink<'a>,
    /// What is said besides.
    pub err: Sink<'a>,
}

/// A stream that nothing leaves unmasked or with power over its reader.
pub struct Sink<'a> {
    out: BufWriter<Box<dyn Write + 'a>>,
    /// Whether colours are written; the streams of the process leave them out by themselves.
    colours: bool,
    charset: Charset,
    masks: Masks,
}

impl Sink<'static> {
    /// Standard output; `terminal` is what it can show where it is one.
    #[must_use]
    #[cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "the one way to it"))]
    pub fn standard_output(colors: Colors, terminal: Charset) -> Self {
        let charset = if io::stdout().is_terminal() { terminal } else { Charset::Unicode };
        Self { charset, ..Self::into(AutoStream::new(io::stdout().lock(), choice(colors))) }
    }

    /// Standard output of a command whose output is read byte for byte.
    #[must_use]
    #[cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "the one way to it"))]
    pub fn exact_standard_output() -> Self {
        Self::into(io::stdout().lock())
    }

    /// Standard error; `terminal` is what it can show where it is one.
    #[must_use]
    #[cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "the one way to it"))]
    pub fn standard_error(colors: Colors, terminal: Charset) -> Self {
        let charset = if io::stderr().is_terminal() { terminal } else { Charset::Unicode };
        Self { charset, ..Self::into(AutoStream::new(io::stderr(), choice(colors))) }
    }
}

impl<'a> Sink<'a> {
    /// A sink that writes to `out`, without colours.
    pub fn plain(out: impl Write + 'a) -> Self {
        Self { colours: false, ..Self::into(out) }
    }

    fn into(out: impl Write + 'a) -> Self {
        Self { out: BufWriter::new(Box::new(out)), colours: true, charset: Charset::Unicode, masks: Masks::default() }
    }

    /// Shows nothing from now on that `masks` know.
    pub fn hide(&mut self, masks: Masks) {
        self.masks = masks;
    }

    /// Writes text for people: colours stay, whatever else steers its reader is made visible.
    ///
    /// # Errors
    /// When the stream cannot be written to.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        let text = self.masks.scrub(text);
        let mut rest: &str = &text;
        while let Some(start) = rest.find("\u{1b}[") {
            let (before, from) = rest.split_at(start);
            let end = colour(from);
            self.spoken(before)?;
            let (sequence, after) = from.split_at(if end == 0 { "\u{1b}[".len() } else { end });
            match end {
                0 => self.spoken(sequence)?,
                _ if self.colours => self.out.write_all(sequence.as_bytes())?,
                _ => {}
            }
            rest = after;
        }
        self.spoken(rest)
    }

    /// Writes text that has no colours.
    fn spoken(&mut self, text: &str) -> io::Result<()> {
        let text = quote(text);
        match self.charset {
            Charset::Unicode => self.out.write_all(text.as_bytes()),
            Charset::Ascii => self.out.write_all(ascii(&text).as_bytes()),
        }
    }

    /// Writes one line of text for people, see [`Self::text`]: what is in it makes no further ones.
    ///
    /// # Errors
    /// When the stream cannot be written to.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        self.text(&text.replace(['\n', '\r'], " "))?;
        self.out.write_all(b"\n")
    }

    /// Writes a document for programs.
    ///
    /// # Errors
    /// When the stream cannot be written to, or the document has no form in JSON.
    pub fn json(&mut self, document: &impl Serialize) -> io::Result<()> {
        let text = if self.masks.is_empty() {
            serde_json::to_string_pretty(document)?
        } else {
            serde_json::to_string_pretty(&self.masks.scrub_json(serde_json::to_value(document)?))?
        };
        self.escaped(&(inert(&text) + "\n"))
    }

    /// Writes a text in a format whose own escapes take the power from what it repeats.
    ///
    /// # Errors
    /// When the stream cannot be written to.
    pub fn escaped(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    /// Hands over what was written so far.
    ///
    /// # Errors
    /// When the stream cannot be written to.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn choice(colors: Colors) -> ColorChoice {
    match colors {
        Colors::Auto => ColorChoice::Auto,
        Colors::Always => ColorChoice::Always,
        Colors::Never => ColorChoice::Never,
    }
}

/// A text without its colours, for formats that have none.
pub(super) fn without_colours(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// The length of the colour that a text starts with; 0 where it starts with anything else.
fn colour(text: &str) -> usize {
    let parameters = text.strip_prefix("\u{1b}[").unwrap_or_default();
    let length = parameters.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b';').count();
    if parameters.as_bytes().get(length) == Some(&b'm') { "\u{1b}[m".len() + length } else { 0 }
}
