//! The viewer, the list and the preview of runbooks.

use super::*;
use crate::panel::people_scene::{drawn, mono, nothing, outage, picture, survives};
use crate::panel::runbook_list::RunbookList;
use crate::panel::runbook_preview::RunbookPreview;

const SIZE: (u16, u16) = (80, 24);

fn opened(path: &str) -> Model {
    let mut model = outage(Screen::Page, SIZE);
    model.view.page = Some(OpenPage { root: "books".into(), path: path.into(), ..OpenPage::default() });
    model
}

#[test]
fn a_page_with_its_frame() {
    let mut model = opened("api/high-error-rate.md");
    if let Some(page) = &mut model.view.page {
        page.found = Some("for checkout/availability: last path segment".into());
    }
    insta::assert_snapshot!(drawn(&RunbookPage, &model, (80, 24)));
}

#[test]
fn opened_at_a_block_it_begins_there() {
    let mut model = opened("api/high-error-rate.md");
    let block = model.runbooks.pages[0].page.anchor("connection-pool");
    if let Some(page) = &mut model.view.page {
        page.anchor = block;
    }
    let text = drawn(&RunbookPage, &model, (80, 9));
    assert_eq!(text.lines().nth(1).unwrap().trim_end_matches([' ', '│']), "▌## Connection pool", "{text}");
    assert!(text.contains("section 3/4"), "{text}");
}

#[test]
fn a_page_that_went_away_says_so() {
    assert!(drawn(&RunbookPage, &opened("gone.md"), (80, 3)).contains("gone.md is no longer in books"));
    assert!(drawn(&RunbookPage, &nothing(Screen::Page, SIZE), (80, 3)).contains("no runbook is open"));
}

#[test]
fn code_is_told_from_words_without_any_colour() {
    let buf = picture(&RunbookPage, &opened("api/high-error-rate.md"), (80, 40), &mono().with_ascii(true));
    let text = crate::widget::to_text(&buf);
    assert!(text.contains("| kubectl set env deployment/checkout DB_POOL_SIZE=600"), "{text}");
    assert!(text.contains("the pool[1]") && text.contains("the database[2]"), "{text}");
}

#[test]
fn the_list_ranks_and_names_the_section() {
    let mut model = outage(Screen::Runbooks, SIZE);
    let text = drawn(&RunbookList, &model, (80, 6));
    assert!(
        text.contains("3 pages") && text.contains("High error rate  api/high-error-rate.md    12 days"),
        "{text}"
    );
    model.view.set_filter("connection pool".into());
    let text = drawn(&RunbookList, &model, (80, 6));
    let rows: Vec<&str> = text.lines().skip(2).collect();
    assert!(rows[0].contains("High error rate") && rows[0].contains("# Connection pool"), "{text}");
    assert!(rows[1].contains("High latency") && rows[1].contains("in Meaning"), "{text}");
    let text = drawn(&RunbookPreview, &model, (80, 6));
    assert_eq!(text.lines().nth(1).unwrap().trim(), "## Connection pool", "{text}");
    model.view.set_filter("zzzz".into());
    assert!(drawn(&RunbookList, &model, (80, 4)).contains("no page fits"));
}

#[test]
fn the_overview_previews_the_runbook_of_the_worst_slo() {
    let text = drawn(&RunbookPreview, &outage(Screen::Overview, (200, 60)), (79, 8));
    assert!(text.contains("api/high-error-rate.md · for checkout/availability: last path s…"), "{text}");
    assert!(text.contains("# High error rate") && !text.contains("owner:"), "{text}");
}

#[test]
fn without_folders_the_list_says_what_to_do() {
    let text = drawn(&RunbookList, &nothing(Screen::Runbooks, SIZE), (80, 5));
    assert!(text.contains("runbooks = [\"runbooks/\"]"), "{text}");
}

#[test]
fn any_size_will_do() {
    survives(&RunbookPage, Screen::Page);
    survives(&RunbookList, Screen::Runbooks);
    survives(&RunbookPreview, Screen::Runbooks);
    survives(&RunbookPreview, Screen::Overview);
    for size in [(1, 1), (3, 2), (6, 12), (30, 7)] {
        drawn(&RunbookPage, &opened("api/high-error-rate.md"), size);
    }
}
