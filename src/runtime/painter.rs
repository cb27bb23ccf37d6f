//! Puts frames on a terminal: only what changed, in one write, inside one synchronized update.

use std::io::{self, Write};

use crossterm::clipboard::CopyToClipboard;
use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;

/// Something that shows frames.
pub trait Canvas {
    fn paint(&mut self, frame: Buffer) -> io::Result<()>;

    /// Forgets what is shown, so that the next frame is drawn whole.
    fn forget(&mut self);

    /// Offers `text` to the terminal's clipboard.
    fn copy(&mut self, _text: &str) -> io::Result<()> {
        Ok(())
    }
}

pub struct Painter<W: Write> {
    out: W,
    shown: Option<Buffer>,
}

impl<W: Write> Painter<W> {
    pub fn new(out: W) -> Self {
        Self { out, shown: None }
    }
}

impl<W: Write> Canvas for Painter<W> {
    fn paint(&mut self, frame: Buffer) -> io::Result<()> {
        let kept = self.shown.take().filter(|shown| shown.area == frame.area);
        let whole = kept.is_none();
        let before = kept.unwrap_or_else(|| Buffer::empty(frame.area));
        let changes = before.diff(&frame);
        if whole || !changes.is_empty() {
            // Gathered first: a slow line must never show half a frame.
            let mut bytes = Vec::with_capacity(4096);
            queue!(bytes, BeginSynchronizedUpdate)?;
            if whole {
                queue!(bytes, Clear(ClearType::All))?;
            }
            CrosstermBackend::new(&mut bytes).draw(changes.into_iter())?;
            queue!(bytes, EndSynchronizedUpdate)?;
            self.out.write_all(&bytes)?;
            self.out.flush()?;
        }
        self.shown = Some(frame);
        Ok(())
    }

    fn forget(&mut self) {
        self.shown = None;
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        queue!(self.out, CopyToClipboard::to_clipboard_from(text))?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;

    const BEGIN: &str = "\x1b[?2026h";
    const END: &str = "\x1b[?2026l";

    fn painted(painter: &mut Painter<Vec<u8>>, text: &str) -> String {
        let mut frame = Buffer::empty(Rect::new(0, 0, 10, 2));
        frame.set_string(0, 0, text, ratatui::style::Style::new());
        painter.out.clear();
        painter.paint(frame).unwrap();
        String::from_utf8(painter.out.clone()).unwrap()
    }

    #[test]
    fn every_frame_is_one_synchronized_update_and_no_change_is_no_byte() {
        let mut painter = Painter::new(Vec::new());
        for (text, bytes) in [("alpha", true), ("alpha", false), ("alpine", true)] {
            let sent = painted(&mut painter, text);
            assert_eq!(!sent.is_empty(), bytes, "{text}");
            if bytes {
                assert!(sent.starts_with(BEGIN) && sent.ends_with(END), "{sent:?}");
                assert_eq!(sent.matches(BEGIN).count(), 1);
            }
        }
    }

    #[test]
    fn a_forgotten_screen_is_drawn_whole() {
        let mut painter = Painter::new(Vec::new());
        painted(&mut painter, "alpha");
        painter.forget();
        assert!(painted(&mut painter, "alpha").contains("alpha"));
    }
}
