//! From questions to runs: which command runs are needed, what each is told, and whose answer is whose.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::StreamExt;
use serde_json::json;

use super::output::{self, Output, Told};
use super::run::{Ending, Job, Ran, run};
use super::settings::Settings;
use crate::domain::promql::substitute;
use crate::domain::slo::window::Window;
use crate::source::guard::Guard;
use crate::source::http::text::plain;
use crate::source::{BackendSpec, Identity, SourceError, Toll};

/// Queries, and bytes of them, that one run of a batch gets: an environment has room for 128 KiB a variable.
const QUERIES: usize = 100;
const BYTES: usize = 96 << 10;
/// Bytes of a batch's JSON beside its queries: a comma, and ids of more than one digit.
const IDS: usize = 3;
const SAID: usize = 300;
/// Runs whose time is kept in mind.
const LATEST: usize = 5;

pub(super) struct Runner {
    pub(super) settings: Settings,
    pub(super) guard: Guard,
    timeout: Duration,
    /// Of the latest runs that were understood.
    took: Mutex<VecDeque<Duration>>,
}

/// One query, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Question {
    pub(super) text: String,
    pub(super) service: String,
    /// `bad`, `good`, `total`, …, or the lane of a signal.
    pub(super) part: String,
    /// Id of the SLO, or name of the signal.
    pub(super) subject: String,
}

/// Bins of `step` seconds that end after `from`, and up to `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) step: i64,
}

/// The series of one query, empty where there is none.
pub(super) type Outcome = Result<Told, SourceError>;

/// Puts the width of a bin in place of `{{.window}}`.
pub(super) fn substituted(text: &str, step: i64) -> String {
    substitute(text, &Window::seconds(step).to_string())
}

impl Runner {
    pub(super) fn new(spec: &BackendSpec, settings: Settings) -> Self {
        let seed = u64::from(std::process::id()) ^ spec.started.timestamp_millis().cast_unsigned();
        let address = address(&settings);
        let guard = Guard::new(vec![address], spec.timeout, settings.limits.clone(), seed);
        Self { settings, guard, timeout: spec.timeout, took: Mutex::default() }
    }

    pub(super) fn address(&self) -> String {
        address(&self.settings)
    }

    /// Where its program was found, and how it is run.
    pub(super) fn identity(&self) -> Identity {
        let settings = &self.settings;
        let mut told = Identity::default();
        told.fact("program", crate::text::cleaned(&settings.program.display().to_string()));
        told.fact("runs", if settings.batch { "one for many queries" } else { "one for each query" });
        told.fact("limit", format!("{} s", self.timeout.as_secs_f64()));
        if settings.setsid.is_none() {
            told.doubts
                .push("there is no setsid on the PATH: its program could open the terminal".to_owned());
        }
        told
    }

