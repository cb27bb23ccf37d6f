//! What a path means that somebody wrote into a file.

use std::path::{Path, PathBuf};

/// `~` is `home`; a relative path starts at `folder`, the one of the file it is written in. `None` where there is no
/// home for `~` to stand for.
pub fn expanded(text: &str, folder: Option<&Path>, home: Option<&Path>) -> Option<PathBuf> {
    let Some(below) = text.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/')) else {
        let path = Path::new(text);
        return Some(folder.map_or_else(|| path.to_owned(), |folder| folder.join(path)));
    };
    Some(home?.join(below.trim_start_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_start_at_the_file_and_at_home() {
        let at = |text: &str| {
            let path = expanded(text, Some(Path::new("/etc/b")), Some(Path::new("/home/alice")));
            path.unwrap().display().to_string()
        };
        assert_eq!(at("token"), "/etc/b/token");
        assert_eq!(at("/run/token"), "/run/token");
        assert_eq!(at("~/token"), "/home/alice/token");
        assert_eq!(at("~"), "/home/alice/");
        assert_eq!(at("~bob/token"), "/etc/b/~bob/token");
        assert_eq!(expanded("~/x", None, None), None);
        assert_eq!(expanded("x", None, None), Some(PathBuf::from("x")));
    }
}
