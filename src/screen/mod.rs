//! The whole picture: what happens (`update`), what is seen (`draw`), and where it stands (`layout`).

pub mod draw;
mod enter;
mod footer;
mod header;
pub mod layout;
mod navigate;
#[cfg(test)]
mod people_keys;
mod runbook_jump;
mod steps;
mod traces;
mod update;

pub use draw::draw;
pub use navigate::go as open;
pub use traces::list as list_traces;
pub use update::update;
