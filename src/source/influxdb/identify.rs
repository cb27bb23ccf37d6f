//! What the server is, and whether the database has anything in it.

use serde::Deserialize;

use super::InfluxDb;
use super::answer::{Said, Table};
use crate::source::http::Reply;
use crate::source::http::text::plain;
use crate::source::prometheus::identify::is_refusal;
use crate::source::{Identity, SourceError, Toll};

/// Longest word that is taken over.
const WORD: usize = 60;
/// Small, and refused to those who may not read the database.
const MEASUREMENTS: &str = "SHOW MEASUREMENTS LIMIT 1";

/// Of 3 at `/ping`, of 2 at `/health`; 1 and 2 tell it in a header as well.
#[derive(Deserialize)]
struct About {
    version: String,
}

impl InfluxDb {
    /// What is not told is left out; an error means that nobody answers.
    pub(super) async fn introduce(&self) -> Result<Identity, SourceError> {
        let (mut identity, mut toll) = (Identity::default(), Toll::default());
        for path in ["/ping", "/health"] {
            match self.link.page(path, &mut toll).await {
                Ok(reply) => identity.version = identity.version.or_else(|| version(&reply)),
                Err(error) if is_refusal(&error) => {}
                Err(error) => return Err(error),
            }
            if identity.version.is_some() {
                identity.product = Some("InfluxDB".to_owned());
                break;
            }
        }
        let database = plain(&self.database, WORD);
        if self.measurements(&mut toll).await?.is_empty() {
            identity.doubts.push(format!(
                "the database `{database}` has no measurements that these credentials can see: is it the right one?"
            ));
        }
        let policies = format!("SHOW RETENTION POLICIES ON {}", quoted(&self.database));
        match self.say(&[policies], &mut toll).await.map(|mut said| said.pop()) {
            Ok(Some(Said::Tables(tables))) => {
                if let Some(kept) = tables.iter().find_map(|table| self.retention(table)) {
                    identity.fact("retention", kept);
                }
            }
            Ok(_) => {}
            Err(error) if is_refusal(&error) => {}
            Err(error) => return Err(error),
        }
        identity.toll = toll;
        Ok(identity)
    }

    pub(super) async fn measurements(&self, toll: &mut Toll) -> Result<Vec<Table>, SourceError> {
        match self.say(&[MEASUREMENTS.to_owned()], toll).await?.pop() {
            Some(Said::Tables(tables)) => Ok(tables),
            Some(Said::Refused(message)) => Err(SourceError::Query { message }),
            Some(Said::NotAsked) | None => Ok(Vec::new()),
        }
    }

    /// How long the policy that is asked keeps data, such as `168h0m0s`; nothing where it keeps all.
    fn retention(&self, policies: &Table) -> Option<String> {
        let column = |name: &str| policies.columns.iter().position(|column| column == name);
        let (name, duration, default) = (column("name")?, column("duration")?, column("default")?);
        let wanted = |row: &&Vec<serde_json::Value>| match &self.retention_policy {
            Some(policy) => row.get(name).and_then(|name| name.as_str()) == Some(policy),
            None => row.get(default).and_then(serde_json::Value::as_bool) == Some(true),
        };
        let kept = policies.rows.iter().find(wanted)?.get(duration)?.as_str()?;
        let bounded = !matches!(kept, "0" | "0s" | "0h0m0s");
        let short = kept.strip_suffix("0m0s").filter(|hours| hours.ends_with('h')).unwrap_or(kept);
        bounded.then(|| plain(short, WORD))
    }
}

fn version(reply: &Reply) -> Option<String> {
    let told = || serde_json::from_slice(&reply.body).ok().map(|about: About| about.version);
    let version = reply.version.clone().or_else(told)?;
    Some(plain(version.trim_start_matches('v'), WORD)).filter(|version| !version.is_empty())
}

/// A name as `InfluxQL` has it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}
