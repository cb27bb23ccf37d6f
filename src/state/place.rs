//! The places there are: screens, and the panels that screens are made of.

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Screen {
    Overview,
    Slos,
    /// One SLO.
    Slo,
    /// Why its figures are what they are.
    Explain,
    /// What they would be if it were another.
    WhatIf,
    Signals,
    /// Recent traces of a service.
    Traces,
    /// One trace.
    Trace,
    Incidents,
    /// One incident.
    Incident,
    OnCall,
    Runbooks,
    /// One runbook.
    Page,
    Handoff,
    Review,
    Sources,
    Help,
}

impl Screen {
    pub const ALL: [Self; 17] = [
        Self::Overview,
        Self::Slos,
        Self::Slo,
        Self::Explain,
        Self::WhatIf,
        Self::Signals,
        Self::Traces,
        Self::Trace,
        Self::Incidents,
        Self::Incident,
        Self::OnCall,
        Self::Runbooks,
        Self::Page,
        Self::Handoff,
        Self::Review,
        Self::Sources,
        Self::Help,
    ];

    /// The name for `show` and in texts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Slos => "slos",
            Self::Slo => "slo",
            Self::Explain => "explain",
            Self::WhatIf => "what-if",
            Self::Signals => "signals",
            Self::Traces => "traces",
            Self::Trace => "trace",
            Self::Incidents => "incidents",
            Self::Incident => "incident",
            Self::OnCall => "oncall",
            Self::Runbooks => "runbooks",
            Self::Page => "runbook",
            Self::Handoff => "handoff",
            Self::Review => "review",
            Self::Sources => "sources",
            Self::Help => "help",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|screen| screen.name() == name)
    }

    /// Whether it is about the one SLO that is open.
    pub fn is_of_slo(self) -> bool {
        matches!(self, Self::Slo | Self::Explain | Self::WhatIf)
    }

    /// The screen that `Esc` leads to when there is no trail.
    #[must_use]
    pub fn parent(self) -> Self {
        match self {
            Self::Slo => Self::Slos,
            Self::Explain | Self::WhatIf => Self::Slo,
            Self::Traces => Self::Signals,
            Self::Trace => Self::Traces,
            Self::Incident => Self::Incidents,
            Self::Page => Self::Runbooks,
            _ => Self::Overview,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PanelId {
    Objectives,
    Signals,
    Services,
    Incidents,
    Timeline,
    OnCallNow,
    Rota,
    Overrides,
    SloSummary,
    SloBudget,
    SloBurn,
    SloAlerts,
    SloDefinition,
    Explain,
    Knobs,
    Comparison,
    TraceList,
    Waterfall,
    Span,
    RunbookList,
    RunbookPreview,
    RunbookPage,
    Handoff,
    Review,
    Sources,
    Help,
}
