//! Files as they come out of portals, editors and other systems.

use super::*;

/// An authority's certificate of this name and key, with these dates.
fn authority_of(days: (u16, u16), root: &Made, key: &KeyPair) -> Made {
    let mut params = params("canary-middle");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    (params.not_before, params.not_after) = (day(2026, days.0), day(2026, days.1));
    let key = KeyPair::try_from(key.serialized_der()).unwrap();
    Made::sign(params, Some(root), key)
}

fn ended(read: Result<Config, String>) -> Option<String> {
    let certificate = read.unwrap().platform.tls.certificate.unwrap();
    certificate.issuer_ended().map(|day| day.to_string())
}

#[test]
fn an_issuer_out_of_date_is_named_and_its_namesake_within_its_dates_preferred() {
    let root = Made::authority("canary-root", None);
    let key = KeyPair::generate().unwrap();
    // The files are read on day 100.
    let (old, new) = (authority_of((1, 50), &root, &key), authority_of((40, 150), &root, &key));
    let client = Made::client(Some(&new), |_| {});
    let own = client.key.serialize_pem();
    let way = EncryptionAlgorithm::PbeWithHmacSha256AndAes256;
    for (chain, expect) in [
        (&[&client, &new, &root][..], None),
        (&[&client, &old, &root], Some("2026-02-19")),
        (&[&client, &old], Some("2026-02-19")),
        (&[&client, &old, &new, &root], None),
        (&[&client, &new, &old, &root], None),
        (&[&client, &new, &root, &old], None),
    ] {
        let text: String = chain.iter().map(|made| &*made.pem).collect();
        let named = ended(read(text.as_bytes(), Some(&own), None));
        assert_eq!(named.as_deref(), expect, "{} in PEM", chain.len());
        let file = pkcs12(&client.key, chain, way);
        assert_eq!(ended(read(&file, None, Some(SECRET))).as_deref(), expect, "{}", chain.len());
    }
}

#[test]
fn a_pkcs12_file_may_have_an_empty_password() {
    let client = Made::client(None, |_| {});
    for way in [
        EncryptionAlgorithm::PbeWithHmacSha256AndAes256,
        EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc,
    ] {
        let file = pkcs12_with("", &client.key, &[&client], way);
        for password in [None, Some(""), Some("\n"), Some("\r\n")] {
            assert!(read(&file, None, password).is_ok(), "{way:?} {password:?}");
        }
        let wrong = read(&file, None, Some("canary"));
        assert_fault(wrong, "CERTIFICATE_PASSWORD_FILE", "does not open the PKCS#12 file");
    }
}

#[test]
fn der_and_a_byte_order_mark_get_the_advice_that_helps() {
    let client = Made::client(None, |_| {});
    let key = client.key.serialize_pem();
    for (key, password) in [(None, None), (Some(&*key), None), (None, Some(SECRET))] {
        let read = read(&client.der, key, password);
        assert_fault(read, "CERTIFICATE_FILE", "openssl x509 -inform der");
    }
    let utf16 = |text: &str| {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(units).collect::<Vec<u8>>()
    };
    let words = "begins with a byte order mark";
    for file in [["\u{feff}", &client.pem].concat().into_bytes(), utf16(&client.pem)] {
        assert_fault(read(&file, Some(&key), None), "CERTIFICATE_FILE", words);
    }
    let marked = ["\u{feff}", &key].concat();
    let with_key = read(client.pem.as_bytes(), Some(&marked), None);
    assert_fault(with_key, "CERTIFICATE_KEY_FILE", words);
    let (folder, mut vars) = (Folder::new(), vars("https://platform.example"));
    let marked = ["\u{feff}", &client.pem].concat();
    set(&mut vars, "CA_FILE", &folder.write("canary.pem", marked));
    assert_fault(read_at(&vars, day(2026, 1)), "CA_FILE", words);
}
