//! The arithmetic of the domain: scenario files that a person can check by hand, and properties.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]

mod budgets;
mod composites;
mod corrections;
mod data_states;
mod figure;
mod flow;
mod gate;
mod incidents;
mod methods;
mod properties;
mod rates;
mod standing;
mod tiers;
