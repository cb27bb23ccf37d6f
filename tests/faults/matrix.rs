//! Each fault at the first start, in the steady state, and what comes after it.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use burnwatch::domain::slo::status::{Data, SloStatus};
use burnwatch::domain::slo::window::Window;
use burnwatch::domain::snapshot::SourceReport;
use chrono::{DateTime, TimeDelta, Utc};

use crate::fault::{Expect, Fault, all, thief};
use crate::kit::{OTHER, SICK, part};
use crate::prom::truth;
use crate::sick::{Act, Server};
use crate::stage::{REFRESH, Stage, TIMEOUT, clock};

/// Seconds that a fault lasts: some intervals, and more than the first two rests.
const LASTS: u32 = 105;

/// A stage with a sick backend and another one, and the servers behind them.
struct Scene<'a> {
    fault: &'a Fault,
    stage: Stage,
    sick: Arc<Server>,
    /// The reports that were looked at last.
    looked_at: Cell<[Option<*const SourceReport>; 2]>,
}

impl<'a> Scene<'a> {
    async fn open(fault: &'a Fault, at_once: bool) -> Option<Self> {
        let clock = clock();
        let start = async |host, tls| {
            let server = Server::start(host, tls).await?;
            server.inner.now.store(clock().timestamp(), Ordering::Relaxed);
            Some(Arc::new(server))
        };
        let (sick, other) = (start(fault.host, fault.tls).await?, start("127.0.0.1", false).await?);
        thief().await;
        let parts = vec![part("sick", &sick, fault.lost, &clock), part("other", &other, false, &clock)];
        let source = Arc::clone(&parts[SICK].source);
        if at_once {
            source.away.store(fault.lost, Ordering::Relaxed);
            sick.turn(fault.act.clone()).await;
        }
        let stage = Stage::open(parts, clock);
        Some(Self { fault, stage, sick, looked_at: Cell::default() })
    }

    fn fail(&self, what: &str) -> ! {
        let stage = &self.stage;
        let report = stage.report(SICK);
        let status = report.as_ref().map(|report| &report.status);
        panic!("{}: {what}\nat {}\n{}\n{status:#?}", self.fault.name, stage.now(), stage.text());
    }

    fn check(&self, holds: bool, what: &str) {
        if !holds {
            self.fail(what);
        }
    }

    fn report(&self, index: usize) -> Arc<SourceReport> {
        self.stage.report(index).unwrap_or_else(|| self.fail("nothing was reported"))
    }

    async fn turn(&self, sick: bool) {
        self.stage.sources[SICK].away.store(sick && self.fault.lost, Ordering::Relaxed);
        self.sick.turn(if sick { self.fault.act.clone() } else { Act::Well }).await;
    }

    /// What holds at any time, whatever the backend does.
    fn holds_always(&self) {
        let stage = &self.stage;
        let reports = [SICK, OTHER].map(|index| stage.report(index));
        let row = stage.status_row();
        let ok = row.contains("● OK") || row.trim_start().starts_with("OK");
        let fresh = reports.iter().flatten().all(|report| report.status.is_fresh(stage.now()));
        self.check(fresh || !ok, "OK on stale");
        let most = stage.sources.iter().map(|source| source.most_open.load(Ordering::Relaxed)).max();
        self.check(most <= Some(1), "polls overlap");
        let places = reports.each_ref().map(|report| report.as_ref().map(Arc::as_ptr));
        if self.looked_at.replace(places) == places {
            return;
        }
        self.tells_no_secret();
        for report in reports.iter().flatten() {
            report.slos.iter().for_each(|slo| self.is_true(slo));
            self.check(!format!("{:?}", report.status).contains("hunter2"), "a secret is reported");
        }
    }

    fn tells_no_secret(&self) {
        let text = self.stage.text();
        self.check(!text.contains("hunter2"), "a secret is drawn");
        let harmless = |letter: char| letter == '\n' || !letter.is_control() && letter != '\u{202e}';
        self.check(text.chars().all(harmless), "outside text acts on the terminal");
    }

    /// No figure but that of the events that were.
    fn is_true(&self, slo: &SloStatus) {
        let Some(at) = slo.as_of else { return };
        for minutes in [5, 30, 60, 360, 1440, 4320, 43_200] {
            let span = Window::minutes(minutes);
            let Some(reading) = slo.counts.read(at, span) else { continue };
            let (bad, total) = truth(at, span.as_seconds());
            // While history is loaded, an hour of which a part is known stands for all of it.
            let whole = reading.known >= span.as_seconds() as f64;
            let (least, slack) =
                if whole { (total, reading.doubt) } else { (100.0 * (reading.known - 3600.0), 300.0) };
            let (tally, share) = (reading.tally, reading.tally.total / total);
            let right = (least - 1.0..=total + 1.0).contains(&tally.total)
                && (tally.bad - bad * share).abs() <= slack + 0.01;
            self.check(right, &format!("{} over {minutes} m: {reading:?} for {bad} of {total}", slo.id()));
        }
    }

