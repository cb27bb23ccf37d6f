//! A runbook page as blocks, sections and links: what the viewer, the search and the resolver share.

/// Longest page read, bytes of UTF-8; the rest is left out with a note.
pub const MAX_BYTES: usize = 1 << 20;

/// One runbook page. All text in it is clean (see [`crate::text`]).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Relative to its collection, with `/` between the parts.
    pub path: String,
    /// Front matter's `title`, else the first heading, else the file's stem.
    pub title: String,
    /// Keys and values as written, in order.
    pub front_matter: Vec<(String, String)>,
    pub blocks: Vec<Block>,
    pub sections: Vec<Section>,
    /// Link number n is at index n − 1.
    pub links: Vec<Link>,
    /// Further places a `#fragment` may name: `<a id="…">` and block index.
    pub anchors: Vec<(String, usize)>,
    /// What the reader had to repair or leave out, with the line (1-based).
    pub notes: Vec<(usize, String)>,
}

/// A piece of the page with its place in lists and quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Lists around it: 0 is top level; an item itself has the depth of its list, from 1.
    pub depth: usize,
    /// Quotes around it.
    pub quote: usize,
    /// Line in the file, 1-based.
    pub line: usize,
    pub body: Body,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    Heading {
        level: u8,
        text: Vec<Inline>,
    },
    Paragraph(Vec<Inline>),
    /// `number` as the page counts, none for a bullet; `task` is the tick of a `[ ]` box.
    Item {
        number: Option<u64>,
        task: Option<bool>,
        text: Vec<Inline>,
    },
    /// Lines as written, tabs included, so that a command can be built from them.
    Code {
        language: String,
        lines: Vec<String>,
    },
    Table(Table),
    Rule,
    /// A fold: it covers the blocks after it, up to (and without) `until`.
    Details {
        summary: String,
        until: usize,
    },
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    pub align: Vec<Align>,
    pub head: Vec<Vec<Inline>>,
    pub rows: Vec<Vec<Vec<Inline>>>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Align {
    #[default]
    Left,
    Center,
    Right,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    Text {
        text: String,
        style: Style,
    },
    Code(String),
    /// `number` counts the links of a page from 1.
    Link {
        text: String,
        target: String,
        number: usize,
    },
    /// A terminal shows `[image: alt, path]`.
    Image {
        alt: String,
        path: String,
    },
    Break,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    pub strong: bool,
    pub emphasis: bool,
    pub struck: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// 1–6.
    pub level: u8,
    pub title: String,
    /// As GitHub builds it, or as given by `{#id}`; unique in the page.
    pub anchor: String,
    pub block: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub text: String,
    pub target: String,
    pub block: usize,
    /// Line in the file, 1-based.
    pub line: usize,
}

impl Page {
    /// Index of the section that `block` belongs to; none before the first heading.
    pub fn section_of(&self, block: usize) -> Option<usize> {
        self.sections.partition_point(|s| s.block <= block).checked_sub(1)
    }

    /// The block a `#fragment` names (given without `#`), ignoring case.
    pub fn anchor(&self, fragment: &str) -> Option<usize> {
        let section = self.sections.iter().find(|s| s.anchor.eq_ignore_ascii_case(fragment));
        let named = || self.anchors.iter().find(|(name, _)| name.eq_ignore_ascii_case(fragment));
        section.map(|s| s.block).or_else(|| named().map(|(_, block)| *block))
    }

    /// The file's name without folder and extension.
    pub fn stem(&self) -> &str {
        stem(&self.path)
    }
}

/// Last segment of a path without `.md` or `.markdown`.
pub fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    without_extension(name)
}

/// A path without a trailing `.md` or `.markdown`, in any case.
pub fn without_extension(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, e)) if e.eq_ignore_ascii_case("md") || e.eq_ignore_ascii_case("markdown") => stem,
        _ => name,
    }
}

/// The words of some inline text, without marks.
pub fn plain(text: &[Inline]) -> String {
    let mut out = String::new();
    for piece in text {
        match piece {
            Inline::Text { text, .. } | Inline::Code(text) | Inline::Link { text, .. } => out.push_str(text),
            Inline::Image { alt, .. } => out.push_str(alt),
            Inline::Break => out.push(' '),
        }
    }
    out.trim().to_owned()
}

/// Heading to anchor as GitHub does it: lower case, spaces to `-`, letters, digits, `-` and `_` kept.
pub fn slug(title: &str) -> String {
    let kept = title.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_githubs() {
        assert_eq!(slug("Alert Name: \"KubeAPIDown\""), "alert-name-kubeapidown");
        assert_eq!(slug("CPU & memory (per pod)"), "cpu--memory-per-pod");
    }

    #[test]
    fn only_markdown_extensions_go() {
        assert_eq!(stem("a/b/Disk.Full.md"), "Disk.Full");
        assert_eq!(stem("v1.2"), "v1.2");
        assert_eq!(stem("X.MARKDOWN"), "X");
    }
}
