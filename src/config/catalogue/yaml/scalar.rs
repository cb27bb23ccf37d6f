//! A single value as it was written, and what YAML takes it for.

/// Text that is not yet a number, a flag or anything else.
#[derive(Debug)]
pub(crate) struct Scalar {
    /// Without quotes, escapes resolved.
    pub(crate) text: String,
    /// Written without quotes and not as a block of text.
    pub(crate) plain: bool,
    /// The name in a core tag such as `!!str`; other tags are told of and dropped.
    pub(crate) tag: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Flag,
    Number,
    Text,
}

impl Kind {
    /// In the words of a message.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Null => "empty",
            Self::Flag => "true or false",
            Self::Number => "a number",
            Self::Text => "text",
        }
    }
}

/// The core tags; `str` is the only one that changes anything.
pub(super) const TAGS: &[&str] = &["null", "bool", "int", "float", "str", "seq", "map"];

impl Scalar {
    /// By the core schema of YAML 1.2.
    pub(crate) fn kind(&self) -> Kind {
        let plain = self.plain || matches!(self.tag, Some("null" | "bool" | "int" | "float"));
        match self.text.as_str() {
            _ if !plain || self.tag == Some("str") => Kind::Text,
            "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
            "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Kind::Flag,
            text if is_number(text) => Kind::Number,
            _ => Kind::Text,
        }
    }

    /// The tools that write these files also take the words of YAML 1.1.
    pub(crate) fn flag(&self) -> Option<bool> {
        if self.kind() != Kind::Flag && !self.plain {
            return None;
        }
        match self.text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            _ => None,
        }
    }

    /// A finite decimal number to the letter, quoted or not: `99.9` is not a float yet.
    pub(crate) fn decimal(&self) -> Option<&str> {
        let text = self.text.as_str();
        let finite = text.parse::<f64>().is_ok_and(f64::is_finite);
        (finite && is_number(text)).then(|| text.strip_prefix('+').unwrap_or(text))
    }
}

/// Digits with at most one point and an exponent, in bases eight and sixteen with their prefix, infinite
/// or not a number.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let special = digits.to_ascii_lowercase();
    if matches!(special.as_str(), ".inf" | ".nan") {
        return true;
    }
    let based = |prefix, base| {
        text.strip_prefix(prefix)
            .is_some_and(|rest: &str| !rest.is_empty() && rest.chars().all(|c| c.is_digit(base)))
    };
    if based("0x", 16) || based("0o", 8) {
        return true;
    }
    let starts = digits.strip_prefix('.').unwrap_or(digits).starts_with(|c: char| c.is_ascii_digit());
    starts && text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Scalar {
        Scalar { text: text.to_owned(), plain: true, tag: None }
    }

    #[test]
    fn plain_words_are_what_yaml_says() {
        for text in ["", "~", "null", "NULL"] {
            assert_eq!(plain(text).kind(), Kind::Null, "{text}");
        }
        for text in ["0", "-1", "+99.9", ".5", "5.", "1e3", "0x1F", "0o17", ".inf", "-.Inf", ".nan"] {
            assert_eq!(plain(text).kind(), Kind::Number, "{text}");
        }
        for text in ["inf", "nan", "NaN", "infinity", ".", "-", "1_000", "30d", "0x", "1e", "e3", "yes"] {
            assert_eq!(plain(text).kind(), Kind::Text, "{text}");
        }
        assert_eq!(plain("True").kind(), Kind::Flag);
    }

    #[test]
    fn quotes_and_tags_make_text() {
        assert_eq!(Scalar { plain: false, ..plain("99.9") }.kind(), Kind::Text);
        assert_eq!(Scalar { tag: Some("str"), ..plain("99.9") }.kind(), Kind::Text);
        assert_eq!(Scalar { plain: false, tag: Some("int"), ..plain("5") }.kind(), Kind::Number);
    }

    #[test]
    fn decimals_stay_as_they_were_written() {
        assert_eq!(plain("99.90").decimal(), Some("99.90"));
        assert_eq!(plain("+99.9").decimal(), Some("99.9"));
        assert_eq!(Scalar { plain: false, ..plain("99.9") }.decimal(), Some("99.9"));
        for text in ["1e999", ".inf", ".nan", "0x10", "99.9%", "", "inf"] {
            assert_eq!(plain(text).decimal(), None, "{text}");
        }
    }

    #[test]
    fn flags_know_the_old_words() {
        assert_eq!(plain("Yes").flag(), Some(true));
        assert_eq!(plain("off").flag(), Some(false));
        assert_eq!(Scalar { plain: false, ..plain("true") }.flag(), None);
        assert_eq!(plain("1").flag(), None);
    }
}
