//! The event log: envelopes, kinds, and the fold of events into state.
