//! The rows of a waterfall: which spans are in sight, and where their bars lie on the time axis.

use std::collections::BTreeSet;

use super::{Nanos, Trace};

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Place of the span in [`Trace::nodes`].
    pub place: usize,
    pub depth: usize,
    /// Rows that are folded away under it.
    pub hidden: usize,
    pub has_children: bool,
    /// A span that failed is folded away under it.
    pub hides_error: bool,
}

/// What a cell of a bar shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Empty,
    /// At work, while the request waited for something else.
    Beside,
    /// The request waited for this, or for what is folded under it.
    Critical,
}

/// The spans in sight, in their order; those in `folded` hide what is under them.
pub fn rows(trace: &Trace, folded: &BTreeSet<usize>) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut place = 0;
    while let Some(node) = trace.nodes.get(place) {
        let descendants = node.descendants(place);
        let hides = folded.contains(&place) && descendants > 0;
        let hidden = if hides { descendants } else { 0 };
        let under = &trace.nodes[place + 1..=place + hidden];
        rows.push(Row {
            place,
            depth: node.depth,
            hidden,
            has_children: descendants > 0,
            hides_error: under.iter().any(|node| node.span.error.is_some()),
        });
        place += 1 + hidden;
    }
    rows
}

impl Row {
    /// Begin and end of the bar, as shares of the trace's duration, 0–1.
    pub fn extent(self, trace: &Trace) -> (f64, f64) {
        let node = &trace.nodes[self.place];
        (share(trace, node.start), share(trace, node.end))
    }

    /// The parts of the bar, or of what is folded under it, that the critical path uses.
    pub fn critical(self, trace: &Trace) -> Vec<(f64, f64)> {
        let nodes = &trace.nodes[self.place..=self.place + self.hidden];
        let parts = nodes.iter().flat_map(|node| node.critical.iter().copied()).collect();
        joined(parts).iter().map(|(from, to)| (share(trace, *from), share(trace, *to))).collect()
    }

    /// The bar in `width` cells. A span has one at least, and so has the critical path in it.
    pub fn bar(self, trace: &Trace, width: usize) -> Vec<Part> {
        let mut cells = vec![Part::Empty; width];
        if width == 0 {
            return cells;
        }
        let (from, to) = self.extent(trace);
        let first = cell(from, width);
        let last = cell(to, width).max(first);
        // A bar that ends where a cell begins does not enter it.
        let last = if last > first && to * width as f64 <= last as f64 { last - 1 } else { last };
        cells[first..=last].fill(Part::Beside);
        let own = covered(&[(from, to)], width);
        let covered = covered(&self.critical(trace), width);
        let most = (first..=last).max_by(|a, b| covered[*a].total_cmp(&covered[*b]).then(b.cmp(a)));
        for at in (first..=last).filter(|at| covered[*at] > 0.0) {
            // Most of what the bar has of this cell.
            if covered[at] * 2.0 >= own[at] || Some(at) == most {
                cells[at] = Part::Critical;
            }
        }
        cells
    }
}

/// How much of each cell these parts take, 0–1.
fn covered(parts: &[(f64, f64)], width: usize) -> Vec<f64> {
    let mut covered = vec![0.0; width];
    for (from, to) in parts.iter().map(|(from, to)| (from * width as f64, to * width as f64)) {
        for (at, covered) in covered.iter_mut().enumerate().take(to as usize + 1).skip(from as usize) {
            *covered += (to.min(at as f64 + 1.0) - from.max(at as f64)).max(0.0);
        }
    }
    covered
}

fn cell(share: f64, width: usize) -> usize {
    ((share * width as f64) as usize).min(width - 1)
}

fn share(trace: &Trace, at: Nanos) -> f64 {
    match trace.duration().0 {
        0 => 0.0,
        whole => (at - trace.start).0 as f64 / whole as f64,
    }
}

/// The same parts in order, neighbours made one.
fn joined(mut parts: Vec<(Nanos, Nanos)>) -> Vec<(Nanos, Nanos)> {
    parts.sort_unstable();
    let mut joined: Vec<(Nanos, Nanos)> = Vec::new();
    for part in parts {
        match joined.last_mut() {
            Some(last) if last.1 >= part.0 => last.1 = last.1.max(part.1),
            _ => joined.push(part),
        }
    }
    joined
}
