//! What yaml-rust2's messages mean to somebody who does not know how a scanner works, and what to do.

/// The sentence and the hint for a message.
pub(super) fn explain(info: &str) -> (&str, &'static str) {
    const INDENT: &str = "line up the keys of a map and the dashes of a list, with spaces";
    const QUOTE: &str = "put text that holds such characters in quotes";
    match info {
        "mapping values are not allowed in this context" => {
            ("a `:` may not stand here", "line up the keys of a map, and put text that holds `: ` in quotes")
        }
        "simple key expect ':'" | "simple key expected" => {
            ("this line is no key with a `:`", "write `key: value`, or indent the line if it continues the one above")
        }
        "while parsing a block mapping, did not find expected key" => ("no key of the map stands here", INDENT),
        "while parsing a block collection, did not find expected '-' indicator" => {
            ("no dash of the list stands here", INDENT)
        }
        "block sequence entries are not allowed in this context" => ("a list may not start here", INDENT),
        "while parsing a flow sequence, expected ',' or ']'" => ("a `[` is not closed by `]`", QUOTE),
        "while parsing a flow mapping, did not find expected ',' or '}'" => ("a `{` is not closed by `}`", QUOTE),
        "while scanning a quoted scalar, found unexpected end of stream" => {
            ("the quote that starts here is not closed", "close it; in single quotes, write a quote as two")
        }
        "while scanning a quoted scalar, found unknown escape character" => {
            ("the double quotes hold an unknown escape", "write a backslash as two, or use single quotes")
        }
        "while parsing a node, did not find expected node content" => {
            ("a value is missing here", "write it, or close the bracket above")
        }
        "while parsing node, found unknown anchor" => {
            ("no anchor above has this name", "put text that starts with `*` in quotes, or define the anchor first")
        }
        other => (other, "check the indentation and the quotes of this line and the one above"),
    }
}
