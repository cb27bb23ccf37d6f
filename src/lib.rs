//! burnwatch: the error-budget cockpit for people on call.
//!
//! The library serves our own binary and tests; it promises no stability to anyone else.
//!
//! # The map of the house
//!
//! | folder | holds | may look at |
//! |---|---|---|
//! | [`domain`] | facts and calculations: SLOs, signals, rotas, incidents, runbooks | nothing of ours |
//! | [`theme`] | roles of the screen and their colours | nothing of ours |
//! | [`widget`] | drawing parts that know nothing of SLOs | nothing of ours |
//! | [`config`] | what the user wrote and what it means | `domain` |
//! | [`source`] | where numbers, events and pages come from | `domain` |
//! | [`state`] | what the program knows and what can happen | `domain` |
//! | [`panel`] | one file a panel: rows, reaction, drawing | `domain`, `theme`, `state`, `widget` |
//! | [`screen`] | the whole picture: update, draw, layout | and `panel` |
//! | [`runtime`] | clock, terminal, tasks | all of the above |
//! | [`cli`] | arguments and commands | all |
//!
//! Below all of them is [`text`], the one rule that makes outside text safe; everyone may use it.
//!
//! # Invariants
//!
//! - `domain` never reads a clock, a file or a socket, and knows no terminal.
//! - Drawing reads the model and never changes it; only `screen::update` changes it.
//! - Time is data: only `runtime::clock` asks the system what time it is.
//! - Every figure of an SLO comes from counts kept in a ledger; nothing else asks a backend for it.
//! - A gap is a gap, never a zero; an unknown figure is `None`, never 0.

pub mod cli;
pub mod config;
pub mod domain;
pub mod panel;
pub mod runtime;
pub mod screen;
pub mod source;
pub mod state;
pub mod text;
pub mod theme;
pub mod widget;
