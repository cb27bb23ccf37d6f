//! source

pub mod runbook_folder;
