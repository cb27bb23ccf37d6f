//! The configuration, and colour themes, which are TOML too.
#![no_main]

mod shared;

use burnwatch::config::{Document, load};
use burnwatch::theme::{self, Depth};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(text) = text.strip_prefix("#theme") {
        if let Err(error) = theme::load("own", |name| (name == "own").then(|| Ok(text.to_owned())), Depth::True) {
            let said = error.to_string();
            assert!(!said.chars().any(|c| c.is_control() && c != '\n'), "{said:?}");
        }
        return;
    }
    let document = Document::new(Some("/etc/burnwatch.toml".into()), text);
    match load(&document, None) {
        Err(found) => shared::clean_findings(&found, document.text()),
        Ok(loaded) => {
            shared::clean_findings(&loaded.warnings, document.text());
            let objectives: Vec<_> = loaded.config.objectives.iter().map(|slo| (**slo).clone()).collect();
            shared::read_again(&objectives);
            shared::rules(&objectives);
        }
    }
});
