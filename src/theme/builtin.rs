//! The themes that come with the program; a new one is a file in `themes/` and a line here.

/// Name and text of every theme that is built in.
pub const BUILTIN: &[(&str, &str)] = &[
    ("night", include_str!("../../themes/night.toml")),
    ("dusk", include_str!("../../themes/dusk.toml")),
    ("moss", include_str!("../../themes/moss.toml")),
    ("paper", include_str!("../../themes/paper.toml")),
    ("contrast", include_str!("../../themes/contrast.toml")),
    ("deuter", include_str!("../../themes/deuter.toml")),
    ("mono", include_str!("../../themes/mono.toml")),
];

/// The theme that is used when none is named.
pub const DEFAULT: &str = "night";

pub(super) fn builtin(name: &str) -> Option<&'static str> {
    BUILTIN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}
