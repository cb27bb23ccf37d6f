//! Questions about traces: each a task of its own; a newer one of the same sort takes the place of the older.

use std::sync::Arc;

use tokio::sync::mpsc::Sender;

use crate::domain::signal::Service;
use crate::domain::trace::{Exemplars, ExemplarsAsk};
use crate::source::task::Task;
use crate::source::traces::{Tracing, recent, seek};
use crate::source::{Range, Source};
use crate::state::{Effect, Message};

/// A metric backend and its services, to be asked for exemplars.
pub struct Histograms {
    pub name: String,
    pub source: Arc<dyn Source>,
    pub services: Vec<Arc<Service>>,
}

/// Everyone who can be asked.
#[derive(Default)]
pub struct Witnesses {
    pub tracers: Vec<Tracing>,
    pub histograms: Vec<Histograms>,
}

impl Witnesses {
    /// The answer to a question about traces; nothing for any other effect.
    pub async fn answer(&self, effect: &Effect) -> Option<Message> {
        Some(match effect {
            Effect::FetchTrace(number, id) => {
                Message::Trace(*number, Arc::new(seek(&self.tracers, *id).await))
            }
            Effect::FetchTraces(number, ask) => {
                Message::Traces(*number, Arc::new(recent(&self.tracers, ask).await))
            }
            Effect::FetchExemplars(number, ask) => {
                Message::Exemplars(*number, Arc::new(self.exemplars(ask).await))
            }
            _ => return None,
        })
    }

    async fn exemplars(&self, ask: &ExemplarsAsk) -> Exemplars {
        let of = self.histograms.iter().find(|one| one.name == ask.source);
        let found =
            of.and_then(|one| Some((one, one.services.iter().find(|service| service.name == ask.service)?)));
        let Some((histograms, service)) = found else { return Exemplars::default() };
        let range = Range { from: ask.from, to: ask.to, step: 60 };
        let answer = histograms.source.exemplars(service, range).await;
        answer.unwrap_or_else(|error| Exemplars { trouble: Some(error.to_string()), ..Exemplars::default() })
    }
}

/// The tasks that ask.
pub struct Inquiry {
    witnesses: Arc<Witnesses>,
    out: Sender<Message>,
    /// Those that run: for a trace, for a list, for exemplars.
    running: [Option<Task>; 3],
}

impl Inquiry {
    pub fn new(witnesses: Witnesses, out: Sender<Message>) -> Self {
        Self { witnesses: Arc::new(witnesses), out, running: [None, None, None] }
    }

    pub fn ask(&mut self, effect: Effect) {
        let sort = match effect {
            Effect::FetchTrace(..) => 0,
            Effect::FetchTraces(..) => 1,
            Effect::FetchExemplars(..) => 2,
            _ => return,
        };
        let (witnesses, out) = (Arc::clone(&self.witnesses), self.out.clone());
        self.running[sort] = Some(Task::spawn(async move {
            if let Some(message) = witnesses.answer(&effect).await {
                let _ = out.send(message).await;
            }
        }));
    }
}
