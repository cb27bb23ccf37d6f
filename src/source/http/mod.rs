//! One HTTP client a source: a time limit, a size cap, and redirects that carry no credentials elsewhere.

mod clock;
pub(crate) mod credentials;
#[cfg(fuzzing)]
pub mod doors;
pub mod failure;
mod head;
pub mod link;
pub mod secrets;
pub mod settings;
mod spelling;
pub mod text;

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Identity, Method, RequestBuilder, Response, Url};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use super::SourceError;
use super::guard::Quota;
pub(crate) use credentials::io_reason;
use head::Head;
use secrets::Secrets;
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
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    pub method: &'a Method,
    pub url: &'a Url,
    /// Sent as a form, or as the query of a GET.
    pub params: &'a [(&'a str, String)],
    pub auth: Option<&'a Auth>,
    pub headers: &'a HeaderMap,
    /// All that must not be told of what is sent.
    pub secrets: &'a Secrets,
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
    /// What it says of its version in a header, as `InfluxDB` does; outside text.
    pub version: Option<String>,
    pub body: Vec<u8>,
    /// Where the answer came from in the end: scheme, host and port.
    pub origin: String,
    pub path: String,
    /// Set when a redirect led to a host that was not given the credentials.
    pub stripped: bool,
}

impl Reply {
    /// JSON that came from no address.
    pub(in crate::source) fn of(status: u16, body: impl AsRef<[u8]>) -> Self {
        let content_type = "application/json".to_owned();
        Self { status, content_type, body: body.as_ref().to_vec(), ..Self::default() }
    }
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
            let begun = Instant::now();
            let left = deadline.saturating_duration_since(begun);
            let sent = Sent { ask, url: &url, trace: &traceparent(), begun };
            let response = self.request(sent, private).timeout(left).send().await;
            let response = response.map_err(|error| failure::transport(&error, &url, ask.timeout));
            let response = response.inspect_err(|error| sent.note(Err(error)))?;
            let next = head::redirect(response.status().as_u16(), response.headers(), &url);
            let Some(next) = next else {
                let outcome = self.read(response, &url, ask.timeout, !private).await;
                sent.note(outcome.as_ref().map(|reply| (reply.status, reply.body.len())));
                return outcome;
            };
            sent.note(Ok((response.status().as_u16(), 0)));
            private = private && head::may_carry(&url, &next);
            url = next;
        }
        let what = format!("more than {MAX_REDIRECTS} redirects");
        Err(SourceError::BadAnswer { address: origin(ask.url), what })
    }

    fn request(&self, sent: Sent<'_>, private: bool) -> RequestBuilder {
        let ask = sent.ask;
        let mut request = self.client.request(ask.method.clone(), sent.url.clone());
        if ask.method == Method::POST {
            request = request.form(ask.params);
        }
        request = request.header("traceparent", sent.trace);
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
        let status = response.status().as_u16();
        let told = Head::read(status, response.headers());
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
        let Head { content_type, retry_after, quota, date, version } = told;
        let (origin, path) = (origin(url), url.path().to_owned());
        Ok(Reply { status, content_type, retry_after, quota, date, version, body, origin, path, stripped })
    }
}

/// One request on its way, for the program's log.
#[derive(Clone, Copy)]
struct Sent<'a> {
    ask: Ask<'a>,
    url: &'a Url,
    trace: &'a str,
    begun: Instant,
}

impl Sent<'_> {
    /// Status and bytes, or why there was no answer. The query of the URL stays out of it.
    fn note(self, outcome: Result<(u16, usize), &SourceError>) {
        if !tracing::enabled!(tracing::Level::DEBUG) {
            return;
        }
        let Self { ask, url, trace, begun } = self;
        let method = ask.method.as_str();
        let address = ask.secrets.hide(&format!("{}{}", origin(url), url.path()));
        let ms = begun.elapsed().as_millis() as u64;
        match outcome {
            Ok((status, bytes)) => {
                let (status, bytes) = (u64::from(status), bytes as u64);
                tracing::debug!(method, address, status, ms, bytes, traceparent = trace, "request");
            }
            Err(error) => {
                let class = error.class();
                tracing::debug!(method, address, class, ms, traceparent = trace, "request without an answer");
            }
        }
    }
}

/// Secrets hold no control characters, which alone could not be sent.
fn credential(scheme: &str, secret: &SecretString) -> HeaderValue {
    let value = HeaderValue::try_from(format!("{scheme} {}", secret.expose_secret()));
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
