//! Notices a platform that asks for TLS renegotiation (`HelloRequest`, RFC 5246, section 7.4.1.1).
//!
//! rustls declines it, and reports that only to the peer. Servers then answer with a fatal alert, close silently, or
//! wait for ever, and each of these has other causes too. So this module wraps the cipher suites of TLS 1.2: it
//! searches the decrypted records for this one message and counts it. It keeps and changes nothing of them.

use std::sync::atomic::{AtomicU64, Ordering};

use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::crypto::cipher::{
    AeadKey, InboundOpaqueMessage, InboundPlainMessage, KeyBlockShape, MessageDecrypter,
    MessageEncrypter, Tls12AeadAlgorithm, UnsupportedOperationError,
};
use rustls::{
    CipherSuiteCommon, ConnectionTrafficSecrets, ContentType, Error, SupportedCipherSuite,
    Tls12CipherSuite,
};

/// Makes new HTTP clients notice it. A provider that the process has already stays, and then nothing is
/// noticed.
pub(crate) fn watch() {
    if CryptoProvider::get_default().is_none() {
        // Another thread may have installed the same before.
        let _ = watching().install_default();
    }
}

/// How often a peer of this process has asked.
pub(crate) fn asked() -> u64 {
    ASKED.load(Ordering::Relaxed)
}

fn watching() -> CryptoProvider {
    let mut provider = default_provider();
    for suite in &mut provider.cipher_suites {
        if let SupportedCipherSuite::Tls12(plain) = *suite {
            *suite = SupportedCipherSuite::Tls12(wrapped(plain));
        }
    }
    provider
}

/// `suite` with a searching decrypter. It lives as long as the process, as all suites do; there are six.
fn wrapped(suite: &'static Tls12CipherSuite) -> &'static Tls12CipherSuite {
    let common = CipherSuiteCommon {
        suite: suite.common.suite,
        hash_provider: suite.common.hash_provider,
        confidentiality_limit: suite.common.confidentiality_limit,
    };
    let aead_alg = Box::leak(Box::new(Watching(suite.aead_alg)));
    Box::leak(Box::new(Tls12CipherSuite {
        common,
        prf_provider: suite.prf_provider,
        kx: suite.kx,
        sign: suite.sign,
        aead_alg,
    }))
}

/// An algorithm with a searching decrypter.
struct Watching(&'static dyn Tls12AeadAlgorithm);

impl Tls12AeadAlgorithm for Watching {
    fn encrypter(&self, key: AeadKey, iv: &[u8], extra: &[u8]) -> Box<dyn MessageEncrypter> {
        self.0.encrypter(key, iv, extra)
    }

    fn decrypter(&self, key: AeadKey, iv: &[u8]) -> Box<dyn MessageDecrypter> {
        Box::new(Looking(self.0.decrypter(key, iv)))
    }

    fn key_block_shape(&self) -> KeyBlockShape {
        self.0.key_block_shape()
    }

    fn extract_keys(
        &self,
        key: AeadKey,
        iv: &[u8],
        explicit: &[u8],
    ) -> Result<ConnectionTrafficSecrets, UnsupportedOperationError> {
        self.0.extract_keys(key, iv, explicit)
    }

    fn fips(&self) -> bool {
        self.0.fips()
    }
}

struct Looking(Box<dyn MessageDecrypter>);

impl MessageDecrypter for Looking {
    fn decrypt<'a>(
        &mut self,
        message: InboundOpaqueMessage<'a>,
        number: u64,
    ) -> Result<InboundPlainMessage<'a>, Error> {
        let plain = self.0.decrypt(message, number)?;
        if plain.typ == ContentType::Handshake && plain.payload.starts_with(HELLO_REQUEST) {
            ASKED.fetch_add(1, Ordering::Relaxed);
        }
        Ok(plain)
    }
}

static ASKED: AtomicU64 = AtomicU64::new(0);
/// The whole message: its kind, and a length of nothing.
const HELLO_REQUEST: &[u8] = &[0, 0, 0, 0];
