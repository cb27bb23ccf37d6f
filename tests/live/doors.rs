//! Every way through an nginx to a Prometheus, right and wrong, as `doctor` tells it in one run.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::Value;

use crate::nginx::Nginx;
use crate::program::{PROGRAM, environment};
use crate::server::Server;

/// Name, port, what follows it in the URL, keys, and the class and the words of what is wrong; nothing for those that
/// are let in.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

const ROWS: &[Row] = &[
    ("plain", "plain", "", "", "", ""),
    ("tls", "tls", "", "ca_file = 'certs/ca.pem'", "", ""),
    ("tls-unknown", "tls", "", "", "tls", "name it with ca_file"),
    ("tls-stranger", "tls", "", "ca_file = '~/certs/stranger.pem'", "tls", "name it with ca_file"),
    ("tls-other", "wrong-host", "", "ca_file = 'certs/ca.pem'", "tls", "for another name"),
    ("tls-expired", "expired", "", "ca_file = 'certs/ca.pem'", "tls", "has expired"),
    ("tls-none", "plain", "", "ca_file = 'certs/ca.pem'", "tls", "http:// rather than https://"),
    (
        "mtls",
        "mtls",
        "",
        "ca_file = '~/certs/ca.pem'\nclient_cert = 'certs/alice.pem'\nclient_key = '~/certs/alice.key'",
        "",
        "",
    ),
    ("mtls-nobody", "mtls", "", "ca_file = 'certs/ca.pem'", "bad answer", "400"),
    ("basic", "basic", "", "basic = { username = 'alice', password_file = 'password' }", "", ""),
    (
        "basic-wrong",
        "basic",
        "",
        "basic = { username = 'bob', password_file = '~/password' }",
        "denied",
        "401",
    ),
    ("bearer", "bearer", "", "bearer_command = ['echo', 'the-token-of-alice']", "", ""),
    (
        "bearer-wrong",
        "bearer",
        "",
        "bearer_command = ['echo', 'the-token-of-bob']",
        "denied",
        "no such token",
    ),
    ("tenant", "tenant", "", "tenant = 'team-a'", "", ""),
    ("tenant-none", "tenant", "", "", "denied", "no org id"),
    ("prefix", "prefix", "/prom/eu", "", "", ""),
    ("prefix-none", "prefix", "/prom", "", "not found", "path of the URL"),
    ("busy", "busy", "", "", "rate limited", "429"),
    ("starting", "starting", "", "", "server", "503"),
    ("page", "page", "", "", "bad answer", "login page"),
];

fn configuration(nginx: &Nginx) -> String {
    let mut text = String::from("timeout = '5s'\n");
    for (name, port, path, keys, ..) in ROWS {
        let scheme = if name.contains("tls") { "https" } else { "http" };
        let port = nginx.port(port);
        let url = format!("{scheme}://localhost:{port}{path}");
        writeln!(text, "\n[[backend]]\nname = '{name}'\ntype = 'prometheus'\nurl = '{url}'\n{keys}").unwrap();
    }
    // Nobody can find that host but the proxy.
    text + "\n[[backend]]\nname = 'proxy'\ntype = 'prometheus'\nurl = 'http://prometheus.invalid:9090'\n"
}

#[test]
fn every_door_opens_with_its_key_and_says_why_it_does_not() {
    let server = Server::scraping("global: {}\n", &[]);
    let nginx = Nginx::before(&format!("127.0.0.1:{}", server.port));
    let home = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(nginx.folder.path(), home.path().join("certs")).unwrap();
    let password = home.path().join("password");
    fs::write(&password, "the-password-of-alice\n").unwrap();
    fs::set_permissions(&password, fs::Permissions::from_mode(0o600)).unwrap();
    let file = home.path().join("burnwatch.toml");
    fs::write(&file, configuration(&nginx)).unwrap();
    let output = Command::new(PROGRAM)
        .env_clear()
        .envs(environment(home.path()))
        .env("http_proxy", format!("http://127.0.0.1:{}", nginx.port("plain")))
        .env("no_proxy", "localhost,127.0.0.1")
        // Paths of the configuration start at its folder, wherever one stands.
        .current_dir("/")
        .args(["doctor", "--json", "--config", file.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let told: BTreeMap<&str, &Value> = told["backends"]
        .as_array()
        .unwrap()
        .iter()
        .map(|backend| (backend["name"].as_str().unwrap(), backend))
        .collect();
    assert_eq!(told.len(), ROWS.len() + 1);
    for (name, _, _, _, class, words) in ROWS.iter().chain([&("proxy", "", "", "", "", "")]) {
        let backend = told[name];
        let trouble = &backend["trouble"];
        assert_eq!(trouble["class"].as_str().unwrap_or_default(), *class, "{name}: {backend}");
        let text = trouble["text"].as_str().unwrap_or_default();
        assert!(text.contains(words), "{name}: {text}");
        if class.is_empty() {
            assert_eq!(backend["product"], "Prometheus", "{name}: {backend}");
            assert_eq!(backend["latency_ms"]["probes"], 5, "{name}");
            assert!(backend["clock_offset_seconds"].as_i64().unwrap().abs() < 10, "{name}");
        }
    }
    let busy = told["busy"]["trouble"]["text"].as_str().unwrap();
    assert!(!busy.contains('<'), "{busy}");
    let all = String::from_utf8(output.stdout).unwrap();
    for secret in ["the-password-of", "the-token-of"] {
        assert!(!all.contains(secret), "{secret}");
    }
}
