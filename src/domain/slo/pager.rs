//! Agreement with the pager: what the backend's own alerts say, and whether our tiers say the same.

use std::collections::BTreeMap;

use super::tier::Severity;

/// A difference that is gone within two evaluations of the backend's rules, at one a minute, is a lag.
pub const GRACE: i64 = 120;
/// How long what was heard is kept, in seconds.
pub const KEPT: i64 = 600;

/// One of the backend's own alerts, from a series of `ALERTS`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alarm {
    /// `alertname`.
    pub name: String,
    /// `None` where its labels do not tell a page from a ticket.
    pub severity: Option<Severity>,
    /// `alertstate` is `firing`; else it is pending.
    pub firing: bool,
}

/// What the backend's alerts were, by minute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// What stood at each whole minute (Unix seconds) that was asked, of the last ten.
    pub minutes: BTreeMap<i64, Vec<Alarm>>,
    /// Whether the backend had any alert at all, of whatever rule.
    pub any: bool,
    /// Why the backend does not tell.
    pub refused: Option<String>,
}

/// Whether there is a pager to agree with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hearing {
    /// It has not answered yet.
    NotAsked,
    Refused(String),
    /// The backend has no alerts at all, which may be peace or the want of any rule.
    NoPager,
    Heard,
}

/// Of one severity, at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accord {
    Agree,
    /// They differ, but not for longer than [`GRACE`].
    Settling,
    OnlyPager,
    OnlyUs,
    /// We cannot judge our own tiers, or were not told of the pager's.
    Unknown,
}

impl Accord {
    /// The word of the JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Settling => "settling",
            Self::OnlyPager => "only_pager",
            Self::OnlyUs => "only_us",
            Self::Unknown => "unknown",
        }
    }

    pub fn differs(self) -> bool {
        matches!(self, Self::OnlyPager | Self::OnlyUs)
    }
}

/// One severity as both have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opinion {
    pub severity: Severity,
    pub accord: Accord,
    /// Whether the pager fires; `None` where it was not heard.
    pub pager: Option<bool>,
    /// Whether we do; `None` where our tiers cannot be judged.
    pub ours: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    pub hearing: Hearing,
    /// The alerts that stand at the newest minute heard, pending or firing.
    pub alarms: Vec<Alarm>,
    /// The minute they are of, in Unix seconds.
    pub heard_at: Option<i64>,
    /// Page, then ticket, as far as either side has it.
    pub opinions: Vec<Opinion>,
}

impl Heard {
    /// Takes in what stood at each minute that was asked, also where nothing did.
    pub fn record(&mut self, minutes: impl IntoIterator<Item = (i64, Vec<Alarm>)>) {
        self.minutes.extend(minutes);
        if let Some(newest) = self.newest() {
            self.minutes = self.minutes.split_off(&(newest - KEPT));
        }
    }

    pub fn newest(&self) -> Option<i64> {
        self.minutes.last_key_value().map(|last| *last.0)
    }

    /// The alerts of that minute; `None` when it was not heard.
    fn at(&self, minute: i64) -> Option<&[Alarm]> {
        self.minutes.get(&minute).map(Vec::as_slice)
    }

    fn hearing(&self) -> Hearing {
        match (&self.refused, self.newest()) {
            (Some(why), _) => Hearing::Refused(why.clone()),
            (None, None) => Hearing::NotAsked,
            (None, Some(_)) if self.any => Hearing::Heard,
            (None, Some(_)) => Hearing::NoPager,
        }
    }
}

/// Compares what was heard with our own evaluation. `at` is the whole minute that our figures are of; `ours` tells
/// whether we fire at a minute, with `None` where that cannot be judged; `tiers` are the severities that we have.
pub fn agreement(
    heard: &Heard,
    at: Option<i64>,
    tiers: &[Severity],
    ours: impl Fn(Severity, i64) -> Option<bool>,
) -> Agreement {
    let hearing = heard.hearing();
    let heard_at = heard.newest().filter(|_| matches!(hearing, Hearing::Heard | Hearing::NoPager));
    let alarms = heard_at.and_then(|minute| heard.at(minute)).unwrap_or_default();
    let known = |severity: &Severity| {
        tiers.contains(severity) || alarms.iter().any(|alarm| alarm.severity == Some(*severity))
    };
    let unclassed = alarms.iter().any(|alarm| alarm.severity.is_none() && alarm.firing);
    let opinion = |severity| {
        let compare = Compare { heard, ours: &ours, severity, any: tiers };
        let accord = match (&hearing, at) {
            (Hearing::Heard, Some(at)) => compare.lasting(at),
            _ => Accord::Unknown,
        };
        let pager = heard_at.filter(|_| hearing == Hearing::Heard).and_then(|minute| compare.pager(minute));
        let ours = at.and_then(|at| ours(severity, at));
        // The pager may have been heard a minute after our newest figures.
        let moved = accord.differs() == (pager == ours) && accord != Accord::Unknown;
        let accord = if moved { Accord::Settling } else { accord };
        Opinion { severity, accord, pager, ours }
    };
    let severities = [Severity::Page, Severity::Ticket].into_iter();
    let wanted = severities.filter(|severity| known(severity) || (unclassed && *severity == Severity::Page));
    Agreement { opinions: wanted.map(opinion).collect(), alarms: alarms.to_vec(), hearing, heard_at }
}

