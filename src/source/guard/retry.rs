//! What to do after a failure, by its class, and how long to wait before another attempt.

use std::time::Duration;

use crate::source::SourceError;

const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// The longest rest that a backend may ask for.
pub(super) const LONGEST_WISH: Duration = Duration::from_secs(300);

/// What a failure asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The backend works; the question itself cannot be answered.
    Final,
    /// Another address may answer; this one would say the same again.
    Elsewhere,
    /// The same address may answer now.
    Again,
}

pub(super) fn next(error: &SourceError) -> Next {
    match error {
        SourceError::Query { .. }
        | SourceError::Uncountable(_)
        | SourceError::Superseded { .. }
        | SourceError::Command { passing: false, .. } => Next::Final,
        SourceError::Server { status: 500 | 502 | 504, .. }
        | SourceError::Refused { .. }
        | SourceError::Broken { .. }
        | SourceError::RateLimited { .. }
        | SourceError::Command { .. } => Next::Again,
        // A query that ran out of time would run out of it again.
        SourceError::Server { status: 503, message, .. } if !message.starts_with("timeout") => Next::Again,
        _ => Next::Elsewhere,
    }
}

/// Whether the endpoint is at fault, rather than the question.
pub(super) fn is_sick(error: &SourceError) -> bool {
    let of_question = matches!(
        error,
        SourceError::NotFound { .. } | SourceError::TooManySeries { .. } | SourceError::Stumbled { .. }
    );
    next(error) != Next::Final && !of_question
}

/// How long the backend asks to be left alone, as far as it is heeded.
pub(super) fn wish(error: &SourceError) -> Option<Duration> {
    match error {
        SourceError::RateLimited { retry_after, .. } | SourceError::Server { retry_after, .. } => {
            retry_after.map(|seconds| Duration::from_secs(seconds).min(LONGEST_WISH))
        }
        _ => None,
    }
}

/// Full jitter: anything up to the exponential bound, so that many panes do not come back together. `dice` in 0..1.
pub(super) fn wait(attempt: u32, dice: f64) -> Duration {
    let bound = (FIRST_WAIT * 2_u32.saturating_pow(attempt.min(8))).min(LONGEST_WAIT);
    bound.mul_f64(dice.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_to_two_seconds_and_the_dice_choose_below_it() {
        let bounds: Vec<u128> = (0..6).map(|attempt| wait(attempt, 1.0).as_millis()).collect();
        assert_eq!(bounds, [200, 400, 800, 1600, 2000, 2000]);
        assert_eq!(wait(2, 0.25), Duration::from_millis(200));
        assert_eq!(wait(2, 0.0), Duration::ZERO);
        assert_eq!(wait(u32::MAX, 1.0), LONGEST_WAIT);
    }

    #[test]
    fn each_class_has_its_next_step() {
        let address = || "http://p".to_owned();
        let server = |status, message: &str| SourceError::Server {
            address: address(),
            status,
            message: message.to_owned(),
            retry_after: None,
        };
        for (error, expected) in [
            (SourceError::Query { message: "x".into() }, Next::Final),
            (server(500, "x"), Next::Again),
            (server(503, "starting"), Next::Again),
            (server(503, "timeout: query timed out"), Next::Elsewhere),
            (server(501, "x"), Next::Elsewhere),
            (SourceError::Refused { address: address() }, Next::Again),
            (SourceError::Timeout { address: address(), seconds: 5 }, Next::Elsewhere),
            (SourceError::Dns { host: "p".into() }, Next::Elsewhere),
            (SourceError::NotFound { address: address() }, Next::Elsewhere),
            (SourceError::Denied { address: address(), status: 401, advice: "x".into() }, Next::Elsewhere),
        ] {
            assert_eq!(next(&error), expected, "{error}");
        }
    }
}
