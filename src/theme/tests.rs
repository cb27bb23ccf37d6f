//! Every theme that ships: listed, whole and readable.

use std::path::Path;

use super::*;

fn shipped() -> impl Iterator<Item = Theme> {
    BUILTIN.iter().map(|(name, _)| load(name, |_| None, Depth::True).unwrap())
}

#[test]
fn builtin_lists_every_file_of_the_folder_and_no_other() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes");
    let mut files: Vec<String> = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let mut listed: Vec<String> = BUILTIN.iter().map(|(name, _)| (*name).to_owned()).collect();
    files.sort();
    listed.sort();
    assert_eq!(files, listed);
    assert_eq!(BUILTIN[0].0, DEFAULT);
}

#[test]
fn every_file_opens_with_a_comment_and_its_own_name() {
    for (name, text) in BUILTIN {
        assert!(text.starts_with("# "), "{name}");
        assert!(text.contains(&format!("name = \"{name}\"")), "{name}");
    }
}

/// Relative luminance of WCAG 2.
fn luminance(color: Color) -> f64 {
    let Color::Rgb(r, g, b) = color else { panic!("{color:?} has no luminance of its own") };
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

fn contrast(a: Color, b: Color) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn the_contrast_formula_knows_black_on_white() {
    assert!((contrast(Color::Rgb(0, 0, 0), Color::Rgb(255, 255, 255)) - 21.0).abs() < 1e-9);
}

#[test]
fn words_can_be_read_on_every_ground_they_stand_on() {
    use Role::*;
    for theme in shipped() {
        let strict = if theme.name() == "contrast" { 7.0 } else { 4.5 };
        for ground in [Background, Panel, Selection] {
            for role in [Text, Bright, Accent, Ok, Warn, Page, Exhausted] {
                let ratio = contrast(theme.color(role), theme.color(ground));
                assert!(ratio >= strict, "{}: {role:?} on {ground:?} is {ratio:.2}", theme.name());
            }
            let least = if theme.name() == "contrast" { 4.5 } else { 3.0 };
            for role in [Muted, Unknown, Latency, Traffic, Errors, Saturation, Mark] {
                let ratio = contrast(theme.color(role), theme.color(ground));
                assert!(ratio >= least, "{}: {role:?} on {ground:?} is {ratio:.2}", theme.name());
            }
        }
    }
}

#[test]
fn the_status_row_and_badges_can_be_read() {
    use Role::*;
    for theme in shipped() {
        for ground in [StatusOk, StatusWarn, StatusPage, StatusStale, Demo] {
            let style = theme.style(ground);
            let words = style.fg.unwrap_or(theme.color(Text));
            let ratio = contrast(words, style.bg.unwrap());
            assert!(ratio >= 4.5, "{}: {ground:?} is {ratio:.2}", theme.name());
        }
        for role in [Ok, Warn, Page, Exhausted, Unknown] {
            let badge = theme.badge(role);
            let ratio = contrast(badge.fg.unwrap(), badge.bg.unwrap());
            assert!(ratio >= 4.5, "{}: badge {role:?} is {ratio:.2}", theme.name());
        }
    }
}

#[test]
fn the_four_states_are_four_colours_in_every_theme_with_colours() {
    use Role::*;
    for theme in shipped().filter(|theme| theme.name() != "mono") {
        let colors = [Ok, Warn, Page, Exhausted].map(|role| theme.color(role));
        for (place, color) in colors.iter().enumerate() {
            assert!(!colors[..place].contains(color), "{}", theme.name());
        }
    }
}

#[test]
fn soft_fills_exist_only_where_they_can_be_soft() {
    let theme = |depth| load("night", |_| None, depth).unwrap();
    let black_and_white =
        "extends = \"night\"\n[roles]\nok = \"#ffffff\"\nbackground = \"#000000\"".to_owned();
    let own = load("own", |name| (name == "own").then(|| Ok(black_and_white.clone())), Depth::True).unwrap();
    assert_eq!(own.blend(Role::Ok, Role::Background, 0.5), Color::Rgb(128, 128, 128));
    assert_eq!(theme(Depth::Ansi16).blend(Role::Ok, Role::Background, 0.5), Color::Reset);
    assert!(matches!(theme(Depth::Indexed256).blend(Role::Ok, Role::Background, 0.5), Color::Indexed(16..)));
    assert_eq!(theme(Depth::True).fade(Role::Latency, 4).len(), 4);
    assert!(theme(Depth::None).fade(Role::Latency, 4).is_empty());
}

#[test]
fn what_a_theme_says_wrongly_is_quoted_without_harm() {
    for text in [
        "[palette]\nx = \"\\u001b[2J\"",
        "[palette]\n\"\\u001b[2J\" = 1",
        "\"\\u009b2J\" = 1",
        "extends = \"\\u202e\"",
    ] {
        let own = |name: &str| (name == "own").then(|| Ok(text.to_owned()));
        let said = load("own", own, Depth::True).unwrap_err().to_string();
        assert!(!said.chars().any(crate::text::is_unsafe), "{said:?}");
    }
}

#[test]
fn tracks_and_rules_are_seen_but_stay_behind_the_words() {
    for theme in shipped() {
        for ground in [Role::Background, Role::Selection] {
            for role in [Role::Track, Role::Faint] {
                let ratio = contrast(theme.color(role), theme.color(ground));
                let muted = contrast(theme.color(Role::Muted), theme.color(ground));
                assert!(
                    ratio >= 1.2 && ratio < muted,
                    "{}: {role:?} on {ground:?} is {ratio:.2}",
                    theme.name()
                );
            }
        }
    }
}
