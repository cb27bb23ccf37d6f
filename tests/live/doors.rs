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

/// One way in: a port of the proxy, what follows it in the URL, and keys of the backend.
struct Door {
    name: &'static str,
    port: &'static str,
    path: &'static str,
    keys: &'static str,
    /// The class of what is wrong, and words of it; nothing where one is let in.
    class: &'static str,
    words: &'static str,
}

const fn opens(name: &'static str, port: &'static str, keys: &'static str) -> Door {
    Door { name, port, path: "", keys, class: "", words: "" }
}

impl Door {
    const fn below(self, path: &'static str) -> Self {
        Self { path, ..self }
    }

    const fn but(self, class: &'static str, words: &'static str) -> Self {
        Self { class, words, ..self }
    }
}

const CA: &str = "ca_file = 'certs/ca.pem'";
const STRANGER: &str = "ca_file = '~/certs/stranger.pem'";
const ALICE: &str =
    "ca_file = '~/certs/ca.pem'\nclient_cert = 'certs/alice.pem'\nclient_key = '~/certs/alice.key'";
const PASSWORD: &str = "basic = { username = 'alice', password_file = 'password' }";
const BOBS_PASSWORD: &str = "basic = { username = 'bob', password_file = '~/password' }";
const TOKEN: &str = "bearer_command = ['echo', 'the-token-of-alice']";
const BOBS_TOKEN: &str = "bearer_command = ['echo', 'the-token-of-bob']";

const DOORS: &[Door] = &[
    opens("plain", "plain", ""),
    opens("tls", "tls", CA),
    opens("tls-unknown", "tls", "").but("tls", "name it with ca_file"),
    opens("tls-stranger", "tls", STRANGER).but("tls", "name it with ca_file"),
    opens("tls-other", "wrong-host", CA).but("tls", "for another name"),
    opens("tls-expired", "expired", CA).but("tls", "has expired"),
    opens("tls-none", "plain", CA).but("tls", "http:// rather than https://"),
    opens("mtls", "mtls", ALICE),
    opens("mtls-nobody", "mtls", CA).but("bad answer", "400"),
    opens("basic", "basic", PASSWORD),
    opens("basic-wrong", "basic", BOBS_PASSWORD).but("denied", "401"),
    opens("bearer", "bearer", TOKEN),
    opens("bearer-wrong", "bearer", BOBS_TOKEN).but("denied", "no such token"),
    opens("tenant", "tenant", "tenant = 'team-a'"),
    opens("tenant-none", "tenant", "").but("denied", "no org id"),
    opens("prefix", "prefix", "").below("/prom/eu"),
    opens("prefix-none", "prefix", "").below("/prom").but("not found", "path of the URL"),
    opens("busy", "busy", "").but("rate limited", "429"),
    opens("starting", "starting", "").but("server", "503"),
    opens("page", "page", "").but("bad answer", "login page"),
];

fn configuration(nginx: &Nginx) -> String {
    let mut text = String::from("timeout = '5s'\n");
    for Door { name, port, path, keys, .. } in DOORS {
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
    assert_eq!(told.len(), DOORS.len() + 1);
    for Door { name, class, words, .. } in DOORS.iter().chain([&opens("proxy", "", "")]) {
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
