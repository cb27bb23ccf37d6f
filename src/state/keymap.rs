//! Every key there is, in one table. The footer, the help screen and the README are made from it.

use super::action::Action;
use super::key::Key;
use super::place::Screen;

/// Where a binding holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Everywhere,
    On(&'static [Screen]),
}

impl Scope {
    pub fn holds(self, screen: Screen) -> bool {
        match self {
            Self::Everywhere => true,
            Self::On(screens) => screens.contains(&screen),
        }
    }
}

pub struct Binding {
    pub keys: &'static [Key],
    pub action: Action,
    pub scope: Scope,
    /// The word in the key row; empty for keys that everyone tries anyway.
    pub hint: &'static str,
    pub help: &'static str,
}

const fn everywhere(keys: &'static [Key], action: Action, hint: &'static str, help: &'static str) -> Binding {
    Binding { keys, action, scope: Scope::Everywhere, hint, help }
}

const fn on(
    screens: &'static [Screen],
    keys: &'static [Key],
    action: Action,
    hint: &'static str,
    help: &'static str,
) -> Binding {
    Binding { keys, action, scope: Scope::On(screens), hint, help }
}

use Key::{
    BackTab, Backspace, Char, Ctrl, Down, End, Enter, Esc, Home, Left, PageDown, PageUp, Right, Tab, Up,
};
use Screen::{
    Explain, Handoff, Help, Incident, Incidents, OnCall, Overview, Page, Review, Runbooks, Signals, Slo,
    Slos, Sources, Trace, Traces, WhatIf,
};

const LISTS: &[Screen] = &[Overview, Slos, Signals, Traces, Incidents, Runbooks, Sources];
const CHARTS: &[Screen] = &[Overview, Slo, Signals];
const SEARCHED: &[Screen] = &[Overview, Slos, Traces, Incidents, Runbooks, Page, Help];
const LEADS_TO_RUNBOOK: &[Screen] = &[Overview, Slos, Slo, Explain, WhatIf, Incidents, Incident, Signals];
const LEADS_TO_TRACES: &[Screen] = &[Overview, Slos, Slo, Explain, Signals, Incidents, Incident];
/// Where an SLO is selected, and where one is open.
const SLO_SELECTED: &[Screen] = &[Overview, Slos, Incidents, Incident];
const SLO_OPEN: &[Screen] = &[Slo, Explain, WhatIf];

