//! Everything the program may ask of the world.

use std::sync::Arc;

use crate::domain::slo::correction::Correction;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Ask every backend now.
    PollNow,
    /// Judge by these maintenance windows of the log from now on.
    Correct(Arc<[Correction]>),
    /// Draw every cell again.
    Repaint,
    /// Give the terminal back until the shell says `fg`.
    Suspend,
    Quit,
}
