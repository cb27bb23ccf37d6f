//! Folders and files as the system has them: who may read them, whether they can be written and locked.

use std::fs::{self, TryLockError};
use std::path::Path;

/// Permission bits; `None` where there is no such thing.
#[cfg(unix)]
pub(in crate::cli) fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(path.metadata().ok()?.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
pub(in crate::cli) fn mode(_: &Path) -> Option<u32> {
    None
}

/// Writes and locks a file that goes away again; why that does not work.
pub(super) fn try_writing(folder: &Path) -> Result<(), String> {
    let plain = |error: &std::io::Error| crate::source::http::io_reason(error);
    let mut file = tempfile::NamedTempFile::new_in(folder)
        .map_err(|error| format!("nothing can be written to {}: {}", folder.display(), plain(&error)))?;
    std::io::Write::write_all(&mut file, b"burnwatch")
        .map_err(|error| format!("{} takes no more: {}", folder.display(), plain(&error)))?;
    match file.as_file().try_lock() {
        Ok(()) | Err(TryLockError::WouldBlock) => Ok(()),
        Err(TryLockError::Error(error)) => {
            Err(format!("files in {} cannot be locked: {}", folder.display(), plain(&error)))
        }
    }
}

/// Plain files directly below, and their bytes.
pub(super) fn files(folder: &Path) -> (usize, u64) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.filter_map(|entry| entry.metadata().ok()).filter(fs::Metadata::is_file);
    sizes.fold((0, 0), |(files, bytes), found| (files + 1, bytes + found.len()))
}

/// Plain files directly below that others than their owner may read.
pub(super) fn open_files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let open = |entry: &fs::DirEntry| {
        let plain = entry.file_type().is_ok_and(|kind| kind.is_file());
        plain && mode(&entry.path()).is_some_and(|mode| mode & 0o077 != 0)
    };
    entries.filter(open).count()
}

/// What a network file system calls itself; `None` for a disk of this machine, or where that is not told.
#[cfg(target_os = "linux")]
pub(super) fn network(path: &Path) -> Option<&'static str> {
    // Of linux/magic.h.
    match u64::try_from(rustix::fs::statfs(path).ok()?.f_type).ok()? & 0xffff_ffff {
        0x6969 => Some("NFS"),
        0xff53_4d42 | 0xfe53_4d42 | 0x517b => Some("SMB"),
        0x6573_5546 => Some("FUSE"),
        0x00c3_6400 => Some("Ceph"),
        _ => None,
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn network(_: &Path) -> Option<&'static str> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_tried_without_leaving_a_trace() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(try_writing(folder.path()), Ok(()));
        assert_eq!(files(folder.path()), (0, 0));
        let why = try_writing(&folder.path().join("missing")).unwrap_err();
        assert!(why.contains("missing"), "{why}");
    }

    #[test]
    #[cfg(unix)]
    fn files_that_others_may_read_are_counted() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        for (name, mode) in [("a", 0o600), ("b", 0o640), ("c", 0o604)] {
            let path = folder.path().join(name);
            fs::write(&path, "12").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        }
        assert_eq!((files(folder.path()), open_files(folder.path())), ((3, 6), 2));
    }
}
