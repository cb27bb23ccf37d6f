//! This machine: what was read, where state is kept, and what the terminal can do.

use std::io::{IsTerminal, stdout};
use std::path::Path;

use super::disk;
use super::sheet::Mark;
use super::weigh::bytes;
use crate::cli::args::Common;
use crate::cli::looks::{Medium, depth, env, speaks_unicode, theme};
use crate::cli::session::Session;
use crate::domain::quantity::several;
use crate::runtime::log;
use crate::theme::Depth;

/// Rows of a label and what stands there, in their order.
pub(super) struct Machine {
    pub(super) rows: Vec<(&'static str, String)>,
    pub(super) troubles: Vec<String>,
    pub(super) doubts: Vec<String>,
}

impl Machine {
    pub(super) fn look(session: &Session, common: &Common) -> Self {
        let mut machine = Self { rows: Vec::new(), troubles: Vec::new(), doubts: Vec::new() };
        machine.row("burnwatch", env!("CARGO_PKG_VERSION").to_owned());
        machine.configuration(session, common);
        machine.state(session);
        machine.log(session);
        if let Some(told) = proxies(env) {
            machine.row("proxy", told);
        }
        machine.row("terminal", terminal(common));
        machine.theme(session, common);
        machine
    }

    pub(super) fn mark(&self) -> Mark {
        match (self.troubles.is_empty(), self.doubts.is_empty()) {
            (false, _) => Mark::Broken,
            (true, false) => Mark::Doubtful,
            (true, true) => Mark::Well,
        }
    }

    fn row(&mut self, label: &'static str, text: String) {
        self.rows.push((label, text));
    }

    fn configuration(&mut self, session: &Session, common: &Common) {
        let told = match (&session.config.path, session.demo, &common.prometheus) {
            (Some(path), ..) => path.display().to_string(),
            (None, Some(_), _) => "none: this is the demo".to_owned(),
            (None, None, Some(_)) => "none: --prometheus".to_owned(),
            (None, None, None) => "none".to_owned(),
        };
        self.row("configuration", told);
        self.doubts.extend(session.warnings.iter().map(crate::config::Diagnostic::line));
        self.doubts.extend(session.missing());
    }

    fn state(&mut self, session: &Session) {
        let Some(folder) = &session.state_dir else {
            let why =
                if session.demo.is_some() { "in memory: this is the demo" } else { "nowhere to keep it" };
            return self.row("state", why.to_owned());
        };
        let mut told = vec![folder.display().to_string()];
        if folder.is_dir() {
            self.folder(folder, session.read_only, &mut told);
        } else if folder.exists() {
            self.troubles.push(format!("{} is not a folder: no state can be kept", folder.display()));
        } else {
            told.push("made when something is to be kept".to_owned());
        }
        self.row("state", told.join(" · "));
        let (files, size) = disk::files(&folder.join("cache"));
        self.row("cache", format!("{} · {}", several(files, "file"), bytes(size)));
    }

    fn folder(&mut self, folder: &Path, read_only: bool, told: &mut Vec<String>) {
        if read_only {
            told.push("not written to: --read-only".to_owned());
        } else {
            match disk::try_writing(folder) {
                Ok(()) => told.push("can be written and locked".to_owned()),
                Err(why) => self.troubles.push(why),
            }
        }
        let mode = disk::mode(folder).unwrap_or_default();
        told.extend(disk::mode(folder).map(|mode| format!("{mode:04o}")));
        let shown = folder.display();
        if mode & 0o002 != 0 {
            self.troubles.push(format!("everybody may write to {shown}: run chmod o-w on it"));
        }
        if let Some(network) = disk::network(folder) {
            told.push(network.to_owned());
            self.doubts.push(format!(
                "{shown} lies on {network}: locks work there only if the server has them; try `burnwatch log verify`"
            ));
        }
        let shared = mode & 0o020 != 0;
        let open =
            if shared { 0 } else { disk::open_files(folder) + disk::open_files(&folder.join("cache")) };
        if open > 0 {
            self.doubts.push(format!(
                "others may read {} in {shown}: run chmod -R go-rwx on it",
                several(open, "file")
            ));
        }
    }