    async fn pass(&self, seconds: u32) {
        for _ in 0..seconds {
            self.stage.second().await;
            self.holds_always();
        }
    }

    /// The fault lasts; `since` is when it began, where it was not there from the start.
    async fn suffer(&self) {
        let begun = self.stage.now();
        self.stage.sources.iter().for_each(|source| drop(source.take_asked()));
        let mut first = None;
        for second in 0..LASTS {
            self.pass(1).await;
            let asked = &self.stage.sources[SICK].asked;
            first = first.or_else(|| asked.lock().unwrap().first().map(|asked| asked.at));
            let since = first.unwrap_or(begun + TimeDelta::seconds(REFRESH));
            if self.stage.now() - since >= TimeDelta::seconds(15) {
                self.is_told(second);
            }
            if second % 10 == 5 {
                self.answers_keys().await;
            }
        }
        self.is_as_expected();
        let stolen = thief().await.take_heads();
        self.check(!stolen.concat().contains("hunter2"), "another host got our credentials");
        self.other_is_well(begun);
    }

    /// The reader sees that figures are not of now.
    fn is_told(&self, second: u32) {
        if !matches!(self.fault.expect, Expect::Down(_) | Expect::Doubted(_)) {
            return;
        }
        let row = self.stage.status_row();
        let marked = row.contains("STALE") || row.contains("NODATA");
        self.check(marked, &format!("after {second} s the status row does not tell"));
        self.check(!self.report(SICK).status.is_fresh(self.stage.now()), "the source counts as fresh");
    }

    async fn answers_keys(&self) {
        let before = self.stage.now();
        self.stage.press('D').await;
        self.check(self.stage.text().contains("of 2 fresh"), "the key for sources is not answered");
        self.tells_no_secret();
        self.stage.press('1').await;
        self.check(!self.stage.text().contains("of 2 fresh"), "the key for the overview is not answered");
        self.check(self.stage.now() == before, "keys wait");
    }

    fn is_as_expected(&self) {
        let report = self.report(SICK);
        let (status, now) = (&report.status, self.stage.now());
        let said = |text: &str, words: &[&str]| {
            let missing = words.iter().find(|word| !text.contains(**word));
            self.check(missing.is_none(), &format!("{missing:?} is missing in: {text}"));
        };
        match self.fault.expect {
            Expect::Down(words) => {
                let trouble = status.feed.trouble.as_ref().unwrap_or_else(|| self.fail("no trouble"));
                said(&trouble.text, words);
                self.is_a_sentence(&trouble.text);
                let word = if status.feed.last_success.is_some() { "stale" } else { "down" };
                self.check(status.word(now) == word, &format!("it is called {}", status.word(now)));
                let shown: String = self.stage.text().split_whitespace().collect();
                let head: String =
                    trouble.text.split_whitespace().collect::<String>().chars().take(24).collect();
                self.check(shown.contains(&head), "the reason is not drawn");
            }
            Expect::Objectives(words) => {
                for slo in &report.slos {
                    let Data::Error(text) = &slo.data else {
                        self.fail(&format!("{}: {:?}", slo.id(), slo.data))
                    };
                    said(text, words);
                }
            }
            Expect::Second(words) => {
                let words_of = |place: usize| report.slos[place].data.word();
                let rest = [words_of(0), words_of(2)];
                self.check(rest == ["ok", "ok"], &format!("the others are {rest:?}"));
                let Data::Error(text) = &report.slos[1].data else { self.fail("the second is not at fault") };
                said(text, words);
                self.check(status.is_fresh(now), "the source is not fresh");
            }
            Expect::Doubted(words) => said(&status.warnings.join("\n"), words),
            Expect::Well => self.is_well(),
            Expect::Shaky => {}
        }
    }

    /// Words of ours, not those of a library.
    fn is_a_sentence(&self, text: &str) {
        const THEIRS: &[&str] = &[
            "os error",
            "error sending",
            "hyper",
            "reqwest",
            "rustls",
            "EOF",
            "message completed",
            "invalid HTTP",
            "UnexpectedEof",
            "request or response body",
            "IncompleteBody",
            "channel closed",
            "line 1 column",
        ];
        let theirs = THEIRS.iter().find(|words| text.contains(**words));
        self.check(theirs.is_none(), &format!("a library says {theirs:?}: {text}"));
        self.check(!text.chars().any(char::is_control), &format!("control codes: {text:?}"));
        self.check(text.chars().count() < 600, &format!("too long: {text}"));
    }

