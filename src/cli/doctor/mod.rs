//! `doctor`: reaches every backend, looks at this machine, and tells what is wrong and what to do.

mod backend;
mod backend_page;
pub(super) mod disk;
mod json;
mod machine;
mod machine_page;
mod route;
mod sheet;
mod tracer;
mod trouble;
mod weigh;

use tokio::task::JoinSet;

use super::args::{Common, DoctorArgs};
use super::exit::{Failure, PROBLEMS};
use super::open;
use super::output::print;
use super::session::Session;
use backend::{Examined, Patient};
use machine::Machine;
use sheet::{Mark, Sheet};

/// All that was found.
struct Findings {
    /// In the order of the configuration.
    backends: Vec<Examined>,
    machine: Machine,
}

impl Findings {
    fn worst(&self) -> Mark {
        let all = self.backends.iter().map(Examined::mark).chain([self.machine.mark()]);
        all.max().unwrap_or(Mark::Well)
    }
}

pub(super) async fn run(common: &Common, args: &DoctorArgs) -> Result<u8, Failure> {
    let session = open::session(common, false)?;
    let backends = examine(&session, common).await?;
    let findings = Findings { backends, machine: Machine::look(&session, common) };
    let text = if args.json {
        json::document(&findings, &session)?
    } else {
        let mut sheet = Sheet::new(common, &session);
        for examined in &findings.backends {
            backend_page::write(&mut sheet, examined, session.now);
        }
        machine_page::write(&mut sheet, &findings.machine);
        sheet.end(&summary(&findings))
    };
    print(&text)?;
    Ok(if findings.worst() == Mark::Broken { PROBLEMS } else { 0 })
}

/// Side by side, so that one that hangs does not hold the others.
async fn examine(session: &Session, common: &Common) -> Result<Vec<Examined>, Failure> {
    let mut asked = JoinSet::new();
    for (place, backend) in session.config.backends.iter().enumerate() {
        let patient =
            Patient::of(session, backend, common.timeout).map_err(|problems| session.failure(&problems))?;
        asked.spawn(async move { (place, patient.examine().await) });
    }
    let tracers = session.tracers(common.timeout)?;
    for (place, (backend, tracing)) in session.config.tracers.iter().zip(tracers).enumerate() {
        let patient = tracer::Patient::of(session, backend, tracing, common.timeout)
            .map_err(|problems| session.failure(&problems))?;
        let place = session.config.backends.len() + place;
        asked.spawn(async move { (place, patient.examine().await) });
    }
    let mut examined = asked.join_all().await;
    examined.sort_by_key(|one| one.0);
    Ok(examined.into_iter().map(|one| one.1).collect())
}

fn summary(findings: &Findings) -> String {
    let of = |mark| {
        let backends = findings.backends.iter().filter(|one| one.mark() == mark).count();
        backends + usize::from(findings.machine.mark() == mark)
    };
    match (of(Mark::Broken), of(Mark::Doubtful)) {
        (0, 0) => "all is well".to_owned(),
        (0, doubts) => format!("nothing is broken; doubts in {doubts} of the blocks above"),
        (broken, _) => format!("something is broken in {broken} of the blocks above"),
    }
}
