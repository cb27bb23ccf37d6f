//! The faults: one row each, with what the server does and what the reader is to be told.

use std::io::Write;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::cert::Cert;
use crate::prom::{date, envelope, series, well};
use crate::sick::{Act, Server, Words};
use crate::wire::{Request, answer, head};

/// What is to come of a fault while it lasts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expect {
    /// The backend as a whole does not answer; what is said has these words.
    Down(&'static [&'static str]),
    /// It answers, and its objectives cannot be counted, for a reason with these words.
    Objectives(&'static [&'static str]),
    /// It answers, and is not believed, for a reason with these words.
    Doubted(&'static [&'static str]),
    /// It answers, and the second of its objectives cannot be counted, for a reason with these words.
    Second(&'static [&'static str]),
    /// Now it answers and now it does not.
    Shaky,
    /// It is no fault to us.
    Well,
}

use Expect::{Doubted, Down, Objectives, Second, Shaky, Well};

/// Another host, which asks for credentials that are not meant for it.
pub(crate) static THIEF: OnceCell<Server> = OnceCell::const_new();

pub(crate) async fn thief() -> &'static Server {
    let start = async || {
        let thief = Server::start("127.0.0.1", false).await.unwrap();
        thief.turn(status(401, &[], "who are you?")).await;
        thief
    };
    THIEF.get_or_init(start).await
}

pub(crate) struct Fault {
    pub(crate) name: &'static str,
    pub(crate) act: Act,
    pub(crate) expect: Expect,
    pub(crate) tls: bool,
    /// Nobody has the name that is asked for.
    pub(crate) lost: bool,
    pub(crate) host: &'static str,
}

fn row(name: &'static str, act: Act, expect: Expect) -> Fault {
    Fault { name, act, expect, tls: false, lost: false, host: "127.0.0.1" }
}

fn say(words: impl Fn(&Request, i64) -> Vec<u8> + Send + Sync + 'static) -> Act {
    Act::Say(Arc::new(words))
}

/// A status with a body that repeats who asks, as careless servers do.
fn status(status: u16, headers: &'static [(&'static str, &'static str)], body: &'static str) -> Act {
    say(move |request, now| {
        let date = date(now);
        let headers: Vec<_> = headers.iter().copied().chain([("date", date.as_str())]).collect();
        answer(status, &headers, format!("{body}{}", echo(request)))
    })
}

fn echo(request: &Request) -> String {
    format!(" {} {}", request.header("authorization").unwrap_or(""), request.header("x-key").unwrap_or(""))
}

/// A success with this body.
fn body(words: impl Fn(&Request, i64) -> Vec<u8> + Send + Sync + 'static) -> Act {
    say(move |request, now| {
        answer(200, &[("content-type", "application/json"), ("date", &date(now))], words(request, now))
    })
}

/// A success with other series than there are.
fn changed(change: impl Fn(&mut Vec<Value>, i64) + Send + Sync + 'static) -> Act {
    body(move |request, now| {
        let mut series = series(request, now);
        change(&mut series, now);
        envelope(request, series).to_string().into_bytes()
    })
}

/// Half of what there is, with this beside it.
fn half(beside: &'static str, said: impl Fn() -> Value + Send + Sync + 'static) -> Act {
    body(move |request, now| {
        let mut whole = envelope(request, halved(series(request, now)));
        whole[beside] = said();
        whole.to_string().into_bytes()
    })
}

fn halved(mut series: Vec<Value>) -> Vec<Value> {
    for sample in series.iter_mut().flat_map(|one| one["values"].as_array_mut().unwrap()) {
        let value: f64 = sample[1].as_str().unwrap().parse().unwrap();
        sample[1] = json!((value / 2.0).to_string());
    }
    series
}

fn samples(series: &mut [Value]) -> impl Iterator<Item = &mut Vec<Value>> {
    series.iter_mut().map(|one| one["values"].as_array_mut().unwrap())
}

fn of_head(bytes: Vec<u8>) -> Words {
    Arc::new(move |_, _| bytes.clone())
}

fn refusal(status: u16, kind: &'static str, error: &'static str) -> Act {
    say(move |request, _| {
        let said = format!("{error}{}", echo(request));
        let body = json!({"status": "error", "errorType": kind, "error": said});
        answer(status, &[("content-type", "application/json")], body.to_string())
    })
}

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];
const GZIP: &[(&str, &str)] = &[("content-type", "application/json"), ("content-encoding", "gzip")];

/// A hundred mebibytes of blanks, which is a hundred kibibytes here.
fn bomb() -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..100 {
        gzip.write_all(&blanks).unwrap();
    }
    gzip.finish().unwrap()
}

