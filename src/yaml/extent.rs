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
pub(super) fn single_quoted(source: &str) -> usize {
    let bytes = source.as_bytes();
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
    source.len()
}

/// Length of a double-quoted scalar, quotes included.
pub(super) fn double_quoted(source: &str) -> usize {
    let bytes = source.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    source.len()
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

/// Length of a block scalar from its `|` or `>` to the end of its last line that holds text.
pub(super) fn block(source: &str) -> usize {
    let mut lines = source.split_inclusive('\n');
    let header = lines.next().unwrap_or_default();
    let mut end = header.trim_end().len();
    let mut at = header.len();
    let mut indent = None;
    for line in lines {
        let text = line.trim_end_matches(['\n', '\r']);
        let spaces = text.len() - text.trim_start_matches(' ').len();
        if !text.trim().is_empty() {
            let least = *indent.get_or_insert(spaces);
            if spaces < least || spaces == 0 {
                break;
            }
            end = at + text.len();
        }
        at += line.len();
    }
    end
}

/// Length of a word: an alias and its name.
pub(super) fn word(source: &str) -> usize {
    source.find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}')).unwrap_or(source.len())
}
