//! Which part of a server's data is looked at: another tenant, parameter or label in the URL counts something else.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use reqwest::Url;
use serde_json::Value;

use crate::source::http::settings::field::Settings;

/// Headers that servers know a tenant by.
const TENANTS: [&str; 2] = ["x-scope-orgid", "thanos-tenant"];

/// A mark that differs between parts, and is empty for the whole. What narrows may be secret, so it is not told itself.
pub(super) fn mark(settings: &Settings) -> String {
    let parts = parts(settings);
    if parts.is_empty() {
        return String::new();
    }
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    format!("#{:016x}", hasher.finish())
}

fn parts(settings: &Settings) -> BTreeSet<String> {
    let table = |key| settings.get(key).and_then(Value::as_object).into_iter().flatten();
    let headers = table("headers").map(|(name, value)| (name.to_lowercase(), value.to_string()));
    let headers = headers.filter(|(name, _)| TENANTS.contains(&name.as_str()));
    let params = table("params").map(|(name, value)| (name.clone(), value.to_string()));
    let tenant = settings.get("tenant").map(|tenant| ("tenant".to_owned(), tenant.to_string()));
    // Which of several addresses answers is nothing that tells two backends apart.
    let first = settings.get("url").or_else(|| settings.get("urls")?.get(0)).and_then(Value::as_str);
    let query = first.and_then(|text| Url::parse(text.trim()).ok()?.query().map(str::to_owned));
    let query = query.map(|query| ("query".to_owned(), query));
    let all = headers.chain(params).chain(tenant).chain(query);
    all.map(|(name, value)| format!("{name}={value}")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(settings: Value) -> String {
        let Value::Object(settings) = settings else { panic!() };
        mark(&settings)
    }

    #[test]
    fn what_narrows_the_data_makes_another_mark() {
        assert_eq!(of(json!({"url": "http://p", "headers": {"x-other": "a"}, "basic": {}})), "");
        let scopes = [
            json!({"url": "http://p", "tenant": "a"}),
            json!({"url": "http://p", "tenant": "b"}),
            json!({"url": "http://p", "headers": {"X-Scope-OrgID": "a"}}),
            json!({"url": "http://p", "params": {"dedup": "false"}}),
            json!({"url": "http://p?extra_label=team%3Da"}),
            json!({"urls": ["http://p?extra_label=team%3Db", "http://q"]}),
        ];
        let marks: BTreeSet<String> = scopes.iter().map(|scope| of(scope.clone())).collect();
        assert_eq!(marks.len(), scopes.len());
        assert!(marks.iter().all(|mark| mark.len() == 17 && mark.starts_with('#')));
        let twice = json!({"params": {"dedup": "false"}, "url": "http://p"});
        assert_eq!(of(twice), of(scopes[3].clone()));
    }
}
