//! SLI plugins as queries of our own. Sloth runs their source; here a table of what they count stands for it,
//! with `increase` where they take `rate`: the ratio is the same, and the events can be shown.

use super::Queries;
use super::plugins::{Counts, KOOPER_EVENTS, On, PLUGINS, Plugin};
use crate::config::catalogue::labels::Labels;
use crate::config::code;
use crate::config::nearest::{nearest, suggest};
use crate::config::place::At;
use crate::config::report::Report;
use crate::config::shown::quoted;

/// The queries of the plugin `id`, or `None` and a finding. `objective` in percent is for `fake` alone.
pub(super) fn queries(
    id: &At<String>,
    options: &Labels,
    objective: Option<f64>,
    report: &Report<'_>,
) -> Option<Queries> {
    let Some(plugin) = PLUGINS.iter().find(|plugin| plugin.id == id.value) else {
        let message = format!("the SLI plugin `{}` is not known here", quoted(&id.value));
        let near = nearest(&id.value, PLUGINS.iter().map(|plugin| plugin.id));
        let hint = near.map(|near| format!("did you mean `{near}`?"));
        let hint = hint.unwrap_or_else(|| "write its query as `raw`, or its counts as `events`".to_owned());
        report.error(code::UNKNOWN_NAME, &id.span, &message).hint(&hint);
        return None;
    };
    let options = Options { plugin, id, given: options, report };
    options.tell_unknown();
    options.build(objective)
}

struct Options<'p, 'a> {
    plugin: &'static Plugin,
    id: &'p At<String>,
    given: &'p Labels,
    report: &'p Report<'a>,
}

