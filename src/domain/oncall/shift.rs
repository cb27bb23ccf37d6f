//! The length of a shift, in the units people plan in.

use std::fmt;
use std::str::FromStr;

use super::problem::Problem;

/// Days, weeks and months are civil (a week over a clock change is 167 or 169 hours);
/// hours are elapsed time. Always at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    Hours(u32),
    Days(u32),
    Weeks(u32),
    Months(u32),
}

const LONGEST: u32 = 9_999;

impl FromStr for Shift {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let bad = |hint| Problem::BadShift { text: text.chars().take(40).collect(), hint };
        let typed = text.trim();
        let digits = typed.len() - typed.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = typed.split_at(digits);
        let count = number
            .parse()
            .ok()
            .filter(|count| (1..=LONGEST).contains(count))
            .ok_or_else(|| bad("write a whole number from 1 to 9999 and a unit, as in 1w"))?;
        match unit {
            "h" => Ok(Self::Hours(count)),
            "d" => Ok(Self::Days(count)),
            "w" => Ok(Self::Weeks(count)),
            "M" => Ok(Self::Months(count)),
            "m" => Err(bad("months are a capital M, and minutes are too short")),
            "" => Err(bad("the unit is missing: h, d, w or M")),
            _ => Err(bad("the unit is h (hours), d (days), w (weeks) or M (months)")),
        }
    }
}

impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hours(n) => write!(f, "{n}h"),
            Self::Days(n) => write!(f, "{n}d"),
            Self::Weeks(n) => write!(f, "{n}w"),
            Self::Months(n) => write!(f, "{n}M"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_each_unit_and_writes_it_back() {
        for (text, shift) in [
            ("12h", Shift::Hours(12)),
            ("2d", Shift::Days(2)),
            ("1w", Shift::Weeks(1)),
            (" 1M ", Shift::Months(1)),
        ] {
            assert_eq!(text.parse::<Shift>().unwrap(), shift);
            assert_eq!(shift.to_string(), text.trim());
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let hint = |text: &str| text.parse::<Shift>().unwrap_err().to_string();
        assert!(hint("1m").contains("capital M"));
        assert!(hint("7").contains("unit is missing"));
        assert!(hint("0d").contains("whole number"));
        assert!(hint("99999999999w").contains("whole number"));
        assert!(hint("ünd").contains("whole number"));
        assert!(hint("1y").contains("unit is h"));
    }
}
