//! Every way a request can fail, as a class and a sentence.

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::Url;

use super::Reply;
use super::text::{origin, plain};
use crate::source::SourceError;

const SAID: usize = 200;

/// No answer came.
pub fn transport(error: &reqwest::Error, url: &Url, timeout: Duration) -> SourceError {
    let address = origin(url);
    if error.is_timeout() {
        return SourceError::Timeout { address, seconds: whole_seconds(timeout) };
    }
    if error.is_dns() {
        return SourceError::Dns { host: url.host_str().unwrap_or_default().to_owned() };
    }
    if let Some(tls) = find::<rustls::Error>(error) {
        return SourceError::Tls { address, reason: tls_reason(tls) };
    }
    if find::<io::Error>(error).is_some_and(|io| io.kind() == io::ErrorKind::ConnectionRefused) {
        return SourceError::Refused { address };
    }
    SourceError::Broken { address, reason: broken(error) }
}

/// How a connection ended, in words of ours; those of the libraries stand in where there are none.
fn broken(error: &(dyn Error + 'static)) -> String {
    use io::ErrorKind as Kind;
    let kind = find::<io::Error>(error).map(io::Error::kind);
    let last = innermost(error);
    let says = |words: &[&str]| words.iter().any(|part| last.contains(part));
    match kind {
        Some(Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe) => {
            "it was reset by the other side, or by something in between".to_owned()
        }
        Some(Kind::HostUnreachable | Kind::NetworkUnreachable) => {
            "there is no way to that host: check the network of this machine, or its VPN".to_owned()
        }
        _ if says(&["before message completed", "end of file", "unexpected eof"]) => {
            "the other side hung up in the middle; does it restart, or does a proxy end it?".to_owned()
        }
        _ if says(&["head is too large"]) => "the head of its answer is too large".to_owned(),
        _ if says(&["invalid HTTP", "invalid content-length", "invalid URI"]) => {
            "what it says is not HTTP: is this the right port?".to_owned()
        }
        _ if says(&["chunk"]) => "the pieces of its answer do not fit together".to_owned(),
        _ => plain(&last, SAID),
    }
}

/// The answer began and did not end.
pub fn body(error: &reqwest::Error, url: &Url, timeout: Duration) -> SourceError {
    let kind = find::<io::Error>(error).map(io::Error::kind);
    let compressed = kind.is_none_or(|kind| kind == io::ErrorKind::InvalidData);
    if error.is_decode() && !error.is_timeout() && compressed {
        let what = "it says that its answer is gzip, and it is not; what stands in between?".to_owned();
        return SourceError::BadAnswer { address: origin(url), what };
    }
    match transport(error, url, timeout) {
        SourceError::Broken { address, reason } => {
            SourceError::Broken { address, reason: format!("the answer was cut off: {reason}") }
        }
        other => other,
    }
}

pub fn too_large(url: &Url, cap: usize) -> SourceError {
    let size = if cap >= 1 << 20 { format!("{} MiB", cap >> 20) } else { format!("{cap} bytes") };
    SourceError::BadAnswer { address: origin(url), what: format!("the answer is larger than {size}") }
}

/// A reply that is no success and says nothing in the backend's own form.
pub fn status(reply: &Reply) -> SourceError {
    let address = reply.origin.clone();
    let status = reply.status;
    match status {
        401 | 403 | 407 => SourceError::Denied { address, status, advice: advice(reply) },
        404 => SourceError::NotFound { address: address + &reply.path },
        429 => SourceError::RateLimited { address, retry_after: reply.retry_after },
        500.. => {
            SourceError::Server { address, status, message: said(reply), retry_after: reply.retry_after }
        }
        300..=399 => SourceError::BadAnswer {
            address,
            what: format!("a redirect ({status}) that leads nowhere; put the final address into the URL"),
        },
        _ => SourceError::BadAnswer { address, what: format!("{status} {}", said(reply)) },
    }
}

/// A success that is not JSON, or not the JSON that was expected.
pub fn unreadable(reply: &Reply, what: &str) -> SourceError {
    let what = match () {
        () if reply.body.iter().all(u8::is_ascii_whitespace) => "an empty answer".to_owned(),
        () if is_html(reply) => "HTML instead of JSON: a login page, or the wrong path?".to_owned(),
        () => format!("{what}; it begins: {}", said(reply)),
    };
    SourceError::BadAnswer { address: reply.origin.clone(), what }
}

fn advice(reply: &Reply) -> String {
    let advice = match reply.status {
        _ if reply.stripped => {
            "it was reached by a redirect, which is not given credentials; put this address into the URL"
        }
        401 => "wrong or no credentials; has the token expired?",
        403 => {
            "these credentials may not do that; has the token expired, or is a right or the tenant missing?"
        }
        _ => "the proxy wants credentials",
    };
    match said(reply) {
        said if said.is_empty() || is_html(reply) => advice.to_owned(),
        said => format!("{advice} It said: {said}"),
    }
}

/// Whether it is a page for people: some servers send one wherever they have nothing.
pub fn is_html(reply: &Reply) -> bool {
    let begins = reply.body.iter().copied().find(|byte| !byte.is_ascii_whitespace());
    reply.content_type.contains("html") || begins == Some(b'<')
}

/// What a failure says, in one harmless line.
pub fn said(reply: &Reply) -> String {
    if is_html(reply) {
        return "(a page of HTML)".to_owned();
    }
    let head = &reply.body[..reply.body.len().min(4 * SAID)];
    plain(&String::from_utf8_lossy(head), SAID)
}

fn tls_reason(error: &rustls::Error) -> String {
    use rustls::{CertificateError as Bad, Error as Tls};
    let sentence = match error {
        Tls::InvalidCertificate(Bad::UnknownIssuer | Bad::BadSignature) => {
            "its certificate comes from an authority unknown to this machine; name it with ca_file"
        }
        Tls::InvalidCertificate(Bad::Expired | Bad::ExpiredContext { .. }) => "its certificate has expired",
        Tls::InvalidCertificate(Bad::NotValidYet | Bad::NotValidYetContext { .. }) => {
            "its certificate is not valid yet; is the clock of this machine right?"
        }
        Tls::InvalidCertificate(Bad::NotValidForName | Bad::NotValidForNameContext { .. }) => {
            "its certificate is for another name"
        }
        Tls::InvalidCertificate(Bad::Revoked) => "its certificate was revoked",
        Tls::InvalidCertificate(Bad::InvalidPurpose | Bad::InvalidPurposeContext { .. }) => {
            "its certificate is not one for servers"
        }
        Tls::InvalidCertificate(Bad::BadEncoding | Bad::UnhandledCriticalExtension) => {
            "its certificate cannot be read"
        }
        Tls::InvalidMessage(_) => "it does not speak TLS there; is it http:// rather than https://?",
        Tls::PeerIncompatible(_) => "it speaks no TLS that is safe today: 1.2 or 1.3",
        Tls::AlertReceived(alert) => alert_reason(*alert),
        other if other.to_string().contains("CaUsedAsEndEntity") => {
            "its certificate is its own authority, which is refused; let an authority sign one"
        }
        other => return plain(&other.to_string(), SAID),
    };
    sentence.to_owned()
}

/// What the other side found wrong with us.
fn alert_reason(alert: rustls::AlertDescription) -> &'static str {
    use rustls::AlertDescription as Alert;
    match alert {
        Alert::CertificateRequired => "it wants to see a certificate of ours; name it with client_cert",
        Alert::UnknownCA
        | Alert::BadCertificate
        | Alert::UnsupportedCertificate
        | Alert::CertificateExpired
        | Alert::CertificateRevoked
        | Alert::CertificateUnknown
        | Alert::AccessDenied => {
            "it does not accept our certificate: is that in client_cert the right one, and still valid?"
        }
        Alert::UnrecognisedName => "it knows no host of that name; is the name in the URL right?",
        Alert::ProtocolVersion | Alert::InsufficientSecurity => {
            "it speaks no TLS that is safe today: 1.2 or 1.3"
        }
        Alert::HandshakeFailure => {
            "it refused to speak TLS with us: does it want a certificate (client_cert), or only old ciphers?"
        }
        _ => "it broke off while TLS was begun; its log says why",
    }
}

