//! The loop: draw, wait for one message, take all that wait, update, perform.

use std::io;

use tokio::sync::mpsc::Receiver;

use super::painter::Canvas;
use crate::screen::{draw, update};
use crate::state::{Effect, Message, Model};
use crate::theme::Theme;

/// Whether the loop goes on after an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    On,
    Stop,
}

/// Messages taken before a frame is drawn; more wait for the next.
const BATCH: usize = 256;

/// Runs until an effect stops it or every sender is gone.
pub async fn drive<C: Canvas>(
    model: &mut Model,
    theme: &Theme,
    inbox: &mut Receiver<Message>,
    canvas: &mut C,
    mut perform: impl FnMut(Effect, &mut C) -> io::Result<Flow>,
) -> io::Result<()> {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        canvas.paint(draw(model, theme))?;
        if inbox.recv_many(&mut batch, BATCH).await == 0 {
            return Ok(());
        }
        for message in batch.drain(..) {
            for effect in update(model, message) {
                if perform(effect, canvas)? == Flow::Stop {
                    return Ok(());
                }
            }
        }
    }
}
