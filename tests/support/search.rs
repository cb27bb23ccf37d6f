//! Looks for planted secrets in whatever was printed or kept.

use std::fs;
use std::path::{Path, PathBuf};

/// Every place of `haystack` at which one of `secrets` stands, whatever the case, with a little of what is around it.
pub(crate) fn found_in(haystack: &[u8], secrets: &[String]) -> Vec<String> {
    let text = String::from_utf8_lossy(haystack).to_lowercase();
    let mut found = Vec::new();
    for secret in secrets {
        let secret = secret.to_lowercase();
        if let Some(at) = text.find(&secret) {
            let around: String = text[..at].chars().rev().take(60).collect();
            found.push(format!("{secret} after …{}", around.chars().rev().collect::<String>()));
        }
    }
    found
}

/// The same for every file below `folder` but those in `but`, by its path.
pub(crate) fn found_below(folder: &Path, secrets: &[String], but: &[PathBuf]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if but.contains(&path) {
            continue;
        }
        if path.is_dir() {
            found.extend(found_below(&path, secrets, but));
        } else if let Ok(bytes) = fs::read(&path) {
            let name = path.display().to_string();
            let hits = found_in(&bytes, secrets).into_iter().chain(found_in(name.as_bytes(), secrets));
            found.extend(hits.map(|hit| format!("{name}: {hit}")));
        }
    }
    found
}
