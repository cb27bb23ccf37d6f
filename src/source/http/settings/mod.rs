//! The keys that every backend behind HTTP has, checked: every problem names its key and what to do.

pub(super) mod address;
pub(crate) mod field;
pub(super) mod login;
mod open;
mod trust;

use super::Http;
use super::credentials::Credentials;
use super::link::Link;
use crate::source::guard::{Guard, Limits};
use crate::source::{BackendSpec, SettingError};
use field::fault;

pub use open::open_secrets;

pub const KEYS: &[&str] = &[
    "url",
    "urls",
    "bearer_file",
    "bearer_env",
    "bearer_command",
    "basic",
    "headers",
    "tenant",
    "ca_file",
    "client_cert",
    "client_key",
    "limits",
];

/// For backends that want `Authorization: Token …`.
pub const TOKEN_KEYS: &[&str] = &["token_file", "token_env", "token_command"];

/// The way to a backend, as its table describes it. `prefix` is the part of the path that the kind itself adds, and
/// that a reader may have written down as well.
pub fn link(spec: &BackendSpec, prefix: &str) -> Result<Link, SettingError> {
    link_with(spec, prefix, &[])
}

/// The same with secrets in headers of the kind's own: the header, and the key whose `_file`, `_env` or `_command` gives
/// its value.
pub(crate) fn link_with(
    spec: &BackendSpec,
    prefix: &str,
    secrets: &[(&'static str, &str)],
) -> Result<Link, SettingError> {
    let places = address::places(&spec.settings, prefix)?;
    let in_url = places.iter().any(|place| place.login.is_some());
    let scheme = login::scheme(&spec.settings, in_url)?;
    let mut headers = login::headers(&spec.settings)?;
    for (header, key) in secrets {
        headers.extend(login::own_header(&spec.settings, header, key)?);
    }
    let credentials = Credentials { scheme, headers };
    let limits = Limits::read(&spec.settings)?;
    let tls = places.iter().any(|place| place.url.scheme() == "https");
    let http = Http::new(trust::trust(&spec.settings)?, tls)
        .map_err(|why| fault("url", format!("the HTTP client does not start: {why}"), None))?
        .with_cap(limits.body);
    let addresses = places.iter().map(|place| super::text::address(&place.url)).collect();
    let guard = Guard::new(addresses, spec.timeout, limits, seed(spec));
    Ok(Link::new(http, places, credentials, guard))
}

/// Panes that start together do not come back together.
fn seed(spec: &BackendSpec) -> u64 {
    u64::from(std::process::id()) ^ spec.started.timestamp_millis().cast_unsigned()
}
