//! What must be seen on the screens of SLOs, signals, sources and help, from counts that are known.

mod hostile;
mod sample;
mod seen;
