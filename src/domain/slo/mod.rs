//! Service level objectives: from counts to budgets, burn rates, alerts and policy.
//!
//! In the order in which one builds on the other:
//!
//! - what is promised: [`target`], [`window`], [`calendar`], [`sli`], [`method`], [`objective`], [`group`], [`composite`]
//! - what was counted: [`tally`], [`grid`], [`span`], [`ledger`], and what is taken out of it: [`correction`]
//! - what it comes to: [`budget`], [`burn`], [`forecast`], [`history`], [`spent`], all of it in [`status`]
//! - who is called: [`tier`], [`alert`], and whether the backend's own alerts agree: [`pager`]
//! - what follows: [`policy`], [`standing`]
//! - what is said about it: [`caveats`], [`explain`], [`lint`], [`whatif`]

pub mod alert;
pub mod budget;
pub mod burn;
pub mod calendar;
pub mod caveats;
pub mod composite;
pub mod correction;
pub mod explain;
pub mod forecast;
pub mod grid;
pub mod group;
pub mod history;
pub mod ledger;
pub mod lint;
pub mod method;
pub mod namesake;
pub mod objective;
pub mod pager;
pub mod policy;
pub mod refill;
pub mod sli;
pub mod slug;
pub mod span;
pub mod spent;
pub mod standing;
pub mod status;
pub mod tally;
pub mod target;
pub mod tier;
pub mod tool;
pub mod whatif;
pub mod window;
