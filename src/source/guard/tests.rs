//! The guard as a whole, on a clock that stands until something waits.

use std::sync::atomic::AtomicU32;

use super::*;

const LIMIT: Duration = Duration::from_secs(5);

fn guard(addresses: &[&str], limits: Limits) -> Guard {
    Guard::new(addresses.iter().map(|address| (*address).to_owned()).collect(), LIMIT, limits, 7)
}

fn one() -> Guard {
    guard(&["http://a"], Limits::default())
}

fn refused() -> SourceError {
    SourceError::Refused { address: "http://a".into() }
}

fn busy(retry_after: Option<u64>) -> SourceError {
    SourceError::RateLimited { address: "http://a".into(), retry_after }
}

/// Asks with the outcomes in their order, the last one for ever; how often it was asked, and what came of it.
async fn outcomes(guard: &Guard, outcomes: &[Result<u32, SourceError>]) -> (u32, Result<u32, SourceError>) {
    let asked = AtomicU32::new(0);
    let answer = guard
        .call(|_| {
            let place = asked.fetch_add(1, Ordering::Relaxed) as usize;
            std::future::ready(outcomes[place.min(outcomes.len() - 1)].clone())
        })
        .await;
    (asked.into_inner(), answer)
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_asked_again_once() {
    let guard = one();
    assert_eq!(outcomes(&guard, &[Err(refused()), Ok(1)]).await, (2, Ok(1)));
    assert_eq!(outcomes(&guard, &[Err(refused()), Err(refused()), Ok(1)]).await, (2, Err(refused())));
    assert_eq!(outcomes(&one(), &[Err(refused()), Err(refused()), Ok(1)]).await, (2, Err(refused())));
    assert_eq!(guard.health(DateTime::UNIX_EPOCH).retries, 2);
    let query = SourceError::Query { message: "parse error".into() };
    assert_eq!(outcomes(&one(), &[Err(query.clone()), Ok(1)]).await, (1, Err(query)));
}

#[tokio::test(start_paused = true)]
async fn the_time_limit_is_for_the_whole_question() {
    let guard = guard(&["http://a", "http://b", "http://c"], Limits::default());
    let begun = Instant::now();
    let given = Mutex::new(Vec::new());
    let answer: Result<(), _> = guard
        .call(|attempt| {
            lock(&given).push((attempt.endpoint, attempt.timeout.as_millis()));
            async move {
                sleep(attempt.timeout).await;
                Err(SourceError::Timeout { address: "http://a".into(), seconds: 5 })
            }
        })
        .await;
    assert!(answer.is_err());
    // Two limits of five seconds, in three parts.
    assert_eq!(begun.elapsed().as_millis(), 10_000);
    assert_eq!(*lock(&given), [(0, 3333), (1, 3333), (2, 3333)]);
}

#[tokio::test(start_paused = true)]
async fn addresses_that_hang_leave_time_for_the_one_that_answers() {
    let guard = guard(&["http://a", "http://b", "http://c"], Limits::default());
    for _ in 0..20 {
        let answer = guard.call(async |attempt: Attempt| {
            let takes = if attempt.endpoint == 2 { Duration::from_secs(1) } else { LIMIT * 9 };
            let late = SourceError::Timeout { address: "http://a".into(), seconds: 4 };
            tokio::time::timeout(attempt.timeout, sleep(takes)).await.map_err(|_| late)
        });
        assert_eq!(answer.await, Ok(()));
        sleep(Duration::from_secs(15)).await;
    }
    let circuits = guard.health(DateTime::UNIX_EPOCH).endpoints.into_iter().map(|one| one.circuit);
    assert_eq!(circuits.collect::<Vec<_>>(), [Circuit::Open, Circuit::Open, Circuit::Closed]);
}

#[tokio::test(start_paused = true)]
async fn who_waited_long_for_a_place_is_not_asked_with_the_crumbs_of_its_time() {
    let limits = Limits { concurrency: 1, queue: 8, ..Limits::default() };
    let guard = guard(&["http://a"], limits);
    let ask = || {
        guard.call(async |attempt: Attempt| {
            assert!(attempt.timeout >= LIMIT / 2, "{attempt:?}");
            sleep(Duration::from_millis(4500)).await;
            Ok(())
        })
    };
    let (a, b, c) = tokio::join!(ask(), ask(), ask());
    // The second and third wait together; the newest is next, and for the other one it is too late.
    assert!(a.is_ok() && c.is_ok() && matches!(b, Err(SourceError::Superseded { .. })), "{b:?}");
    assert_eq!(guard.health(DateTime::UNIX_EPOCH).endpoints[0].failures, 0);
}

#[tokio::test(start_paused = true)]
async fn a_wish_beyond_all_time_is_no_panic() {
    let guard = one();
    assert_eq!(outcomes(&guard, &[Err(busy(Some(u64::MAX)))]).await, (1, Err(busy(Some(u64::MAX)))));
    let server = |retry_after| SourceError::Server {
        address: "http://a".into(),
        status: 503,
        message: "x".into(),
        retry_after,
    };
    sleep(LONGEST_WISH).await;
    assert_eq!(outcomes(&guard, &[Err(server(Some(u64::MAX)))]).await.0, 1);
    sleep(LONGEST_WISH).await;
    assert_eq!(outcomes(&guard, &[Ok(1)]).await, (1, Ok(1)));
}

#[tokio::test(start_paused = true)]
async fn a_late_success_does_not_take_the_reason_away() {
    let guard = one();
    let slow = guard.call(async |_| {
        sleep(Duration::from_secs(4)).await;
        Ok(())
    });
    let failing = async {
        for _ in 0..2 {
            let _ = outcomes(&guard, &[Err(refused())]).await;
        }
    };
    let (slow, ()) = tokio::join!(slow, failing);
    assert_eq!(slow, Ok(()));
    let said = outcomes(&guard, &[Ok(1)]).await.1.unwrap_err().to_string();
    assert!(said.contains("refused"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn the_next_address_answers_and_the_first_is_tried_again_after_its_rest() {
    let guard = guard(&["http://a", "http://b"], Limits { attempts: 1, ..Limits::default() });
    let up = std::sync::atomic::AtomicBool::new(false);
    let ask = || {
        guard.call(|attempt| {
            let well = attempt.endpoint == 1 || up.load(Ordering::Relaxed);
            std::future::ready(if well { Ok(attempt.endpoint) } else { Err(refused()) })
        })
    };
    for _ in 0..5 {
        assert_eq!(ask().await, Ok(1));
    }
    let health = guard.health(DateTime::UNIX_EPOCH);
    assert_eq!((health.answering, health.circuit()), (1, Circuit::Closed));
    assert_eq!((health.endpoints[0].circuit, health.endpoints[0].failures), (Circuit::Open, 4));
    assert_eq!(health.endpoints[0].said, Some(refused().to_string()));
    let slow = SourceError::Timeout { address: "http://b".into(), seconds: 5 };
    let failing = guard.call(|_| std::future::ready(Err::<u32, _>(slow.clone())));
    assert_eq!(failing.await, Err(slow.clone()), "the news is of the one that answered so far");
    up.store(true, Ordering::Relaxed);
    assert_eq!(ask().await, Ok(1), "the first one rests");
    sleep(Duration::from_secs(10)).await;
    assert_eq!(ask().await, Ok(0));
}

#[tokio::test(start_paused = true)]
async fn a_backend_that_rests_is_not_asked_and_its_reason_is_told() {
    let guard = one();
    for _ in 0..2 {
        let _ = outcomes(&guard, &[Err(refused())]).await;
    }
    let (asked, answer) = outcomes(&guard, &[Ok(1)]).await;
    assert_eq!(asked, 0);
    let said = answer.unwrap_err().to_string();
    assert!(said.contains("http://a") && said.contains("refused") && said.contains(" s"), "{said}");
    let health = guard.health(DateTime::UNIX_EPOCH);
    assert_eq!((health.attempts, health.spared), (4, 1));
    let next_try = health.next_try().unwrap().timestamp();
    assert!((9..=10).contains(&next_try), "{next_try}");
    guard.wake();
    assert_eq!(outcomes(&guard, &[Ok(1)]).await, (1, Ok(1)), "a person asked for it");
    assert_eq!(guard.health(DateTime::UNIX_EPOCH).circuit(), Circuit::Closed);
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_honoured() {
    let guard = one();
    let begun = Instant::now();
    // Within the limit of the question: waited for. The endpoint is left alone meanwhile.
    let (asked, answer) = outcomes(&guard, &[Err(busy(Some(3))), Ok(1)]).await;
    assert_eq!((asked, answer), (2, Ok(1)));
    assert!(begun.elapsed() >= Duration::from_secs(3));
    // Beyond it: the question ends, and no other one is put before that time.
    let (asked, answer) = outcomes(&guard, &[Err(busy(Some(120)))]).await;
    assert_eq!((asked, answer), (1, Err(busy(Some(120)))));
    sleep(Duration::from_secs(119)).await;
    assert_eq!(outcomes(&guard, &[Ok(1)]).await.0, 0);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(outcomes(&guard, &[Ok(1)]).await, (1, Ok(1)));
    // Nobody is waited for longer than five minutes.
    let _ = outcomes(&guard, &[Err(busy(Some(86_400)))]).await;
    sleep(LONGEST_WISH).await;
    assert_eq!(outcomes(&guard, &[Ok(1)]).await, (1, Ok(1)));
}

#[tokio::test(start_paused = true)]
async fn a_question_that_is_given_up_leaves_no_probe_behind() {
    let guard = one();
    for _ in 0..2 {
        let _ = outcomes(&guard, &[Err(refused())]).await;
    }
    sleep(Duration::from_secs(10)).await;
    let hanging = guard.call(|_| std::future::pending::<Result<u32, SourceError>>());
    let hanging = tokio::time::timeout(Duration::from_secs(1), hanging);
    let (hanging, (_, beside)) = tokio::join!(hanging, outcomes(&guard, &[Ok(1)]));
    let said = beside.unwrap_err().to_string();
    assert!(said.starts_with("http://a is being tried by another question: connection refused"), "{said}");
    assert!(hanging.is_err());
    assert_eq!(outcomes(&guard, &[Ok(1)]).await, (1, Ok(1)));
}

#[tokio::test(start_paused = true)]
async fn requests_keep_to_the_rate() {
    let limits = Limits { rate: 2.0, burst: 1, ..Limits::default() };
    let guard = guard(&["http://a"], limits);
    let begun = Instant::now();
    for _ in 0..5 {
        assert_eq!(outcomes(&guard, &[Ok(1)]).await, (1, Ok(1)));
    }
    assert_eq!(begun.elapsed().as_millis(), 2000);
    assert_eq!(guard.health(DateTime::UNIX_EPOCH).delayed, 4);
}

#[tokio::test(start_paused = true)]
async fn what_the_rate_does_not_allow_in_time_is_told_as_that() {
    let limits = Limits { rate: 0.1, burst: 1, ..Limits::default() };
    let guard = guard(&["http://a"], limits);
    assert_eq!(outcomes(&guard, &[Ok(1)]).await, (1, Ok(1)));
    let (asked, answer) = outcomes(&guard, &[Ok(1)]).await;
    let said = answer.unwrap_err().to_string();
    assert_eq!(
        said,
        "http://a is left alone for 10 s more: `rate` in `limits` allows no more requests until then"
    );
    assert_eq!((asked, guard.health(DateTime::UNIX_EPOCH).spared), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn no_more_at_once_than_allowed() {
    let limits = Limits { concurrency: 2, queue: 1, ..Limits::default() };
    let guard = guard(&["http://a"], limits);
    let (inside, most) = (AtomicU32::new(0), AtomicU32::new(0));
    let ask = || {
        guard.call(async |_| {
            let now = inside.fetch_add(1, Ordering::Relaxed) + 1;
            most.fetch_max(now, Ordering::Relaxed);
            sleep(Duration::from_secs(1)).await;
            inside.fetch_sub(1, Ordering::Relaxed);
            Ok(())
        })
    };
    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());
    assert_eq!(most.into_inner(), 2);
    assert!(a.is_ok() && b.is_ok() && d.is_ok());
    assert!(matches!(c, Err(SourceError::Superseded { .. })), "the newer question took its place");
}

#[tokio::test(start_paused = true)]
async fn requests_keep_the_distance_that_a_quota_leaves() {
    let guard = Guard::new(vec!["http://a".into()], Duration::from_secs(5), Limits::default(), 7);
    let ask = || guard.call(|_| std::future::ready(Ok::<_, SourceError>(())));
    let begun = Instant::now();
    guard.heed(0, Quota { left: 5, of: Some(100), reset: 30 });
    ask().await.unwrap();
    assert_eq!(begun.elapsed().as_secs(), 5, "30 s for the five that are left, and the one after");
    guard.heed(0, Quota { left: 0, of: Some(100), reset: 30 });
    let said = ask().await.unwrap_err().to_string();
    assert_eq!(said, "http://a is left alone for 30 s more: its quota of requests is nearly used up");
    let next = guard.health(DateTime::UNIX_EPOCH).next_try().unwrap().timestamp();
    assert!((29..=30).contains(&next), "{next}");
    guard.heed(0, Quota { left: 100, of: Some(100), reset: 30 });
    assert_eq!((ask().await, guard.health(DateTime::UNIX_EPOCH).next_try()), (Ok(()), None));
}
