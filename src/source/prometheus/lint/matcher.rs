//! One matcher of a selector, and which values pass it.

use promql_parser::label::{MatchOp, Matcher as Parsed};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source::prometheus) struct Matcher(pub(in crate::source::prometheus) Parsed);

impl Matcher {
    pub(in crate::source::prometheus) fn label(&self) -> &str {
        &self.0.name
    }

    pub(in crate::source::prometheus) fn value(&self) -> &str {
        &self.0.value
    }

    pub(in crate::source::prometheus) fn passes(&self, value: &str) -> bool {
        self.0.is_match(value)
    }

    /// `=`, `!=`, `=~` or `!~`.
    pub(in crate::source::prometheus) fn operator(&self) -> &'static str {
        match self.0.op {
            MatchOp::Equal => "=",
            MatchOp::NotEqual => "!=",
            MatchOp::Re(_) => "=~",
            MatchOp::NotRe(_) => "!~",
        }
    }

    /// Whether it is `label="value"`, with a value.
    pub(in crate::source::prometheus) fn pins(&self) -> bool {
        self.0.op == MatchOp::Equal && !self.0.value.is_empty()
    }

    /// As it is written: `code=~"5.."`.
    pub(in crate::source::prometheus) fn shown(&self) -> String {
        self.0.to_string()
    }

    /// Values it names: its own, or those its pattern is a plain list of. With `filler`, that stands for `.*` too.
    pub(in crate::source::prometheus) fn named(&self, filler: Option<&str>) -> Vec<String> {
        match self.0.op {
            MatchOp::Equal | MatchOp::NotEqual => vec![self.0.value.clone()],
            MatchOp::Re(_) | MatchOp::NotRe(_) => {
                let list = self.0.value.trim_start_matches('^').trim_end_matches('$');
                let list = list.strip_prefix('(').and_then(|l| l.strip_suffix(')')).unwrap_or(list);
                list.split('|').filter_map(|pattern| literal(pattern, filler)).take(64).collect()
            }
        }
    }
}

/// A text that passes a pattern of plain letters, of which the dot is one: few people escape it.
fn literal(pattern: &str, filler: Option<&str>) -> Option<String> {
    let mut text = String::new();
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => text.push(letters.next().filter(|escaped| !escaped.is_ascii_alphanumeric())?),
            '.' if letters.next_if(|next| matches!(next, '*' | '+')).is_some() => text.push_str(filler?),
            '.' if filler.is_none() => return None,
            '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '^' | '$' => return None,
            plain => text.push(plain),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use promql_parser::parser::token::T_EQL_REGEX;

    use super::*;

    #[test]
    fn patterns_that_are_lists_name_their_values() {
        let named = |value: &str, filler| {
            let parsed = Parsed::new_matcher(T_EQL_REGEX, "l".into(), value.into()).unwrap();
            Matcher(parsed).named(filler)
        };
        assert_eq!(named("a|b", None), ["a", "b"]);
        assert_eq!(named("(/x|/y\\.z|c.*)", None), ["/x", "/y.z"]);
        assert_eq!(named("/x/.*|a.b", Some("etc")), ["/x/etc", "a.b"]);
        assert_eq!(named("5..|[a]|\\d", None), Vec::<String>::new());
        assert_eq!(Matcher(Parsed::new(MatchOp::NotEqual, "l", "5..")).named(None), ["5.."]);
    }
}
