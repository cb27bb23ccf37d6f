//! A drawn buffer as a picture. Text is pinned to its cell; blocks, lines and braille are shapes, so that nothing drifts.

mod shape;

use std::collections::BTreeMap;
use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::export::rows;
use super::palette::rgb;
use super::text::width;
use shape::{Shapes, shape};

/// What a picture needs that a buffer does not hold: the terminal's own two colours, and a title for who cannot see it.
#[derive(Debug, Clone, Copy)]
pub struct Svg<'a> {
    pub background: Color,
    pub foreground: Color,
    pub title: &'a str,
}

/// Width and height of a cell, and the blank around the whole.
const CELL: (u32, u32) = (10, 20);
const MARGIN: u32 = 10;
const FAMILY: &str = "ui-monospace, 'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, monospace";

type Rgb = [u8; 3];

/// The look of a cell after reversal and dimming.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Look {
    fg: Rgb,
    bg: Rgb,
    modifier: Modifier,
}

impl Svg<'_> {
    fn look(&self, cell: &Cell) -> Look {
        let fg = rgb(cell.fg).or_else(|| rgb(self.foreground)).unwrap_or([229; 3]);
        let bg = rgb(cell.bg).or_else(|| rgb(self.background)).unwrap_or([0; 3]);
        let (mut fg, bg) = if cell.modifier.contains(Modifier::REVERSED) { (bg, fg) } else { (fg, bg) };
        if cell.modifier.contains(Modifier::DIM) {
            fg = std::array::from_fn(|i| ((u16::from(fg[i]) * 3 + u16::from(bg[i]) * 2) / 5) as u8);
        }
        let keep = Modifier::BOLD | Modifier::ITALIC | Modifier::UNDERLINED | Modifier::CROSSED_OUT;
        Look { fg, bg, modifier: cell.modifier & keep }
    }
}

/// The picture of `buf`: the same bytes for the same buffer.
pub fn to_svg(buf: &Buffer, options: &Svg<'_>) -> String {
    let (across, down) = CELL;
    let size =
        (u32::from(buf.area.width) * across + 2 * MARGIN, u32::from(buf.area.height) * down + 2 * MARGIN);
    let ground = rgb(options.background).unwrap_or([0; 3]);
    let mut painter = Painter::new(ground);
    for (y, row) in rows(buf).enumerate() {
        painter.row(y as u32, row.map(|(x, cell)| (u32::from(x), cell, options.look(cell))));
    }
    let mut out = String::with_capacity(64 * buf.content.len() / 4);
    let title = escape(options.title);
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" role=\"img\">\n\
         <title>{title}</title>\n<rect width=\"{0}\" height=\"{1}\" rx=\"8\" fill=\"{2}\"/>",
        size.0,
        size.1,
        hex(ground)
    );
    let _ = writeln!(out, "<g transform=\"translate({MARGIN} {MARGIN})\">");
    painter.finish(&mut out);
    out.push_str("</g>\n</svg>\n");
    out
}

/// Collects what is drawn, by kind and colour.
struct Painter {
    ground: Rgb,
    grounds: BTreeMap<Rgb, String>,
    shapes: BTreeMap<Rgb, Shapes>,
    text: String,
}

/// A piece of text in one style.
struct Run {
    x: u32,
    text: String,
    look: Look,
}

impl Run {
    fn end(&self) -> u32 {
        self.x + width(&self.text) as u32
    }
}

impl Painter {
    fn new(ground: Rgb) -> Self {
        Self { ground, grounds: BTreeMap::new(), shapes: BTreeMap::new(), text: String::new() }
    }

