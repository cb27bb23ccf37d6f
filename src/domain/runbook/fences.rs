//! Repairs a page's fences before the parser sees it, so that one broken fence never swallows the rest.
//!
//! A block whose fence is never closed (the page ends, or another fence *with a language* opens inside it) ends
//! before the first of: a fence too short to close it (two marks or more, alone on its line); a heading of level 2
//! to 6 at column 0 (one `#` is a shell comment); that other fence; a line after a blank one that starts at column 0
//! with a capital letter or a number and a full stop. A closed block ends
//! at a heading after a blank line too, if the page's fences do not pair up after it. Blocks of Markdown are left alone.
//! Code that is indented less than its fence is moved in, for a list would end there and its fence would open anew.

use super::shortcodes;

/// A page ready for the parser.
pub(super) struct Source {
    pub(super) text: String,
    /// Line in the file (1-based) of each line of `text`.
    pub(super) origin: Vec<usize>,
    pub(super) notes: Vec<(usize, String)>,
}

#[derive(Clone, Copy)]
struct Fence<'a> {
    mark: char,
    len: usize,
    indent: usize,
    info: &'a str,
    /// It stands behind a list marker, so it can only open.
    in_marker: bool,
}

impl Fence<'_> {
    fn closes(&self, open: &Self) -> bool {
        self.info.is_empty() && !self.in_marker && self.mark == open.mark && self.len >= open.len
    }

    fn opens_inside(&self, open: &Self) -> bool {
        !self.info.is_empty() && self.mark == open.mark && self.len >= open.len
    }

    fn is_markdown(&self) -> bool {
        let language = self.info.split([' ', ',', '{']).next().unwrap_or_default();
        language.eq_ignore_ascii_case("md") || language.eq_ignore_ascii_case("markdown")
    }
}

struct Line<'a> {
    text: &'a str,
    fence: Option<Fence<'a>>,
    /// Fence lines from here to the end of the page.
    fences_left: usize,
}

enum End {
    /// The closing fence's index.
    Closed(usize),
    /// The index of the first line that is no longer code, and of the first one to go on with.
    Broken(usize, usize),
}

/// `skip` lines of `text` are front matter and left out.
pub(super) fn repair(text: &str, skip: usize) -> Source {
    let mut lines: Vec<Line<'_>> =
        text.lines().map(|text| Line { text, fence: fence(text), fences_left: 0 }).collect();
    let mut left = 0;
    for line in lines.iter_mut().rev() {
        left += usize::from(line.fence.is_some());
        line.fences_left = left;
    }
    let mut writer = Writer {
        out: Source { text: String::with_capacity(text.len() + 256), origin: Vec::new(), notes: Vec::new() },
    };
    let mut at = skip;
    while at < lines.len() {
        at = match lines[at].fence {
            Some(open) => writer.block(&lines, at, &open),
            None => writer.prose(&lines, at),
        };
    }
    writer.out
}

struct Writer {
    out: Source,
}

impl Writer {
    fn line(&mut self, text: &str, origin: usize) {
        self.out.text.push_str(text);
        self.out.text.push('\n');
        self.out.origin.push(origin + 1);
    }

