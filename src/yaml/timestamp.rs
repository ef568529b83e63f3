//! Dates and times: the forms that go-yaml takes for one, and the text that Go's JSON makes of them.

/// A date, with or without a time.
pub(super) struct Timestamp {
    /// Date and time without the zone, as RFC 3339 writes them.
    local: String,
    /// Minutes east of UTC.
    offset: i32,
}

impl Timestamp {
    /// Reads `2006-1-2`, `2006-1-2 15:4:5.9` or `2006-1-2T15:4:5.9Z07:00`, as Go's `time.Parse` does.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let year = text.get(..4).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()))?;
        let (month, rest) = number(text.get(4..)?.strip_prefix('-')?)?;
        let (day, rest) = number(rest.strip_prefix('-')?)?;
        if day == 0 || day > days(year.parse().ok()?, month)? {
            return None;
        }
        let date = format!("{year}-{month:02}-{day:02}");
        if rest.is_empty() {
            return Some(Self { local: format!("{date}T00:00:00"), offset: 0 });
        }
        let (zoned, clock) = match rest.strip_prefix(['T', 't']) {
            Some(clock) => (true, clock),
            // Go takes any number of spaces for the one in its layout.
            None => (false, rest.strip_prefix(' ')?.trim_start_matches(' ')),
        };
        let (hour, rest) = number(clock)?;
        let (minute, rest) = number(rest.strip_prefix(':')?)?;
        let (second, rest) = number(rest.strip_prefix(':')?)?;
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let (fraction, zone) = fraction(rest);
        let offset = match (zoned, zone) {
            (true, zone) => offset(zone)?,
            (false, "") => 0,
            (false, _) => return None,
        };
        let point = if fraction.is_empty() { "" } else { "." };
        Some(Self { local: format!("{date}T{hour:02}:{minute:02}:{second:02}{point}{fraction}"), offset })
    }

    /// The time as Go's JSON writes it; `None` where it refuses: a day or more from UTC.
    pub(super) fn rfc3339(&self) -> Option<String> {
        let (hours, minutes) = (self.offset.abs() / 60, self.offset.abs() % 60);
        match self.offset {
            0 => Some(format!("{}Z", self.local)),
            _ if hours > 23 => None,
            offset => Some(format!("{}{}{hours:02}:{minutes:02}", self.local, if offset < 0 { '-' } else { '+' })),
        }
    }
}

/// One or two digits and what follows them.
fn number(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    Some((text.get(..digits)?.parse().ok()?, text.get(digits..)?))
}

/// Days of a month; `None` where there is no such month.
fn days(year: u32, month: u32) -> Option<u32> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 => Some(if leap { 29 } else { 28 }),
        _ => None,
    }
}

/// The fraction of a second, cut to nanoseconds and without zeros at its end, and what follows it.
fn fraction(text: &str) -> (&str, &str) {
    let Some(tail) = text.strip_prefix(['.', ',']) else { return ("", text) };
    let end = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
    match (tail.get(..end.min(9)), tail.get(end..)) {
        (Some(digits), Some(rest)) if end > 0 => (digits.trim_end_matches('0'), rest),
        _ => ("", text),
    }
}

/// Minutes east of UTC of `Z` or `+07:00`. Go lets 24 hours and 60 minutes pass.
fn offset(zone: &str) -> Option<i32> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, digits) = (zone.get(..1)?, zone.get(1..)?);
    let (hours, minutes) = digits.split_once(':')?;
    let two = |text: &str, most: i32| -> Option<i32> {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|value| digits && *value <= most)
    };
    let minutes = two(hours, 24)? * 60 + two(minutes, 60)?;
    match sign {
        "+" => Some(minutes),
        "-" => Some(-minutes),
        _ => None,
    }
}