fn whole_seconds(timeout: Duration) -> u64 {
    timeout.as_secs() + u64::from(timeout.subsec_nanos() > 0)
}

/// What lies at the bottom, which says more than the layers above it.
pub fn innermost(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    chain(error).find_map(|layer| layer.downcast_ref::<T>())
}

/// The error and its sources. `io::Error` hides what it wraps from `source`, so that is opened too.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |layer| {
        let layer: &'a (dyn Error + 'static) = *layer;
        let wrapped = layer.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|inner| inner as &(dyn Error + 'static)).or_else(|| layer.source())
    })
}

#[cfg(test)]
mod tests {
    use rustls::{AlertDescription, CertificateError as Bad, Error as Tls, PeerIncompatible};

    use super::*;

    #[test]
    fn what_is_wrong_with_tls_is_told_in_words_of_ours() {
        for (error, words) in [
            (Tls::InvalidCertificate(Bad::NotValidYet), "clock of this machine"),
            (Tls::InvalidCertificate(Bad::Revoked), "revoked"),
            (Tls::AlertReceived(AlertDescription::CertificateRequired), "name it with client_cert"),
            (Tls::AlertReceived(AlertDescription::UnknownCA), "does not accept our certificate"),
            (Tls::AlertReceived(AlertDescription::ProtocolVersion), "1.2 or 1.3"),
            (Tls::AlertReceived(AlertDescription::UnrecognisedName), "no host of that name"),
            (Tls::AlertReceived(AlertDescription::InternalError), "its log says why"),
            (Tls::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon), "1.2 or 1.3"),
        ] {
            let said = tls_reason(&error);
            assert!(said.contains(words), "{error:?}: {said}");
        }
    }
}
