//! Accidents on demand, so that tests can see what a panic leaves behind.

/// Panics when `BURNWATCH_PANIC` names this place (`loop` or `task`); builds for use never do.
#[cfg(debug_assertions)]
pub(super) fn on_demand(place: &str) {
    let asked = std::env::var("BURNWATCH_PANIC").is_ok_and(|wanted| wanted == place);
    assert!(!asked, "as BURNWATCH_PANIC={place} asked");
}

#[cfg(not(debug_assertions))]
pub(super) fn on_demand(_place: &str) {}
