//! Catalogues of all tools, YAML and JSON: findings are clean lines, and what is carried over can be written
//! in our own configuration and read again as it was.
#![no_main]

mod shared;

use burnwatch::config::Document;
use burnwatch::config::catalogue::{Terms, of_text};
use burnwatch::domain::slo::policy::Policy;
use burnwatch::domain::slo::window::Window;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let terms = Terms {
        backend: "main".to_owned(),
        backends: vec!["main".to_owned()],
        window: Window::days(30),
        policy: Policy::usual(),
    };
    let document = Document::new(Some("slo.yaml".into()), text);
    let catalogue = of_text(document.clone(), &terms);
    shared::clean_findings(&catalogue.findings, document.text());
    let objectives: Vec<_> = catalogue.carried.iter().map(|carried| carried.objective.clone()).collect();
    shared::read_again(&objectives);
    shared::rules(&objectives);
});
