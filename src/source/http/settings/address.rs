//! `url` or `urls`: where a backend is, and who logs in by that address.

use reqwest::Url;

use super::field::{Settings, fault, list_of_text, text};
use crate::source::SettingError;
use crate::source::http::credentials::{Origin, Scheme, Secret};
use crate::source::http::link::Place;
use crate::source::http::secrets::Secrets;

/// The addresses, with user and password taken out of them. `prefix` is left out at the end of their paths.
pub(in crate::source::http) fn places(settings: &Settings, prefix: &str) -> Result<Vec<Place>, SettingError> {
    let (key, texts) = match (text(settings, "url")?, settings.get("urls")) {
        (Some(_), Some(_)) => return Err(fault("urls", "both `url` and `urls` are given", Some("keep one"))),
        (Some(url), None) => ("url", vec![url]),
        (None, Some(list)) => ("urls", list_of_text("urls", list)?),
        (None, None) => ("url", Vec::new()),
    };
    if texts.is_empty() {
        let hint = Some("such as url = \"http://127.0.0.1:9090\"");
        return Err(fault(key, "the address of the server is missing", hint));
    }
    texts.into_iter().map(|text| place(key, text, prefix)).collect()
}

/// The text itself stays out of the messages: it may hold a password.
fn place(key: &str, text: &str, prefix: &str) -> Result<Place, SettingError> {
    let hint = Some("write it with its scheme, such as http://127.0.0.1:9090");
    let text = text.trim();
    if !text.contains("://") {
        return Err(fault(key, "the URL has no scheme", hint));
    }
    let mut url =
        Url::parse(text).map_err(|error| fault(key, format!("the URL cannot be read: {error}"), hint))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(fault(key, format!("the URL begins with {}://", url.scheme()), hint));
    }
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix(prefix).unwrap_or(path).to_owned();
    url.set_path(&path);
    url.set_fragment(None);
    let login = (!url.username().is_empty() || url.password().is_some()).then(|| Scheme::Basic {
        username: decoded(url.username()),
        password: Secret::new(Origin::Written(decoded(url.password().unwrap_or_default()).into())),
    });
    // These fail only for URLs without a host, which the schemes above always have.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let secrets = of_query(&url);
    Ok(Place { url, login, secrets })
}

/// Values of the query; those that only narrow the data are none.
fn of_query(url: &Url) -> Secrets {
    const PLAIN: &[&str] = &["extra_label", "extra_filters", "extra_filters[]"];
    let mut secrets = Secrets::default();
    for (_, value) in url.query_pairs().filter(|(name, _)| !PLAIN.contains(&&**name)) {
        secrets.add(&value);
    }
    secrets
}

/// Undoes `%40` and the like.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let hex = more.get(..2).filter(|hex| *first == b'%' && hex.iter().all(u8::is_ascii_hexdigit));
        let hex = hex.and_then(|hex| std::str::from_utf8(hex).ok());
        let escaped = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &more[2..] } else { more };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_two_digits_and_anything_else_is_itself() {
        assert_eq!(decoded("a%40b%C3%A9"), "a@bé");
        assert_eq!(decoded("100%+5%zz%4"), "100%+5%zz%4");
    }

    #[test]
    fn the_query_is_secret_but_for_what_narrows_the_data() {
        let place =
            place("url", "http://p/?key=hunter%232-and-more&extra_label=team%3Dshop-and-more", "").unwrap();
        assert_eq!(place.secrets.hide("hunter#2-and-more, hunter%232-and-more"), "(secret), (secret)");
        assert_eq!(place.secrets.hide("team=shop-and-more"), "team=shop-and-more");
    }
}
