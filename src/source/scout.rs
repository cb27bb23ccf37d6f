//! The objectives and services that a backend brings itself: when they are looked for, and how long one that is not seen stays.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::claims::{Claim, Claims};
use super::{Discovered, SourceError};
use crate::domain::quantity::several;
use crate::domain::signal::Service;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::tool::Tool;

/// Seconds between two looks.
const EVERY: i64 = 600;
/// The same where the last look failed.
const SOON: i64 = 60;
/// An objective that is not seen for so long is gone. A backend that starts anew has its rules' series within minutes.
const STAYS: i64 = 3600;

pub(super) struct Scout {
    backend: String,
    claims: Arc<Claims>,
    /// What is configured for this backend.
    written: Vec<Arc<Objective>>,
    /// By id, with when each was last seen.
    found: BTreeMap<String, (Arc<Objective>, i64)>,
    /// The same by name; `None` before any were looked for.
    services: Option<BTreeMap<String, (Arc<Service>, i64)>>,
    doubts: Vec<String>,
    looked: bool,
    due: i64,
}

impl Scout {
    pub(super) fn new(backend: &str, claims: Arc<Claims>, written: Vec<Arc<Objective>>) -> Self {
        let backend = backend.to_owned();
        Self {
            backend,
            claims,
            written,
            found: BTreeMap::new(),
            services: None,
            doubts: Vec::new(),
            looked: false,
            due: 0,
        }
    }

    pub(super) fn is_due(&self, now: i64) -> bool {
        now >= self.due
    }

    /// `all` are configured from now on, `written` of them for this backend.
    pub(super) fn replace(&mut self, all: &[Arc<Objective>], written: Vec<Arc<Objective>>) {
        self.claims.configure(all);
        let (claims, backend) = (&self.claims, &self.backend);
        self.found.retain(|_, (objective, _)| claims.claim(objective, backend) == Claim::Own);
        (self.written, self.due) = (written, 0);
    }

    /// Takes in what a look at `now` has found.
    pub(super) fn meet(&mut self, discovered: Discovered, now: i64) {
        (self.doubts, self.looked, self.due) = (discovered.doubts, true, now + EVERY);
        if let Some(services) = discovered.services {
            self.meet_services(services, now);
        }
        let mut elsewhere: BTreeMap<String, usize> = BTreeMap::new();
        for objective in discovered.objectives {
            match self.claims.claim(&objective, &self.backend) {
                Claim::Own => {
                    self.found.insert(objective.id.clone(), (objective, now));
                }
                Claim::Configured => {
                    self.found.remove(&objective.id);
                }
                Claim::Elsewhere(owner) => *elsewhere.entry(owner).or_default() += 1,
            }
        }
        self.doubts.extend(elsewhere.into_iter().map(|(owner, count)| {
            let are = if count == 1 { "is" } else { "are" };
            format!("{} found here {are} counted by {owner}", several(count, "SLO"))
        }));
        let (claims, backend) = (&self.claims, &self.backend);
        self.found.retain(|id, (_, seen)| {
            let stays = now - *seen < STAYS;
            if !stays {
                claims.release(id, backend);
            }
            stays
        });
    }

    fn meet_services(&mut self, services: Vec<Arc<Service>>, now: i64) {
        let (claims, backend) = (&self.claims, &self.backend);
        let known = self.services.get_or_insert_default();
        for service in services.into_iter().filter(|service| claims.claim_service(&service.name, backend)) {
            known.insert(service.name.clone(), (service, now));
        }
        known.retain(|name, (_, seen)| {
            let stays = now - *seen < STAYS;
            if !stays {
                claims.release_service(name, backend);
            }
            stays
        });
    }

    /// The services that were found; `None` where none were looked for.
    pub(super) fn services(&self) -> Option<Vec<Arc<Service>>> {
        let services = self.services.as_ref()?;
        Some(services.values().map(|(service, _)| Arc::clone(service)).collect())
    }

    /// A look that failed; the doubt stays until one succeeds.
    pub(super) fn miss(&mut self, error: &SourceError, now: i64) {
        self.doubts = vec![format!("SLOs of other tools cannot be looked for: {error}")];
        self.due = now + if error.may_pass() { SOON } else { EVERY };
    }

    /// What is configured and what was found.
    pub(super) fn objectives(&self) -> Vec<Arc<Objective>> {
        let found = self.found.values().map(|(objective, _)| Arc::clone(objective));
        self.written.iter().cloned().chain(found).collect()
    }

    pub(super) fn doubts(&self) -> &[String] {
        &self.doubts
    }

    /// `12 SLOs of sloth, 3 of pyrra · 4 services by otel-http, 2 by istio`; nothing before the first look.
    pub(super) fn words(&self) -> Option<String> {
        let slos = self.words_of_objectives()?;
        Some(match self.words_of_services() {
            Some(services) => format!("{slos} · {services}"),
            None => slos,
        })
    }

