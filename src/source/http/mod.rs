//! One HTTP client a source: a time limit, a size cap, and redirects that carry no credentials elsewhere.

pub(crate) mod credentials;
pub mod failure;
pub mod link;
pub mod settings;
pub mod text;

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Identity, Method, RequestBuilder, Response, Url};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use super::SourceError;
use super::guard::Quota;
use text::origin;

/// Bytes of an answer, after decompression.
pub const BODY_CAP: usize = 64 * 1024 * 1024;
const MAX_REDIRECTS: usize = 3;

pub struct Http {
    client: Client,
    cap: usize,
}

/// Whom to trust beside the system's roots, and who we are.
#[derive(Default)]
pub struct Trust {
    pub roots: Vec<Certificate>,
    pub identity: Option<Identity>,
}

#[derive(Clone, Debug)]
pub enum Auth {
    Bearer(SecretString),
    Token(SecretString),
    Basic { username: String, password: SecretString },
}

/// `auth` and `headers` go to the host of `url` and nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    pub method: &'a Method,
    pub url: &'a Url,
    /// Sent as a form, or as the query of a GET.
    pub params: &'a [(&'a str, String)],
    pub auth: Option<&'a Auth>,
    pub headers: &'a HeaderMap,
    /// For the whole answer, redirects and body included.
    pub timeout: Duration,
}

#[derive(Clone, Debug, Default)]
pub struct Reply {
    pub status: u16,
    pub content_type: String,
    /// Seconds.
    pub retry_after: Option<u64>,
    /// What is left of its quota of requests, where it tells.
    pub quota: Option<Quota>,
    /// What the clock over there showed.
    pub date: Option<DateTime<Utc>>,
    pub body: Vec<u8>,
    /// Where the answer came from in the end: scheme, host and port.
    pub origin: String,
    pub path: String,
    /// Set when a redirect led to a host that was not given the credentials.
    pub stripped: bool,
}

impl Http {
    /// `tls` says whether any address needs it: without, a machine that has no root certificates will do.
    pub fn new(trust: Trust, tls: bool) -> Result<Self, String> {
        // A second installation answers with an error that means "is there already".
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            Client::builder()
                .redirect(Policy::none())
                .user_agent(concat!("burnwatch/", env!("CARGO_PKG_VERSION")))
        };
        let mut wanted = builder().tls_certs_merge(trust.roots);
        if let Some(identity) = trust.identity {
            wanted = wanted.identity(identity);
        }
        let client = match wanted.build() {
            Err(_) if !tls => builder().tls_certs_only([]).build(),
            other => other,
        };
        let client = client.map_err(|error| failure::innermost(&error))?;
        Ok(Self { client, cap: BODY_CAP })
    }

    #[must_use]
    pub fn with_cap(mut self, bytes: usize) -> Self {
        self.cap = bytes;
        self
    }

    /// Any status is a reply; an error means that there was none.
    pub async fn send(&self, ask: Ask<'_>) -> Result<Reply, SourceError> {
        let mut url = ask.url.clone();
        if ask.method == Method::GET && !ask.params.is_empty() {
            url.query_pairs_mut().extend_pairs(ask.params);
        }
        let mut private = true;
        let deadline = Instant::now() + ask.timeout;
        for _ in 0..=MAX_REDIRECTS {
            let left = deadline.saturating_duration_since(Instant::now());
            let response = self.request(ask, &url, private).timeout(left).send().await;
            let response = response.map_err(|error| failure::transport(&error, &url, ask.timeout))?;
            let Some(next) = redirect(&response, &url) else {
                return self.read(response, &url, ask.timeout, !private).await;
            };
            private = private && may_carry(&url, &next);
            url = next;
        }
        let what = format!("more than {MAX_REDIRECTS} redirects");
        Err(SourceError::BadAnswer { address: origin(ask.url), what })
    }

    fn request(&self, ask: Ask<'_>, url: &Url, private: bool) -> RequestBuilder {
        let mut request = self.client.request(ask.method.clone(), url.clone());
        if ask.method == Method::POST {
            request = request.form(ask.params);
        }
        request = request.header("traceparent", traceparent());
        if !private {
            return request;
        }
        request = request.headers(ask.headers.clone());
        match ask.auth {
            None => request,
            Some(Auth::Bearer(token)) => request.bearer_auth(token.expose_secret()),
            Some(Auth::Token(token)) => request.header(AUTHORIZATION, credential("Token", token)),
            Some(Auth::Basic { username, password }) => {
                request.basic_auth(username, Some(password.expose_secret()))
            }
        }
    }

    async fn read(
        &self,
        mut response: Response,
        url: &Url,
        timeout: Duration,
        stripped: bool,
    ) -> Result<Reply, SourceError> {
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let content_type = header(CONTENT_TYPE).unwrap_or_default().to_owned();
        let date = header(DATE).and_then(moment);
        let retry_after = header(RETRY_AFTER).and_then(|value| seconds(value, date));
        let quota = quota(response.headers());
        let mut body = Vec::new();
        loop {
            let chunk = response.chunk().await;
            match chunk.map_err(|error| failure::body(&error, url, timeout))? {
                None => break,
                Some(chunk) if body.len() + chunk.len() > self.cap => {
                    return Err(failure::too_large(url, self.cap));
                }
                Some(chunk) => body.extend_from_slice(&chunk),
            }
        }
        let status = response.status().as_u16();
        let (origin, path) = (origin(url), url.path().to_owned());
        let retry_after = retry_after.or(quota.filter(|_| status == 429).map(|quota| quota.reset));
        Ok(Reply { status, content_type, retry_after, quota, date, body, origin, path, stripped })
    }
}

/// Secrets hold no control characters; the empty value is for those that cannot be sent all the same.
fn credential(scheme: &str, secret: &SecretString) -> HeaderValue {
    let value = HeaderValue::from_str(&format!("{scheme} {}", secret.expose_secret()));
    let mut value = value.unwrap_or_else(|_| HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

/// A trace of its own for each request, so that it can be found in the logs over there; not to be recorded as such.
/// W3C Trace Context: version, trace id, span id, flags.
fn traceparent() -> String {
    let (trace, span) = (fastrand::u128(1..), fastrand::u64(1..));
    format!("00-{trace:032x}-{span:016x}-00")
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
fn moment(value: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc2822(value.trim()).ok().map(|date| date.to_utc())
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

fn redirect(response: &Response, from: &Url) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let target = response.headers().get(LOCATION)?.to_str().ok()?;
    from.join(target).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// The same place, or the same host taken over by TLS on the ordinary ports.
fn may_carry(from: &Url, to: &Url) -> bool {
    let place = |url: &Url| (url.host_str().map(str::to_owned), url.port_or_known_default());
    let upgrade = from.scheme() == "http" && to.scheme() == "https" && to.port().is_none();
    let same = from.scheme() == to.scheme() && place(from) == place(to);
    same || (upgrade && from.port().is_none() && place(from).0 == place(to).0)
}

#[cfg(test)]
mod tests {
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
