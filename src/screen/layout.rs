//! Terminal size and screen in, areas out; a pure function, so that every size can be tested.
//!
//! ```text
//! ┌ status row ───────────────────────────────┐
//! │ panels of the screen, in one column, or   │
//! │ in two from 160 columns on                │
//! ├ notice row (gives way first) ─────────────┤
//! └ key row ──────────────────────────────────┘
//! ```

use ratatui::layout::Rect;

use crate::panel::{Height, panel};
use crate::state::{Model, PanelId, Screen};

/// Where everything stands. Areas that did not fit are empty or absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Areas {
    pub status: Rect,
    pub panels: Vec<(PanelId, Rect)>,
    pub notice: Rect,
    pub keys: Rect,
}

/// A panel's place in a column and its rank; lower ranks are given up first.
type Slot = (PanelId, u8);

/// From this width on, screens may use two columns.
const WIDE: u16 = 160;
const RUNBOOKS_SIDE_BY_SIDE: u16 = 110;
/// From this height on, panels have air between them.
const AIRY: u16 = 30;

/// The columns of a screen, each from the top.
fn columns(screen: Screen, width: u16) -> (&'static [Slot], &'static [Slot]) {
    use PanelId::{
        Comparison, Explain, Handoff, Help, Incidents, Knobs, Objectives, OnCallNow, Overrides, Review, Rota,
        RunbookList, RunbookPage, RunbookPreview, Services, Signals, SloAlerts, SloBudget, SloBurn,
        SloDefinition, SloSummary, Sources, Span, Timeline, TraceList, Waterfall,
    };
    let wide = width >= WIDE;
    match screen {
        Screen::Overview if wide => (
            &[(Objectives, 9), (Signals, 7), (Services, 3)],
            &[(Incidents, 8), (Timeline, 5), (OnCallNow, 6), (RunbookPreview, 2)],
        ),
        Screen::Overview => (&[(Objectives, 9), (Signals, 7), (Incidents, 8), (OnCallNow, 6)], &[]),
        Screen::Slos => (&[(Objectives, 9), (SloBudget, 5)], &[]),
        Screen::Slo if wide => {
            (&[(SloSummary, 9), (SloBudget, 8), (SloBurn, 7)], &[(SloAlerts, 6), (SloDefinition, 5)])
        }
        Screen::Slo => {
            (&[(SloSummary, 9), (SloBudget, 7), (SloBurn, 8), (SloAlerts, 6), (SloDefinition, 5)], &[])
        }
        Screen::Explain => (&[(Explain, 9)], &[]),
        Screen::WhatIf => (&[(Knobs, 9), (Comparison, 8), (SloBudget, 5)], &[]),
        Screen::Signals if wide => (&[(Signals, 9)], &[(Services, 8)]),
        Screen::Signals => (&[(Services, 8), (Signals, 9)], &[]),
        Screen::Traces => (&[(TraceList, 9)], &[]),
        Screen::Trace => (&[(Waterfall, 9), (Span, 5)], &[]),
        Screen::Incidents => (&[(Incidents, 9), (Timeline, 5)], &[]),
        Screen::Incident => (&[(Timeline, 9)], &[]),
        Screen::OnCall => (&[(OnCallNow, 9), (Rota, 8), (Overrides, 7)], &[]),
        Screen::Runbooks if width >= RUNBOOKS_SIDE_BY_SIDE => (&[(RunbookList, 9)], &[(RunbookPreview, 8)]),
        Screen::Runbooks => (&[(RunbookList, 9), (RunbookPreview, 5)], &[]),
        Screen::Page => (&[(RunbookPage, 9)], &[]),
        Screen::Handoff => (&[(Handoff, 9)], &[]),
        Screen::Review => (&[(Review, 9)], &[]),
        Screen::Sources => (&[(Sources, 9)], &[]),
        Screen::Help => (&[(Help, 9)], &[]),
    }
}

/// Every panel of the screen, in the order in which `Tab` visits them.
pub fn panels(screen: Screen, width: u16) -> Vec<PanelId> {
    let (left, right) = columns(screen, width);
    left.iter().chain(right).map(|slot| slot.0).collect()
}

pub fn areas(area: Rect, model: &Model) -> Areas {
    let row = |y: u16, there: bool| Rect { x: area.x, y, width: area.width, height: u16::from(there) };
    let height = area.height;
    let keys = height >= 3;
    let notice = height >= 8 && !model.notices.is_empty();
    let bottom = area.bottom();
    let air = u16::from(height >= AIRY);
    // A notice is air enough.
    let body_end = bottom - u16::from(keys) - u16::from(notice).max(air);
    let top = (area.y + 1 + air).min(body_end);
    let body = Rect { x: area.x, y: top, width: area.width, height: body_end.saturating_sub(top) };
    Areas {
        status: row(area.y, height >= 1),
        panels: body_panels(body, model, air),
        notice: row(bottom.saturating_sub(2), notice),
        keys: row(bottom.saturating_sub(1), keys),
    }
}

fn body_panels(body: Rect, model: &Model, air: u16) -> Vec<(PanelId, Rect)> {
    if body.is_empty() {
        return Vec::new();
    }
    if let Some(zoomed) = model.view.zoomed {
        return vec![(zoomed, body)];
    }
    let (left, right) = columns(model.view.screen, body.width);
    if right.is_empty() {
        return stack(body, left, model, air);
    }
    let (left_area, right_area) = split(body, model.view.screen);
    let mut placed = stack(left_area, left, model, air);
    placed.extend(stack(right_area, right, model, air));
    placed
}

fn split(body: Rect, screen: Screen) -> (Rect, Rect) {
    let share = match screen {
        Screen::Runbooks => body.width * 2 / 5,
        Screen::Signals => body.width * 2 / 3,
        _ => body.width * 3 / 5,
    };
    let left = Rect { width: share.saturating_sub(1), ..body };
    let right = Rect { x: body.x + share, width: body.width - share, ..body };
    (left, right)
}

/// Stacks panels from the top: first everyone's minimum in order of rank, then what is ideal, then the rest.
fn stack(area: Rect, slots: &[Slot], model: &Model, air: u16) -> Vec<(PanelId, Rect)> {
    let wants: Vec<(Slot, Height)> =
        slots.iter().filter_map(|slot| Some((*slot, panel(slot.0)?.height(model, area.width)))).collect();
    let mut ranked: Vec<usize> = (0..wants.len()).filter(|i| wants[*i].1.most > 0).collect();
    ranked.sort_by_key(|i| std::cmp::Reverse(wants[*i].0.1));
    let mut heights = vec![0_u16; wants.len()];
    let mut left = area.height;
    for i in &ranked {
        let gap = if left < area.height { air } else { 0 };
        let min = wants[*i].1.min.min(area.height);
        if min + gap <= left && min > 0 {
            heights[*i] = min;
            left -= min + gap;
        }
    }
    for bound in [|height: &Height| height.ideal, |height: &Height| height.most] {
        for i in &ranked {
            if heights[*i] > 0 {
                let more = bound(&wants[*i].1).saturating_sub(heights[*i]).min(left);
                heights[*i] += more;
                left -= more;
            }
        }
    }
    place(area, &wants, &heights, air)
}

fn place(area: Rect, wants: &[(Slot, Height)], heights: &[u16], air: u16) -> Vec<(PanelId, Rect)> {
    let mut y = area.y;
    let mut placed = Vec::new();
    for ((slot, _), height) in wants.iter().zip(heights) {
        if *height > 0 {
            placed.push((slot.0, Rect { y, height: *height, ..area }));
            y += height + air;
        }
    }
    placed
}
