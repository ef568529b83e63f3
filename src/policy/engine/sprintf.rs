//! `sprintf` as OPA has it: Go's `fmt.Sprintf` over integers, floats and text.
//!
//! OPA hands on numbers and strings as they are and everything else as the text of the term, so `%t` of
//! a boolean is an error text there too. Go never fails: what does not fit is said in the result.
//! Left out: `%b`, `%x` of floats and `%p`.

use super::escape::escape;
use super::large::MAX_TEXT;

/// A value to format, as OPA hands it to Go.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Argument {
    Int(i128),
    Float(f64),
    Text(String),
}

/// Largest width and precision, as in Go.
const MAX_NUMBER: usize = 1_000_000;

#[derive(Default, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "they are Go's five flags")]
struct Flags {
    plus: bool,
    minus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

/// Formats `arguments` by `format`. What gets longer than a text may be is cut, still longer than that.
pub(super) fn sprintf(format: &str, arguments: &[Argument]) -> String {
    let mut out = String::new();
    let mut next = 0;
    let mut reordered = false;
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%')
        && out.len() <= MAX_TEXT
    {
        out.push_str(before);
        rest = directive(after, arguments, &mut next, &mut reordered, &mut out);
    }
    out.push_str(rest);
    if !reordered && next < arguments.len() {
        let extra: Vec<String> = arguments.iter().skip(next).map(typed).collect();
        out.push_str(&format!("%!(EXTRA {})", extra.join(", ")));
    }
    out
}

/// Reads what follows a `%`, writes what it means, and returns what follows.
fn directive<'a>(
    mut rest: &'a str,
    arguments: &[Argument],
    next: &mut usize,
    reordered: &mut bool,
    out: &mut String,
) -> &'a str {
    let mut flags = Flags::default();
    while let Some(flag) = rest.chars().next() {
        match flag {
            '+' => flags.plus = true,
            '-' => flags.minus = true,
            '#' => flags.sharp = true,
            ' ' => flags.space = true,
            '0' => flags.zero = true,
            _ => break,
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    let mut bad_index = false;
    rest = index(rest, arguments.len(), next, reordered, &mut bad_index);
    (flags.width, rest) = number(rest, arguments, next, "WIDTH", out);
    if let Some(after) = rest.strip_prefix('.') {
        rest = index(after, arguments.len(), next, reordered, &mut bad_index);
        let (precision, after) = number(rest, arguments, next, "PREC", out);
        flags.precision = Some(precision.unwrap_or(0));
        rest = after;
    }
    rest = index(rest, arguments.len(), next, reordered, &mut bad_index);
    let Some(verb) = rest.chars().next() else {
        out.push_str("%!(NOVERB)");
        return rest;
    };
    rest = rest.get(verb.len_utf8()..).unwrap_or_default();
    match arguments.get(*next) {
        _ if verb == '%' => out.push('%'),
        _ if bad_index => out.push_str(&format!("%!{verb}(BADINDEX)")),
        None => out.push_str(&format!("%!{verb}(MISSING)")),
        Some(argument) => {
            *next += 1;
            out.push_str(&one(verb, argument, flags));
        }
    }
    rest
}

/// Reads `[n]`, which chooses the argument.
fn index<'a>(rest: &'a str, count: usize, next: &mut usize, reordered: &mut bool, bad: &mut bool) -> &'a str {
    let Some((inside, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) else { return rest };
    *reordered = true;
    match inside.parse::<usize>() {
        Ok(number) if (1..=count).contains(&number) => *next = number - 1,
        _ => *bad = true,
    }
    after
}

/// Reads digits, or `*` for the next argument.
fn number<'a>(
    rest: &'a str,
    arguments: &[Argument],
    next: &mut usize,
    what: &str,
    out: &mut String,
) -> (Option<usize>, &'a str) {
    if let Some(after) = rest.strip_prefix('*') {
        let wanted = match arguments.get(*next) {
            Some(Argument::Int(value)) => usize::try_from(*value).ok().filter(|value| *value <= MAX_NUMBER),
            _ => None,
        };
        *next += 1;
        if wanted.is_none() {
            out.push_str(&format!("%!(BAD{what})"));
        }
        return (wanted, after);
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, after) = rest.split_at_checked(digits).unwrap_or(("", rest));
    (digits.parse().ok().filter(|value| *value <= MAX_NUMBER), after)
}