/// Connections that are not made, and names that are not found.
fn unreached() -> Vec<Fault> {
    let tls = |name, act, words| Fault { tls: true, ..row(name, act, Down(words)) };
    vec![
        row("refused", Act::Gone, Down(&["connection refused by http://", "is it running"])),
        Fault {
            lost: true,
            ..row("DNS failure", Act::Well, Down(&["cannot find host no-such-host.invalid", "DNS"]))
        },
        tls("TLS expired", Act::Shows(Cert::Expired), &["https://", "has expired"]),
        tls("TLS wrong host", Act::Shows(Cert::OtherName), &["https://", "another name"]),
        tls(
            "TLS unknown CA",
            Act::Shows(Cert::Stranger),
            &["https://", "unknown to this machine", "ca_file"],
        ),
        tls("plain text on a TLS port", Act::Plain, &["https://", "does not speak TLS"]),
        row("accept queue full", Act::Full, Down(&["no answer from http://", "within 5 s"])),
        row("half-open connection", Act::NeverRead, Down(&["no answer from http://"])),
        row("accepts then closes", Act::HangUp, Down(&["connection to http://", "broke: "])),
        Fault { host: "[::1]", ..row("IPv6 only", Act::Well, Well) },
    ]
}

/// Statuses that say no.
fn refused() -> Vec<Fault> {
    let html = "<!doctype html><h1>Bad gateway</h1>";
    vec![
        row("401", status(401, &[], "bad token"), Down(&["http://", "401", "expired"])),
        row("403", status(403, &[], "no right"), Down(&["http://", "403", "tenant"])),
        row("404", status(404, &[], "404 page not found"), Down(&["http://", "404", "path of the URL"])),
        row(
            "422 with position",
            refusal(422, "execution", "1:15: parse error: unexpected end"),
            Down(&["query refused", "parse error"]),
        ),
        row(
            "422 for one expression",
            say(|request, now| {
                let error = "1:15: parse error: unexpected end";
                let body = json!({"status": "error", "errorType": "execution", "error": error}).to_string();
                let bad = request.param("query").contains("svc=\"b\"");
                if bad { answer(422, JSON, body) } else { well(request, now) }
            }),
            Second(&["parse error"]),
        ),
        row("429 with seconds", status(429, &[("retry-after", "30")], ""), Down(&["http://", "429"])),
        row(
            "429 with a date",
            say(|_, now| answer(429, &[("retry-after", &date(now + 40)), ("date", &date(now))], "")),
            Down(&["http://", "429"]),
        ),
        row("429 without", status(429, &[], "slow down"), Down(&["http://", "fewer requests", "429"])),
        row("500", status(500, &[], "boom"), Down(&["http://", "500 boom"])),
        row("502 with HTML", status(502, &[("content-type", "text/html")], html), Down(&["http://", "502"])),
        row("503", status(503, &[], "starting"), Down(&["http://", "503 starting"])),
        row(
            "503 timeout in JSON",
            refusal(503, "timeout", "query timed out in expression evaluation"),
            Down(&["http://", "503 timeout: query timed out"]),
        ),
        row(
            "500 with escape codes",
            status(500, &[], "\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}boom"),
            Down(&["http://", "500", "boom"]),
        ),
    ]
}

/// Answers that do not come, or not to their end.
fn unended() -> Vec<Fault> {
    let promised = || head(200, JSON, Some(4000));
    let begun = || [promised(), b"{\"status\":\"success\",\"data\":".to_vec()].concat();
    let chunked = &[("content-type", "application/json"), ("transfer-encoding", "chunked")];
    let nonsense = [head(200, chunked, None), b"xyz\r\nnonsense".to_vec()].concat();
    vec![
        row(
            "timeout before the first byte",
            Act::SayAndHang(of_head(Vec::new())),
            Down(&["no answer from http://"]),
        ),
        row("timeout after the head", Act::SayAndHang(of_head(promised())), Down(&["http://", "within 5 s"])),
        row("slow drip", Act::Drip(of_head(head(200, JSON, None)), b' '), Down(&["http://", "within 5 s"])),
        row(
            "slow drip of the head",
            Act::Drip(of_head(b"HTTP/1.1 200 OK\r\nx: ".to_vec()), b'x'),
            Down(&["http://"]),
        ),
        row("reset before answering", Act::SayAndReset(of_head(Vec::new())), Down(&["http://", "was reset"])),
        row("reset in mid-body", Act::SayAndReset(of_head(begun())), Down(&["http://", "cut off"])),
        row("closed in mid-body", Act::SayAndClose(of_head(begun())), Down(&["http://", "cut off"])),
        row("chunks that are none", Act::SayAndClose(of_head(nonsense)), Down(&["http://", "cut off"])),
        row("no HTTP", Act::SayAndClose(of_head(b"SSH-2.0-x\r\n".to_vec())), Down(&["http://", "HTTP"])),
        row(
            "100 MB body",
            Act::Flood(of_head(head(200, JSON, Some(100 << 20))), 100),
            Down(&["larger than"]),
        ),
        row("gzip bomb", say(|_, _| answer(200, GZIP, bomb())), Down(&["http://", "larger than"])),
        row("wrong encoding", say(|_, _| answer(200, GZIP, "{\"status\":1}")), Down(&["http://", "gzip"])),
        row("flapping", Act::Flap(Box::new(status(500, &[], "boom"))), Shaky),
        row(
            "redirect to another host",
            say(|_, _| {
                let elsewhere = THIEF.get().map(Server::url).unwrap_or_default();
                answer(307, &[("location", &elsewhere)], "")
            }),
            Down(&["http://", "401", "redirect", "not given credentials"]),
        ),
        row("redirect loop", status(302, &[("location", "/again")], ""), Down(&["http://", "redirects"])),
    ]
}

