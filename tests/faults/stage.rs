//! The real loop with two backends behind real sockets, on a clock that stands while anything is on its way.
//!
//! Time is tokio's paused time, and does not run on by itself: it is moved by hand, in whole seconds while nothing is
//! asked, and in small steps while a server keeps a question waiting on purpose. So intervals, time limits and rests
//! are those of every day, and minutes of them take milliseconds.

use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use burnwatch::domain::snapshot::SourceReport;
use burnwatch::runtime::Canvas;
use burnwatch::runtime::drive::{Flow, drive};
use burnwatch::source::Clock;
use burnwatch::source::desk::{Brief, Desk};
use burnwatch::source::poller::Poller;
use burnwatch::state::{Effect, Key, Message, Model, Setup};
use burnwatch::theme::{DEFAULT, Depth, load};
use burnwatch::widget::to_text;
use chrono::{DateTime, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::{JoinHandle, spawn_blocking, yield_now};
use tokio::time::{Instant, advance};

use crate::sick::Server;
use crate::witness::Witness;

pub(crate) const REFRESH: i64 = 15;
/// Seconds of one attempt.
pub(crate) const TIMEOUT: i64 = 5;

/// What the reader sees, and what was reported.
#[derive(Default)]
pub(crate) struct Shown {
    pub(crate) last: Buffer,
    pub(crate) frames: usize,
    pub(crate) reports: [Option<Arc<SourceReport>>; 2],
}

struct Screen(Arc<Mutex<Shown>>);

impl Canvas for Screen {
    fn paint(&mut self, frame: Buffer) -> io::Result<()> {
        let mut shown = self.0.lock().unwrap();
        shown.last = frame;
        shown.frames += 1;
        Ok(())
    }

    fn forget(&mut self) {}
}

/// Ten o'clock and what has passed since.
pub(crate) fn clock() -> Clock {
    let born = Instant::now();
    let ten: DateTime<Utc> = "2026-02-17T10:00:00Z".parse().unwrap();
    Arc::new(move || ten + TimeDelta::from_std(born.elapsed()).unwrap())
}

pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) server: Arc<Server>,
    pub(crate) source: Arc<Witness>,
    pub(crate) brief: Brief,
}

pub(crate) struct Stage {
    pub(crate) clock: Clock,
    pub(crate) shown: Arc<Mutex<Shown>>,
    inbox: Sender<Message>,
    servers: Vec<Arc<Server>>,
    pub(crate) sources: Vec<Arc<Witness>>,
    _loop: Ended,
    /// Keeps time from running on.
    _still: std::sync::mpsc::Sender<()>,
}

/// Ends the loop with the stage.
struct Ended(JoinHandle<()>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Stage {
    pub(crate) fn open(parts: Vec<Part>, clock: Clock) -> Self {
        let (still, stands) = std::sync::mpsc::channel::<()>();
        drop(spawn_blocking(move || stands.recv()));
        let shown = Arc::new(Mutex::new(Shown::default()));
        let (inbox, relayed) = channel(1024);
        let (relay, outbox) = channel(1024);
        tokio::spawn(listen(relayed, relay, Arc::clone(&shown)));
        let setup = Setup {
            objectives: parts.iter().flat_map(|part| part.brief.objectives.clone()).collect(),
            sources: parts.iter().map(|part| part.name.to_owned()).collect(),
            ..Setup::default()
        };
        let model = Model::new(Arc::new(setup), clock(), (100, 30));
        let (servers, sources) = parts.iter().map(|part| (part.server.clone(), part.source.clone())).unzip();
        let start = |(index, part): (usize, Part)| {
            Poller::start(Desk::new(part.brief).in_real_time(true), index, inbox.clone())
        };
        let pollers: Vec<_> = parts.into_iter().enumerate().map(start).collect();
        let play = tokio::spawn(play(model, outbox, pollers, Screen(Arc::clone(&shown))));
        Self { clock, shown, inbox, servers, sources, _loop: Ended(play), _still: still }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Lets a second pass, and everything happen that happens in it.
    pub(crate) async fn second(&self) {
        let end = Instant::now() + Duration::from_secs(1);
        loop {
            self.settle().await;
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let step = if self.asks() { Duration::from_millis(100) } else { left };
            advance(step.min(left)).await;
            let now = self.now().timestamp();
            self.servers.iter().for_each(|server| server.inner.now.store(now, Ordering::Relaxed));
        }
        self.send(Message::Tick(self.now())).await;
    }

    /// Whether any answer is waited for.
    pub(crate) fn asks(&self) -> bool {
        self.sources.iter().any(|source| source.open.load(Ordering::Relaxed) > 0)
    }

    /// Waits until nothing is on its way, or what is asked is being kept waiting, by a server or by ourselves.
    async fn settle(&self) {
        /// Real milliseconds without any sign of life, after which an answer is not expected.
        const SILENCE: u32 = 25;
        let signs =
            || -> u64 { self.servers.iter().map(|server| server.inner.events.load(Ordering::Relaxed)).sum() };
        let (mut seen, mut silence) = (signs(), 0);
        loop {
            for _ in 0..12 {
                yield_now().await;
            }
            if !self.asks() {
                return;
            }
            spawn_blocking(|| std::thread::sleep(Duration::from_millis(1))).await.unwrap();
            let present = signs();
            silence = if present == seen { silence + 1 } else { 0 };
            seen = present;
            let patience = if self.servers.iter().any(|server| server.keeps_waiting()) { 3 } else { SILENCE };
            if silence >= patience {
                return;
            }
        }
    }

    /// The loop has taken it in, and painted.
    pub(crate) async fn send(&self, message: Message) {
        let before = self.shown.lock().unwrap().frames;
        self.inbox.send(message).await.unwrap();
        for _ in 0..500 {
            yield_now().await;
            if self.shown.lock().unwrap().frames > before
                && self.inbox.capacity() == self.inbox.max_capacity()
            {
                break;
            }
        }
        for _ in 0..12 {
            yield_now().await;
        }
    }

    pub(crate) async fn press(&self, key: char) {
        self.send(Message::Key(Key::Char(key))).await;
        yield_now().await;
    }

    pub(crate) fn text(&self) -> String {
        to_text(&self.shown.lock().unwrap().last)
    }

    pub(crate) fn status_row(&self) -> String {
        let last = &self.shown.lock().unwrap().last;
        (0..last.area.width).map(|column| last[(column, 0)].symbol()).collect()
    }

    pub(crate) fn report(&self, index: usize) -> Option<Arc<SourceReport>> {
        self.shown.lock().unwrap().reports[index].clone()
    }
}

/// Notes what pollers report on its way to the loop.
async fn listen(mut from: Receiver<Message>, to: Sender<Message>, shown: Arc<Mutex<Shown>>) {
    while let Some(message) = from.recv().await {
        if let Message::Report(index, report) = &message {
            shown.lock().unwrap().reports[*index] = Some(Arc::clone(report));
        }
        if to.send(message).await.is_err() {
            return;
        }
    }
}

async fn play(mut model: Model, mut outbox: Receiver<Message>, pollers: Vec<Poller>, mut screen: Screen) {
    let theme = load(DEFAULT, |_| None, Depth::True).unwrap();
    let perform = |effect, _: &mut Screen| {
        match effect {
            Effect::PollNow => pollers.iter().for_each(Poller::nudge),
            Effect::Quit => return Ok(Flow::Stop),
            _ => {}
        }
        Ok(Flow::On)
    };
    drive(&mut model, &theme, &mut outbox, &mut screen, perform).await.unwrap();
}
