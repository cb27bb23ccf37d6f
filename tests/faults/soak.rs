//! A day of random faults in seconds: what is asked, what is kept, what is told, and what it comes to in the end.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use burnwatch::domain::journal::State;
use burnwatch::domain::oncall::Roster;
use burnwatch::domain::slo::ledger::{Ledger, Resolution};
use burnwatch::domain::slo::window::Window;
use burnwatch::domain::snapshot::{Snapshot, SourceReport};
use burnwatch::domain::verdict::{Word, verdict};
use burnwatch::source::desk::{Brief, Desk};
use burnwatch::source::poller::{Poller, Report};
use burnwatch::source::{Clock, Source};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::sleep;

use crate::kit::{OTHER, SICK, objective};
use crate::stage::{REFRESH, clock};
use crate::weather::{Backend, Kind, Spell, spells};

const DAY: i64 = 24 * 3600;

fn desk(name: &str, backend: &Arc<Backend>, clock: &Clock) -> Desk {
    Desk::new(Brief {
        name: name.to_owned(),
        kind: "soak".to_owned(),
        source: Arc::clone(backend) as Arc<dyn Source>,
        objectives: ["a", "b"].map(|letter| objective(name, letter)).into(),
        services: Vec::new(),
        refresh: Duration::from_secs(REFRESH.cast_unsigned()),
        clock: Arc::clone(clock),
        cache: None,
    })
}

struct Soak {
    clock: Clock,
    sick: Arc<Backend>,
    other: Arc<Backend>,
    _pollers: [Poller; 2],
    reports: Receiver<Report>,
    snapshot: Snapshot,
    last: [Option<Arc<SourceReport>>; 2],
}

impl Soak {
    fn start(seed: u64, weather: &[Spell]) -> Self {
        let clock = clock();
        let sick = Backend::new(seed, weather.to_vec(), &clock);
        let other = Backend::new(seed, Vec::new(), &clock);
        let (out, reports) = channel(64);
        let pollers = [(SICK, "sick", &sick), (OTHER, "other", &other)]
            .map(|(place, name, backend)| Poller::start(desk(name, backend, &clock), place, out.clone()));
        let snapshot = Snapshot::new(2);
        Self { clock, sick, other, _pollers: pollers, reports, snapshot, last: [None, None] }
    }

    async fn pass(&mut self, seconds: u64) {
        sleep(Duration::from_secs(seconds)).await;
        while let Ok(Report { index, report }) = self.reports.try_recv() {
            self.snapshot = self.snapshot.with(index, Arc::clone(&report));
            self.last[index] = Some(report);
        }
    }

    fn ledgers(&self, index: usize) -> impl Iterator<Item = &Arc<Ledger>> {
        self.last[index].iter().flat_map(|report| report.slos.iter().map(|slo| &slo.counts))
    }

    /// Cells that are kept, known or not.
    fn cells(&self) -> usize {
        let of = |ledger: &Arc<Ledger>| {
            let grids = [Resolution::Fine, Resolution::Middle, Resolution::Hours];
            grids.map(|grid| ledger.grid(grid).iter().count()).iter().sum::<usize>()
        };
        self.ledgers(SICK).map(of).sum()
    }

    /// OK is said by those alone who heard from the backend within two intervals, with the time that an answer takes.
    fn never_lies(&self, seed: u64) {
        let now = (self.clock)();
        let word = verdict(&self.snapshot, &State::default(), &Roster::default(), now).word;
        let silent = now.timestamp() - self.sick.answered_at.load(Ordering::Relaxed);
        assert!(word != Word::Ok || silent <= 2 * REFRESH + 1, "seed {seed}, {now}: OK after {silent} s");
    }
}

