//! What a figure cannot tell: gaps, births, uneven edges, silence. Said beside it, never hidden in it.

use super::burn;
use super::ledger::{BASE, FINE_SPAN, Ledger, MINUTE, Reading, Resolution};
use super::objective::Objective;
use super::pager::Agreement;
use super::sli::Unit;
use super::status::SloStatus;
use super::tally::Tally;
use super::tier::Sight;
use super::window::Window;
use crate::domain::quantity::instant;

/// The share of a budget, or of a window's errors, that may be off before it is said.
const DOUBT: f64 = 0.005;

/// What is said while history is being fetched.
pub const LOADING: &str = "history is still loading";

/// What the figures of `status` cannot tell; empty when they are as good as figures get.
pub fn caveats(status: &SloStatus, loading: bool) -> Vec<String> {
    let mut found: Vec<_> = status.pager.iter().flat_map(Agreement::warnings).collect();
    let ledger = &status.ledger;
    let (Some(at), Some(reading)) = (status.as_of, status.reading) else { return found };
    let window = reading.window.as_seconds() as f64;
    let seen = ledger.seen_span(at, reading.window);
    if loading {
        found.push(LOADING.to_owned());
    } else if seen < 0.98 * window {
        found.push(format!("history covers {} of {}", round(seen), reading.window));
    }
    let unknown = seen - reading.known;
    if !loading && unknown > 0.001 * seen && unknown >= ledger.base().as_seconds() as f64 {
        found.push(format!("{} without data inside the window", round(unknown)));
    }
    found.extend(counting_warnings(&status.counts, at, reading, &status.objective));
    let allowed = status.budget.map_or(0.0, |budget| budget.allowed_bad);
    if allowed > 0.0 && reading.doubt / allowed > DOUBT {
        let share = 100.0 * reading.doubt / allowed;
        found
            .push(format!("errors lie unevenly at the window's edge: the budget may be off by {share:.1} %"));
    }
    found.extend(cut_windows(status));
    found.extend(dead_tiers(status));
    found.extend(dim_tiers(status));
    if status.objective.sli.unit() == Unit::Events {
        found.extend(onset(status, at));
    }
    if is_silent(&status.counts, at) {
        found.push(last_traffic(&status.counts, at).map_or_else(
            || "no traffic in all of the history".to_owned(),
            |last| format!("no traffic since {}", instant(last)),
        ));
    }
    found
}

/// A window that is taken out begins or ends inside a wide cell, of which its share of time is taken.
fn cut_windows(status: &SloStatus) -> Option<String> {
    let excluded = || status.corrections.iter().filter(|one| one.excluded);
    let doubt: f64 = excluded().map(|one| one.doubt).sum();
    let budget = status.raw.as_ref()?.budget;
    if status.reading.is_some_and(|reading| reading.tally.total <= 0.0) {
        return Some("maintenance covers all of the window: nothing is left to judge by".to_owned());
    }
    let share = doubt / budget.allowed_bad;
    (budget.allowed_bad > 0.0 && share > DOUBT).then(|| {
        let share = 100.0 * share;
        format!(
            "errors lie unevenly at the edge of a maintenance window: the budget may be off by {share:.1} %"
        )
    })
}

fn dead_tiers(status: &SloStatus) -> impl Iterator<Item = String> + use<'_> {
    status.tiers.iter().filter(|tier| !tier.can_fire).map(|status_of| {
        let tier = &status_of.tier;
        let (severity, target) = (tier.severity.word(), status.objective.target);
        format!("the {severity} tier of {}x in {} cannot fire at {target}", tier.factor, tier.long)
    })
}

/// Tiers that the cells cannot show, or show with an edge that is guessed.
fn dim_tiers(status: &SloStatus) -> impl Iterator<Item = String> + use<'_> {
    let cell = status.burning().base();
    let shorts = move |sight| {
        let tiers = status.tiers.iter().filter(move |tier| tier.sight == sight);
        tiers.map(|tier| format!("{} & {}", tier.tier.long, tier.tier.short)).collect::<Vec<_>>().join(", ")
    };
    let unseen = Some(shorts(Sight::Blind)).filter(|list| !list.is_empty()).map(|list| {
        format!(
            "counted in cells of {cell}, the tiers over {list} cannot be seen: whether they fire is not known"
        )
    });
    let blurred = Some(shorts(Sight::Blurred))
        .filter(|list| !list.is_empty())
        .map(|list| format!("the tiers over {list} are no whole cells of {cell}: their edges are estimated"));
    unseen.into_iter().chain(blurred)
}

