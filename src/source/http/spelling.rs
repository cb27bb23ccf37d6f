//! Finds texts however they are spelled: in small or large letters, percent-encoded, escaped in JSON or HTML, broken over
//! lines.

use std::ops::Range;

/// Backslashes in a row for each that is meant: JSON within JSON within JSON has seven before a quote, and eight for one.
const BACKSLASHES: usize = 8;

pub(super) struct Finder<'a> {
    /// The longest first: what begins with another is found whole.
    wanted: Vec<&'a [u8]>,
    starts: [bool; 256],
}

impl<'a> Finder<'a> {
    pub(super) fn new(wanted: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut wanted: Vec<_> = wanted.filter(|one| !one.is_empty()).collect();
        wanted.sort_by_key(|one| std::cmp::Reverse(one.len()));
        let mut starts = [false; 256];
        for first in wanted.iter().map(|one| one[0]) {
            let other = if first == b' ' { b'+' } else { first };
            for way in [first.to_ascii_lowercase(), first.to_ascii_uppercase(), other, b'%', b'\\', b'&'] {
                starts[usize::from(way)] = true;
            }
        }
        Self { wanted, starts }
    }

    /// The first place at `from` or later.
    pub(super) fn next(&self, text: &[u8], from: usize) -> Option<Range<usize>> {
        (from..text.len()).filter(|at| self.starts[usize::from(text[*at])]).find_map(|at| {
            let rest = &text[at..];
            let long =
                self.wanted.iter().find_map(|wanted| plain(rest, wanted).or_else(|| spelled(rest, wanted)));
            long.map(|length| at..at + length)
        })
    }
}

/// Whatever the case: hosts are told in small letters.
fn plain(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let same = text.first()?.eq_ignore_ascii_case(wanted.first()?);
    (same && text.get(..wanted.len())?.eq_ignore_ascii_case(wanted)).then_some(wanted.len())
}

/// Bytes of `text` that spell `wanted` at its beginning. What looks like an escape may be meant as it stands, so both are
/// tried, within reason.
fn spelled(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let alike = text.iter().zip(wanted).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
    if !text.get(..=alike)?.iter().any(|byte| b"%\\&+\r\n".contains(byte)) {
        return None;
    }
    let begins = as_it_is(text, wanted).is_some() || escaped(text, wanted).is_some();
    let mut open = if begins { vec![(0, 0)] } else { Vec::new() };
    for _ in 0..4 * wanted.len() + 64 {
        let (at, got) = open.pop()?;
        if got == wanted.len() {
            return Some(at);
        }
        let (rest, more) = (text.get(at..).unwrap_or_default(), &wanted[got..]);
        let ways = [line_end(rest).filter(|_| got > 0), as_it_is(rest, more), escaped(rest, more)];
        open.extend(ways.into_iter().flatten().map(|(taken, same)| (at + taken, got + same)));
    }
    None
}

/// Bytes of the text and of what is wanted that are the same letter.
type Step = Option<(usize, usize)>;

fn as_it_is(text: &[u8], wanted: &[u8]) -> Step {
    text.first()?.eq_ignore_ascii_case(wanted.first()?).then_some((1, 1))
}

fn escaped(text: &[u8], wanted: &[u8]) -> Step {
    let next = *wanted.first()?;
    match *text.first()? {
        b'%' => percent(text).filter(|byte| byte.eq_ignore_ascii_case(&next)).map(|_| (3, 1)),
        b'\\' => backslashes(text, wanted),
        b'&' => entity(text).and_then(|(length, letter)| Some((length, same(letter, wanted)?))),
        b'+' if next == b' ' => Some((1, 1)),
        _ => None,
    }
}

fn percent(text: &[u8]) -> Option<u8> {
    u8::try_from(number(text.get(1..3)?, 16)?).ok()
}

/// One letter with backslashes before it, or backslashes themselves.
fn backslashes(text: &[u8], wanted: &[u8]) -> Step {
    let run = |bytes: &[u8], most| bytes.iter().take(most).take_while(|byte| **byte == b'\\').count();
    let own = run(wanted, wanted.len());
    let count = run(text, BACKSLASHES * own.max(1));
    let rest = &text[count..];
    let code = rest.strip_prefix(b"u").and_then(|hex| number(hex.get(..4)?, 16));
    if let Some(length) = code.and_then(char::from_u32).and_then(|letter| same(letter, wanted)) {
        return Some((count + 5, length));
    }
    if own > 0 {
        return (count >= own).then_some((count, own));
    }
    rest.first()?.eq_ignore_ascii_case(wanted.first()?).then_some((count + 1, 1))
}

