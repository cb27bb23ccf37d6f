//! Hugo shortcodes reduced to what they point at: `{{< ref "./X.md" >}}` becomes `./X.md`.

/// The line with its shortcodes reduced. `ref` and `relref` give their target (as a link where they do not
/// stand in one already), the rest only frames text and goes.
pub(super) fn reduce(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, inside, after)) = next(rest) {
        out.push_str(before);
        if let Some(target) = target(inside) {
            if out.ends_with("](") || out.ends_with(": ") && out.trim_start().starts_with('[') {
                out.push_str(&target);
            } else {
                out.extend(["[", &target, "](", &target, ")"]);
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn next(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.match_indices("{{").map(|(at, _)| at).find(|at| {
        let open = &text[at + 2..];
        open.starts_with('<') || open.starts_with('%')
    })?;
    let body = &text[start + 3..];
    let end = body.find(if text[start + 2..].starts_with('<') { ">}}" } else { "%}}" })?;
    Some((&text[..start], &body[..end], &body[end + 3..]))
}

fn target(inside: &str) -> Option<String> {
    let mut words = inside.trim().splitn(2, char::is_whitespace);
    let name = words.next()?;
    if !matches!(name, "ref" | "relref") {
        return None;
    }
    let argument = words.next()?.trim().trim_start_matches("path=");
    let bare = argument.trim_matches(['"', '\'', '`']);
    let safe = bare.replace(' ', "%20").replace(['<', '>', '(', ')', '[', ']'], "");
    (!safe.is_empty()).then_some(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_keep_their_target() {
        assert_eq!(reduce(r#"see [Disk]({{< ref "./Disk.md" >}}) now"#), "see [Disk](./Disk.md) now");
        assert_eq!(reduce("{{% relref '/a/b.md#c' %}}"), "[/a/b.md#c](/a/b.md#c)");
    }

    #[test]
    fn frames_go_and_broken_ones_stay() {
        assert_eq!(reduce("{{< hint info >}}careful{{< /hint >}}"), "careful");
        assert_eq!(reduce("{{< ref \"x\" and {{ $labels.pod }}"), "{{< ref \"x\" and {{ $labels.pod }}");
    }
}
