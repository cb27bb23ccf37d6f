//! Ranges that do not fit together.

use std::ops::Range;
use std::time::Duration;

use crate::domain::slo::window::Window;
use crate::source::prometheus::lint::counted::{Counted, counted};
use crate::source::prometheus::lint::finding::{Finding, Rule};
use crate::source::prometheus::lint::tree::{Kind, Node, Reach, is_guard};

/// A fixed range in an expression that also takes the window: that part never moves.
pub(super) fn fixed(root: &Node) -> Vec<Finding> {
    let window = |node: &Node| reach(node) == Some(Reach::Window);
    if !root.any(&window) {
        return Vec::new();
    }
    let mut places: Vec<Option<Range<usize>>> = Vec::new();
    root.each(&mut |node, above| {
        let inside_window = above.iter().any(|outer| window(outer));
        let fixed = matches!(reach(node), Some(Reach::Fixed(_))) && !node.any(&window);
        if fixed && !inside_window && !is_guard(node, above) && !above.iter().any(|outer| only_bridges(outer))
        {
            places.push(node.span());
        }
    });
    let finding = |at| {
        Finding::new(
            Rule::FixedRange,
            at,
            "a fixed range stands beside `{{.window}}`: this part stays the same in every window",
            "write `{{.window}}` there too",
        )
    };
    places.into_iter().map(finding).collect()
}

fn reach(node: &Node) -> Option<Reach> {
    match node.kind {
        Kind::Matrix(_, reach) | Kind::Subquery(reach) => Some(reach),
        _ => None,
    }
}

/// Functions whose range bridges gaps between samples and measures nothing.
fn only_bridges(node: &Node) -> bool {
    node.call()
        .is_some_and(|name| ["last_over_time", "present_over_time", "absent_over_time"].contains(&name))
}

/// A quotient of two fixed ranges. Of the same series it is a comparison with earlier and meant so.
pub(super) fn differ(node: &Node, above: &[&Node]) -> Option<Finding> {
    let (left, right) = node.binary(&["/"]).filter(|_| !is_guard(node, above))?;
    let (part, total) = (counted(left), counted(right));
    let (first, second) = (only(&part)?, only(&total)?);
    let (Reach::Fixed(one), Reach::Fixed(other)) = (first, second) else { return None };
    let same = part
        .iter()
        .zip(&total)
        .all(|(a, b)| a.selected.name == b.selected.name && a.selected.matchers == b.selected.matchers);
    (one != other && !same).then(|| {
        Finding::new(
            Rule::RangesDiffer,
            node.span(),
            format!(
                "the sides look back {} and {}: a burst is in one of them and not in the other",
                span(one),
                span(other)
            ),
            "use the same range on both sides",
        )
    })
}

fn span(range: Duration) -> Window {
    Window::seconds(range.as_secs() as i64)
}

/// The range that all of them have.
fn only(all: &[Counted<'_>]) -> Option<Reach> {
    let first = all.first()?.reach;
    all.iter().all(|counted| counted.reach == first).then_some(first)
}
