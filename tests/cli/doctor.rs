//! `doctor`: what it finds, how it says so, and the exit code.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use wiremock::{Request, Respond, ResponseTemplate};

use crate::backends::Web;
use crate::kit::{Done, Machine, NOWHERE, config, done, run};

/// Answers every query with nothing but one that asks for no series, and some pages as `VictoriaMetrics` does.
struct Empty {
    date: Option<&'static str>,
}

impl Respond for Empty {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let path = request.url.path();
        let data = match () {
            () if path.ends_with("/buildinfo") => json!({}),
            () if path.ends_with("/rules") => json!({ "groups": [] }),
            () if path.ends_with("/metrics") => {
                return ResponseTemplate::new(200)
                    .set_body_string("x 1\nvm_app_version{version=\"vm-1\", short_version=\"v1.79.5\"} 1\n");
            }
            () if path.ends_with("/runtimeinfo") => return ResponseTemplate::new(404),
            () if String::from_utf8_lossy(&request.body).contains("vector%280%29") => {
                json!({ "resultType": "matrix", "result": [{ "metric": {}, "values": [[0, "0"]] }] })
            }
            () => json!({ "resultType": "matrix", "result": [] }),
        };
        let answer = ResponseTemplate::new(200).set_body_json(json!({"status": "success", "data": data}));
        match self.date {
            // The server tells the present by itself.
            None => answer,
            Some(date) => answer.insert_header("date", date),
        }
    }
}

fn doctor(config: &str, args: &[&str]) -> Done {
    Machine::new().run_with(config, &[&["doctor"], args].concat())
}

fn json_of(done: &Done) -> Value {
    serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{error}: {done:?}"))
}

#[test]
fn the_demo_is_well_and_its_blackout_is_not() {
    let well = run(&["doctor", "--demo"]);
    assert_eq!(well.code, 0, "{well:?}");
    assert!(well.out.contains("✓ prom-eu · ok") && well.out.contains("all is well"), "{}", well.out);
    let dark = run(&["doctor", "--scenario", "blackout"]);
    assert_eq!(dark.code, 1, "{dark:?}");
    assert!(dark.out.contains("✗ prom-"), "{}", dark.out);
    let plain = run(&["doctor", "--scenario", "blackout", "--ascii"]);
    assert!(plain.out.is_ascii(), "{}", plain.out);
    assert!(!well.out.contains('\u{1b}'));
    let coloured = run(&["doctor", "--demo", "--color", "16"]);
    assert!(coloured.out.contains("\u{1b}["), "{}", coloured.out);
}

#[test]
fn what_it_is_and_what_it_costs() {
    let web = Web::new(Empty { date: None });
    let found = doctor(&config(&web.server.uri()), &["--json"]);
    assert_eq!(found.code, 0, "{found:?}");
    let told = json_of(&found);
    let backend = &told["backends"][0];
    assert_eq!((&backend["product"], &backend["version"]), (&json!("VictoriaMetrics"), &json!("v1.79.5")));
    assert_eq!((&backend["state"], &backend["slos"]), (&json!("doubt"), &json!(1)));
    let requests = &backend["requests"];
    // An answer without any series is asked after once more, so that a stub is not taken for calm.
    assert_eq!((&requests["per_refresh"], &requests["per_minute"]), (&json!(2), &json!(8.0)));
    assert!(backend["latency_ms"]["min"].as_f64() <= backend["latency_ms"]["max"].as_f64());
    assert!(backend["doubts"][0].as_str().unwrap().contains("-vmalert.proxyURL"), "{backend}");
    assert_eq!(told["machine"]["state"], "ok", "{}", told["machine"]);
    let text = doctor(&config(&web.server.uri()), &[]);
    for words in
        ["VictoriaMetrics v1.79.5", "8 a minute · 2 a refresh, every 15s", "! its list of rules is empty"]
    {
        assert!(text.out.contains(words), "no {words:?} in {}", text.out);
    }
}

#[test]
fn a_clock_that_is_far_off_is_broken() {
    let web = Web::new(Empty { date: Some("Sun, 06 Nov 1994 08:49:37 GMT") });
    let found = doctor(&config(&web.server.uri()), &["--json"]);
    let told = json_of(&found);
    let offset = told["backends"][0]["clock_offset_seconds"].as_i64().unwrap();
    assert!(offset < -30 * 365 * 86_400, "{offset}");
    assert_eq!((found.code, &told["backends"][0]["state"]), (1, &json!("broken")), "{found:?}");
    let text = doctor(&config(&web.server.uri()), &[]);
    assert!(text.out.contains("behind this machine's"), "{}", text.out);
}