fn line_end(text: &[u8]) -> Step {
    match text {
        [b'\r' | b'\n', ..] => Some((1, 0)),
        [b'\\', b'r' | b'n', ..] => Some((2, 0)),
        _ => None,
    }
}

/// Of HTML, and how long it is.
fn entity(text: &[u8]) -> Option<(usize, char)> {
    let end = text.iter().take(10).position(|byte| *byte == b';')?;
    let letter = match &text[1..end] {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        [b'#', b'x' | b'X', hex @ ..] => char::from_u32(number(hex, 16)?)?,
        [b'#', digits @ ..] => char::from_u32(number(digits, 10)?)?,
        _ => return None,
    };
    Some((end + 1, letter))
}

fn same(letter: char, wanted: &[u8]) -> Option<usize> {
    let mut bytes = [0; 4];
    let bytes = letter.encode_utf8(&mut bytes).as_bytes();
    wanted.get(..bytes.len())?.eq_ignore_ascii_case(bytes).then_some(bytes.len())
}

/// Digits alone: a sign is none.
fn number(digits: &[u8], base: u32) -> Option<u32> {
    let text = std::str::from_utf8(digits).ok()?;
    let whole = !text.is_empty() && text.chars().all(|digit| digit.is_digit(base));
    u32::from_str_radix(text, base).ok().filter(|_| whole)
}

pub(super) mod base64 {
    //! Base64 of RFC 4648, of a text and of whatever the text stands in.

    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    /// The last two, in the usual alphabet and in that for URLs.
    const LAST: [[u8; 2]; 2] = [*b"+/", *b"-_"];

    /// Of `bytes`, without padding.
    pub(in crate::source::http) fn alone(bytes: &[u8]) -> String {
        encoded(bytes, LAST[0])
    }

    /// How `bytes` look in base64: alone, and wherever they begin in what was encoded. There the letters are left out that
    /// depend on what stands beside them.
    pub(in crate::source::http) fn inside(bytes: &[u8]) -> Vec<String> {
        let mut all = Vec::new();
        for last in LAST {
            all.push(encoded(bytes, last));
            for before in 0..3 {
                let shifted = encoded(&[&[0; 2][..before], bytes].concat(), last);
                let whole = (before + bytes.len()) * 8 / 6;
                // Six bits a letter: the first ones hold something of the eight or sixteen before.
                all.extend(shifted.get([0, 2, 3][before]..whole).map(str::to_owned));
            }
        }
        all.dedup();
        all
    }

    /// Without padding.
    fn encoded(bytes: &[u8], last: [u8; 2]) -> String {
        let letter = |bits: u32| {
            let place = bits as usize & 63;
            char::from(*LETTERS.get(place).unwrap_or(&last[place & 1]))
        };
        let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
        for three in bytes.chunks(3) {
            let byte = |place: usize| u32::from(three.get(place).copied().unwrap_or_default());
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            text.extend((0..=three.len()).map(|place| letter(bits >> (18 - 6 * place))));
        }
        text
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_vectors_of_the_rfc() {
            let of = |text: &str| encoded(text.as_bytes(), LAST[0]);
            let vectors = [
                ("", ""),
                ("f", "Zg"),
                ("fo", "Zm8"),
                ("foo", "Zm9v"),
                ("foob", "Zm9vYg"),
                ("fooba", "Zm9vYmE"),
            ];
            for (text, expected) in vectors {
                assert_eq!(of(text), expected);
            }
            assert_eq!(encoded(&[0xfb, 0xff], LAST[0]), "+/8");
            assert_eq!(encoded(&[0xfb, 0xff], LAST[1]), "-_8");
        }

        #[test]
        fn what_stands_beside_is_left_out() {
            // `foo` alone; of `?foo?` is `Zm9v` in 3 letters behind 2; of `??foo?` in 3 behind 3.
            assert_eq!(inside(b"foo"), ["Zm9v", "Zvb", "mb2", "Zm9v", "Zvb", "mb2"]);
        }
    }
}
