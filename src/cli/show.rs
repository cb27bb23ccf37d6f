//! `show`: one frame, without a terminal.

use std::sync::Arc;
use std::time::Duration;

use ratatui::style::Color;

use super::args::{Common, Format, ShowArgs};
use super::exit::Failure;
use super::gather::gather;
use super::library;
use super::looks::{Medium, theme};
use super::open;
use super::output::print;
use super::what_if;
use crate::domain::incident::Incident;
use crate::domain::trace::TraceId;
use crate::runtime::inquiry::Witnesses;
use crate::screen::{draw, list_traces, open, update};
use crate::state::{Cursor, Key, Message, Model, PanelId, Screen};
use crate::theme::{Role, Theme};
use crate::widget::{Svg, to_ansi, to_svg, to_text};

pub(super) async fn run(common: &Common, args: &ShowArgs) -> Result<u8, Failure> {
    let screen = Screen::named(&args.screen).ok_or_else(|| unknown_screen(&args.screen))?;
    let session = open::session(common, false)?;
    let medium = if args.format == Format::Svg { Medium::Picture } else { Medium::Text };
    let themes = session.folders.themes();
    let theme = theme(common, session.config.theme.as_deref(), themes.as_deref(), medium)?;
    let timeout = common.timeout.unwrap_or(Duration::from_secs(5));
    let (log, log_problems) = library::log(&session);
    let desks = session.desks(common.timeout)?;
    let witnesses = session.witnesses(&desks, common.timeout)?;
    let snapshot = gather(&session, desks, &log, timeout, true).await;
    let mut model = Model::new(Arc::new(session.setup_with(&witnesses)), session.now, args.size);
    for (index, report) in snapshot.reports() {
        update(&mut model, Message::Report(index, Arc::clone(report)));
    }
    let (runbooks, runbook_problems) = library::runbooks(&session);
    update(&mut model, Message::Journal(log, log_problems));
    update(&mut model, Message::Library(Arc::new(runbooks), runbook_problems));
    select(&mut model, screen, args.select.as_deref())?;
    if let Some(slo) = model.open_slo().cloned() {
        model.view.change = what_if::change(&slo.objective, &args.what_if)?;
    }
    let now = model.now;
    update_all(&mut model, &witnesses, Message::Tick(now)).await;
    if screen == Screen::Trace && args.select.is_none() {
        update_all(&mut model, &witnesses, Message::Key(Key::Enter)).await;
    }
    print(&export(&model, &theme, args))?;
    Ok(0)
}

/// Takes a message in, and waits for the answers to what is asked then.
async fn update_all(model: &mut Model, witnesses: &Witnesses, message: Message) {
    let mut effects = update(model, message);
    while let Some(effect) = effects.pop() {
        if let Some(message) = witnesses.answer(&effect).await {
            effects.extend(update(model, message));
        }
    }
}

fn unknown_screen(name: &str) -> Failure {
    let known: Vec<_> = Screen::ALL.iter().map(|screen| screen.name()).collect();
    let near = known.iter().max_by(|a, b| {
        let like = |known: &str| strsim::jaro_winkler(known, name);
        like(a).total_cmp(&like(b))
    });
    let near = near.map_or(String::new(), |near| format!(", perhaps `{near}`?"));
    Failure::configuration(format!("error: there is no screen `{name}`{near} Screens: {}", known.join(", ")))
}

fn select(model: &mut Model, screen: Screen, id: Option<&str>) -> Result<(), Failure> {
    open(model, screen);
    let missing = |what: &str, id: &str| Failure::configuration(format!("error: there is no {what} `{id}`"));
    let worst = model.snapshot().worst_first().first().map(|slo| slo.id().to_owned());
    match screen {
        Screen::Slo | Screen::Explain | Screen::WhatIf => {
            let found = match id {
                Some(id) => {
                    let worst_first = model.snapshot().worst_first();
                    let found = worst_first
                        .iter()
                        .find(|slo| slo.objective.is_named(id))
                        .map(|slo| slo.id().to_owned());
                    Some(found.ok_or_else(|| missing("SLO", id))?)
                }
                None => worst,
            };
            model.view.slo = found;
        }
        Screen::Incident | Screen::Incidents => {
            let number =
                id.map(|id| Incident::number_in(id).ok_or_else(|| missing("incident", id))).transpose()?;
            model.view.incident = number;
        }
        Screen::Traces | Screen::Trace => return select_trace(model, screen, id),
        Screen::Page => {
            let found = match id {
                Some(id) => Some(model.runbooks.find_anywhere(id).ok_or_else(|| missing("runbook", id))?),
                None => (!model.runbooks.pages.is_empty()).then_some(0),
            };
            if let Some(entry) = found.and_then(|found| model.runbooks.pages.get(found)) {
                let (root, path) = (entry.root.clone(), entry.page.path.clone());
                model.view.page = Some(crate::state::OpenPage { root, path, ..Default::default() });
            }
        }
        _ => {
            if let Some(id) = id {
                let cursor = Cursor { id: Some(id.to_owned()), index: 0 };
                let parent = model.snapshot().slo(id).and_then(|slo| slo.objective.child_of());
                let parent = parent.map(|group| group.parent.clone());
                model.view.unfolded.extend(parent);
                model.view.service = model.snapshot().service(id).map(|service| service.service.clone());
                for panel in [PanelId::Objectives, PanelId::Services, PanelId::RunbookList, PanelId::Sources]
                {
                    model.view.cursors.insert(panel, cursor.clone());
                }
            }
        }
    }
    Ok(())
}

/// A service's list of traces, or the trace itself; without an id the first of the list, once that is there.
fn select_trace(model: &mut Model, screen: Screen, id: Option<&str>) -> Result<(), Failure> {
    if let Some(id) = id.filter(|_| screen == Screen::Trace) {
        let missing =
            || Failure::configuration(format!("error: `{}` is no trace id", crate::text::clean(id)));
        let now = model.now;
        model.traces.open(TraceId::parse(id).ok_or_else(missing)?, now);
        return Ok(());
    }
    model.view.service = id.map(str::to_owned);
    open(model, Screen::Signals);
    list_traces(model);
    Ok(())
}

fn export(model: &Model, theme: &Theme, args: &ShowArgs) -> String {
    let frame = draw(model, theme);
    match args.format {
        Format::Text => to_text(&frame).trim_end_matches('\n').to_owned() + "\n",
        Format::Ansi => to_ansi(&frame).trim_end_matches('\n').to_owned() + "\n",
        Format::Svg => {
            let or = |color: Color, fallback: Color| if color == Color::Reset { fallback } else { color };
            let background = or(theme.color(Role::Background), Color::Rgb(0x1a, 0x1b, 0x20));
            let foreground = or(theme.color(Role::Text), Color::Rgb(0xc8, 0xcc, 0xd4));
            let title = format!("burnwatch: {}", args.screen);
            to_svg(&frame, &Svg { background, foreground, title: &title })
        }
    }
}
