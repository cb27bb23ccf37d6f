//! Who is on call: rotations in civil time, overrides, gaps.
