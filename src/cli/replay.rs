//! `replay`: the dashboard, or the status, of a recording at its own time.

use super::args::{Common, ReplayArgs, StatusArgs};
use super::exit::Failure;
use super::{dashboard, status};

pub(super) async fn run(common: Common, args: ReplayArgs) -> Result<u8, Failure> {
    let taken = [
        (common.config.is_some(), "--config"),
        (common.prometheus.is_some(), "--prometheus"),
        (common.demo, "--demo"),
        (common.scenario.is_some(), "--scenario"),
        (common.state_dir.is_some(), "--state-dir"),
        (common.record.is_some(), "--record"),
    ];
    // What a variable of the environment says for all commands is not meant for this one.
    let typed: Vec<String> = std::env::args().collect();
    if let Some((_, flag)) =
        taken.iter().find(|(set, flag)| *set && typed.iter().any(|word| word.starts_with(flag)))
    {
        return Err(Failure::configuration(format!(
            "error: a replay takes all from the recording, so {flag} has no place here"
        )));
    }
    let (speed, json) = (args.status, args.json);
    let common = Common { replay: Some(args), record: None, ..common };
    if speed {
        return status::run(&common, &StatusArgs { ids: Vec::new(), oneline: false, json }).await;
    }
    dashboard::run(&common, false).await
}
