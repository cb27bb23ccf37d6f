//! Graphite: carbon takes minutes in, graphite-web tells of them.

use std::fmt::Write;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::status::Data;
use burnwatch::domain::slo::window::Window;
use burnwatch::source::{Cells, CountsAsk, Range};
use serde_json::{Value, json};

use super::process::{MISSING, Running, free_port, http, spawn, until};
use super::{FROM, TO, code, compare_all, connected, judged, of, series};
use crate::truth::NOW;

const MINUTE: i64 = 60;

fn start() -> Running {
    let folder = tempfile::tempdir().unwrap();
    let (web, lines, cache) = (free_port(), free_port(), free_port());
    configure(folder.path(), lines, cache);
    let carbon = spawn(
        Command::new("carbon-cache")
            .arg(format!("--config={}", folder.path().join("carbon.conf").display()))
            .arg(format!("--pidfile={}", folder.path().join("pid").display()))
            .args(["--nodaemon", "start"]),
        &folder.path().join("carbon.log"),
    );
    let manage = |arguments: &[&str]| {
        let mut command = Command::new("graphite-manage");
        command.args(arguments).env("PYTHONPATH", folder.path()).env("GRAPHITE_SETTINGS_MODULE", "gset");
        command
    };
    let made = manage(&["migrate", "--run-syncdb"]).output();
    let made = made.unwrap_or_else(|error| panic!("graphite-manage: {error}; {MISSING}"));
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let address = format!("127.0.0.1:{web}");
    let django = spawn(
        &mut manage(&["runserver", "--noreload", "--insecure", &address]),
        &folder.path().join("web.log"),
    );
    let server = Running::new(web, vec![carbon, django], folder);
    until("carbon listens", || TcpStream::connect(("127.0.0.1", lines)).is_ok());
    fill(lines);
    until("graphite has the last minute", || newest(web) == Some((TO - 1) / MINUTE * MINUTE));
    server
}

