//! Outside text in annotations and labels of alerts, which Prometheus reads as templates that may ask queries.

/// The text, in which only plain figures and labels of the alert are still filled in.
pub(super) fn escape(text: &str) -> String {
    let mut pieces = text.split("{{");
    let mut out = String::with_capacity(text.len());
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let plain = piece.split_once("}}").is_some_and(|(inside, _)| is_plain(inside));
        out.extend([if plain { "{{" } else { "{{\"{{\"}}" }, piece]);
    }
    out
}

/// `$value` or `$labels.job`, perhaps through a function that only writes it in another way.
fn is_plain(inside: &str) -> bool {
    const WRITERS: [&str; 7] =
        ["humanize", "humanize1024", "humanizeDuration", "humanizePercentage", "title", "toLower", "toUpper"];
    let mut words = inside.split('|').map(str::trim);
    let first = words.next().unwrap_or_default();
    let label = first.strip_prefix("$labels.").is_some_and(|name| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    (label || first == "$value") && words.all(|word| WRITERS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_figures_and_labels_are_filled_in() {
        for text in ["plain", "{{ $value | humanizePercentage }} on {{$labels.job}}", "a } b { c"] {
            assert_eq!(escape(text), text);
        }
        for (text, escaped) in [
            ("{{ query \"up\" }}", "{{\"{{\"}} query \"up\" }}"),
            ("{{ $labels.job }", "{{\"{{\"}} $labels.job }"),
            ("{{{{ $value }}", "{{\"{{\"}}{{ $value }}"),
            ("{{ $value | query }}", "{{\"{{\"}} $value | query }}"),
            ("{{ $labels.a.b }}{{end}}", "{{\"{{\"}} $labels.a.b }}{{\"{{\"}}end}}"),
            ("{{{ $value }}", "{{\"{{\"}}{ $value }}"),
        ] {
            assert_eq!(escape(text), escaped, "{text}");
        }
        let bomb = "{{".repeat(1 << 20);
        assert_eq!(escape(&bomb).len(), 4 * bomb.len(), "each is looked at once");
    }
}
