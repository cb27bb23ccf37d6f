//! Objectives with a child for each label set: sets that come, go and cannot be told.

use std::sync::Arc;

use burnwatch::state::Key;

use crate::fake::{Fake, Mood, Topic, grouped, objective};
use crate::kit::IDS;
use crate::stage::{Part, Plot, Stage};

const PARENT: &str = "api/availability";

fn child(route: &str) -> String {
    format!("{PARENT}{{route=\"{route}\"}}")
}

fn plot(source: &Arc<Fake>) -> Plot {
    let objectives = vec![grouped(PARENT, "main"), objective(IDS[1], "main")];
    let part = Part { source: Arc::clone(source), name: "main".to_owned(), objectives, services: Vec::new() };
    Plot { size: (120, 24), ..Plot::new(vec![part]) }
}

fn routes(source: &Fake, routes: &[&str]) {
    let routes = routes.iter().map(|route| (*route).to_owned()).collect();
    source.script().routes.insert(PARENT.to_owned(), routes);
}

async fn open(known: &[&str]) -> (Arc<Fake>, Stage) {
    let source = Fake::new("main", Mood::Answer);
    routes(&source, known);
    let stage = Stage::open(plot(&source)).await;
    stage.pass(5).await;
    (source, stage)
}

#[tokio::test(start_paused = true)]
async fn children_are_counted_and_their_parent_is_not() {
    let (source, stage) = open(&["/a", "/b"]).await;
    assert!(stage.status_row().contains("OK  3 SLOs"), "{}", stage.text());
    assert!(stage.text().contains("▸ api/availability 2 × route"), "{}", stage.text());
    let asked = source.take_asked();
    assert_eq!(asked.iter().filter(|one| one.topic == Topic::LabelSets).count(), 1);
    let counted = asked.iter().filter(|one| one.topic == Topic::Counts);
    assert!(counted.clone().all(|one| !one.subjects.contains(&PARENT.to_owned())));
    assert!(counted.clone().all(|one| one.subjects.len() == 3), "one plan for all: {asked:?}");
    stage.pass(600).await;
    let looked = source.take_asked().iter().filter(|one| one.topic == Topic::LabelSets).count();
    assert_eq!(looked, 2, "every five minutes");
}

#[tokio::test(start_paused = true)]
async fn a_label_set_that_comes_later_gets_its_history_and_disturbs_nobody() {
    let (source, stage) = open(&["/a"]).await;
    routes(&source, &["/a", "/b"]);
    source.take_asked();
    for _ in 0..64 {
        stage.pass(5).await;
        assert!(!stage.line_with(IDS[1]).unwrap().contains("partial"), "{}", stage.text());
    }
    assert!(stage.line_with(PARENT).unwrap().contains("2 × route"), "{}", stage.text());
    let history = source.take_asked().into_iter().filter(|one| one.range.points() > 10).collect::<Vec<_>>();
    assert!(history.iter().all(|one| one.subjects == [child("/b")]), "{history:?}");
    let model = stage.quit().await;
    let (old, new) = (model.live.slo(&child("/a")).unwrap(), model.live.slo(&child("/b")).unwrap());
    assert_eq!((old.data.word(), new.data.word()), ("ok", "ok"));
    assert_eq!(old.reading.unwrap().tally, new.reading.unwrap().tally, "all of it");
}

#[tokio::test(start_paused = true)]
async fn a_label_set_that_goes_keeps_its_budget_and_stops_burning() {
    let source = Fake::new("main", Mood::Answer);
    routes(&source, &["/a", "/b"]);
    source.script().errors.insert(child("/b"), 0.5);
    let stage = Stage::open(plot(&source)).await;
    stage.pass(5).await;
    assert!(stage.status_row().contains("PAGE  api/availability{route=/b}"), "{}", stage.text());
    routes(&source, &["/a"]);
    source.script().silent.insert(child("/b"));
    stage.pass(240).await;
    stage.press(Key::Char('o')).await;
    assert!(stage.line_with("route=/b").unwrap().contains("STALE"), "gone or not seen? {}", stage.text());
    stage.pass(600).await;
    assert!(!stage.text().contains("STALE"), "{}", stage.text());
    stage.pass(40 * 60).await;
    let model = stage.quit().await;
    let gone = model.live.slo(&child("/b")).unwrap();
    assert_eq!(gone.tiers.iter().map(|tier| tier.firing).collect::<Vec<_>>(), [false, false, true, true]);
    assert!(gone.remaining().unwrap() < 0.0);
    assert!(gone.as_of.unwrap() >= model.now.timestamp() - 60);
}

