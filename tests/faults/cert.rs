//! Certificates that are good, too old, for another name, or of an unknown authority; made anew for each run.

use std::sync::{Arc, Mutex, OnceLock};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cert {
    Good,
    Expired,
    OtherName,
    Stranger,
}

struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    Authority { pem, issuer: Issuer::new(params, key) }
}

fn known() -> &'static Authority {
    static KNOWN: OnceLock<Authority> = OnceLock::new();
    KNOWN.get_or_init(|| authority("known"))
}

/// The authority that clients are told to trust, as they read it.
pub(crate) fn trusted() -> &'static str {
    &known().pem
}

pub(crate) fn acceptor(cert: Cert) -> TlsAcceptor {
    static MADE: Mutex<Vec<(Cert, TlsAcceptor)>> = Mutex::new(Vec::new());
    let mut made = MADE.lock().unwrap();
    if let Some((_, acceptor)) = made.iter().find(|(of, _)| *of == cert) {
        return acceptor.clone();
    }
    let acceptor = make(cert);
    made.push((cert, acceptor.clone()));
    acceptor
}

fn make(cert: Cert) -> TlsAcceptor {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let name = if cert == Cert::OtherName { "other.test" } else { "127.0.0.1" };
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    if cert == Cert::Expired {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
    }
    let key = KeyPair::generate().unwrap();
    let stranger = authority("stranger");
    let issuer = if cert == Cert::Stranger { &stranger.issuer } else { &known().issuer };
    let signed = params.signed_by(&key, issuer).unwrap();
    let chain: Vec<CertificateDer<'static>> = vec![signed.der().clone()];
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
    TlsAcceptor::from(Arc::new(config))
}
