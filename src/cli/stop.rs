//! Signals of the system that a command without a screen heeds.

/// Waits until somebody wants the program to end; the exit code that tells of it, 128 and the signal's number.
#[cfg(unix)]
pub(super) async fn asked() -> u8 {
    use tokio::signal::unix::{SignalKind, signal};

    let (hangup, interrupt, end) = (SignalKind::hangup(), SignalKind::interrupt(), SignalKind::terminate());
    let (Ok(mut hung), Ok(mut interrupted), Ok(mut ended)) = (signal(hangup), signal(interrupt), signal(end))
    else {
        return std::future::pending().await;
    };
    let kind = tokio::select! {
        _ = hung.recv() => hangup,
        _ = interrupted.recv() => interrupt,
        _ = ended.recv() => end,
    };
    u8::try_from(128 + kind.as_raw_value()).unwrap_or(u8::MAX)
}

#[cfg(not(unix))]
pub(super) async fn asked() -> u8 {
    std::future::pending().await
}

/// A file that reaches the limit of size of this process is an error like a full disk, and not the end of the program.
pub(super) fn full_files_are_errors() {
    #[cfg(unix)]
    {
        let kind = tokio::signal::unix::SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw());
        // Once somebody listens, the signal ends nobody any more. Where nobody can, it is as it was.
        let _ = tokio::signal::unix::signal(kind);
    }
}
