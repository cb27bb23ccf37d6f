//! Going through `PromQL` letter by letter, with an eye on quotes.

/// The text without comments, trimmed.
pub fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut quote = Quote::default();
    let mut comment = false;
    for letter in text.chars() {
        comment = letter != '\n' && (comment || (letter == '#' && !quote.open()));
        if !comment {
            quote.step(letter);
            kept.push(letter);
        }
    }
    kept.trim().to_owned()
}

/// Whether quotes, parentheses, brackets and braces close what they open.
pub fn balanced(text: &str) -> Result<(), String> {
    let mut quote = Quote::default();
    let mut open = Vec::new();
    for letter in text.chars() {
        if quote.step(letter) {
            continue;
        }
        match letter {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' if open.pop() != Some(letter) => {
                return Err(format!("`{letter}` closes nothing"));
            }
            _ => {}
        }
    }
    match (quote.0, open.pop()) {
        (Some((mark, _)), _) => Err(format!("a quote {mark} is not closed")),
        (None, Some(missing)) => Err(format!("`{missing}` is missing")),
        (None, None) => Ok(()),
    }
}

/// Whether the text is one call of a function, or one aggregation, and nothing more: `sum(a) + sum(b)` is not.
pub fn is_call(text: &str) -> bool {
    let mut scan = Scan(text);
    if scan.word(|c| c.is_ascii_alphanumeric() || c == '_').is_empty() {
        return false;
    }
    if scan.0.starts_with(char::is_whitespace) && scan.space().any(&["by", "without"]).is_some() {
        if scan.space().bracketed().is_none() {
            return false;
        }
        scan.space();
    }
    scan.bracketed().is_some() && scan.0.is_empty()
}

/// The mark of the string one is in, and whether the next letter is escaped.
#[derive(Default)]
pub struct Quote(Option<(char, bool)>);

impl Quote {
    pub fn open(&self) -> bool {
        self.0.is_some()
    }

    /// Goes on by one letter; whether it belongs to a string.
    pub fn step(&mut self, letter: char) -> bool {
        let inside = self.open();
        self.0 = match self.0 {
            None => matches!(letter, '"' | '\'' | '`').then_some((letter, false)),
            Some((mark, true)) => Some((mark, false)),
            Some((mark, false)) if letter == mark => None,
            Some((mark, false)) => Some((mark, letter == '\\' && mark != '`')),
        };
        inside || self.open()
    }
}

/// A place in a text; each method takes what it names and goes on.
pub struct Scan<'a>(pub &'a str);

impl<'a> Scan<'a> {
    pub fn space(&mut self) -> &mut Self {
        self.0 = self.0.trim_start();
        self
    }

    pub fn word(&mut self, allowed: impl Fn(char) -> bool) -> &'a str {
        let end = self.0.find(|c| !allowed(c)).unwrap_or(self.0.len());
        self.take(end)
    }

    pub fn any(&mut self, choices: &[&'static str]) -> Option<&'static str> {
        let found = choices.iter().find(|choice| self.0.starts_with(**choice))?;
        self.take(found.len());
        Some(found)
    }

    /// A string with its quotes.
    pub fn quoted(&mut self) -> Option<&'a str> {
        let mut quote = Quote::default();
        for (at, letter) in self.0.char_indices() {
            if !quote.step(letter) {
                return None;
            }
            if !quote.open() {
                return Some(self.take(at + letter.len_utf8()));
            }
        }
        None
    }

    /// What is in the pair of parentheses that comes next.
    pub fn bracketed(&mut self) -> Option<&'a str> {
        let mut quote = Quote::default();
        let mut depth = 0_usize;
        for (at, letter) in self.0.char_indices() {
            if quote.step(letter) {
                continue;
            }
            match letter {
                '(' => depth += 1,
                ')' if depth == 1 => {
                    let taken = self.take(at + 1);
                    return taken.strip_prefix('(')?.strip_suffix(')');
                }
                ')' => depth = depth.checked_sub(1)?,
                _ if depth == 0 => return None,
                _ => {}
            }
        }
        None
    }

    fn take(&mut self, end: usize) -> &'a str {
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_quoted_hashes_stay() {
        assert_eq!(without_comments("a # b\n+ c{d=\"#\"} # e"), "a \n+ c{d=\"#\"}");
        assert_eq!(without_comments(r##"a{b="\"#"}"##), r##"a{b="\"#"}"##);
        assert_eq!(without_comments(r"a{b=`\`} # c"), r"a{b=`\`}");
    }

    #[test]
    fn a_call_is_one_call() {
        for text in ["sum(a)", r#"sum(rate(a{b=")"}[5m]))"#, "f()", "sum by (b) (a)", "sum without(b)(a + c)"]
        {
            assert!(is_call(text), "{text}");
        }
        for text in [
            "sum(a) + sum(b)",
            "(a)",
            "a",
            "sum by (b) (a) / c",
            "sum(a) offset 5m",
            "sum(a",
            "-f(a)",
            "sum by (b)",
            "",
        ] {
            assert!(!is_call(text), "{text}");
        }
    }

    #[test]
    fn brackets_in_quotes_do_not_count() {
        assert_eq!(balanced(r#"sum(a{b=~"(x|]{)",c='}'}[5m])"#), Ok(()));
        assert!(balanced("sum(a").is_err());
        assert!(balanced("a)").is_err());
        assert!(balanced("(a]").is_err());
        assert!(balanced(r#"a{b="c}"#).is_err());
    }
}