    /// How long the latest runs took.
    pub(super) fn took(&self) -> Vec<Duration> {
        self.took.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    fn note(&self, took: Duration) {
        let mut latest = self.took.lock().unwrap_or_else(PoisonError::into_inner);
        latest.push_back(took);
        if latest.len() > LATEST {
            latest.pop_front();
        }
    }

    /// One outcome a question, in order; the same question is asked once. Fails as a whole when no run answered.
    pub(super) async fn ask(
        &self,
        questions: &[Question],
        span: Span,
        toll: &mut Toll,
    ) -> Result<Vec<Outcome>, SourceError> {
        let mut unique: Vec<&Question> = Vec::new();
        let mut places = Vec::with_capacity(questions.len());
        let mut known: HashMap<[&str; 3], usize> = HashMap::new();
        for question in questions {
            // A command may look at the part alone. Which of several SLOs asks is no other question.
            let told = [&*question.text, &question.service, &question.part];
            let place = *known.entry(told).or_insert(unique.len());
            if place == unique.len() {
                unique.push(question);
            }
            places.push(place);
        }
        let runs = self.runs(&unique);
        let requests = Mutex::new(0);
        let run = |part: &[&Question]| {
            let env = self.environment(part, span);
            self.answer(env, &requests)
        };
        let pending: Vec<_> = runs.iter().map(|part| run(part)).collect();
        let concurrency = self.settings.limits.concurrency;
        let answers: Vec<_> = futures_util::stream::iter(pending).buffered(concurrency).collect().await;
        toll.requests += requests.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = lost(&answers) {
            return Err(error);
        }
        let mut outcomes = Vec::with_capacity(unique.len());
        for (part, answer) in runs.iter().zip(answers) {
            outcomes.extend(self.share_out(part, answer, toll));
        }
        Ok(places.into_iter().map(|place| outcomes[place].clone()).collect())
    }

    fn runs<'a>(&self, questions: &[&'a Question]) -> Vec<Vec<&'a Question>> {
        let mut runs: Vec<Vec<&Question>> = Vec::new();
        let mut bytes = 0;
        for question in questions {
            let size = if self.settings.batch { written(0, question).to_string().len() + IDS } else { 0 };
            match runs.last_mut() {
                Some(run) if self.settings.batch && run.len() < QUERIES && bytes + size < BYTES => {
                    bytes += size;
                    run.push(question);
                }
                _ => {
                    bytes = size;
                    runs.push(vec![question]);
                }
            }
        }
        runs
    }

    /// What one run finds in its environment.
    pub(super) fn environment(&self, part: &[&Question], span: Span) -> Vec<(String, String)> {
        let mut env = self.settings.env.clone();
        let mut set =
            |name: &str, value: String| env.push((format!("BURNWATCH_{name}"), value.replace('\0', "")));
        let time = |seconds| {
            let time: DateTime<Utc> = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
            time.to_rfc3339_opts(SecondsFormat::Secs, true)
        };
        set("START", span.from.to_string());
        set("END", span.to.to_string());
        set("START_TIME", time(span.from));
        set("END_TIME", time(span.to));
        set("STEP", span.step.to_string());
        set("TIMEOUT", self.timeout.as_secs().max(1).to_string());
        if self.settings.batch {
            let list: Vec<_> =
                part.iter().enumerate().map(|(place, question)| written(place, question)).collect();
            set("QUERIES", serde_json::Value::from(list).to_string());
        } else if let [question] = part {
            set("QUERY", question.text.clone());
            set("SERVICE", question.service.clone());
            set("PART", question.part.clone());
            set("SUBJECT", question.subject.clone());
        }
        env
    }

    async fn answer(&self, env: Vec<(String, String)>, requests: &Mutex<u64>) -> Result<Output, SourceError> {
        let most = self.settings.limits.series;
        self.guard
            .call(async |attempt| {
                *requests.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                let ran = self.run(env.clone(), attempt.timeout).await;
                let took = ran.took;
                let output = self.read(self.printed(ran, attempt.timeout)?, most)?;
                self.note(took);
                Ok(output)
            })
            .await
    }

    pub(super) async fn run(&self, env: Vec<(String, String)>, timeout: Duration) -> Ran {
        let settings = &self.settings;
        run(Job {
            program: &settings.program,
            arguments: &settings.argv[1..],
            setsid: settings.setsid.as_deref(),
            env,
            timeout,
            output: settings.output,
        })
        .await
    }

    /// What it printed, read; no sentence in it repeats a secret.
    pub(super) fn read(&self, printed: Vec<u8>, most: usize) -> Result<Output, SourceError> {
        let secrets = &self.settings.secrets;
        let printed = secrets.hide_in_data(printed);
        let mut output =
            output::read(&self.address(), printed, most).map_err(|error| error.without(secrets))?;
        let errors = output.series.iter_mut().filter_map(|told| told.error.as_mut());
        for sentence in output.warnings.iter_mut().chain(errors) {
            *sentence = secrets.hide(sentence);
        }
        Ok(output)
    }

    /// What it printed, if it ended well.
    pub(super) fn printed(&self, ran: Ran, timeout: Duration) -> Result<Vec<u8>, SourceError> {
        let address = self.address();
        let said = match plain(&self.settings.secrets.hide(&ran.said), SAID) {
            said if said.is_empty() => String::new(),
            said => format!("; it said: {said}"),
        };
        let failed = |what: String, passing| {
            Err(SourceError::Command { program: address.clone(), what: format!("{what}{said}"), passing })
        };
        match ran.ending {
            Ending::Exit(0) => Ok(ran.printed),
            Ending::Exit(75) => failed("cannot answer now (exit code 75)".to_owned(), true),
            Ending::Exit(code) => failed(format!("failed with exit code {code}"), false),
            Ending::Signal(signal) => failed(format!("was ended by signal {signal}"), true),
            Ending::Lost(why) => failed(format!("did not run: {why}"), true),
            Ending::TimedOut => {
                let seconds = timeout.as_secs() + u64::from(timeout.subsec_nanos() > 0);
                Err(SourceError::Timeout { address, seconds })
            }
            Ending::TooMuch => {
                let size = self.settings.output >> 20;
                let what = format!("it printed more than {size} MiB; `body_mib` in `limits` allows more");
                Err(SourceError::BadAnswer { address, what })
            }
        }
    }

    /// The outcome of each query of a run.
    fn share_out(
        &self,
        part: &[&Question],
        answer: Result<Output, SourceError>,
        toll: &mut Toll,
    ) -> Vec<Outcome> {
        let output = match answer {
            Err(error) => return vec![Err(error); part.len()],
            Ok(output) => output,
        };
        let count = |told: &Told| told.points.len() + told.dropped.len();
        toll.points += output.series.iter().map(count).sum::<usize>() as u64;
        for warning in output.warnings {
            if !toll.warnings.contains(&warning) {
                toll.warnings.push(warning);
            }
        }
        if !self.settings.batch {
            return part.iter().map(|question| single(question, output.series.clone())).collect();
        }
        let mut by_name: HashMap<String, Vec<Told>> = HashMap::new();
        for told in output.series {
            by_name.entry(told.name.clone()).or_default().push(told);
        }
        let take = |(place, question): (usize, &&Question)| {
            single(question, by_name.remove(&id(place)).unwrap_or_default())
        };
        let outcomes = part.iter().enumerate().map(take).collect();
        if let Some(stranger) = by_name.keys().min() {
            let shown = plain(stranger, 40);
            toll.warnings.push(format!("{}: nobody asked for the series `{shown}`", self.address()));
        }
        outcomes
    }
}

