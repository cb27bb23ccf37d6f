//! Answers without end, in a process that may not have more than so much memory.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use assert_cmd::Command;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::kit::{Machine, config, done};
use crate::program::{PROGRAM, environment};

/// Kibibytes that the program may allocate.
const MEMORY: u32 = 400 << 10;
const MEBIBYTE: usize = 1 << 20;

/// Answers everyone with these heads and then with so many mebibytes of `piece`, as long as they are taken.
fn flooding(head: &'static str, piece: Vec<u8>, mebibytes: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let flood = move |mut stream: TcpStream| {
        let _ = stream.read(&mut [0; 8192]);
        let _ = stream.write_all(format!("HTTP/1.1 200 OK\r\n{head}connection: close\r\n\r\n").as_bytes());
        let pieces = (mebibytes * MEBIBYTE / piece.len()).max(1);
        let _ = (0..pieces).try_for_each(|_| stream.write_all(&piece));
    };
    std::thread::spawn(move || listener.incoming().flatten().for_each(flood));
    url
}

fn many(begin: &str, one: &str) -> Vec<u8> {
    let mut text = begin.to_owned();
    while text.len() < MEBIBYTE {
        text.push_str(one);
    }
    text.into_bytes()
}

fn bomb() -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    let blanks = vec![b' '; MEBIBYTE];
    for _ in 0..1000 {
        gzip.write_all(&blanks).unwrap();
    }
    gzip.finish().unwrap()
}

/// A body of almost the size that is allowed, which begins as an answer does.
fn almost(begin: &str, one: &str) -> Vec<u8> {
    let mut body = begin.as_bytes().to_vec();
    let piece = many("", one);
    while body.len() + piece.len() < 60 * MEBIBYTE {
        body.extend_from_slice(&piece);
    }
    body
}

#[test]
fn no_answer_takes_all_memory() {
    let begin = r#"{"status":"success","data":{"resultType":"matrix","result":["#;
    let backwards = r#"{"status":"success","data":{"result":["#;
    let series = r#"{"metric":{"__bw__":"0b"},"values":["#;
    for (name, url) in [
        ("a body of 200 MB", flooding("", vec![b' '; MEBIBYTE], 200)),
        ("a gzip bomb of 1 GB", flooding("content-encoding: gzip\r\n", bomb(), 0)),
        ("samples without end", flooding("", almost(&format!("{begin}{series}"), r#"[1,"1"],"#), 0)),
        ("series without end", flooding("", almost(begin, r#"{"metric":{}},"#), 0)),
        ("the kind at the end", flooding("", almost(&format!("{backwards}{series}"), r#"[1,"1"],"#), 0)),
        ("brackets without end", flooding("", almost("", "["), 0)),
    ] {
        let machine = Machine::new();
        let file = machine.write("burnwatch.toml", &config(&url));
        let mut command = Command::new("sh");
        command.env_clear().envs(environment(machine.home.path())).current_dir(machine.home.path());
        command.args(["-c", &format!("ulimit -d {MEMORY}; exec \"$0\" \"$@\""), PROGRAM]);
        command.args(["status", "--json", "--timeout", "60s", "--config", &file]);
        let done = done(command);
        assert_eq!(done.code, 3, "{name}: {done:?}");
        let document: Value = serde_json::from_str(&done.out).unwrap();
        assert_eq!(document["sources"][0]["error_class"], "bad answer", "{name}: {done:?}");
    }
}
