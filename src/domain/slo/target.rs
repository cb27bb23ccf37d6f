//! Targets, read as decimals so that `99.9%` leaves a budget of exactly one in a thousand.

use std::fmt;
use std::str::FromStr;

/// The share of events that must be good, and its complement. Both are the floats nearest to the
/// decimals that were written; the budget is never computed as `1.0 - ratio`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    ratio: f64,
    budget: f64,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    #[error("`{0}` is not a target; write a percentage as text, such as \"99.9%\", or a ratio such as 0.999")]
    Malformed(String),
    #[error("`{0}` is ambiguous: as a percentage write \"{0}%\", as a ratio write a number below 1")]
    Ambiguous(String),
    #[error("`{0}` is not between 0 and 100 %")]
    OutOfRange(String),
}

impl Target {
    /// Share of events that must be good, above 0 and at most 1.
    pub fn ratio(self) -> f64 {
        self.ratio
    }

    /// Share of events that may be bad, `1 − ratio`; 0 for a 100 % target.
    pub fn budget(self) -> f64 {
        self.budget
    }

    /// The highest burn rate there can be, reached when every event is bad.
    pub fn max_burn(self) -> f64 {
        1.0 / self.budget
    }

    fn from_decimal(text: &str, digits: &str, percent: bool) -> Result<Self, TargetError> {
        let malformed = || TargetError::Malformed(text.to_owned());
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || all.len() > 17 || !all.bytes().all(|b| b.is_ascii_digit()) {
            return Err(malformed());
        }
        let value: i64 = all.parse().map_err(|_| malformed())?;
        let places = fraction.len() as u32 + if percent { 2 } else { 0 };
        let one = 10_i64.checked_pow(places).ok_or_else(malformed)?;
        if value <= 0 || value > one {
            // A bare 99.9 can only be meant as a percentage; a bare 5 could be either.
            let bare = value as f64 / one as f64;
            if !percent && bare > 1.0 && bare < 50.0 {
                return Err(TargetError::Ambiguous(text.to_owned()));
            }
            if !percent && (50.0..=100.0).contains(&bare) {
                return Self::from_decimal(text, digits, true);
            }
            return Err(TargetError::OutOfRange(text.to_owned()));
        }
        Ok(Self { ratio: value as f64 / one as f64, budget: (one - value) as f64 / one as f64 })
    }
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let trimmed = text.trim();
        match trimmed.strip_suffix('%') {
            Some(digits) => Self::from_decimal(text, digits.trim_end(), true),
            None => Self::from_decimal(text, trimmed, false),
        }
    }
}

impl fmt::Display for Target {
    /// As a percentage with all its digits: `99.9%`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The smaller of the two has all digits; the other may be 1 to a float without being it.
        let small = self.ratio.min(self.budget).to_string();
        let fraction = small.split_once('.').map_or("", |(_, fraction)| fraction);
        let (places, digits) = (fraction.len().max(2) as u32, fraction.parse().unwrap_or(0));
        let digits = digits * 10_u128.pow(places - fraction.len() as u32);
        let one = 10_u128.pow(places);
        let share = if self.ratio < self.budget { digits } else { one - digits };
        let (whole, rest) = (share / (one / 100), share % (one / 100));
        let text = format!("{whole}.{rest:0width$}", width = places as usize - 2);
        write!(f, "{}%", text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_exact() {
        for (text, ratio, budget) in [
            ("99.9%", 0.999, 0.001),
            ("0.999", 0.999, 0.001),
            ("99.99 %", 0.9999, 0.0001),
            ("99.95", 0.9995, 0.0005),
            ("95%", 0.95, 0.05),
            ("1", 1.0, 0.0),
            ("100%", 1.0, 0.0),
            ("99.999%", 0.99999, 0.00001),
        ] {
            let target: Target = text.parse().unwrap();
            assert_eq!((target.ratio(), target.budget()), (ratio, budget), "{text}");
        }
    }

    #[test]
    fn refuses_what_could_mean_two_things() {
        assert_eq!("5".parse::<Target>(), Err(TargetError::Ambiguous("5".into())));
        assert_eq!("1.5".parse::<Target>(), Err(TargetError::Ambiguous("1.5".into())));
        for text in ["0", "0%", "101%", "150", "-1", "1e-3", "abc", "", "%", "99,9%", "9.9.9"] {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
    }

    #[test]
    fn prints_the_digits_that_matter() {
        for text in [
            "99.9%",
            "99.99%",
            "95%",
            "99.999%",
            "100%",
            "50%",
            "10%",
            "0.5%",
            "99.99999999999999%",
            "0.00000000000001%",
        ] {
            let target: Target = text.parse().unwrap();
            assert_eq!(target.to_string(), text);
            assert_eq!(target.to_string().parse(), Ok(target), "a budget that is not 0 stays so");
        }
    }
}
