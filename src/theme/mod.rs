//! Colours by meaning: roles, theme files, colour depth.
