//! What a scenario expects: a number, or a word for what has no number.

use std::fs;
use std::path::Path;

use burnwatch::domain::slo::target::Target;
use burnwatch::domain::slo::window::Window;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A number, or `none`, `never` and `inf` in words.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Figure {
    Number(f64),
    Word(String),
}

impl Figure {
    fn matches(&self, got: Option<f64>, within: f64) -> bool {
        match (self, got) {
            (Self::Number(want), Some(got)) => (got - want).abs() <= within * want.abs().max(1.0),
            (Self::Word(word), Some(got)) => word == "inf" && got == f64::INFINITY,
            (Self::Word(word), None) => word == "none" || word == "never",
            (Self::Number(_), None) => false,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<Case> {
    case: Vec<Case>,
}

/// All cases of one scenario file; a key that is not known is an error, so that no expectation is lost.
pub(crate) fn cases<Case: DeserializeOwned>(name: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/domain/scenarios").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file: File<Case> = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(!file.case.is_empty(), "{name} holds no case");
    file.case
}

/// Collects the differences of one case, so that a failure shows all of them.
pub(crate) struct Check<'a> {
    case: &'a str,
    within: f64,
    checked: usize,
    wrong: Vec<String>,
}

impl<'a> Check<'a> {
    pub(crate) fn new(case: &'a str, within: Option<f64>) -> Self {
        Self { case, within: within.unwrap_or(1e-12), checked: 0, wrong: Vec::new() }
    }

    pub(crate) fn number(&mut self, what: &str, want: Option<&Figure>, got: Option<f64>) {
        let Some(want) = want else { return };
        self.checked += 1;
        if !want.matches(got, self.within) {
            self.wrong.push(format!("{what}: expected {want:?}, got {got:?}"));
        }
    }

    pub(crate) fn same<T: PartialEq<U> + std::fmt::Debug, U: std::fmt::Debug>(
        &mut self,
        what: &str,
        want: Option<&T>,
        got: U,
    ) {
        let Some(want) = want else { return };
        self.checked += 1;
        if *want != got {
            self.wrong.push(format!("{what}: expected {want:?}, got {got:?}"));
        }
    }

    /// As many as were got, each the beginning of one.
    pub(crate) fn warnings(&mut self, want: Option<&[String]>, got: &[String]) {
        let Some(want) = want else { return };
        let all = want.iter().all(|want| got.iter().any(|got| got.starts_with(want)));
        self.holds(&format!("warnings: expected {want:?}, got {got:?}"), all && want.len() == got.len());
    }

    pub(crate) fn holds(&mut self, what: &str, holds: bool) {
        self.checked += 1;
        if !holds {
            self.wrong.push(what.to_owned());
        }
    }

    /// Fails with everything that was wrong, and when nothing was checked.
    pub(crate) fn done(self) {
        assert!(self.wrong.is_empty(), "{}\n  {}", self.case, self.wrong.join("\n  "));
        assert!(self.checked > 0, "{}: the case expects nothing", self.case);
    }
}

pub(crate) fn target(text: &str) -> Target {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub(crate) fn window(text: &str) -> Window {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}