/// Questions that a day may cost. In calm one an interval; in a spell an interval has one refresh with its second
/// attempt, and at most two probes, since no rest is shorter than nine seconds. A start asks eight times; so does,
/// at most, whoever comes back to an objective that was at fault, and each spell may have two of them.
fn allowed(weather: &[Spell]) -> u64 {
    let sick: i64 = weather.iter().map(|spell| (spell.to - spell.from) / REFRESH + 2).sum();
    (DAY / REFRESH + 3 * sick + 8 + 2 * 8 * weather.len() as i64).cast_unsigned()
}

async fn a_day(seed: u64) {
    let weather = spells(seed, DAY);
    let mut soak = Soak::start(seed, &weather);
    let (mut most_cells, mut cells_early) = (0, 0);
    for at in (0..DAY).step_by(5) {
        soak.pass(5).await;
        soak.never_lies(seed);
        if at % 600 == 0 {
            most_cells = most_cells.max(soak.cells());
            cells_early = if at <= DAY / 4 { most_cells } else { cells_early };
        }
    }
    // Grids are cut in blocks of an eighth.
    assert!(
        most_cells * 8 <= cells_early * 9,
        "seed {seed}: {cells_early} cells in the morning, {most_cells} at most"
    );
    let (requests, calm) =
        (soak.sick.requests.load(Ordering::Relaxed), soak.other.requests.load(Ordering::Relaxed));
    // A start of seven questions, and one an interval from the first on.
    let planned = 7 + (DAY / REFRESH).cast_unsigned();
    assert!(
        (planned - 1..=planned).contains(&calm),
        "seed {seed}: {calm} requests in calm, {planned} planned"
    );
    assert!(requests <= allowed(&weather), "seed {seed}: {requests} of {} requests", allowed(&weather));
    for backend in [&soak.sick, &soak.other] {
        assert_eq!(backend.most_open.load(Ordering::Relaxed), 1, "seed {seed}: polls overlap");
    }
    for (sick, other) in soak.ledgers(SICK).zip(soak.ledgers(OTHER)) {
        same(seed, sick, other);
    }
    assert_eq!(verdict(&soak.snapshot, &State::default(), &Roster::default(), (soak.clock)()).word, Word::Ok);
}

/// The ledger holds what that of an undisturbed run holds, minute by minute.
fn same(seed: u64, sick: &Ledger, other: &Ledger) {
    let newest = sick.newest().unwrap().min(other.newest().unwrap());
    let spans = [5, 30, 60, 360, 1440, 4320, 43_200].map(Window::minutes);
    let compare = |end: i64, span: Window| {
        let (one, two) = (sick.read(end, span), other.read(end, span));
        assert_eq!(one, two, "seed {seed}: {span:?} until {} minutes ago", (newest - end) / 60);
    };
    for span in spans {
        compare(newest, span);
    }
    (0..340).for_each(|back| compare(newest - 60 * back, spans[0]));
    // Whole hours of all that was lived through.
    let hour = newest - newest.rem_euclid(3600);
    (0..24).for_each(|back| compare(hour - 3600 * back, spans[2]));
}

fn run(seed: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.unwrap().block_on(a_day(seed));
}

#[test]
fn a_day_of_random_faults_comes_to_the_figures_of_a_calm_one() {
    std::thread::scope(|scope| {
        let days: Vec<_> = [1, 2, 3, 4].map(|seed| scope.spawn(move || run(seed))).into();
        for day in days {
            day.join().unwrap();
        }
    });
}

#[test]
fn the_weather_has_everything_in_it() {
    for seed in [1, 2, 3, 4] {
        let spells = spells(seed, DAY);
        let kinds = [
            Kind::Refused,
            Kind::Hangs,
            Kind::InTrouble,
            Kind::Limited,
            Kind::Garbage,
            Kind::Partial,
            Kind::Flaps,
        ];
        for kind in kinds {
            assert!(spells.iter().any(|spell| spell.kind == kind), "seed {seed}: {kind:?}");
        }
        let longest = spells.iter().map(|spell| spell.to - spell.from).max();
        assert!(longest >= Some(3600), "seed {seed}: {longest:?}");
    }
}
