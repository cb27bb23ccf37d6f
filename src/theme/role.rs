//! What a colour means: the roles a theme must fill.

use ratatui::style::{Color, Modifier, Style};

use Color::{Black, Cyan, DarkGray, Gray, Green, LightBlue, LightRed, Magenta, Red, Reset, Yellow};

/// One role: its place in the enum, its key in theme files, whether a bare colour means the background,
/// and how it looks with sixteen colours (fg, bg) and with none (modifiers).
struct Row(Role, &'static str, bool, (Color, Color), Modifier);

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident $key:literal $surface:literal $sixteen:expr, $plain:expr;)*) => {
        /// The meaning of a colour. Panels name roles and never colours.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Role { $($(#[$doc])* $name,)* }
        const ROWS: &[Row] = &[$(Row(Role::$name, $key, $surface, $sixteen, $plain),)*];
        impl Role {
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
        }
    };
}

const PLAIN: Modifier = Modifier::empty();
const LOUD: Modifier = Modifier::BOLD;
const DIM: Modifier = Modifier::DIM;
const TURNED: Modifier = Modifier::REVERSED;
const LOUD_TURNED: Modifier = Modifier::BOLD.union(Modifier::REVERSED);
const LOUD_LINED: Modifier = Modifier::BOLD.union(Modifier::UNDERLINED);

roles! {
    /// Ordinary text.
    Text "text" false (Reset, Reset), PLAIN;
    /// Figures and names that are to be read first.
    Bright "bright" false (Reset, Reset), LOUD;
    /// Labels, units, notes.
    Muted "muted" false (DarkGray, Reset), DIM;
    /// Rules and other lines that only order the page.
    Faint "faint" false (DarkGray, Reset), DIM;
    /// The empty part of gauges and strips.
    Track "track" false (DarkGray, Reset), DIM;
    /// The page itself; the screen is filled with it first.
    Background "background" true (Reset, Reset), PLAIN;
    /// The page of an overlay.
    Panel "panel" true (Reset, Reset), PLAIN;
    /// The selected row.
    Selection "selection" true (Reset, Reset), TURNED;
    /// Focus, keys, links, ids.
    Accent "accent" false (Cyan, Reset), LOUD;
    Ok "ok" false (Green, Reset), PLAIN;
    Warn "warn" false (Yellow, Reset), LOUD;
    Page "page" false (Red, Reset), LOUD;
    /// Budget overspent.
    Exhausted "exhausted" false (Magenta, Reset), LOUD_LINED;
    /// No data, no traffic, stale.
    Unknown "unknown" false (DarkGray, Reset), DIM;
    Latency "latency" false (Cyan, Reset), PLAIN;
    Traffic "traffic" false (LightBlue, Reset), PLAIN;
    Errors "errors" false (LightRed, Reset), PLAIN;
    Saturation "saturation" false (Yellow, Reset), PLAIN;
    /// A moment on a time axis: an incident, a change, now.
    Mark "mark" false (Gray, Reset), PLAIN;
    /// The badge that says that all this is invented.
    Demo "demo" true (Black, Cyan), LOUD_TURNED;
    StatusOk "status_ok" true (Reset, Reset), TURNED;
    StatusWarn "status_warn" true (Reset, Reset), TURNED;
    StatusPage "status_page" true (Reset, Reset), LOUD_TURNED;
    StatusStale "status_stale" true (Reset, Reset), TURNED;
}

impl Role {
    /// The name in theme files.
    pub fn key(self) -> &'static str {
        self.row().1
    }

    pub fn from_key(key: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.1 == key).map(|row| row.0)
    }

    /// True where a bare colour in a theme file means the background.
    pub fn is_surface(self) -> bool {
        self.row().2
    }

    pub(super) fn index(self) -> usize {
        self as usize
    }

    /// The meaning with the sixteen colours that the terminal's owner chose.
    pub(super) fn sixteen(self) -> Style {
        let Row(role, _, _, (fg, bg), plain) = self.row();
        let mut style = Style::new();
        if *fg != Reset {
            style = style.fg(*fg);
        }
        if *bg != Reset {
            return style.bg(*bg).add_modifier(LOUD);
        }
        let keep = match role {
            Self::Bright | Self::Accent | Self::Page | Self::Exhausted => LOUD,
            _ if plain.contains(TURNED) => *plain,
            _ => PLAIN,
        };
        style.add_modifier(keep)
    }

    /// The meaning with no colour at all.
    pub(super) fn colourless(self) -> Style {
        Style::new().add_modifier(self.row().4)
    }

    fn row(self) -> &'static Row {
        &ROWS[self.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_sits_in_its_own_row_and_answers_to_its_key() {
        for (place, role) in Role::ALL.iter().enumerate() {
            assert_eq!(role.index(), place);
            assert_eq!(Role::from_key(role.key()), Some(*role));
        }
        assert_eq!(Role::from_key("txet"), None);
    }
}
