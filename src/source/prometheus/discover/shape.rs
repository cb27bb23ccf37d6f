//! Expressions of generated rules, read back: quotients, ranges, and pairs of burn rates over a bound.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::rules::Rule;
use crate::domain::promql::scan::{Quote, balanced};
use crate::domain::slo::sli::{Events, Side, Sli};
use crate::domain::slo::tier::Comparison;
use crate::domain::slo::window::Window;
use crate::source::prometheus::lint::matcher::Matcher;
use crate::source::prometheus::lint::parse::parse;
use crate::source::prometheus::lint::tree::{Grouping, Kind, Node, Selected};
use crate::source::prometheus::narrow::quoted;

/// What stands for the range in our own expressions.
const WINDOW: &str = "{{.window}}";
/// Letters of an expression that is looked at.
const LONGEST: usize = 16 * 1024;

/// `(A) / (B)`, with nothing else around or between.
pub(super) fn quotient(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    if text.len() > LONGEST || balanced(text).is_err() {
        return None;
    }
    let (part, rest) = group(text)?;
    let (total, rest) = group(rest.trim_start().strip_prefix('/')?.trim_start())?;
    rest.trim().is_empty().then_some((part.trim(), total.trim()))
}

/// `(1 - ((A) / (B)))`, which is the share of errors by what is good: as Sloth writes the ratios of `OpenSLO`.
pub(super) fn complement(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    if text.len() > LONGEST || balanced(text).is_err() {
        return None;
    }
    let only = |text| group(text).filter(|(_, rest)| rest.trim().is_empty()).map(|(inner, _)| inner.trim());
    let ratio = only(text)?.strip_prefix('1')?.trim_start().strip_prefix('-')?.trim_start();
    quotient(only(ratio)?)
}

