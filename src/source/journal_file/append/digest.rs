//! SHA-256, as the TLS library has it: one more implementation would be one too many.

use std::fmt::Write;

use rustls::crypto::ring::cipher_suite::TLS13_AES_128_GCM_SHA256;

/// The hash as 64 small hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> Option<String> {
    let suite = TLS13_AES_128_GCM_SHA256.tls13()?;
    let hash = suite.common.hash_provider.hash(bytes);
    Some(hash.as_ref().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_fips_180() {
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(b"abc").unwrap(), known);
    }
}
