//! Recordings: everything that backends answered in a file, and sources that answer from it again.
//!
//! A recorder stands around each source and writes one line an answer. A replay takes the same questions, and
//! answers what was known at its own time, which is that of the recording.

mod convert;
mod line;
mod points;
mod read;
mod recorder;
mod replay;
mod tape;
mod way;

#[cfg(test)]
mod tests;

pub use line::{Backend, Definition, Header, Maintenance, Service, Step, VERSION};
pub use read::{Recording, open};
pub use recorder::{Define, MOST, Recorder};
pub use replay::Undefine;

/// What these bytes are as a recording.
#[cfg(fuzzing)]
pub fn door(bytes: &[u8]) -> Result<Recording, String> {
    read::read(bytes)
}
