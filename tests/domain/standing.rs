//! Policy steps that remember: when they are left, and since when they hold.

use std::sync::Arc;

use burnwatch::domain::judge::{Circumstances, judge};
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::policy::Policy;
use burnwatch::domain::slo::status::SloStatus;
use burnwatch::domain::slo::window::Window;

use crate::figure::target;
use crate::flow::{Flow, NOW, Piece, objective};

const DAY: i64 = 86_400;

/// One event a second, of which 6 048 may be bad in seven days. An hour of errors left the window an hour ago; before
/// it did, `second` seconds of errors that ended three days ago had spent all of the budget.
fn status(second: i64, recover_above: Option<f64>) -> SloStatus {
    let piece = |seconds: i64, bad| Piece { span: format!("{seconds}s"), per_second: 1.0, bad, gap: false };
    let pieces = [
        piece(8 * DAY, 0.0),
        piece(3600, 1.0),
        piece(4 * DAY + 3600 - second, 0.0),
        piece(second, 1.0),
        piece(3 * DAY, 0.0),
    ];
    let plain = objective(target("99%"), Window::days(7));
    let mut policy = Policy::preset("four-step").unwrap();
    policy.steps.last_mut().unwrap().recover_above = recover_above;
    let slo = Arc::new(Objective { policy, ..Objective::clone(&plain) });
    let ledger = Arc::new(Flow::ending_at(NOW, &pieces).ledger(NOW, slo.window));
    judge(&slo, &ledger, &Circumstances { now: NOW, stale_after: 150, ..Circumstances::default() })
}

fn told(status: &SloStatus) -> (String, i64) {
    (status.step.as_ref().unwrap().word.clone(), status.step_since().unwrap() - NOW)
}

#[test]
fn without_memory_a_step_is_left_where_it_was_taken() {
    let status = status(5700, None);
    assert!((status.remaining().unwrap() - (1.0 - 5700.0 / 6048.0)).abs() < 1e-9);
    // 300 s of the first errors were left when bad ones came to 6 000; a minute earlier they were 6 060.
    assert_eq!(told(&status), ("slow".to_owned(), -3600 - 300));
}

#[test]
fn a_freeze_is_left_only_above_its_mark() {
    // 5.75 % are left: above 0 %, not above 10 %. It froze at some time of the hour that ended three days ago.
    assert_eq!(told(&status(5700, Some(0.10))), ("freeze".to_owned(), -3 * DAY));
    // 10.7 % are left, since an hour ago to the minute: then all of the first errors were gone.
    assert_eq!(told(&status(5400, Some(0.10))), ("slow".to_owned(), -3600));
}

#[test]
fn a_mark_says_nothing_to_who_was_never_below() {
    // Together they never spent it all: 3 600 and 2 400 of 6 048.
    let status = status(2400, Some(0.70));
    assert_eq!(status.step.as_ref().unwrap().word, "normal");
    assert!(status.remaining().unwrap() < 0.70);
}

#[test]
fn what_was_always_so_has_no_since() {
    let calm = status(1, None);
    assert_eq!(calm.step.as_ref().unwrap().word, "ship");
    let plain = objective(target("99%"), Window::days(7));
    let ledger = Arc::new(Flow::ending_at(NOW, &[]).ledger(NOW, plain.window));
    let why = Circumstances { now: NOW, stale_after: 150, ..Circumstances::default() };
    let unknown = judge(&plain, &ledger, &why);
    assert_eq!((unknown.step.clone(), unknown.step_since()), (None, None));
    let always = Piece { span: "20d".to_owned(), per_second: 1.0, bad: 0.0, gap: false };
    let ledger = Arc::new(Flow::ending_at(NOW, &[always]).ledger(NOW, plain.window));
    assert_eq!(judge(&plain, &ledger, &why).step_since(), None);
}
