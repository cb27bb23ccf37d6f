//! From a theme's name to a theme: user's file first, then the built-in ones, and whatever they extend.

use std::collections::BTreeMap;

use ratatui::style::{Color, Style};

use super::builtin::{BUILTIN, builtin};
use super::depth::Depth;
use super::error::{Near, Place, ThemeError};
use super::file::{self, File, Paint};
use super::{Role, Theme};

/// What a file holds, or why it cannot be read.
pub type Text = Result<String, String>;

/// The theme called `name`, lowered to `depth`.
///
/// `read` gives the text of a user's theme by its name (without `.toml`), or why there is one and it cannot be read; it
/// outranks a built-in one of that name. A theme that extends its own name means the built-in one.
pub fn load(name: &str, read: impl Fn(&str) -> Option<Text>, depth: Depth) -> Result<Theme, ThemeError> {
    let files = chain(name, &read)?;
    let mut palette = BTreeMap::new();
    let mut paints: Vec<Option<Paint>> = vec![None; Role::ALL.len()];
    for file in files.into_iter().rev() {
        palette.extend(file.palette);
        for (role, paint) in file.roles {
            paints[role.index()] = Some(paint);
        }
    }
    let mut styles = [Style::new(); Role::ALL.len()];
    for role in Role::ALL {
        let paint = paints[role.index()].as_ref().ok_or_else(|| missing(name, *role))?;
        styles[role.index()] = style(*role, paint, &palette)?;
    }
    Ok(Theme::new(name, &styles, depth))
}

/// The file of `name` and all that it extends, nearest first.
fn chain(name: &str, read: &impl Fn(&str) -> Option<Text>) -> Result<Vec<File>, ThemeError> {
    let read = |name: &str| {
        let unreadable = |reason| ThemeError::Unreadable { theme: name.to_owned(), reason };
        read(name).transpose().map_err(unreadable)
    };
    let own = read(name)?;
    let mut from_user = own.is_some();
    let text = own.or_else(|| builtin(name).map(str::to_owned));
    let mut text =
        text.ok_or_else(|| ThemeError::UnknownTheme { name: name.to_owned(), near: near(name) })?;
    let mut seen = vec![(name.to_owned(), from_user)];
    let mut files = Vec::new();
    loop {
        let here = seen.last().map_or(name, |(here, _)| here.as_str());
        let file = file::parse(here, &text)?;
        let next = file.extends.clone();
        let is_own_name = next.as_ref().is_some_and(|(_, base)| base == here);
        files.push(file);
        let Some((place, base)) = next else { return Ok(files) };
        let own = if is_own_name && from_user { None } else { read(&base)? };
        from_user = own.is_some();
        let found = own.or_else(|| builtin(&base).map(str::to_owned));
        text =
            found.ok_or_else(|| ThemeError::UnknownBase { place, base: base.clone(), near: near(&base) })?;
        let link = (base, from_user);
        if seen.contains(&link) {
            let chain = seen.into_iter().chain([link]).map(|(name, _)| name).collect();
            return Err(ThemeError::Cycle { chain });
        }
        seen.push(link);
    }
}

fn near(name: &str) -> Near {
    Near::to(name, BUILTIN.iter().map(|(known, _)| *known))
}

fn missing(name: &str, role: Role) -> ThemeError {
    ThemeError::MissingRole { place: Place { theme: name.to_owned(), line: 0 }, role: role.key() }
}

fn style(role: Role, paint: &Paint, palette: &BTreeMap<String, Color>) -> Result<Style, ThemeError> {
    let find =
        |name: &Option<String>| name.as_ref().map(|name| look_up(role, name, paint, palette)).transpose();
    let (fg, bg) = (find(&paint.fg)?, find(&paint.bg)?);
    Ok(Style { fg, bg, ..Style::new() }.add_modifier(paint.modifier))
}

