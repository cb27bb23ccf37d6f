//! Commands that fail, in every way.

use serde_json::json;

use crate::kit::{Folder, count, events};

/// What becomes of a backend whose command is `script`: class and sentence.
async fn failure(script: &str) -> (&'static str, String) {
    let folder = Folder::new();
    let source =
        folder.source(script, &json!({"env": ["TOKEN=hunter2-and-more"], "limits": {"body_mib": 1}}));
    let error = count(&*source, vec![events("a")], 1).await.unwrap_err();
    (error.class(), error.to_string())
}

#[tokio::test]
async fn each_fault_has_its_class_and_a_sentence() {
    for (script, class, words) in [
        (
            "echo 'quota used up' >&2; exit 75",
            "command",
            "cannot answer now (exit code 75); it said: quota used up",
        ),
        ("echo no >&2; exit 3", "command", "failed with exit code 3; it said: no"),
        ("printf '\\033]0;x\\007bad' >&2; exit 1", "command", "it said: bad"),
        ("echo \"token $TOKEN refused\" >&2; exit 1", "command", "token (secret) refused"),
        ("kill -11 $$", "command", "ended by signal 11"),
        ("true", "bad answer", "an empty answer"),
        ("echo '{\"burnwatch\":1,'", "bad answer", "the JSON ends early"),
        ("yes | head -c 2000000", "bad answer", "printed more than 1 MiB"),
        ("echo '<html>'", "bad answer", "HTML"),
    ] {
        let (found, text) = failure(script).await;
        assert_eq!(found, class, "{script}: {text}");
        assert!(text.contains(words) && !text.contains("hunter2"), "{script}: {text}");
    }
}

#[tokio::test]
async fn a_query_that_is_refused_leaves_the_others_alone() {
    let folder = Folder::new();
    let script = r#"case "$BURNWATCH_QUERY" in
errors) echo '{"burnwatch":1,"error":{"message":"no table errors"}}' ;;
*) echo '{"burnwatch":1,"kind":"series","series":[]}' ;; esac"#;
    let source = folder.source(script, &json!({}));
    let counts = count(&*source, vec![events("a")], 1).await.unwrap();
    let error = counts.slos[0].as_ref().unwrap_err();
    assert_eq!((error.class(), error.to_string().contains("no table errors")), ("query", true));
}

#[tokio::test]
async fn what_a_command_says_in_json_repeats_no_secret() {
    for answer in [
        r#""error":{"message":"GET /?key=$TOKEN"}"#,
        r#""error":{"message":"GET /?key=$TOKEN","retryable":true}"#,
        r#""kind":"$TOKEN""#,
        r#""kind":"series","series":[{"error":"GET /?key=$TOKEN"}]"#,
        r#""kind":"series","warnings":["GET /?key=$TOKEN"]"#,
    ] {
        let folder = Folder::new();
        let script = format!("echo \"{{{}}}\"", format!("\"burnwatch\":1,{answer}").replace('"', "\\\""));
        let more = json!({"env": ["TOKEN=hunter2-and-more"], "limits": {"attempts": 1}});
        let counts = count(&*folder.source(&script, &more), vec![events("a")], 1).await;
        let told = format!("{counts:?}");
        assert!(told.contains("(secret)") && !told.contains("hunter2"), "{answer}: {told}");
    }
}

#[tokio::test]
async fn several_series_for_one_query_are_not_added_up() {
    let folder = Folder::new();
    let script = r#"echo '{"burnwatch":1,"kind":"series","series":[{"name":"a"},{"name":"b"}]}'"#;
    let source = folder.source(script, &json!({}));
    let counts = count(&*source, vec![events("a")], 1).await.unwrap();
    let text = counts.slos[0].as_ref().unwrap_err().to_string();
    assert!(text.contains("2 series, expected 1, for `errors`"), "{text}");
}

#[tokio::test]
async fn no_more_than_so_many_run_at_once() {
    let folder = Folder::new();
    // Each run holds a lock for as long as it lives: a second one at the same time would find it taken.
    let script = format!(
        r#"mkdir {0} || {{ echo "two at once" >&2; exit 1; }}
rmdir {0}; echo '{{"burnwatch":1,"kind":"series","series":[]}}'"#,
        folder.path("lock").display()
    );
    let source = folder.source(&script, &json!({"limits": {"concurrency": 1, "queue": 0}}));
    for _ in 0..3 {
        count(&*source, vec![events("a")], 1).await.unwrap();
    }
}

#[tokio::test]
async fn a_command_that_hangs_is_left_alone_after_a_while() {
    let folder = Folder::new();
    let source = folder.source("exit 75", &json!({"limits": {"attempts": 1}}));
    for _ in 0..2 {
        let error = count(&*source, vec![events("a")], 1).await.unwrap_err();
        assert_eq!(error.class(), "command");
    }
    let error = count(&*source, vec![events("a")], 1).await.unwrap_err();
    assert_eq!(error.class(), "resting");
    assert!(error.to_string().contains("exit code 75"), "{error}");
}
