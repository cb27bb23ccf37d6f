//! What the program knows and what can happen: data only.

pub mod action;
pub mod effect;
pub mod key;
pub mod keymap;
pub mod message;
pub mod model;
pub mod place;
pub mod tracing;
pub mod view;
pub mod what_if;

pub use action::Action;
pub use effect::Effect;
pub use key::Key;
pub use message::Message;
pub use model::{Model, Setup};
pub use place::{PanelId, Screen};
pub use tracing::{Listing, OpenTrace, Seen, Standing, TraceBackend, Traces};
pub use view::{Cursor, OpenPage, Prompt, View};
pub use what_if::Trial;
