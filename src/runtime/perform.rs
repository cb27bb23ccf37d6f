//! Carries out effects.

use std::io;

use tokio::sync::mpsc::Sender;

use super::drive::Flow;
use super::inquiry::Inquiry;
use super::mishap;
use super::painter::Canvas;
use super::suspend::suspend;
use crate::source::journal_file::Scribe;
use crate::source::poller::Poller;
use crate::state::{Effect, Message};

pub(super) fn perform<C: Canvas>(
    effect: &Effect,
    canvas: &mut C,
    pollers: &[Poller],
    scribe: Option<&Scribe>,
    inquiry: &mut Inquiry,
    inbox: &Sender<Message>,
) -> io::Result<Flow> {
    match effect {
        Effect::PollNow => pollers.iter().for_each(Poller::nudge),
        Effect::Write(intent, at) => {
            if let Some(scribe) = scribe {
                scribe.write(intent, *at);
            }
        }
        Effect::Correct(logged) => pollers.iter().for_each(|poller| poller.correct(logged)),
        Effect::Watch(objectives) => {
            for poller in pollers {
                poller.replace_objectives(objectives.to_vec());
            }
        }
        Effect::FetchTrace(..) | Effect::FetchTraces(..) | Effect::FetchExemplars(..) => {
            inquiry.ask(effect.clone());
        }
        Effect::Copy(text) => canvas.copy(text)?,
        Effect::Repaint => {
            mishap::on_demand("loop");
            canvas.forget();
        }
        Effect::Suspend => {
            suspend()?;
            canvas.forget();
            // The window may have changed its size meanwhile.
            if let Ok((width, height)) = crossterm::terminal::size() {
                let _ = inbox.try_send(Message::Resize(width, height));
            }
        }
        Effect::Quit => return Ok(Flow::Stop),
    }
    Ok(Flow::On)
}
