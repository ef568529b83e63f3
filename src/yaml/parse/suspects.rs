//! White space that means something to go-yaml and nothing to yaml-rust2: tabs before the first character
//! of a line, which it takes for indentation and refuses, and line ends beyond ASCII. Where one of these
//! would change what is read, the text is refused: kustomize fails on nearly all of them.

/// The characters of a text that may have to be refused.
pub(super) struct Suspects<'a> {
    text: &'a str,
    /// By place; those that turn out to be harmless are marked, as there may be many.
    found: Vec<Suspect>,
    /// Where the last plain scalar ended, and the column from which tabs may stand after it.
    plain: Option<(usize, usize)>,
}

#[derive(Clone, Copy)]
struct Suspect {
    at: usize,
    /// The column of a tab; `None` for a line end.
    column: Option<usize>,
    /// Whether nothing that encloses it can make it harmless.
    sure: bool,
    harmless: bool,
}

impl Suspect {
    fn new(at: usize, column: Option<usize>) -> Self {
        Self { at, column, sure: false, harmless: false }
    }
}

/// What a stretch of text is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A quoted scalar: everything inside is text.
    Quoted,
    /// A flow collection: tabs inside are harmless, but for those after a plain scalar.
    Flow,
    /// A block scalar: tabs are harmless from byte `text` and column `indent` on.
    Block { text: usize, indent: usize },
    /// A plain scalar: tabs at column `indent` or further right are harmless in it and in the empty lines
    /// after it, if it is no key.
    Plain { indent: usize },
}

/// Line ends of YAML 1.1 that are none of YAML 1.2.
pub(super) const LINE_ENDS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];

impl<'a> Suspects<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut found = tabs(text);
        if !text.is_ascii() {
            // These end a line a second time, which changes nothing.
            let at_end = |at: usize| {
                let rest = text.get(at..).unwrap_or_default();
                rest.trim_start_matches(['\u{2028}', '\u{2029}']).starts_with(['\n', '\r'])
            };
            let ends = text.match_indices(LINE_ENDS).map(|(at, _)| at).filter(|at| !at_end(*at));
            found.extend(ends.map(|at| Suspect::new(at, None)));
            found.sort_by_key(|suspect| suspect.at);
        }
        Self { text, found, plain: None }
    }

    /// Whether there are any, harmless or not.
    pub(super) fn any(&self) -> bool {
        !self.found.is_empty()
    }

    /// Takes note of what stands at bytes `start..end`; called in the order of their ends.
    pub(super) fn passed(&mut self, start: usize, end: usize, kind: Kind) {
        self.settle_after_plain();
        for suspect in self.between(start, end) {
            let tab = |from: usize, indent: usize| {
                suspect.at >= from && suspect.column.is_some_and(|column| column >= indent)
            };
            suspect.harmless |= match kind {
                Kind::Quoted => true,
                Kind::Flow => !suspect.sure && tab(start, 0),
                Kind::Block { text, indent } => tab(text, indent),
                Kind::Plain { indent } => tab(start, indent),
            };
        }
        if let Kind::Plain { indent } = kind {
            self.plain = Some((end, indent));
        }
    }

    /// Those at bytes `start..end`.
    fn between(&mut self, start: usize, end: usize) -> &mut [Suspect] {
        let place = |byte: usize| self.found.partition_point(|suspect| suspect.at < byte);
        let (from, to) = (place(start), place(end));
        self.found.get_mut(from..to).unwrap_or_default()
    }

    /// Judges the tabs on the empty lines after a plain scalar.
    fn settle_after_plain(&mut self) {
        let Some((end, indent)) = self.plain.take() else { return };
        let rest = self.text.get(end..).unwrap_or_default();
        let blank = rest.len() - rest.trim_start().len();
        for suspect in self.between(end, end + blank) {
            if let Some(column) = suspect.column {
                suspect.sure = true;
                suspect.harmless |= column >= indent;
            }
        }
    }

    /// What is wrong and at which byte, in a document that ends at byte `end` and of which everything has passed.
    pub(super) fn offender_before(mut self, end: usize) -> Option<(usize, &'static str)> {
        self.settle_after_plain();
        let first = self.found.into_iter().find(|suspect| suspect.at < end && !suspect.harmless)?;
        Some((
            first.at,
            match first.column {
                Some(_) => "a tab may not indent a line",
                None => "a Unicode line separator stands here, which kustomize takes for the end of a line",
            },
        ))
    }
}

/// The tabs that stand where indentation does.
fn tabs(text: &str) -> Vec<Suspect> {
    let mut suspects = Vec::new();
    if !text.contains('\t') {
        return suspects;
    }
    let mut start = 0;
    let mut in_comment = false;
    for line in text.split_inclusive('\n') {
        let words = line.trim_start_matches([' ', '\t']);
        let blank = line.get(..line.len() - words.len()).unwrap_or_default();
        // go-yaml reads comments that follow each other as one, whatever stands before them.
        let continues_comment = in_comment && words.starts_with('#');
        let column = blank.find('\t').or_else(|| after_dashes(line)).filter(|_| !continues_comment);
        if let Some(column) = column {
            suspects.push(Suspect::new(start + column, Some(column)));
        }
        in_comment = words.starts_with('#');
        start += line.len();
    }
    suspects
}

/// Where a tab follows the dash of a list.
fn after_dashes(line: &str) -> Option<usize> {
    let mut rest = line.trim_start_matches(' ');
    while let Some(behind) = rest.strip_prefix('-') {
        let next = behind.trim_start_matches(' ');
        if next.starts_with('\t') {
            return Some(line.len() - next.len());
        }
        if next.len() == behind.len() {
            return None;
        }
        rest = next;
    }
    None
}

/// The first character that go-yaml refuses wherever it stands.
pub(super) fn control_character(text: &str) -> Option<(usize, char)> {
    let bytes = text.as_bytes();
    let suspicious = |byte: &u8| matches!(byte, 0..=8 | 0xb | 0xc | 0xe..=0x1f | 0x7f | 0xc2 | 0xef);
    if !bytes.iter().any(suspicious) {
        return None;
    }
    text.char_indices().find(|(_, c)| {
        matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}')
            || matches!(c, '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
    })
}
