//! Any keys, pastes, sizes and seconds on the demo: whatever comes, the picture can be drawn.
#![no_main]

mod stage;

use burnwatch::screen;
use burnwatch::state::{Key, Message};
use chrono::TimeDelta;
use libfuzzer_sys::fuzz_target;

const SIZES: [(u16, u16); 10] =
    [(80, 24), (1, 1), (120, 40), (39, 9), (200, 60), (2, 50), (81, 12), (300, 3), (60, 16), (0, 0)];
/// Steps that one input may take; every fourth is drawn.
const MOST: usize = 40;

fn key(byte: u8) -> Key {
    match byte {
        0 => Key::Enter,
        1 => Key::Esc,
        2 => Key::Tab,
        3 => Key::BackTab,
        4 => Key::Backspace,
        5 => Key::Up,
        6 => Key::Down,
        7 => Key::Left,
        8 => Key::Right,
        11 => Key::PageUp,
        12 => Key::PageDown,
        14 => Key::Home,
        15 => Key::End,
        1..=31 => Key::Ctrl(char::from(byte + b'a' - 1)),
        // Beyond ASCII: what is wide, joins, turns the direction or has no width.
        128..=255 => Key::Char(
            ['ä', '漢', '\u{301}', '\u{200d}', '\u{202e}', '🧯', '\u{9b}', 'ß'][usize::from(byte % 8)],
        ),
        _ => Key::Char(char::from(byte)),
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((first, mut rest)) = data.split_first() else { return };
    let mut model = stage::model();
    let mut size = SIZES[usize::from(*first) % SIZES.len()];
    for step in 0..MOST {
        let Some((byte, after)) = rest.split_first() else { break };
        rest = after;
        let message = match byte {
            // A new size, some time, a paste: each with what follows.
            16 | 17 | 18 => {
                let Some((more, after)) = rest.split_first() else { break };
                rest = after;
                match byte {
                    16 => {
                        size = SIZES[usize::from(*more) % SIZES.len()];
                        Message::Resize(size.0, size.1)
                    }
                    17 => Message::Tick(model.now + TimeDelta::seconds(i64::from(*more).pow(4))),
                    _ => {
                        let (text, after) = rest.split_at(usize::from(*more).min(rest.len()));
                        rest = after;
                        Message::Paste(String::from_utf8_lossy(text).into_owned())
                    }
                }
            }
            byte => Message::Key(key(*byte)),
        };
        screen::update(&mut model, message);
        if step % 4 == 0 {
            stage::drawn(&mut model, size);
        }
    }
    for size in [(80, 24), (33, 7), (160, 50)] {
        stage::drawn(&mut model, size);
    }
});
