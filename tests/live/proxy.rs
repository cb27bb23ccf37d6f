//! A relay in front of the server that notes every request and counts the bytes of every answer.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// One request as it was forwarded.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// The form of its body.
    pub(crate) form: BTreeMap<String, String>,
}

impl Request {
    /// Grid points asked of each series.
    pub(crate) fn points(&self) -> i64 {
        let number = |key: &str| self.form[key].parse::<i64>().unwrap();
        (number("end") - number("start")) / number("step") + 1
    }

    /// Objectives are asked as increases, signals as rates and gauges.
    pub(crate) fn counts_events(&self) -> bool {
        self.form["query"].contains("increase(")
    }
}

#[derive(Default)]
struct Seen {
    requests: Mutex<Vec<Request>>,
    sent: AtomicU64,
    received: AtomicU64,
}

pub(crate) struct Proxy {
    pub(crate) port: u16,
    seen: Arc<Seen>,
}

/// What passed since the last look.
pub(crate) struct Passed {
    pub(crate) requests: Vec<Request>,
    /// Bytes of requests and of answers, with their heads.
    pub(crate) sent: u64,
    pub(crate) received: u64,
}

impl Proxy {
    pub(crate) async fn before(upstream: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen::default());
        let noted = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(("127.0.0.1", upstream)).await.unwrap();
                let ((from_client, to_client), (from_server, to_server)) =
                    (client.into_split(), server.into_split());
                tokio::spawn(forward(from_client, to_server, Arc::clone(&noted)));
                tokio::spawn(answer(from_server, to_client, Arc::clone(&noted)));
            }
        });
        Self { port, seen }
    }

    pub(crate) fn take(&self) -> Passed {
        Passed {
            requests: std::mem::take(&mut *self.seen.requests.lock().unwrap()),
            sent: self.seen.sent.swap(0, Ordering::Relaxed),
            received: self.seen.received.swap(0, Ordering::Relaxed),
        }
    }
}

/// Notes each whole request before any of its last bytes goes on, so that no answer comes before its note.
async fn forward(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, seen: Arc<Seen>) {
    let (mut held, mut buffer) = (Vec::new(), [0; 8192]);
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        held.extend_from_slice(&buffer[..count]);
        while let Some((request, length)) = whole(&held) {
            seen.sent.fetch_add(length as u64, Ordering::Relaxed);
            seen.requests.lock().unwrap().push(request);
            to.write_all(&held[..length]).await.unwrap();
            held.drain(..length);
        }
    }
}

async fn answer(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, seen: Arc<Seen>) {
    let mut buffer = [0; 8192];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        seen.received.fetch_add(count as u64, Ordering::Relaxed);
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

/// The request that `held` begins with and its length, once all of it is there.
fn whole(held: &[u8]) -> Option<(Request, usize)> {
    let head_end = held.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&held[..head_end]).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
    });
    let end = head_end + length.unwrap_or(0);
    let body = held.get(head_end..end)?;
    let mut words = head.split(' ');
    let (method, path) = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
    Some((Request { method, path, form: form(body) }, end))
}

fn form(body: &[u8]) -> BTreeMap<String, String> {
    let text = String::from_utf8_lossy(body);
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (plain(key), plain(value)))
        .collect()
}

/// Undoes the escapes of a form.
fn plain(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let code = || u8::from_str_radix(text.get(at + 1..at + 3)?, 16).ok();
        match bytes[at] {
            b'+' => out.push(b' '),
            b'%' => {
                out.push(code().unwrap());
                at += 2;
            }
            other => out.push(other),
        }
        at += 1;
    }
    String::from_utf8(out).unwrap()
}
