//! Folders of pages on a real disk.

use super::*;
use std::time::{Duration, SystemTime};

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn paths(scan: &Scan) -> Vec<&str> {
    scan.documents.iter().map(|d| d.path.as_str()).collect()
}

#[test]
fn pages_are_read_in_order_and_the_rest_is_left() {
    let dir = folder(&[
        ("b/Two.MD", b"two"),
        ("a.markdown", b"one"),
        ("b/x.txt", b""),
        (".git/c.md", b""),
        ("b/.d.md", b""),
    ]);
    let scan = scan(&[dir.path().to_path_buf()]);
    assert_eq!(paths(&scan), ["a.markdown", "b/Two.MD"]);
    assert_eq!(scan.documents[1].text, "two");
    assert_eq!(scan.documents[0].root, dir.path().display().to_string());
    assert!(scan.documents[0].modified.is_some() && scan.problems.is_empty());
}

#[test]
fn a_single_file_may_be_named() {
    let dir = folder(&[("a/x.md", b"x"), ("a/y.md", b"y")]);
    assert_eq!(paths(&scan(&[dir.path().join("a/x.md")])), ["x.md"]);
}

#[test]
fn problems_name_their_path() {
    let dir = folder(&[("bad.md", b"caf\xe9")]);
    let gone = dir.path().join("gone");
    let scan = scan(&[gone.clone(), dir.path().to_path_buf()]);
    let got: Vec<(&Path, &str)> =
        scan.problems.iter().map(|p| (p.path.as_path(), p.message.as_str())).collect();
    let bad = dir.path().join("bad.md");
    assert_eq!(got[0], (gone.as_path(), "does not exist"));
    assert_eq!(got[1].0, bad.as_path());
    assert_eq!(scan.documents[0].text, "caf\u{fffd}");
}

#[cfg(unix)]
#[test]
fn link_loops_end_and_dead_links_are_said() {
    let dir = folder(&[("a/x.md", b"x")]);
    std::os::unix::fs::symlink(dir.path(), dir.path().join("a/loop")).unwrap();
    std::os::unix::fs::symlink("nowhere", dir.path().join("dead.md")).unwrap();
    let scan = scan(&[dir.path().to_path_buf()]);
    assert_eq!(paths(&scan), ["a/x.md"]);
    assert_eq!(
        scan.problems,
        [Problem { path: dir.path().join("dead.md"), message: "does not exist".into() }]
    );
}

#[test]
fn too_many_pages_are_cut_once() {
    let dir = tempfile::tempdir().unwrap();
    for n in 0..=MAX_FILES {
        fs::write(dir.path().join(format!("{n:05}.md")), "").unwrap();
    }
    let scan = scan(&[dir.path().to_path_buf()]);
    assert_eq!((scan.documents.len(), scan.problems.len()), (MAX_FILES, 1));
}

#[test]
fn a_page_over_the_cap_is_read_just_beyond_it() {
    let dir = folder(&[("x.md", "é".repeat(MAX_BYTES).as_bytes())]);
    let scan = scan(&[dir.path().to_path_buf()]);
    assert!(scan.documents[0].text.len() > MAX_BYTES && scan.documents[0].text.len() < MAX_BYTES + 16);
    assert!(scan.problems.is_empty());
}

#[test]
fn the_fingerprint_sees_size_time_and_name() {
    let dir = folder(&[("a.md", b"one"), ("b.txt", b"")]);
    let folders = [dir.path().to_path_buf()];
    let path = dir.path().join("a.md");
    let touch = |seconds| {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        File::options().append(true).open(&path).unwrap().set_modified(time).unwrap();
        fingerprint(&folders)
    };
    let first = touch(1_000);
    assert_eq!(first, touch(1_000));
    assert_ne!(first, touch(1_001));
    fs::write(&path, "more").unwrap();
    let grown = touch(1_000);
    assert_ne!(first, grown);
    fs::write(dir.path().join("b.txt"), "not a page").unwrap();
    assert_eq!(grown, fingerprint(&folders));
    fs::rename(&path, dir.path().join("c.md")).unwrap();
    assert_ne!(grown, fingerprint(&folders));
}
