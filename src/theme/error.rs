//! What can be wrong with a theme, said so that its author can mend it.

use std::fmt;

use crate::text::clean;

/// A place in a theme file; the line counts from one and is 0 when the parser gave none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub theme: String,
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "theme {}", clean(&self.theme))?;
        if self.line > 0 { write!(f, ", line {}", self.line) } else { Ok(()) }
    }
}

/// The nearest right name, if one is near enough to be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near(pub Option<String>);

impl Near {
    pub(super) fn to<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Self {
        let likely =
            names.map(|name| (strsim::jaro_winkler(wrong, name), name)).filter(|(score, _)| *score > 0.7);
        Self(likely.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name.to_owned()))
    }
}

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(name) => write!(f, "; did you mean \"{}\"?", clean(name)),
            None => Ok(()),
        }
    }
}

/// A theme that cannot be used. Every message names the theme and, where known, the line; what it quotes is harmless.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThemeError {
    #[error("there is no theme \"{}\"{near}", clean(name))]
    UnknownTheme { name: String, near: Near },
    #[error("theme {}: {}", clean(theme), clean(reason))]
    Unreadable { theme: String, reason: String },
    #[error("{place}: extends \"{}\", which does not exist{near}", clean(base))]
    UnknownBase { place: Place, base: String, near: Near },
    #[error("themes extend each other in a circle: {}", clean(&chain.join(" → ")))]
    Cycle { chain: Vec<String> },
    #[error("{place}: {}", clean(message))]
    Syntax { place: Place, message: String },
    #[error("{place}: unknown key \"{}\"{near}", clean(key))]
    UnknownKey { place: Place, key: String, near: Near },
    #[error("{place}: unknown role \"{}\"{near}", clean(role))]
    UnknownRole { place: Place, role: String, near: Near },
    #[error(
        "{place}: role \"{role}\" wants the colour \"{}\", which is not in the palette{near}",
        clean(color)
    )]
    UnknownColor { place: Place, role: String, color: String, near: Near },
    #[error("{place}: \"{}\" is not a colour; write \"#rrggbb\" or a name such as \"blue\"", clean(value))]
    BadColor { place: Place, value: String },
    #[error("{place}: {} must be {wanted}, not {found}", clean(key))]
    WrongType { place: Place, key: String, wanted: &'static str, found: &'static str },
    #[error("{place}: no colour for the role \"{role}\"; name it under [roles], or extend a whole theme")]
    MissingRole { place: Place, role: &'static str },
}
