//! The keys of an `InfluxDB` backend beside those of HTTP.

use crate::source::SettingError;
use crate::source::http::settings::field::{Settings, fault, text};

pub(super) const KEYS: &[&str] = &["database", "retention_policy"];

/// The database, and the retention policy where it is not the default one.
pub(super) fn place(settings: &Settings) -> Result<(String, Option<String>), SettingError> {
    let Some(database) = text(settings, "database")?.filter(|name| !name.is_empty()) else {
        let hint = "such as database = \"telegraf\"; of InfluxDB 2 the name that is mapped to the bucket";
        return Err(fault("database", "the name of the database is missing", Some(hint)));
    };
    Ok((database.to_owned(), text(settings, "retention_policy")?.map(str::to_owned)))
}
