//! `burnwatch exec-test`, and what `check` says of commands.

use std::process::{Command, Output};

use crate::kit::Folder;
use crate::program::{AT, PROGRAM, environment};

fn burnwatch(folder: &Folder, script: &str, sli: &str, args: &[&str]) -> (i32, String) {
    let program = folder.program("command", script);
    let config = format!(
        "[[backend]]\nname = \"cloud\"\ntype = \"exec\"\ncommand = [\"{program}\", \"--all\"]\n\
         env = [\"KEY=hunter2-and-more\"]\n\n[[slo]]\nservice = \"shop\"\nname = \"a\"\ntarget = \"99%\"\n\
         window = \"30d\"\nrunbook = \"none\"\nsli = {sli}\n"
    );
    let path = folder.path("burnwatch.toml");
    std::fs::write(&path, config).unwrap();
    let mut command = Command::new(PROGRAM);
    command.env_clear().envs(environment(&folder.path("home"))).args(args);
    let Output { status, stdout, stderr } =
        command.arg("--config").arg(path).args(["--at", AT]).output().unwrap();
    let text = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
    (status.code().unwrap(), text)
}

const EVENTS: &str = "{ kind = \"events\", bad = \"errors\", total = \"requests\" }";

#[test]
fn a_run_that_is_understood() {
    let folder = Folder::new();
    let script = r#"echo "$1 hello $KEY" >&2
echo "{\"burnwatch\":1,\"kind\":\"series\",\"series\":[{\"points\":[[$BURNWATCH_END,7.5],[5,1]]}],\"warnings\":[\"w\"]}""#;
    let (code, text) = burnwatch(&folder, script, EVENTS, &["exec-test", "cloud"]);
    assert_eq!(code, 0, "{text}");
    for part in [
        "BURNWATCH_QUERY=errors",
        "BURNWATCH_END=1771322400",
        "passed   KEY PATH HOME LANG",
        "exit code 0",
        "stderr   --all hello (secret)",
        "series: 2 points, 1 of them asked for, 0 no numbers; 1 at 5 … 7.5 at 1771322400",
        "warning  w",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_run_that_is_not() {
    let folder = Folder::new();
    for (script, part) in [
        ("echo Traceback; echo '  line 2'", "printed  Traceback\nprinted  line 2"),
        ("echo oh >&2; exit 2", "problem  exec:"),
        (r#"echo '{"burnwatch":1,"kind":"series","series":[]}'"#, "a gap and not a zero"),
        (r#"echo '{"burnwatch":1,"kind":"series","series":[{"points":[[60,1]]}]}'"#, "no point lies in"),
        (r#"echo '{"burnwatch":1,"kind":"series","series":[{},{}]}'"#, "several series"),
    ] {
        let (code, text) = burnwatch(&folder, script, EVENTS, &["exec-test", "cloud"]);
        assert_eq!(code, 1, "{text}");
        assert!(text.contains(part), "{part}\n{text}");
    }
    let (code, text) = burnwatch(&folder, "", EVENTS, &["exec-test", "main"]);
    assert_eq!(code, 4);
    assert!(text.contains("no exec backend is called `main`; cloud"), "{text}");
}

#[test]
fn a_point_at_the_begin_of_the_span_is_of_the_bin_before() {
    let folder = Folder::new();
    let at = |time: &str| {
        format!(r#"echo "{{\"burnwatch\":1,\"kind\":\"series\",\"series\":[{{\"points\":[[{time},1]]}}]}}""#)
    };
    for (time, code) in [("$BURNWATCH_START", 1), ("$((BURNWATCH_START + 1))", 0), ("$BURNWATCH_END", 0)] {
        let (found, text) = burnwatch(&folder, &at(time), EVENTS, &["exec-test", "cloud"]);
        assert_eq!(found, code, "{time}: {text}");
    }
}

/// The command holds a pipe open, which ends when the command does.
#[test]
fn who_ends_the_program_ends_the_command_with_it() {
    let folder = Folder::new();
    let pipe = folder.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let program = folder.program("command", &format!("exec 3> {}\necho up >&3\nsleep 600", pipe.display()));
    let config = format!(
        "[[backend]]\nname = \"cloud\"\ntype = \"exec\"\ntimeout = \"500s\"\ncommand = [\"{program}\"]\n"
    );
    let path = folder.path("burnwatch.toml");
    std::fs::write(&path, config).unwrap();
    let mut command = Command::new(PROGRAM);
    command.env_clear().envs(environment(&folder.path("home"))).args(["exec-test", "cloud", "--query", "x"]);
    let mut burnwatch = command.arg("--config").arg(path).spawn().unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut pipe = std::fs::File::open(pipe).unwrap();
        let mut text = [0; 3];
        std::io::Read::read_exact(&mut pipe, &mut text).unwrap();
        tell.send(text.to_vec()).unwrap();
        let mut rest = Vec::new();
        std::io::Read::read_to_end(&mut pipe, &mut rest).unwrap();
        tell.send(rest).unwrap();
    });
    let patience = std::time::Duration::from_secs(60);
    assert_eq!(told.recv_timeout(patience).unwrap(), b"up\n");
    let interrupt = ["-INT".to_owned(), burnwatch.id().to_string()];
    assert!(Command::new("kill").args(interrupt).status().unwrap().success());
    assert_eq!(burnwatch.wait().unwrap().code(), Some(130));
    assert_eq!(told.recv_timeout(patience).expect("the command has ended"), b"");
}

#[test]
fn check_tells_what_a_command_cannot_count() {
    let folder = Folder::new();
    let latency = "{ kind = \"latency\", histogram = \"h\", threshold = \"300ms\" }";
    let (code, text) = burnwatch(&folder, "exit 1", latency, &["check", "--short"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("a command knows no histograms"), "{text}");
    let (_, text) = burnwatch(&folder, "exit 1", EVENTS, &["check", "--short"]);
    assert!(!text.contains("histograms"), "{text}");
}
