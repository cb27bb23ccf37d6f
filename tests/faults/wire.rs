//! Requests as they come over the wire, and answers as they go.

use std::collections::BTreeMap;
use std::fmt::Write;

use tokio::io::{AsyncRead, AsyncReadExt};

#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) path: String,
    /// Everything before the body.
    pub(crate) head: String,
    /// Of the form, or of the query.
    pub(crate) params: BTreeMap<String, String>,
}

impl Request {
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.params.get(name)?.parse().ok()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let named =
            |line: &&str| line.split_once(':').is_some_and(|(key, _)| key.trim().eq_ignore_ascii_case(name));
        Some(self.head.lines().find(named)?.split_once(':')?.1.trim())
    }
}

/// The next request of a connection; `None` where the other side is gone. `held` keeps what came after it.
pub(crate) async fn request(stream: &mut (impl AsyncRead + Unpin), held: &mut Vec<u8>) -> Option<Request> {
    loop {
        if let Some((request, length)) = whole(held) {
            held.drain(..length);
            return Some(request);
        }
        let mut buffer = [0; 8192];
        match stream.read(&mut buffer).await {
            Ok(count @ 1..) => held.extend_from_slice(&buffer[..count]),
            _ => return None,
        }
    }
}

fn whole(held: &[u8]) -> Option<(Request, usize)> {
    let head_end = held.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&held[..head_end]).into_owned();
    let mut request = Request { head, ..Request::default() };
    let length: usize = request.header("content-length").map_or(0, |text| text.parse().unwrap());
    let body = String::from_utf8_lossy(held.get(head_end..head_end + length)?).into_owned();
    let target = request.head.split(' ').nth(1)?.to_owned();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    path.clone_into(&mut request.path);
    let form = [query, &body].join("&");
    request.params = form.split('&').filter_map(pair).collect();
    Some((request, head_end + length))
}

fn pair(text: &str) -> Option<(String, String)> {
    let (key, value) = text.split_once('=')?;
    Some((plain(key), plain(value)))
}

/// Undoes the escapes of a form.
fn plain(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let hex = more.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        let escaped = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(escaped.unwrap_or(if *first == b'+' { b' ' } else { *first }));
        rest = if escaped.is_some() { &more[2..] } else { more };
    }
    String::from_utf8(bytes).unwrap()
}

/// An answer in one piece, with the length of its body.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut bytes = head(status, headers, Some(body.len()));
    bytes.extend_from_slice(body);
    bytes
}

/// The head of an answer, with the length that is promised.
pub(crate) fn head(status: u16, headers: &[(&str, &str)], length: Option<usize>) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status} Whatever\r\n");
    for (name, value) in headers {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    if let Some(length) = length {
        let _ = write!(text, "content-length: {length}\r\n");
    }
    text.push_str("\r\n");
    text.into_bytes()
}
