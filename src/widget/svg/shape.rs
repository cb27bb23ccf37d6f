//! Glyphs drawn as shapes: block elements, box lines, braille dots.

use std::fmt::Write;

/// Path data in one colour: filled blocks, stroked lines, round dots.
#[derive(Default)]
pub(super) struct Shapes {
    blocks: String,
    soft: [String; 3],
    lines: String,
    heavy: String,
    broken: String,
    dots: String,
}

impl Shapes {
    /// A rectangle in tenths of a cell's width and eighths of its height, seen from the cell's corner.
    fn block(&mut self, (x, y): (u32, u32), (left, top): (f64, f64), (w, h): (f64, f64)) {
        push_block(&mut self.blocks, (x, y), (left, top), (w, h));
    }

    pub(super) fn write_blocks(&self, color: &str, out: &mut String) {
        write_path(out, "fill", color, "", &self.blocks);
        for (path, opacity) in self.soft.iter().zip(["0.25", "0.5", "0.75"]) {
            write_path(out, "fill", color, &format!(" fill-opacity=\"{opacity}\""), path);
        }
    }

    pub(super) fn write_lines(&self, color: &str, out: &mut String) {
        write_path(out, "stroke", color, "", &self.lines);
        write_path(out, "stroke", color, " stroke-width=\"2.8\"", &self.heavy);
        write_path(out, "stroke", color, " stroke-dasharray=\"2.5 2.5\"", &self.broken);
    }

    pub(super) fn write_dots(&self, color: &str, out: &mut String) {
        write_path(out, "stroke", color, "", &self.dots);
    }
}

fn push_block(path: &mut String, (x, y): (u32, u32), (left, top): (f64, f64), (w, h): (f64, f64)) {
    let _ = write!(path, "M{} {}h{w}v{h}h-{w}z", f64::from(x) + left, f64::from(y) + top);
}

fn write_path(out: &mut String, kind: &str, color: &str, more: &str, path: &str) {
    if !path.is_empty() {
        let _ = writeln!(out, "<path {kind}=\"{color}\"{more} d=\"{path}\"/>");
    }
}

/// Adds the shape of `glyph` in the cell at `at`; false when it is a letter to the font.
pub(super) fn shape(glyph: char, at: (u32, u32), shapes: &mut Shapes) -> bool {
    match glyph {
        '\u{2580}'..='\u{259f}' => block(glyph, at, shapes),
        '\u{2800}'..='\u{28ff}' => braille(glyph as u32 & 0xff, at, shapes),
        _ => return line(glyph, at, shapes),
    }
    true
}

fn block(glyph: char, at: (u32, u32), shapes: &mut Shapes) {
    let code = glyph as u32;
    match glyph {
        '▀' => shapes.block(at, (0.0, 0.0), (10.0, 10.0)),
        '▁'..='█' => {
            let h = f64::from(code - 0x2580) * 2.5;
            shapes.block(at, (0.0, 20.0 - h), (10.0, h));
        }
        '▉'..='▏' => shapes.block(at, (0.0, 0.0), (f64::from(0x2590 - code) * 1.25, 20.0)),
        '▐' => shapes.block(at, (5.0, 0.0), (5.0, 20.0)),
        '░' | '▒' | '▓' => {
            push_block(&mut shapes.soft[(code - 0x2591) as usize], at, (0.0, 0.0), (10.0, 20.0));
        }
        '▔' => shapes.block(at, (0.0, 0.0), (10.0, 2.5)),
        '▕' => shapes.block(at, (8.75, 0.0), (1.25, 20.0)),
        _ => quadrants(code, at, shapes),
    }
}

/// Bits: upper left 1, upper right 2, lower left 4, lower right 8, for `▖` and those after it.
const QUADRANTS: [u8; 10] = [4, 8, 1, 13, 9, 7, 11, 2, 6, 14];

fn quadrants(code: u32, at: (u32, u32), shapes: &mut Shapes) {
    let bits = QUADRANTS.get((code - 0x2596) as usize).copied().unwrap_or(0);
    for (bit, left, top) in [(1, 0.0, 0.0), (2, 5.0, 0.0), (4, 0.0, 10.0), (8, 5.0, 10.0)] {
        if bits & bit != 0 {
            shapes.block(at, (left, top), (5.0, 10.0));
        }
    }
}

/// The dots of braille in the order of their bits, as column and row.
const DOTS: [(u32, u32); 8] = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)];

fn braille(bits: u32, (x, y): (u32, u32), shapes: &mut Shapes) {
    for (bit, (column, row)) in DOTS.iter().enumerate() {
        if bits & (1 << bit) != 0 {
            let (x, y) = (f64::from(x + column * 5) + 2.5, f64::from(y + row * 5) + 2.5);
            let _ = write!(shapes.dots, "M{x} {y}h.01");
        }
    }
}

/// Which arms of a light box line leave the middle: left 1, right 2, up 4, down 8.
fn arms(glyph: char) -> Option<u8> {
    Some(match glyph {
        '─' => 3,
        '│' => 12,
        '┌' => 10,
        '┐' => 9,
        '└' => 6,
        '┘' => 5,
        '├' => 14,
        '┤' => 13,
        '┬' => 11,
        '┴' => 7,
        '┼' => 15,
        '╴' => 1,
        '╶' => 2,
        '╵' => 4,
        '╷' => 8,
        _ => return None,
    })
}

fn line(glyph: char, (x, y): (u32, u32), shapes: &mut Shapes) -> bool {
    if let Some(arms) = arms(glyph) {
        straight(arms, (x, y), &mut shapes.lines);
        return true;
    }
    match glyph {
        '━' => straight(3, (x, y), &mut shapes.heavy),
        '┃' => straight(12, (x, y), &mut shapes.heavy),
        '╌' | '┄' | '┈' => straight(3, (x, y), &mut shapes.broken),
        '╎' | '┆' | '┊' => straight(12, (x, y), &mut shapes.broken),
        '╭' => corner((x, y), (10, 20), shapes),
        '╮' => corner((x, y), (0, 20), shapes),
        '╰' => corner((x, y), (10, 0), shapes),
        '╯' => corner((x, y), (0, 0), shapes),
        '╱' => push_line(&mut shapes.lines, (x, y + 20), "l10 -20"),
        '╲' => push_line(&mut shapes.lines, (x, y), "l10 20"),
        _ => return false,
    }
    true
}

fn push_line(path: &mut String, (x, y): (u32, u32), rest: &str) {
    let _ = write!(path, "M{x} {y}{rest}");
}

fn straight(arms: u8, (x, y): (u32, u32), path: &mut String) {
    match arms & 0b11 {
        1 => push_line(path, (x, y + 10), "h5"),
        2 => push_line(path, (x + 5, y + 10), "h5"),
        3 => push_line(path, (x, y + 10), "h10"),
        _ => {}
    }
    match arms & 0b1100 {
        4 => push_line(path, (x + 5, y), "v10"),
        8 => push_line(path, (x + 5, y + 10), "v10"),
        12 => push_line(path, (x + 5, y), "v20"),
        _ => {}
    }
}

/// A rounded corner from the side at column `dx` of the cell to its top or bottom at `dy`.
fn corner((x, y): (u32, u32), (dx, dy): (u32, u32), shapes: &mut Shapes) {
    let (from, middle, end) = ((x + dx, y + 10), (x + 5, y + 10), (x + 5, y + dy));
    let turn = if dy == 0 { y + 5 } else { y + 15 };
    let _ = write!(
        shapes.lines,
        "M{} {}Q{} {} {} {turn}V{}",
        from.0, from.1, middle.0, middle.1, middle.0, end.1
    );
}
