//! What somebody wants to write, before it is an event.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::event::{Event, FORMAT};
use super::kind;
use super::payload::{MaintenanceAdded, PolicyChanged};
use super::state::State;
use super::text::{ITEMS, NAME, TITLE};

/// Something to be written to the log.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    /// The policy of an SLO takes another step. `from` is the step that the log has for it, or
    /// `None` where it has none.
    PolicyStep(PolicyChanged),
    /// A window to come, or one that was. Its id is that of the event.
    Maintenance(MaintenanceAdded),
    /// A window ends before its plan does, or is called off.
    MaintenanceEnded { id: String },
}

/// Who writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// Id of a person, or `sys`.
    pub name: String,
    /// How that is known: flag, env, config, login, sudo, asked, sys.
    pub source: String,
    pub host: String,
    pub tty: Option<String>,
}

/// What an event needs beside its intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    pub seq: u64,
    pub id: String,
    /// When it is recorded.
    pub ts: DateTime<Utc>,
    /// When it happened, where that differs.
    pub at: Option<DateTime<Utc>>,
    /// Hash of the line before.
    pub prev: Option<String>,
}

/// Why an intent is not written: a reader would have to cut it, or could make no sense of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("the {0} is empty")]
    Empty(&'static str),
    #[error("the {what} has {bytes} bytes, {most} are the limit")]
    TooLong { what: &'static str, bytes: usize, most: usize },
    #[error("{count} {what} are named, {most} are the limit")]
    TooMany { what: &'static str, count: usize, most: usize },
    #[error("the window ends at {to}, which is not after its start at {from}")]
    Backwards { from: DateTime<Utc>, to: DateTime<Utc> },
    #[error("{0}")]
    Repeat(String),
}

impl Author {
    /// The program itself.
    pub fn program(host: &str) -> Self {
        Self { name: "sys".to_owned(), source: "sys".to_owned(), host: host.to_owned(), tty: None }
    }
}

impl Intent {
    /// Whether it can be written at all.
    pub fn check(&self) -> Result<(), Unfit> {
        match self {
            Self::PolicyStep(step) => {
                line("SLO", &step.slo, NAME)?;
                line("step", &step.to, NAME)
            }
            Self::Maintenance(window) => {
                line("title", &window.text, TITLE)?;
                window.reason.as_deref().map_or(Ok(()), |reason| line("reason", reason, TITLE))?;
                names("services", "name of a service", &window.services)?;
                names("SLOs", "id of an SLO", &window.slos)?;
                let (from, to) = (window.from, window.to);
                if from >= to {
                    return Err(Unfit::Backwards { from, to });
                }
                if let Some(repeat) = &window.repeat {
                    line("rule", &repeat.rule, NAME)?;
                }
                window.recurrence().transpose().map(|_| ()).map_err(Unfit::Repeat)
            }
            Self::MaintenanceEnded { id } => line("id", id, NAME),
        }
    }

    /// Whether it is still to be written when the log says this: another pane that saw the same
    /// may have been faster. `at` is when the thing happened.
    pub fn stands(&self, state: &State, at: DateTime<Utc>) -> bool {
        match self {
            Self::PolicyStep(step) => {
                let present = state.policy.get(&step.slo).map(|present| present.to.as_str());
                present == step.from.as_deref() && present != Some(step.to.as_str())
            }
            Self::Maintenance(_) => true,
            Self::MaintenanceEnded { id } => {
                let found = state.maintenance.iter().find(|window| window.id == *id);
                found.is_some_and(|window| window.ended.is_none() && window.next(at).is_some())
            }
        }
    }

    /// The event that says so.
    pub fn event(&self, envelope: Envelope, author: &Author) -> Event {
        let (kind, reference, data) = match self {
            Self::PolicyStep(step) => (kind::POLICY_CHANGED, None, serde_json::to_value(step)),
            Self::Maintenance(window) => (kind::MAINT_ADDED, None, serde_json::to_value(window)),
            Self::MaintenanceEnded { id } => {
                (kind::MAINT_ENDED, Some(id.clone()), Ok(Value::Object(Map::new())))
            }
        };
        Event {
            v: FORMAT,
            seq: envelope.seq,
            id: envelope.id,
            ts: envelope.ts,
            at: envelope.at,
            actor: author.name.clone(),
            actor_src: author.source.clone(),
            host: author.host.clone(),
            tty: author.tty.clone(),
            kind: kind.to_owned(),
            reference,
            // Our payloads have text keys only, which always become JSON.
            data: data.unwrap_or_default(),
            prev: envelope.prev,
            extra: Map::new(),
        }
    }
}

fn line(what: &'static str, text: &str, most: usize) -> Result<(), Unfit> {
    match text.len() {
        _ if text.trim().is_empty() => Err(Unfit::Empty(what)),
        bytes if bytes > most => Err(Unfit::TooLong { what, bytes, most }),
        _ => Ok(()),
    }
}

fn names(what: &'static str, each: &'static str, list: &[String]) -> Result<(), Unfit> {
    if list.len() > ITEMS {
        return Err(Unfit::TooMany { what, count: list.len(), most: ITEMS });
    }
    list.iter().try_for_each(|name| line(each, name, NAME))
}

#[cfg(test)]
mod tests {
    use super::super::event::parse_line;
    use super::super::fold::Fold;
    use super::*;

    fn at(time: &str) -> DateTime<Utc> {
        format!("2026-01-20T{time}:00Z").parse().unwrap()
    }

    fn step(from: Option<&str>, to: &str) -> Intent {
        let slo = "checkout/availability".to_owned();
        let from = from.map(str::to_owned);
        Intent::PolicyStep(PolicyChanged { slo, from, to: to.to_owned(), remaining: Some(-0.25) })
    }

    fn window(from: &str, to: &str) -> MaintenanceAdded {
        MaintenanceAdded {
            services: vec!["db".to_owned()],
            slos: vec!["api/latency".to_owned()],
            from: at(from),
            to: at(to),
            text: "failover".to_owned(),
            estimate: None,
            excluded: true,
            reason: Some("drill".to_owned()),
            repeat: None,
        }
    }

    fn push(fold: &mut Fold, seq: u64, ts: &str, intent: &Intent) {
        let author = Author::program("b1");
        let (id, ts) = (format!("e{seq}"), at(ts));
        let event = intent.event(Envelope { seq, id, ts, at: None, prev: None }, &author);
        // As another pane will read it.
        fold.push(parse_line(&serde_json::to_string(&event).unwrap()).unwrap());
    }

    #[test]
    fn a_policy_step_is_taken_once() {
        let mut fold = Fold::default();
        let stands = |fold: &Fold, intent: Intent| intent.stands(&fold.state(), at("10:00"));
        assert!(stands(&fold, step(None, "slow")) && !stands(&fold, step(Some("normal"), "slow")));
        push(&mut fold, 1, "09:00", &step(None, "slow"));
        assert!(!stands(&fold, step(None, "slow")), "another pane has said it");
        assert!(!stands(&fold, step(Some("slow"), "slow")), "it is no step");
        assert!(stands(&fold, step(Some("slow"), "freeze")));
        push(&mut fold, 2, "09:30", &step(Some("slow"), "freeze"));
        let state = fold.state();
        let now = &state.policy["checkout/availability"];
        assert_eq!((now.at, now.to.as_str(), now.remaining), (at("09:30"), "freeze", Some(-0.25)));
        assert_eq!((now.from.as_deref(), state.tally.rejected), (Some("slow"), 0));
    }

    #[test]
    fn a_window_reads_back_and_ends_once() {
        let mut fold = Fold::default();
        push(&mut fold, 1, "08:00", &Intent::Maintenance(window("09:00", "11:00")));
        let end = Intent::MaintenanceEnded { id: "e1".to_owned() };
        let state = fold.state();
        let found = &state.maintenance[0];
        assert_eq!(found.next(at("08:00")), Some((at("09:00"), at("11:00"))));
        assert_eq!((found.reason.as_deref(), found.excluded), (Some("drill"), true));
        assert!(end.stands(&state, at("10:00")) && !end.stands(&state, at("11:00")), "it is over by itself");
        push(&mut fold, 2, "10:00", &end);
        let state = fold.state();
        assert_eq!(state.maintenance[0].next(at("08:00")), Some((at("09:00"), at("10:00"))));
        assert!(!end.stands(&state, at("10:01")));
    }

    #[test]
    fn a_window_that_was_called_off_covers_nothing() {
        let mut fold = Fold::default();
        push(&mut fold, 1, "08:00", &Intent::Maintenance(window("09:00", "11:00")));
        push(&mut fold, 2, "08:30", &Intent::MaintenanceEnded { id: "e1".to_owned() });
        let state = fold.state();
        assert_eq!(state.maintenance[0].when(), None);
        assert!(!state.maintenance[0].running(at("10:00")));
    }

    #[test]
    fn what_a_reader_would_cut_is_not_written() {
        let check = |change: fn(&mut MaintenanceAdded)| {
            let mut window = window("09:00", "11:00");
            change(&mut window);
            Intent::Maintenance(window).check().map_err(|unfit| unfit.to_string())
        };
        assert_eq!(check(|_| ()), Ok(()));
        for (change, said) in [
            ((|w| w.text = " ".to_owned()) as fn(&mut MaintenanceAdded), "the title is empty"),
            (|w| w.text = "ä".repeat(513), "the title has 1026 bytes, 1024 are the limit"),
            (|w| w.services = vec!["s".to_owned(); 257], "257 services are named, 256 are the limit"),
            (|w| w.to = w.from, "not after its start"),
        ] {
            assert!(check(change).unwrap_err().contains(said), "{said}");
        }
    }
}
