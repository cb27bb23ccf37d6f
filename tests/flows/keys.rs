//! What keys do, seen in the picture and in where the reader is afterwards.

use burnwatch::domain::runbook::library::{Document, Library};
use burnwatch::state::{Key, Message, PanelId, Screen, View};

use crate::fake::Mood;
use crate::kit::{IDS, calm, letters, single};
use crate::stage::Stage;

/// Where the reader is after these keys on a calm dashboard.
async fn after(keys: Vec<Key>) -> View {
    let (_source, stage) = calm().await;
    for key in keys {
        stage.press(key).await;
    }
    stage.quit().await.view
}

#[tokio::test(start_paused = true)]
async fn digits_d_and_the_question_mark_lead_to_screens() {
    for (keys, screen) in [
        ("1", Screen::Overview),
        ("2", Screen::Slos),
        ("3", Screen::Signals),
        ("4", Screen::Incidents),
        ("5", Screen::OnCall),
        ("6", Screen::Runbooks),
        ("D", Screen::Sources),
        ("?", Screen::Help),
        ("??", Screen::Overview),
        ("25", Screen::OnCall),
        ("2?", Screen::Help),
    ] {
        assert_eq!(after(letters(keys)).await.screen, screen, "{keys}");
    }
}

#[tokio::test(start_paused = true)]
async fn esc_goes_back_the_way_one_came() {
    for (keys, screen) in [
        (vec![Key::Char('5'), Key::Char('?'), Key::Esc], Screen::OnCall),
        (vec![Key::Char('2'), Key::Enter, Key::Esc], Screen::Slos),
        (vec![Key::Enter, Key::Esc], Screen::Overview),
        (vec![Key::Enter, Key::Char('D'), Key::Esc, Key::Esc], Screen::Overview),
        (vec![Key::Char('3'), Key::Esc], Screen::Overview),
        (vec![Key::Esc, Key::Esc], Screen::Overview),
    ] {
        assert_eq!(after(keys.clone()).await.screen, screen, "{keys:?}");
    }
}