    fn words_of_services(&self) -> Option<String> {
        let mut presets: BTreeMap<&str, usize> = BTreeMap::new();
        for (service, _) in self.services.as_ref()?.values() {
            *presets.entry(service.preset.as_deref().unwrap_or("own")).or_default() += 1;
        }
        let Some((preset, count)) = presets.pop_first() else { return Some("no service".to_owned()) };
        let first = format!("{count} {} by {preset}", if count == 1 { "service" } else { "services" });
        let rest = presets.into_iter().map(|(preset, count)| format!("{count} by {preset}"));
        Some(std::iter::once(first).chain(rest).collect::<Vec<_>>().join(", "))
    }

    fn words_of_objectives(&self) -> Option<String> {
        let of = |tool: Tool| {
            let mine = |objective: &Objective| objective.about.tool.as_deref() == Some(tool.word());
            let count = self.found.values().filter(|(objective, _)| mine(objective)).count();
            (count > 0).then_some((count, tool.word()))
        };
        let mut counts = Tool::ALL.into_iter().filter_map(of);
        let first = counts.next().map(|(count, tool)| format!("{} of {tool}", several(count, "SLO")));
        let rest = counts.map(|(count, tool)| format!(", {count} of {tool}"));
        let words = first.map(|first| first + &rest.collect::<String>());
        self.looked.then(|| words.unwrap_or_else(|| "no SLO of another tool".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slo::sli::Sli;
    use crate::domain::slo::window::Window;

    fn slo(name: &str, tool: Tool) -> Arc<Objective> {
        let (service, name) = name.split_once('/').unwrap();
        let target = "99%".parse().unwrap();
        let mut slo = Objective::new(service, name, "main", Sli::Bool("up".into()), target, Window::days(30));
        slo.about.tool = Some(tool.word().to_owned());
        slo.about.pager = tool.pager(&format!("{service}-{name}"));
        Arc::new(slo)
    }

    fn ids(scout: &Scout) -> Vec<String> {
        scout.objectives().iter().map(|slo| slo.id.clone()).collect()
    }

    fn seen(objectives: &[Arc<Objective>]) -> Discovered {
        Discovered { objectives: objectives.to_vec(), ..Discovered::default() }
    }

    #[test]
    fn what_is_configured_wins_by_id_or_by_pager() {
        let own = slo("a/b", Tool::Sloth);
        let mut renamed = Objective::clone(&slo("x/y", Tool::Pyrra));
        renamed.about.pager = Tool::Pyrra.pager("c-d");
        renamed.about.pager.insert("alertname".to_owned(), "ErrorBudgetBurn".to_owned());
        let written = vec![Arc::clone(&own), Arc::new(renamed)];
        let mut scout = Scout::new("main", Arc::new(Claims::of(&written)), written);
        assert_eq!(scout.words(), None, "nobody has looked");
        scout.meet(seen(&[slo("a/b", Tool::Pyrra), slo("c/d", Tool::Pyrra), slo("e/f", Tool::Sloth)]), 0);
        assert_eq!(ids(&scout), ["a/b", "x/y", "e/f"]);
        assert_eq!(scout.words().unwrap(), "1 SLO of sloth");
    }

    #[test]
    fn a_namesake_in_another_namespace_is_another_slo() {
        let found = |id: &str, cluster: &str| {
            let mut found = Objective::clone(&slo(id, Tool::Pyrra));
            let pager = [("slo", "x"), ("cluster", cluster)];
            found.about.pager = pager.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            found
        };
        let mut one = Objective::clone(&slo("shop/x", Tool::Pyrra));
        one.about.namespace = Some("team-a".to_owned());
        one.about.pager = Tool::Pyrra.pager("x");
        let written = [Arc::new(one)];
        let claim = |id, cluster| Claims::of(&written).claim(&found(id, cluster), "main");
        assert_eq!(claim("shop/x@team-a", "a"), Claim::Configured);
        assert_eq!(claim("shop/x@team-b", "b"), Claim::Own);
        // From files both have their namespace, and of the cluster only one is seen.
        let both = ["shop/x@team-a", "shop/x@team-b"].map(|id| slo(id, Tool::Pyrra));
        let mut alone = Objective::clone(&slo("shop/x", Tool::Pyrra));
        alone.about.pager = Tool::Pyrra.pager("x");
        assert_eq!(Claims::of(&both).claim(&alone, "main"), Claim::Configured);
    }

    #[test]
    fn a_pager_that_says_more_is_of_the_same_slo() {
        let found = slo("x/y", Tool::Sloth);
        let claim = |pairs: &[(&str, &str)]| {
            let mut written = Objective::clone(&slo("own/name", Tool::Sloth));
            written.about.pager =
                pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Claims::of(&[Arc::new(written)]).claim(&found, "main")
        };
        assert_eq!(claim(&[("sloth_id", "x-y"), ("alertname", "Burn"), ("team", "a")]), Claim::Configured);
        for other in [&[("sloth_id", "x-z")][..], &[("alertname", "Burn")], &[]] {
            assert_eq!(claim(other), Claim::Own, "{other:?}");
        }
    }

    #[test]
    fn one_that_is_configured_later_is_not_there_twice() {
        let mut scout = Scout::new("main", Arc::default(), Vec::new());
        scout.meet(seen(&[slo("a/a", Tool::Sloth), slo("b/b", Tool::Sloth)]), 0);
        let written = vec![slo("a/a", Tool::Pyrra)];
        scout.replace(&written, written.clone());
        assert_eq!(ids(&scout), ["a/a", "b/b"]);
        assert!(scout.is_due(1));
    }

    #[test]
    fn one_that_is_not_seen_goes_after_an_hour() {
        let mut scout = Scout::new("main", Arc::default(), Vec::new());
        let (a, b, c) = (slo("a/a", Tool::Sloth), slo("b/b", Tool::Sloth), slo("c/c", Tool::Pyrra));
        scout.meet(seen(&[a, Arc::clone(&b), c]), 0);
        assert_eq!(scout.words().unwrap(), "2 SLOs of sloth, 1 of pyrra");
        assert!(!scout.is_due(599) && scout.is_due(600));
        scout.meet(seen(&[Arc::clone(&b)]), 3599);
        assert_eq!(ids(&scout), ["a/a", "b/b", "c/c"]);
        scout.meet(seen(&[b]), 3600);
        assert_eq!(ids(&scout), ["b/b"]);
        scout.meet(seen(&[]), 9000);
        assert_eq!(scout.words().unwrap(), "no SLO of another tool");
    }

    #[test]
    fn two_backends_do_not_count_the_same_twice() {
        let claims: Arc<Claims> = Arc::default();
        let (mut one, mut two) =
            (Scout::new("one", Arc::clone(&claims), Vec::new()), Scout::new("two", claims, Vec::new()));
        one.meet(seen(&[slo("a/a", Tool::Sloth)]), 0);
        two.meet(seen(&[slo("a/a", Tool::Sloth)]), 0);
        assert_eq!((ids(&one).len(), ids(&two).len()), (1, 0));
        assert_eq!(two.doubts(), ["1 SLO found here is counted by one"]);
        one.meet(seen(&[]), 3600);
        two.meet(seen(&[slo("a/a", Tool::Sloth)]), 3600);
        assert_eq!((ids(&one).len(), ids(&two).len()), (0, 1));
    }

    fn service(name: &str, preset: &str) -> Arc<Service> {
        let (name, source) = (name.to_owned(), "main".to_owned());
        let preset = Some(preset.to_owned());
        let selector = format!("job=\"{name}\"");
        Arc::new(Service { name, source, preset, selector, own: Vec::new(), latency_limit: None })
    }

    #[test]
    fn services_stay_for_an_hour_and_configured_ones_win() {
        let claims = Arc::new(Claims::default().and_services(["pay"]));
        let mut scout = Scout::new("main", Arc::clone(&claims), Vec::new());
        let met = |names: &[(&str, &str)]| Discovered {
            services: Some(names.iter().map(|(name, preset)| service(name, preset)).collect()),
            ..Discovered::default()
        };
        let names = |scout: &Scout| -> Vec<String> {
            scout.services().unwrap().iter().map(|service| service.name.clone()).collect()
        };
        assert_eq!(scout.services(), None);
        scout.meet(met(&[("pay", "http"), ("web", "http"), ("cart", "istio"), ("mail", "http")]), 0);
        assert_eq!(names(&scout), ["cart", "mail", "web"]);
        assert_eq!(scout.words().unwrap(), "no SLO of another tool · 2 services by http, 1 by istio");
        let mut other = Scout::new("other", claims, Vec::new());
        other.meet(met(&[("web", "http")]), 0);
        assert_eq!(other.words().unwrap(), "no SLO of another tool · no service");
        scout.meet(met(&[("cart", "otel-http")]), 600);
        scout.meet(Discovered::default(), 1200);
        assert_eq!(names(&scout), ["cart", "mail", "web"], "a look that failed takes nothing away");
        assert_eq!(scout.services().unwrap()[0].preset.as_deref(), Some("otel-http"));
        scout.meet(met(&[("cart", "otel-http")]), 3600);
        other.meet(met(&[("web", "http")]), 3600);
        assert_eq!((names(&scout), names(&other)), (vec!["cart".to_owned()], vec!["web".to_owned()]));
    }

    #[test]
    fn a_look_that_fails_takes_nothing_away() {
        let mut scout = Scout::new("main", Arc::default(), Vec::new());
        scout.meet(seen(&[slo("a/a", Tool::Sloth)]), 0);
        scout.miss(&SourceError::Broken { address: "http://p".into(), reason: "x".into() }, 600);
        assert!(scout.is_due(660) && !scout.is_due(659));
        scout.miss(&SourceError::NotFound { address: "http://p".into() }, 660);
        assert!(!scout.is_due(1259));
        assert_eq!((ids(&scout).len(), scout.doubts().len()), (1, 1));
    }
}
