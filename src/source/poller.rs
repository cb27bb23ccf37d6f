//! One task a backend: asks, keeps the ledgers, judges, reports.
