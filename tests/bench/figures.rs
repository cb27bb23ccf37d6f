//! How long the figures take: `cargo bench`. For instructions rather than times: `tests/bench/instructions`.

#![expect(clippy::expect_used, reason = "a sample that cannot be made has to stop the benchmark")]

mod stage;
mod work;

use burnwatch::domain::slo::whatif::{Change, Knob};
use burnwatch::state::Trial;
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// Everything a refresh computes for one objective, ten thousand times.
#[divan::bench(sample_count = 10)]
fn judge_10_000_slos(bencher: Bencher) {
    let all = work::objectives(10_000);
    bencher.counter(ItemsCount::new(all.len())).bench(|| work::judge_all(black_box(&all)));
}

/// From a folder of other tools' files to objectives, each file read, understood and linked.
#[divan::bench(sample_count = 10)]
fn load_a_catalogue_of_1_000_files(bencher: Bencher) {
    let folder = work::catalogue(1000);
    let load = || work::load_catalogue(black_box(folder.path()));
    assert_eq!(load(), 1000, "all are understood, and nothing is found wrong");
    bencher.counter(ItemsCount::new(1000_usize)).bench(load);
}

/// From the bytes of a log to the state of things.
#[divan::bench(sample_count = 10)]
fn fold_100_000_events(bencher: Bencher) {
    let log = work::log(100_000);
    bencher
        .counter(ItemsCount::new(100_000_usize))
        .counter(BytesCount::new(log.len()))
        .bench(|| work::fold_all(black_box(&log)));
}

/// The part of it that is reading JSON; the rest is folding.
#[divan::bench(sample_count = 10)]
fn parse_100_000_events(bencher: Bencher) {
    let log = work::log(100_000);
    bencher
        .counter(ItemsCount::new(100_000_usize))
        .counter(BytesCount::new(log.len()))
        .bench(|| work::parse_all(black_box(&log)));
}

/// Seven burns and the budget, from prefix sums.
#[divan::bench]
fn read_eight_windows(bencher: Bencher) {
    let ledger = work::ledger(0);
    bencher.counter(ItemsCount::new(8_usize)).bench(|| work::read_windows(black_box(&ledger)));
}

/// What a refresh adds to one ledger: two known minutes again, and a new one.
#[divan::bench]
fn record_three_minutes(bencher: Bencher) {
    let ledger = work::ledger(0);
    bencher
        .counter(ItemsCount::new(3_usize))
        .with_inputs(|| ledger.clone())
        .bench_local_values(work::record_minutes);
}

/// Both sides of a changed objective, with the pages of three days and of the window: once for each key and report.
#[divan::bench]
fn what_if(bencher: Bencher) {
    let model = stage::model("what-if");
    let slo = model.open_slo().cloned().expect("an SLO");
    let change = Knob::Target.turned(&slo, &Change::default(), true);
    bencher.bench(|| Trial::new(black_box(&slo), black_box(change)));
}

/// One frame of each screen of the demo's outage, at 120x40 in all colours.
#[divan::bench(args = ["overview", "slos", "slo", "explain", "what-if", "signals", "incidents", "incident", "oncall", "runbooks", "runbook", "sources", "help"])]
fn draw(bencher: Bencher, name: &str) {
    let (model, theme) = (stage::model(name), stage::night());
    bencher.bench(|| work::draw_screen(black_box(&model), black_box(&theme)));
}