    /// It was asked as ever, and its figures are of now.
    fn other_is_well(&self, since: DateTime<Utc>) {
        let asked = self.stage.sources[OTHER].take_asked();
        let polls =
            asked.iter().filter(|one| one.range.to >= since.timestamp() - 60 && one.range.points() <= 4);
        let (polls, due) = (polls.count() as i64, i64::from(LASTS) / REFRESH);
        self.check(
            (due - 1..=due + 2).contains(&polls),
            &format!("the other was asked {polls} times, not {due}"),
        );
        let report = self.report(OTHER);
        self.check(report.status.is_fresh(self.stage.now()), "the other is not fresh");
        self.check(report.slos.iter().all(|slo| slo.data.word() == "ok"), "the other's figures are not ok");
    }

    fn is_well(&self) {
        let report = self.report(SICK);
        self.check(report.status.is_fresh(self.stage.now()), "it is not fresh");
        let odd = report.slos.iter().find(|slo| slo.data.word() != "ok");
        self.check(odd.is_none(), &format!("{:?}", odd.map(|slo| (slo.id(), &slo.data, slo.as_of))));
    }

    /// Well again: within an interval of the probe it is fresh, and then all is as if nothing had been.
    async fn recover(&self) {
        let now = self.stage.now();
        let probe = self.report(SICK).status.health.next_try().unwrap_or(now).max(now);
        self.turn(false).await;
        // What is still waited for ends first, at the latest with the limit of a question; and the clock here goes on by
        // tenths of a second whenever a slow machine is silent for a while.
        let on_its_way = if self.stage.asks() { 2 * TIMEOUT } else { 0 };
        let due = (probe - now).num_seconds() + on_its_way + REFRESH + 3;
        let mut waited = 0;
        while !self.report(SICK).status.is_fresh(self.stage.now()) {
            self.check(waited <= due, &format!("it is not fresh {waited} s later, {due} were allowed"));
            self.pass(1).await;
            waited += 1;
        }
        self.pass(45).await;
        // An objective of its own is asked again after a rest of its own, and a refused expression after five minutes.
        let behind = || {
            let (sick, other) = (self.report(SICK), self.report(OTHER));
            sick.slos.iter().zip(&other.slos).any(|(one, two)| one.as_of != two.as_of || one.data != two.data)
        };
        for _ in 0..700 {
            if !behind() {
                break;
            }
            self.pass(1).await;
        }
        self.is_well();
        let circuit = self.report(SICK).status.health.circuit();
        self.check(circuit == burnwatch::domain::health::Circuit::Closed, "the breaker is not closed");
        self.is_as_the_other();
    }

    /// Its ledgers hold what those of the one that was never sick hold.
    fn is_as_the_other(&self) {
        let (sick, other) = (self.report(SICK), self.report(OTHER));
        for (one, two) in sick.slos.iter().zip(&other.slos) {
            let at = one.as_of.min(two.as_of).unwrap_or_else(|| self.fail("nothing is known"));
            for back in 0..30 {
                // The minutes reach back six hours from the newest.
                let spans: &[i64] =
                    if back > 0 { &[5, 30, 60, 300] } else { &[5, 60, 360, 1440, 4320, 43_200] };
                for minutes in spans {
                    let (end, span) = (at - 60 * back, Window::minutes(*minutes));
                    let (a, b) = (one.counts.read(end, span), two.counts.read(end, span));
                    self.check(a == b, &format!("{minutes} m to {end}: {a:?}, undisturbed {b:?}"));
                }
            }
            self.check(one.budget == two.budget && one.burns == two.burns, "another budget, or other rates");
            self.check(one.data == two.data, "another state");
        }
    }
}

async fn first_start(fault: &Fault) {
    let Some(scene) = Scene::open(fault, true).await else { return };
    scene.suffer().await;
    scene.recover().await;
}

async fn steady_state(fault: &Fault) {
    let Some(scene) = Scene::open(fault, false).await else { return };
    scene.pass(35).await;
    scene.is_well();
    scene.turn(true).await;
    scene.suffer().await;
    scene.recover().await;
}

fn run(task: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(task);
}

/// Runs every row on as many threads as there are processors, and tells of all that fail.
fn for_all(rows: &[Fault], task: impl AsyncFn(&Fault) + Sync) {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let failed = std::sync::Mutex::new(Vec::new());
    let work = || {
        while let Some(fault) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(task(fault))));
            if outcome.is_err() {
                failed.lock().unwrap().push(fault.name);
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{failed:?}");
}

fn wanted() -> Vec<Fault> {
    let only = std::env::var("FAULT").unwrap_or_default();
    all().into_iter().filter(|fault| fault.name.contains(&only)).collect()
}

#[test]
fn faults_at_the_first_start() {
    for_all(&wanted(), first_start);
}

#[test]
fn faults_in_the_steady_state() {
    for_all(&wanted(), steady_state);
}

#[test]
fn there_are_more_than_thirty_faults() {
    assert!(all().len() > 30, "{}", all().len());
}
