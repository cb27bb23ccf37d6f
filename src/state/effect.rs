//! Everything the program may ask of the world.

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Ask every backend now.
    PollNow,
    /// Draw every cell again.
    Repaint,
    /// Give the terminal back until the shell says `fg`.
    Suspend,
    Quit,
}
