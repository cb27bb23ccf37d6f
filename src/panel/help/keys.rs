//! The keys, from the table that also decides what they do.

use super::{Chapter, Entry};
use crate::state::Screen;
use crate::state::keymap::{BINDINGS, Binding, Scope};

/// Columns of the keys.
const KEYS: usize = 15;

/// The keys that `screen` has of its own, then those that hold everywhere.
pub(super) fn chapters(screen: Screen) -> Vec<Chapter> {
    let of = |own: bool| -> Vec<Entry> {
        BINDINGS
            .iter()
            .filter(|binding| binding.scope.holds(screen) && (binding.scope != Scope::Everywhere) == own)
            .filter(|binding| own || !taken(binding, screen))
            .map(entry)
            .collect()
    };
    vec![(format!("keys of {}", screen.name()), of(true)), ("keys everywhere".to_owned(), of(false))]
}

/// Whether the screen's own bindings leave nothing of a general one.
fn taken(general: &Binding, screen: Screen) -> bool {
    general.keys.iter().all(|key| {
        let own = |binding: &&Binding| {
            binding.scope != Scope::Everywhere && binding.scope.holds(screen) && binding.keys.contains(key)
        };
        BINDINGS.iter().any(|binding| own(&binding))
    })
}

fn entry(binding: &Binding) -> Entry {
    let keys: Vec<_> = binding.keys.iter().map(ToString::to_string).collect();
    Entry::new(keys.join(" "), KEYS, binding.help)
}
