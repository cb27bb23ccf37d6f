//! Reads a file that a person named or keeps: a plain one, of bounded size, without ever waiting for a pipe.

use std::fs::OpenOptions;
use std::io::Read;
use std::path::Path;

use super::http::io_reason;

/// All of `path` if it has at most `most` bytes. An error is a sentence that begins with what failed and names the file.
pub(crate) fn read(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let shown = path.display();
    let failed = |error: std::io::Error| format!("cannot read {shown}: {}", io_reason(&error));
    let file = without_waiting(OpenOptions::new().read(true)).open(path).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if about.is_dir() {
        return Err(format!("{shown} is a folder"));
    }
    // A pipe would have to be waited for, and a device never ends.
    if !about.is_file() {
        return Err(format!("{shown} is a pipe or a device, and has to be a plain file"));
    }
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > most {
        return Err(format!("{shown} is larger than {}: is it the right file?", size(most)));
    }
    Ok(bytes)
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}

#[cfg(unix)]
fn without_waiting(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.custom_flags(i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default())
}

#[cfg(not(unix))]
fn without_waiting(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_be_as_large_as_allowed_and_no_larger() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, [b'x'; 2048]).unwrap();
        assert_eq!(read(&path, 2048).map(|bytes| bytes.len()), Ok(2048));
        let why = read(&path, 2047).unwrap_err();
        assert_eq!(why, format!("{} is larger than 1 KiB: is it the right file?", path.display()));
        assert!(read(folder.path(), 9).unwrap_err().ends_with("is a folder"));
        assert!(read(&folder.path().join("b"), 9).unwrap_err().ends_with("there is no such file"));
    }

    /// Without care the first would wait for ever, and the second never end.
    #[test]
    #[cfg(unix)]
    fn pipes_and_devices_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [pipe.as_path(), Path::new("/dev/zero")] {
            assert!(read(path, 9).unwrap_err().ends_with("has to be a plain file"), "{}", path.display());
        }
    }
}
