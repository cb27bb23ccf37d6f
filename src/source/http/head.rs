//! What the head of an answer tells: the time over there, how long to wait, what is left of a quota, where to go.

use chrono::{DateTime, Datelike, Utc};
use reqwest::Url;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, LOCATION, RETRY_AFTER};

use crate::source::guard::Quota;

pub(super) struct Head {
    pub(super) content_type: String,
    /// Seconds.
    pub(super) retry_after: Option<u64>,
    pub(super) quota: Option<Quota>,
    /// What the clock over there showed.
    pub(super) date: Option<DateTime<Utc>>,
    /// As `InfluxDB` tells it; outside text.
    pub(super) version: Option<String>,
}

impl Head {
    pub(super) fn read(status: u16, headers: &HeaderMap) -> Self {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let date = header(DATE.as_str()).and_then(moment);
        let quota = quota(headers);
        let retry_after = header(RETRY_AFTER.as_str()).and_then(|value| seconds(value, date));
        Self {
            content_type: header(CONTENT_TYPE.as_str()).unwrap_or_default().to_owned(),
            retry_after: retry_after.or(quota.filter(|_| status == 429).map(|quota| quota.reset)),
            quota,
            date,
            version: header("x-influxdb-version").map(str::to_owned),
        }
    }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`; no year that a calendar would not show.
fn moment(value: &str) -> Option<DateTime<Utc>> {
    let date = DateTime::parse_from_rfc2822(value.trim()).ok()?.to_utc();
    Some(date).filter(|date| (1970..=9999).contains(&date.year()))
}

/// Seconds, or a date in the clock of the server.
fn seconds(value: &str, now: Option<DateTime<Utc>>) -> Option<u64> {
    let until = || Some((moment(value)? - now?).num_seconds().max(0).cast_unsigned());
    value.trim().parse().ok().or_else(until)
}

/// By the names that are in use for it. A reset beyond a day is a date, which nobody needs.
fn quota(headers: &HeaderMap) -> Option<Quota> {
    const DAY: u64 = 86_400;
    let number = |name| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    let either = |a, b| number(a).or_else(|| number(b));
    let reset = either("x-ratelimit-reset", "ratelimit-reset").filter(|reset| *reset <= DAY)?;
    let left = either("x-ratelimit-remaining", "ratelimit-remaining")?;
    Some(Quota { left, of: either("x-ratelimit-limit", "ratelimit-limit"), reset })
}

/// Where an answer of `status` from `from` leads.
pub(super) fn redirect(status: u16, headers: &HeaderMap, from: &Url) -> Option<Url> {
    if !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let target = headers.get(LOCATION)?.to_str().ok()?;
    let mut target = from.join(target).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    // Nobody but the reader says who logs in. These fail only for URLs without a host.
    let _ = target.set_username("");
    let _ = target.set_password(None);
    Some(target)
}

/// The same place, or the same host taken over by TLS on the ordinary ports.
pub(super) fn may_carry(from: &Url, to: &Url) -> bool {
    let place = |url: &Url| (url.host_str().map(str::to_owned), url.port_or_known_default());
    let upgrade = from.scheme() == "http" && to.scheme() == "https" && to.port().is_none();
    let same = from.scheme() == to.scheme() && place(from) == place(to);
    same || (upgrade && from.port().is_none() && place(from).0 == place(to).0)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = moment("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(now.unwrap().timestamp(), 784_111_777);
        assert_eq!(seconds(" 12 ", None), Some(12));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:50:07 GMT", now), Some(30));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:07 GMT", now), Some(0));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:50:07 GMT", None), None);
        assert_eq!(seconds("soon", now), None);
    }

    #[test]
    fn years_that_no_clock_shows_are_no_date() {
        // The last day that chrono knows: a second more, and there is no such time.
        let last = "31 Dec 262142 23:59:59 GMT";
        assert!(DateTime::parse_from_rfc2822(last).is_ok());
        assert_eq!(moment(last), None);
        assert_eq!(moment("Sun, 31 Dec 1899 23:59:59 GMT"), None);
        assert_eq!(moment("Fri, 31 Dec 9999 23:59:59 GMT").map(|date| date.year()), Some(9999));
    }

    #[test]
    fn a_redirect_brings_no_login_of_its_own() {
        let to = |location: &'static str| {
            let headers = HeaderMap::from_iter([(LOCATION, HeaderValue::from_static(location))]);
            redirect(302, &headers, &"http://a/x/y".parse().unwrap()).map(|url| url.to_string())
        };
        assert_eq!(to("../z?q").as_deref(), Some("http://a/z?q"));
        assert_eq!(to("//eve:hunter2@b/z").as_deref(), Some("http://b/z"));
        assert_eq!(to("file:///etc/passwd"), None);
    }

    #[test]
    fn credentials_stay_where_they_were_meant_for() {
        let carry = |from: &str, to: &str| may_carry(&from.parse().unwrap(), &to.parse().unwrap());
        assert!(carry("http://a/x", "http://a/y"));
        assert!(carry("http://a/x", "http://a:80/y"));
        assert!(carry("http://a/x", "https://a/x"));
        assert!(!carry("https://a/x", "http://a/x"));
        assert!(!carry("http://a/x", "http://b/x"));
        assert!(!carry("http://a:9090/x", "http://a:9091/x"));
        assert!(!carry("http://a:9090/x", "https://a/x"));
        assert!(!carry("http://a/x", "http://a.b/x"));
    }
}