/// The hanging one would hang for longer than a command may run here.
#[test]
fn each_address_stands_for_itself_and_one_that_hangs_holds_nobody() {
    let web = Web::new(Empty { date: None });
    let hanging = Web::new(ResponseTemplate::new(200).set_delay(Duration::from_secs(600)));
    let backend = |name: &str, urls: &str| {
        format!(
            "[[backend]]\nname = \"{name}\"\ntype = \"prometheus\"\ntimeout = \"1s\"\nurls = [{urls}]\n\n"
        )
    };
    let (well, sick) = (web.server.uri(), hanging.server.uri());
    let text =
        backend("two", &format!("\"{NOWHERE}\", \"{well}\"")) + &backend("slow", &format!("\"{sick}\""));
    let found = doctor(&text, &["--json"]);
    let told = json_of(&found);
    let two = &told["backends"][0];
    let answers: Vec<&Value> =
        two["addresses"].as_array().unwrap().iter().map(|one| &one["answers"]).collect();
    assert_eq!(answers, [&json!(false), &json!(true)]);
    assert_eq!(
        (&two["addresses"][0]["trouble"]["class"], &two["state"]),
        (&json!("refused"), &json!("doubt"))
    );
    let slow = &told["backends"][1];
    assert_eq!((&slow["trouble"]["class"], &slow["requests"]), (&json!("timeout"), &Value::Null));
    assert!(slow["trouble"]["advice"].is_string() && slow["product"].is_null());
    assert_eq!(found.code, 1);
}

const OBJECTIVE: &str = "[[slo]]\nservice = \"a\"\nname = \"b\"\ntarget = \"99%\"\nwindow = \"30d\"\n\
                         sli = { kind = \"events\", bad = 'errors_total', total = 'requests_total' }\n";

#[test]
fn of_several_pages_each_is_told_and_a_dead_one_is_broken() {
    let page = "# TYPE requests_total counter\nrequests_total 7\nerrors_total 1\nother 3\n";
    let well = Web::new(ResponseTemplate::new(200).set_body_raw(page, "text/plain; version=0.0.4"));
    let open = "# TYPE x counter\nx_total 7\n# EOF\n";
    let open = Web::new(ResponseTemplate::new(200).set_body_raw(open, "application/openmetrics-text"));
    let backend = |urls: &str| {
        format!(
            "[[backend]]\nname = \"here\"\ntype = \"scrape\"\nurls = [\"{}\"{urls}]\n\
             targets = [{{ url = \"{}\", labels = {{ zone = \"z\" }} }}]\n\n{OBJECTIVE}",
            well.server.uri(),
            open.server.uri()
        )
    };
    let found = doctor(&backend(&format!(", \"{NOWHERE}\"")), &["--json"]);
    let here = &json_of(&found)["backends"][0];
    let told = |place: usize| {
        let one = &here["addresses"][place];
        (one["answers"].clone(), one["format"].clone(), one["facts"]["samples"].clone())
    };
    assert_eq!(told(0), (json!(true), json!("Prometheus text"), json!("3")), "{here}");
    assert_eq!(told(1), (json!(false), Value::Null, Value::Null));
    assert_eq!(told(2), (json!(true), json!("OpenMetrics"), json!("1")));
    assert_eq!(here["addresses"][1]["trouble"]["class"], "refused");
    assert_eq!((found.code, &here["state"]), (1, &json!("broken")), "{here}");
    let missing = "of its 3 pages 1 cannot be read: what is on them is missing in all figures";
    assert!(here["doubts"].as_array().unwrap().contains(&json!(missing)), "{here}");
    let text = doctor(&backend(&format!(", \"{NOWHERE}\"")), &[]).out;
    assert_eq!(text.matches("● answers").count(), 2, "none is in reserve: {text}");
    assert!(text.contains("· OpenMetrics, samples 1") && text.contains("✗ refused"), "{text}");
    let whole = doctor(&backend(""), &["--json"]);
    assert_eq!(
        (whole.code, &json_of(&whole)["backends"][0]["facts"]["pages"]),
        (0, &json!("2")),
        "{whole:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_command_is_told_with_its_program_and_what_a_run_takes() {
    let machine = Machine::new();
    let script = "#!/bin/sh\necho '{\"burnwatch\":1,\"kind\":\"series\",\"series\":[]}'\n";
    let program = machine.write("count", script);
    let mode = |mode| {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&program, fs::Permissions::from_mode(mode)).unwrap();
    };
    let config =
        format!("[[backend]]\nname = \"own\"\ntype = \"exec\"\ncommand = [\"{program}\"]\n\n{OBJECTIVE}");
    mode(0o755);
    let found = doctor(&config, &["--json"]);
    let own = &json_of(&found)["backends"][0];
    assert_eq!(
        (&own["facts"]["program"], &own["facts"]["limit"]),
        (&json!(program), &json!("10 s")),
        "{own}"
    );
    assert!(own["latency_ms"]["probes"].as_u64().is_some_and(|runs| (1..=5).contains(&runs)), "{own}");
    assert_eq!(own["trouble"], Value::Null, "{own}");
    mode(0o644);
    let refused = doctor(&config, &[]);
    assert!(refused.code == 4 && refused.err.contains("is its x bit set"), "{refused:?}");
}

