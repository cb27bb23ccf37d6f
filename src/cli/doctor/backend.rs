//! One backend under examination: reached, timed, asked what it is, and asked as the dashboard would.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::route::{Door, Route, routes};
use super::sheet::Mark;
use super::trouble::Trouble;
use super::weigh::{median, probe};
use crate::cli::secret_files;
use crate::cli::session::Session;
use crate::config::{Backend, Diagnostic};
use crate::domain::health::Health;
use crate::domain::quantity::several;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::window::Window;
use crate::source::desk::Desk;
use crate::source::{Identity, Source};

/// Answers that take longer are felt at the keyboard.
const SLOW: Duration = Duration::from_secs(1);
/// How long the history may be loaded before the steady state is measured without it.
const LOADING: Duration = Duration::from_secs(10);

/// A backend that is to be examined.
pub(super) struct Patient {
    name: String,
    kind: String,
    source: Arc<dyn Source>,
    desk: Desk,
    routes: Vec<Route>,
    timeout: Duration,
    clock: crate::source::Clock,
    real_time: bool,
    open_secrets: Vec<String>,
    /// How far back its SLOs look.
    reach: Option<Window>,
}

/// Requests of the steady state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Requests {
    /// Until everything was known that is shown.
    pub(super) to_begin: u64,
    /// The history was still being asked when time ran out.
    pub(super) unfinished: bool,
    pub(super) a_refresh: u64,
    pub(super) every: Duration,
}

impl Requests {
    pub(super) fn a_minute(self) -> f64 {
        self.a_refresh as f64 * 60.0 / self.every.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

#[derive(Default)]
pub(super) struct Examined {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) address: String,
    pub(super) identity: Identity,
    pub(super) health: Health,
    pub(super) routes: Vec<Route>,
    /// Of each probe, the shortest first.
    pub(super) latency: Vec<Duration>,
    pub(super) requests: Option<Requests>,
    /// SLOs that it counts, and those that it brings itself.
    pub(super) objectives: usize,
    pub(super) found: Option<String>,
    pub(super) trouble: Option<Trouble>,
    pub(super) doubts: Vec<String>,
}

impl Examined {
    /// How many of its addresses do not answer.
    fn lost(&self) -> usize {
        self.routes.iter().filter(|route| !route.answers()).count()
    }

    pub(super) fn mark(&self) -> Mark {
        match (&self.trouble, self.doubts.is_empty()) {
            (Some(_), _) => Mark::Broken,
            _ if !self.health.clocks_agree() => Mark::Broken,
            // What is on that page is missing in the figures.
            _ if self.health.apart && self.lost() > 0 => Mark::Broken,
            (None, false) => Mark::Doubtful,
            (None, true) => Mark::Well,
        }
    }
}

impl Examined {
    pub(super) fn doubt_speed(&mut self) {
        if let Some(median) = median(&self.latency).filter(|median| *median > SLOW) {
            let seconds = median.as_secs_f64();
            self.doubts.push(format!(
                "it is slow: half of its answers take longer than {seconds:.1} s; it may be overloaded, or far away"
            ));
        }
    }

    pub(super) fn doubt_way(&mut self) {
        let (lost, all) = (self.lost(), self.routes.len());
        if lost > 0 && self.trouble.is_none() {
            self.doubts.push(if self.health.apart {
                format!("of its {all} pages {lost} cannot be read: what is on them is missing in all figures")
            } else {
                format!("of its {all} addresses {lost} cannot be reached: no failover there")
            });
        }
        if self.health.retries > 0 && self.trouble.is_none() {
            let times = self.health.retries;
            self.doubts.push(format!("{} had to be repeated", several(times as usize, "request")));
        }
    }
}

impl Patient {
    pub(super) fn of(
        session: &Session,
        backend: &Backend,
        timeout: Option<Duration>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let source = session.connect(backend, timeout)?;
        let mine = |slo: &&Arc<Objective>| slo.source == backend.name;
        Ok(Self {
            name: backend.name.clone(),
            kind: backend.kind.clone(),
            desk: session.desk(backend, Arc::clone(&source)).discovering(session.claims()),
            source,
            routes: routes(backend, |one| Ok(Door::Source(session.connect(one, timeout)?)))?,
            timeout: timeout.or(backend.timeout).unwrap_or(session.config.timeout),
            clock: Arc::clone(&session.clock),
            real_time: session.fixed.is_none(),
            open_secrets: told(secret_files::of_backend(session, backend)),
            reach: session.config.objectives.iter().filter(mine).map(|slo| slo.memory()).max(),
        })
    }

