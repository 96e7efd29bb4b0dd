//! The files of the client certificate and of the authorities: which ones the relay reads, and with which message it
//! refuses the others. The messages contain nothing of the files.

mod odd;

use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, PrivateKey,
    PrivateKeyChain,
};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose as Purpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose as Usage, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256,
};
use relay::Timestamp;
use relay::config::{Config, Vars};
use time::{Date, OffsetDateTime, Time};

use crate::mtls_support::{Folder, set};
use crate::support::{SECRET, vars};

/// A certificate in PEM and DER with its key, made for one test.
struct Made {
    pem: String,
    der: Vec<u8>,
    key: KeyPair,
    params: CertificateParams,
}

impl Made {
    /// A client's certificate, signed by `issuer` or by itself, after `change`.
    fn client(issuer: Option<&Self>, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = params("canary-subject");
        params.key_usages = vec![Usage::DigitalSignature];
        params.extended_key_usages = vec![Purpose::ClientAuth];
        change(&mut params);
        Self::sign(params, issuer, KeyPair::generate().unwrap())
    }

    /// An authority of this name, signed by `issuer` or by itself.
    fn authority(name: &str, issuer: Option<&Self>) -> Self {
        let mut params = params(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self::sign(params, issuer, KeyPair::generate().unwrap())
    }

    fn sign(params: CertificateParams, issuer: Option<&Self>, key: KeyPair) -> Self {
        let made = match issuer {
            Some(above) => {
                let issuer = Issuer::from_params(&above.params, &above.key);
                params.signed_by(&key, &issuer)
            }
            None => params.self_signed(&key),
        };
        let made = made.unwrap();
        Self { pem: made.pem(), der: made.der().to_vec(), key, params }
    }
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    (params.not_before, params.not_after) = (day(2026, 1), day(2026, 200));
    params
}

fn day(year: i32, ordinal: u16) -> OffsetDateTime {
    Date::from_ordinal_date(year, ordinal).unwrap().with_time(Time::MIDNIGHT).assume_utc()
}

fn read_at(vars: &Vars, moment: OffsetDateTime) -> Result<Config, String> {
    let moment = u64::try_from(moment.unix_timestamp()).unwrap() * 1000;
    Config::read(vars, None, Timestamp::from_millis(moment)).map_err(|error| error.to_string())
}

/// Reads a configuration with this content in the files of the certificate, the key and the password.
fn read(certificate: &[u8], key: Option<&str>, password: Option<&str>) -> Result<Config, String> {
    let (folder, mut vars) = (Folder::new(), vars("https://platform.example"));
    set(&mut vars, "CERTIFICATE_FILE", &folder.write("canary-certificate", certificate));
    if let Some(key) = key {
        set(&mut vars, "CERTIFICATE_KEY_FILE", &folder.write("canary-key", key));
    }
    if let Some(password) = password {
        set(&mut vars, "CERTIFICATE_PASSWORD_FILE", &folder.write("canary-password", password));
    }
    read_at(&vars, day(2026, 100))
}

/// Asserts one fault of this variable, with these words and without content of the files.
#[track_caller]
fn assert_fault(read: Result<Config, String>, variable: &str, words: &str) {
    let text = read.expect_err(words);
    assert!(text.starts_with(&format!("AIS_RELAY_{variable} must be ")), "{text}");
    assert!(text.contains(words), "{words} in {text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(!text.contains("canary") && !text.contains(SECRET), "{text}");
}

#[track_caller]
fn assert_pem_fault(made: &Made, variable: &str, words: &str) {
    let key = made.key.serialize_pem();
    assert_fault(read(made.pem.as_bytes(), Some(&key), None), variable, words);
}

fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}

/// What PKCS#8 wraps: the content of its octet string, which comes last.
fn inner(pkcs8: &[u8]) -> &[u8] {
    let starts = (0..pkcs8.len()).filter(|at| pkcs8[*at] == 0x04);
    let long = |at: usize| match pkcs8.get(at + 1)? {
        0x82 => Some((at + 4, usize::from(*pkcs8.get(at + 2)?) << 8 | usize::from(pkcs8[at + 3]))),
        0x81 => Some((at + 3, usize::from(*pkcs8.get(at + 2)?))),
        short => Some((at + 2, usize::from(*short))),
    };
    let mut ends = starts.filter_map(long).filter(|(from, length)| from + length == pkcs8.len());
    &pkcs8[ends.next().unwrap().0..]
}

#[test]
fn keys_may_be_pkcs8_pkcs1_or_sec1() {
    for (algorithm, label) in
        [(&PKCS_RSA_SHA256, "RSA PRIVATE KEY"), (&PKCS_ECDSA_P256_SHA256, "EC PRIVATE KEY")]
    {
        let made = Made::sign(params("client"), None, KeyPair::generate_for(algorithm).unwrap());
        let bare = pem(label, inner(made.key.serialized_der()));
        for key in [made.key.serialize_pem(), bare] {
            let config = read(made.pem.as_bytes(), Some(&key), None).unwrap();
            assert!(config.platform.tls.certificate.is_some(), "{label}");
        }
    }
}

#[test]
fn certificate_and_key_may_share_a_file_with_remarks() {
    let made = Made::client(None, |_| {});
    let both = ["Bag Attributes\n  x: y\n", &made.key.serialize_pem(), &made.pem].concat();
    let config = read(both.as_bytes(), Some(&both), None).unwrap();
    let certificate = config.platform.tls.certificate.unwrap();
    assert_eq!(certificate.last_day().to_string(), "2026-07-19");
    assert_eq!(certificate.fingerprint().len(), 32 * 3 - 1);
}

#[test]
fn a_certificate_is_good_within_its_dates_only() {
    let (folder, mut vars) = (Folder::new(), vars("https://platform.example"));
    let made = Made::client(None, |_| {});
    set(&mut vars, "CERTIFICATE_FILE", &folder.write("client.pem", &made.pem));
    set(&mut vars, "CERTIFICATE_KEY_FILE", &folder.write("key", made.key.serialize_pem()));
    assert!(read_at(&vars, day(2026, 1)).is_ok());
    assert!(read_at(&vars, day(2026, 200)).is_ok());
    let ended = "the certificate ended on 2026-07-19: fetch a new one";
    assert_fault(read_at(&vars, day(2026, 201)), "CERTIFICATE_FILE", ended);
    let early = "the certificate begins on 2026-01-01: wait for that day";
    assert_fault(read_at(&vars, day(2025, 365)), "CERTIFICATE_FILE", early);
}

#[test]
fn a_certificate_must_be_meant_for_clients() {
    type Change = fn(&mut CertificateParams);
    let good: [Change; 4] = [
        |params| params.extended_key_usages = vec![Purpose::ServerAuth, Purpose::ClientAuth],
        |params| params.extended_key_usages = vec![Purpose::Any],
        |params| params.extended_key_usages.clear(),
        |params| params.key_usages.clear(),
    ];
    for change in good {
        let made = Made::client(None, change);
        let key = made.key.serialize_pem();
        assert!(read(made.pem.as_bytes(), Some(&key), None).is_ok());
    }
    let bad: [Change; 2] = [
        |params| params.extended_key_usages = vec![Purpose::ServerAuth],
        |params| params.key_usages = vec![Usage::KeyEncipherment],
    ];
    for change in bad {
        let made = Made::client(None, change);
        assert_pem_fault(&made, "CERTIFICATE_FILE", "not meant for TLS clients");
    }
}

#[test]
fn a_chain_goes_from_the_client_up() {
    let root = Made::authority("canary-root", None);
    let middle = Made::authority("canary-middle", Some(&root));
    let client = Made::client(Some(&middle), |_| {});
    let key = client.key.serialize_pem();
    let chain = |parts: &[&Made]| parts.iter().map(|made| &*made.pem).collect::<String>();
    for good in [&[&client][..], &[&client, &middle], &[&client, &middle, &root]] {
        assert!(read(chain(good).as_bytes(), Some(&key), None).is_ok());
    }
    for bad in [&[&client, &root, &middle][..], &[&middle, &client], &[&root, &middle, &client]] {
        let read = read(chain(bad).as_bytes(), Some(&key), None);
        assert_fault(read, "CERTIFICATE_FILE", "out of order: put the client's own first");
    }
}

#[test]
fn a_key_must_be_the_certificates_own() {
    let (made, other) = (Made::client(None, |_| {}), Made::client(None, |_| {}));
    let own = made.key.serialize_pem();
    let mut damaged = made.key.serialized_der().to_vec();
    damaged.truncate(40);
    for (key, words) in [
        (other.key.serialize_pem(), "the key of another certificate"),
        (other.pem, "no private key in PEM"),
        (own.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"), "the key is encrypted"),
        (own.replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\n"), "the key is encrypted"),
        (pem("PRIVATE KEY", &damaged), "the key is damaged"),
    ] {
        let read = read(made.pem.as_bytes(), Some(&key), None);
        assert_fault(read, "CERTIFICATE_KEY_FILE", words);
    }
}

#[test]
fn anything_but_a_certificate_is_refused() {
    let made = Made::client(None, |_| {});
    let key = made.key.serialize_pem();
    let mut cut = made.der.clone();
    cut.truncate(60);
    for (file, words) in [
        (Vec::new(), "neither PEM nor PKCS#12"),
        (b"canary".to_vec(), "neither PEM nor PKCS#12"),
        (key.clone().into_bytes(), "no certificate in PEM"),
        (pem("CERTIFICATE", &cut).into_bytes(), "a certificate in the file is damaged"),
        (b"-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n".to_vec(), "damaged"),
    ] {
        assert_fault(read(&file, Some(&key), None), "CERTIFICATE_FILE", words);
    }
    let read = read(&made.der, None, Some(SECRET));
    assert_fault(read, "CERTIFICATE_FILE", "a certificate in DER");
}

/// A PKCS#12 file with this key and these certificates, encrypted in this way.
fn pkcs12(key: &KeyPair, certificates: &[&Made], way: EncryptionAlgorithm) -> Vec<u8> {
    pkcs12_with(SECRET, key, certificates, way)
}

/// The same with this password.
fn pkcs12_with(
    password: &str,
    key: &KeyPair,
    certificates: &[&Made],
    way: EncryptionAlgorithm,
) -> Vec<u8> {
    let key = PrivateKey::from_der(key.serialized_der()).unwrap();
    let chain = certificates.iter().map(|made| Certificate::from_der(&made.der).unwrap());
    let chain = PrivateKeyChain::new("1", key, chain.collect::<Vec<_>>());
    let mut store = KeyStore::new();
    store.add_entry("canary-alias", KeyStoreEntry::PrivateKeyChain(chain));
    let mac = match way {
        EncryptionAlgorithm::PbeWithHmacSha256AndAes256 => MacAlgorithm::HmacSha256,
        _ => MacAlgorithm::HmacSha1,
    };
    store.writer(password).encryption_algorithm(way).mac_algorithm(mac).write().unwrap()
}

#[test]
fn pkcs12_files_may_be_new_or_old_and_in_any_order() {
    let root = Made::authority("canary-root", None);
    let client = Made::client(Some(&root), |_| {});
    for way in [
        EncryptionAlgorithm::PbeWithHmacSha256AndAes256,
        EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc,
        EncryptionAlgorithm::PbeWithShaAnd40BitRc4Cbc,
    ] {
        for order in [[&client, &root], [&root, &client]] {
            let file = pkcs12(&client.key, &order, way);
            let config = read(&file, None, Some(&format!("{SECRET}\n"))).unwrap();
            let certificate = config.platform.tls.certificate.unwrap();
            assert_eq!(certificate.last_day().to_string(), "2026-07-19", "{way:?}");
        }
    }
}

#[test]
fn a_pkcs12_file_opens_with_its_own_password() {
    let client = Made::client(None, |_| {});
    let way = EncryptionAlgorithm::PbeWithHmacSha256AndAes256;
    let file = pkcs12(&client.key, &[&client], way);
    for (password, words) in [
        ("canary", "it does not open the PKCS#12 file"),
        ("", "it does not open the PKCS#12 file"),
        ("canary\ncanary", "control character"),
    ] {
        let read = read(&file, None, Some(password));
        assert_fault(read, "CERTIFICATE_PASSWORD_FILE", words);
    }
    let other = pkcs12(&KeyPair::generate().unwrap(), &[&client], way);
    let words = "one private key and the certificate of that key";
    assert_fault(read(&other, None, Some(SECRET)), "CERTIFICATE_FILE", words);
    let half = &file[..file.len() / 2];
    assert_fault(read(half, None, Some(SECRET)), "CERTIFICATE_FILE", "neither PEM nor PKCS#12");
}

#[test]
fn the_form_of_the_certificate_decides_which_file_belongs_to_it() {
    let client = Made::client(None, |_| {});
    let key = client.key.serialize_pem();
    let way = EncryptionAlgorithm::PbeWithHmacSha256AndAes256;
    let file = pkcs12(&client.key, &[&client], way);
    let pem = client.pem.as_bytes();
    let name = "CERTIFICATE_KEY_FILE";
    assert_fault(read(pem, None, None), name, "the path of the private key");
    assert_fault(read(&file, Some(&key), Some(SECRET)), name, "left out where");
    let name = "CERTIFICATE_PASSWORD_FILE";
    assert_fault(read(&file, None, None), name, "the password of a certificate");
    assert_fault(read(pem, Some(&key), Some(SECRET)), name, "left out where");
    let wrong = [read(pem, None, Some(SECRET)), read(&file, Some(&key), None)];
    for text in wrong.map(Result::unwrap_err) {
        assert_eq!(text.lines().count(), 2, "both faults are reported: {text}");
    }
}

#[test]
fn authorities_are_read_from_pem() {
    let (folder, mut vars) = (Folder::new(), vars("https://platform.example"));
    let root = Made::authority("canary-root", None);
    set(&mut vars, "CA_FILE", &folder.write("ca.pem", &root.pem));
    assert!(read_at(&vars, day(2026, 1)).unwrap().platform.tls.authorities.is_some());
    for (file, words) in [
        (Vec::new(), "no certificate in PEM"),
        (root.der.clone(), "no certificate in PEM"),
        (root.key.serialize_pem().into_bytes(), "no certificate in PEM"),
        (pem("CERTIFICATE", &root.der[..60]).into_bytes(), "damaged"),
    ] {
        set(&mut vars, "CA_FILE", &folder.write("canary.pem", &file));
        assert_fault(read_at(&vars, day(2026, 1)), "CA_FILE", words);
    }
}

#[test]
fn no_message_contains_a_key_or_a_password() {
    let client = Made::client(None, |_| {});
    let key = client.key.serialize_pem();
    let shown = format!("{:?}", read(client.pem.as_bytes(), Some(&key), None).unwrap());
    assert!(shown.contains("fingerprint"), "{shown}");
    let lines = key.lines().filter(|line| !line.starts_with('-'));
    for line in lines {
        assert!(!shown.contains(line), "{shown}");
    }
    assert!(!shown.contains("canary-subject"), "{shown}");
}