    fn row<'a>(&mut self, y: u32, cells: impl Iterator<Item = (u32, &'a Cell, Look)>) {
        let mut run: Option<Run> = None;
        let mut ground: Option<(u32, u32, Rgb)> = None;
        for (x, cell, look) in cells {
            let wide = width(cell.symbol()).max(1) as u32;
            ground = match ground {
                Some((start, end, color)) if color == look.bg && end == x => Some((start, x + wide, color)),
                before => {
                    self.ground(y, before);
                    Some((x, x + wide, look.bg))
                }
            };
            self.cell((x, y), cell.symbol(), look, &mut run);
        }
        self.ground(y, ground);
        self.flush(y, run);
    }

    fn cell(&mut self, (x, y): (u32, u32), symbol: &str, look: Look, run: &mut Option<Run>) {
        let at = (x * CELL.0, y * CELL.1);
        let mut chars = symbol.chars();
        let single = chars.next().filter(|_| chars.next().is_none());
        if single.is_some_and(|glyph| shape(glyph, at, self.shapes.entry(look.fg).or_default())) {
            return;
        }
        let blank = symbol == " " && !look.modifier.intersects(Modifier::UNDERLINED | Modifier::CROSSED_OUT);
        if let Some(open) = run.as_mut().filter(|open| open.look == look && open.end() == x) {
            open.text.push_str(symbol);
        } else if !blank {
            let old = run.replace(Run { x, text: symbol.to_owned(), look });
            self.flush(y, old);
        }
    }

    fn ground(&mut self, y: u32, run: Option<(u32, u32, Rgb)>) {
        let Some((start, end, color)) = run.filter(|(_, _, color)| *color != self.ground) else { return };
        let (x, y, w) = (start * CELL.0, y * CELL.1, (end - start) * CELL.0);
        let _ = write!(self.grounds.entry(color).or_default(), "M{x} {y}h{w}v{}h-{w}z", CELL.1);
    }

    fn flush(&mut self, y: u32, run: Option<Run>) {
        let Some(run) = run else { return };
        let lined = run.look.modifier.intersects(Modifier::UNDERLINED | Modifier::CROSSED_OUT);
        let text = if lined { run.text.as_str() } else { run.text.trim_end_matches(' ') };
        let (x, y, length) = (run.x * CELL.0, y * CELL.1 + 15, width(text) as u32 * CELL.0);
        let _ = write!(
            self.text,
            "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\" fill=\"{}\"",
            hex(run.look.fg)
        );
        for (modifier, attribute) in [
            (Modifier::BOLD, " font-weight=\"bold\""),
            (Modifier::ITALIC, " font-style=\"italic\""),
            (Modifier::UNDERLINED, " text-decoration=\"underline\""),
            (Modifier::CROSSED_OUT, " text-decoration=\"line-through\""),
        ] {
            if run.look.modifier.contains(modifier) {
                self.text.push_str(attribute);
            }
        }
        let _ = writeln!(self.text, ">{}</text>", escape(text));
    }

    fn finish(self, out: &mut String) {
        out.push_str("<g shape-rendering=\"crispEdges\">\n");
        for (color, path) in &self.grounds {
            let _ = writeln!(out, "<path fill=\"{}\" d=\"{path}\"/>", hex(*color));
        }
        for (color, shapes) in &self.shapes {
            shapes.write_blocks(&hex(*color), out);
        }
        out.push_str("</g>\n<g fill=\"none\" stroke-width=\"1.4\">\n");
        for (color, shapes) in &self.shapes {
            shapes.write_lines(&hex(*color), out);
        }
        out.push_str("</g>\n<g fill=\"none\" stroke-width=\"2.9\" stroke-linecap=\"round\">\n");
        for (color, shapes) in &self.shapes {
            shapes.write_dots(&hex(*color), out);
        }
        let _ = writeln!(out, "</g>\n<g font-family=\"{FAMILY}\" font-size=\"16.6\" xml:space=\"preserve\">");
        out.push_str(&self.text);
        out.push_str("</g>\n");
    }
}

fn hex([r, g, b]: Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ if c.is_control() => {}
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    fn picture(text: &str, style: Style) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, 12, 1));
        buf.set_string(0, 0, text, style);
        to_svg(&buf, &Svg { background: Color::Rgb(1, 2, 3), foreground: Color::White, title: "a <b>" })
    }

    #[test]
    fn text_is_escaped_and_pinned_to_its_cells() {
        let svg = picture("  a<&b", Style::new().fg(Color::Rgb(255, 0, 0)).add_modifier(Modifier::BOLD));
        let text = "<text x=\"20\" y=\"15\" textLength=\"40\" fill=\"#ff0000\" font-weight=\"bold\">a&lt;&amp;b</text>";
        assert!(svg.contains(text), "{svg}");
        assert!(svg.contains("<title>a &lt;b&gt;</title>"));
        assert!(svg.contains("width=\"140\" height=\"40\" rx=\"8\" fill=\"#010203\""));
    }

    #[test]
    fn shapes_are_no_text() {
        let svg = picture("▄█⠁─", Style::new().fg(Color::Indexed(196)));
        assert!(!svg.contains("<text"), "{svg}");
        assert!(svg.contains("M0 10h10v10h-10z"), "{svg}");
        assert!(svg.contains("stroke=\"#ff0000\" d=\"M22.5 2.5h.01\""), "{svg}");
        assert!(svg.contains("stroke=\"#ff0000\" d=\"M30 10h10\""), "{svg}");
    }

    #[test]
    fn reversed_cells_change_their_colours() {
        let svg = picture("x", Style::new().fg(Color::White).add_modifier(Modifier::REVERSED));
        assert!(svg.contains("<path fill=\"#ffffff\" d=\"M0 0h10v20h-10z\"/>"), "{svg}");
        assert!(svg.contains("fill=\"#010203\">x</text>"), "{svg}");
    }
}
