//! The dashboard itself.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use super::args::Common;
use super::catalogue;
use super::diary;
use super::exit::Failure;
use super::identity;
use super::library::{demo_log, demo_runbooks};
use super::looks::{Medium, env, theme};
use super::open;
use super::session::Session;
use crate::runtime::log;
use crate::runtime::run::{Launch, Log, Runbooks, run as open};

pub(super) async fn run(common: &Common, demo: bool) -> Result<u8, Failure> {
    let session = open::session(common, demo)?;
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        let hint = "`burnwatch status` and `burnwatch show overview` work without one";
        return Err(Failure::configuration(format!("error: the dashboard needs a terminal; {hint}")));
    }
    if env("TERM").is_some_and(|term| term == "dumb") {
        let hint =
            "set TERM to what the terminal is, or use `burnwatch status` and `burnwatch show overview`";
        return Err(Failure::configuration(format!(
            "error: with TERM=dumb the dashboard cannot place the cursor; {hint}"
        )));
    }
    let themes = session.folders.themes();
    let theme = theme(common, session.config.theme.as_deref(), themes.as_deref(), Medium::Terminal)?;
    let mut desks = session.desks(common.timeout)?;
    if let Some(replay) = &session.replay {
        replay.warm(&mut desks).await;
        replay.run();
    }
    let witnesses = session.witnesses(&desks, common.timeout)?;
    let log = match (&session.state_dir, session.demo) {
        (Some(folder), _) => Log::Folder(folder.clone(), session.fixed),
        (None, Some(scenario)) => Log::Memory(demo_log(scenario, &session)),
        (None, None) => Log::Memory(Arc::default()),
    };
    let runbooks = if session.demo.is_some() && session.config.runbooks.is_empty() {
        Runbooks::Memory(Arc::new(demo_runbooks()))
    } else {
        Runbooks::Folders(session.config.runbooks.clone())
    };
    diary::start(&session.config);
    log::flush();
    let notices = notices(&session, common, demo);
    let launch = Launch {
        setup: session.setup_with(&witnesses),
        desks,
        witnesses,
        log,
        author: session.writes_log().then(identity::program),
        runbooks,
        theme,
        clock: Arc::clone(&session.clock),
        notices,
        catalogue: catalogue::watched(&session.config, &session.catalogue),
    };
    let outcome = open(launch).await;
    tracing::info!(well = outcome.is_ok(), "stop");
    outcome?;
    Ok(0)
}

fn notices(session: &Session, common: &Common, demo: bool) -> Vec<(String, String)> {
    let mut notices = Vec::new();
    let asked = demo || common.demo || common.scenario.is_some();
    if session.demo.is_some() && !asked {
        let text = "nothing is configured, so this is the demo: `burnwatch init` starts one";
        notices.push(("demo".to_owned(), text.to_owned()));
    }
    let warnings: Vec<String> = session.warnings.iter().map(crate::config::Diagnostic::line).collect();
    if !warnings.is_empty() {
        notices.push(("configuration".to_owned(), warnings.join("; ")));
    }
    notices.extend(log::trouble().map(|text| ("log".to_owned(), text)));
    notices.extend(session.replay.as_ref().map(|replay| ("replay".to_owned(), replay.words())));
    notices.extend(catalogue::trouble(&session.catalogue).map(|text| ("catalogue".to_owned(), text)));
    notices
}
