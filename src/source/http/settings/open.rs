//! Files that hold secrets and that others may read.

use std::path::Path;

use serde_json::Value;

use super::field::{Settings, fault};
use crate::source::SettingError;

/// One finding for each such file, by the key that names it.
pub fn open_secrets(settings: &Settings) -> Vec<SettingError> {
    secret_files(settings).into_iter().filter_map(|(key, path)| open(key, path)).collect()
}

/// The keys of the table, and the files below them.
fn secret_files(settings: &Settings) -> Vec<(&str, &str)> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    // A certificate is for all to see, unless its key stands in the same file.
    let secret = |key: &str| {
        (key.ends_with("_file") && key != "ca_file")
            || key == "client_key"
            || (key == "client_cert" && !settings.contains_key("client_key"))
    };
    for (key, value) in settings {
        match value {
            Value::String(path) if secret(key) => found.push((key, path)),
            Value::Object(table) if key == "basic" => {
                found.extend(table.get("password_file").and_then(Value::as_str).map(|path| (&**key, path)));
            }
            Value::Object(table) if key == "headers" => {
                let files = table.values().filter_map(|one| one.get("file")?.as_str());
                found.extend(files.map(|path| (&**key, path)));
            }
            _ => {}
        }
    }
    found
}

#[cfg(unix)]
fn open(key: &str, path: &str) -> Option<SettingError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = Path::new(path).metadata().ok()?.permissions().mode() & 0o777;
    let problem = format!("others may read the secret in {path} ({mode:04o})");
    (mode & 0o077 != 0).then(|| fault(key, problem, Some("keep it to yourself: chmod 600 on that file")))
}

#[cfg(not(unix))]
fn open(_: &str, _: &str) -> Option<SettingError> {
    None
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use serde_json::json;

    use super::*;

    #[test]
    fn files_of_secrets_that_others_may_read_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, mode| {
            let path = folder.path().join(name);
            std::fs::write(&path, "x").unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            path.display().to_string()
        };
        let (open, shut) = (file("open", 0o640), file("shut", 0o600));
        let told = |settings: Value| {
            let found = open_secrets(settings.as_object().unwrap());
            found.into_iter().map(|one| one.key).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(told(json!({"bearer_file": open, "ca_file": open})), "bearer_file");
        assert_eq!(told(json!({"basic": {"username": "alice", "password_file": open}})), "basic");
        assert_eq!(told(json!({"headers": {"x-key": {"file": open}, "x": "y"}})), "headers");
        assert_eq!(told(json!({"client_cert": open, "client_key": open})), "client_key");
        assert_eq!(told(json!({"client_cert": open})), "client_cert");
        assert_eq!(told(json!({"bearer_file": shut, "token_file": "/no/such/file"})), "");
    }
}
