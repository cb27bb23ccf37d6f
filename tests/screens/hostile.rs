//! Every size, no data, and texts that mean harm: nothing panics and nothing raw is drawn.

use std::sync::Arc;

use burnwatch::panel::{Pen, panel};
use burnwatch::screen::update;
use burnwatch::state::{Key, Message, Model, PanelId, Screen};
use burnwatch::theme::{DEFAULT, Depth, load};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::sample::{Told, at, now, source};

pub(crate) const OURS: [PanelId; 12] = [
    PanelId::SloSummary,
    PanelId::SloBudget,
    PanelId::SloBurn,
    PanelId::SloAlerts,
    PanelId::SloDefinition,
    PanelId::Explain,
    PanelId::Knobs,
    PanelId::Comparison,
    PanelId::Signals,
    PanelId::Services,
    PanelId::Sources,
    PanelId::Help,
];

const EVIL: &str =
    "\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}evil\u{9b}31m\r\n\tlong-long-long-long-long-long-long-long-name";

/// The model with every outside text replaced by one that means harm.
fn hostile() -> Model {
    let mut told = Told { status: source(Some(EVIL)), ..Told::default() };
    told.status.warnings = vec![EVIL.to_owned(); 3];
    EVIL.clone_into(&mut told.status.address);
    told.status.loading = Some(f64::NAN);
    for (objective, _) in &mut told.objectives {
        objective.description = Some(EVIL.to_owned());
        objective.runbook = Some(EVIL.to_owned());
        EVIL.clone_into(&mut objective.policy.name);
        EVIL.clone_into(&mut objective.alerts);
        for step in &mut objective.policy.steps {
            EVIL.clone_into(&mut step.word);
            step.actions = vec![EVIL.to_owned()];
        }
    }
    for service in &mut told.services {
        service.service = format!("{EVIL}{}", service.service);
        for figure in &mut service.figures {
            EVIL.clone_into(&mut figure.name);
            figure.trouble = Some(EVIL.to_owned());
            figure.series.values[350] = Some(f64::INFINITY);
            figure.series.values[351] = Some(f64::NAN);
        }
    }
    told.model((80, 24))
}

/// With both sides of what-if worked out, and the target turned once.
fn trial(mut model: Model) -> Model {
    update(&mut model, Message::Key(Key::Right));
    assert!(model.trial.is_some());
    model
}

fn models() -> Vec<Model> {
    let empty = Model::new(Arc::default(), now(), (80, 24));
    let full = Told::default().model((200, 60));
    let ids = ["checkout/availability", "checkout/strict", "batch/jobs", "nobody/knows"];
    let mut models: Vec<_> = ids.iter().map(|id| at(full.clone(), Screen::Slo, id)).collect();
    models.extend([
        trial(at(full.clone(), Screen::WhatIf, "checkout/strict")),
        trial(at(full, Screen::WhatIf, "batch/jobs")),
        trial(at(hostile(), Screen::WhatIf, "checkout/strict")),
        at(hostile(), Screen::Slo, "checkout/strict"),
        at(hostile(), Screen::Overview, ""),
        empty,
    ]);
    models
}

#[test]
fn no_size_panics_and_nothing_raw_is_drawn() {
    let sizes = [
        (1, 1),
        (2, 1),
        (1, 40),
        (3, 2),
        (9, 5),
        (20, 3),
        (40, 10),
        (69, 15),
        (80, 24),
        (121, 17),
        (240, 70),
    ];
    let theme = load(DEFAULT, |_| None, Depth::True).unwrap();
    for model in models() {
        for id in OURS {
            for (width, height) in sizes {
                for ascii in [false, true] {
                    let theme = theme.clone().with_ascii(ascii);
                    let area = Rect::new(0, 0, width, height);
                    let mut buf = Buffer::empty(area);
                    panel(id).unwrap().draw(&mut Pen {
                        buf: &mut buf,
                        area,
                        model: &model,
                        theme: &theme,
                        focused: true,
                    });
                    for cell in &buf.content {
                        let hides = |c| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
                        let safe = |c: char| !c.is_control() && !hides(c);
                        assert!(
                            cell.symbol().chars().all(safe),
                            "{id:?} {width}x{height}: {:?}",
                            cell.symbol()
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn a_panel_stays_inside_its_area() {
    let theme = load(DEFAULT, |_| None, Depth::True).unwrap();
    for model in models() {
        for id in OURS {
            for (width, height) in [(0, 0), (0, 5), (5, 0), (1, 1), (7, 3), (33, 9), (75, 16)] {
                let mut buf = Buffer::empty(Rect::new(0, 0, 80, 20));
                let area = Rect::new(3, 2, width, height);
                panel(id).unwrap().draw(&mut Pen {
                    buf: &mut buf,
                    area,
                    model: &model,
                    theme: &theme,
                    focused: false,
                });
                for y in 0..20 {
                    for x in (0..80).filter(|x| !area.contains((*x, y).into())) {
                        assert_eq!(buf[(x, y)].symbol(), " ", "{id:?} {width}x{height} drew at {x},{y}");
                    }
                }
            }
        }
    }
}
