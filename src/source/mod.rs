//! source

pub mod journal_file;
