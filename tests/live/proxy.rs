//! A relay that counts.
