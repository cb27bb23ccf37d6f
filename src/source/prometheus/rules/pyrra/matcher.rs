//! Matchers of a bare selector, told apart as Pyrra does.

use super::super::super::selector::Selector;

/// One matcher as written, in parts.
pub(super) struct Matcher<'a> {
    pub(super) label: &'a str,
    operator: &'a str,
    /// With its quotes.
    value: &'a str,
}

/// The matchers of `selector`, without one that names the metric in quotes.
pub(super) fn matchers(selector: &Selector) -> impl Iterator<Item = Matcher<'_>> {
    selector.matchers.iter().filter_map(|text| {
        let end = text.find(['=', '!'])?;
        let operator = ["=~", "!~", "!=", "="].into_iter().find(|known| text[end..].starts_with(known))?;
        Some(Matcher { label: &text[..end], operator, value: &text[end + operator.len()..] })
    })
}

impl Matcher<'_> {
    pub(super) fn is_regex(&self) -> bool {
        self.operator.ends_with('~')
    }

    /// The value that the label must have; `None` when that is not one value, or is written with codes.
    pub(super) fn equals(&self) -> Option<String> {
        (self.operator == "=" && !self.label.starts_with(['"', '\''])).then_some(())?;
        let mark = self.value.chars().next()?;
        let inside = self.value.strip_prefix(mark)?.strip_suffix(mark)?;
        if mark == '`' { Some(inside.to_owned()) } else { unescaped(inside) }
    }
}

fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        out.push(match letter {
            '\\' => match letters.next()? {
                'n' => '\n',
                't' => '\t',
                plain @ ('\\' | '"' | '\'') => plain,
                _ => return None,
            },
            plain => plain,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_prometheus_reads_them() {
        let text = r#"a{b="c",d=~"e.",f='g\'\n',h=`i\`,j="\u00e9",k!="l"}"#;
        let selector = Selector::parse(text).unwrap();
        let values: Vec<_> = matchers(&selector).map(|matcher| (matcher.label, matcher.equals())).collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            values,
            [
                ("b", some("c")),
                ("d", None),
                ("f", some("g'\n")),
                ("h", some("i\\")),
                ("j", None),
                ("k", None)
            ]
        );
        assert_eq!(matchers(&selector).filter(Matcher::is_regex).count(), 1);
    }
}
