//! Whether cells of a given width can show what a tier looks at.

use super::Tier;
use crate::domain::slo::ledger::FINE_SPAN;
use crate::domain::slo::window::Window;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Its windows are whole cells, or long enough that an edge does not matter.
    Clear,
    /// A window ends inside a cell, whose events are taken to be spread evenly.
    Blurred,
    /// A window is shorter than a cell: nothing is known of the tier, which is not the same as quiet.
    Blind,
}

impl Tier {
    /// How well it is seen in cells of width `cell`.
    pub fn sight(&self, cell: Window) -> Sight {
        let width = cell.as_seconds();
        let odd = |window: Window| window.as_seconds() % width != 0 && window.as_seconds() <= FINE_SPAN;
        if self.short < cell {
            Sight::Blind
        } else if odd(self.short) || odd(self.long) {
            Sight::Blurred
        } else {
            Sight::Clear
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slo::tier::pyrra;

    #[test]
    fn a_weeks_tiers_in_cells_of_one_and_five_minutes() {
        let sights = |cell: i64| {
            let tiers = pyrra(Window::days(7)).unwrap();
            tiers.iter().map(|tier| tier.sight(Window::minutes(cell))).collect::<Vec<_>>()
        };
        assert_eq!(sights(1), [Sight::Clear; 4]);
        assert_eq!(sights(5), [Sight::Blind, Sight::Blurred, Sight::Clear, Sight::Clear]);
    }
}
