//! The arithmetic of the domain: scenario files that a person can check by hand, and properties.

mod budgets;
mod data_states;
mod figure;
mod flow;
mod incidents;
mod properties;
mod rates;
mod tiers;
