//! Outside text in annotations and labels of alerts, which Prometheus reads as templates that may ask queries.

/// The text, in which only plain figures and labels of the alert are still filled in.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        match after.split_once("}}") {
            Some((inside, behind)) if is_plain(inside) => {
                out.push_str("{{");
                out.push_str(inside);
                out.push_str("}}");
                rest = behind;
            }
            _ => {
                out.push_str("{{\"{{\"}}");
                rest = after;
            }
        }
    }
    out + rest
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
    }
}
