//! What a key means.

use super::place::Screen;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Go(Screen),
    /// The worst SLO.
    Worst,
    Open,
    /// Shows or hides the children of a group.
    Fold,
    Back,
    Filter,
    /// The runbook of the selection.
    Runbook,
    /// Why the figures of the SLO in view are what they are.
    Explain,
    /// What they would be with another target, window or method.
    WhatIf,
    /// Traces of the service in view.
    Traces,
    /// The id of the selection into the clipboard.
    Copy,
    /// The chosen knob of what-if, by one step.
    Less,
    More,
    /// Knobs back to where the configuration has them.
    Reset,
    Zoom,
    Wider,
    Narrower,
    PollNow,
    Freeze,
    Up,
    Down,
    HalfUp,
    HalfDown,
    PageUp,
    PageDown,
    Top,
    Bottom,
    Left,
    Right,
    NextPanel,
    PreviousPanel,
    /// The next service, section or SLO, whichever the screen is about.
    Next,
    Previous,
    Repaint,
    Suspend,
    Quit,
}

impl Action {
    /// Actions that move a cursor or scroll.
    pub fn is_movement(self) -> bool {
        matches!(
            self,
            Self::Up
                | Self::Down
                | Self::HalfUp
                | Self::HalfDown
                | Self::PageUp
                | Self::PageDown
                | Self::Top
                | Self::Bottom
        )
    }
}
