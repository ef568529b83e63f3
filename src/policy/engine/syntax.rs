//! Expressions as they are written: what is in them, and where they start and end.

use regorus::unstable::{Expr, Literal, LiteralStmt, Ref, Span};

/// The expressions right within another, in order; those of a comprehension's query and called names left out.
pub(super) fn children(expression: &Ref<Expr>) -> Vec<&Ref<Expr>> {
    match expression.as_ref() {
        Expr::Array { items, .. } | Expr::Set { items, .. } | Expr::Call { params: items, .. } => {
            items.iter().collect()
        }
        Expr::Object { fields, .. } => fields.iter().flat_map(|(_, key, value)| [key, value]).collect(),
        Expr::UnaryExpr { expr: one, .. } | Expr::RefDot { refr: one, .. } => vec![one],
        Expr::RefBrack { refr: left, index: right, .. }
        | Expr::BinExpr { lhs: left, rhs: right, .. }
        | Expr::BoolExpr { lhs: left, rhs: right, .. }
        | Expr::ArithExpr { lhs: left, rhs: right, .. }
        | Expr::AssignExpr { lhs: left, rhs: right, .. } => vec![left, right],
        Expr::Membership { key, value, collection, .. } => key.iter().chain([value, collection]).collect(),
        _ => Vec::new(),
    }
}

/// Whether an expression holds nothing but what is written.
pub(super) fn is_constant(expression: &Ref<Expr>) -> bool {
    match expression.as_ref() {
        Expr::String { .. } | Expr::RawString { .. } | Expr::Number { .. } | Expr::Bool { .. } | Expr::Null { .. } => {
            true
        }
        Expr::Array { items, .. } | Expr::Set { items, .. } => items.iter().all(is_constant),
        Expr::Object { fields, .. } => fields.iter().all(|(_, key, value)| is_constant(key) && is_constant(value)),
        Expr::UnaryExpr { expr, .. } => is_constant(expr),
        // `set()`
        Expr::Call { fcn, params, .. } => params.is_empty() && fcn.span().text() == "set",
        _ => false,
    }
}

/// A span as written: where its last word is a string, the interpreter's own (regorus 0.14) leave out the closing quote.
pub(super) fn closed(span: &Span) -> Span {
    let bytes = span.text().as_bytes();
    let (mut at, mut open) = (0, None);
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match (open, byte) {
            (Some(b'"'), b'\\') => at += 1,
            (Some(quote), _) if *byte == quote => open = None,
            (None, b'"' | b'`') => open = Some(*byte),
            (None, b'#') => {
                let rest = bytes.get(at..).unwrap_or_default();
                at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            }
            _ => {}
        }
    }
    Span { end: span.end + u32::from(open.is_some()), ..span.clone() }
}

/// Whether it is a call without arguments or `set()`, whose span takes in what follows (regorus 0.14).
fn is_bare(expression: &Ref<Expr>) -> bool {
    matches!(expression.as_ref(), Expr::Call { params: items, .. } | Expr::Set { items, .. } if items.is_empty())
}

/// The span of an expression as written. The interpreter's own leave out the quotes of strings, and those of objects
/// start at the last key.
pub(super) fn outer(expression: &Ref<Expr>) -> Span {
    let span = expression.span();
    let text = span.source.contents();
    if let Expr::Object { fields, .. } = expression.as_ref() {
        let first = fields.first().map(|(_, key, _)| outer(key).start);
        let opened = first.and_then(|first| opening_brace(text.get(..first as usize)?));
        return closed(&Span { start: opened.unwrap_or(span.start), ..span.clone() });
    }
    if is_bare(expression)
        && let Some(length) = text.get(span.start as usize..).and_then(|text| text.find(')'))
    {
        return Span { end: span.start + u32::try_from(length + 1).unwrap_or_default(), ..span.clone() };
    }
    let quoted = matches!(expression.as_ref(), Expr::String { .. } | Expr::RawString { .. });
    let before = (span.start as usize).checked_sub(1).and_then(|at| text.as_bytes().get(at));
    let after = text.as_bytes().get(span.end as usize);
    if quoted && matches!(before, Some(b'"' | b'`')) && before == after {
        return Span { start: span.start - 1, end: span.end + 1, ..span.clone() };
    }
    closed(span)
}

/// Where the brace stands that `before` ends with, but for space and comments.
fn opening_brace(before: &str) -> Option<u32> {
    let bare = before.trim_end();
    if bare.ends_with('{') {
        return u32::try_from(bare.len() - 1).ok();
    }
    // A comment, alone on its line or behind the brace.
    let start = bare.rfind('\n').map_or(0, |at| at + 1);
    let line = bare.get(start..)?;
    let comment = line.match_indices('#').map(|(at, _)| at).find(|at| {
        let code = line.get(..*at).unwrap_or_default().trim_end();
        code.is_empty() || code.ends_with('{')
    })?;
    opening_brace(before.get(..start + comment)?)
}

/// An expression as written.
pub(super) fn whole(expression: &Ref<Expr>) -> &str {
    let span = outer(expression);
    let range = span.start as usize..span.end as usize;
    expression.span().source.contents().get(range).unwrap_or_default()
}

/// The span of a statement as written, with the quotes and braces of what is at its ends.
pub(super) fn statement(statement: &LiteralStmt) -> Span {
    let mut span = statement.span.clone();
    let mut last = match &statement.literal {
        Literal::Expr { expr, .. } => {
            span.start = span.start.min(start(expr));
            Some(expr)
        }
        Literal::NotExpr { expr, .. } | Literal::SomeIn { collection: expr, .. } => Some(expr),
        Literal::SomeVars { .. } | Literal::Every { .. } => None,
    };
    if let Some(with) = statement.with_mods.last() {
        last = Some(&with.r#as);
    }
    if let Some(last) = last.map(last_of) {
        let end = outer(last).end;
        span.end = if is_bare(last) { end } else { span.end.max(end) };
    }
    span
}

/// Where an expression starts: some begin with another.
fn start(expression: &Ref<Expr>) -> u32 {
    let own = outer(expression).start;
    children(expression).first().map_or(own, |first| own.min(start(first)))
}

/// What an expression ends with: those with an operator end with what is right of it.
fn last_of(expression: &Ref<Expr>) -> &Ref<Expr> {
    match expression.as_ref() {
        Expr::BinExpr { rhs: last, .. }
        | Expr::BoolExpr { rhs: last, .. }
        | Expr::ArithExpr { rhs: last, .. }
        | Expr::AssignExpr { rhs: last, .. }
        | Expr::UnaryExpr { expr: last, .. }
        | Expr::Membership { collection: last, .. } => last_of(last),
        _ => expression,
    }
}