fn one(verb: char, argument: &Argument, flags: Flags) -> String {
    match (verb, argument) {
        ('T', _) => pad(type_name(argument).to_owned(), flags),
        ('v' | 'd' | 'b' | 'o' | 'O' | 'x' | 'X' | 'c' | 'q' | 'U', Argument::Int(value)) => int(verb, *value, flags),
        // Go's big numbers write themselves, and take `%s` too.
        ('s', Argument::Int(value)) if i64::try_from(*value).is_err() => int('d', *value, flags),
        ('v' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G', Argument::Float(value)) => float(verb, *value, flags),
        ('v' | 's' | 'x' | 'X' | 'q', Argument::Text(text)) => self::text(verb, text, flags),
        _ => format!("%!{verb}({})", typed(argument)),
    }
}

fn type_name(argument: &Argument) -> &'static str {
    match argument {
        Argument::Int(value) if i64::try_from(*value).is_ok() => "int64",
        Argument::Int(_) => "*big.Int",
        Argument::Float(_) => "float64",
        Argument::Text(_) => "string",
    }
}

fn typed(argument: &Argument) -> String {
    format!("{}={}", type_name(argument), one('v', argument, Flags::default()))
}

fn int(verb: char, value: i128, flags: Flags) -> String {
    let size = value.unsigned_abs();
    let character = || u32::try_from(value).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
    let (prefix, digits) = match verb {
        'c' => return pad(character().to_string(), flags),
        'q' => return pad(format!("'{}'", escape(&character().to_string(), '\'')), flags),
        'U' => return pad(format!("U+{size:04X}"), flags),
        'b' => (if flags.sharp { "0b" } else { "" }, format!("{size:b}")),
        'o' => (if flags.sharp { "0" } else { "" }, format!("{size:o}")),
        'O' => ("0o", format!("{size:o}")),
        'x' => (if flags.sharp { "0x" } else { "" }, format!("{size:x}")),
        'X' => (if flags.sharp { "0X" } else { "" }, format!("{size:X}")),
        _ => ("", size.to_string()),
    };
    // `%+v` asks for more detail, not for a sign.
    let plus = flags.plus && verb != 'v';
    let sign = if value < 0 { "-" } else { sign(plus, flags.space) };
    let least = match (flags.precision, flags.width) {
        (Some(precision), _) => precision,
        (None, Some(width)) if flags.zero && !flags.minus => width.saturating_sub(sign.len() + prefix.len()),
        _ => 0,
    };
    let zeros = "0".repeat(least.saturating_sub(digits.len()));
    pad(format!("{sign}{prefix}{zeros}{digits}"), Flags { zero: false, ..flags })
}

fn sign(plus: bool, space: bool) -> &'static str {
    match (plus, space) {
        (true, _) => "+",
        (false, true) => " ",
        (false, false) => "",
    }
}

fn float(verb: char, value: f64, flags: Flags) -> String {
    let size = value.abs();
    let digits = match (verb, flags.precision) {
        ('e' | 'E', precision) => exponent(&format!("{size:.*e}", precision.unwrap_or(6))),
        ('f' | 'F', precision) => format!("{size:.*}", precision.unwrap_or(6)),
        (_, None) => general(&format!("{size:e}"), 6),
        (_, Some(precision)) => {
            let digits = precision.max(1);
            general(&trim_zeros(&format!("{size:.*e}", digits - 1)), digits)
        }
    };
    let digits = if verb.is_ascii_uppercase() { digits.to_uppercase() } else { digits };
    let sign = if value.is_sign_negative() { "-" } else { sign(flags.plus && verb != 'v', flags.space) };
    let zeros = match flags.width {
        Some(width) if flags.zero && !flags.minus => "0".repeat(width.saturating_sub(sign.len() + digits.len())),
        _ => String::new(),
    };
    pad(format!("{sign}{zeros}{digits}"), Flags { zero: false, ..flags })
}

