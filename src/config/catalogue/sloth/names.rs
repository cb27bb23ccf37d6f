//! How the two forms of a service call the same things.

pub(super) struct Names {
    pub(super) error_query: &'static str,
    pub(super) total_query: &'static str,
    pub(super) error_ratio_query: &'static str,
    pub(super) page_alert: &'static str,
    pub(super) ticket_alert: &'static str,
    pub(super) slo_plugins: &'static str,
}

pub(super) const FILE: Names = Names {
    error_query: "error_query",
    total_query: "total_query",
    error_ratio_query: "error_ratio_query",
    page_alert: "page_alert",
    ticket_alert: "ticket_alert",
    slo_plugins: "slo_plugins",
};

pub(super) const OBJECT: Names = Names {
    error_query: "errorQuery",
    total_query: "totalQuery",
    error_ratio_query: "errorRatioQuery",
    page_alert: "pageAlert",
    ticket_alert: "ticketAlert",
    slo_plugins: "sloPlugins",
};