    /// Fold tags get air, so that what follows is Markdown again and not raw HTML.
    fn prose(&mut self, lines: &[Line<'_>], at: usize) -> usize {
        let text = lines[at].text;
        let bare = text.trim_start();
        let fold = ["<details", "</details", "<summary", "</summary"]
            .iter()
            .any(|tag| bare.get(..tag.len()).is_some_and(|b| b.eq_ignore_ascii_case(tag)));
        if fold {
            self.line("", at);
        }
        if text.contains("{{") {
            self.line(&shortcodes::reduce(text), at);
        } else {
            self.line(text, at);
        }
        if fold {
            self.line("", at);
        }
        at + 1
    }

    fn block(&mut self, lines: &[Line<'_>], at: usize, open: &Fence<'_>) -> usize {
        self.line(lines[at].text, at);
        let (end, next) = match end_of(lines, at, open) {
            End::Closed(end) => (end, end + 1),
            End::Broken(end, next) => {
                self.out.notes.push((at + 1, "code block is never closed; its end was guessed".into()));
                (end, next)
            }
        };
        for (index, line) in lines.iter().enumerate().take(end).skip(at + 1) {
            if indent_of(line.text) < open.indent && !line.text.trim().is_empty() {
                let moved = format!("{:1$}{2}", "", open.indent, line.text.trim_start());
                self.line(&moved, index);
            } else {
                self.line(line.text, index);
            }
        }
        let close: String = std::iter::repeat_n(open.mark, open.len).collect();
        self.line(&format!("{:1$}{close}", "", open.indent), end.min(lines.len() - 1));
        next
    }
}

fn end_of(lines: &[Line<'_>], at: usize, open: &Fence<'_>) -> End {
    let mut signs = Signs::default();
    let lenient = !open.is_markdown();
    let mut after_blank = false;
    for (index, line) in lines.iter().enumerate().skip(at + 1) {
        if let Some(fence) = line.fence {
            if fence.closes(open) {
                let odd = (line.fences_left - 1) % 2 == 1;
                return match signs.heading {
                    Some((at, true)) if odd && lenient => End::Broken(at, at),
                    _ => End::Closed(index),
                };
            }
            if fence.opens_inside(open) && lenient {
                return signs.first(index);
            }
        }
        if signs.heading.is_none() && is_heading(line.text) {
            signs.heading = Some((index, after_blank));
        }
        if signs.prose.is_none() && after_blank && starts_prose(line.text) {
            signs.prose = Some(index);
        }
        if signs.short.is_none() && is_short_fence(line.text, open) {
            signs.short = Some(index);
        }
        after_blank = line.text.trim().is_empty();
    }
    if lenient { signs.first(lines.len()) } else { End::Broken(lines.len(), lines.len()) }
}

/// The first line of each kind that may show where an open block was meant to end.
#[derive(Default)]
struct Signs {
    /// With whether a blank line stands before it.
    heading: Option<(usize, bool)>,
    prose: Option<usize>,
    short: Option<usize>,
}

impl Signs {
    fn first(&self, end: usize) -> End {
        let heading = self.heading.map(|(index, _)| index);
        let first = [heading, self.prose, self.short].into_iter().flatten().fold(end, usize::min);
        End::Broken(first, if self.short == Some(first) { first + 1 } else { first })
    }
}

fn is_short_fence(line: &str, open: &Fence<'_>) -> bool {
    let bare = line.trim();
    (2..open.len).contains(&bare.len()) && bare.chars().all(|c| c == open.mark)
}

fn is_heading(line: &str) -> bool {
    let hashes = line.bytes().take_while(|b| *b == b'#').count();
    (2..=6).contains(&hashes) && line[hashes..].starts_with(' ') && !line[hashes..].trim().is_empty()
}

fn starts_prose(line: &str) -> bool {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    line.starts_with(char::is_uppercase) || (1..=3).contains(&digits) && line[digits..].starts_with(". ")
}

fn indent_of(line: &str) -> usize {
    let mut column = 0;
    for b in line.bytes() {
        match b {
            b' ' => column += 1,
            b'\t' => column = column / 4 * 4 + 4,
            _ => break,
        }
    }
    column
}

fn fence(line: &str) -> Option<Fence<'_>> {
    let mut indent = indent_of(line);
    let mut body = line.trim_start();
    let marker = marker_len(body);
    let in_marker = marker > 0;
    if in_marker {
        let rest = body[marker..].trim_start();
        indent += body.len() - rest.len();
        body = rest;
    }
    let mark = body.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let len = body.chars().take_while(|c| *c == mark).count();
    let info = body[len..].trim();
    (len >= 3 && !(mark == '`' && info.contains('`'))).then_some(Fence { mark, len, indent, info, in_marker })
}

/// Bytes of `- `, `* `, `+ ` or `12. ` at the start, 0 if there is none.
fn marker_len(body: &str) -> usize {
    let digits = body.bytes().take_while(u8::is_ascii_digit).count();
    let mark = match body.as_bytes().get(digits) {
        Some(b'.' | b')') if (1..=9).contains(&digits) => digits + 1,
        Some(b'-' | b'*' | b'+') if digits == 0 => 1,
        _ => return 0,
    };
    if body[mark..].starts_with(' ') { mark } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(text: &str) -> String {
        repair(text, 0).text
    }

    #[test]
    fn sound_pages_stay_as_they_are() {
        let text = "# a\n```sh\n## deploy\n\n## note\nls\n```\n- x\n  ```\n  y\n  ```\n";
        assert_eq!(fixed(text), text);
        assert!(repair(text, 0).notes.is_empty());
        let nested = "```markdown\n## inside\n```sh\n````\nend\n";
        assert_eq!(fixed(nested), "```markdown\n## inside\n```sh\n```\nend\n");
    }

    #[test]
    fn an_open_fence_ends_at_a_heading_a_fence_or_prose() {
        assert_eq!(fixed("```\nls\n# c\n## Next\nx\n"), "```\nls\n# c\n```\n## Next\nx\n");
        assert_eq!(fixed("```sh\nls\n```sh\nps\n```\n"), "```sh\nls\n```\n```sh\nps\n```\n");
        assert_eq!(fixed("```sh\nls\n\n2. Then\n"), "```sh\nls\n\n```\n2. Then\n");
        assert_eq!(fixed("````\nls\n```\nx\n"), "````\nls\n````\nx\n");
        assert_eq!(fixed("```\nls\n``\nx\n## y\n"), "```\nls\n```\nx\n## y\n");
        assert_eq!(repair("x\n```sh\nls\n", 0).notes[0].0, 2);
    }

    #[test]
    fn fences_that_do_not_pair_up_break_at_the_heading() {
        let text = "```\nls\n\n## Next\nwords\n```\nps\n```\n";
        assert_eq!(fixed(text), "```\nls\n\n```\n## Next\nwords\n```\nps\n```\n");
    }

    #[test]
    fn code_left_of_its_fence_is_moved_in() {
        let text = "1. step\n   ```sh\nls\n     -l\n```\n2. next\n";
        assert_eq!(fixed(text), "1. step\n   ```sh\n   ls\n     -l\n   ```\n2. next\n");
        assert_eq!(fixed("- ```sh\n  ls\n  ```\n"), "- ```sh\n  ls\n  ```\n");
    }

    #[test]
    fn lines_are_counted_in_the_file() {
        let source = repair("---\nt: x\n---\n<details>\nwords\n", 3);
        assert_eq!(source.text, "\n<details>\n\nwords\n");
        assert_eq!(source.origin, [4, 4, 4, 5]);
    }
}
