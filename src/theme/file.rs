//! One theme file as typed: text to palette and roles, each with its line.

use std::collections::BTreeMap;
use std::str::FromStr;

use ratatui::style::{Color, Modifier};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{Near, Place, ThemeError};
use super::role::Role;

/// What a file says, before names are looked up.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) extends: Option<(Place, String)>,
    pub(super) palette: BTreeMap<String, Color>,
    pub(super) roles: Vec<(Role, Paint)>,
}

/// How a role is painted: names or hex values as written.
#[derive(Debug, Clone)]
pub(super) struct Paint {
    pub(super) place: Place,
    pub(super) fg: Option<String>,
    pub(super) bg: Option<String>,
    pub(super) modifier: Modifier,
}

const KEYS: [&str; 4] = ["name", "extends", "palette", "roles"];
const PAINT_KEYS: [&str; 8] = ["fg", "bg", "bold", "dim", "italic", "reversed", "underlined", "crossed"];

/// A reader of one file, which knows where things stand in it.
struct Reader<'a> {
    theme: &'a str,
    text: &'a str,
}

pub(super) fn parse(theme: &str, text: &str) -> Result<File, ThemeError> {
    let reader = Reader { theme, text };
    let table = DeTable::parse(text).map_err(|error| ThemeError::Syntax {
        place: reader.place(error.span().map_or(text.len(), |span| span.start)),
        message: error.message().to_owned(),
    })?;
    let mut file = File::default();
    for (key, value) in table.get_ref() {
        match key.get_ref().as_ref() {
            "name" => drop(reader.string("name", value)?),
            "extends" => {
                file.extends = Some((reader.place(value.span().start), reader.string("extends", value)?));
            }
            "palette" => file.palette = reader.palette(reader.table("[palette]", value)?)?,
            "roles" => file.roles = reader.roles(reader.table("[roles]", value)?)?,
            other => {
                let near = Near::to(other, KEYS.into_iter());
                let place = reader.place(key.span().start);
                return Err(ThemeError::UnknownKey { place, key: other.to_owned(), near });
            }
        }
    }
    Ok(file)
}

impl Reader<'_> {
    fn place(&self, offset: usize) -> Place {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = 1 + before.matches('\n').count();
        Place { theme: self.theme.to_owned(), line }
    }

    fn wrong(&self, key: &str, wanted: &'static str, value: &Spanned<DeValue<'_>>) -> ThemeError {
        let place = self.place(value.span().start);
        ThemeError::WrongType { place, key: key.to_owned(), wanted, found: value.get_ref().type_str() }
    }

    fn string(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<String, ThemeError> {
        let text = value.get_ref().as_str().ok_or_else(|| self.wrong(key, "a string", value))?;
        Ok(text.to_owned())
    }

    fn table<'v, 'i>(
        &self,
        key: &str,
        value: &'v Spanned<DeValue<'i>>,
    ) -> Result<&'v DeTable<'i>, ThemeError> {
        value.get_ref().as_table().ok_or_else(|| self.wrong(key, "a table", value))
    }

    fn palette(&self, table: &DeTable<'_>) -> Result<BTreeMap<String, Color>, ThemeError> {
        let mut palette = BTreeMap::new();
        for (key, value) in table {
            let text = self.string(key.get_ref(), value)?;
            let color = color(&text).ok_or_else(|| ThemeError::BadColor {
                place: self.place(value.span().start),
                value: text.clone(),
            })?;
            palette.insert(key.get_ref().to_string(), color);
        }
        Ok(palette)
    }

    fn roles(&self, table: &DeTable<'_>) -> Result<Vec<(Role, Paint)>, ThemeError> {
        table
            .iter()
            .map(|(key, value)| {
                let name = key.get_ref().as_ref();
                let role = Role::from_key(name).ok_or_else(|| ThemeError::UnknownRole {
                    place: self.place(key.span().start),
                    role: name.to_owned(),
                    near: Near::to(name, Role::ALL.iter().map(|role| role.key())),
                })?;
                Ok((role, self.paint(role, value)?))
            })
            .collect()
    }

    fn paint(&self, role: Role, value: &Spanned<DeValue<'_>>) -> Result<Paint, ThemeError> {
        let place = self.place(value.span().start);
        let mut paint = Paint { place, fg: None, bg: None, modifier: Modifier::empty() };
        if let Some(color) = value.get_ref().as_str() {
            let side = if role.is_surface() { &mut paint.bg } else { &mut paint.fg };
            *side = Some(color.to_owned());
            return Ok(paint);
        }
        let wanted = "a colour or a table such as { fg = \"red\", bold = true }";
        let table = value.get_ref().as_table().ok_or_else(|| self.wrong(role.key(), wanted, value))?;
        for (key, value) in table {
            self.paint_key(&mut paint, key, value)?;
        }
        Ok(paint)
    }

    fn paint_key(
        &self,
        paint: &mut Paint,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<(), ThemeError> {
        let name = key.get_ref().as_ref();
        let modifier = match name {
            "fg" => return self.string(name, value).map(|color| paint.fg = Some(color)),
            "bg" => return self.string(name, value).map(|color| paint.bg = Some(color)),
            "bold" => Modifier::BOLD,
            "dim" => Modifier::DIM,
            "italic" => Modifier::ITALIC,
            "reversed" => Modifier::REVERSED,
            "underlined" => Modifier::UNDERLINED,
            "crossed" => Modifier::CROSSED_OUT,
            other => {
                let near = Near::to(other, PAINT_KEYS.into_iter());
                let place = self.place(key.span().start);
                return Err(ThemeError::UnknownKey { place, key: other.to_owned(), near });
            }
        };
        let on = value.get_ref().as_bool().ok_or_else(|| self.wrong(name, "true or false", value))?;
        paint.modifier.set(modifier, on);
        Ok(())
    }
}

/// `#rrggbb`, or one of the terminal's own names such as `blue`, `light-red`, `reset`.
pub(super) fn color(text: &str) -> Option<Color> {
    match text.strip_prefix('#') {
        Some(hex) if hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            let value = u32::from_str_radix(hex, 16).ok()?;
            Some(Color::from_u32(value))
        }
        Some(_) => None,
        None => Color::from_str(text).ok().filter(|color| !matches!(color, Color::Indexed(_))),
    }
}