struct Compare<'a, F> {
    heard: &'a Heard,
    ours: &'a F,
    severity: Severity,
    any: &'a [Severity],
}

impl<F: Fn(Severity, i64) -> Option<bool>> Compare<'_, F> {
    /// Whether the pager fires. An alert whose severity is not told goes for the one that we fire, else for a page.
    fn pager(&self, minute: i64) -> Option<bool> {
        let fits = |alarm: &Alarm| alarm.severity.unwrap_or_else(|| self.stand_in(minute)) == self.severity;
        let alarms = self.heard.at(minute)?;
        Some(alarms.iter().any(|alarm| alarm.firing && fits(alarm)))
    }

    fn stand_in(&self, minute: i64) -> Severity {
        let fired = |severity: &&Severity| (self.ours)(**severity, minute) == Some(true);
        self.any.iter().filter(fired).max().copied().unwrap_or(Severity::Page)
    }

    fn at(&self, minute: i64) -> Accord {
        match (self.pager(minute), (self.ours)(self.severity, minute)) {
            (Some(theirs), Some(ours)) if theirs == ours => Accord::Agree,
            (Some(true), Some(_)) => Accord::OnlyPager,
            (Some(false), Some(_)) => Accord::OnlyUs,
            _ => Accord::Unknown,
        }
    }

    /// A difference counts when it stood the same way at every minute of the grace.
    fn lasting(&self, at: i64) -> Accord {
        let now = self.at(at);
        let lasted = || (1..=GRACE / 60).all(|ago| self.at(at - 60 * ago) == now);
        if now.differs() && !lasted() { Accord::Settling } else { now }
    }
}

impl Agreement {
    /// Whether pager and tiers say the same; `None` where that is not known of any severity.
    pub fn agree(&self) -> Option<bool> {
        if self.differs() {
            return Some(false);
        }
        let known = self.opinions.iter().any(|opinion| opinion.accord != Accord::Unknown);
        known.then_some(true)
    }

    pub fn differs(&self) -> bool {
        self.opinions.iter().any(|opinion| opinion.accord.differs())
    }

    /// The worst that the pager fires.
    pub fn firing(&self) -> Option<Severity> {
        let firing = self.opinions.iter().filter(|opinion| opinion.pager == Some(true));
        firing.map(|opinion| opinion.severity).max()
    }

    /// The names of the alerts that fire (or are pending) with a severity, or with one that is not told.
    pub fn names(&self, severity: Severity, firing: bool) -> String {
        let fits =
            |alarm: &&Alarm| alarm.severity.is_none_or(|own| own == severity) && alarm.firing == firing;
        let mut names: Vec<&str> = self.alarms.iter().filter(fits).map(|alarm| alarm.name.as_str()).collect();
        names.dedup();
        names.join(", ")
    }

