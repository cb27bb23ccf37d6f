//! Several panes on one state directory.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use crate::program::AT;
use crate::pty::{Life, Pane, Start};

fn append(folder: &Path, line: &str) {
    let path = folder.join("events.jsonl");
    let mut log = OpenOptions::new().create(true).append(true).open(path).unwrap();
    log.write_all(line.as_bytes()).unwrap();
}

fn opened(number: u64, severity: &str) -> String {
    let data = serde_json::json!({ "number": number, "title": "cards refused", "severity": severity });
    let event = serde_json::json!({
        "v": 1, "seq": number, "id": format!("01HZZZZZZZZZZZZZZZZZZZZZZ{number}"), "ts": "2026-02-17T09:50:00Z",
        "actor": "alice", "actor_src": "login", "host": "bastion-1",
        "kind": "incident.opened", "ref": format!("INC-{number}"), "data": data,
    });
    format!("{event}\n")
}

fn panes(home: &Arc<tempfile::TempDir>) -> [Pane; 2] {
    let state = home.path().join("state");
    std::fs::create_dir_all(&state).unwrap();
    let state = state.display().to_string();
    [(80, 24), (200, 60)].map(|size| {
        let args = ["demo", "--scenario", "calm", "--at", AT, "--state-dir", state.as_str()];
        Start { args: &args, size, home: Some(Arc::clone(home)), ..Start::default() }.open()
    })
}

#[test]
fn what_one_writes_the_others_show() {
    let home = Arc::new(tempfile::tempdir().unwrap());
    let mut panes = panes(&home);
    for pane in &panes {
        pane.wait_text("checkout/availability");
        assert!(!pane.state().text().contains("INC-"), "{}", pane.state().text());
    }
    let state = home.path().join("state");
    append(&state, &opened(3, "SEV1"));
    for pane in &panes {
        pane.wait_text("SEV1 INC-3");
    }
    append(&state, &opened(4, "SEV2"));
    panes[1].wait_text("INC-3 10m +1");
    for pane in &mut panes {
        pane.press("q");
        assert_eq!(pane.end(), Life::Exited(0));
    }
}

#[test]
fn a_torn_last_line_is_waited_for() {
    let home = Arc::new(tempfile::tempdir().unwrap());
    let panes = panes(&home);
    let state = home.path().join("state");
    let second = opened(4, "SEV1");
    let (head, tail) = second.split_at(60);
    append(&state, &(opened(3, "SEV1") + head));
    for pane in &panes {
        pane.wait_text("SEV1 INC-3");
        assert!(!pane.state().text().contains("+1"));
    }
    append(&state, tail);
    panes[1].wait_text("INC-3 10m +1");
}
