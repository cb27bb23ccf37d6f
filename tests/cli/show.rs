//! `show`: every screen at every size in every format.

use crate::kit::{Machine, run};
use crate::program::AT;

const SCREENS: [&str; 11] = [
    "overview",
    "slos",
    "slo",
    "signals",
    "incidents",
    "incident",
    "oncall",
    "runbooks",
    "runbook",
    "sources",
    "help",
];
const SIZES: [(usize, usize); 6] = [(1, 1), (20, 3), (40, 10), (80, 24), (120, 40), (200, 60)];

fn shown(screen: &str, (columns, rows): (usize, usize), more: &[&str]) -> String {
    let size = format!("{columns}x{rows}");
    let args = [&["show", screen, "--demo", "--at", AT, "--size", size.as_str()], more].concat();
    let done = run(&args);
    assert_eq!((done.code, done.err.as_str()), (0, ""), "{args:?}");
    done.out
}

fn controls(text: &str) -> String {
    text.chars().filter(|letter| letter.is_control() && *letter != '\n').collect()
}

#[test]
fn text_fits_its_size_and_has_no_control_characters() {
    for screen in SCREENS {
        for size in SIZES {
            let text = shown(screen, size, &["--format", "text"]);
            assert_eq!(controls(&text), "", "{screen} {size:?}");
            assert!(text.lines().count() <= size.1, "{screen} {size:?}\n{text}");
            let widest = text.lines().map(burnwatch::widget::text::width).max().unwrap_or(0);
            assert!(widest <= size.0, "{screen} {size:?} is {widest} wide\n{text}");
            assert!(size.0 < 20 || text.contains("PAGE"), "{screen} {size:?}\n{text}");
        }
    }
}

#[test]
fn ansi_has_colours_and_no_other_sequences() {
    for screen in SCREENS {
        for size in SIZES {
            let text = shown(screen, size, &["--format", "ansi", "--color", "truecolor"]);
            let mut plain = String::new();
            for (index, part) in text.split("\u{1b}[").enumerate() {
                let end = if index == 0 { 0 } else { part.find('m').unwrap() + 1 };
                assert!(part[..end].trim_end_matches('m').chars().all(|c| c.is_ascii_digit() || c == ';'));
                plain.push_str(&part[end..]);
            }
            assert_eq!(controls(&plain), "", "{screen} {size:?}");
            assert!(size.0 < 20 || text.contains("\u{1b}["), "{screen} {size:?} has no colour");
        }
    }
}

#[test]
fn svg_is_a_closed_picture() {
    for screen in SCREENS {
        for size in SIZES {
            let text = shown(screen, size, &["--format", "svg"]);
            assert!(text.starts_with("<svg") && text.trim_end().ends_with("</svg>"), "{screen} {size:?}");
            assert_eq!(controls(&text), "", "{screen} {size:?}");
            assert_eq!(text.matches("<text").count(), text.matches("</text>").count(), "{screen} {size:?}");
        }
    }
}

#[test]
fn plain_means_plain() {
    for screen in SCREENS {
        for size in SIZES {
            for format in ["text", "ansi"] {
                let text = shown(screen, size, &["--format", format, "--ascii", "--color", "none"]);
                let odd: String = text.chars().filter(|letter| !letter.is_ascii()).collect();
                assert_eq!(odd, "", "{screen} {size:?} {format}\n{text}");
            }
        }
    }
}

#[test]
fn ascii_loses_no_words() {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| word.len() > 3)
            .map(str::to_owned)
            .collect()
    };
    let (rich, plain) = (shown("overview", (120, 40), &[]), shown("overview", (120, 40), &["--ascii"]));
    for word in words(&rich) {
        assert!(plain.contains(&word), "{word} is lost\n{plain}");
    }
}

#[test]
fn the_same_instant_is_the_same_picture() {
    let machine = Machine::new();
    let args = ["show", "overview", "--demo", "--at", AT, "--format", "ansi", "--color", "truecolor"];
    let first = machine.run(&args).out;
    assert!(first.contains("10:00"), "{first}");
    assert_eq!(machine.run(&args).out, first);
    let later = machine.run(&["show", "overview", "--demo", "--at", "2026-02-17T10:01:00Z"]).out;
    assert!(later.contains("10:01"), "{later}");
}

#[test]
fn each_screen_shows_something_of_its_own() {
    let pictures: Vec<String> = SCREENS.iter().map(|screen| shown(screen, (120, 40), &[])).collect();
    for (index, picture) in pictures.iter().enumerate() {
        assert!(picture.lines().count() > 5, "{}\n{picture}", SCREENS[index]);
        assert!(!pictures[..index].contains(picture), "{} looks like another", SCREENS[index]);
    }
}

#[test]
fn a_selection_is_shown() {
    let slo = shown("slo", (120, 40), &["--select", "search/latency"]);
    assert!(slo.contains("search/latency"), "{slo}");
    let other = shown("slo", (120, 40), &["--select", "batch/jobs"]);
    assert!(other.contains("batch/jobs") && other != slo, "{other}");
}
