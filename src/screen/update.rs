//! What happens: the only place where the model changes. No clock, no IO; what must be done is returned.

use std::sync::Arc;

use super::steps::steps;
use super::{navigate, traces};
use crate::domain::journal::State;
use crate::domain::slo::objective::Objective;
use crate::domain::snapshot::{Snapshot, SourceReport};
use crate::panel::runbook_page;
use crate::state::keymap;
use crate::state::{Action, Effect, Key, Message, Model, Prompt, Screen, Setup, Trial};

pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    let mut effects = take(model, message);
    try_out(model);
    effects.extend(traces::questions(model));
    effects
}

fn take(model: &mut Model, message: Message) -> Vec<Effect> {
    match message {
        Message::Key(key) => return on_key(model, key),
        Message::Paste(text) => on_paste(model, &text),
        Message::Resize(width, height) => model.size = (width, height),
        Message::Tick(now) => model.now = now,
        Message::Report(index, report) => {
            on_report(model, index, report);
            return steps(model);
        }
        Message::Unwritten(why) => model.notice("log writing", why),
        Message::Unlogged(why) => model.notice("log", why),
        Message::Journal(state, problems) => {
            model.notice("log", problems.join("; "));
            return on_journal(model, state);
        }
        Message::Library(library, problems) => {
            model.runbooks = library;
            model.notice("runbooks", problems.join("; "));
        }
        Message::Objectives(objectives, trouble) => {
            model.notice("catalogue", trouble);
            return on_objectives(model, objectives);
        }
        Message::Trace(number, answer) => traces::on_trace(model, number, answer),
        Message::Traces(number, answer) => traces::on_list(model, number, answer),
        Message::Exemplars(number, answer) => traces::on_exemplars(model, number, answer),
        Message::Resumed => return vec![Effect::Repaint],
        Message::Terminate => return vec![Effect::Quit],
    }
    Vec::new()
}

fn on_objectives(model: &mut Model, objectives: Arc<[Arc<Objective>]>) -> Vec<Effect> {
    if model.setup.objectives == *objectives {
        return Vec::new();
    }
    model.setup = Arc::new(Setup { objectives: objectives.to_vec(), ..Setup::clone(&model.setup) });
    model.live = Arc::new(Snapshot::clone(&model.live).composing(&objectives));
    vec![Effect::Watch(objectives)]
}

fn on_journal(model: &mut Model, state: Arc<State>) -> Vec<Effect> {
    model.log_read = true;
    if state.maintenance == model.log.maintenance {
        model.log = state;
        return steps(model);
    }
    model.read_log(state);
    model.corrected = Some(model.now);
    vec![Effect::Correct(model.log.corrections().into())]
}

/// Keeps both sides of what-if up to date while they are shown.
fn try_out(model: &mut Model) {
    let open = model.open_slo().filter(|_| model.view.screen == Screen::WhatIf).cloned();
    let change = model.view.change;
    match open {
        None => model.trial = None,
        Some(slo) if model.trial.as_ref().is_some_and(|trial| trial.answers(&slo, &change)) => {}
        Some(slo) => model.trial = Some(Arc::new(Trial::new(&slo, change))),
    }
}

fn on_report(model: &mut Model, index: usize, report: Arc<SourceReport>) {
    let source = &report.status;
    let trouble = source.feed.trouble.as_ref().map(|trouble| match source.feed.last_success {
        Some(_) => format!("{}: {}", source.name, trouble.text),
        None => format!("{}: {} (no answer so far)", source.name, trouble.text),
    });
    let waiting = source.waiting_since.map(|_| format!("{}: waiting for an answer", source.name));
    let spoken =
        (!source.warnings.is_empty()).then(|| format!("{}: {}", source.name, source.warnings.join("; ")));
    let text = trouble.or(waiting).or(spoken).unwrap_or_default();
    model.notice(&format!("source {}", source.name), text);
    model.live = Arc::new(model.live.with(index, report));
}

fn on_key(model: &mut Model, key: Key) -> Vec<Effect> {
    if key == Key::Ctrl('c') {
        return vec![Effect::Quit];
    }
    if model.view.prompt.is_some() {
        on_typing(model, key);
        return Vec::new();
    }
    match keymap::action(key, model.view.screen) {
        Some(action) => perform(model, action),
        None => Vec::new(),
    }
}

fn on_typing(model: &mut Model, key: Key) {
    let mut text = model.view.filter().to_owned();
    match key {
        Key::Char(letter) => text.push(letter),
        Key::Backspace => {
            text.pop();
        }
        Key::Ctrl('u') => text.clear(),
        Key::Ctrl('w') => text.truncate(text.trim_end().rfind(' ').map_or(0, |at| at + 1)),
        Key::Esc => {
            let Some(Prompt::Filter { .. }) = model.view.prompt.take() else { return };
            text.clear();
        }
        Key::Enter => model.view.prompt = None,
        Key::Up | Key::Down => {
            let action = if key == Key::Up { Action::Up } else { Action::Down };
            return navigate::movement(model, action);
        }
        _ => return,
    }
    model.view.set_filter(text);
    if model.view.screen == Screen::Page {
        runbook_page::seek(model);
    }
}

fn on_paste(model: &mut Model, text: &str) {
    if model.view.prompt.is_some() {
        let line = text.lines().next().unwrap_or_default();
        let kept: String = line.chars().filter(|letter| !letter.is_control()).take(200).collect();
        model.view.set_filter(format!("{}{kept}", model.view.filter()));
    }
}

fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Quit => return vec![Effect::Quit],
        Action::Suspend => return vec![Effect::Suspend],
        Action::Repaint => return vec![Effect::Repaint],
        Action::PollNow => {
            traces::again(model);
            return vec![Effect::PollNow];
        }
        Action::Copy => return traces::copy(model),
        Action::Freeze => freeze(model),
        Action::Filter => {
            let before = model.view.filter().to_owned();
            model.view.prompt = Some(Prompt::Filter { before });
        }
        _ => navigate::perform(model, action),
    }
    Vec::new()
}

/// Freezing is not swapping the picture; data goes on coming in behind it.
fn freeze(model: &mut Model) {
    model.frozen = match model.frozen.take() {
        Some(_) => None,
        None => Some((Arc::clone(&model.live), model.now)),
    };
}
