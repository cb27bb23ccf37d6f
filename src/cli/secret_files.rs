//! Doubts about how secrets are kept: files that others may read.

use serde_json::Value;

use super::doctor::disk::mode;
use super::session::Session;
use crate::config::{Backend, Diagnostic, code};
use crate::source::SettingError;
use crate::source::http::settings::open_secrets;

/// As far as the user does not allow it.
pub(super) fn doubts(session: &Session) -> Vec<Diagnostic> {
    let all = session.config.backends.iter().chain(&session.config.tracers);
    all.flat_map(|backend| of_backend(session, backend)).collect()
}

pub(super) fn of_backend(session: &Session, backend: &Backend) -> Vec<Diagnostic> {
    if session.config.allowed.permits(code::OPEN_SECRET, None) {
        return Vec::new();
    }
    let warning = |open: SettingError| {
        let hint = open.hint.unwrap_or_default();
        backend.origin.value_warning(code::OPEN_SECRET, &open.key, &open.problem, &hint)
    };
    let open = open_secrets(&backend.settings).into_iter().map(warning);
    open.chain(password_in_url(session, backend)).collect()
}

/// A password that stands in a configuration that others may read.
fn password_in_url(session: &Session, backend: &Backend) -> Option<Diagnostic> {
    let mode = mode(session.config.path.as_ref()?)? & 0o777;
    let has_login = |url: &Value| {
        let rest = url.as_str().and_then(|url| Some(url.split_once("://")?.1));
        rest.and_then(|rest| rest.split(['/', '?', '#']).next()).is_some_and(|host| host.contains('@'))
    };
    let key = ["url", "urls"].into_iter().find(|key| match backend.settings.get(*key) {
        Some(Value::Array(urls)) => urls.iter().any(has_login),
        Some(url) => has_login(url),
        None => false,
    })?;
    let text = format!("others may read this file ({mode:04o}), and it holds a password");
    let hint = "use `basic` with password_file, or run chmod 600 on this file";
    (mode & 0o077 != 0).then(|| backend.origin.value_warning(code::OPEN_SECRET, key, &text, hint))
}