#[test]
fn trace_backends_are_reached_too() {
    let web = Web::new(ResponseTemplate::new(404));
    let backend = |name: &str, url: &str| {
        format!("[[backend]]\nname = \"{name}\"\ntype = \"tempo\"\nurl = \"{url}\"\n\n")
    };
    let found = doctor(&(backend("a", &web.server.uri()) + &backend("b", NOWHERE)), &["--json"]);
    let told = json_of(&found);
    let (a, b) = (&told["backends"][0], &told["backends"][1]);
    assert_eq!((&a["state"], &a["latency_ms"]["probes"]), (&json!("ok"), &json!(5)), "{a}");
    assert_eq!((&b["trouble"]["class"], found.code), (&json!("refused"), 1), "{b}");
}

#[test]
fn each_address_of_a_trace_backend_is_tried() {
    let web = Web::new(ResponseTemplate::new(404));
    let text = format!(
        "[[backend]]\nname = \"a\"\ntype = \"zipkin\"\nurls = [\"{NOWHERE}\", \"{}\"]\n\n",
        web.server.uri()
    );
    let found = doctor(&text, &["--json"]);
    let told = &json_of(&found)["backends"][0];
    let answers: Vec<_> =
        told["addresses"].as_array().unwrap().iter().map(|place| &place["answers"]).collect();
    assert_eq!((answers, &told["state"]), (vec![&json!(false), &json!(true)], &json!("doubt")));
    assert!(told["doubts"][0].as_str().unwrap().contains("no failover there"), "{told}");
}

#[test]
fn what_is_not_configured_rightly_is_4() {
    let wrong = doctor("[[backend]]\nname = \"a\"\ntype = \"prometheus\"\nurl = \"h\"\n", &[]);
    assert_eq!((wrong.code, wrong.out.as_str()), (4, ""), "{wrong:?}");
    assert!(wrong.err.contains("no scheme"), "{wrong:?}");
    assert_eq!(doctor("", &["--frobnicate"]).code, 4);
}

#[test]
#[cfg(unix)]
fn open_secrets_and_open_folders_are_told() {
    use std::os::unix::fs::PermissionsExt;
    let machine = Machine::new();
    let token = machine.write("secrets/token", "abcdef");
    let mode = |path: &str, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(&token, 0o640);
    let state = machine.path("state").display().to_string();
    fs::create_dir(&state).unwrap();
    mode(&state, 0o777);
    // The path starts at the folder of the file.
    let text = config(NOWHERE).replace("url =", "bearer_file = \"secrets/token\"\nurl =");
    let file = machine.write("burnwatch.toml", &text);
    let check = machine.run(&["check", "--config", &file]);
    assert_eq!(check.code, 0, "{check:?}");
    assert!(check.err.contains("BW047") && check.err.contains("(0640)"), "{check:?}");
    let found = machine.run(&["doctor", "--config", &file, "--state-dir", &state]);
    assert!(
        found.out.contains("others may read the secret in") && found.out.contains("chmod 600"),
        "{found:?}"
    );
    assert!(found.out.contains("everybody may write to"), "{found:?}");
    mode(&token, 0o600);
    let check = machine.run(&["check", "--config", &file]);
    assert!(!check.err.contains("BW047"), "{check:?}");
    let at_home = text.replace("secrets/token", "~/secrets/token");
    let elsewhere = machine.write("etc/burnwatch.toml", &at_home);
    assert_eq!(machine.run(&["check", "--config", &elsewhere]).code, 0);
    let nowhere = machine.write("etc/wrong.toml", &text);
    assert_eq!(machine.run(&["check", "--config", &nowhere]).code, 1, "no such file beside it");
}

#[test]
fn the_log_tells_of_trouble_and_never_stands_in_the_way() {
    let machine = Machine::new();
    let file = machine.write("burnwatch.toml", &config(NOWHERE));
    let log = machine.path(".local/state/burnwatch/logs/burnwatch.log");
    for args in [&["--read-only"][..], &["--log-level", "off"], &["--log-level", "error"]] {
        machine.run(&[&["status", "--config", file.as_str()], args].concat());
        assert!(!log.exists(), "{args:?}");
    }
    machine.run(&["status", "--demo"]);
    assert!(!log.exists());
    machine.run(&["status", "--config", &file]);
    let text = fs::read_to_string(&log).unwrap();
    assert!(text.contains("WARN trouble begins backend=\"main\" class=\"refused\""), "{text}");
    assert!(!text.contains("DEBUG"), "{text}");
    let mut command = machine.command(&["status", "--config", &file]);
    command.env("BURNWATCH_LOG", "debug");
    let debug = done(command);
    let text = fs::read_to_string(&log).unwrap();
    assert!(text.contains("DEBUG request without an answer method=\"POST\""), "{text}");
    // Something in the place of its folder: nothing is written, and nothing else changes.
    fs::remove_dir_all(log.parent().unwrap()).unwrap();
    fs::write(log.parent().unwrap(), "in the way").unwrap();
    let blocked = machine.run(&["status", "--config", &file]);
    assert_eq!((blocked.code, &blocked.err), (debug.code, &debug.err));
    let found = machine.run(&["doctor", "--config", &file]);
    assert!(found.out.contains("! no log is written to"), "{}", found.out);
}
