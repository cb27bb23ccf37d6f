//! The state directory and its files: private unless the directory is a group's.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

use super::super::store::warily;
use super::trouble::AppendError;
use crate::source::private;

/// Makes the directory, 0700, if it is missing; refuses one where anybody may exchange files.
pub(super) fn prepare(dir: &Path) -> Result<(), AppendError> {
    let failed = |error: io::Error| AppendError::Folder { path: dir.to_owned(), reason: error.to_string() };
    private::folder(dir).map_err(failed)?;
    let found = dir.metadata().map_err(failed)?;
    if mode(&found) & 0o002 == 0 { Ok(()) } else { Err(AppendError::OpenToAll(dir.to_owned())) }
}

/// Opens a file to read and write, made if it is missing: 0600, or 0660 whatever the umask in a
/// directory that a group writes to. Follows no link.
pub(super) fn open(path: &Path, options: &mut OpenOptions) -> Result<File, AppendError> {
    let file = warily(options.read(true)).open(path).or_else(|error| match error.kind() {
        ErrorKind::NotFound => create(path, options),
        _ => Err(error),
    });
    match file.and_then(|file| Ok((file.metadata()?.is_file(), file))) {
        Ok((true, file)) => Ok(file),
        Ok((false, _)) => Err(AppendError::NotAFile(path.to_owned())),
        Err(_) if path.symlink_metadata().is_ok_and(|found| !found.is_file()) => {
            Err(AppendError::NotAFile(path.to_owned()))
        }
        Err(error) => Err(AppendError::Write { path: path.to_owned(), reason: error.to_string() }),
    }
}

fn create(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let file = private::file(options).create(true).open(path)?;
    let dir = path.parent().unwrap_or(Path::new("."));
    share(&file, mode(&dir.metadata()?))?;
    // Where a directory cannot be synced there is nothing better to be done.
    let _ = File::open(dir).and_then(|dir| dir.sync_all());
    Ok(file)
}

#[cfg(unix)]
fn mode(found: &Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&found.permissions())
}

#[cfg(not(unix))]
fn mode(_: &Metadata) -> u32 {
    0
}

#[cfg(unix)]
fn share(file: &File, of_dir: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let group_writes = of_dir & 0o020 != 0;
    if group_writes { file.set_permissions(PermissionsExt::from_mode(0o660)) } else { Ok(()) }
}

#[cfg(not(unix))]
fn share(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}
