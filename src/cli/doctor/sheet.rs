//! The page of the examination: blocks with a mark, rows with labels, sentences that wrap below themselves.

use std::io::{IsTerminal, stdout};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::cli::args::{Color, Common};
use crate::cli::looks::{Medium, theme};
use crate::cli::session::Session;
use crate::theme::{Depth, Role, Theme};
use crate::widget::text::width;
use crate::widget::{clean, to_ansi, to_ascii, to_text};

/// How something is; the worst is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    Well,
    Doubtful,
    Broken,
}

impl Mark {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Well => "ok",
            Self::Doubtful => "doubt",
            Self::Broken => "broken",
        }
    }

    fn symbol(self) -> &'static str {
        match self {
            Self::Well => "✓",
            Self::Doubtful => "!",
            Self::Broken => "✗",
        }
    }

    pub(super) fn role(self) -> Role {
        match self {
            Self::Well => Role::Ok,
            Self::Doubtful => Role::Warn,
            Self::Broken => Role::Page,
        }
    }
}

pub(super) type Piece<'a> = (Role, &'a str);

pub(super) struct Sheet {
    /// `None` without colours.
    theme: Option<Theme>,
    ascii: bool,
    columns: usize,
    out: String,
}

/// Columns before the labels, and of the labels.
const INDENT: usize = 2;
const LABELS: usize = 15;
/// Wider lines are hard to read.
const WIDEST: u16 = 110;

impl Sheet {
    pub(super) fn new(common: &Common, session: &Session) -> Self {
        let seen = stdout().is_terminal();
        let medium = if seen { Medium::Terminal } else { Medium::Text };
        let folder = session.folders.themes();
        let wanted = theme(common, session.config.theme.as_deref(), folder.as_deref(), medium);
        // A theme that cannot be used is told on the sheet.
        let plain = || theme(&Common { theme: None, ..common.clone() }, None, None, medium);
        let theme = wanted.or_else(|_| plain()).ok();
        let ascii = theme.as_ref().map_or(common.ascii, Theme::ascii);
        let coloured = |theme: &Theme| theme.depth() > Depth::None && (seen || common.color != Color::Auto);
        let size = crossterm::terminal::size().ok().filter(|_| seen);
        let columns = size.map_or(usize::MAX, |size| usize::from(size.0.clamp(40, WIDEST)));
        Self { theme: theme.filter(coloured), ascii, columns, out: String::new() }
    }

    pub(super) fn block(&mut self, mark: Mark, title: &str, note: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        let (symbol, word) = (mark.symbol(), mark.word());
        let pieces = [
            (mark.role(), symbol),
            (Role::Bright, title),
            (Role::Muted, "·"),
            (mark.role(), word),
            (Role::Muted, note),
        ];
        self.flow(&pieces, 0, INDENT);
    }

    /// An empty label goes on with the row before.
    pub(super) fn row(&mut self, label: &str, pieces: &[Piece<'_>]) {
        let padded = format!("{:INDENT$}{label:LABELS$}", "");
        let mut line = vec![(Role::Muted, padded.as_str())];
        line.extend_from_slice(pieces);
        self.flow(&line, 1, INDENT + LABELS);
    }

    pub(super) fn finding(&mut self, mark: Mark, text: &str) {
        self.row("", &[(mark.role(), mark.symbol()), (Role::Text, text)]);
    }

    /// Puts words one after another; the first `glued` pieces stand as they are.
    fn flow(&mut self, pieces: &[Piece<'_>], glued: usize, hang: usize) {
        let mut line: Vec<(Role, String)> = Vec::new();
        let mut used = 0;
        for (place, (role, text)) in pieces.iter().enumerate() {
            let text = clean(text);
            let words: Vec<&str> = if place < glued {
                vec![&text]
            } else {
                text.split(' ').filter(|word| !word.is_empty()).collect()
            };
            for word in words {
                let blank = usize::from(place > glued || (used > hang && place == glued) || glued == 0)
                    * usize::from(used > 0);
                if used + blank + width(word) > self.columns && used > hang {
                    self.line(&line);
                    line = vec![(Role::Text, " ".repeat(hang))];
                    used = hang;
                } else if blank > 0 && used != hang {
                    line.push((Role::Text, " ".to_owned()));
                    used += 1;
                }
                line.push((*role, word.to_owned()));
                used += width(word);
            }
        }
        self.line(&line);
    }

    fn line(&mut self, pieces: &[(Role, String)]) {
        let columns: usize = pieces.iter().map(|piece| width(&piece.1)).sum();
        let area = Rect::new(0, 0, u16::try_from(columns).unwrap_or(u16::MAX).max(1), 1);
        let mut buf = Buffer::empty(area);
        let mut x = 0;
        for (role, text) in pieces {
            let style = self.theme.as_ref().map(|theme| theme.style(*role)).unwrap_or_default();
            x = buf.set_stringn(x, 0, text, usize::from(area.width - x), style).0;
        }
        if self.ascii {
            to_ascii(&mut buf);
        }
        let text = if self.theme.is_some() { to_ansi(&buf) } else { to_text(&buf) };
        self.out.push_str(&text);
    }

    /// The whole page.
    pub(super) fn end(mut self, summary: &str) -> String {
        self.out.push('\n');
        self.flow(&[(Role::Bright, summary)], 0, 0);
        self.out
    }
}
