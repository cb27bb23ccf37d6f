//! A ready ratio taken apart into the events that it divides, where it plainly divides two sums of counters.
//!
//! Counted events give the ratio of any window as the tool's own alert asks for it; means of short ratios would
//! weigh quiet hours like busy ones.

use super::query::is_name;
use crate::domain::slo::sli::{Events, Side};

/// Brackets and subtractions around a quotient; deeper ones are a bomb.
const DEEPEST: usize = 16;

/// `a / b` and `1 - a / b`, each of them a `sum(…)` or in brackets, made of `rate` alone or of `increase` alone. The
/// `side` is what the whole is a share of.
pub(super) fn quotient(side: Side, text: &str) -> Option<Events> {
    let mask = masked(text);
    let (side, part, total) = divided(side, text, &mask, DEEPEST)?;
    let function = counting(part.mask)?;
    (counting(total.mask)? == function).then(|| Events {
        side,
        part: part.text.to_owned(),
        total: total.text.to_owned(),
    })
}

/// A passage as written, and without its strings and comments.
#[derive(Clone, Copy)]
struct Passage<'t> {
    text: &'t str,
    mask: &'t str,
}

/// `deep` is how many brackets and subtractions may still be taken off.
fn divided<'t>(
    side: Side,
    text: &'t str,
    mask: &'t str,
    deep: usize,
) -> Option<(Side, Passage<'t>, Passage<'t>)> {
    let deep = deep.checked_sub(1)?;
    if let Some(rest) = mask.trim_start().strip_prefix('1').map(str::trim_start) {
        let rest = rest.strip_prefix('-')?;
        return divided(other(side), &text[text.len() - rest.len()..], rest, deep);
    }
    if let Some((inner, rest)) = bracketed(mask)
        && rest.trim().is_empty()
    {
        let start = inner.as_ptr() as usize - mask.as_ptr() as usize;
        return divided(side, &text[start..start + inner.len()], inner, deep);
    }
    let (part, rest) = operand(text, mask)?;
    let rest = rest.trim_start().strip_prefix('/')?;
    let (total, rest) = operand(&text[text.len() - rest.len()..], rest)?;
    rest.trim().is_empty().then_some((side, part, total))
}

fn other(side: Side) -> Side {
    match side {
        Side::Bad => Side::Good,
        Side::Good => Side::Bad,
    }
}

/// `sum(…)` or `(…)` at the head, and what follows it.
fn operand<'t>(text: &'t str, mask: &'t str) -> Option<(Passage<'t>, &'t str)> {
    let head = mask.trim_start();
    let (_, rest) = bracketed(head.strip_prefix("sum").unwrap_or(head))?;
    let span = mask.len() - head.len()..mask.len() - rest.len();
    Some((Passage { text: &text[span.clone()], mask: &mask[span] }, rest))
}

/// The function that counts, where the passage calls nothing but sums of it and has no labels of its own.
fn counting(mask: &str) -> Option<&str> {
    let mut function = None;
    for (start, word) in words(mask) {
        let calls = mask[start + word.len()..].trim_start().starts_with('(');
        match word {
            "by" | "without" | "on" | "ignoring" | "group_left" | "group_right" | "bool" => return None,
            "sum" | "vector" | "or" | "and" | "unless" => {}
            "rate" | "increase" if calls && function.is_none_or(|one| one == word) => function = Some(word),
            _ if calls => return None,
            _ => {}
        }
    }
    function
}

fn words(mask: &str) -> impl Iterator<Item = (usize, &str)> {
    let parts = mask.split(|c: char| !is_name(c)).filter(|word| !word.is_empty());
    parts.map(|word| (word.as_ptr() as usize - mask.as_ptr() as usize, word))
}

/// What is in the first pair of brackets, which must come next, and what follows them.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start().strip_prefix('(')?;
    let mut depth = 1;
    for (index, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&text[..index], &text[index + 1..]));
        }
    }
    None
}

