//! A composite SLO of `OpenSLO`: its objectives are members, and one more draft is the whole.

use super::Budgeting;
use super::drafts::Maker;
use crate::config::catalogue::carry;
use crate::domain::slo::sli::{Composite, Member, Missing, Rule, Sli};
use crate::domain::slo::target::Target;

impl Maker<'_> {
    /// After the members. One that could not be read is missing in it, which is told of already.
    pub(super) fn compose(&mut self) {
        let objectives = &self.slo.objectives;
        let target = |index: usize| objectives[index].1.goal.value.target().map_or(1.0, Target::ratio);
        let lowest = (0..objectives.len()).min_by(|a, b| target(*a).total_cmp(&target(*b)));
        let (Some(lowest), false) = (lowest, self.drafts.is_empty()) else { return };
        let rule = if self.slo.method == Budgeting::Timeslices { Rule::Worst } else { Rule::Weighted };
        let weight = |spot| match objectives.iter().find(|(_, part)| part.spot == spot) {
            Some((_, part)) if rule == Rule::Weighted => part.weight,
            _ => 1.0,
        };
        let member = |draft: &super::super::draft::Draft| Member {
            id: carry::id(&draft.service.value, &draft.name.value),
            weight: weight(draft.spot.clone()),
        };
        let members: Vec<Member> = self.drafts.iter().map(member).collect();
        let name = self.object.metadata.name.value.clone();
        let mut whole = self.blank(&objectives[lowest].1, &name);
        whole.title.clone_from(&self.object.metadata.title);
        whole.sli = Some(Sli::Composite(Composite { members, rule, missing: Missing::Ignore }));
        whole.spot = self.object.metadata.name.spot.clone();
        let mut say = |text: &str| whole.notes.push(whole.spot.note(text));
        if objectives.iter().any(|(_, part)| part.goal.value != objectives[lowest].1.goal.value) {
            say("its members have different targets; the composite takes the lowest");
        }
        if rule == Rule::Weighted {
            say("OpenSLO adds up the members' burn rates; here their error ratios are averaged by weight");
        }
        self.drafts.push(whole);
    }
}
