//! The order of a map's keys (go-yaml's `sorter.go`): letters after everything else, digits by the number
//! that they write.

use std::cmp::Ordering;
use std::sync::LazyLock;

use regex::Regex;

use crate::yaml::node::{Entry, Map};

/// The entries in the order in which they are printed.
///
/// go-yaml's rule is no order on some sets of keys (`2` before `12` before `1x` before `2`): there its
/// output changes from run to run. Here it is one of those that it gives.
pub(super) fn sorted(map: &Map) -> Vec<&Entry> {
    let mut entries: Vec<(&str, &Entry)> = map.iter().map(|entry| (&*entry.key.text, entry)).collect();
    // From the same start, however the map was put together.
    entries.sort_by(|a, b| a.0.cmp(b.0));
    merge_sort(entries, &|a, b| compare(a.0, b.0)).into_iter().map(|(_, entry)| entry).collect()
}

/// The sorts of the standard library may panic when the order is none.
fn merge_sort<T>(mut items: Vec<T>, compare: &dyn Fn(&T, &T) -> Ordering) -> Vec<T> {
    if items.len() < 2 {
        return items;
    }
    let right = items.split_off(items.len() / 2);
    let mut sorted = Vec::with_capacity(items.len() + right.len());
    let mut right = merge_sort(right, compare).into_iter().peekable();
    for left in merge_sort(items, compare) {
        while let Some(smaller) = right.next_if(|item| compare(item, &left).is_lt()) {
            sorted.push(smaller);
        }
        sorted.push(left);
    }
    sorted.extend(right);
    sorted
}

fn compare(a: &str, b: &str) -> Ordering {
    let same = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum();
    let (Some((common, rest_a)), Some((_, rest_b))) = (a.split_at_checked(same), b.split_at_checked(same)) else {
        return a.cmp(b);
    };
    let (Some(x), Some(y)) = (rest_a.chars().next(), rest_b.chars().next()) else {
        return a.len().cmp(&b.len());
    };
    match (is_letter(x), is_letter(y)) {
        (true, true) => return x.cmp(&y),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    // A zero counts when the number that it continues has begun.
    let begun = || common.chars().rev().take_while(|c| is_digit(*c)).any(|c| c != '0');
    let start = i64::from((x == '0' || y == '0') && begun());
    let ((number_a, digits_a), (number_b, digits_b)) = (number(rest_a, start), number(rest_b, start));
    number_a.cmp(&number_b).then(digits_a.cmp(&digits_b)).then(x.cmp(&y))
}

/// The number that the digits at the start of `text` continue, overflowing as Go's does, and their count.
fn number(text: &str, start: i64) -> (i64, usize) {
    let digits = text.chars().take_while(|c| is_digit(*c));
    digits.fold((start, 0), |(number, count), digit| {
        let value = i64::from(u32::from(digit)) - i64::from(b'0');
        (number.wrapping_mul(10).wrapping_add(value), count + 1)
    })
}

/// Go's `unicode.IsDigit`.
fn is_digit(c: char) -> bool {
    static DIGIT: LazyLock<Regex> = LazyLock::new(|| category(r"\p{Nd}"));
    c.is_ascii_digit() || (!c.is_ascii() && DIGIT.is_match(c.encode_utf8(&mut [0; 4])))
}

/// Go's `unicode.IsLetter`, which is narrower than `char::is_alphabetic`.
fn is_letter(c: char) -> bool {
    static LETTER: LazyLock<Regex> = LazyLock::new(|| category(r"\p{L}"));
    c.is_ascii_alphabetic() || (!c.is_ascii() && LETTER.is_match(c.encode_utf8(&mut [0; 4])))
}

#[expect(clippy::expect_used, reason = "the patterns stand above")]
fn category(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a valid pattern")
}
