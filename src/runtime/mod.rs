//! The shell: the only place with a clock, a terminal and tasks.

pub mod catalogue_watch;
pub mod clock;
pub mod drive;
mod inbox;
pub mod inquiry;
pub mod log;
mod mishap;
mod painter;
mod perform;
pub mod run;
mod suspend;
pub mod terminal;

pub use painter::{Canvas, Painter};
