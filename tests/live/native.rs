//! A native histogram, as a process exposes it in protobuf and a real Prometheus scrapes it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use burnwatch::domain::slo::sli::{Latency, Sli};
use burnwatch::domain::slo::status::Data;
use burnwatch::domain::slo::window::Window;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::desk::{clock_at, desk, objective};
use crate::server::Server;
use crate::web::{instant, newest};

/// Between two scrapes so many requests take a tenth of a second, and so many six tenths.
const FAST: u64 = 900;
const SLOW: u64 = 100;
const SCRAPES: usize = 8;

/// A message of protobuf, written field by field.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    fn number(mut self, field: u64, value: u64) -> Self {
        self.varint(field << 3);
        self.varint(value);
        self
    }

    /// A `sint`, which is written zigzag.
    fn signed(self, field: u64, value: i64) -> Self {
        self.number(field, ((value << 1) ^ (value >> 63)) as u64)
    }

    fn double(mut self, field: u64, value: f64) -> Self {
        self.varint(field << 3 | 1);
        self.0.extend(value.to_le_bytes());
        self
    }

    fn bytes(mut self, field: u64, value: &[u8]) -> Self {
        self.varint(field << 3 | 2);
        self.varint(value.len() as u64);
        self.0.extend(value);
        self
    }
}

/// `io.prometheus.client.MetricFamily` with one histogram of schema 0: bucket i ends at 2^i. Lengths go before.
fn family(name: &str, fast: u64, slow: u64) -> Vec<u8> {
    let span = |offset| Message::default().signed(1, offset).number(2, 1);
    // Buckets −3, up to 0.125, and 0, up to 1, with two empty ones between.
    let histogram = Message::default()
        .number(1, fast + slow)
        .double(2, fast as f64 * 0.1 + slow as f64 * 0.6)
        .signed(5, 0)
        .double(6, 1e-9)
        .bytes(12, &span(-3).0)
        .bytes(12, &span(2).0)
        .signed(13, fast as i64)
        .signed(13, slow as i64 - fast as i64);
    let metric = Message::default().bytes(7, &histogram.0);
    let family = Message::default().bytes(1, name.as_bytes()).number(3, 4).bytes(4, &metric.0);
    let mut delimited = Message::default();
    delimited.varint(family.0.len() as u64);
    delimited.0.extend(family.0);
    delimited.0
}

/// Answers every scrape, each after more requests than the last, and tells of it.
async fn expose(listener: TcpListener, served: mpsc::Sender<()>) {
    let scrapes = Arc::new(AtomicU64::new(0));
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(answer(stream, Arc::clone(&scrapes), served.clone()));
    }
}

async fn answer(mut stream: TcpStream, scrapes: Arc<AtomicU64>, served: mpsc::Sender<()>) {
    let mut request = Vec::new();
    while stream.read_buf(&mut request).await.is_ok_and(|read| read > 0) {
        if !request.ends_with(b"\r\n\r\n") {
            continue;
        }
        request.clear();
        let count = scrapes.fetch_add(1, Ordering::Relaxed) + 1;
        let mut body = family("served_seconds", FAST * count, SLOW * count);
        body.extend(family("idle_seconds", 5, 5));
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.google.protobuf; \
             proto=io.prometheus.client.MetricFamily; encoding=delimited\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let _ = stream.write_all(head.as_bytes()).await;
        let _ = stream.write_all(&body).await;
        let _ = served.send(()).await;
    }
}

#[tokio::test]
async fn a_native_histogram_takes_any_threshold() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap();
    let (served, mut scrapes) = mpsc::channel(1000);
    let exporter = tokio::spawn(expose(listener, served));
    let config = format!(
        "scrape_configs:\n- job_name: native\n  scrape_interval: 1s\n  static_configs:\n  - targets: ['{target}']\n"
    );
    let server = Server::scraping(&config, &["--enable-feature=native-histograms"]);
    for _ in 0..SCRAPES {
        tokio::time::timeout(Duration::from_secs(60), scrapes.recv()).await.unwrap().unwrap();
    }
    // The cell that will end with this minute holds all there is.
    let now = newest(server.port, "max(timestamp(served_seconds))").await.unwrap() as i64;
    let at = now - now.rem_euclid(60) + 60;
    let sli = |histogram: &str, threshold| {
        Sli::Latency(Latency { histogram: histogram.to_owned(), threshold, native: true })
    };
    // No bucket ends at 270 ms; at 750 ms half of the slow ones' bucket counts.
    let objectives = vec![
        objective("native/fast", sli("served_seconds{job=\"native\"}", 0.27), "95%"),
        objective("native/half", sli("served_seconds", 0.75), "95%"),
        objective("native/idle", sli("idle_seconds", 0.27), "95%"),
    ];
    let mut desk = desk(&server.url(), clock_at(at), objectives, Vec::new());
    let report = desk.gather(Instant::now() + Duration::from_secs(60), false).await;
    assert_eq!(report.status.feed.trouble, None);
    let [fast, half, idle] = &report.slos[..] else { panic!("three objectives") };
    let cell = |slo: &burnwatch::domain::slo::status::SloStatus| {
        slo.ledger.read(at, Window::minutes(5)).unwrap().tally
    };
    let all = instant(server.port, "histogram_count(increase(served_seconds[5m]))", at).await.unwrap();
    for (slo, slow) in [(fast, 0.1), (half, 0.05)] {
        let got = cell(slo);
        println!("{}: {} of {}, all {all}", slo.id(), got.bad, got.total);
        // Scrapes go on between the two questions.
        assert!(got.total >= (FAST + SLOW) as f64 && got.total <= all, "{got:?} of {all}");
        assert!((got.error_ratio().unwrap() - slow).abs() < 1e-9, "{}: {got:?}", slo.id());
    }
    assert_eq!((&idle.data, cell(idle).bad), (&Data::NoTraffic, 0.0));
    exporter.abort();
}
