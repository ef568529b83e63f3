//! Numbers as Kubernetes writes them.

/// The value of a quantity: `250m`, `1.5Gi`, `2e3`, `80%`.
pub(super) fn parse(text: &str) -> Option<f64> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-'))).unwrap_or(text.len());
    let (number, suffix) = text.split_at_checked(end)?;
    let number: f64 = number.parse().ok()?;
    let factor = match suffix {
        "" | "%" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1_048_576.0,
        "Gi" => 1_073_741_824.0,
        "Ti" => 1_099_511_627_776.0,
        "Pi" => 1_125_899_906_842_624.0,
        "Ei" => 1_152_921_504_606_846_976.0,
        exponent => {
            let power: i32 = exponent.strip_prefix(['e', 'E'])?.parse().ok()?;
            10_f64.powi(power)
        }
    };
    Some(number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_compare_across_their_units() {
        for (small, large) in [("500m", "1"), ("900Mi", "1Gi"), ("1G", "1Gi"), ("2e3", "3k"), ("9", "10%")] {
            assert!(parse(small) < parse(large), "{small} {large}");
        }
        assert_eq!(parse("1000m"), parse("1"));
        for text in ["", "big", "1x", "Mi", "1e", "--"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
