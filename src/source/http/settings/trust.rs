//! `ca_file`, `client_cert` and `client_key`: whom to trust, and who we are.

use std::path::Path;

use reqwest::{Certificate, Identity};

use super::field::{Settings, fault, text};
use crate::source::SettingError;
use crate::source::http::Trust;
use crate::source::plain_file;

/// Bytes of a file; the bundle of a whole system has a quarter of that.
const LARGEST: u64 = 1 << 20;

pub(super) fn trust(settings: &Settings) -> Result<Trust, SettingError> {
    let mut trust = Trust::default();
    if let Some((path, pem)) = file(settings, "ca_file")? {
        trust.roots = Certificate::from_pem_bundle(&pem).unwrap_or_default();
        if trust.roots.is_empty() {
            let hint = Some("it must hold lines of -----BEGIN CERTIFICATE-----");
            return Err(fault("ca_file", format!("there is no certificate in {path}"), hint));
        }
    }
    match (file(settings, "client_cert")?, file(settings, "client_key")?) {
        (None, None) => {}
        (None, Some(_)) => return Err(fault("client_cert", "`client_key` needs `client_cert`", None)),
        (Some((path, mut pem)), key) => {
            pem.push(b'\n');
            pem.extend(key.map(|(_, key)| key).unwrap_or_default());
            let hint = Some("the key may stand in the same file, or in client_key");
            let identity = Identity::from_pem(&pem)
                .map_err(|_| fault("client_cert", format!("no certificate with its key in {path}"), hint))?;
            trust.identity = Some(identity);
        }
    }
    Ok(trust)
}

fn file(settings: &Settings, key: &str) -> Result<Option<(String, Vec<u8>)>, SettingError> {
    let Some(path) = text(settings, key)? else { return Ok(None) };
    let content = plain_file::read(Path::new(path), LARGEST).map_err(|why| fault(key, why, None))?;
    Ok(Some((path.to_owned(), content)))
}