impl Options<'_, '_> {
    fn build(&self, objective: Option<f64>) -> Option<Queries> {
        let filter = self.filter()?;
        match self.plugin.counts {
            Counts::Errors { bad, matcher, total } => {
                let total = sum(total, &filter);
                Some(self.events(sum(bad, &with(&filter, matcher)), total))
            }
            Counts::CorednsErrors => {
                let codes = self.text("custom_rcode_regex").unwrap_or("SERVFAIL");
                let bad = with(&filter, &format!("rcode=~\"{codes}\""));
                let metric = "coredns_dns_responses_total";
                Some(self.events(sum(metric, &bad), sum(metric, &filter)))
            }
            Counts::Slow { histogram, matcher, excludes_errors } => {
                let errors =
                    if excludes_errors && self.flag("exclude_errors")? { r#"code!~"5..""# } else { "" };
                let filter = with(&with(&filter, matcher), errors);
                let fast = with(&filter, &self.bucket()?);
                let total = sum(&format!("{histogram}_count"), &filter);
                let fast = sum(&format!("{histogram}_bucket"), &fast);
                Some(self.events(format!("{total} - {fast}"), total))
            }
            Counts::KooperErrors => {
                let metric = format!("{KOOPER_EVENTS}_count");
                let bad = sum(&metric, &with(&filter, r#"success="false""#));
                let again = sum("kooper_controller_queued_events_total", &with(&filter, r#"requeue="true""#));
                Some(self.events(bad, format!("{} - ({again} or vector(0))", sum(&metric, &filter))))
            }
            Counts::Targets => {
                let samples = |which: &str| format!("sum(count_over_time({which}[{{{{.window}}}}:]))");
                let up = format!("up{{{filter}}}");
                Some(self.events(samples(&format!("({up} == 0)")), samples(&up)))
            }
            Counts::Nothing => Some(self.constant(0.0)),
            Counts::Fake => {
                let burn = self.decimal("burn_rate")?;
                if self.text("jitter_percent").is_some() {
                    let message = "the jitter of a fake SLI is not carried over";
                    self.report.warning(code::NOT_CARRIED, &self.id.span, message);
                }
                Some(self.constant(burn * (100.0 - objective?) / 100.0))
            }
        }
    }

    fn events(&self, error: String, total: String) -> Queries {
        let at = |query| At::new(query, self.id.span.clone());
        Queries::Events { error: at(error), total: at(total) }
    }

    fn constant(&self, ratio: f64) -> Queries {
        let query = format!("max_over_time(vector({ratio})[{{{{.window}}}}:])");
        Queries::ErrorRatio(At::new(query, self.id.span.clone()))
    }

    /// The option `filter`, which stands between braces, with what the plugin itself selects.
    fn filter(&self) -> Option<String> {
        let trim = |c: char| c.is_whitespace() || "{},".contains(c);
        let mut filter = self.text("filter").unwrap_or_default().trim_matches(trim).to_owned();
        if filter.is_empty() && self.plugin.id.contains("/slok-go-http-metrics/") {
            return self.missing("filter");
        }
        for On { label, op, option } in self.plugin.on {
            let Some(value) = self.text(option) else { return self.missing(option) };
            // As the plugins do: who wrote a regular expression has escaped it for a query already.
            filter = with(&filter, &format!("{label}{op}\"{value}\""));
        }
        Some(filter)
    }

    /// Selects the bucket: since Prometheus 3 a whole bound is written with `.0`.
    fn bucket(&self) -> Option<String> {
        self.decimal("bucket")?;
        let written = self.text("bucket")?;
        let whole = written.strip_suffix(".0").unwrap_or(written);
        if whole.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(format!(r#"le=~"{whole}(\\.0)?""#));
        }
        Some(format!("le=\"{written}\""))
    }

    fn text(&self, option: &str) -> Option<&str> {
        let text = self.given.get(option)?.value.trim();
        (!text.is_empty()).then_some(text)
    }

    fn decimal(&self, option: &str) -> Option<f64> {
        let Some(text) = self.text(option) else { return self.missing(option) };
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        number.or_else(|| self.wrong(option, "a number"))
    }

    /// Off where it is not written.
    fn flag(&self, option: &str) -> Option<bool> {
        match self.text(option) {
            None | Some("0" | "f" | "F" | "false" | "False" | "FALSE") => Some(false),
            Some("1" | "t" | "T" | "true" | "True" | "TRUE") => Some(true),
            Some(_) => self.wrong(option, "true or false"),
        }
    }

    fn missing<T>(&self, option: &str) -> Option<T> {
        let message = format!("the plugin `{}` needs the option `{option}`", self.id.value);
        self.report.error(code::MISSING_KEY, &self.id.span, &message).hint("write it under `options`");
        None
    }

    fn wrong<T>(&self, option: &str, wanted: &str) -> Option<T> {
        let span = self.given.get(option).map_or(&self.id.span, |value| &value.span);
        self.report.error(code::WRONG_TYPE, span, &format!("the option `{option}` must be {wanted}"));
        None
    }

    fn tell_unknown(&self) {
        let known = self.known();
        for (option, value) in self.given.iter().filter(|(option, _)| !known.contains(&option.as_str())) {
            let message =
                format!("the plugin `{}` does not know the option `{}`", self.id.value, quoted(option));
            let found = self.report.warning(code::UNKNOWN_KEY, &value.span, &message);
            found.maybe_hint(suggest(option, "its options are", &known));
        }
    }

    fn known(&self) -> Vec<&'static str> {
        let own: &[&str] = match self.plugin.counts {
            Counts::Errors { .. } | Counts::KooperErrors | Counts::Targets => &["filter"],
            Counts::Slow { excludes_errors: true, .. } => &["filter", "bucket", "exclude_errors"],
            Counts::Slow { .. } => &["filter", "bucket"],
            Counts::CorednsErrors => &["filter", "custom_rcode_regex"],
            Counts::Nothing => &[],
            Counts::Fake => &["burn_rate", "jitter_percent"],
        };
        self.plugin.on.iter().map(|on| on.option).chain(own.iter().copied()).collect()
    }
}

fn sum(metric: &str, filter: &str) -> String {
    format!("sum(increase({metric}{{{filter}}}[{{{{.window}}}}]))")
}

fn with(filter: &str, matcher: &str) -> String {
    match (filter, matcher) {
        (all, "") | ("", all) => all.to_owned(),
        (filter, matcher) => format!("{filter},{matcher}"),
    }
}
