//! At most so many requests at once, and a short queue behind them in which the newest wins.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

#[derive(Debug)]
pub(super) struct Bulkhead {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    free: usize,
    /// Oldest first.
    waiting: VecDeque<oneshot::Sender<Place>>,
    most_waiting: usize,
}

/// A place among those that ask; dropping it gives it to the newest that waits.
#[derive(Debug)]
pub(super) struct Place {
    inner: Option<Arc<Mutex<Inner>>>,
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Bulkhead {
    pub(super) fn new(places: usize, most_waiting: usize) -> Self {
        let inner = Inner { free: places.max(1), waiting: VecDeque::new(), most_waiting };
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    /// Waits for a place. `None` when newer questions took it, or when nobody may wait.
    pub(super) async fn enter(&self) -> Option<Place> {
        let waits = {
            let mut inner = lock(&self.inner);
            if inner.free > 0 {
                inner.free -= 1;
                return Some(Place { inner: Some(Arc::clone(&self.inner)) });
            }
            inner.waiting.retain(|waiter| !waiter.is_closed());
            let (sender, waits) = oneshot::channel();
            inner.waiting.push_back(sender);
            if inner.waiting.len() > inner.most_waiting {
                inner.waiting.pop_front();
            }
            waits
        };
        waits.await.ok()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else { return };
        loop {
            let next = {
                let mut inner = lock(&inner);
                let next = inner.waiting.pop_back();
                inner.free += usize::from(next.is_none());
                next
            };
            let Some(next) = next else { return };
            match next.send(Place { inner: Some(Arc::clone(&inner)) }) {
                Ok(()) => return,
                // It went away: the place is still ours to give.
                Err(mut place) => place.inner = None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn the_newest_that_waits_is_next_and_the_oldest_gives_way() {
        let bulkhead = Bulkhead::new(1, 2);
        let Poll::Ready(Some(first)) = poll(pin!(bulkhead.enter())) else { panic!("no place") };
        let (mut a, mut b, mut c) = (pin!(bulkhead.enter()), pin!(bulkhead.enter()), pin!(bulkhead.enter()));
        assert!(poll(a.as_mut()).is_pending());
        assert!(poll(b.as_mut()).is_pending());
        assert!(poll(c.as_mut()).is_pending());
        assert!(matches!(poll(a.as_mut()), Poll::Ready(None)), "the queue holds two");
        drop(first);
        assert!(poll(b.as_mut()).is_pending());
        let Poll::Ready(Some(third)) = poll(c.as_mut()) else { panic!("the newest waits") };
        drop(third);
        assert!(matches!(poll(b.as_mut()), Poll::Ready(Some(_))));
        assert!(matches!(poll(pin!(bulkhead.enter())), Poll::Ready(Some(_))), "the place came back");
    }

    #[test]
    fn who_goes_away_while_waiting_costs_no_place() {
        let bulkhead = Bulkhead::new(1, 4);
        let Poll::Ready(Some(first)) = poll(pin!(bulkhead.enter())) else { panic!("no place") };
        let mut stays = pin!(bulkhead.enter());
        assert!(poll(stays.as_mut()).is_pending());
        {
            let mut leaves = pin!(bulkhead.enter());
            assert!(poll(leaves.as_mut()).is_pending());
        }
        drop(first);
        assert!(matches!(poll(stays.as_mut()), Poll::Ready(Some(_))));
    }

    #[test]
    fn without_a_queue_nobody_waits() {
        let bulkhead = Bulkhead::new(1, 0);
        let Poll::Ready(Some(_first)) = poll(pin!(bulkhead.enter())) else { panic!("no place") };
        assert!(matches!(poll(pin!(bulkhead.enter())), Poll::Ready(None)));
    }
}
