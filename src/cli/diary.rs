//! The program's own log: where it is, and its first and last lines.

use std::panic;
use std::path::{Path, PathBuf};

use super::args::{Common, LogLevel};
use crate::config::Config;
use crate::runtime::log::{self, Level, Plan};

/// Below the state directory.
const FOLDER: &str = "logs";

impl LogLevel {
    fn level(self) -> Option<Level> {
        Some(match self {
            Self::Off => return None,
            Self::Error => Level::Error,
            Self::Warn => Level::Warn,
            Self::Info => Level::Info,
            Self::Debug => Level::Debug,
            Self::Trace => Level::Trace,
        })
    }
}

/// None for the demo and with --read-only. A state directory that a team shares is not the place for one's own log:
/// that stays in `own`, the user's.
pub(super) fn plan(common: &Common, demo: bool, state: Option<&Path>, own: Option<&Path>) -> Option<Plan> {
    let level = common.log_level.level().filter(|_| !demo && !common.read_only)?;
    let state = state.filter(|folder| !is_shared(folder)).or(own)?;
    Some(Plan { folder: PathBuf::from(state).join(FOLDER), level })
}

#[cfg(unix)]
fn is_shared(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    folder.metadata().is_ok_and(|found| found.permissions().mode() & 0o022 != 0)
}

#[cfg(not(unix))]
fn is_shared(_: &Path) -> bool {
    false
}

/// Writes the log from here on, panics too.
pub(super) fn begin(plan: &Plan) {
    log::begin(plan.clone());
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let payload = info.payload();
        let owned = || payload.downcast_ref::<String>().map(String::as_str);
        let text = payload.downcast_ref::<&str>().copied().or_else(owned).unwrap_or_default();
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, text, "panic");
        log::flush();
        before(info);
    }));
}

/// The first line of a dashboard.
pub(super) fn start(config: &Config) {
    let path = config.path.as_ref().map_or_else(String::new, |path| path.display().to_string());
    tracing::info!(version = env!("CARGO_PKG_VERSION"), config = path, backends = backends(config), "start");
}

/// The first line of a command that ends by itself.
pub(super) fn begun(config: &Config) {
    let path = config.path.as_ref().map_or_else(String::new, |path| path.display().to_string());
    tracing::debug!(
        version = env!("CARGO_PKG_VERSION"),
        config = path,
        backends = backends(config),
        "command"
    );
}

fn backends(config: &Config) -> String {
    let told = config.backends.iter().map(|backend| format!("{} ({})", backend.name, backend.kind));
    told.collect::<Vec<_>>().join(", ")
}
