//! One file a panel: its rows, its reaction, its drawing. Panels read the model and never change it
//! while drawing.

mod calendar;
mod comparison;
mod data_state;
mod duty;
mod explain;
pub mod folding;
mod handoff;
mod help;
pub mod incidents;
pub mod knobs;
mod listed;
mod objectives;
mod oncall_now;
mod overrides;
#[cfg(test)]
pub(crate) mod people_scene;
mod prose;
mod review;
mod rota;
mod runbook_list;
pub mod runbook_page;
mod runbook_preview;
pub mod runbooks;
pub mod scroll;
mod services;
mod signals;
mod slo_alerts;
mod slo_budget;
mod slo_burn;
mod slo_definition;
mod slo_summary;
mod source_rows;
mod sources;
pub mod subject;
mod timeline;
mod trace_backends;
pub mod trace_list;
mod waterfall;
mod when;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::state::{Action, Model, PanelId};
use crate::theme::{Role, Theme};
use crate::widget::table::{Cell, scroll};
use crate::widget::{Column, Section, Table};

/// Rows a panel can use, its header included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Height {
    /// Below this it is left out.
    pub min: u16,
    /// With this it says everything.
    pub ideal: u16,
    /// More than this is of no use.
    pub most: u16,
}

impl Height {
    pub const fn fixed(rows: u16) -> Self {
        Self { min: rows, ideal: rows, most: rows }
    }
}

pub trait Panel: Sync {
    fn id(&self) -> PanelId;

    /// One word or two, for the header and the help.
    fn title(&self) -> &'static str;

    fn height(&self, model: &Model, width: u16) -> Height;

    /// Ids of the rows that can be selected, in the order shown; none for panels that only show.
    fn rows(&self, _model: &Model) -> Vec<String> {
        Vec::new()
    }

    /// What the panel does with an action while it has the focus; `false` leaves it to the screen.
    fn react(&self, _model: &mut Model, _action: Action) -> bool {
        false
    }

    fn draw(&self, pen: &mut Pen<'_>);
}

/// The one list of panels.
pub const PANELS: &[&dyn Panel] = &[
    &objectives::Objectives,
    &incidents::Incidents,
    &timeline::Timeline,
    &oncall_now::OnCallNow,
    &rota::Rota,
    &overrides::Overrides,
    &runbook_list::RunbookList,
    &runbook_preview::RunbookPreview,
    &runbook_page::RunbookPage,
    &signals::Signals,
    &services::Services,
    &slo_summary::SloSummary,
    &slo_budget::SloBudget,
    &slo_burn::SloBurn,
    &slo_alerts::SloAlerts,
    &slo_definition::SloDefinition,
    &explain::Explain,
    &knobs::Knobs,
    &comparison::Comparison,
    &trace_list::TraceList,
    &waterfall::Waterfall,
    &waterfall::SpanFacts,
    &handoff::Handoff,
    &review::Review,
    &sources::Sources,
    &help::Help,
];

pub fn panel(id: PanelId) -> Option<&'static dyn Panel> {
    PANELS.iter().copied().find(|panel| panel.id() == id)
}

/// What a panel draws with: its area of the buffer, the model and the theme.
pub struct Pen<'a> {
    pub buf: &'a mut Buffer,
    pub area: Rect,
    pub model: &'a Model,
    pub theme: &'a Theme,
    pub focused: bool,
}

impl Pen<'_> {
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// A piece of text in the style of `role`.
    pub fn span<'t>(&self, role: Role, text: impl Into<std::borrow::Cow<'t, str>>) -> Span<'t> {
        Span::styled(text, self.style(role))
    }

    /// Draws the header rule and leaves the pen with what is below it.
    pub fn section(&mut self, title: &str, note: Line<'_>) {
        let title_style = self.style(if self.focused { Role::Accent } else { Role::Bright });
        let section = Section {
            title,
            note: note.style(self.style(Role::Muted)),
            title_style,
            rule: self.style(Role::Faint),
        };
        let head = Rect { height: self.area.height.min(1), ..self.area };
        section.render(head, self.buf);
        self.skip(1);
    }

    /// Leaves the pen with what is below the next `rows` rows.
    pub fn skip(&mut self, rows: u16) {
        let rows = rows.min(self.area.height);
        self.area.y += rows;
        self.area.height -= rows;
    }

    /// Draws `line` in the next row, indented by one, and goes on below it.
    pub fn line(&mut self, line: &Line<'_>) {
        if self.area.height > 0 {
            let (x, y, width) = (self.area.x + 1, self.area.y, self.area.width.saturating_sub(2));
            crate::widget::text::put_line(self.buf, (x, y), line, width, crate::widget::Align::Left);
            self.skip(1);
        }
    }

    /// The selected row of this panel, if it has the selection's focus or is the page's main list.
    pub fn selected(&self, id: PanelId, rows: &[String]) -> Option<usize> {
        let cursor = self.model.view.cursor(id);
        position(rows, &cursor.id, cursor.index)
    }

    /// A table in the panels' style, scrolled so that `selected` is in sight.
    pub fn table<'t>(
        &self,
        columns: &'t [Column<'t>],
        rows: &'t [Vec<Cell<'t>>],
        selected: Option<usize>,
    ) -> Table<'t> {
        let visible = usize::from(self.area.height.saturating_sub(1));
        Table {
            columns,
            rows,
            selected,
            offset: scroll(0, selected, visible, rows.len()),
            header: self.style(Role::Muted),
            selection: self.style(Role::Selection),
            bar: self.style(Role::Accent),
            ascii: self.theme.ascii(),
        }
    }

    /// First row to show so that `selected` is among `visible` rows.
    pub fn offset(selected: Option<usize>, visible: usize, len: usize) -> usize {
        scroll(0, selected, visible, len)
    }
}

/// Where the selection stands: by its id, or where it last was when the id is gone.
pub fn position(rows: &[String], id: &Option<String>, index: usize) -> Option<usize> {
    if rows.is_empty() {
        return None;
    }
    let by_id = id.as_ref().and_then(|id| rows.iter().position(|row| row == id));
    Some(by_id.unwrap_or(index.min(rows.len() - 1)))
}