    fn log(&mut self, session: &Session) {
        let told = match session.log_plan() {
            None => "none is written".to_owned(),
            Some(plan) => {
                let file = plan.file();
                let size = file.metadata().map_or(0, |found| found.len());
                format!("{} · {} · {}", file.display(), plan.level.word(), bytes(size))
            }
        };
        self.row("log", told);
        // Whether it can be written is known when something was.
        tracing::info!("the doctor looks around");
        log::flush();
        self.doubts.extend(log::trouble());
    }

    fn theme(&mut self, session: &Session, common: &Common) {
        let folder = session.folders.themes();
        let configured = session.config.theme.as_deref();
        match theme(common, configured, folder.as_deref(), Medium::Text) {
            Ok(theme) => self.row("theme", theme.name().to_owned()),
            Err(failure) => {
                self.row("theme", "cannot be used".to_owned());
                self.troubles.push(failure.text().to_owned());
            }
        }
    }
}

fn terminal(common: &Common) -> String {
    let seen = stdout().is_terminal();
    let size = crossterm::terminal::size().ok().filter(|_| seen);
    let mut told =
        vec![size.map_or_else(|| "none here".to_owned(), |(width, height)| format!("{width}x{height}"))];
    told.extend(env("TERM").map(|term| format!("TERM {term}")));
    let colours = match depth(common, Medium::Terminal) {
        Depth::None => "no colours",
        Depth::Ansi16 => "16 colours",
        Depth::Indexed256 => "256 colours",
        Depth::True => "true colour",
    };
    told.push(colours.to_owned());
    let unicode = if common.ascii || !speaks_unicode() { "ASCII" } else { "Unicode" };
    told.push(unicode.to_owned());
    told.join(" · ")
}

/// Where the environment sends requests, without who logs in there: a proxy that nobody thought of looks like a backend
/// that is sick.
fn proxies(env: impl Fn(&str) -> Option<String>) -> Option<String> {
    let named = |name: &'static str| {
        let value = [name.to_ascii_uppercase(), name.to_owned()].iter().find_map(|name| env(name))?;
        Some((name, crate::text::cleaned(&value))).filter(|(_, value)| !value.is_empty())
    };
    let bare = |value: &str| {
        let (scheme, rest) = value.split_once("://").map_or(("", value), |(scheme, rest)| (scheme, rest));
        let host = rest.rsplit('@').next().unwrap_or_default();
        if scheme.is_empty() { host.to_owned() } else { format!("{scheme}://{host}") }
    };
    let set: Vec<_> = ["http_proxy", "https_proxy", "all_proxy"].into_iter().filter_map(named).collect();
    let mut told: Vec<_> = set.iter().map(|(name, value)| format!("{name} {}", bare(value))).collect();
    if told.is_empty() {
        return None;
    }
    told.extend(named("no_proxy").map(|(_, hosts)| format!("not for {hosts}")));
    Some(told.join(" · "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_told_without_their_passwords() {
        let of = |set: &'static [(&str, &str)]| {
            proxies(|name| set.iter().find(|one| one.0 == name).map(|one| one.1.to_owned()))
        };
        assert_eq!(of(&[("no_proxy", "localhost")]), None);
        let all = &[
            ("HTTP_PROXY", "http://alice:p@ss@proxy.test:3128/"),
            ("https_proxy", "bob:hunter2@proxy.test"),
            ("NO_PROXY", "localhost,.svc"),
        ];
        let told = "http_proxy http://proxy.test:3128/ · https_proxy proxy.test · not for localhost,.svc";
        assert_eq!(of(all).as_deref(), Some(told));
    }
}
