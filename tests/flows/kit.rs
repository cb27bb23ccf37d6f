//! The cast that most flows share.

use std::sync::Arc;

use burnwatch::state::Key;

use crate::fake::{Fake, Mood, objective, service};
use crate::stage::{Part, Plot, Stage};

pub(crate) const IDS: [&str; 3] = ["api/availability", "payments/errors", "search/latency"];

/// Backend `name` with these objectives and a service for each.
pub(crate) fn part(source: &Arc<Fake>, name: &str, ids: &[&str]) -> Part {
    let services = ids.iter().map(|id| service(id.split('/').next().unwrap(), name)).collect();
    Part {
        source: Arc::clone(source),
        name: name.to_owned(),
        objectives: ids.iter().map(|id| objective(id, name)).collect(),
        services,
    }
}

/// One backend with three objectives.
pub(crate) fn single(mood: Mood) -> (Arc<Fake>, Plot) {
    let source = Fake::new("main", mood);
    let plot = Plot::new(vec![part(&source, "main", &IDS)]);
    (source, plot)
}

/// One backend that answers, all loaded.
pub(crate) async fn calm() -> (Arc<Fake>, Stage) {
    let (source, plot) = single(Mood::Answer);
    let stage = Stage::open(plot).await;
    stage.pass(5).await;
    assert!(stage.status_row().contains("OK"), "{}", stage.text());
    source.take_asked();
    (source, stage)
}

pub(crate) fn letters(text: &str) -> Vec<Key> {
    text.chars().map(Key::Char).collect()
}
