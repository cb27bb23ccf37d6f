//! The document of one SLO: what counts, what is promised, what follows, where it is written.

use ratatui::text::Line;

use super::prose::{Piece, Prose, glued, piece};
use super::slo_burn::factor;
use super::slo_summary::{spaced, span};
use super::{Height, Panel, Pen, subject};
use crate::domain::quantity::percent;
use crate::domain::slo::ledger::Ledger;
use crate::domain::slo::objective::{About, Method};
use crate::domain::slo::policy::{Stance, Step};
use crate::domain::slo::sli::{Composite, Events, Latency, Missing, Rule, Side, Sli, Unit};
use crate::domain::slo::status::SloStatus;
use crate::domain::slo::tier::Comparison;
use crate::state::{Model, PanelId};
use crate::theme::Role;

pub(super) struct SloDefinition;

impl Panel for SloDefinition {
    fn id(&self) -> PanelId {
        PanelId::SloDefinition
    }

    fn title(&self) -> &'static str {
        "definition"
    }

    fn height(&self, model: &Model, columns: u16) -> Height {
        let Some(slo) = subject::slo(model) else { return Height::fixed(2) };
        let rows = document(slo, columns).rows() + 1;
        Height { min: rows.min(4), ideal: rows.min(14), most: rows }
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let Some(slo) = subject::slo(pen.model).cloned() else {
            pen.section(self.title(), Line::default());
            let line = Line::from(pen.span(Role::Muted, "no SLO is selected"));
            return pen.line(&line);
        };
        let prose = document(&slo, pen.area.width);
        let note = prose.place(pen.model, self.id(), pen.area.height).unwrap_or_default();
        pen.section(self.title(), Line::from(note));
        prose.show(pen, self.id());
    }
}

fn text(text: impl Into<String>) -> Piece {
    piece(Role::Text, text)
}

fn muted(text: impl Into<String>) -> Piece {
    piece(Role::Muted, text)
}

fn document(slo: &SloStatus, columns: u16) -> Prose {
    let objective = &slo.objective;
    let mut prose = Prose::new(columns);
    let target = glued(&spaced(&objective.target.to_string()));
    prose.entry(
        "objective",
        &[
            piece(Role::Bright, target),
            text(format!(" of {}", objective.promise())),
            muted(format!(", over {}", glued(&span(objective)))),
        ],
    );
    if let Some(description) = &objective.description {
        prose.entry("", &[text(description.as_str())]);
    }
    if let Some(group) = objective.child_of() {
        prose.entry("group", &[text(group.words()), muted(format!(", one of {}", group.parent))]);
    }
    match &objective.sli {
        Sli::Composite(composite) => members(&mut prose, composite),
        sli => {
            indicator(&mut prose, sli);
            let unit = objective.sli.unit();
            prose.entry("method", &[text(objective.method.word()), muted(method(objective.method, unit))]);
        }
    }
    if let Some(sla) = objective.sla {
        prose.entry(
            "SLA",
            &[text(glued(&spaced(&sla.to_string()))), muted(": what was promised to customers")],
        );
    }
    prose.entry("alerts", &alerts(slo));
    ladder(&mut prose, slo);
    match &objective.runbook {
        Some(runbook) => prose.entry("runbook", &[text(runbook.as_str()), muted(" · R opens it")]),
        None => prose.entry(
            "runbook",
            &[muted(format!("none is named; R looks for a page called {}.md", objective.alert_name()))],
        ),
    }
    origin(&mut prose, &objective.about);
    let source = if objective.source.is_empty() { "its members" } else { objective.source.as_str() };
    prose.entry("source", &[text(source), muted(cells(&slo.ledger))]);
    for (place, query) in slo.queries.iter().enumerate() {
        let label = if place == 0 { "asked" } else { "" };
        prose.entry(label, &[muted(format!("{}: ", query.part)), text(query.text.as_str())]);
    }
    prose
}

/// Notes on what an import did not carry, named here; `explain` has them all.
const MOST_NOTES: usize = 4;

/// In which tool's form it is written, and where; what of it could not be carried.
fn origin(prose: &mut Prose, about: &About) {
    let Some(tool) = &about.tool else { return };
    let place = about.place.as_ref().map_or_else(String::new, |place| format!(" · {place}"));
    prose.entry("imported", &[text(tool.as_str()), muted(place)]);
    for note in about.notes.iter().take(MOST_NOTES) {
        prose.entry("", &[muted("not carried: "), text(note.as_str())]);
    }
    let more = about.notes.len().saturating_sub(MOST_NOTES);
    if more > 0 {
        prose.entry("", &[muted(format!("and {more} more: ? has them all"))]);
    }
}

