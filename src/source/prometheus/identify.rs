//! What the server behind the query API is, as far as it tells.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::client::Client;
use super::discover::rules::{Rule, rules};
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
            let product = if build.application.is_empty() { "Prometheus" } else { &build.application };
            identity.product = Some(plain(product, WORD));
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
fn is_refusal(error: &SourceError) -> bool {
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
    let version = metrics.lines().find(|line| line.starts_with("vm_app_version{"));
    identity.version = version.and_then(|line| label(line, "short_version").or(label(line, "version")));
    if version.is_some() {
        identity.product = Some("VictoriaMetrics".to_owned());
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
    if rules.is_empty() && identity.product.as_deref() != Some("Prometheus") {
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
