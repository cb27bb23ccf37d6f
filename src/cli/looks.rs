//! Colours and characters: what was asked for, and what the terminal can do.

use std::path::Path;

use super::args::{Color, Common};
use super::exit::Failure;
use crate::config::document::LARGEST;
use crate::source::plain_file;
use crate::theme::{DEFAULT, Depth, Theme, load};

/// Where the looks are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Medium {
    /// The terminal we run in.
    Terminal,
    /// Text that goes wherever it is sent.
    Text,
    /// A picture, which has all colours.
    Picture,
}

/// The theme by flag, then configuration, then the default.
pub(super) fn theme(
    common: &Common,
    configured: Option<&str>,
    folder: Option<&Path>,
    medium: Medium,
) -> Result<Theme, Failure> {
    let name = common.theme.as_deref().or(configured).unwrap_or(DEFAULT);
    let loaded = load(name, |name| read(folder, name), depth(common, medium));
    let theme = loaded.map_err(|error| Failure::configuration(format!("error: {error}")))?;
    Ok(theme.with_ascii(ascii(common, medium)))
}

/// The text of a user's theme, where there is such a file; the name is a file name and nothing else.
pub(super) fn read(folder: Option<&Path>, name: &str) -> Option<Result<String, String>> {
    let plain = name.chars().all(|letter| letter.is_alphanumeric() || letter == '-' || letter == '_');
    let path = folder.filter(|_| plain)?.join(format!("{name}.toml"));
    path.symlink_metadata().ok()?;
    let text = |bytes| String::from_utf8(bytes).map_err(|_| format!("{} is not UTF-8 text", path.display()));
    Some(plain_file::read(&path, LARGEST).and_then(text))
}

pub(super) fn depth(common: &Common, medium: Medium) -> Depth {
    let chosen = match common.color {
        Color::Auto => None,
        Color::Truecolor => Some(Depth::True),
        Color::Indexed => Some(Depth::Indexed256),
        Color::Ansi => Some(Depth::Ansi16),
        Color::None => Some(Depth::None),
    };
    match (chosen, medium) {
        (None, Medium::Picture) => Depth::True,
        (chosen, _) => Depth::detect(env, chosen),
    }
}

/// ASCII by flag, or where the locale cannot show more.
fn ascii(common: &Common, medium: Medium) -> bool {
    common.ascii || (medium == Medium::Terminal && !speaks_unicode())
}

/// The first of these that is set decides, as the C library has it.
pub(super) fn speaks_unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| env(name).filter(|value| !value.is_empty()));
    let locale = locale.unwrap_or_default().to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8") || (cfg!(target_os = "macos") && locale.is_empty())
}

pub(super) fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
