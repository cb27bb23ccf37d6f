//! Secrets that are fetched, kept, refused and fetched again.

use super::*;

const LIMIT: Duration = Duration::from_secs(20);

fn sh(script: &str) -> Secret {
    Secret::new(Origin::Command(["sh", "-c", script].map(str::to_owned).into()))
}

fn bearer(secret: Secret) -> Credentials {
    Credentials { scheme: Some(Scheme::Bearer(secret)), headers: Vec::new() }
}

fn token(ready: &Ready) -> &str {
    match &ready.auth {
        Some(Auth::Bearer(token)) => token.expose_secret(),
        other => panic!("{other:?}"),
    }
}

/// A token that is another one each time.
fn counting(folder: &Path) -> Credentials {
    bearer(sh(&format!("cd '{}' && echo x >> calls && echo token-$(wc -l < calls)", folder.display())))
}

#[tokio::test]
async fn who_is_refused_with_an_old_secret_does_not_drop_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let credentials = counting(folder.path());
    let (one, two) =
        (credentials.ready(None, LIMIT).await.unwrap(), credentials.ready(None, LIMIT).await.unwrap());
    assert_eq!((token(&one), token(&two)), ("token-1", "token-1"));
    // Both were sent with the first, and both come back refused.
    credentials.forget(&one).await;
    assert_eq!(token(&credentials.ready(None, LIMIT).await.unwrap()), "token-2");
    credentials.forget(&two).await;
    let last = credentials.ready(None, LIMIT).await.unwrap();
    assert_eq!(token(&last), "token-2");
    credentials.forget(&last).await;
    assert_eq!(token(&credentials.ready(None, LIMIT).await.unwrap()), "token-3");
}

#[tokio::test]
async fn all_of_them_together_take_no_longer_than_one_may() {
    let slow = || sh("sleep 60");
    let headers = ["x-a", "x-b"].map(|name| (HeaderName::from_static(name), slow())).into();
    let credentials = Credentials { scheme: Some(Scheme::Bearer(slow())), headers };
    let begun = Instant::now();
    let limit = Duration::from_millis(200);
    let both =
        futures_util::future::join(credentials.ready(None, limit), credentials.ready(None, limit)).await;
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    let why = both.0.err().unwrap();
    assert_eq!(why, "the command sh did not end within 200 ms");
    assert_eq!(both.1.err().unwrap(), "it is still being fetched for another question");
}

#[tokio::test]
async fn commands_that_print_nonsense_are_told_by_what_it_is() {
    for (script, expected) in [
        ("yes", "what sh printed is longer than 65536 bytes"),
        ("true", "what sh printed is empty"),
        ("printf 'a\\nb'", "what sh printed holds more than one line"),
        ("printf '\\377'", "what sh printed is not text"),
        (
            "echo hunter2 >&2; echo hunter2; exit 3",
            "the command sh failed (exit status 3); run it by hand to see why",
        ),
        ("kill -9 $$", "the command sh was ended by signal 9"),
    ] {
        assert_eq!(bearer(sh(script)).ready(None, LIMIT).await.err().unwrap(), expected, "{script}");
    }
    // A command has no terminal to ask at, and leaves nothing behind.
    let blind = bearer(sh("(: > /dev/tty) 2>/dev/null && echo painted || echo blind"));
    assert_eq!(token(&blind.ready(None, LIMIT).await.unwrap()), "blind");
}

#[test]
fn a_mark_of_the_encoding_is_no_part_of_a_secret() {
    assert_eq!(line("\u{feff}hunter2 \r\n").unwrap().expose_secret(), "hunter2");
    assert_eq!(line("a\u{7}b").unwrap_err(), "holds more than one line");
}

#[tokio::test]
async fn a_token_in_a_header_of_ones_own_is_hidden_without_its_scheme() {
    let secret = Secret::new(Origin::Written("Bearer hunter2-hunter2".into()));
    let credentials = Credentials { scheme: None, headers: vec![(AUTHORIZATION, secret)] };
    let ready = credentials.ready(None, LIMIT).await.unwrap();
    assert_eq!(ready.secrets.hide("token hunter2-hunter2 expired"), "token (secret) expired");
}

#[test]
fn reasons_have_no_numbers_of_the_system() {
    let full = std::io::Error::from_raw_os_error(28);
    assert!(full.to_string().contains("(os error 28)"));
    assert_eq!(io_reason(&full), "No space left on device");
}
