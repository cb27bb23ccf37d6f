//! Colours by meaning: roles, theme files, colour depth.

mod builtin;
mod depth;
mod error;
mod file;
mod load;
mod role;
#[cfg(test)]
mod tests;

use ratatui::style::{Color, Modifier, Style};

pub use builtin::{BUILTIN, DEFAULT};
pub use depth::Depth;
pub use error::{Near, Place, ThemeError};
pub use load::{Text, load};
pub use role::Role;

/// A style for every role, already lowered to what the terminal can show.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    name: String,
    depth: Depth,
    ascii: bool,
    full: [Style; Role::ALL.len()],
    styles: [Style; Role::ALL.len()],
}

impl Theme {
    fn new(name: &str, full: &[Style; Role::ALL.len()], depth: Depth) -> Self {
        let mut styles = *full;
        for role in Role::ALL {
            styles[role.index()] = depth::lower(*role, full[role.index()], depth);
        }
        Self { name: name.to_owned(), depth, ascii: false, full: *full, styles }
    }

    /// The same theme, drawn with ASCII glyphs only.
    #[must_use]
    pub fn with_ascii(self, ascii: bool) -> Self {
        Self { ascii, ..self }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn depth(&self) -> Depth {
        self.depth
    }

    /// True when widgets are to draw with ASCII glyphs.
    pub fn ascii(&self) -> bool {
        self.ascii
    }

    pub fn style(&self, role: Role) -> Style {
        self.styles[role.index()]
    }

    /// The one colour that makes the role: the background of a surface, else the foreground. `Reset` when there is none.
    pub fn color(&self, role: Role) -> Color {
        side(role, self.style(role)).unwrap_or(Color::Reset)
    }

    /// A word on a ground of the role's colour, as for the state in the status row.
    pub fn badge(&self, role: Role) -> Style {
        match self.depth {
            Depth::None | Depth::Ansi16 => self.style(role).add_modifier(Modifier::BOLD | Modifier::REVERSED),
            _ => {
                let ground = Style::new().bg(self.color(role)).add_modifier(Modifier::BOLD);
                ground.fg(self.color(Role::Background))
            }
        }
    }

    /// `role` laid thinly over `over`: `share` 0 is all `over`, 1 all `role`. `Reset` where soft colours are not to be had.
    pub fn blend(&self, role: Role, over: Role, share: f32) -> Color {
        let solid = |role: Role| side(role, self.full[role.index()]);
        let (Some(Color::Rgb(r, g, b)), Some(Color::Rgb(under_r, under_g, under_b))) =
            (solid(role), solid(over))
        else {
            return Color::Reset;
        };
        let share = share.clamp(0.0, 1.0);
        let mix =
            |on: u8, under: u8| (f32::from(on) * share + f32::from(under) * (1.0 - share)).round() as u8;
        let mixed = Color::Rgb(mix(r, under_r), mix(g, under_g), mix(b, under_b));
        match self.depth {
            Depth::True => mixed,
            Depth::Indexed256 => depth::to_256(mixed),
            Depth::Ansi16 | Depth::None => Color::Reset,
        }
    }

    /// `role` as a quieter foreground; the role itself where soft colours are not to be had.
    pub fn soft(&self, role: Role, share: f32) -> Style {
        match self.blend(role, Role::Background, share) {
            Color::Reset => self.style(role),
            color => self.style(role).fg(color),
        }
    }

    /// Text on a ground tinted with `role`; plain text where soft colours are not to be had.
    pub fn tint(&self, role: Role, share: f32) -> Style {
        match self.blend(role, Role::Background, share) {
            Color::Reset => self.style(Role::Text),
            color => self.style(Role::Text).bg(color),
        }
    }

    /// The soft fill under a line of `role`, one colour a row from the top; empty where soft colours are not to be had.
    pub fn fade(&self, role: Role, rows: u16) -> Vec<Color> {
        if self.depth < Depth::Indexed256 {
            return Vec::new();
        }
        let share = |row: u16| 0.24 - 0.17 * f32::from(row) / f32::from(rows.max(2) - 1);
        (0..rows).map(|row| self.blend(role, Role::Background, share(row))).collect()
    }
}

fn side(role: Role, style: Style) -> Option<Color> {
    if role.is_surface() { style.bg } else { style.fg }
}