    pub(super) async fn examine(mut self) -> Examined {
        let mut examined = Examined {
            name: self.name.clone(),
            kind: self.kind.clone(),
            doubts: std::mem::take(&mut self.open_secrets),
            ..Examined::default()
        };
        let mut routes = std::mem::take(&mut self.routes);
        let tried = async {
            futures_util::future::join_all(routes.iter_mut().map(Route::try_it)).await;
        };
        let asked = self.ask(&mut examined);
        tokio::join!(tried, asked);
        examined.health = self.source.health((self.clock)());
        examined.health.clock_offset = examined.health.clock_offset.filter(|_| self.real_time);
        examined.address = self.source.address();
        examined.routes = routes;
        self.doubt(&mut examined);
        examined
    }

    async fn ask(&mut self, examined: &mut Examined) {
        let ask = || {
            let source = Arc::clone(&self.source);
            async move { Ok(source.probe().await?.requests > 0) }
        };
        if let Err(error) = probe(&mut examined.latency, ask).await {
            examined.trouble = Some(Trouble::of(&error));
            return;
        }
        match timeout_at(Instant::now() + self.timeout * 2, self.source.identify()).await {
            Ok(Ok(identity)) => examined.identity = identity,
            Ok(Err(error)) => examined.doubts.push(format!("what it is cannot be told: {error}")),
            Err(_) => examined.doubts.push("it does not tell in time what it is".to_owned()),
        }
        self.load(examined).await;
    }

    /// As the dashboard would ask: all there is to know, and then one refresh.
    async fn load(&mut self, examined: &mut Examined) {
        let desk = &mut self.desk;
        desk.restore().await;
        // What was asked to find out what it is does not count.
        let ours = desk.report().status.requests;
        let deadline = Instant::now() + LOADING;
        while desk.has_errands() && !desk.is_failing() {
            if timeout_at(deadline, desk.step(false)).await.is_err() {
                break;
            }
        }
        let before = desk.report().status.requests;
        let unfinished = desk.has_errands() && !desk.is_failing();
        let begun = Instant::now();
        let refreshed = timeout_at(begun + self.timeout * 2, desk.step(true)).await;
        let report = desk.report();
        examined.objectives = report.slos.len();
        examined.found = report.status.found;
        examined.doubts.extend(report.status.warnings);
        match (report.status.feed.trouble, refreshed) {
            (Some(trouble), _) => {
                let text = trouble.text;
                examined.trouble = Some(Trouble { class: "asking", text, advice: None });
            }
            (None, Err(_)) => examined.doubts.push("one refresh did not end in time".to_owned()),
            (None, Ok(())) => {
                let a_refresh = report.status.requests - before;
                let every = desk.every();
                examined.requests = Some(Requests { to_begin: before - ours, unfinished, a_refresh, every });
                examined.latency.extend(self.source.took());
                examined.latency.sort();
                if examined.latency.is_empty() && a_refresh > 0 {
                    examined.latency.push(begun.elapsed());
                }
            }
        }
    }

    fn doubt(&self, examined: &mut Examined) {
        let told = std::mem::take(&mut examined.identity.doubts);
        examined.doubts.extend(told);
        examined.doubt_speed();
        examined.doubts.extend(self.forgets(&examined.identity));
        examined.doubt_way();
        // The clocks have a line of their own.
        let clock = examined.health.clock_doubt();
        examined.doubts.retain(|doubt| clock.as_ref() != Some(doubt));
        let mut seen = std::collections::BTreeSet::new();
        examined.doubts.retain(|doubt| seen.insert(doubt.clone()));
    }
}

impl Patient {
    /// What is older than its retention is not counted, whatever the window of an SLO says.
    fn forgets(&self, told: &Identity) -> Option<String> {
        let retention = told.facts.iter().find(|(name, _)| name == "retention")?;
        // Such as `15d or 512MiB`.
        let kept: Window = retention.1.split_whitespace().next()?.parse().ok()?;
        let reach = self.reach.filter(|reach| *reach > kept)?;
        Some(format!(
            "it keeps {kept}, and SLOs look back {reach}: what is older is not counted, unless it was counted before"
        ))
    }
}

pub(super) fn told(findings: Vec<Diagnostic>) -> Vec<String> {
    let told = |finding: Diagnostic| match finding.hint {
        Some(hint) => format!("{}; {hint}", finding.message),
        None => finding.message,
    };
    findings.into_iter().map(told).collect()
}
