//! Addresses without credentials, and what others said, fit to be shown.

use reqwest::Url;

/// Scheme, host and port.
pub fn origin(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())
}

/// The origin and the path; user, password, query and fragment may be secret.
pub fn address(url: &Url) -> String {
    format!("{}{}", origin(url), url.path().trim_end_matches('/'))
}

/// One line of at most `limit` letters, without control, direction or invisible characters.
pub fn plain(said: &str, limit: usize) -> String {
    let mut line = String::new();
    let mut count = 0;
    for word in said.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        for letter in line_break(&line).chars().chain(word.chars().filter(|c| !invisible(*c))) {
            if count == limit {
                line.push('…');
                return line;
            }
            line.push(letter);
            count += 1;
        }
    }
    line
}

fn line_break(line: &str) -> &'static str {
    if line.is_empty() { "" } else { " " }
}

fn invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
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
        assert_eq!(plain("a\u{1b}]0;x\u{7}\n\n  b\u{202e}c", 80), "a ]0;x bc");
        assert_eq!(plain("abcdef", 3), "abc…");
        assert_eq!(plain("ab cd", 3), "ab …");
        assert_eq!(plain("", 3), "");
    }
}
