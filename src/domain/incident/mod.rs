//! Incidents: what is broken, since when, and who works on it.