/// What the parentheses hold that the text begins with, and what follows them.
fn group(text: &str) -> Option<(&str, &str)> {
    let mut quote = Quote::default();
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        if quote.step(letter) {
            continue;
        }
        match letter {
            '(' => depth += 1,
            ')' if depth == 1 => return Some((&text[1..at], &text[at + 1..])),
            ')' => depth = depth.checked_sub(1)?,
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// An expression and the window that it was generated for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Generated<'a> {
    pub(super) text: &'a str,
    pub(super) window: Window,
}

/// The expression with `{{.window}}` for its window. A range that is the same in `other`, which was generated for
/// another window, was written so. `None` where no range is left.
pub(super) fn template(one: Generated<'_>, other: Option<Generated<'_>>) -> Option<String> {
    let own = ranges(one.text);
    let theirs =
        other.map(|other| (ranges(other.text), other)).filter(|(ranges, _)| ranges.len() == own.len());
    let is = |text: &str, window| Window::from_str(text) == Ok(window);
    let mut done = String::with_capacity(one.text.len() + 64);
    let mut from = 0;
    for (place, range) in own.iter().enumerate() {
        let moves = theirs.as_ref().is_none_or(|(ranges, other)| {
            ranges.get(place).is_some_and(|range| is(&other.text[range.clone()], other.window))
        });
        if moves && is(&one.text[range.clone()], one.window) {
            done.push_str(&one.text[from..range.start]);
            done.push_str(WINDOW);
            from = range.end;
        }
    }
    done.push_str(&one.text[from..]);
    (from > 0).then_some(done)
}

/// Where the lengths of ranges stand: what follows a bracket, up to its end or a colon.
fn ranges(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut quote = Quote::default();
    let mut found = Vec::new();
    let mut open = None;
    for (at, letter) in text.char_indices() {
        if quote.step(letter) {
            continue;
        }
        match letter {
            '[' => open = Some(at + 1),
            ']' | ':' => found.extend(open.take().map(|start| start..at)),
            _ => {}
        }
    }
    found
}

/// A side and the text of what is counted on it, with the text of the total.
type Counted<'a> = (Side, &'a str, &'a str);

/// What the rule of the shortest window counts, as `sides` reads it; the next one tells which ranges are the window.
pub(super) fn counted<'r>(
    recorded: &BTreeMap<Window, &'r Rule>,
    sides: impl Fn(&'r str) -> Option<Counted<'r>>,
) -> Option<Sli> {
    let mut shortest = recorded.iter().map(|(window, rule)| (*window, sides(&rule.query)));
    let (window, (side, part, total)) = shortest.next().and_then(|(window, sides)| Some((window, sides?)))?;
    let next = shortest.next().and_then(|(window, sides)| Some((window, sides?)));
    let part_of = next.map(|(window, (_, part, _))| Generated { text: part, window });
    let total_of = next.map(|(window, (_, _, total))| Generated { text: total, window });
    let part = template(Generated { text: part, window }, part_of)?;
    let total = template(Generated { text: total, window }, total_of)?;
    (part != total).then_some(Sli::Events(Events { side, part, total }))
}

/// `clamp(A / (B > 0), 0, 1)`, as our own rules have the share of bad events: A and B.
pub(super) fn clamped(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    if text.len() > LONGEST || balanced(text).is_err() {
        return None;
    }
    let share = text.strip_prefix("clamp(")?.strip_suffix(", 0, 1)")?;
    let (bad, rest) = share.split_at(division(share)?);
    let (total, rest) = group(rest[1..].trim_start())?;
    let total = total.trim().strip_suffix('0')?.trim_end().strip_suffix('>')?;
    let fits = rest.trim().is_empty() && balanced(bad).is_ok();
    fits.then(|| (bad.trim(), total.trim()))
}

/// Where the first `/` stands that is in no parentheses.
fn division(text: &str) -> Option<usize> {
    let mut quote = Quote::default();
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        if quote.step(letter) {
            continue;
        }
        match letter {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => depth = depth.checked_sub(1)?,
            '/' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// Two series over one bound each, joined by `and`: one tier of an alert rule.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Burning {
    pub(super) short: Window,
    pub(super) long: Window,
    /// Where the bound is written as a product, such as `14.4 * 0.001`.
    pub(super) factor: Option<f64>,
    pub(super) bound: f64,
    /// The share that may be bad, where the bound is a product.
    pub(super) budget: Option<f64>,
    pub(super) comparison: Comparison,
    /// Labels that the series must have.
    pub(super) labels: Vec<(String, String)>,
}

/// The tiers of an alert's expression; series are told by names that end with `marker` and a window.
pub(super) fn burning(text: &str, marker: &str) -> Vec<Burning> {
    let Ok(root) = parse(text) else { return Vec::new() };
    let mut found = Vec::new();
    root.each(&mut |node, _| {
        let sides = node
            .binary(&["and"])
            .and_then(|(left, right)| Some((Limit::read(left, marker)?, Limit::read(right, marker)?)));
        found.extend(sides.map(|(left, right)| {
            let (short, long) = if left.window <= right.window { (left, right) } else { (right, left) };
            Burning { short: short.window, long: long.window, ..long.burning }
        }));
    });
    found
}

struct Limit {
    window: Window,
    burning: Burning,
}

impl Limit {
    fn read(node: &Node, marker: &str) -> Option<Self> {
        let node = node.bare();
        let node = match (&node.kind, &node.parts[..]) {
            (Kind::Aggregate { op, .. }, [inner]) if op == "max" => inner.bare(),
            _ => node,
        };
        let comparison = match node.kind {
            Kind::Binary { ref op, bool: false } if op == ">" => Comparison::Above,
            Kind::Binary { ref op, bool: false } if op == ">=" => Comparison::AtLeast,
            _ => return None,
        };
        let [series, bound] = &node.parts[..] else { return None };
        let Kind::Instant(selected) = &series.bare().kind else { return None };
        let window = selected.name.rsplit_once(marker)?.1.parse().ok()?;
        let product = bound.bare().binary(&["*"]);
        let labels = selected.matchers.iter().filter(|matcher| matcher.pins());
        let burning = Burning {
            short: window,
            long: window,
            factor: product.and_then(|(factor, _)| factor.value()),
            bound: bound.value().filter(|bound| bound.is_finite())?,
            budget: product.and_then(|(_, budget)| budget.value()),
            comparison,
            labels: labels.map(|one| (one.label().to_owned(), one.value().to_owned())).collect(),
        };
        Some(Self { window, burning })
    }
}

/// `sum by (labels) (function(selector[range]))`, in parts.
pub(super) struct Summed<'a> {
    pub(super) function: &'static str,
    pub(super) selected: &'a Selected,
    pub(super) by: Vec<String>,
}

pub(super) fn summed(node: &Node) -> Option<Summed<'_>> {
    let node = node.bare();
    let by = match &node.kind {
        Kind::Aggregate { op, grouping: Grouping::All } if op == "sum" => Vec::new(),
        Kind::Aggregate { op, grouping: Grouping::By(labels) } if op == "sum" => labels.clone(),
        _ => return None,
    };
    let call = node.parts.first()?.bare();
    let Kind::Matrix(selected, _) = &call.parts.first()?.bare().kind else { return None };
    (!selected.moved && !selected.alternatives && !selected.name.is_empty()).then_some(Summed {
        function: call.call()?,
        selected,
        by,
    })
}

