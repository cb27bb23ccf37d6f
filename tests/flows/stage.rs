//! The real loop, the real pollers and the real painter, with fake backends, on paused time.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use burnwatch::domain::journal::{self, Author};
use burnwatch::domain::oncall::Roster;
use burnwatch::domain::runbook::library::Library;
use burnwatch::domain::signal::Service;
use burnwatch::domain::slo::objective::Objective;
use burnwatch::runtime::drive::{Flow, drive};
use burnwatch::runtime::inquiry::{Inquiry, Witnesses};
use burnwatch::runtime::{Canvas, Painter};
use burnwatch::source::cache::Cache;
use burnwatch::source::desk::{Brief, Desk};
use burnwatch::source::journal_file::{Scribe, watch};
use burnwatch::source::poller::Poller;
use burnwatch::source::traces::Tracing;
use burnwatch::source::{Clock, Source};
use burnwatch::state::{Effect, Key, Message, Model, Setup, TraceBackend};
use burnwatch::theme::{DEFAULT, Depth, load};
use burnwatch::widget::to_text;
use chrono::{DateTime, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use tokio::sync::mpsc::{Sender, channel};
use tokio::task::JoinHandle;
use tokio::time::{Instant, interval, sleep};

use crate::fake::Fake;

/// One backend of a stage, with what it is asked for.
pub(crate) struct Part {
    pub(crate) source: Arc<Fake>,
    pub(crate) name: String,
    pub(crate) objectives: Vec<Arc<Objective>>,
    pub(crate) services: Vec<Arc<Service>>,
}

pub(crate) struct Plot {
    pub(crate) parts: Vec<Part>,
    pub(crate) size: (u16, u16),
    /// Hours after ten o'clock at which it begins.
    pub(crate) later: i64,
    pub(crate) cache: Option<PathBuf>,
    pub(crate) roster: Roster,
    pub(crate) log: journal::State,
    pub(crate) runbooks: Library,
    /// A state directory whose log is watched and written to.
    pub(crate) state_dir: Option<PathBuf>,
    /// Who is asked about traces.
    pub(crate) witnesses: Witnesses,
}

impl Plot {
    pub(crate) fn new(parts: Vec<Part>) -> Self {
        Self {
            parts,
            size: (80, 24),
            later: 0,
            cache: None,
            roster: Roster::default(),
            log: journal::State::default(),
            runbooks: Library::default(),
            state_dir: None,
            witnesses: Witnesses::default(),
        }
    }
}

/// What the terminal got.
#[derive(Default)]
pub(crate) struct Shown {
    pub(crate) last: Buffer,
    pub(crate) frames: usize,
    pub(crate) bytes: Vec<u8>,
    /// When something was written.
    pub(crate) writes: Vec<DateTime<Utc>>,
}

struct Terminal {
    shown: Arc<Mutex<Shown>>,
    clock: Clock,
}

impl Write for Terminal {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut shown = self.shown.lock().unwrap();
        shown.bytes.extend(bytes);
        shown.writes.push((self.clock)());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Witness {
    painter: Painter<Terminal>,
    shown: Arc<Mutex<Shown>>,
}

impl Canvas for Witness {
    fn paint(&mut self, frame: Buffer) -> io::Result<()> {
        {
            let mut shown = self.shown.lock().unwrap();
            shown.last = frame.clone();
            shown.frames += 1;
        }
        self.painter.paint(frame)
    }

    fn forget(&mut self) {
        self.painter.forget();
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        self.painter.copy(text)
    }
}

/// A dashboard that runs.
pub(crate) struct Stage {
    inbox: Sender<Message>,
    jump: Arc<AtomicI64>,
    clock: Clock,
    pub(crate) shown: Arc<Mutex<Shown>>,
    task: JoinHandle<Model>,
    beat: JoinHandle<()>,
}

impl Stage {
    /// Opens the dashboard; the first frame is painted before anything else happens.
    pub(crate) async fn open(plot: Plot) -> Self {
        let (clock, jump) = clock(plot.later);
        let (inbox, mut outbox) = channel(1024);
        let shown = Arc::new(Mutex::new(Shown::default()));
        let terminal = Terminal { shown: Arc::clone(&shown), clock: Arc::clone(&clock) };
        let mut canvas = Witness { painter: Painter::new(terminal), shown: Arc::clone(&shown) };
        let mut model = model(&plot, clock());
        let author = Author::program("bastion-1");
        let log = plot.state_dir.clone().map(|dir| {
            let scribe = Scribe::start(&dir, author, Arc::clone(&clock), inbox.clone());
            (scribe, watch(dir, None, Arc::clone(&clock), inbox.clone()))
        });
        let mut plot = plot;
        let mut inquiry = Inquiry::new(std::mem::take(&mut plot.witnesses), inbox.clone());
        let pollers = pollers(plot, &clock, &inbox);
        let task = tokio::spawn(async move {
            let theme = load(DEFAULT, |_| None, Depth::True).unwrap();
            drive(&mut model, &theme, &mut outbox, &mut canvas, |effect, canvas| {
                match effect {
                    Effect::PollNow => pollers.iter().for_each(Poller::nudge),
                    Effect::Write(intent, at) => {
                        if let Some((scribe, _)) = &log {
                            scribe.write(&intent, at);
                        }
                    }
                    Effect::Correct(logged) => pollers.iter().for_each(|poller| poller.correct(&logged)),
                    Effect::Watch(objectives) => {
                        for poller in &pollers {
                            poller.replace_objectives(objectives.to_vec());
                        }
                    }
                    Effect::FetchTrace(..) | Effect::FetchTraces(..) | Effect::FetchExemplars(..) => {
                        inquiry.ask(effect);
                    }
                    Effect::Copy(text) => canvas.copy(&text)?,
                    Effect::Repaint | Effect::Suspend => canvas.forget(),
                    Effect::Quit => return Ok(Flow::Stop),
                }
                Ok(Flow::On)
            })
            .await
            .unwrap();
            model
        });
        let beat = tokio::spawn(seconds(Arc::clone(&clock), inbox.clone()));
        let stage = Self { inbox, jump, clock, shown, task, beat };
        stage.settle().await;
        stage
    }

    /// Lets everything happen that can happen now.
    pub(crate) async fn settle(&self) {
        sleep(Duration::from_millis(1)).await;
    }

    pub(crate) async fn pass(&self, seconds: u64) {
        sleep(Duration::from_secs(seconds)).await;
        self.settle().await;
    }

    /// The machine sleeps: the clock goes on, nothing else does.
    pub(crate) fn sleep_for(&self, hours: i64) {
        self.jump.fetch_add(hours * 3600, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    pub(crate) async fn send(&self, message: Message) {
        self.inbox.send(message).await.unwrap();
        self.settle().await;
    }

    pub(crate) async fn press(&self, key: Key) {
        self.send(Message::Key(key)).await;
    }

    pub(crate) async fn type_in(&self, text: &str) {
        for letter in text.chars() {
            self.press(Key::Char(letter)).await;
        }
    }

    /// The picture as text.
    pub(crate) fn text(&self) -> String {
        to_text(&self.shown.lock().unwrap().last)
    }

    pub(crate) fn status_row(&self) -> String {
        self.text().lines().next().unwrap().to_owned()
    }

    /// The first line with `needle` below the status row.
    pub(crate) fn line_with(&self, needle: &str) -> Option<String> {
        self.text().lines().skip(1).find(|line| line.contains(needle)).map(str::to_owned)
    }

    /// Bytes written since the last time.
    pub(crate) fn take_bytes(&self) -> Vec<u8> {
        std::mem::take(&mut self.shown.lock().unwrap().bytes)
    }

    pub(crate) fn take_writes(&self) -> Vec<DateTime<Utc>> {
        std::mem::take(&mut self.shown.lock().unwrap().writes)
    }

    /// Quits as the reader does, and tells what was known at the end.
    pub(crate) async fn quit(self) -> Model {
        self.inbox.send(Message::Key(Key::Ctrl('c'))).await.unwrap();
        let model = self.task.await.unwrap();
        self.beat.abort();
        model
    }
}

/// Ten o'clock and what has passed since, on tokio's time.
pub(crate) fn clock(later: i64) -> (Clock, Arc<AtomicI64>) {
    let jump = Arc::new(AtomicI64::new(later * 3600));
    let (born, jumped) = (Instant::now(), Arc::clone(&jump));
    let ten: DateTime<Utc> = "2026-02-17T10:00:00Z".parse().unwrap();
    let clock: Clock = Arc::new(move || {
        let passed = TimeDelta::from_std(born.elapsed()).unwrap();
        ten + passed + TimeDelta::seconds(jumped.load(Ordering::Relaxed))
    });
    (clock, jump)
}

fn model(plot: &Plot, now: DateTime<Utc>) -> Model {
    let tracer = |one: &Tracing| TraceBackend { name: one.name.clone(), ..TraceBackend::default() };
    let setup = Setup {
        tracers: plot.witnesses.tracers.iter().map(tracer).collect(),
        roster: plot.roster.clone(),
        objectives: plot.parts.iter().flat_map(|part| part.objectives.clone()).collect(),
        writes_log: plot.state_dir.is_some(),
        sources: plot.parts.iter().map(|part| part.name.clone()).collect(),
        ..Setup::default()
    };
    let mut model = Model::new(Arc::new(setup), now, plot.size);
    model.log = Arc::new(plot.log.clone());
    model.runbooks = Arc::new(plot.runbooks.clone());
    model
}

fn pollers(plot: Plot, clock: &Clock, inbox: &Sender<Message>) -> Vec<Poller> {
    let desk = |part: Part| {
        Desk::new(Brief {
            name: part.name,
            kind: "fake".to_owned(),
            source: part.source as Arc<dyn Source>,
            objectives: part.objectives,
            services: part.services,
            refresh: Duration::from_secs(15),
            clock: Arc::clone(clock),
            cache: plot.cache.clone().map(Cache::new),
        })
    };
    let desks = plot.parts.into_iter().map(desk).enumerate();
    desks.map(|(index, desk)| Poller::start(desk, index, inbox.clone())).collect()
}

async fn seconds(clock: Clock, inbox: Sender<Message>) {
    let mut beat = interval(Duration::from_secs(1));
    loop {
        beat.tick().await;
        if inbox.send(Message::Tick(clock())).await.is_err() {
            return;
        }
    }
}
