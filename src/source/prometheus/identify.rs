//! What the server behind the query API is, as far as it tells.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::client::Client;
use super::discover::rules::{Rule, rules};
use super::flavor::Flavor;
use crate::source::http::text::plain;
use crate::source::{Identity, SourceError, Toll};

/// Longest word that is taken over.
const WORD: usize = 60;

#[derive(Deserialize)]
struct Envelope<T> {
    data: Option<T>,
}

/// Every part may be missing: `VictoriaMetrics` 1.79 answers `{}`, and later ones with a version of Prometheus.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Build {
    application: String,
    version: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Running {
    storage_retention: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Alertmanagers {
    active_alertmanagers: Vec<serde::de::IgnoredAny>,
}

/// The version that `VictoriaMetrics` gives itself for programs that ask Prometheus for one.
const DISGUISE: &str = "2.24.0";

/// What is not told is left out; an error means that nobody answers.
pub(super) async fn identify(client: &Client) -> Result<Identity, SourceError> {
    let mut identity = Identity::default();
    let mut toll = Toll::default();
    let build: Option<Build> = told(client, "status/buildinfo", &mut toll).await?;
    match build {
        Some(build) if build.version.is_empty() || build.version == DISGUISE => {
            victoria(client, &mut identity, &mut toll).await?;
        }
        Some(build) => {
            let product = Some(plain(&build.application, WORD)).filter(|word| !word.is_empty());
            identity.product = product.or_else(|| unsaid(client.dialect.flavor, &build.version));
            identity.version = Some(plain(&build.version, WORD));
        }
        None => {}
    }
    if let Some(running) = told::<Running>(client, "status/runtimeinfo", &mut toll).await?
        && !running.storage_retention.is_empty()
    {
        identity.fact("retention", plain(&running.storage_retention, WORD));
    }
    of_rules(client, &mut identity, &mut toll).await?;
    identity.toll = toll;
    Ok(identity)
}

/// What gives itself no name is the flavor that was configured; otherwise a Prometheus, which had this page from
/// version 2 on.
fn unsaid(flavor: Flavor, version: &str) -> Option<String> {
    let major = version.trim_start_matches('v').split('.').next()?.parse::<u32>().ok();
    let product = match flavor {
        Flavor::Thanos => "Thanos",
        Flavor::Mimir => "Mimir",
        Flavor::Cortex => "Cortex",
        _ => return major.filter(|major| *major >= 2).map(|_| "Prometheus".to_owned()),
    };
    Some(product.to_owned())
}

/// `None` where it has no such thing.
async fn told<T: DeserializeOwned>(
    client: &Client,
    endpoint: &str,
    toll: &mut Toll,
) -> Result<Option<T>, SourceError> {
    match client.get(endpoint, &[], toll).await {
        Ok(body) => {
            let read = serde_json::from_slice(&body).ok();
            Ok(read.and_then(|envelope: Envelope<T>| envelope.data))
        }
        Err(error) if is_refusal(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether somebody answered, who has no such thing or keeps it to themselves.
pub(in crate::source) fn is_refusal(error: &SourceError) -> bool {
    !error.may_pass() || matches!(error, SourceError::Server { .. } | SourceError::BadAnswer { .. })
}

async fn victoria(client: &Client, identity: &mut Identity, toll: &mut Toll) -> Result<(), SourceError> {
    let metrics = match client.page("/metrics", toll).await {
        Ok(body) => String::from_utf8_lossy(&body).into_owned(),
        Err(error) if is_refusal(&error) => String::new(),
        Err(error) => return Err(error),
    };
    let label = |line: &str, name: &str| {
        let rest = line.split_once(&format!("{name}=\""))?.1;
        Some(plain(rest.split_once('"')?.0, WORD)).filter(|value| !value.is_empty())
    };
    let line = |name: &str| metrics.lines().find(|line| line.starts_with(name));
    if let Some(line) = line("vm_app_version{") {
        identity.product = Some("VictoriaMetrics".to_owned());
        identity.version = label(line, "short_version").or(label(line, "version"));
    } else if let Some(line) = line("prometheus_build_info{") {
        identity.product = Some("Prometheus".to_owned());
        identity.version = label(line, "version");
    } else {
        identity.fact("build", "it tells no version, as VictoriaMetrics does");
    }
    Ok(())
}

async fn of_rules(client: &Client, identity: &mut Identity, toll: &mut Toll) -> Result<(), SourceError> {
    let rules = match rules(client, toll).await {
        Ok(Ok(rules)) => rules,
        Ok(Err(why)) => {
            identity.doubts.push(format!("its rules are not told, so its alerts cannot be compared: {why}"));
            return Ok(());
        }
        Err(error) if is_refusal(&error) => return Ok(()),
        Err(error) => return Err(error),
    };
    let alerts = rules.iter().filter(|rule| rule.is_alert()).count();
    let recorded = rules.len() - alerts;
    if rules.is_empty() && matches!(identity.product.as_deref(), None | Some("VictoriaMetrics")) {
        identity.doubts.push(
            "its list of rules is empty: VictoriaMetrics answers so while -vmalert.proxyURL is not set, and its alerts \
             are not seen here"
                .to_owned(),
        );
    }
    identity.fact("rules", format!("{recorded} recorded, {alerts} alerts"));
    if alerts == 0 {
        return Ok(());
    }
    identity.doubts.extend(broken(&rules));
    let reached: Option<Alertmanagers> = told(client, "alertmanagers", toll).await?;
    if reached.is_some_and(|found| found.active_alertmanagers.is_empty()) && identity.version.is_some() {
        identity.doubts.push("it knows no Alertmanager: its alerts fire and nobody is paged".to_owned());
    }
    Ok(())
}

/// Rules that it cannot evaluate itself.
fn broken(rules: &[Rule]) -> Option<String> {
    let mut broken = rules.iter().filter(|rule| rule.is_broken());
    let first = broken.next()?;
    let more = broken.count();
    let others = if more == 0 { String::new() } else { format!(" and {more} more") };
    Some(format!("it cannot evaluate its rule {}{others}: see its page of rules", plain(&first.name, WORD)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_gives_no_name_is_not_taken_for_a_prometheus_blindly() {
        let of = |flavor, version| unsaid(flavor, version);
        assert_eq!(of(Flavor::Prometheus, "2.42.0+ds").as_deref(), Some("Prometheus"));
        assert_eq!(of(Flavor::Prometheus, "v3.1.0").as_deref(), Some("Prometheus"));
        assert_eq!(of(Flavor::Prometheus, "0.34.0"), None, "Thanos gives itself no name");
        assert_eq!(of(Flavor::Thanos, "0.34.0").as_deref(), Some("Thanos"));
        assert_eq!(of(Flavor::Prometheus, "weekly"), None);
    }
}