/// The selector under the name `name`, as text, without the matchers of `le` if they are `bare`d.
pub(super) fn written(name: &str, selected: &Selected, le: bool) -> String {
    let kept = selected.matchers.iter().filter(|matcher| le || matcher.label() != "le");
    let matchers: Vec<String> = kept.map(matcher).collect();
    if matchers.is_empty() { name.to_owned() } else { format!("{name}{{{}}}", matchers.join(",")) }
}

fn matcher(matcher: &Matcher) -> String {
    format!("{}{}{}", matcher.label(), matcher.operator(), quoted(matcher.value()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIVE: Window = Window::minutes(5);

    fn of(text: &str, window: Window) -> Generated<'_> {
        Generated { text, window }
    }

    #[test]
    fn quotients_are_two_groups_and_nothing_else() {
        assert_eq!(
            quotient("(sum(rate(e{a=\")\"}[5m])))\n/\n(sum(rate(t[5m])) )"),
            Some(("sum(rate(e{a=\")\"}[5m]))", "sum(rate(t[5m]))"))
        );
        for text in [
            "(a / b)",
            "(a) / on (x) (b)",
            "(a) / b",
            "(a) / (b) * 2",
            "1 - (a) / (b)",
            "(a) / (b",
            "(a)) / ((b)",
            "",
            "(a) * (b)",
        ] {
            assert_eq!(quotient(text), None, "{text}");
        }
        assert_eq!(quotient(&format!("({}) / (b)", "a".repeat(20_000))), None);
        assert_eq!(complement("(1 - ((good) / (all)))"), Some(("good", "all")));
        for text in
            ["(1 - (good) / (all))", "1 - ((a) / (b))", "(2 - ((a) / (b)))", "(1 - ((a) / (b))) * 2", "(1"]
        {
            assert_eq!(complement(text), None, "{text}");
        }
    }

    #[test]
    fn shares_of_our_own_are_two_sides() {
        let bad = "(sum(increase(e{a=\"/\"}[1h])) or sum(increase(t[1h])) * 0)";
        let text = format!("clamp({bad} / (sum(increase(t[1h])) > 0), 0, 1)");
        assert_eq!(clamped(&text), Some((bad, "sum(increase(t[1h]))")));
        for text in [
            "clamp((a), 0, 1)",
            "clamp(a / b, 0, 1)",
            "clamp(a / (b), 0, 1)",
            "clamp(a / (b > 0) * 2, 0, 1)",
            "a / (b > 0)",
            "clamp(a) / (b > 0), 0, 1)",
            "",
        ] {
            assert_eq!(clamped(text), None, "{text}");
        }
    }

    #[test]
    fn ranges_that_stay_the_same_were_written_so() {
        let five = "sum(rate(e{x=\"[5m]\"}[5m])) / avg(max_over_time(q[5m:1m]))";
        let window = "sum(rate(e{x=\"[5m]\"}[{{.window}}])) / avg(max_over_time(q[{{.window}}:1m]))";
        assert_eq!(template(of(five, FIVE), None).unwrap(), window);
        let thirty = five.replace("}[5m]", "}[30m]");
        let fixed = "sum(rate(e{x=\"[5m]\"}[{{.window}}])) / avg(max_over_time(q[5m:1m]))";
        assert_eq!(template(of(five, FIVE), Some(of(&thirty, Window::minutes(30)))).unwrap(), fixed);
        assert_eq!(template(of("e[1h]", FIVE), None), None);
        assert_eq!(template(of("e", FIVE), None), None);
    }

    #[test]
    fn pairs_of_an_alert_are_tiers() {
        let text = "(max(slo:sli_error:ratio_rate5m{sloth_id=\"a-b\"} > (14.4 * 0.001)) without (sloth_window) \
                    and max(slo:sli_error:ratio_rate1h{sloth_id=\"a-b\"} > (14.4 * 0.001)) without (sloth_window)) \
                    or (slo:sli_error:ratio_rate6h{sloth_id=\"a-b\"} >= 0.006 and slo:sli_error:ratio_rate30m > 0.006)";
        let found = burning(text, "ratio_rate");
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].short, found[0].long), (FIVE, Window::hours(1)));
        assert_eq!((found[0].factor, found[0].comparison), (Some(14.4), Comparison::Above));
        assert_eq!(found[0].labels, [("sloth_id".to_owned(), "a-b".to_owned())]);
        assert_eq!((found[1].short, found[1].long), (Window::minutes(30), Window::hours(6)));
        assert_eq!((found[1].factor, found[1].bound), (None, 0.006));
        for text in
            ["", "a > 1 and b > 2", "up == 0", "x:ratio_rate5m > 1e999 and x:ratio_rate5m > 1", "(((("]
        {
            assert!(burning(text, "ratio_rate").is_empty(), "{text}");
        }
    }
}