fn address(settings: &Settings) -> String {
    format!("exec:{}", crate::text::clean(&settings.argv[0]))
}

/// As a batch finds it.
fn written(place: usize, question: &Question) -> serde_json::Value {
    let Question { text, service, part, subject } = question;
    json!({"id": id(place), "query": text, "service": service, "part": part, "subject": subject})
}

pub(super) fn id(place: usize) -> String {
    format!("q{place}")
}

/// The error of all runs, where none of them answered and it is not their queries' own.
fn lost(answers: &[Result<Output, SourceError>]) -> Option<SourceError> {
    let own =
        |error: &SourceError| matches!(error, SourceError::Query { .. } | SourceError::TooManySeries { .. });
    let mut first = None;
    for answer in answers {
        match answer {
            Err(error) if !own(error) => first = first.or(Some(error)),
            _ => return None,
        }
    }
    first.cloned()
}

fn single(question: &Question, mut series: Vec<Told>) -> Outcome {
    let text = &question.text;
    if series.len() > 1 {
        let count = series.len();
        let message = format!("{}: {count} series, expected 1, for `{text}`", question.part);
        return Err(SourceError::Uncountable(message));
    }
    let told = series.pop().unwrap_or_default();
    match told.error {
        Some(message) => {
            let message = format!("{}: {message}, in {text}", question.part);
            Err(SourceError::Query { message })
        }
        None => Ok(told),
    }
}