/// The text with strings and comments blotted out, byte for byte.
pub(super) fn masked(text: &str) -> String {
    let mut mask = String::with_capacity(text.len());
    let (mut quote, mut comment, mut escaped) = (None, false, false);
    for c in text.chars() {
        let (within, blot) = (comment, comment || quote.is_some());
        match (quote, c) {
            _ if comment => comment = c != '\n',
            (Some(_), _) if escaped => escaped = false,
            (Some(open), '\\') if open != '`' => escaped = true,
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '#') => comment = true,
            _ => {}
        }
        let kept = if within || comment { ' ' } else { '_' };
        match c {
            _ if !blot && !comment && quote.is_none() => mask.push(c),
            _ => (0..c.len_utf8()).for_each(|_| mask.push(kept)),
        }
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(side: Side, part: &str, total: &str) -> Events {
        Events { side, part: part.into(), total: total.into() }
    }

    #[test]
    fn sums_of_counters_are_taken_apart() {
        let (a, b) = ("sum(rate(a{x=\"1 / (2\"}[{{.window}}]))", "sum(rate(b[{{ .window }}]))");
        for (text, wanted) in [
            (format!("{a} / {b}"), events(Side::Bad, a, b)),
            (format!(" 1 - {a}\n/ # of all (\n{b}\n"), events(Side::Good, a, b)),
            (format!("(1 - ({a} / {b}))"), events(Side::Good, a, b)),
            (format!("1 - (1 - {a}/{b})"), events(Side::Bad, a, b)),
            (
                format!("({a} or vector(0)) / ({b})"),
                events(Side::Bad, &format!("({a} or vector(0))"), &format!("({b})")),
            ),
            (format!("({b} - {a}) / {b}"), events(Side::Bad, &format!("({b} - {a})"), b)),
        ] {
            assert_eq!(quotient(Side::Bad, &text), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_no_plain_quotient_of_counts_stays_whole() {
        for text in [
            "avg_over_time(ok[{{.window}}])",
            "1 - avg_over_time(ok[{{.window}}])",
            "sum(avg_over_time(a[{{.window}}])) / sum(avg_over_time(b[{{.window}}]))",
            "sum(rate(a[{{.window}}])) / sum(increase(b[{{.window}}]))",
            "sum by (x) (rate(a[{{.window}}])) / sum by (x) (rate(b[{{.window}}]))",
            "sum(rate(a[{{.window}}])) by (x) / sum(rate(b[{{.window}}]))",
            "sum(rate(a[{{.window}}])) / on(x) sum(rate(b[{{.window}}]))",
            "sum(rate(a[{{.window}}])) or vector(0) / sum(rate(b[{{.window}}]))",
            "sum(rate(a[{{.window}}])) / sum(rate(b[{{.window}}])) / 2",
            "sum(rate(a[{{.window}}])) / sum(rate(b[{{.window}}])) > 0.1",
            "100 - sum(rate(a[{{.window}}])) / sum(rate(b[{{.window}}]))",
            "rate(a[{{.window}}]) / rate(b[{{.window}}])",
            "sum(rate(a[{{.window}}]) * 1e3 ^ (clamp_max(b, 1))) / sum(rate(b[{{.window}}]))",
            "",
            "1 -",
            "(",
            "1",
            "/",
        ] {
            assert_eq!(quotient(Side::Bad, text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in r#"(sum|rate|1|by|a|[{}()"'`\\#,. \n5mé/\[\]-]){0,24}"#) {
            let _ = quotient(Side::Bad, &text);
        }
    }

    #[test]
    fn brackets_without_end_are_not_followed() {
        let deep = |count: usize| {
            format!("{}sum(rate(a[5m])) / sum(rate(b[5m])){}", "(".repeat(count), ")".repeat(count))
        };
        assert!(quotient(Side::Bad, &deep(10)).is_some());
        assert_eq!(quotient(Side::Bad, &deep(100_000)), None);
        assert_eq!(quotient(Side::Bad, &"1-".repeat(100_000)), None);
    }
}
