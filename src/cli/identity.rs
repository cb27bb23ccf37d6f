//! Who writes to the log, and how that is known.

use super::args::Common;
use super::exit::Failure;
use super::looks::env;
use super::session::Session;
use crate::domain::journal::Author;

const VARIABLE: &str = "BURNWATCH_USER";
/// The longest name that the log keeps whole.
const LONGEST: usize = 256;

/// The person at the keyboard: `--as`, `BURNWATCH_USER`, `user` of the configuration, then the account.
pub(super) fn author(common: &Common, session: &Session) -> Result<Author, Failure> {
    let (name, source) = person(common.author.as_deref(), session.config.user.as_deref(), env)
        .ok_or_else(|| Failure::configuration("error: nobody knows who you are: say it with --as NAME"))?;
    if name.len() > LONGEST {
        let hint = format!("has {} bytes, {LONGEST} are the limit", name.len());
        return Err(Failure::configuration(format!("error: the name in --as or {VARIABLE} {hint}")));
    }
    Ok(Author { name, source: source.to_owned(), host: host(), tty: tty() })
}

/// The program itself, for what it sees on its own.
pub(super) fn program() -> Author {
    Author::program(&host())
}

/// The first of these that says something. `flag` holds the variable too, as all flags do.
fn person(
    flag: Option<&str>,
    configured: Option<&str>,
    env: impl Fn(&str) -> Option<String>,
) -> Option<(String, &'static str)> {
    let spoken = |name: Option<&str>| name.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    let variable = |name: &str| spoken(env(name).as_deref());
    let flag = spoken(flag);
    let by = if flag.is_some() && flag == variable(VARIABLE) { "env" } else { "flag" };
    let account = || ["LOGNAME", "USER", "USERNAME"].into_iter().find_map(variable).or_else(number);
    flag.map(|name| (name, by))
        .or_else(|| Some((spoken(configured)?, "config")))
        .or_else(|| Some((variable("SUDO_USER")?, "sudo")))
        .or_else(|| Some((account()?, "login")))
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have no such number")]
fn number() -> Option<String> {
    Some(format!("uid-{}", rustix::process::getuid()))
}

#[cfg(not(unix))]
fn number() -> Option<String> {
    None
}

#[cfg(unix)]
fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(not(unix))]
fn host() -> String {
    env("COMPUTERNAME").unwrap_or_default()
}

#[cfg(unix)]
fn tty() -> Option<String> {
    let name = rustix::termios::ttyname(std::io::stdin(), Vec::new()).ok()?.into_string().ok()?;
    Some(name.trim_start_matches("/dev/").to_owned())
}

#[cfg(not(unix))]
fn tty() -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(
        flag: Option<&str>,
        configured: Option<&str>,
        variables: &[(&str, &str)],
    ) -> (String, &'static str) {
        let env = |name: &str| variables.iter().find(|pair| pair.0 == name).map(|pair| pair.1.to_owned());
        person(flag, configured, env).unwrap()
    }

    #[test]
    fn the_nearest_word_wins() {
        let account = [("SUDO_USER", "carol"), ("LOGNAME", "root"), ("BURNWATCH_USER", "bob")];
        let said = |name: &str, source| (name.to_owned(), source);
        assert_eq!(found(Some("alice"), Some("eve"), &account), said("alice", "flag"));
        assert_eq!(found(Some("bob"), Some("eve"), &account), said("bob", "env"));
        assert_eq!(found(Some(" "), Some("eve"), &account), said("eve", "config"));
        assert_eq!(found(None, None, &account), said("carol", "sudo"));
        assert_eq!(found(None, None, &[("LOGNAME", ""), ("USER", "frank")]), said("frank", "login"));
        #[cfg(unix)]
        assert!(found(None, None, &[]).0.starts_with("uid-"));
    }
}