    /// What has to be said beside the figures.
    pub fn warnings(&self) -> Vec<String> {
        let said = |opinion: &Opinion| {
            let word = opinion.severity.word();
            match opinion.accord {
                Accord::OnlyPager => Some(format!(
                    "the pager fires a {word} ({}) and our tiers do not",
                    self.names(opinion.severity, true)
                )),
                Accord::OnlyUs => Some(format!("our tiers fire a {word} and the pager does not")),
                Accord::Agree | Accord::Settling | Accord::Unknown => None,
            }
        };
        let alone = self.opinions.iter().any(|opinion| opinion.ours == Some(true));
        let refused = match &self.hearing {
            Hearing::Refused(why) => Some(format!("the pager's alerts cannot be read: {why}")),
            Hearing::NoPager if alone => {
                Some("our tiers fire and no pager was found: the backend has no alerts at all".to_owned())
            }
            Hearing::NotAsked | Hearing::NoPager | Hearing::Heard => None,
        };
        self.opinions.iter().filter_map(said).chain(refused).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_768_903_200;
    const BOTH: [Severity; 2] = [Severity::Page, Severity::Ticket];

    fn alarm(severity: Option<Severity>) -> Alarm {
        Alarm { name: "Burn".into(), severity, firing: true }
    }

    /// The same alerts at the newest `count` minutes, and nothing at the ones before.
    fn heard(alarms: &[Alarm], count: i64) -> Heard {
        let mut heard = Heard { any: true, ..Heard::default() };
        heard.record(
            (0..6).map(|ago| (NOW - 60 * ago, if ago < count { alarms.to_vec() } else { Vec::new() })),
        );
        heard
    }

    fn page(heard: &Heard, since: Option<i64>) -> Agreement {
        let ours =
            |severity, minute| Some(severity == Severity::Page && since.is_some_and(|since| minute >= since));
        agreement(heard, Some(NOW), &BOTH, ours)
    }

    fn accords(found: &Agreement) -> Vec<Accord> {
        found.opinions.iter().map(|opinion| opinion.accord).collect()
    }

    #[test]
    fn both_fire_or_both_are_quiet() {
        let firing = page(&heard(&[alarm(Some(Severity::Page))], 6), Some(NOW - 600));
        assert_eq!(accords(&firing), [Accord::Agree, Accord::Agree]);
        assert_eq!((firing.agree(), firing.firing()), (Some(true), Some(Severity::Page)));
        let quiet = page(&heard(&[], 6), None);
        assert_eq!((quiet.agree(), quiet.firing(), quiet.warnings()), (Some(true), None, vec![]));
    }

    #[test]
    fn a_difference_of_two_minutes_is_a_lag_and_a_longer_one_a_quarrel() {
        let pager = [alarm(Some(Severity::Page))];
        for (minutes, want) in [(1, Accord::Settling), (2, Accord::Settling), (3, Accord::OnlyPager)] {
            assert_eq!(accords(&page(&heard(&pager, minutes), None))[0], want, "the pager for {minutes}");
        }
        for (since, want) in [(0, Accord::Settling), (60, Accord::Settling), (120, Accord::OnlyUs)] {
            assert_eq!(accords(&page(&heard(&[], 0), Some(NOW - since)))[0], want, "we for {since} s");
        }
        let quarrel = page(&heard(&pager, 3), None);
        assert_eq!((quarrel.agree(), quarrel.differs()), (Some(false), true));
        assert_eq!(quarrel.warnings(), ["the pager fires a page (Burn) and our tiers do not"]);
    }

    #[test]
    fn a_difference_that_turns_round_is_not_the_same_one() {
        let mut turned = heard(&[alarm(Some(Severity::Page))], 2);
        turned.record([(NOW - 120, vec![])]);
        let ours = |severity, minute| Some(severity == Severity::Page && minute == NOW - 120);
        assert_eq!(accords(&agreement(&turned, Some(NOW), &BOTH, ours))[0], Accord::Settling);
    }

    #[test]
    fn a_pager_that_is_a_minute_ahead_of_our_figures_settles() {
        let ours = |_, _| Some(false);
        let page = [alarm(Some(Severity::Page))];
        let began = agreement(&heard(&page, 1), Some(NOW - 60), &BOTH, ours);
        assert_eq!(accords(&began), [Accord::Settling, Accord::Agree]);
        let mut ended = heard(&page, 6);
        ended.record([(NOW, vec![])]);
        assert_eq!(accords(&agreement(&ended, Some(NOW - 60), &BOTH, ours))[0], Accord::Settling);
        // Figures that are older than what is kept of the pager are not compared.
        assert_eq!(accords(&agreement(&ended, Some(NOW - 3600), &BOTH, ours))[0], Accord::Unknown);
    }

    #[test]
    fn pending_is_not_firing() {
        let pending = Alarm { firing: false, ..alarm(Some(Severity::Page)) };
        let found = page(&heard(&[pending], 6), None);
        assert_eq!((found.agree(), found.names(Severity::Page, false).as_str()), (Some(true), "Burn"));
    }

    #[test]
    fn an_alert_of_no_severity_is_the_one_that_we_fire_or_else_a_page() {
        let heard = heard(&[alarm(None)], 6);
        let ours = |severity, _| Some(severity == Severity::Ticket);
        assert_eq!(accords(&agreement(&heard, Some(NOW), &BOTH, ours)), [Accord::Agree, Accord::Agree]);
        assert_eq!(accords(&page(&heard, None)), [Accord::OnlyPager, Accord::Agree]);
    }

    #[test]
    fn silence_is_no_agreement() {
        let deaf = page(&Heard::default(), None);
        assert_eq!((&deaf.hearing, deaf.agree()), (&Hearing::NotAsked, None));
        let mut none = heard(&[], 6);
        none.any = false;
        let calm = page(&none, None);
        assert_eq!((&calm.hearing, calm.agree(), calm.warnings()), (&Hearing::NoPager, None, vec![]));
        assert!(page(&none, Some(NOW)).warnings()[0].starts_with("our tiers fire and no pager was found"));
        let refused = Heard { refused: Some("no".into()), ..heard(&[], 6) };
        assert_eq!(page(&refused, None).agree(), None);
        let blind = agreement(&heard(&[alarm(Some(Severity::Page))], 6), Some(NOW), &BOTH, |_, _| None);
        assert_eq!((blind.agree(), blind.firing()), (None, Some(Severity::Page)));
        // Minutes that were not heard prove no difference.
        let mut young = Heard { any: true, ..Heard::default() };
        young.record([(NOW, vec![alarm(Some(Severity::Page))])]);
        assert_eq!(accords(&page(&young, None))[0], Accord::Settling);
    }

    #[test]
    fn ten_minutes_are_kept() {
        let mut heard = Heard::default();
        heard.record((0..100).map(|minute| (NOW + 60 * minute, vec![])));
        assert_eq!(heard.minutes.len(), 11);
    }
}
