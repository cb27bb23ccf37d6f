//! One run of a command, taken apart for the one who writes it.

use std::time::Duration;

use super::order::{Question, Runner, Span, id};
use super::run::Ending;
use super::settings::Settings;
use super::{counts, output};
use crate::domain::slo::objective::Objective;
use crate::source::http::text::plain;
use crate::source::{BackendSpec, SettingError};

/// What is asked of the command.
#[derive(Clone, Debug)]
pub struct Order {
    /// Text, service, part and subject of each query; one, unless the backend takes batches.
    pub queries: Vec<[String; 4]>,
    /// Unix seconds; bins of `step` seconds end after `from`, and up to `to`.
    pub from: i64,
    pub to: i64,
    pub step: i64,
}

/// What came of it; all of it is fit to be shown.
#[derive(Clone, Debug)]
pub struct Trial {
    pub program: String,
    /// Whether it ran in a session of its own, without a terminal.
    pub session: bool,
    /// Our own variables with their values, and the names of the others.
    pub told: Vec<(String, String)>,
    pub passed: Vec<String>,
    pub took: Duration,
    pub timeout: Duration,
    pub ending: String,
    pub bytes: usize,
    /// The end of its standard error.
    pub said: String,
    /// The first lines that it printed.
    pub head: Vec<String>,
    pub read: Result<Read, String>,
}

#[derive(Clone, Debug)]
pub struct Read {
    pub series: Vec<Shape>,
    /// Ids of queries of a batch that no series is named by.
    pub missing: Vec<String>,
    pub warnings: Vec<String>,
}

/// One series, by its outlines.
#[derive(Clone, Debug)]
pub struct Shape {
    pub name: String,
    pub points: usize,
    /// Points in the span that was asked for.
    pub inside: usize,
    pub dropped: usize,
    pub first: Option<(i64, f64)>,
    pub last: Option<(i64, f64)>,
    pub error: Option<String>,
}

const LINES: usize = 5;
const LETTERS: usize = 120;

/// Whether the backend takes many queries at once, and how it counts: seconds of a bin, seconds of delay.
pub fn habits(spec: &BackendSpec) -> Result<(bool, i64, i64), SettingError> {
    let settings = Settings::read(spec)?;
    Ok((settings.batch, settings.step, settings.delay))
}

/// The queries of an objective as a command gets them: text, service, part and subject.
pub fn queries(objective: &Objective, step: i64) -> Vec<[String; 4]> {
    let question = |Question { text, service, part, subject }| [text, service, part, subject];
    counts::questions(objective, step).into_iter().map(question).collect()
}

pub async fn trial(spec: &BackendSpec, order: &Order) -> Result<Trial, SettingError> {
    let runner = Runner::new(spec, Settings::read(spec)?);
    let question = |[text, service, part, subject]: &[String; 4]| Question {
        text: text.clone(),
        service: service.clone(),
        part: part.clone(),
        subject: subject.clone(),
    };
    let questions: Vec<Question> = order.queries.iter().map(question).collect();
    let span = Span { from: order.from, to: order.to, step: order.step };
    let begin = runner.settings.stamped_at_begin;
    let env = runner.environment(&questions.iter().collect::<Vec<_>>(), span);
    let (ours, passed): (Vec<_>, Vec<_>) =
        env.iter().cloned().partition(|(name, _)| name.starts_with("BURNWATCH_"));
    let ran = runner.run(env, spec.timeout).await;
    let hide = |text: &str| runner.settings.secrets.hide(text);
    let text = String::from_utf8_lossy(&ran.printed).into_owned();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let head = lines.take(LINES).map(|line| plain(&hide(line), LETTERS)).collect();
    let shown = |name: String, value: &str| (name, plain(value, LETTERS));
    let mut trial = Trial {
        program: runner.settings.program.display().to_string(),
        session: runner.settings.setsid.is_some(),
        told: ours.into_iter().map(|(name, value)| shown(name, &value)).collect(),
        passed: passed.into_iter().map(|(name, _)| name).collect(),
        took: ran.took,
        timeout: spec.timeout,
        ending: ending(&ran.ending),
        bytes: ran.printed.len(),
        said: hide(&ran.said),
        head,
        read: Err(String::new()),
    };
    let most = runner.settings.limits.series;
    let read = runner.printed(ran, spec.timeout).and_then(|printed| runner.read(printed, most));
    trial.read = match read {
        Err(error) => Err(error.to_string()),
        Ok(output) => Ok(Read {
            missing: if runner.settings.batch { missing(&output, questions.len()) } else { Vec::new() },
            series: output.series.into_iter().map(|told| shape(told, span, begin)).collect(),
            warnings: output.warnings,
        }),
    };
    Ok(trial)
}

fn missing(output: &output::Output, queries: usize) -> Vec<String> {
    let told = |name: &String| output.series.iter().any(|told| told.name == *name);
    (0..queries).map(id).filter(|name| !told(name)).collect()
}

/// `begin` tells that points carry the begin of their bin.
fn shape(mut told: output::Told, span: Span, begin: bool) -> Shape {
    told.points.sort_by_key(|point| point.0);
    let asked = if begin { span.from..span.to } else { span.from + 1..span.to + 1 };
    let inside = told.points.iter().filter(|point| asked.contains(&point.0));
    Shape {
        inside: inside.count(),
        name: plain(&told.name, LETTERS),
        points: told.points.len(),
        dropped: told.dropped.len(),
        first: told.points.first().copied(),
        last: told.points.last().copied(),
        error: told.error,
    }
}

fn ending(ending: &Ending) -> String {
    match ending {
        Ending::Exit(code) => format!("exit code {code}"),
        Ending::Signal(signal) => format!("ended by signal {signal}"),
        Ending::TimedOut => "killed at the time limit".to_owned(),
        Ending::TooMuch => "killed: it printed too much".to_owned(),
        Ending::Lost(why) => format!("did not run: {why}"),
    }
}
