//! A recording in place of backends, at its own time.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use super::definitions;
use crate::cli::args::{Common, ReplayArgs};
use crate::cli::at;
use crate::cli::exit::Failure;
use crate::config::{Backend, Config, Origin};
use crate::domain::signal::Service;
use crate::runtime::clock::Reel;
use crate::source::desk::Desk;
use crate::source::record::{Recording, open};
use crate::source::{Clock, Source};

/// However fast it goes, figures are drawn anew no more often.
const SHORTEST: Duration = Duration::from_secs(1);
/// How long history is read for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A recording, and where in it we are.
pub(in crate::cli) struct Replay {
    recording: Recording,
    reel: Arc<Reel>,
    speed: u32,
    /// Where it begins.
    pub(in crate::cli) from: DateTime<Utc>,
    file: String,
}

impl Replay {
    /// The recording that is asked for, and the configuration that it was made with.
    pub(in crate::cli) fn open(common: &Common, args: &ReplayArgs) -> Result<(Self, Config), Failure> {
        let told = |problem: String| Failure::configuration(format!("error: {problem}"));
        let recording = open(&args.file).map_err(told)?;
        let file = crate::text::clean(&args.file.display().to_string()).into_owned();
        let instant = |unix| DateTime::from_timestamp_millis(unix);
        let times = instant(recording.header.start).zip(instant(recording.end));
        let (start, end) = times.ok_or_else(|| told(format!("{file}: its times make no sense")))?;
        let from = match &common.at {
            Some(text) => at::parse(text, end)?,
            None if args.status => end,
            None => start,
        };
        if from < start || from > end {
            return Err(told(format!("{file} reaches from {start} to {end}, and not to {from}")));
        }
        let config = config(&recording).map_err(|problem| told(format!("{file}: line 1: {problem}")))?;
        let reel = Reel::new(from, end, f64::from(args.speed));
        Ok((Self { recording, reel, speed: args.speed, from, file }, config))
    }

    pub(in crate::cli) fn clock(&self) -> Clock {
        self.reel.clock()
    }

    pub(in crate::cli) fn source(&self, index: usize) -> Option<Arc<dyn Source>> {
        let backends = self.recording.header.backends.clone();
        let undefine = Arc::new(move |found: &[_]| definitions::undefine_some(found, &backends));
        self.recording.source(index, self.clock(), undefine)
    }

    pub(in crate::cli) fn end(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.recording.end).unwrap_or(self.from)
    }

    /// Real time between two questions, for figures that are expected every `refresh` of the recording.
    pub(in crate::cli) fn pace(&self, refresh: Duration) -> Duration {
        (refresh / self.speed).max(SHORTEST.min(refresh))
    }

    /// How far apart, in the time of the recording, two questions are.
    pub(in crate::cli) fn expected(&self, refresh: Duration) -> Duration {
        refresh.max(self.pace(refresh) * self.speed)
    }

    /// Where a backend was in trouble, brings back what was known of it before.
    pub(in crate::cli) async fn warm(&self, desks: &mut [Desk]) {
        for (index, desk) in desks.iter_mut().enumerate() {
            let before = self.recording.last_good(index, self.from.timestamp_millis());
            if let Some(before) = before.and_then(DateTime::from_timestamp_millis) {
                self.reel.hold(before);
                desk.gather(Instant::now() + PATIENCE, true).await;
            }
        }
        self.reel.hold(self.from);
    }

    /// Its time begins to run.
    pub(in crate::cli) fn run(&self) {
        self.reel.run(self.from);
    }

    pub(in crate::cli) fn words(&self) -> String {
        let time = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M:%SZ");
        let speed = if self.speed == 1 { String::new() } else { format!(", {} times as fast", self.speed) };
        let mut words =
            format!("replay of {} from {} to {}{speed}", self.file, time(self.from), time(self.end()));
        for note in &self.recording.notes {
            words.push_str("; ");
            words.push_str(note);
        }
        words
    }
}

fn config(recording: &Recording) -> Result<Config, String> {
    let header = &recording.header;
    let origin = Origin { file: "recording".to_owned(), ..Origin::default() };
    let backend = |backend: &crate::source::record::Backend| Backend {
        name: backend.name.clone(),
        kind: backend.kind.clone(),
        timeout: None,
        settings: serde_json::Map::new(),
        origin: origin.clone(),
    };
    let service = |service: &crate::source::record::Service| {
        Arc::new(Service {
            name: service.name.clone(),
            source: service.source.clone(),
            preset: service.preset.clone(),
            selector: String::new(),
            own: Vec::new(),
            latency_limit: None,
        })
    };
    Ok(Config {
        refresh: Duration::from_secs(header.refresh.clamp(1, 3600)),
        backends: header.backends.iter().map(backend).collect(),
        services: header.services.iter().map(service).collect(),
        objectives: definitions::undefine(&header.objectives, &header.backends)?,
        maintenance: header.maintenance.iter().map(definitions::maintenance).collect(),
        ..Config::default()
    })
}
