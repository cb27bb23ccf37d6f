//! The knobs of what-if: target, window and method, each on its scale.

use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::{Height, Panel, Pen, subject};
use crate::domain::slo::status::SloStatus;
use crate::domain::slo::whatif::{Dial, Knob};
use crate::state::{Model, PanelId};
use crate::theme::Role;
use crate::widget::text::{put, width};
use crate::widget::{Align, fit};

pub(super) struct Knobs;

const LABEL: usize = 10;
const GAP: &str = "  ";

impl Panel for Knobs {
    fn id(&self) -> PanelId {
        PanelId::Knobs
    }

    fn title(&self) -> &'static str {
        "what if"
    }

    fn height(&self, _model: &Model, _columns: u16) -> Height {
        Height::fixed(Knob::ALL.len() as u16 + 1)
    }

    fn rows(&self, _model: &Model) -> Vec<String> {
        Knob::ALL.map(|knob| knob.word().to_owned()).to_vec()
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let Some(slo) = subject::slo(pen.model).cloned() else { return super::slo_summary::draw_none(pen) };
        pen.section(&format!("what if {}", slo.id()), Line::from("writes nothing"));
        let here = chosen(pen.model);
        for knob in Knob::ALL {
            draw_knob(pen, &slo, knob, knob == here);
        }
    }
}

/// The knob that is turned.
fn chosen(model: &Model) -> Knob {
    let cursor = model.view.cursor(PanelId::Knobs);
    cursor.id.and_then(|id| Knob::named(&id)).unwrap_or(Knob::Target)
}

/// Turns the chosen knob by one step.
pub fn turn(model: &mut Model, more: bool) {
    if let Some(slo) = subject::slo(model) {
        model.view.change = chosen(model).turned(slo, &model.view.change, more);
    }
}

fn draw_knob(pen: &mut Pen<'_>, slo: &SloStatus, knob: Knob, chosen: bool) {
    if pen.area.is_empty() {
        return;
    }
    let dial = knob.dial(slo, &pen.model.view.change);
    if chosen {
        let row = ratatui::layout::Rect { height: 1, ..pen.area };
        pen.buf.set_style(row, pen.style(Role::Selection));
        let bar = if pen.theme.ascii() { ">" } else { "▌" };
        put(pen.buf, (row.x, row.y), bar, 1, pen.style(Role::Accent).patch(pen.style(Role::Selection)));
    }
    let role = if chosen { Role::Bright } else { Role::Muted };
    let mut spans = vec![pen.span(role, fit(knob.word(), LABEL, Align::Left))];
    spans.extend(scale(pen, &dial, knob.stuck(&slo.objective)));
    let line = Line::from(spans);
    pen.line(&line);
}

/// As many steps as fit around the one that is set, then what is configured.
fn scale(pen: &Pen<'_>, dial: &Dial, stuck: Option<&str>) -> Vec<Span<'static>> {
    let words: Vec<&str> = dial.steps.iter().map(|step| step.trim_start_matches("calendar ")).collect();
    let configured = if let Some(why) = stuck {
        format!("  {why}")
    } else if dial.at == dial.own {
        "  as configured".to_owned()
    } else {
        format!("  configured {}", words.get(dial.own).unwrap_or(&"?"))
    };
    let room = usize::from(pen.area.width.saturating_sub(2)).saturating_sub(LABEL);
    let all: usize = words.iter().map(|word| width(word) + GAP.len()).sum();
    let beside = if room >= all + width(&configured) { width(&configured) } else { 0 };
    let (from, to) = around(&words, dial.at, room - beside.min(room));
    let mut spans = Vec::new();
    for (place, word) in words.iter().enumerate().take(to).skip(from) {
        if place == dial.at {
            let style = pen.style(Role::Accent).add_modifier(Modifier::BOLD);
            spans.push(Span::styled(format!("‹{word}›"), style));
        } else {
            let role = if place == dial.own { Role::Text } else { Role::Muted };
            spans.push(pen.span(role, format!(" {word} ")));
        }
    }
    if beside > 0 {
        spans.push(pen.span(Role::Muted, configured));
    }
    spans
}

/// The steps that fit in `room` with the one at `at` among them.
fn around(words: &[&str], at: usize, room: usize) -> (usize, usize) {
    let wide = |from: usize, to: usize| -> usize {
        words[from..to].iter().map(|word| width(word) + GAP.len()).sum()
    };
    let (mut from, mut to) = (at.min(words.len()), (at + 1).min(words.len()));
    loop {
        let before = (from, to);
        if to < words.len() && wide(from, to + 1) <= room {
            to += 1;
        }
        if from > 0 && wide(from - 1, to) <= room {
            from -= 1;
        }
        if before == (from, to) {
            return before;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_that_is_too_long_stands_around_its_mark() {
        let words = ["90%", "95%", "98%", "99%", "99.5%"];
        assert_eq!(around(&words, 2, 40), (0, 5));
        assert_eq!(around(&words, 4, 14), (3, 5));
        assert_eq!(around(&words, 2, 15), (1, 4));
        assert_eq!(around(&words, 2, 1), (2, 3));
        assert_eq!(around(&[], 0, 9), (0, 0));
    }
}
