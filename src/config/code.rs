//! The stable names of all findings. A number is never given to another finding.

pub const UNREADABLE: &str = "BW001";
pub const TOO_LARGE: &str = "BW002";
pub const NOT_UTF8: &str = "BW003";
pub const SYNTAX: &str = "BW004";
pub const MANY_MORE: &str = "BW005";

pub const UNKNOWN_KEY: &str = "BW010";
pub const MISSING_KEY: &str = "BW011";
pub const WRONG_TYPE: &str = "BW012";
pub const BAD_VALUE: &str = "BW013";
// BW014 was "not supported yet".
pub const UNKNOWN_WORD: &str = "BW015";
pub const BAD_NAME: &str = "BW016";
pub const DUPLICATE: &str = "BW017";
pub const UNKNOWN_NAME: &str = "BW018";
pub const CONFLICT: &str = "BW019";

pub const BAD_TARGET: &str = "BW020";
/// The SLA promises more than the SLO aims at.
pub const SLA_STRICTER: &str = "BW021";
/// SLA and SLO are the same, so that a missed goal is a broken promise.
pub const NO_BUFFER: &str = "BW022";
/// A 100 % target leaves no budget.
pub const NO_BUDGET: &str = "BW023";
/// A tier's factor can never be passed with this target, or it looks at less than a slice.
pub const CANNOT_FIRE: &str = "BW024";
/// A service has objectives and no signals.
pub const NO_SIGNALS: &str = "BW025";
/// A code in `allow` that no warning has.
pub const UNKNOWN_CODE: &str = "BW026";

pub const UNKNOWN_ZONE: &str = "BW030";
pub const BAD_ROTATION: &str = "BW031";
/// A schedule has nobody as primary.
pub const NO_PRIMARY: &str = "BW032";
/// Two roles are always held by the same person.
pub const SAME_PERSON: &str = "BW033";

/// A setting that the kind of backend refuses, or does not know.
pub const BACKEND_SETTING: &str = "BW040";
/// A theme that cannot be used.
pub const THEME: &str = "BW041";
/// A runbook folder that cannot be read, or a runbook that is in none of them.
pub const RUNBOOK: &str = "BW042";
/// A document in a catalogue that no reader knows.
pub const UNKNOWN_KIND: &str = "BW043";
/// Something in another tool's file that has no counterpart here and is left out.
pub const NOT_CARRIED: &str = "BW044";
/// A catalogue entry that finds no files.
pub const NO_FILES: &str = "BW045";
/// An SLI that its kind of backend cannot count as it is written.
pub const UNCOUNTABLE: &str = "BW046";

/// The codes of doubts about queries and objectives, by the word of the rule.
const LINTS: &[(&str, &str)] = &[
    ("not-promql", "BW050"),
    ("too-large", "BW051"),
    ("mean", "BW052"),
    ("or-precedence", "BW053"),
    ("sum-before-rate", "BW054"),
    ("part-outside-total", "BW055"),
    ("total-too-wide", "BW056"),
    ("part-is-total", "BW057"),
    ("wrong-side", "BW058"),
    ("units-differ", "BW059"),
    ("ranges-differ", "BW060"),
    ("fixed-range", "BW061"),
    ("quantile-as-events", "BW062"),
    ("quantile-without-le", "BW063"),
    ("quantile-without-rate", "BW064"),
    ("bucket-without-le", "BW065"),
    ("rate-of-gauge", "BW066"),
    ("irate", "BW067"),
    ("no-total", "BW068"),
    ("several-series", "BW069"),
    ("system-metric", "BW070"),
    ("not-a-histogram", "BW071"),
    ("histogram-unit", "BW072"),
    ("too-many-slos", "BW080"),
    ("window-too-short", "BW081"),
    ("tier-too-short", "BW082"),
    ("long-wait", "BW083"),
    ("month-in-minutes", "BW084"),
    ("missing-runbook", "BW085"),
    ("no-page", "BW086"),
    ("saturation-slo", "BW087"),
    ("no-saturation", "BW088"),
    ("dead-link", "BW089"),
    ("broken-page", "BW090"),
];

/// The code of a rule's findings, by its word.
pub fn of_lint(word: &str) -> Option<&'static str> {
    LINTS.iter().find(|(known, _)| *known == word).map(|(_, code)| *code)
}

/// What `text` stands for in `allow`: a code, or a rule's word. Some codes are of errors too, which stay.
pub fn allowable(text: &str) -> Option<&'static str> {
    let warnings = [
        UNKNOWN_KEY,
        BAD_VALUE,
        BAD_NAME,
        UNKNOWN_NAME,
        BAD_TARGET,
        SLA_STRICTER,
        NO_BUFFER,
        NO_BUDGET,
        CANNOT_FIRE,
        NO_SIGNALS,
        NO_PRIMARY,
        SAME_PERSON,
        NOT_CARRIED,
        RUNBOOK,
    ];
    let lints = LINTS.iter().map(|(_, code)| *code);
    warnings.into_iter().chain(lints).find(|code| code.eq_ignore_ascii_case(text)).or_else(|| of_lint(text))
}

/// The words of all rules.
pub fn lint_words() -> impl Iterator<Item = &'static str> {
    LINTS.iter().map(|(word, _)| *word)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every code that this file gives, be it a constant or a row of the table.
    fn given() -> Vec<&'static str> {
        let own = include_str!("code.rs").split("#[cfg(test)]").next().unwrap();
        own.split('"').skip(1).step_by(2).filter(|text| text.starts_with("BW")).collect()
    }

    #[test]
    fn no_code_is_given_twice_and_none_again() {
        let codes = given();
        let unique: BTreeSet<_> = codes.iter().collect();
        assert!(codes.contains(&UNREADABLE) && codes.contains(&LINTS[0].1) && codes.len() > 60);
        assert_eq!(unique.len(), codes.len(), "{codes:?}");
        assert!(!codes.contains(&"BW014"), "was given to another finding once");
        for code in codes {
            assert!(code.len() == 5 && code[2..].bytes().all(|digit| digit.is_ascii_digit()), "{code}");
        }
    }

    #[test]
    fn the_words_of_rules_are_unique() {
        let words: BTreeSet<_> = lint_words().collect();
        assert_eq!(words.len(), LINTS.len());
    }

    #[test]
    fn whatever_may_be_a_warning_can_be_allowed() {
        assert_eq!(allowable("bw021"), Some(SLA_STRICTER));
        assert_eq!(allowable("BW018"), Some(UNKNOWN_NAME));
        assert_eq!(allowable("mean"), Some("BW052"));
        assert_eq!(allowable(SYNTAX), None);
        assert_eq!(allowable("BW014"), None);
    }
}
