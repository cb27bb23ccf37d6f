//! Runbooks: Markdown as blocks, search, and the way from an alert to its page.

mod address;
pub mod dead;
mod fences;
mod front;
mod html;
pub mod lay;
pub mod library;
pub mod page;
mod parse;
pub mod resolve;
pub mod search;
mod shortcodes;
