//! How bad an incident is: SEV1 to SEV5, or a team's own word.

use std::cmp::Ordering;
use std::fmt;

/// Ordered from worst: SEV1 first, own words after SEV5 by their text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Severity(String);

/// The place of a word that is not one of SEV1 to SEV5.
const OWN: u8 = 6;

impl Severity {
    /// Takes `SEV1`, `sev-1`, `S1` or `1` for SEV1; anything else is kept as typed.
    pub fn new(text: &str) -> Self {
        let typed = text.trim();
        let lower = typed.to_ascii_lowercase();
        let digit = lower.trim_start_matches("sev").trim_start_matches('s').trim_start_matches(['-', ' ']);
        match digit {
            "1" | "2" | "3" | "4" | "5" => Self(format!("SEV{digit}")),
            _ => Self(typed.to_owned()),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// 1 for SEV1 … 5 for SEV5, 6 for own words.
    pub fn rank(&self) -> u8 {
        match self.0.strip_prefix("SEV").map(str::as_bytes) {
            Some([digit @ b'1'..=b'5']) => digit - b'0',
            _ => OWN,
        }
    }

    /// SEV1 and SEV2 make the whole state PAGE.
    pub fn pages(&self) -> bool {
        self.rank() <= 2
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Ord for Severity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Severity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_severity_are_equal() {
        for text in ["SEV1", "sev1", "SEV-1", "S1", " 1 "] {
            assert_eq!(Severity::new(text).as_str(), "SEV1");
        }
        assert_eq!(Severity::new("SEV9").as_str(), "SEV9");
        assert_eq!(Severity::new("major").as_str(), "major");
    }

    #[test]
    fn the_worst_sorts_first_and_own_words_last() {
        let mut found = ["minor", "SEV3", "SEV1", "SEV10", "SEV5"].map(Severity::new);
        found.sort();
        let sorted: Vec<&str> = found.iter().map(Severity::as_str).collect();
        assert_eq!(sorted, ["SEV1", "SEV3", "SEV5", "SEV10", "minor"]);
        assert!(Severity::new("SEV2").pages() && !Severity::new("SEV3").pages());
    }
}
