//! The words used, what nines mean in minutes, and the policy ladders.

use super::{Chapter, Entry};
use crate::domain::slo::policy::{Policy, Step, preset_names};
use crate::panel::data_state;
use crate::panel::prose::{glued, piece};
use crate::panel::slo_definition::bound;
use crate::theme::Role;
use crate::widget::decimal;

/// Columns of the words.
const WORD: usize = 15;

const GLOSSARY: [(&str, &str); 8] = [
    ("SLI", "indicator: the share of events that were good"),
    ("SLO", "objective: how large that share has to be over a window, such as 99.9 % over 30 days"),
    ("SLA", "agreement: what customers were promised; looser than the SLO, and breaking it costs money"),
    (
        "error budget",
        "what the objective leaves to go wrong: (1 − target) × all events; below 0 % it is overspent",
    ),
    ("burn rate", "how many times faster than even the budget is being spent: 1× lasts exactly one window"),
    (
        "tier",
        "a factor and two windows: fires while the burn in both is above the factor, pages or opens a ticket",
    ),
    ("policy", "what the remaining budget permits: ship, take care, or freeze"),
    ("refill", "in a rolling window old errors leave at its far end, and their budget comes back"),
];

pub(super) fn chapters() -> Vec<Chapter> {
    let glossary = GLOSSARY.iter().map(|(word, text)| Entry::new(*word, WORD, *text)).collect();
    vec![
        ("words".to_owned(), glossary),
        ("data states".to_owned(), data_states()),
        ("nines: complete outage that a target leaves".to_owned(), nines()),
        ("policy ladders: remaining budget".to_owned(), ladders()),
    ]
}

fn data_states() -> Vec<Entry> {
    let entry = |words: data_state::Words| Entry {
        role: words.role,
        ..Entry::new(format!("{} {}", words.symbol, words.word), WORD, words.meaning)
    };
    data_state::all().into_iter().map(entry).collect()
}

/// Targets and the share that they leave.
const NINES: [(&str, f64); 7] = [
    ("99 %", 0.01),
    ("99.5 %", 0.005),
    ("99.9 %", 0.001),
    ("99.95 %", 0.000_5),
    ("99.99 %", 0.000_1),
    ("99.995 %", 0.000_05),
    ("99.999 %", 0.000_01),
];

fn nines() -> Vec<Entry> {
    let minutes = |days: f64| decimal(&NINES.map(|nine| figure(nine.1 * days * 1440.0)));
    let (month, quarter) = (minutes(30.0), minutes(90.0));
    let row = |(place, nine): (usize, &(&str, f64))| {
        let text = format!("{} min in 30 days  {} in 90 days", month[place], quarter[place]);
        Entry::new(nine.0, WORD, glued(&text))
    };
    NINES.iter().enumerate().map(row).collect()
}

fn figure(minutes: f64) -> String {
    if minutes >= 9.95 { format!("{minutes:.1}") } else { format!("{minutes:.2}") }
}

fn ladders() -> Vec<Entry> {
    let ladder = |policy: Policy| {
        let mut entry = Entry::new(policy.name.as_str(), WORD, "");
        entry.pieces = policy.steps.iter().enumerate().flat_map(|(place, step)| rung(place, step)).collect();
        entry
    };
    preset_names().filter_map(Policy::preset).map(ladder).collect()
}

fn rung(place: usize, step: &Step) -> [crate::panel::prose::Piece; 2] {
    let gap = if place > 0 { " · " } else { "" };
    let limit = if step.below.is_some() { format!(" {}", bound(step)) } else { String::new() };
    [piece(Role::Muted, gap), piece(Role::Text, glued(&format!("{}{limit}", step.word)))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nines_in_minutes_with_their_points_in_one_column() {
        let lines: Vec<_> = nines().iter().map(|entry| entry.pieces[0].1.replace('\u{a0}', " ")).collect();
        assert_eq!(lines[2], " 43.2  min in 30 days   129.6  in 90 days");
        assert_eq!(lines[6], "  0.43 min in 30 days     1.30 in 90 days");
    }
}
