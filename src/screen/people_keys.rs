//! Keys on the screens about people and pages, pressed as a reader would.
