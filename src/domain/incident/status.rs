//! The stages an incident goes through.

use std::fmt;
use std::str::FromStr;

/// In order; stages may be skipped, and a step back is a decision with a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    Detected,
    Acknowledged,
    Investigating,
    Identified,
    Mitigating,
    Monitoring,
    Resolved,
    Closed,
}

impl Status {
    pub const ALL: [Self; 8] = [
        Self::Detected,
        Self::Acknowledged,
        Self::Investigating,
        Self::Identified,
        Self::Mitigating,
        Self::Monitoring,
        Self::Resolved,
        Self::Closed,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Detected => "detected",
            Self::Acknowledged => "acknowledged",
            Self::Investigating => "investigating",
            Self::Identified => "identified",
            Self::Mitigating => "mitigating",
            Self::Monitoring => "monitoring",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }

    /// Neither resolved nor closed.
    pub fn is_open(self) -> bool {
        self < Self::Resolved
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text that is none of the stages.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not a status: detected, acknowledged, investigating, identified, mitigating, monitoring, resolved or closed"
)]
pub struct UnknownStatus(pub String);

impl FromStr for Status {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        let typed = text.trim();
        Self::ALL
            .into_iter()
            .find(|status| status.as_str().eq_ignore_ascii_case(typed))
            .ok_or_else(|| UnknownStatus(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_is_read_back_and_only_the_last_two_are_over() {
        for status in Status::ALL {
            assert_eq!(status.to_string().to_uppercase().parse(), Ok(status));
        }
        let over: Vec<Status> = Status::ALL.into_iter().filter(|s| !s.is_open()).collect();
        assert_eq!(over, [Status::Resolved, Status::Closed]);
        assert!("done".parse::<Status>().unwrap_err().to_string().contains("done"));
    }
}