/// Answers that are none.
fn unread() -> Vec<Fault> {
    let whole = |request: &Request, now| envelope(request, series(request, now)).to_string().into_bytes();
    let html = "<!doctype html><h1>Sign in</h1>";
    let stub = r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#;
    vec![
        row(
            "truncated JSON",
            body(move |request, now| whole(request, now)[..40].to_vec()),
            Down(&["http://", "ends early"]),
        ),
        row(
            "bad JSON",
            body(|request, _| format!("oops{}", echo(request)).into()),
            Down(&["http://", "not the JSON"]),
        ),
        row("JSON of another kind", body(|_, _| b"{\"message\":\"ok\"}".to_vec()), Down(&["http://"])),
        row(
            "HTML with 200",
            status(200, &[("content-type", "text/html")], html),
            Down(&["http://", "login page"]),
        ),
        row("empty 200", say(|_, _| answer(200, &[], "")), Down(&["http://", "an empty answer"])),
        row("deeply nested JSON", body(|_, _| vec![b'['; 500_000]), Down(&["http://", "not the JSON"])),
        row("stub answers", body(move |_, _| stub.into()), Down(&["http://", "nothing"])),
    ]
}

/// Answers that are not the whole truth.
fn untrue() -> Vec<Fault> {
    vec![
        row(
            "partial data by warnings",
            half("warnings", || json!(["fetch series for {store=\"a\"}: no route to host"])),
            Down(&["http://", "part", "no route to host"]),
        ),
        row("partial data by isPartial", half("isPartial", || json!(true)), Down(&["http://", "part"])),
        row(
            "too many series",
            changed(|series, _| {
                let many = (0..60).map(|i| json!({"metric": {"i": i.to_string()}, "values": [[0, "1"]]}));
                series.extend(many);
            }),
            Down(&["http://", "more than 50 series"]),
        ),
        row(
            "duplicate series",
            changed(|series, _| series.extend(series.clone())),
            Objectives(&["2 series"]),
        ),
        row(
            "NaN and infinite values",
            changed(|series, _| {
                for (place, sample) in samples(series).flatten().enumerate() {
                    sample[1] = json!(["NaN", "+Inf", "-Inf"][place % 3]);
                }
            }),
            Objectives(&["NaN"]),
        ),
        row("samples out of order", changed(|series, _| samples(series).for_each(|all| all.reverse())), Well),
        row(
            "samples in the future",
            changed(|series, _| {
                for all in samples(series) {
                    let last = all.last().unwrap()[0].as_i64().unwrap();
                    all.extend((1..60).map(|minute| json!([last + 60 * minute, "1e9"])));
                }
            }),
            Well,
        ),
        row("clock an hour ahead", ahead(3600), Doubted(&["1h ahead"])),
        row("clock an hour behind", ahead(-3600), Doubted(&["1h behind"])),
    ]
}

/// The right figures from a server whose clock differs.
fn ahead(seconds: i64) -> Act {
    say(move |request, now| {
        let truth = String::from_utf8(well(request, now)).unwrap();
        truth.replace(&date(now), &date(now + seconds)).into_bytes()
    })
}

/// Every row but that of the redirect to another host, which needs one.
pub(crate) fn all() -> Vec<Fault> {
    [unreached(), refused(), unended(), unread(), untrue()].into_iter().flatten().collect()
}
