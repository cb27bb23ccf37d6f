//! The work that is measured. Functions that are counted on their own are never inlined.

use std::fmt::Write as _;
use std::sync::Arc;

use burnwatch::config::Origin;
use burnwatch::config::catalogue::{Import, Terms, load};
use burnwatch::domain::journal::{Fold, Reader, parse_line};
use burnwatch::domain::judge::{Circumstances, judge};
use burnwatch::domain::slo::burn;
use burnwatch::domain::slo::ledger::{BASE, FINE_SPAN, HOUR, Ledger, MIDDLE_SPAN, MINUTE, Resolution};
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::policy::Policy;
use burnwatch::domain::slo::sli::{Events, Side, Sli};
use burnwatch::domain::slo::tally::Tally;
use burnwatch::domain::slo::window::Window;

const NOW: i64 = 1_768_903_200 + 23 * 60;
const MONTH: Window = Window::days(30);
/// Ledgers differ, but ten thousand of them would measure the memory.
const LEDGERS: usize = 100;

pub(crate) type Judged = (Arc<Objective>, Arc<Ledger>);

/// A full ledger: 361 minutes, 864 cells, 1440 hours; every seventh cell has errors.
pub(crate) fn ledger(number: usize) -> Ledger {
    let mut ledger = Ledger::new(BASE, MONTH);
    for (resolution, step, span) in [
        (Resolution::Fine, MINUTE, FINE_SPAN),
        (Resolution::Middle, BASE.as_seconds(), MIDDLE_SPAN),
        (Resolution::Hours, HOUR, 2 * MONTH.as_seconds()),
    ] {
        let last = NOW - NOW.rem_euclid(step);
        let cells = (0..=span / step).map(|i| {
            let bad = if (i as usize + number).is_multiple_of(7) { number as f64 } else { 0.0 };
            (last - i * step, Tally::new(bad, 1000.0 * step as f64))
        });
        ledger.record(resolution, &cells.collect::<Vec<_>>(), last);
    }
    ledger.bad_since = ledger.oldest();
    ledger
}

pub(crate) fn objectives(count: usize) -> Vec<Judged> {
    let ledgers: Vec<_> = (0..LEDGERS).map(|number| Arc::new(ledger(number))).collect();
    (0..count).map(|i| (Arc::new(objective(i)), Arc::clone(&ledgers[i % LEDGERS]))).collect()
}

fn objective(number: usize) -> Objective {
    let targets = ["99%", "99.9%", "99.95%", "99.99%"].map(str::parse);
    let target =
        targets.into_iter().flatten().nth(number % 4).unwrap_or_else(|| unreachable!("four targets"));
    let sli = Sli::Events(Events { side: Side::Bad, part: "bad".to_owned(), total: "all".to_owned() });
    Objective::new(&format!("service-{number}"), "availability", "main", sli, target, MONTH)
}

#[inline(never)]
pub(crate) fn judge_all(all: &[Judged]) -> usize {
    let why = Circumstances { now: NOW + 9, stale_after: 150, fault: None, ..Circumstances::default() };
    all.iter().filter(|(objective, ledger)| judge(objective, ledger, &why).firing().is_some()).count()
}

#[inline(never)]
pub(crate) fn read_windows(ledger: &Ledger) -> f64 {
    let windows = burn::WINDOWS.into_iter().chain([MONTH]);
    windows.filter_map(|window| ledger.read(NOW, window)).map(|reading| reading.tally.bad).sum()
}

#[inline(never)]
pub(crate) fn record_minutes(mut ledger: Ledger) -> Ledger {
    let cells = [-1, 0, 1].map(|minute| (NOW + minute * MINUTE, Tally::new(1.0, 300_000.0)));
    ledger.record(Resolution::Fine, &cells, NOW + MINUTE);
    ledger
}

/// A log of incidents with notes, status changes and now and then an undo.
pub(crate) fn log(events: usize) -> String {
    let mut text = String::new();
    for seq in 1..=events {
        let incident = seq / 50 + 1;
        let (kind, data) = match seq % 50 {
            0 => (
                "incident.opened",
                format!(
                    r#"{{"number":{incident},"title":"errors","severity":"SEV2","services":["payments"],"slos":[]}}"#
                ),
            ),
            1 => ("incident.status", r#"{"status":"acknowledged"}"#.to_owned()),
            48 => ("incident.status", r#"{"status":"resolved"}"#.to_owned()),
            _ => ("note.added", format!(r#"{{"text":"step {seq} of the search","type":"action"}}"#)),
        };
        let (hour, minute, second) = (seq / 3600 % 24, seq / 60 % 60, seq % 60);
        let _ = writeln!(
            text,
            r#"{{"v":1,"seq":{seq},"id":"e{seq}","ts":"2026-01-20T{hour:02}:{minute:02}:{second:02}Z","actor":"alice","kind":"{kind}","ref":"INC-{incident}","data":{data}}}"#
        );
    }
    text
}

#[inline(never)]
pub(crate) fn fold_all(log: &str) -> u64 {
    let (mut fold, mut reader) = (Fold::default(), Reader::default());
    reader.feed(log.as_bytes(), |_, line| {
        if let Ok(event) = line {
            fold.push(event);
        }
    });
    fold.state().tally.events
}

#[inline(never)]
pub(crate) fn parse_all(log: &str) -> u64 {
    log.lines().filter_map(|line| parse_line(line).ok()).map(|event| event.seq & 1).sum()
}

#[inline(never)]
pub(crate) fn draw_screen(model: &burnwatch::state::Model, theme: &burnwatch::theme::Theme) -> usize {
    burnwatch::screen::draw(model, theme).content.len()
}

/// A folder of so many SLOs, a file each: by thirds of Sloth, Pyrra and `OpenSLO`.
pub(crate) fn catalogue(files: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap_or_else(|error| unreachable!("{error}"));
    for number in 0..files {
        let text = [SLOTH, PYRRA, OPENSLO][number % 3].replace("NUMBER", &number.to_string());
        let written = std::fs::write(folder.path().join(format!("slo-{number}.yaml")), text);
        written.unwrap_or_else(|error| unreachable!("{error}"));
    }
    folder
}

const SLOTH: &str = include_str!("catalogue/sloth.yaml");
const PYRRA: &str = include_str!("catalogue/pyrra.yaml");
const OPENSLO: &str = include_str!("catalogue/openslo.yaml");

/// From the names of files to objectives; how many there are.
#[inline(never)]
pub(crate) fn load_catalogue(folder: &std::path::Path) -> usize {
    let (backend, policy) = ("main".to_owned(), Policy::usual());
    let terms = Terms { backends: vec![backend.clone()], backend, window: MONTH, policy };
    let found = load(&[Import { files: folder.to_owned(), terms }], &Origin::default());
    found.carried.len() - found.findings.len()
}
