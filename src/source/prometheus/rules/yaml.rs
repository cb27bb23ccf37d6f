//! A rule file as YAML. Whatever its strings hold, they are read back as they are and stay harmless on a terminal.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Group, Rule, RuleFile};
use crate::text::is_unsafe;

/// The document, from its first comment to its last line end.
pub fn yaml(file: &RuleFile) -> String {
    let mut out = "# Written by `burnwatch rules`; edit the SLOs instead.\n".to_owned();
    out.push_str(if file.groups.is_empty() { "groups: []\n" } else { "groups:\n" });
    for group in &file.groups {
        write_group(&mut out, group);
    }
    out
}

fn write_group(out: &mut String, group: &Group) {
    entry(out, "  - ", "name", &group.name);
    if let Some(interval) = &group.interval {
        entry(out, "    ", "interval", interval);
    }
    out.push_str("    rules:\n");
    for rule in &group.rules {
        write_rule(out, rule);
    }
}

fn write_rule(out: &mut String, rule: &Rule) {
    const INSIDE: &str = "        ";
    let heads = [("record", &rule.record), ("alert", &rule.alert)];
    let mut lead = "      - ";
    for (key, value) in heads {
        if let Some(value) = value {
            entry(out, lead, key, value);
            lead = INSIDE;
        }
    }
    entry(out, lead, "expr", &rule.expr);
    if let Some(wait) = &rule.wait {
        entry(out, INSIDE, "for", wait);
    }
    for (key, pairs) in [("labels", &rule.labels), ("annotations", &rule.annotations)] {
        write_pairs(out, key, pairs);
    }
}

fn write_pairs(out: &mut String, key: &str, pairs: &BTreeMap<String, String>) {
    if pairs.is_empty() {
        return;
    }
    let _ = writeln!(out, "        {key}:");
    for (name, value) in pairs {
        entry(out, "          ", &scalar(name), value);
    }
}

fn entry(out: &mut String, lead: &str, key: &str, value: &str) {
    // Writing into a string cannot fail.
    let _ = if is_block(value) {
        let indent = " ".repeat(lead.len() + 2);
        writeln!(out, "{lead}{key}: |-\n{indent}{}", value.replace('\n', &format!("\n{indent}")))
    } else {
        writeln!(out, "{lead}{key}: {}", scalar(value))
    };
}

/// Lines that a literal block gives back unchanged.
fn is_block(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with(' ')
        && text.split('\n').all(|line| !line.trim().is_empty() && line.chars().all(is_printed))
}

/// One line, plain where nothing else can be read into it, else in quotes.
fn scalar(text: &str) -> String {
    if is_word(text) {
        text.to_owned()
    } else if !text.is_empty() && text.chars().all(is_printed) {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        escaped(text)
    }
}

/// A letter, and then what belongs into the name of a series or a path; no word that YAML means something by.
fn is_word(text: &str) -> bool {
    const MEANT: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_:-./".contains(c))
        && !text.ends_with(':')
        && !MEANT.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether YAML takes it as it is and a terminal only shows it. Other kinds of white space are told by their code.
fn is_printed(c: char) -> bool {
    c == ' ' || !(is_unsafe(c) || c.is_whitespace() || u32::from(c) & 0xfffe == 0xfffe)
}

fn escaped(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        let code = u32::from(c);
        let _ = match c {
            '"' | '\\' => write!(out, "\\{c}"),
            '\n' => write!(out, "\\n"),
            '\t' => write!(out, "\\t"),
            c if is_printed(c) => write!(out, "{c}"),
            _ if code <= 0xff => write!(out, "\\x{code:02x}"),
            _ if code <= 0xffff => write!(out, "\\u{code:04x}"),
            _ => write!(out, "\\U{code:08x}"),
        };
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_keep_their_meaning() {
        for (text, written) in [
            ("burnwatch:slo_errors:ratio_rate5m", "burnwatch:slo_errors:ratio_rate5m"),
            ("yes", "'yes'"),
            ("No", "'No'"),
            ("1e3", "'1e3'"),
            ("a: b # c", "'a: b # c'"),
            ("it's", "'it''s'"),
            ("", "\"\""),
            ("a:", "'a:'"),
            ("checkout/availability", "checkout/availability"),
            ("- a", "'- a'"),
            ("tab\there", "\"tab\\there\""),
            ("\u{1b}[31m\u{85}\u{202e}\u{e0001}", "\"\\x1b[31m\\x85\\u202e\\U000e0001\""),
            ("\u{ffff}\"\\", "\"\\uffff\\\"\\\\\""),
            ("é ü", "'é ü'"),
        ] {
            assert_eq!(scalar(text), written);
        }
    }

    #[test]
    fn blocks_are_for_lines_that_survive_them() {
        assert!(is_block("(\n    a\n)"));
        for text in ["one line", " a\nb", "a\n", "a\n\nb", "a\r\nb", "a\n\tb\n ", "a\n\tb"] {
            assert!(!is_block(text), "{text:?}");
        }
    }

    /// Every scalar of a document, as a YAML parser of somebody else's reads it.
    fn scalars(text: &str) -> Vec<String> {
        let events = granit_parser::Parser::new_from_str(text).map(|event| event.unwrap().0);
        events.filter_map(|event| event.scalar().map(|(text, _)| text.to_owned())).collect()
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_written_is_read_back(
            text in r#"(\PC|[ \n\r\t:#'"{}\[\]&*!|>%@`,?\\\x00-\x{9f}\x{2028}\x{202e}\x{feff}\x{fffe}-]|yes|null|- |1e3){0,24}"#,
        ) {
            let text = if text.is_empty() { "x".to_owned() } else { text };
            let pairs = BTreeMap::from([(text.clone(), text.clone())]);
            let rule = Rule { alert: Some(text.clone()), expr: text.clone(), labels: pairs, ..Rule::default() };
            let group = Group { name: text.clone(), interval: None, rules: vec![rule] };
            let written = yaml(&RuleFile { groups: vec![group] });
            let t = text.as_str();
            proptest::prop_assert_eq!(
                scalars(&written),
                ["groups", "name", t, "rules", "alert", t, "expr", t, "labels", t, t]
            );
            proptest::prop_assert!(!written.chars().any(|c| is_unsafe(c) && c != '\n'));
        }
    }
}