/// Samples that are this far apart, where the backend cannot tell.
const USUAL_SAMPLING: i64 = 30;

/// Where errors set in at once, the sample before is spread evenly over its cell: up to one sampling interval
/// of them is missing from the windows that begin there.
fn onset(status: &SloStatus, at: i64) -> Option<String> {
    let ledger = &status.counts;
    let (grid, width) = (ledger.grid(Resolution::Fine), ledger.base().as_seconds());
    let rate = |end: i64| Some(grid.at(end)?.bad / width as f64);
    let jump = |end: &i64| Some(rate(*end)? - rate(*end - width)?).filter(|jump| *jump > 0.0);
    let ends = (0..FINE_SPAN / MINUTE).map(|i| at - i * MINUTE);
    let (end, steepest) =
        ends.filter_map(|end| Some((end, jump(&end)?))).max_by(|a, b| a.1.total_cmp(&b.1))?;
    let since = ledger.read(at, Window::seconds(at - end + width))?.tally;
    let missing = steepest * ledger.sampled_every.unwrap_or(USUAL_SAMPLING) as f64;
    let burning = burn::rate(since, status.objective.target)? > 1.0;
    let share = missing / since.bad;
    (burning && share > DOUBT).then(|| {
        format!(
            "errors set in at {}: burns since then may be {:.1} % low",
            instant(end - width),
            100.0 * share
        )
    })
}

/// Gauges have nothing that could be lost between two samples.
fn counting_warnings(ledger: &Ledger, at: i64, reading: Reading, objective: &Objective) -> Vec<String> {
    let mut found = Vec::new();
    let method = objective.method;
    match ledger.bad_since {
        _ if objective.sli.unit() != Unit::Events => {}
        None if reading.tally.total > 0.0 => {
            found.push("the series of counted events was not seen; taken as none".to_owned());
        }
        Some(born)
            if ledger.oldest().is_some_and(|oldest| oldest < born)
                && at - born < reading.window.as_seconds() =>
        {
            found.push(format!(
                "a series first appeared at {}: what it counted before its second scrape is lost",
                instant(born)
            ));
        }
        _ => {}
    }
    // An increase needs two samples in its cell.
    let slowest = ledger.slowest_sampled.filter(|every| 2 * every > ledger.base().as_seconds());
    if let Some(every) = slowest.filter(|_| objective.sli.unit() == Unit::Events) {
        let (every, cell) = (Window::seconds(every), ledger.base());
        found.push(format!(
            "some series are scraped only every {every}: cells of {cell} miss a part of their events"
        ));
    }
    if ledger.dropped > 0 {
        found.push(format!("{} samples dropped: not a number, infinite or beyond counting", ledger.dropped));
    }
    if let Some(slice) = method.slice().filter(|slice| *slice < ledger.base()) {
        found.push(format!("scraped slowly: slices of {slice} are taken as {}", ledger.base()));
    } else if ledger.base() > BASE && method.slice().is_none() {
        found.push(format!(
            "scraped slowly: counted in cells of {}, shorter windows are unknown",
            ledger.base()
        ));
    }
    found
}

/// Whether the newest cells have had no traffic for a quarter of an hour.
fn is_silent(ledger: &Ledger, at: i64) -> bool {
    let quiet = |end: i64| ledger.grid(Resolution::Fine).at(end).is_some_and(|cell| cell.total <= 0.0);
    quiet(at) && quiet(at - 900)
}

/// The start of the first quiet cell after the newest with traffic, on the finest grid that has one.
fn last_traffic(ledger: &Ledger, at: i64) -> Option<i64> {
    [Resolution::Fine, Resolution::Middle, Resolution::Hours].into_iter().find_map(|resolution| {
        let grid = ledger.grid(resolution);
        let busy = |(end, cell): (i64, Option<Tally>)| {
            (end <= at && cell.is_some_and(|cell| cell.total > 0.0)).then_some(end)
        };
        grid.iter().filter_map(busy).last().map(|end| end + grid.step() - grid.width())
    })
}

/// Whole minutes, or hours from two hours on, or days from two days on.
fn round(seconds: f64) -> Window {
    let unit = if seconds >= 172_800.0 {
        86_400
    } else if seconds >= 7200.0 {
        3600
    } else {
        60
    };
    Window::seconds((seconds / unit as f64).round() as i64 * unit)
}
