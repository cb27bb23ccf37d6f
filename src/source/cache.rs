//! Ledgers kept on disk between runs: disposable, private, keyed by what was asked.
