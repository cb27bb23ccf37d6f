//! `--record` and `replay`: the same figures, nothing secret, and files that are none.

use serde_json::Value;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::kit::{Machine, NOWHERE, done};
use crate::program::AT;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|why| panic!("{why}: {text}"))
}

#[test]
fn a_replay_tells_what_was_told() {
    let machine = Machine::new();
    let seen = machine.run(&["status", "--demo", "--at", AT, "--json", "--record", "night"]);
    assert_eq!((seen.code, seen.err.as_str()), (2, ""));
    let again = machine.run(&["replay", "night", "--status", "--json"]);
    assert_eq!(again.code, 2, "{}", again.err);
    assert!(again.err.starts_with("replay of night from 2026-"), "{}", again.err);
    let (seen, again) = (json(&seen.out), json(&again.out));
    for key in ["as_of", "state", "reasons"] {
        // Who is on call is in no recording.
        if key != "reasons" {
            assert_eq!(again[key], seen[key], "{key}");
        }
    }
    let of = |told: &Value| -> Vec<Value> {
        let mut slos = told["slos"].as_array().unwrap().clone();
        // The log, which has policy steps with their times, is in no recording.
        for slo in &mut slos {
            slo["policy"]["since"] = Value::Null;
            if let Some(refill) = slo["budget"].get_mut("refill").filter(|refill| refill.is_object()) {
                refill["incident"] = Value::Null;
            }
        }
        slos
    };
    let (seen, again) = (of(&seen), of(&again));
    assert_eq!(seen.len(), again.len());
    for (seen, again) in seen.iter().zip(&again) {
        assert_eq!(again, seen);
    }
    assert!(!machine.path("state").exists());
}

#[test]
fn a_recording_is_never_written_over_and_takes_no_other_source() {
    let machine = Machine::new();
    machine.write("old", "mine\n");
    let refused = machine.run(&["status", "--demo", "--record", "old"]);
    assert_eq!(refused.code, 4);
    assert!(refused.err.contains("there is a file already"), "{}", refused.err);
    assert_eq!(std::fs::read_to_string(machine.path("old")).unwrap(), "mine\n");
    let foreign = machine.run(&["replay", "old", "--status"]);
    assert_eq!(foreign.code, 4);
    assert!(foreign.err.contains("old: line 1: this is no recording of burnwatch"), "{}", foreign.err);
    let missing = machine.run(&["replay", "none", "--status"]);
    assert!(missing.code == 4 && missing.err.contains("cannot read the recording none"), "{}", missing.err);
    machine.run(&["status", "--demo", "--at", AT, "--record", "night"]);
    for (args, said) in [
        (&["--prometheus", NOWHERE][..], "--prometheus has no place here"),
        (&["--record", "again"], "--record has no place here"),
        (&["--at", "2020-01-01T00:00:00Z"], "night reaches from"),
        (&["--speed", "0"], "0 is not in 1..=3600"),
        (&["--json", "--at", "soon"], "is not an instant"),
    ] {
        let refused = machine.run(&[&["replay", "night", "--status"], args].concat());
        assert!(refused.code == 4 && refused.err.contains(said), "{said}: {}", refused.err);
    }
}

/// Every way to give a secret, each with a word that nothing else has.
const SECRETS: [&str; 5] = ["s3cr3t-token", "s3cr3t-word", "s3cr3t-header", "s3cr3t-query", "s3cr3t-user"];

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_in_a_recording() {
    let server = MockServer::start().await;
    // A server that repeats what it was told.
    let answer = |request: &wiremock::Request| {
        let heard: Vec<String> =
            request.headers.values().map(|value| value.to_str().unwrap_or_default().to_owned()).collect();
        let said = format!("{} {}", request.url, heard.join(" "));
        ResponseTemplate::new(401)
            .set_body_json(serde_json::json!({"status": "error", "errorType": "bad_data", "error": said}))
    };
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let machine = Machine::new();
    let token = machine.write("token", SECRETS[0]);
    let (bare, address) = (server.uri(), server.uri().replace("http://", ""));
    let url = format!("http://{}:{}@{address}/?key={}", SECRETS[4], SECRETS[1], SECRETS[3]);
    for (place, backend) in [
        format!("url = \"{bare}\"\nbearer_file = \"{token}\"\nheaders = {{ X-Key = \"{}\" }}", SECRETS[2]),
        format!("url = \"{url}\""),
    ]
    .into_iter()
    .enumerate()
    {
        let slo = "[[slo]]\nservice = \"api\"\nname = \"ok\"\ntarget = \"99%\"\nwindow = \"30d\"\nsli = { kind = \"bool\", metric = \"up\" }\n";
        let config = format!(
            "[[backend]]\nname = \"main\"\ntype = \"prometheus\"\ndiscover = [\"sloth\", \"services\"]\n{backend}\n{slo}"
        );
        let file = machine.write(&format!("{place}.toml"), &config);
        let name = format!("night-{place}");
        let command = machine.command(&["status", "--json", "--config", &file, "--record", &name]);
        let told = tokio::task::spawn_blocking(move || done(command)).await.unwrap();
        let Ok(recorded) = std::fs::read_to_string(machine.path(&name)) else {
            // Refused with a sentence, before anything was recorded.
            assert!(place == 1 && told.code == 4, "{told:?}");
            continue;
        };
        assert!(recorded.lines().count() > 1 && recorded.contains("failed"), "{recorded}");
        for secret in SECRETS.into_iter().chain(["czNjcjN0"]) {
            assert!(!recorded.contains(secret), "{secret}: {recorded}");
        }
        let again = machine.run(&["replay", &name, "--status"]);
        assert!(again.out.contains("401") || again.code == 3, "{again:?}");
    }
}

/// The shell's limit ends a program by a signal that does not look out; 200 blocks are 100 kB or twice that.
#[cfg(unix)]
#[test]
fn a_file_that_may_not_grow_ends_the_recording_and_not_the_program() {
    let machine = Machine::new();
    let script = "ulimit -f 200 && exec \"$0\" \"$@\"";
    let status = ["status", "--demo", "--at", AT, "--json", "--record", "night"];
    let mut command = std::process::Command::new("/bin/sh");
    command.args(["-c", script, crate::program::PROGRAM]).args(status);
    command.env_clear().envs(crate::program::environment(&machine.path(""))).current_dir(machine.path(""));
    let done = command.output().unwrap();
    assert_eq!(done.status.code(), Some(2), "{}", String::from_utf8_lossy(&done.stderr));
    let told = String::from_utf8(done.stdout).unwrap();
    assert!(told.contains("the recording night ended: File too large"), "{told}");
    let whole = std::fs::read_to_string(machine.path("night")).unwrap();
    assert!(whole.len() > 1000 && whole.ends_with('\n'), "{} bytes", whole.len());
    let again = machine.run(&["replay", "night", "--status"]);
    assert!(again.code < 4, "{}", again.err);
}
