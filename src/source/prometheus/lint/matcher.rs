//! One matcher of a selector, and which values pass it.

use promql_parser::label::{MatchOp, Matcher as Parsed};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Matcher(pub(super) Parsed);

impl Matcher {
    pub(super) fn label(&self) -> &str {
        &self.0.name
    }

    pub(super) fn value(&self) -> &str {
        &self.0.value
    }

    pub(super) fn passes(&self, value: &str) -> bool {
        self.0.is_match(value)
    }

    /// Whether it is `label="value"`, with a value.
    pub(super) fn pins(&self) -> bool {
        self.0.op == MatchOp::Equal && !self.0.value.is_empty()
    }

    /// As it is written: `code=~"5.."`.
    pub(super) fn shown(&self) -> String {
        self.0.to_string()
    }

    /// Values it names: its own, or those its pattern is a plain list of.
    pub(super) fn named(&self) -> Vec<String> {
        match self.0.op {
            MatchOp::Equal | MatchOp::NotEqual => vec![self.0.value.clone()],
            MatchOp::Re(_) | MatchOp::NotRe(_) => {
                let list = self.0.value.trim_start_matches('^').trim_end_matches('$');
                let list = list.strip_prefix('(').and_then(|l| l.strip_suffix(')')).unwrap_or(list);
                list.split('|').filter_map(literal).take(64).collect()
            }
        }
    }
}

/// The one text a pattern without any special character stands for.
fn literal(pattern: &str) -> Option<String> {
    let mut text = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => text.push(letters.next().filter(|escaped| !escaped.is_ascii_alphanumeric())?),
            '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '^' | '$' => return None,
            plain => text.push(plain),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_are_lists_name_their_values() {
        let named = |op: MatchOp, value: &str| Matcher(Parsed::new(op, "l", value)).named();
        let regex = |value: &str| {
            named(Parsed::new_matcher(regex_token(), "l".into(), value.into()).unwrap().op, value)
        };
        assert_eq!(regex("a|b"), ["a", "b"]);
        assert_eq!(regex("(/x|/y\\.z|c.*)"), ["/x", "/y.z"]);
        assert_eq!(regex("5.."), Vec::<String>::new());
        assert_eq!(named(MatchOp::NotEqual, "5.."), ["5.."]);
    }

    fn regex_token() -> u16 {
        promql_parser::parser::token::T_EQL_REGEX
    }
}
