//! How far a scalar reaches in its source: parsers say where one starts.

/// Length of a plain scalar whose value is `value`: as far as the value's words reach.
pub(super) fn plain(source: &str, value: &str) -> usize {
    if source.starts_with(value) {
        return value.len();
    }
    // Lines were folded: match everything but white space.
    let mut end = 0;
    let mut characters = source.char_indices();
    for wanted in value.chars().filter(|c| !c.is_whitespace()) {
        match characters.by_ref().find(|(_, c)| !c.is_whitespace()) {
            Some((at, c)) if c == wanted => end = at + c.len_utf8(),
            _ => break,
        }
    }
    end
}

/// Length of a single-quoted scalar, quotes included.
pub(super) fn single_quoted(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'\'' {
            if bytes.get(at + 1) != Some(&b'\'') {
                return at + 1;
            }
            at += 1;
        }
        at += 1;
    }
    bytes.len()
}

/// Length of a double-quoted scalar, quotes included.
pub(super) fn double_quoted(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Where the header (`|` or `>`) of a block scalar stands whose first line of text is at `content`.
pub(super) fn block_header(text: &str, content: usize) -> usize {
    let mut end = content;
    while let Some(line_end) = text.get(..end).and_then(|before| before.rfind('\n')) {
        let start = text.get(..line_end).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let line = text.get(start..line_end).unwrap_or_default();
        if let Some(at) = header_in(line) {
            return start + at;
        }
        end = line_end;
    }
    header_in(text.get(..end).unwrap_or_default()).unwrap_or(content)
}

/// Where a block header starts in the line that it ends.
fn header_in(line: &str) -> Option<usize> {
    line.match_indices(['|', '>']).map(|(at, _)| at).find(|at| {
        let rest = line
            .get(at + 1..)
            .unwrap_or_default()
            .trim_start_matches(['+', '-', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
        let comment = rest.trim_start();
        comment.is_empty() || (comment.len() < rest.len() && comment.starts_with('#'))
    })
}

/// A block scalar in its source.
pub(super) struct Block {
    /// Length from its `|` or `>` to the end of its last line that holds text.
    pub(super) length: usize,
    /// The column at which its lines start.
    pub(super) indent: usize,
    /// The byte from which on tabs are text: after the one that shows the indentation, if its header does not.
    pub(super) text: usize,
}

/// Measures the block scalar at the start of `source`; what holds it starts at column `parent`.
pub(super) fn block(source: &str, parent: usize) -> Block {
    let mut lines = source.split_inclusive('\n');
    let header = lines.next().unwrap_or_default();
    let mut at = header.len();
    let explicit = indicators(header).find_map(|c| c.to_digit(10)).map(|digit| parent + digit as usize);
    let mut indent = explicit;
    let mut block = Block { length: header.trim_end().len(), indent: 0, text: at };
    for line in lines {
        let text = line.trim_end_matches(['\n', '\r']);
        let spaces = text.len() - text.trim_start_matches(' ').len();
        // Where the header says how far lines are indented, spaces beyond that are text.
        if spaces < text.len() || explicit.is_some_and(|least| spaces > least) {
            if spaces <= parent {
                break;
            }
            let least = *indent.get_or_insert_with(|| {
                block.text = at + spaces + 1;
                spaces
            });
            if spaces < least {
                break;
            }
            block.indent = least;
            block.length = at + text.len();
        }
        at += line.len();
    }
    block
}

/// What follows the `|` or `>` of a block scalar: digits, `+`, `-`.
fn indicators(block: &str) -> impl Iterator<Item = char> {
    block.chars().skip(1).take_while(|c| matches!(c, '+' | '-' | '0'..='9'))
}

/// Where the flow collection ends whose last item ends before byte `from`: after its bracket.
pub(super) fn bracket(source: &str, from: usize) -> usize {
    let mut rest = source.get(from..).unwrap_or_default();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        match rest.strip_prefix('#') {
            Some(comment) => rest = comment.trim_start_matches(|c| c != '\n'),
            None => return source.len() - rest.len() + usize::from(rest.starts_with([']', '}'])),
        }
    }
}

/// Whether a block keeps all line ends after its text: `|+`.
pub(super) fn keeps_breaks(block: &str) -> bool {
    indicators(block).any(|c| c == '+')
}

/// Whether the last line of a text belongs to the block scalar at its end, whose lines start at column `indent`:
/// it holds text, or more spaces than that. `after` is what follows the block's last line that holds text.
pub(super) fn last_line_is_text(after: &str, indent: usize) -> bool {
    after.trim_end_matches('\n').rsplit_once('\n').is_none_or(|(_, last)| last.len() > indent)
}

/// Length of a word: an alias and its name.
pub(super) fn word(source: &str) -> usize {
    source.find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}')).unwrap_or(source.len())
}
