//! Tabs before the first character of a line, which go-yaml takes for indentation and refuses. yaml-rust2
//! lets them pass where nothing or a comment follows.

/// The tabs of a text that stand where indentation does.
pub(super) struct Tabs<'a> {
    text: &'a str,
    /// Those that are not yet known to be harmless: byte offset, and column.
    suspects: Vec<(usize, usize)>,
    /// Where the last plain scalar ended, and the column from which tabs may stand after it.
    plain: Option<(usize, usize)>,
}

/// What a stretch of text is, as far as tabs are concerned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A quoted scalar or a flow collection: tabs inside are harmless.
    Enclosed,
    /// A block scalar: tabs are harmless from byte `text` and column `indent` on.
    Block { text: usize, indent: usize },
    /// A plain scalar that is no key: tabs at column `indent` or further right are harmless in it and in the
    /// empty lines after it.
    Plain { indent: usize },
}

impl<'a> Tabs<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut suspects = Vec::new();
        if text.contains('\t') {
            let mut start = 0;
            let mut in_comment = false;
            for line in text.split_inclusive('\n') {
                let words = line.trim_start_matches([' ', '\t']);
                let blank = line.get(..line.len() - words.len()).unwrap_or_default();
                // go-yaml reads comments that follow each other as one, whatever stands before them.
                let continues_comment = in_comment && words.starts_with('#');
                if let Some(column) = blank.find('\t').filter(|_| !continues_comment) {
                    suspects.push((start + column, column));
                }
                in_comment = words.starts_with('#');
                start += line.len();
            }
        }
        Self { text, suspects, plain: None }
    }

    /// Whether there are any that are not known to be harmless.
    pub(super) fn any(&self) -> bool {
        !self.suspects.is_empty()
    }

    /// Takes note of what stands at bytes `start..end`; called in the order of their ends.
    pub(super) fn passed(&mut self, start: usize, end: usize, kind: Kind) {
        self.accept_after_plain(start);
        match kind {
            Kind::Enclosed => self.suspects.retain(|(at, _)| !(start..end).contains(at)),
            Kind::Block { text, indent } => {
                self.suspects.retain(|(at, column)| !(text..end).contains(at) || *column < indent);
            }
            Kind::Plain { indent } => {
                self.suspects.retain(|(at, column)| !(start..end).contains(at) || *column < indent);
                self.plain = Some((end, indent));
            }
        }
    }

    fn accept_after_plain(&mut self, next: usize) {
        if let Some((end, indent)) = self.plain.take() {
            let blank = |at: usize| self.text.get(end..at).is_some_and(|between| between.trim().is_empty());
            self.suspects.retain(|(at, column)| !((end..next).contains(at) && blank(*at)) || *column < indent);
        }
    }

    /// A tab that go-yaml refuses, in a document that ends at byte `end` and of which everything has passed.
    pub(super) fn offender_before(mut self, end: usize) -> Option<usize> {
        self.accept_after_plain(end);
        self.suspects.first().map(|(at, _)| *at).filter(|at| *at < end)
    }
}
