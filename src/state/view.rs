//! Where the reader is and what they have chosen to see. Nothing of it is fetched.

use std::collections::{BTreeMap, BTreeSet};

use super::place::{PanelId, Screen};
use crate::domain::slo::whatif::Change;

/// A selection by id, so that it survives refresh, sorting and filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    pub id: Option<String>,
    /// Where the id was last seen, for when it is gone; also the scroll position of panels without rows.
    pub index: usize,
}

/// An open runbook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenPage {
    /// Its collection, and its path in it.
    pub root: String,
    pub path: String,
    /// First line shown.
    pub scroll: usize,
    /// Columns by which code is shifted.
    pub offset: usize,
    /// The link that `Enter` follows, by its place on the page.
    pub link: Option<usize>,
    pub folded: BTreeSet<usize>,
    /// How we came here: the alert, and why this page matched.
    pub found: Option<String>,
    /// The block to begin at, when the page was opened at one.
    pub anchor: Option<usize>,
}

/// Text being typed in the key row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prompt {
    Filter { before: String },
}

#[derive(Clone, Debug, PartialEq)]
pub struct View {
    pub screen: Screen,
    /// Screens behind this one; `Esc` goes back through them.
    pub trail: Vec<Screen>,
    pub focus: PanelId,
    pub cursors: BTreeMap<PanelId, Cursor>,
    pub zoomed: Option<PanelId>,
    /// Grouped objectives whose children are shown.
    pub unfolded: BTreeSet<String>,
    /// Filter text by screen.
    pub filters: BTreeMap<&'static str, String>,
    pub prompt: Option<Prompt>,
    /// Index into [`RANGES`].
    pub range: usize,
    /// The SLO whose page is open.
    pub slo: Option<String>,
    /// How the knobs of what-if are turned.
    pub change: Change,
    pub service: Option<String>,
    pub incident: Option<u64>,
    pub page: Option<OpenPage>,
    /// Pages behind the open one.
    pub pages: Vec<OpenPage>,
}

/// How far back charts reach: name and seconds.
pub const RANGES: [(&str, i64); 6] =
    [("15m", 900), ("30m", 1800), ("1h", 3600), ("2h", 7200), ("4h", 14_400), ("6h", 21_600)];
const FIRST_RANGE: usize = 4;

impl Default for View {
    fn default() -> Self {
        Self {
            screen: Screen::Overview,
            trail: Vec::new(),
            focus: PanelId::Objectives,
            cursors: BTreeMap::new(),
            zoomed: None,
            unfolded: BTreeSet::new(),
            filters: BTreeMap::new(),
            prompt: None,
            range: FIRST_RANGE,
            slo: None,
            change: Change::default(),
            service: None,
            incident: None,
            page: None,
            pages: Vec::new(),
        }
    }
}

impl View {
    pub fn cursor(&self, panel: PanelId) -> Cursor {
        self.cursors.get(&panel).cloned().unwrap_or_default()
    }

    pub fn filter(&self) -> &str {
        self.filters.get(self.screen.name()).map_or("", String::as_str)
    }

    pub fn set_filter(&mut self, text: String) {
        self.filters.insert(self.screen.name(), text);
    }

    pub fn range_seconds(&self) -> i64 {
        RANGES[self.range].1
    }

    pub fn range_name(&self) -> &'static str {
        RANGES[self.range].0
    }
}