/// `?` asks why on an SLO's page and for help everywhere else; `e` asks why wherever an SLO is selected.
#[tokio::test(start_paused = true)]
async fn why_and_what_if_and_back() {
    let slo = |rest: &str| [vec![Key::Char('2'), Key::Enter], letters(rest)].concat();
    let esc = |keys: Vec<Key>, times: usize| [keys, vec![Key::Esc; times]].concat();
    for (keys, screen) in [
        (slo("?"), Screen::Explain),
        (slo("??"), Screen::Help),
        (slo("???"), Screen::Explain),
        (slo("w?"), Screen::Help),
        (slo("?w"), Screen::WhatIf),
        (esc(slo("?w"), 1), Screen::Explain),
        (esc(slo("?w"), 2), Screen::Slo),
        (esc(slo("?w"), 3), Screen::Slos),
        (letters("e"), Screen::Explain),
        (letters("2w"), Screen::WhatIf),
        (esc(letters("2w"), 1), Screen::Slos),
        (letters("3e"), Screen::Signals),
    ] {
        assert_eq!(after(keys.clone()).await.screen, screen, "{keys:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn knobs_turn_reset_and_go_along_to_the_next_slo() {
    let (_source, stage) = calm().await;
    stage.type_in("w").await;
    assert!(stage.line_with("writes nothing").is_some(), "{}", stage.text());
    let set = || stage.line_with("▌target").unwrap();
    let before = set();
    stage.press(Key::Right).await;
    let turned = set();
    assert_ne!(before, turned);
    stage.press(Key::Char(']')).await;
    assert!(stage.line_with("configured").is_some(), "{}", stage.text());
    stage.press(Key::Char('[')).await;
    assert_eq!(set(), turned);
    stage.press(Key::Char('0')).await;
    assert_eq!(set(), before);
    for key in [Key::Down, Key::Left, Key::Down, Key::Right] {
        stage.press(key).await;
    }
    let view = stage.quit().await.view;
    assert!(view.change.target.is_none() && view.change.window.is_some() && view.change.method.is_some());
}

#[tokio::test(start_paused = true)]
async fn zoom_and_range_and_back() {
    assert_eq!(after(letters("z")).await.zoomed, Some(PanelId::Objectives));
    assert_eq!(after(letters("zz")).await.zoomed, None);
    assert_eq!(after(vec![Key::Char('z'), Key::Esc]).await.zoomed, None);
    for (keys, range) in
        [("", "4h"), ("+", "6h"), ("+++", "6h"), ("-", "2h"), ("=--", "2h"), ("-------", "15m")]
    {
        assert_eq!(after(letters(keys)).await.range_name(), range, "{keys}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_zoomed_panel_has_the_screen_for_itself() {
    let (_source, stage) = calm().await;
    let rows = stage.text().lines().filter(|line| line.contains('─')).count();
    stage.type_in("z").await;
    let zoomed = stage.text().lines().filter(|line| line.contains('─')).count();
    assert!(zoomed == 1 && zoomed <= rows, "{}", stage.text());
    assert!(stage.line_with("objectives").is_some(), "{}", stage.text());
}

fn selected(stage: &Stage) -> (usize, String) {
    let text = stage.text();
    let found = text.lines().enumerate().find(|(_, line)| line.starts_with('▌'));
    let (at, line) = found.unwrap_or_else(|| panic!("nothing selected\n{text}"));
    (at, line.to_owned())
}

#[tokio::test(start_paused = true)]
async fn the_selection_is_by_id_and_survives_sorting() {
    let (source, stage) = calm().await;
    stage.press(Key::Down).await;
    let (before, row) = selected(&stage);
    let id = IDS.into_iter().find(|id| row.contains(id)).unwrap();
    assert_eq!(id, IDS[1]);
    source.script().errors.insert(IDS[2].to_owned(), 0.5);
    stage.pass(180).await;
    assert!(stage.status_row().contains("PAGE"), "{}", stage.text());
    let (after, row) = selected(&stage);
    assert!(row.contains(id), "{row}");
    assert_eq!(after, before + 1, "the burning one has passed it\n{}", stage.text());
}

#[tokio::test(start_paused = true)]
async fn frozen_figures_stand_still_and_say_so() {
    let (source, stage) = calm().await;
    stage.type_in("p").await;
    assert!(stage.status_row().contains("FROZEN"), "{}", stage.status_row());
    let before = stage.line_with(IDS[2]).unwrap();
    source.script().errors.insert(IDS[2].to_owned(), 0.5);
    stage.pass(180).await;
    assert_eq!(stage.line_with(IDS[2]).unwrap(), before);
    assert!(!stage.status_row().contains("OK"), "what stands still is not fresh: {}", stage.status_row());
    stage.type_in("p").await;
    assert!(!stage.status_row().contains("FROZEN"), "{}", stage.status_row());
    assert!(stage.status_row().contains("PAGE"), "{}", stage.status_row());
    assert_ne!(stage.line_with(IDS[2]).unwrap(), before);
}

fn listed(stage: &Stage) -> Vec<&'static str> {
    let text = stage.text();
    let body: Vec<_> = text.lines().skip(1).collect();
    IDS.into_iter().filter(|id| body.iter().any(|line| line.contains(id))).collect()
}

#[tokio::test(start_paused = true)]
async fn a_filter_narrows_as_one_types() {
    let (_source, stage) = calm().await;
    stage.type_in("/pay").await;
    assert_eq!(listed(&stage), [IDS[1]], "{}", stage.text());
    assert!(stage.line_with("/pay").is_some(), "{}", stage.text());
    stage.type_in("x").await;
    assert_eq!(listed(&stage), [""; 0], "{}", stage.text());
    assert!(stage.line_with("nothing matches").is_some(), "{}", stage.text());
    stage.press(Key::Backspace).await;
    stage.press(Key::Enter).await;
    stage.type_in("z").await;
    assert_eq!(listed(&stage), [IDS[1]], "kept, and keys are keys again");
    stage.press(Key::Esc).await;
    stage.press(Key::Esc).await;
    assert_eq!(listed(&stage), IDS, "{}", stage.text());
}

#[tokio::test(start_paused = true)]
async fn esc_while_typing_clears_the_filter_and_q_is_a_letter() {
    let (_source, stage) = calm().await;
    stage.type_in("/q").await;
    assert_eq!(listed(&stage), [""; 0]);
    stage.press(Key::Esc).await;
    assert_eq!(listed(&stage), IDS);
    let view = stage.quit().await.view;
    assert_eq!((view.filter(), view.prompt.is_some()), ("", false));
}

#[tokio::test(start_paused = true)]
async fn pasted_text_is_one_clean_line_and_never_keys() {
    let (_source, stage) = calm().await;
    stage.send(Message::Paste("q".to_owned())).await;
    assert_eq!(listed(&stage), IDS, "outside of a prompt a paste is nothing");
    stage.type_in("/").await;
    stage.send(Message::Paste("sea\u{1b}[31m\u{7}rch\nq\n".to_owned())).await;
    let view = stage.quit().await.view;
    assert!(view.prompt.is_some());
    assert!(view.filter().starts_with("sea") && !view.filter().contains('\n'), "{:?}", view.filter());
    assert!(!view.filter().chars().any(char::is_control), "{:?}", view.filter());
}

#[tokio::test(start_paused = true)]
async fn the_runbook_of_the_worst_is_three_keys_away() {
    let (source, mut plot) = single(Mood::Answer);
    source.script().errors.insert(IDS[1].to_owned(), 0.05);
    let document = |path: &str| Document {
        root: "team".to_owned(),
        path: path.to_owned(),
        text: "# First steps\n\nBreathe.\n".to_owned(),
        modified: None,
    };
    plot.runbooks = Library::build(&[document("Other.md"), document("PaymentsErrorsBurn.md")]);
    let stage = Stage::open(plot).await;
    stage.pass(5).await;
    stage.type_in("3").await;
    for key in [Key::Char('!'), Key::Enter, Key::Char('R')] {
        stage.press(key).await;
    }
    let view = stage.quit().await.view;
    assert_eq!((view.screen, view.slo.as_deref()), (Screen::Page, Some(IDS[1])));
    assert_eq!(view.page.unwrap().path, "PaymentsErrorsBurn.md");
}

#[tokio::test(start_paused = true)]
async fn without_a_runbook_the_way_to_one_is_told() {
    let (_source, stage) = calm().await;
    stage.type_in("R").await;
    assert!(stage.line_with("no runbook for").is_some(), "{}", stage.text());
    assert_eq!(stage.quit().await.view.screen, Screen::Overview);
}

#[tokio::test(start_paused = true)]
async fn every_size_is_drawn_while_it_changes() {
    let (_source, stage) = calm().await;
    for (width, height) in [(120, 40), (1, 1), (200, 60), (20, 5), (40, 10), (0, 0), (80, 24)] {
        stage.send(Message::Resize(width, height)).await;
        let area = stage.shown.lock().unwrap().last.area;
        assert_eq!((area.width, area.height), (width, height));
    }
    assert!(stage.status_row().contains("OK"));
}
