//! Addresses without credentials, and what others said, fit to be shown.

use reqwest::Url;

use crate::text::clean;

/// Scheme, host and port.
pub fn origin(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())
}

/// The origin and the path; user, password, query and fragment may be secret.
pub fn address(url: &Url) -> String {
    format!("{}{}", origin(url), url.path().trim_end_matches('/'))
}

/// One harmless line of at most `limit` letters, white space drawn together.
pub fn plain(said: &str, limit: usize) -> String {
    let line = clean(said).split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_hold_no_credentials() {
        let url: Url = "https://alice:hunter2@prom.test:9443/base/?token=abc#x".parse().unwrap();
        assert_eq!(address(&url), "https://prom.test:9443/base");
        assert_eq!(origin(&url), "https://prom.test:9443");
        assert_eq!(address(&"http://[::1]:9090/".parse().unwrap()), "http://[::1]:9090");
    }

    #[test]
    fn what_others_said_becomes_one_harmless_line() {
        assert_eq!(plain("a\u{1b}]0;x\u{7}\n\n  b\u{202e}c", 80), "a bc");
        assert_eq!(plain("abcdef", 3), "abc…");
        assert_eq!(plain("ab cd", 3), "ab …");
        assert_eq!(plain("", 3), "");
    }
}