pub const BINDINGS: &[Binding] = &[
    everywhere(&[Char('1')], Action::Go(Overview), "over", "overview: is anything wrong?"),
    everywhere(&[Char('2')], Action::Go(Slos), "slo", "SLOs: how much is left, may we ship?"),
    everywhere(&[Char('3')], Action::Go(Signals), "sig", "golden signals: what changed, when?"),
    everywhere(&[Char('4')], Action::Go(Incidents), "inc", "incidents and alerts"),
    everywhere(&[Char('5')], Action::Go(OnCall), "call", "on call: whom do I call?"),
    everywhere(&[Char('6')], Action::Go(Runbooks), "run", "runbooks: what are the steps?"),
    everywhere(&[Char('7')], Action::Go(Handoff), "hand", "hand-off: what must the next one know?"),
    everywhere(&[Char('8')], Action::Go(Review), "rev", "review: what did the last week cost?"),
    everywhere(&[Char('!')], Action::Worst, "worst", "the worst SLO"),
    on(LISTS, &[Enter], Action::Open, "open", "open the selection"),
    on(&[Page], &[Enter], Action::Open, "follow", "follow the marked link"),
    on(
        &[Overview, Slos],
        &[Char('o')],
        Action::Fold,
        "fold",
        "the objectives of a group; again to fold them",
    ),
    everywhere(&[Esc], Action::Back, "back", "one level back; closes what is open"),
    on(LEADS_TO_RUNBOOK, &[Char('R')], Action::Runbook, "runbook", "the runbook of the selection"),
    on(&[Trace], &[Enter, Char('o')], Action::Fold, "fold", "hide what is under the span; again to show it"),
    on(&[Trace], &[Char(']')], Action::Next, "error", "next span that failed"),
    on(&[Trace], &[Char('[')], Action::Previous, "", "previous span that failed"),
    on(
        &[Traces, Trace],
        &[Char('y')],
        Action::Copy,
        "copy",
        "copy the trace's id, where the terminal lets us",
    ),
    on(SEARCHED, &[Char('/')], Action::Filter, "find", "find or filter; Enter keeps it, Esc clears it"),
    on(CHARTS, &[Char('+'), Char('=')], Action::Wider, "", "charts reach further back"),
    on(CHARTS, &[Char('-')], Action::Narrower, "range", "charts reach less far back"),
    on(&[Overview, Signals], &[Char(']')], Action::Next, "service", "next service"),
    on(&[Overview, Signals], &[Char('[')], Action::Previous, "", "previous service"),
    on(SLO_SELECTED, &[Char('e')], Action::Explain, "why", "why the SLO's figures are what they are"),
    on(
        &[Slo],
        &[Char('?'), Char('e')],
        Action::Explain,
        "why",
        "why the figures are what they are; `?` again for help",
    ),
    on(
        &[Overview, Slos, Slo, Explain, Incidents, Incident],
        &[Char('w')],
        Action::WhatIf,
        "what if",
        "what another target, window or method would mean; writes nothing",
    ),
    on(&[WhatIf], &[Up, Char('k')], Action::Up, "", "the knob above"),
    on(&[WhatIf], &[Down, Char('j')], Action::Down, "knob", "the knob below"),
    on(&[WhatIf], &[Left, Char('h')], Action::Less, "", "turn the knob back: laxer, shorter"),
    on(&[WhatIf], &[Right, Char('l')], Action::More, "turn", "turn the knob: stricter, longer"),
    on(&[WhatIf], &[Char('0'), Backspace], Action::Reset, "reset", "all knobs back to what is configured"),
    on(
        LEADS_TO_TRACES,
        &[Char('t')],
        Action::Traces,
        "trace",
        "traces: slow and failing ones of the service, and those that notes or exemplars name",
    ),
    on(SLO_OPEN, &[Char(']')], Action::Next, "slo", "next SLO"),
    on(SLO_OPEN, &[Char('[')], Action::Previous, "", "previous SLO"),
    on(&[Page], &[Char(']')], Action::Next, "section", "next section"),
    on(&[Page], &[Char('[')], Action::Previous, "", "previous section"),
    on(&[Page], &[Tab], Action::NextPanel, "link", "next link"),
    on(&[Page], &[BackTab], Action::PreviousPanel, "", "previous link"),
    everywhere(&[Tab], Action::NextPanel, "", "next panel"),
    everywhere(&[BackTab], Action::PreviousPanel, "", "previous panel"),
    everywhere(&[Char('z')], Action::Zoom, "zoom", "the panel in focus alone; again to return"),
    everywhere(&[Char('.')], Action::PollNow, "", "ask every backend now"),
    everywhere(&[Char('p')], Action::Freeze, "freeze", "freeze the display; again to go on"),
    everywhere(&[Char('D')], Action::Go(Sources), "", "sources: may I believe this?"),
    everywhere(&[Char('?')], Action::Go(Help), "help", "the keys of this screen, and the words used"),
    everywhere(&[Up, Char('k')], Action::Up, "", "up"),
    everywhere(&[Down, Char('j')], Action::Down, "", "down"),
    everywhere(&[Left, Char('h')], Action::Left, "", "left: previous panel, or shift code back"),
    everywhere(&[Right, Char('l')], Action::Right, "", "right: next panel, or shift code"),
    everywhere(&[Ctrl('u')], Action::HalfUp, "", "half a page up"),
    everywhere(&[Ctrl('d')], Action::HalfDown, "", "half a page down"),
    everywhere(&[PageUp], Action::PageUp, "", "a page up"),
    everywhere(&[PageDown, Char(' ')], Action::PageDown, "", "a page down"),
    everywhere(&[Home, Char('g')], Action::Top, "", "first"),
    everywhere(&[End, Char('G')], Action::Bottom, "", "last"),
    everywhere(&[Ctrl('l')], Action::Repaint, "", "draw the screen anew"),
    everywhere(&[Ctrl('z')], Action::Suspend, "", "to the shell; `fg` comes back"),
    everywhere(&[Char('q'), Ctrl('c')], Action::Quit, "quit", "quit"),
];

/// What `key` means on `screen`: the screen's own binding before the general one.
pub fn action(key: Key, screen: Screen) -> Option<Action> {
    let holding =
        || BINDINGS.iter().filter(|binding| binding.keys.contains(&key) && binding.scope.holds(screen));
    holding()
        .find(|binding| binding.scope != Scope::Everywhere)
        .or_else(|| holding().next())
        .map(|found| found.action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_on_one_screen() {
        for screen in Screen::ALL {
            let mut seen: Vec<(Key, bool)> = Vec::new();
            for binding in BINDINGS.iter().filter(|binding| binding.scope.holds(screen)) {
                for key in binding.keys {
                    let entry = (*key, binding.scope == Scope::Everywhere);
                    assert!(!seen.contains(&entry), "{key} twice on {}", screen.name());
                    seen.push(entry);
                }
            }
        }
    }

    #[test]
    fn no_key_clashes_with_the_prefixes_of_tmux_and_screen() {
        for binding in BINDINGS {
            assert!(!binding.keys.contains(&Ctrl('a')) && !binding.keys.contains(&Ctrl('b')));
        }
    }

    #[test]
    fn a_screens_own_binding_wins() {
        assert_eq!(action(Tab, Screen::Overview), Some(Action::NextPanel));
        assert_eq!(action(Char('/'), Screen::Sources), None);
        assert_eq!(action(Enter, Screen::Page), Some(Action::Open));
    }
}
