//! Front matter: the `key: value` lines between two `---` at the top of a page, kept as text.

use crate::text::cleaned;

/// Longest front matter looked for; a page that opens with a rule must not lose its text.
const MAX_LINES: usize = 100;

/// The front matter and the number of lines it takes. Lists below a key are joined with commas.
pub(super) fn split(text: &str) -> (Vec<(String, String)>, usize) {
    let mut lines = text.lines();
    let Some(fence @ ("---" | "+++")) = lines.next().map(str::trim_end) else { return (Vec::new(), 0) };
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (index, line) in lines.take(MAX_LINES).enumerate() {
        let bare = line.trim();
        if line.trim_end() == fence || (fence == "---" && bare == "...") {
            return (pairs, index + 2);
        }
        if !take(&mut pairs, line, fence) {
            return (Vec::new(), 0);
        }
    }
    (Vec::new(), 0)
}

/// False if the line cannot stand in front matter, so that the `---` above was only a rule.
fn take(pairs: &mut Vec<(String, String)>, line: &str, fence: &str) -> bool {
    let bare = line.trim();
    if bare.is_empty() || bare.starts_with('#') {
        return true;
    }
    let mark = if fence == "+++" { '=' } else { ':' };
    let nested =
        line.starts_with([' ', '\t']) || bare.starts_with("- ") || bare == "]" || bare.starts_with('[');
    if nested {
        let Some((_, value)) = pairs.last_mut() else { return false };
        let more = unquote(bare.trim_start_matches("- "));
        if !value.is_empty() {
            value.push_str(", ");
        }
        value.push_str(&more);
        return true;
    }
    let Some((key, value)) = line.split_once(mark) else { return false };
    pairs.push((cleaned(key.trim()), unquote(value.trim())));
    true
}

fn unquote(value: &str) -> String {
    let inner = ['"', '\''].iter().find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q));
    cleaned(inner.unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.into(), value.into())
    }

    #[test]
    fn yaml_and_toml_front_matter() {
        let (pairs, lines) = split("---\ntitle: \"Disk: full\"\ntags:\n  - node\n  - disk\n---\n# x\n");
        assert_eq!(pairs, [pair("title", "Disk: full"), pair("tags", "node, disk")]);
        assert_eq!(lines, 6);
        assert_eq!(split("+++\nweight = 20\n+++\n"), (vec![pair("weight", "20")], 3));
    }

    #[test]
    fn a_rule_on_top_is_not_front_matter() {
        assert_eq!(split("---\n\nSome words.\n\n---\n").1, 0);
        assert_eq!(split("---\ntitle: never closed\n").1, 0);
        assert_eq!(split("# plain\n").1, 0);
    }
}
