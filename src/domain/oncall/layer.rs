//! One layer of a schedule: a role, whose turn it is, and when the layer is active.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::rotation::Rotation;
use super::window::Window;

/// Of the active layers with the same role, the one listed last wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// "primary", "secondary", or any other text.
    pub role: String,
    pub turns: Turns,
    /// Active in any of these; always active when there are none.
    pub windows: Vec<Window>,
}

/// Where a layer's turns come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turns {
    Own(Rotation),
    /// The rotation of the first layer with that role, so many places further on.
    /// Overrides of the followed role do not carry over.
    Follows {
        role: String,
        offset: i64,
    },
}

impl Layer {
    /// A layer that is always active.
    pub fn new(role: &str, turns: Turns) -> Self {
        Self { role: role.to_owned(), turns, windows: Vec::new() }
    }

    pub fn active(&self, zone: Tz, at: DateTime<Utc>) -> bool {
        self.windows.is_empty() || self.windows.iter().any(|window| window.covers(zone, at))
    }
}
