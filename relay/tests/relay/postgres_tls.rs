//! PostgreSQL over TLS: the store trusts the authority that it was given, and no other server.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown};

use relay::store::SqlStore;
use sandbox::{Authority, Lifetime, Purpose};
use time::{Duration, UtcDateTime};

use crate::database::server::{Server, say};
use crate::mtls_support::Folder;

#[tokio::test]
async fn a_store_is_reached_by_tls_only_at_a_server_that_its_own_authority_names() {
    let now = UtcDateTime::now();
    let lifetime = Lifetime { from: now - Duration::days(1), until: now + Duration::days(1) };
    let [own, other] = [0, 1].map(|_| Authority::new(lifetime).unwrap());
    let identity = own.issue(Purpose::Server, lifetime).unwrap();
    let folder = Folder::new();
    let certificate = folder.write("server.pem", &identity.certificate);
    let key = folder.write("server.key", &identity.key);
    // The server runs as nobody where the tests run as root, and insists on this.
    fs::set_permissions(&certificate, fs::Permissions::from_mode(0o644)).unwrap();
    if chown(&key, None, Some(65534)).is_ok() {
        fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
    }
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let settings = format!(
        "-c listen_addresses=127.0.0.1,127.0.0.2 -c ssl=on -c ssl_cert_file={certificate} -c ssl_key_file={key}"
    );
    let server = match Server::start("-tls", &settings, port, None) {
        Ok(server) => server,
        Err(why) if why.to_string().contains("not installed") => {
            say(&format!("not run: no PostgreSQL server here ({why}): {}", module_path!()));
            return;
        }
        Err(why) => panic!("{why}"),
    };
    server.empty().await;
    let (ours, theirs) =
        (folder.write("ca.pem", own.pem()), folder.write("other.pem", other.pem()));
    for (host, query, expected) in [
        ("localhost", format!("sslmode=verify-full&sslrootcert={ours}"), ""),
        ("127.0.0.1", format!("sslmode=verify-full&sslrootcert={ours}"), ""),
        // Its certificate does not name this address.
        ("127.0.0.2", format!("sslmode=verify-ca&sslrootcert={ours}"), ""),
        ("127.0.0.2", format!("sslmode=verify-full&sslrootcert={ours}"), "no TLS with"),
        ("localhost", format!("sslmode=verify-full&sslrootcert={theirs}"), "no TLS with"),
        ("localhost", format!("sslmode=verify-ca&sslrootcert={theirs}"), "no TLS with"),
        // The authorities of the public web do not know it.
        ("localhost", "sslmode=verify-full".to_owned(), "no TLS with"),
        // The server takes nobody without TLS.
        ("localhost", "sslmode=disable".to_owned(), "refuses the user"),
    ] {
        let address = format!("postgres://relay@{host}:{port}/relay0?{query}");
        match SqlStore::open(&address).await {
            Ok(store) => {
                assert_eq!(expected, "", "{host} {query}");
                store.close().await;
            }
            Err(error) => {
                let text = error.to_string();
                let is_expected = !expected.is_empty() && text.contains(expected);
                assert!(is_expected, "{host} {query}: {text}");
            }
        }
    }
}
