//! Where the configuration, the themes and the state live on this machine.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use directories::{BaseDirs, ProjectDirs};

pub const FILE: &str = "burnwatch.toml";
pub const VARIABLE: &str = "BURNWATCH_CONFIG";
/// For all users of the machine.
pub const SYSTEM: &str = "/etc/burnwatch";

/// The user's folders; each may be unknown, as in a container without a home.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folders {
    pub home: Option<PathBuf>,
    /// `~/.config/burnwatch` on Linux.
    pub config: Option<PathBuf>,
    /// `~/.local/state/burnwatch` on Linux.
    pub state: Option<PathBuf>,
}

impl Folders {
    /// As the platform has them.
    pub fn of_platform() -> Self {
        let project = ProjectDirs::from("", "", "burnwatch");
        let state = |dirs: &ProjectDirs| dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_owned();
        Self {
            home: BaseDirs::new().map(|dirs| dirs.home_dir().to_owned()),
            config: project.as_ref().map(|dirs| dirs.config_dir().to_owned()),
            state: project.as_ref().map(state),
        }
    }

    /// Where the user's own themes are.
    pub fn themes(&self) -> Option<PathBuf> {
        self.config.as_ref().map(|folder| folder.join("themes"))
    }

    /// The first that is given: the flag, the configuration, the platform's folder. `None` where there
    /// is none, which means that nothing can be written.
    pub fn state_dir(&self, flag: Option<&Path>, configured: Option<&Path>) -> Option<PathBuf> {
        flag.or(configured).map(Path::to_owned).or_else(|| self.state.clone())
    }
}

/// The file to read: `flag`, the variable, the user's, the machine's. The first two are taken at their
/// word, so that a missing one is an error; `None` means that nothing is configured.
pub fn find(
    flag: Option<&Path>,
    environment: impl Fn(&str) -> Option<OsString>,
    folders: &Folders,
    exists: impl Fn(&Path) -> bool,
) -> Option<PathBuf> {
    let named = || environment(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
    let usual = folders.config.iter().map(PathBuf::as_path).chain([Path::new(SYSTEM)]);
    flag.map(Path::to_owned)
        .or_else(named)
        .or_else(|| usual.map(|folder| folder.join(FILE)).find(|file| exists(file)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> Folders {
        let at = |path: &str| Some(PathBuf::from(path));
        Folders { home: at("/h"), config: at("/h/.config/burnwatch"), state: at("/h/state") }
    }

    fn found(flag: Option<&str>, variable: &str, folders: &Folders, there: &[&str]) -> Option<String> {
        let environment = |name: &str| (name == VARIABLE).then(|| OsString::from(variable));
        let exists = |path: &Path| there.iter().any(|file| path == Path::new(file));
        find(flag.map(Path::new), environment, folders, exists).map(|path| path.display().to_string())
    }

    #[test]
    fn the_nearest_word_wins_and_is_not_second_guessed() {
        let there = ["/h/.config/burnwatch/burnwatch.toml", "/etc/burnwatch/burnwatch.toml"];
        let find = |flag, variable, there: &[&str]| found(flag, variable, &home(), there);
        assert_eq!(find(Some("missing.toml"), "/v", &there).as_deref(), Some("missing.toml"));
        assert_eq!(find(None, "/v", &there).as_deref(), Some("/v"));
        assert_eq!(find(None, "", &there).as_deref(), Some(there[0]));
        assert_eq!(find(None, "", &there[1..]).as_deref(), Some(there[1]));
        assert_eq!(find(None, "", &[]), None);
    }

    #[test]
    fn without_a_home_the_machines_file_still_counts() {
        let homeless = Folders::default();
        let there = "/etc/burnwatch/burnwatch.toml";
        assert_eq!(found(None, "", &homeless, &[there]).as_deref(), Some(there));
        assert_eq!((homeless.themes(), homeless.state_dir(None, None)), (None, None));
        let shared = Path::new("/srv/team");
        assert_eq!(homeless.state_dir(None, Some(shared)), Some(shared.to_owned()));
        assert_eq!(home().state_dir(Some(Path::new("x")), Some(shared)), Some(PathBuf::from("x")));
        assert_eq!(home().themes(), Some(PathBuf::from("/h/.config/burnwatch/themes")));
    }
}