#[tokio::test(start_paused = true)]
async fn when_all_label_sets_are_gone_nobody_takes_that_for_no_errors() {
    let (source, stage) = open(&["/a", "/b"]).await;
    routes(&source, &[]);
    source.script().silent.extend([child("/a"), child("/b")]);
    stage.pass(900).await;
    assert!(stage.status_row().contains("STALE"), "{}", stage.text());
    assert!(stage.line_with(PARENT).unwrap().contains("2 × route"), "{}", stage.text());
}

#[tokio::test(start_paused = true)]
async fn label_sets_that_cannot_be_told_leave_the_others_alone() {
    let source = Fake::new("main", Mood::Answer);
    source.script().refused.insert(PARENT.to_owned(), "parse error".to_owned());
    let stage = Stage::open(plot(&source)).await;
    stage.pass(30).await;
    assert!(stage.line_with("api/availability ").unwrap().contains("refused"), "{}", stage.text());
    assert!(stage.line_with(IDS[1]).unwrap().contains("99 %"), "{}", stage.text());
    source.script().refused.clear();
    routes(&source, &["/a"]);
    stage.pass(90).await;
    assert!(stage.line_with(PARENT).unwrap().contains("1 × route"), "asked again soon\n{}", stage.text());
    assert!(stage.status_row().contains("OK  2 SLOs"), "{}", stage.text());
}

#[tokio::test(start_paused = true)]
async fn a_group_alone_is_asked_until_it_answers() {
    let source = Fake::new("main", Mood::Refuse);
    routes(&source, &["/a"]);
    let mut plot = plot(&source);
    plot.parts[0].objectives.truncate(1);
    let stage = Stage::open(plot).await;
    stage.pass(60).await;
    assert!(stage.status_row().contains("NODATA"), "{}", stage.text());
    source.turn(Mood::Answer);
    stage.pass(20).await;
    assert!(stage.status_row().contains("OK"), "{}", stage.text());
}

#[tokio::test(start_paused = true)]
async fn children_outlive_a_restart_without_a_backend() {
    let folder = tempfile::tempdir().unwrap();
    let start = |mood| {
        let source = Fake::new("main", mood);
        routes(&source, &["/a", "/b"]);
        let mut plot = plot(&source);
        plot.cache = Some(folder.path().join("cache"));
        plot
    };
    let first = Stage::open(start(Mood::Answer)).await;
    first.pass(20).await;
    first.quit().await;
    let second = Stage::open(start(Mood::Refuse)).await;
    second.pass(1).await;
    let row = second.line_with(PARENT).unwrap();
    assert!(row.contains("2 × route") && row.contains("99 %"), "{}", second.text());
}

#[tokio::test(start_paused = true)]
async fn folding_keeps_the_selection_where_the_reader_was() {
    let (source, stage) = open(&["/a", "/b"]).await;
    source.script().errors.insert(child("/b"), 0.5);
    stage.pass(30).await;
    for key in ['!', 'o', 'j'] {
        stage.press(Key::Char(key)).await;
    }
    let lines: Vec<String> = stage.text().lines().map(str::to_owned).collect();
    let at = lines.iter().position(|line| line.contains("▾ api/availability 2 × route")).unwrap();
    assert!(lines[at + 1].contains("▌   route=/b") && lines[at + 2].contains("route=/a"), "{}", stage.text());
    stage.press(Key::Char('o')).await;
    assert!(stage.line_with("▸ api").unwrap().contains('▌'), "the parent is selected\n{}", stage.text());
    stage.press(Key::Enter).await;
    assert!(stage.line_with("api/availability{route=/b}").is_some(), "the worst child\n{}", stage.text());
    stage.press(Key::Esc).await;
    stage.press(Key::Char('/')).await;
    stage.type_in("route=/a").await;
    assert!(
        stage.line_with("    route=/a ").is_some() && stage.line_with("    route=/b").is_none(),
        "{}",
        stage.text()
    );
}

#[tokio::test(start_paused = true)]
async fn a_backend_that_is_down_is_no_fault_of_the_group() {
    let source = Fake::new("main", Mood::Refuse);
    let stage = Stage::open(plot(&source)).await;
    stage.pass(20).await;
    let row = stage.line_with(PARENT).unwrap();
    assert!(row.contains("no answer yet") && !row.contains("refused"), "{}", stage.text());
    assert!(stage.status_row().contains("NODATA"), "{}", stage.text());
    assert!(stage.text().contains("of 2 SLOs it is not known whether an alert fires"), "{}", stage.text());
}
