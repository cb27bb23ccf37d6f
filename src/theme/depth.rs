//! How many colours the terminal has, and what becomes of a style with fewer.

use ratatui::style::{Color, Style};

use super::Role;

/// The colours a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    None,
    Ansi16,
    Indexed256,
    True,
}

impl Depth {
    /// The depth that `--color` names; `auto` and anything else is `None`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "truecolor" => Some(Self::True),
            "256" => Some(Self::Indexed256),
            "16" => Some(Self::Ansi16),
            "none" => Some(Self::None),
            _ => None,
        }
    }

    /// The depth of the terminal that `env` describes; a choice of the user outranks it.
    pub fn detect(env: impl Fn(&str) -> Option<String>, chosen: Option<Self>) -> Self {
        if let Some(depth) = chosen {
            return depth;
        }
        let term = env("TERM").unwrap_or_default();
        if env("NO_COLOR").is_some_and(|value| !value.is_empty()) || term == "dumb" {
            return Self::None;
        }
        let colorterm = env("COLORTERM").unwrap_or_default();
        if ["linux", "screen"].contains(&term.as_str()) {
            Self::Ansi16
        } else if ["truecolor", "24bit"].contains(&colorterm.as_str()) || term.ends_with("-direct") {
            Self::True
        } else if term.contains("256color") || !colorterm.is_empty() {
            Self::Indexed256
        } else {
            Self::Ansi16
        }
    }
}

/// `style` of `role` with the colours that are there; modifiers stay.
pub(super) fn lower(role: Role, style: Style, depth: Depth) -> Style {
    let fewer = match depth {
        Depth::True => return style,
        Depth::Indexed256 => {
            return Style { fg: style.fg.map(to_256), bg: style.bg.map(to_256), ..style };
        }
        Depth::Ansi16 => role.sixteen(),
        Depth::None => role.colourless(),
    };
    fewer.add_modifier(style.add_modifier)
}

/// The nearest of the 240 fixed colours; the first sixteen belong to the terminal's owner.
pub(super) fn to_256(color: Color) -> Color {
    let Color::Rgb(r, g, b) = color else { return color };
    let near = [r, g, b].map(nearest_step);
    let cube = near.map(|step| STEPS[step]);
    let mean = (u16::from(r) + u16::from(g) + u16::from(b)) / 3;
    let grey = ((mean.saturating_sub(3)) / 10).min(23) as u8;
    let level = 8 + 10 * grey;
    if distance([r, g, b], [level; 3]) < distance([r, g, b], cube) {
        Color::Indexed(232 + grey)
    } else {
        Color::Indexed((16 + 36 * near[0] + 6 * near[1] + near[2]) as u8)
    }
}

const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

fn nearest_step(channel: u8) -> usize {
    (0..6).min_by_key(|&step| STEPS[step].abs_diff(channel)).unwrap_or(0)
}

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    a.iter().zip(b).map(|(x, y)| u32::from(x.abs_diff(y)).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth_of(pairs: &[(&str, &str)]) -> Depth {
        let env = |key: &str| pairs.iter().find(|(k, _)| *k == key).map(|(_, v)| (*v).to_owned());
        Depth::detect(env, None)
    }

    #[test]
    fn the_terminal_says_what_it_can() {
        assert_eq!(depth_of(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]), Depth::True);
        assert_eq!(depth_of(&[("TERM", "xterm-256color")]), Depth::Indexed256);
        assert_eq!(depth_of(&[("TERM", "screen")]), Depth::Ansi16);
        assert_eq!(depth_of(&[("TERM", "linux"), ("COLORTERM", "truecolor")]), Depth::Ansi16);
        assert_eq!(depth_of(&[("TERM", "screen"), ("COLORTERM", "truecolor")]), Depth::Ansi16);
        assert_eq!(depth_of(&[("TERM", "dumb"), ("COLORTERM", "truecolor")]), Depth::None);
        assert_eq!(depth_of(&[]), Depth::Ansi16);
    }

    #[test]
    fn no_color_counts_only_when_it_holds_something() {
        assert_eq!(depth_of(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")]), Depth::None);
        assert_eq!(depth_of(&[("TERM", "xterm-256color"), ("NO_COLOR", "")]), Depth::Indexed256);
        let all = |_: &str| Some("1".to_owned());
        assert_eq!(Depth::detect(all, Depth::named("truecolor")), Depth::True);
        assert_eq!(Depth::named("auto"), None);
    }

    #[test]
    fn nearest_of_256() {
        assert_eq!(to_256(Color::Rgb(255, 0, 0)), Color::Indexed(196));
        assert_eq!(to_256(Color::Rgb(95, 135, 255)), Color::Indexed(69));
        assert_eq!(to_256(Color::Rgb(18, 18, 18)), Color::Indexed(233));
        assert_eq!(to_256(Color::Rgb(255, 255, 255)), Color::Indexed(231));
        assert_eq!(to_256(Color::Red), Color::Red);
    }

    #[test]
    fn sixteen_keep_the_meaning_and_none_keeps_what_must_be_seen() {
        let style = Style::new().fg(Color::Rgb(1, 2, 3));
        let fg = |role| lower(role, style, Depth::Ansi16).fg;
        assert_eq!(fg(Role::Ok), Some(Color::Green));
        assert_eq!(fg(Role::Warn), Some(Color::Yellow));
        assert_eq!(fg(Role::Page), Some(Color::Red));
        assert_eq!(fg(Role::Exhausted), Some(Color::Magenta));
        for role in [Role::Selection, Role::StatusOk, Role::StatusPage, Role::StatusStale, Role::Demo] {
            let bare = lower(role, style, Depth::None);
            assert!(bare.add_modifier.contains(ratatui::style::Modifier::REVERSED), "{role:?}");
            assert_eq!((bare.fg, bare.bg), (None, None));
        }
        for role in Role::ALL {
            let bare = lower(*role, style.bg(Color::Red), Depth::None);
            assert_eq!((bare.fg, bare.bg), (None, None), "{role:?}");
        }
    }
}
