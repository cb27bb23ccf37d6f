//! HTML inside a page, cut into text and the tags that mean something; the rest of it falls away.

/// A piece of HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Open { name: String, attributes: &'a str },
    Close(String),
}

/// What counts as HTML. Anything else in angle brackets is a placeholder such as `<namespace>`, and text.
const TAGS: &str = " a b i u s em strong code pre br hr p div span img ul ol li table thead tbody tfoot tr td th details \
     summary sub sup kbd tt h1 h2 h3 h4 h5 h6 center font del ins small big blockquote dl dt dd html body head style \
     script section article figure figcaption video iframe picture input nobr mark ";

/// Never fails; a `<` that opens nothing known is text. Comments, scripts and style sheets are dropped.
pub(super) fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut rest = html;
    let mut text_from = html;
    while let Some(start) = rest.find('<') {
        let Some((piece, after)) = tag(&rest[start..]) else {
            rest = &rest[start + 1..];
            continue;
        };
        push_text(&mut out, &text_from[..text_from.len() - (rest.len() - start)]);
        let hidden = match &piece {
            Some(Piece::Open { name, .. }) if name == "script" || name == "style" => Some(name.clone()),
            _ => None,
        };
        out.extend(piece);
        rest = hidden.map_or(after, |name| skip_to_close(after, &name));
        text_from = rest;
    }
    push_text(&mut out, text_from);
    out
}

fn push_text<'a>(out: &mut Vec<Piece<'a>>, text: &'a str) {
    if !text.is_empty() {
        out.push(Piece::Text(text));
    }
}

/// The tag at the start of `text` (none for a comment) and what follows it.
fn tag(text: &str) -> Option<(Option<Piece<'_>>, &str)> {
    if let Some(comment) = text.strip_prefix("<!--") {
        let end = comment.find("-->").map_or(comment.len(), |e| e + 3);
        return Some((None, &comment[end..]));
    }
    let (close, body) = match text.strip_prefix("</") {
        Some(body) => (true, body),
        None => (false, &text[1..]),
    };
    let len = body.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let name = body[..len].to_ascii_lowercase();
    let ends = body[len..].starts_with(['>', '/', ' ', '\n', '\t']);
    if !ends || name.is_empty() || !TAGS.contains(&format!(" {name} ")) {
        return None;
    }
    let end = body.find(['>', '<']).filter(|e| body[*e..].starts_with('>'))?;
    let attributes = body[len..end].trim_end_matches('/').trim();
    let piece = if close { Piece::Close(name) } else { Piece::Open { name, attributes } };
    Some((Some(piece), &body[end + 1..]))
}

fn skip_to_close<'a>(text: &'a str, name: &str) -> &'a str {
    let close = format!("</{name}");
    text.find(&close).map_or("", |at| &text[at..])
}

/// The value of one attribute, without quotes.
pub(super) fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    while let Some((key, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let key = key.trim().rsplit(char::is_whitespace).next().unwrap_or_default();
        let (value, next) = match after.chars().next() {
            Some(q @ ('"' | '\'')) => after[1..].split_once(q).unwrap_or((&after[1..], "")),
            _ => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = next;
    }
    None
}

/// The common entities as characters.
pub(super) fn unescape(text: &str) -> String {
    const ENTITIES: [(&str, &str); 7] = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ];
    if !text.contains('&') {
        return text.to_owned();
    }
    ENTITIES.iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_text_and_placeholders() {
        let got = pieces("<p>in <namespace> &lt;<!-- no --><br/></p");
        let open = |name: &str| Piece::Open { name: name.into(), attributes: "" };
        assert_eq!(got, [open("p"), Piece::Text("in <namespace> &lt;"), open("br"), Piece::Text("</p")]);
        assert_eq!(unescape("a &amp;lt; &lt;"), "a &lt; <");
    }

    #[test]
    fn scripts_are_dropped() {
        let got = pieces("a<script>alert(1)</script>b");
        assert_eq!(got.len(), 4);
        assert_eq!((&got[0], &got[3]), (&Piece::Text("a"), &Piece::Text("b")));
    }

    #[test]
    fn attributes_with_and_without_quotes() {
        let raw = "src='a b.png' alt=\"the = graph\" width=30";
        assert_eq!(attribute(raw, "src"), Some("a b.png"));
        assert_eq!(attribute(raw, "ALT"), Some("the = graph"));
        assert_eq!(attribute(raw, "width"), Some("30"));
        assert_eq!(attribute(raw, "href"), None);
    }
}