/// Rust's `1.5e-7` as Go's `1.5e-07`.
fn exponent(text: &str) -> String {
    let (mantissa, power) = text.split_once('e').unwrap_or((text, "0"));
    let (sign, power) = power.strip_prefix('-').map_or(('+', power), |power| ('-', power));
    format!("{mantissa}e{sign}{power:0>2}")
}

/// Takes the zeros off the end of the fraction of `1.500e3`.
fn trim_zeros(text: &str) -> String {
    let (mantissa, power) = text.split_once('e').unwrap_or((text, "0"));
    let short = if mantissa.contains('.') { mantissa.trim_end_matches('0').trim_end_matches('.') } else { mantissa };
    format!("{short}e{power}")
}

/// `%g`: digits of `1.5e3` with an exponent only where it is below -4 or not below `most`.
fn general(text: &str, most: usize) -> String {
    let (mantissa, power) = text.split_once('e').unwrap_or((text, "0"));
    let power: i32 = power.parse().unwrap_or_default();
    if power < -4 || power >= i32::try_from(most).unwrap_or(i32::MAX) {
        return exponent(text);
    }
    let digits = mantissa.replace('.', "");
    let Ok(whole) = usize::try_from(power + 1) else {
        return format!("0.{}{digits}", "0".repeat(usize::try_from(-power - 1).unwrap_or_default()));
    };
    match digits.split_at_checked(whole) {
        None | Some((_, "")) => format!("{digits:0<whole$}"),
        Some(("", fraction)) => format!("0.{fraction}"),
        Some((digits, fraction)) => format!("{digits}.{fraction}"),
    }
}

fn text(verb: char, text: &str, flags: Flags) -> String {
    let cut: String = match flags.precision {
        Some(most) => text.chars().take(most).collect(),
        None => text.to_owned(),
    };
    let shown = match verb {
        'q' => format!("\"{}\"", escape(&cut, '"')),
        'v' if flags.sharp => format!("\"{}\"", escape(&cut, '"')),
        'x' | 'X' => {
            let bytes: Vec<String> = cut.bytes().map(|byte| format!("{byte:02x}")).collect();
            let hex = bytes.join(if flags.space { " " } else { "" });
            if verb == 'X' { hex.to_uppercase() } else { hex }
        }
        _ => cut,
    };
    pad(shown, flags)
}

fn pad(text: String, flags: Flags) -> String {
    let Some(width) = flags.width else { return text };
    let fill = width.saturating_sub(text.chars().count());
    match (flags.minus, flags.zero) {
        (true, _) => text + &" ".repeat(fill),
        (false, true) => "0".repeat(fill) + &text,
        (false, false) => " ".repeat(fill) + &text,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::Value as Json;

    use super::*;

    /// Each line: format, arguments, what Go 1.26 makes of them, integers being int64 as OPA 1.22 hands them on.
    #[test]
    fn formats_as_go_does() {
        for line in include_str!("../../../testdata/rego/sprintf.tsv").lines() {
            let parts: Vec<Json> = line.split('\t').map(|part| serde_json::from_str(part).unwrap()).collect();
            let arguments: Vec<Argument> = parts[1].as_array().unwrap().iter().map(argument).collect();
            assert_eq!(Json::from(sprintf(parts[0].as_str().unwrap(), &arguments)), parts[2], "{line}");
        }
    }

    fn argument(json: &Json) -> Argument {
        match json {
            Json::String(text) => Argument::Text(text.clone()),
            Json::Number(number) if number.is_i64() => Argument::Int(number.as_i64().unwrap().into()),
            number if number.as_f64().unwrap() > 1e29 => Argument::Int(123_456_789_012_345_678_901_234_567_890),
            number => Argument::Float(number.as_f64().unwrap()),
        }
    }
}
