//! What the interpreter (regorus 0.14) would evaluate to something else than OPA does, and is refused.

use regorus::unstable::Span;

use super::source::Sources;
use crate::source::Problem;

/// A construct that would be evaluated to something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misread {
    /// An index in the value of a rule that goes on with `else`: every key would be taken in turn, as if nothing in the
    /// body had chosen one.
    Forgotten,
    /// `_` under `not`.
    Wild,
    /// A variable of `every` where a pattern stands: it would be set instead of compared.
    Rebound,
    /// `walk` that is not a statement of its own with two arguments: nothing would be found.
    Walk,
    /// `walk` whose second argument fits no path and value.
    Pair,
    /// A function named `walk`: its result would be taken for that of the built-in function.
    OwnWalk,
}

/// Refuses a construct.
pub(super) fn refused(how: Misread, span: &Span, sources: &Sources) -> Problem {
    let text = sources.text(span);
    let (message, hint) = match how {
        Misread::Forgotten => (
            format!("`{text}` would be taken for every key: an `else` follows"),
            "this is a limit of the interpreter: give the value a name in the body, and that name to the rule",
        ),
        Misread::Wild => (
            "`not` needs one value here, not any that there is".to_owned(),
            "write what is negated as a rule of its own, or say it with `every`",
        ),
        Misread::Rebound => (
            format!("`{text}` is a variable of `every` and would be set here instead of compared"),
            "this is a limit of the interpreter: compare with `==`, assign with `:=`, or move the body of `every` into a function",
        ),
        Misread::Walk => (
            "`walk` finds nothing in this form".to_owned(),
            "this is a limit of the interpreter: write `walk(input, [path, value])` as a statement of its own, \
             for `not` and `every` in a rule of its own",
        ),
        Misread::Pair => (
            "the second argument of `walk` must be a path and a value".to_owned(),
            "write `walk(input, [path, value])`",
        ),
        Misread::OwnWalk => (
            "a function named `walk` cannot be called by that name alone".to_owned(),
            "this is a limit of the interpreter: give the function another name",
        ),
    };
    Problem::new(message).at(sources.span(span)).hint(hint)
}
