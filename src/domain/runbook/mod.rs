//! Runbooks: Markdown as blocks, search, and the way from an alert to its page.

mod fences;
mod front;
mod html;
pub mod page;
mod parse;
mod shortcodes;
