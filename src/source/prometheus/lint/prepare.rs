//! The text as the parser gets it, within bounds that neither its stack nor its patience runs out of.

use std::time::Duration;

use super::finding::{Finding, Rule, shown};
use crate::domain::promql::scan::{Scan, balanced, without_comments};
use crate::domain::promql::substitute;

const LONGEST: usize = 16 * 1024;
const DEEPEST: usize = 48;
/// Operators outside braces; a chain of them is a tree as deep.
const OPERATORS: usize = 200;
/// What all strings may cost, for the parser builds an automaton of each pattern: see [`cost`].
const STRINGS: usize = 1000;

/// Stands for `{{.window}}`: a range that nobody writes.
pub(super) const WINDOW: Duration = Duration::from_secs(7919);
const WINDOW_TEXT: &str = "7919s";

pub(super) fn prepare(text: &str) -> Result<String, Finding> {
    if text.len() > LONGEST {
        return Err(too_large());
    }
    let text = without_comments(&substitute(text, WINDOW_TEXT));
    balanced(&text).map_err(|why| not_promql(&why))?;
    let (mut meter, mut done, mut scan) = (Meter::default(), String::with_capacity(text.len()), Scan(&text));
    while let Some(letter) = scan.0.chars().next() {
        if let Some(string) = scan.quoted() {
            meter.string(string)?;
            done.push_str(&plain(string));
            continue;
        }
        let word = scan.word(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '.'));
        if word.is_empty() {
            meter.mark(letter)?;
            done.push(letter);
            scan.0 = &scan.0[letter.len_utf8()..];
        } else {
            meter.word(word)?;
            done.push_str(word);
        }
    }
    Ok(done)
}

/// A raw string with escapes instead: the parser takes a backslash in one for an escape.
fn plain(string: &str) -> String {
    match string.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
        Some(raw) => {
            format!("\"{}\"", raw.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
        }
        None => string.to_owned(),
    }
}

#[derive(Default)]
struct Meter {
    round: usize,
    braces: usize,
    brackets: usize,
    operators: usize,
    strings: usize,
    /// Whether the word before was `offset`.
    offset: bool,
}

impl Meter {
    fn mark(&mut self, letter: char) -> Result<(), Finding> {
        match letter {
            '(' => self.round += 1,
            ')' => self.round -= 1,
            '{' => self.braces += 1,
            '}' => self.braces -= 1,
            '[' => self.brackets += 1,
            ']' => self.brackets -= 1,
            _ if letter.is_whitespace() => return Ok(()),
            _ => self.operators += usize::from(self.braces == 0 && letter != ','),
        }
        self.offset &= matches!(letter, '+' | '-');
        self.checked()
    }

    fn word(&mut self, word: &str) -> Result<(), Finding> {
        let is = |name: &&str| word.eq_ignore_ascii_case(name);
        if (self.brackets > 0 || self.offset) && !word.split(':').all(is_duration) {
            return Err(not_promql(&format!("{} is not a duration", shown(word))));
        }
        self.offset = is(&"offset");
        self.operators += usize::from(["and", "or", "unless", "atan2"].iter().any(is));
        self.checked()
    }

    fn string(&mut self, string: &str) -> Result<(), Finding> {
        self.strings = self.strings.saturating_add(cost(string));
        self.offset = false;
        self.checked()
    }

    fn checked(&self) -> Result<(), Finding> {
        let deep = self.round + self.braces + self.brackets > DEEPEST;
        if deep || self.operators > OPERATORS || self.strings > STRINGS {
            return Err(too_large());
        }
        Ok(())
    }
}

/// Repetitions multiply, as they may be nested: `(x{3}){4}` is 12. Classes such as `\w` are hundreds of characters.
fn cost(string: &str) -> usize {
    let repeated = string.split('{').skip(1).filter_map(|counted| {
        let numbers = counted.split(|c: char| !c.is_ascii_digit()).take(2).filter(|part| !part.is_empty());
        numbers.map(|part| part.parse().unwrap_or(STRINGS)).max()
    });
    let repeated: usize = repeated.fold(1, |product, times: usize| product.saturating_mul(times.max(1)));
    let class = |pair: &&[u8]| pair[0] == b'\\' && b"wWdDsSpP".contains(&pair[1]);
    repeated.saturating_add(1 + 5 * string.as_bytes().windows(2).filter(class).count())
}

/// The parser breaks down over a number of seconds that is no length of time, such as `1e300`.
fn is_duration(text: &str) -> bool {
    text.len() <= 15 && !text.contains(['e', 'E', 'x', 'X', 'n', 'N'])
}

pub(super) fn not_promql(why: &str) -> Finding {
    let why: String = why.chars().take(200).collect();
    Finding::new(
        Rule::NotPromql,
        None,
        format!("this is not PromQL as far as we know it: {}", crate::text::cleaned(&why)),
        "correct it, or leave it if your backend takes it: it may speak a newer dialect than this check",
    )
}

fn too_large() -> Finding {
    Finding::new(
        Rule::TooLarge,
        None,
        "this expression is too long or too deeply nested to be checked",
        "record parts of it under names of their own",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parser_gets_no_window_comment_or_raw_string() {
        let text = "sum(rate(a{b=~`\\d\"`}[{{ .window }}])) # all";
        assert_eq!(prepare(text).unwrap(), r#"sum(rate(a{b=~"\\d\""}[7919s]))"#);
        assert_eq!(substitute("{{.window}}", WINDOW_TEXT), format!("{}s", WINDOW.as_secs()));
    }

    #[test]
    fn bombs_stay_outside() {
        let rule = |text: &str| prepare(text).unwrap_err().rule;
        for text in [
            "a".repeat(20_000),
            format!("{}1{}", "(".repeat(60), ")".repeat(60)),
            format!("1{}", "+1".repeat(300)),
            format!("{}1", "-".repeat(300)),
            format!("a{{{}}}", r#"b=~"x{99}","#.repeat(12)),
            format!("a{{{}}}", r#"b=~"x","#.repeat(600)),
            format!("a{{b=~`{}`}}", r"\w".repeat(300)),
            r#"a{b=~"((x{100}){100}){100}"}"#.to_owned(),
        ] {
            assert_eq!(rule(&text), Rule::TooLarge);
        }
        for text in
            ["a[1e300]", "a offset 1e300", "a offset -inf", "a[5m:1e99]", "a offset\n- \t1e99", "sum(a"]
        {
            assert_eq!(rule(text), Rule::NotPromql, "{text}");
        }
    }

    #[test]
    fn what_people_write_is_within_bounds() {
        for text in [
            "a[5m:1m] offset -1h30m + 1e3",
            "a{offset=\"1e9\"} - inf",
            "a{b=~\"[0-9]{3}|v\\\\d{1,3}.\\\\d{1,3}\"}",
            "a @ 1e9",
        ] {
            assert!(prepare(text).is_ok(), "{text}");
        }
    }
}