fn indicator(prose: &mut Prose, sli: &Sli) {
    match sli {
        Sli::Events(Events { side, part, total }) | Sli::Correctness(Events { side, part, total }) => {
            let (label, what) = match side {
                Side::Bad => ("  bad", "bad events among all"),
                Side::Good => ("  good", "good events among all"),
            };
            prose.entry("indicator", &[text(sli.kind()), muted(format!(": {what}"))]);
            prose.entry(label, &[text(part.as_str())]);
            prose.entry("  all", &[text(total.as_str())]);
        }
        Sli::Latency(latency) => {
            prose.entry(
                "indicator",
                &[text(sli.kind()), muted(": requests that take no longer than a bound")],
            );
            prose.entry("  good", &[text(latency.histogram.as_str()), muted(bucket(latency))]);
        }
        other => {
            prose.entry("indicator", &[text(sli.kind()), muted(format!(": {}", sli.promise()))]);
            for (key, written) in other.written() {
                // The longest keys need the room of their indent.
                let label = if key.len() < 9 { format!("  {key}") } else { key.to_owned() };
                prose.entry(&label, &[text(written)]);
            }
        }
    }
}

/// What it is made of, and how.
fn members(prose: &mut Prose, composite: &Composite) {
    let how = match composite.rule {
        Rule::Worst => "a minute is bad when any member misses its target in it",
        Rule::Weighted => "the members' error ratios, by weight",
    };
    prose.entry("composite", &[text(composite.rule.word()), muted(format!(": {how}"))]);
    let all: f64 = composite.members.iter().map(|member| member.weight).sum();
    for member in &composite.members {
        let mut pieces = vec![text(member.id.as_str())];
        if composite.rule == Rule::Weighted {
            pieces.push(muted(format!(" · weight {} of {all}", member.weight)));
        }
        prose.entry("  member", &pieces);
    }
    let missing = match composite.missing {
        Missing::Unknown => "is unknown here too",
        Missing::Good => "counts as good",
        Missing::Bad => "counts as bad",
        Missing::Ignore => "is left out",
    };
    prose.entry(
        "  missing",
        &[text(composite.missing.word()), muted(format!(": a member without data {missing}"))],
    );
}

fn method(method: Method, unit: Unit) -> String {
    match method {
        Method::Occurrences => format!(": all {} count the same", unit.word()),
        Method::Timeslices { slice, target } => {
            let target = glued(&spaced(&target.to_string()));
            format!(": slices of {slice}, good when {target} of their own events are")
        }
        Method::RatioTimeslices { slice } => format!(": the mean of slices of {slice}, busy or not"),
    }
}

fn bucket(latency: &Latency) -> String {
    format!(" · at most {}", glued(&latency.threshold_text()))
}

fn cells(ledger: &Ledger) -> String {
    format!(" · counted in cells of {}", ledger.base())
}

fn alerts(slo: &SloStatus) -> Vec<Piece> {
    let mut pieces = vec![text(slo.objective.alerts.as_str())];
    for tier in &slo.objective.tiers {
        let sign = if tier.comparison == Comparison::AtLeast { "≥ " } else { "" };
        let wait = tier.wait.map_or_else(String::new, |wait| format!(", for {wait}"));
        let (word, factor) = (tier.severity.word(), factor(tier));
        let words = format!("{word} {sign}{factor}× in {} & {}{wait}", tier.long, tier.short);
        pieces.push(muted(format!(" · {}", glued(&words))));
    }
    pieces
}

/// The ladder from the top, the step in force marked.
fn ladder(prose: &mut Prose, slo: &SloStatus) {
    prose.entry("policy", &[text(slo.objective.policy.name.as_str())]);
    let steps = &slo.objective.policy.steps;
    let widest = steps.iter().map(|step| crate::widget::text::width(&step.word)).max().unwrap_or(0);
    for step in steps {
        let in_force = slo.step.as_ref() == Some(step);
        let (mark, role) = if in_force { ("▶", stance_role(step)) } else { (" ", Role::Muted) };
        let word = crate::widget::fit(&step.word, widest, crate::widget::Align::Left);
        let actions = step.actions.join(", ");
        prose.tagged(
            (role, &format!("  {mark} {word}")),
            widest + 6,
            &[
                muted(glued(&format!("{:<9}", bound(step)))),
                piece(if in_force { Role::Text } else { Role::Muted }, format!(" {actions}")),
            ],
        );
    }
}

fn stance_role(step: &Step) -> Role {
    match step.stance {
        Stance::Ship => Role::Ok,
        Stance::Caution => Role::Warn,
        Stance::Freeze => Role::Page,
    }
}

/// `≤ 75 %`, `< 25 %`; the top of the ladder has none.
pub(super) fn bound(step: &Step) -> String {
    match step.below {
        None => "else".to_owned(),
        Some(limit) if step.inclusive => format!("≤ {}", percent(limit)),
        Some(limit) => format!("< {}", percent(limit)),
    }
}