fn look_up(
    role: Role,
    name: &str,
    paint: &Paint,
    palette: &BTreeMap<String, Color>,
) -> Result<Color, ThemeError> {
    if let Some(color) = palette.get(name).copied().or_else(|| file::color(name)) {
        return Ok(color);
    }
    let place = paint.place.clone();
    if name.starts_with('#') {
        return Err(ThemeError::BadColor { place, value: name.to_owned() });
    }
    let near = Near::to(name, palette.keys().map(String::as_str));
    Err(ThemeError::UnknownColor { place, role: role.key().to_owned(), color: name.to_owned(), near })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(files: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<Text> {
        move |name| files.iter().find(|(known, _)| *known == name).map(|(_, text)| Ok((*text).to_owned()))
    }

    fn message(files: &'static [(&str, &str)], name: &str) -> String {
        load(name, from(files), Depth::True).unwrap_err().to_string()
    }

    #[test]
    fn a_users_theme_needs_only_what_differs() {
        let files =
            &[("mine", "extends = \"night\"\n[palette]\nred = \"#ff0000\"\n[roles]\nok = \"light-blue\"")];
        let mine = load("mine", from(files), Depth::True).unwrap();
        let night = load("night", |_| None, Depth::True).unwrap();
        assert_eq!(mine.color(Role::Ok), Color::LightBlue);
        assert_eq!(mine.color(Role::Page), Color::Rgb(255, 0, 0));
        assert_eq!(mine.color(Role::Warn), night.color(Role::Warn));
        assert_eq!(mine.name(), "mine");
    }

    #[test]
    fn a_users_file_may_extend_the_built_in_one_of_the_same_name() {
        let files = &[("night", "extends = \"night\"\n[roles]\nok = \"#010203\"")];
        let theme = load("night", from(files), Depth::True).unwrap();
        assert_eq!(theme.color(Role::Ok), Color::Rgb(1, 2, 3));
    }

    #[test]
    fn errors_name_theme_line_and_the_right_name() {
        assert_eq!(message(&[], "nigth"), "there is no theme \"nigth\"; did you mean \"night\"?");
        assert_eq!(
            message(&[("a", "[roles]\n\nbrigth = \"red\"")], "a"),
            "theme a, line 3: unknown role \"brigth\"; did you mean \"bright\"?"
        );
        assert_eq!(
            message(&[("a", "extends = \"night\"\n[roles]\nok = \"gren\"")], "a"),
            "theme a, line 3: role \"ok\" wants the colour \"gren\", which is not in the palette; did you mean \"green\"?"
        );
        assert_eq!(
            message(&[("a", "[palette]\nx = \"#12345\"")], "a"),
            "theme a, line 2: \"#12345\" is not a colour; write \"#rrggbb\" or a name such as \"blue\""
        );
        assert_eq!(
            message(&[("a", "[roles]\ntext = \"red\"")], "a"),
            "theme a: no colour for the role \"bright\"; name it under [roles], or extend a whole theme"
        );
        assert_eq!(
            message(&[("a", "\nextends = \"papre\"")], "a"),
            "theme a, line 2: extends \"papre\", which does not exist; did you mean \"paper\"?"
        );
        assert_eq!(
            message(&[("a", "[roles]\nok = { fg = \"red\", blod = true }")], "a"),
            "theme a, line 2: unknown key \"blod\"; did you mean \"bold\"?"
        );
        assert_eq!(
            message(&[("a", "[roles]\nok = 3")], "a"),
            "theme a, line 2: ok must be a colour or a table such as { fg = \"red\", bold = true }, not integer"
        );
        assert!(message(&[("a", "[roles")], "a").starts_with("theme a, line 1: "));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_not_called_missing() {
        let large = |name: &str| (name == "mine").then(|| Err("mine.toml is larger than 1 MiB".to_owned()));
        let said = load("mine", large, Depth::True).unwrap_err().to_string();
        assert_eq!(said, "theme mine: mine.toml is larger than 1 MiB");
        let over =
            |name: &str| if name == "over" { Some(Ok("extends = \"mine\"".to_owned())) } else { large(name) };
        assert_eq!(load("over", over, Depth::True).unwrap_err().to_string(), said);
    }

    #[test]
    fn a_circle_is_told_whole() {
        let files = &[("a", "extends = \"b\""), ("b", "extends = \"a\"")];
        assert_eq!(message(files, "a"), "themes extend each other in a circle: a → b → a");
    }
}