fn configure(folder: &Path, lines: u16, cache: u16) {
    let path = folder.display();
    let carbon = format!(
        "[cache]\nUSER =\nSTORAGE_DIR = {path}\nLOCAL_DATA_DIR = {path}/whisper\nCONF_DIR = {path}\n\
         LOG_DIR = {path}\nPID_DIR = {path}\nLINE_RECEIVER_INTERFACE = 127.0.0.1\nLINE_RECEIVER_PORT = {lines}\n\
         PICKLE_RECEIVER_INTERFACE = 127.0.0.1\nPICKLE_RECEIVER_PORT = {}\nCACHE_QUERY_INTERFACE = 127.0.0.1\n\
         CACHE_QUERY_PORT = {cache}\nMAX_CREATES_PER_MINUTE = inf\nMAX_UPDATES_PER_SECOND = inf\n\
         WHISPER_SPARSE_CREATE = True\nLOG_UPDATES = False\n",
        free_port()
    );
    // The events are in the past for good, and their files are mostly holes.
    let schemas = "[all]\npattern = .*\nretentions = 60s:10000d\n";
    let django = format!(
        "SECRET_KEY = 'x'\nALLOWED_HOSTS = ['*']\nTIME_ZONE = 'UTC'\nCONF_DIR = STORAGE_DIR = LOG_DIR = '{path}'\n\
         WHISPER_DIR = '{path}/whisper'\nINDEX_FILE = '{path}/index'\nCARBONLINK_HOSTS = ['127.0.0.1:{cache}:a']\n\
         DATABASES = {{'default': {{'NAME': '{path}/web.db', 'ENGINE': 'django.db.backends.sqlite3'}}}}\n"
    );
    std::fs::create_dir(folder.join("whisper")).unwrap();
    for (name, text) in
        [("carbon.conf", carbon.as_str()), ("storage-schemas.conf", schemas), ("gset.py", &django)]
    {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

/// As carbon would have got them: the newest value of each minute, and what happened in each. The last line is a mark.
fn fill(port: u16) {
    let mut text = String::new();
    for (process, counter, counted) in series() {
        let path = format!("shop.{}.{}.{}", process.service, process.instance, code(counter));
        for (time, value) in counted.samples(process, counter, FROM, TO) {
            writeln!(text, "{path}.total {value} {time}").unwrap();
            if time % MINUTE < process.scrape {
                let minute = time - time.rem_euclid(MINUTE);
                writeln!(text, "{path}.n {} {minute}", counted.between(minute, minute + MINUTE)).unwrap();
            }
        }
    }
    writeln!(text, "mark.last 1 {}", TO - 1).unwrap();
    TcpStream::connect(("127.0.0.1", port)).unwrap().write_all(text.as_bytes()).unwrap();
}

/// The last minute that has the mark.
fn newest(port: u16) -> Option<i64> {
    let path = format!("/render?target=mark.last&format=json&from={}&until={}", NOW, TO + 60);
    let (status, body) = http(port, "GET", &path, "")?;
    let found: Value = serde_json::from_str(&body).ok().filter(|_| status == 200)?;
    let points = found[0]["datapoints"].as_array()?;
    points.iter().rfind(|point| !point[0].is_null())?[1].as_i64()
}

/// Each way to write the same, of both services.
fn counted() -> Vec<Arc<Objective>> {
    let whole = "summarize(sumSeries(PATH.n),'{{.window}}','sum',false)";
    let rate = "rate(scale(PATH.n,0.016666666666666666))";
    let forms = [("n", "PATH.n"), ("counter", "counter(PATH.total)"), ("rate", rate), ("whole", whole)];
    let one = |(name, form): (&str, &str), service: &str| {
        let target = |code: &str| form.replace("PATH", &format!("shop.{service}.*.{code}"));
        of(&format!("{service}/{name}"), &target("500"), &target("*"))
    };
    forms.into_iter().flat_map(|form| ["checkout", "cart"].map(|service| one(form, service))).collect()
}

#[tokio::test]
async fn graphite_tells_what_happened() {
    let server = start();
    let settings = json!({"url": server.url()});
    let source = connected("graphite", settings.clone());
    let told = source.identify().await.unwrap();
    assert_eq!((told.product.as_deref(), told.doubts.as_slice()), (Some("Graphite"), &[][..]), "{told:?}");
    assert!(told.version.unwrap().starts_with("1."));
    assert_eq!(source.probe().await.unwrap().requests, 1);
    // Thirty years ago, before the archives begin: a gap, and no mistake.
    let range = Range { from: NOW - 11_000 * 86_400, to: NOW - 10_999 * 86_400, step: 3600 };
    let ask = CountsAsk::new(vec![counted().remove(0)], Window::hours(1), range);
    assert_eq!(source.counts(&ask).await.unwrap().slos[0], Ok(Cells::default()));
    compare_all("graphite", &judged("graphite", settings.clone(), counted()).await, 8);
    let broken = [
        (
            "checkout/typo",
            "shop.checkout.*.500.n",
            "shop.chekout.*.*.n",
            "knows no metric `shop.chekout.*.*.n`",
        ),
        (
            "checkout/function",
            "shop.checkout.*.500.n",
            "sumSerie(shop.checkout.*.*.n)",
            "unknown function: sumSerie",
        ),
        ("checkout/signs", "shop.checkout.*.500.n", "sumSeries(shop.checkout.*.*.n))(", "a parenthesis"),
        (
            "checkout/arguments",
            "shop.checkout.*.500.n",
            "scale(shop.checkout.*.*.n,'x' 0.5)",
            "can it be read?",
        ),
        // It answers 500 to all that is asked with it.
        (
            "checkout/stumbles",
            "shop.checkout.*.500.n",
            "scale(shop.checkout.*.*.n,'x')",
            "total: Graphite stumbles over it (500)",
        ),
    ];
    let objectives: Vec<_> = broken.iter().map(|(id, bad, total, _)| of(id, bad, total)).collect();
    // Nobody ever saw an error of it: that is none, and no mistake.
    let spotless = of("checkout/up", "shop.checkout.*.503.n", "shop.checkout.*.*.n");
    let report = judged("graphite", settings, [objectives, vec![spotless]].concat()).await;
    for (slo, (id, _, _, words)) in report.slos.iter().zip(broken) {
        let Data::Error(why) = &slo.data else { panic!("{id}: {:?}", slo.data) };
        assert!(why.contains(words), "{id}: {why}");
    }
    let spotless = &report.slos[broken.len()];
    assert_eq!(spotless.reading.unwrap().tally.bad, 0.0, "{:?}", spotless.data);
}
