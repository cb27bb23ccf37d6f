//! Service level objectives: from counts to budgets, burn rates, alerts and policy.

pub mod alert;
pub mod budget;
pub mod burn;
pub mod calendar;
pub mod caveats;
pub mod composite;
pub mod explain;
pub mod forecast;
pub mod grid;
pub mod group;
pub mod history;
pub mod ledger;
pub mod lint;
pub mod method;
pub mod objective;
pub mod pager;
pub mod policy;
pub mod sli;
pub mod spent;
pub mod status;
pub mod tally;
pub mod target;
pub mod tier;
pub mod tool;
pub mod window;
