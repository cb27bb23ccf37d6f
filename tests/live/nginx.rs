//! An nginx before a Prometheus: one port for each way to be let in, or not.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

const MISSING: &str = "run ./tests/run, it installs nginx and openssl";

/// What each port does; `{tls}` names the certificate beside it.
const PORTS: &[(&str, &str)] = &[
    ("plain", "{pass}"),
    ("tls", "{tls server} {pass}"),
    ("mtls", "{tls server} ssl_client_certificate ca.pem; ssl_verify_client on; {pass}"),
    ("wrong-host", "{tls other} {pass}"),
    ("expired", "{tls expired} {pass}"),
    ("basic", "auth_basic x; auth_basic_user_file users; {pass}"),
    (
        "bearer",
        "if ($http_authorization != 'Bearer the-token-of-alice') { return 401 'no such token'; } {pass}",
    ),
    ("tenant", "if ($http_x_scope_orgid != 'team-a') { return 401 'no org id'; } {pass}"),
    ("prefix", "location /prom/eu/ { proxy_pass http://UPSTREAM/; }"),
    ("busy", "add_header Retry-After 7 always; location / { return 429; }"),
    ("starting", "add_header Retry-After 7 always; location / { return 503; }"),
    ("page", "location / { default_type text/html; return 200 '<html>Sign in</html>'; }"),
];

pub(crate) struct Nginx {
    ports: Vec<u16>,
    process: Child,
    pub(crate) folder: tempfile::TempDir,
}

impl Nginx {
    /// Before the Prometheus at `upstream`, which is a host and a port.
    pub(crate) fn before(upstream: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        certificates(folder.path());
        fs::write(folder.path().join("users"), "alice:{PLAIN}the-password-of-alice\n").unwrap();
        let mut said = String::new();
        // Another program may take a port between our look and nginx's.
        for _ in 0..3 {
            let ports = free_ports(PORTS.len());
            fs::write(folder.path().join("nginx.conf"), configuration(&ports, upstream)).unwrap();
            if let Some(process) = ready(spawn(folder.path()), &mut said) {
                return Self { ports, process, folder };
            }
        }
        panic!("nginx does not start:\n{said}");
    }

    pub(crate) fn port(&self, name: &str) -> u16 {
        let place = PORTS.iter().position(|port| port.0 == name).unwrap();
        self.ports[place]
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_ports(count: usize) -> Vec<u16> {
    let held: Vec<_> = (0..count).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    held.iter().map(|listener| listener.local_addr().unwrap().port()).collect()
}

fn configuration(ports: &[u16], upstream: &str) -> String {
    let mut servers = String::new();
    for ((_, does), port) in PORTS.iter().zip(ports) {
        let mut does = does.replace("{pass}", "location / { proxy_pass http://UPSTREAM; }");
        let mut listen = format!("127.0.0.1:{port}");
        for name in ["server", "other", "expired"] {
            let certificate = format!("ssl_certificate {name}.pem; ssl_certificate_key {name}.key;");
            let wanted = format!("{{tls {name}}}");
            if does.contains(&wanted) {
                listen.push_str(" ssl");
                does = does.replace(&wanted, &certificate);
            }
        }
        writeln!(servers, "server {{ listen {listen}; {does} }}").unwrap();
    }
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path temp-{name};\n"))
        .concat();
    format!(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr notice;\nevents {{}}\n\
         http {{\naccess_log off;\n{temporary}{}}}\n",
        servers.replace("UPSTREAM", upstream)
    )
}

fn spawn(folder: &Path) -> Child {
    let path = format!("/usr/sbin:{}", std::env::var("PATH").unwrap_or_default());
    Command::new("nginx")
        .env("PATH", path)
        .arg("-p")
        .arg(folder)
        .args(["-c", "nginx.conf", "-e", "stderr"])
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("nginx: {error}; {MISSING}"))
}

/// Reads the log until it tells of its machine, which it does when its ports are open; `None` when it ended instead.
fn ready(mut process: Child, said: &mut String) -> Option<Child> {
    let mut log = BufReader::new(process.stderr.take().unwrap());
    let mut line = String::new();
    while log.read_line(&mut line).unwrap_or(0) > 0 {
        if line.contains("OS: ") {
            // The pipe has to be emptied for as long as it runs.
            std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
            return Some(process);
        }
        said.push_str(&line);
        line.clear();
    }
    let _ = process.wait();
    None
}

/// An authority, what it signed for this machine, for another name, for the past and for alice, and a stranger's.
fn certificates(folder: &Path) {
    let authority = "[ca]\ndefault_ca = a\n[a]\nnew_certs_dir = .\ndatabase = index\nserial = serial\n\
         default_md = sha256\npolicy = p\ncopy_extensions = copy\nunique_subject = no\n[p]\ncommonName = supplied\n";
    fs::write(folder.join("ca.cnf"), authority).unwrap();
    fs::write(folder.join("index"), "").unwrap();
    fs::write(folder.join("serial"), "01\n").unwrap();
    for name in ["ca", "stranger"] {
        openssl(
            folder,
            &format!("req -x509 {KEY} -days 2 -subj /CN={name} -keyout {name}.key -out {name}.pem"),
        );
    }
    let (here, long) = ("DNS:localhost,IP:127.0.0.1", "20991231000000Z");
    for (name, names, until) in [
        ("server", here, long),
        ("other", "DNS:other.test", long),
        ("expired", here, "20200201000000Z"),
        ("alice", "DNS:alice", long),
    ] {
        let (csr, pem) = (format!("{name}.csr"), format!("{name}.pem"));
        let names = format!("-addext subjectAltName={names}");
        openssl(folder, &format!("req -new {KEY} -subj /CN={name} {names} -keyout {name}.key -out {csr}"));
        let signed = format!("-in {csr} -out {pem} -startdate 20200101000000Z -enddate {until}");
        openssl(folder, &format!("ca -batch -notext -config ca.cnf -cert ca.pem -keyfile ca.key {signed}"));
    }
}

const KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";

/// `words` are separated by blanks.
fn openssl(folder: &Path, words: &str) {
    let done = Command::new("openssl")
        .args(words.split(' '))
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("openssl: {error}; {MISSING}"));
    assert!(done.status.success(), "openssl {words}: {}", String::from_utf8_lossy(&done.stderr));
}
