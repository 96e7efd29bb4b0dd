//! The configuration: which values it reads, refuses and shows.

use std::time::Duration;

use protocol::profile::Context;

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn vars(pairs: &[(&str, &str)]) -> Vars {
    pairs.iter().map(|(name, value)| ([PREFIX, name].concat(), (*value).to_owned())).collect()
}

const LEAST: &[(&str, &str)] = &[
    ("AUTH_URL", "https://auth.example"),
    ("API_URL", "https://api.example"),
    ("CLIENT_ID", "client"),
    ("CLIENT_SECRET", "hush-hush"),
];

fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let all: Vec<_> = LEAST.iter().chain(pairs).copied().collect();
    Config::read(&vars(&all), None, NOW)
}

/// The names at fault, and the whole text.
fn faults(result: Result<Config, ConfigError>) -> (Vec<String>, String) {
    let error = result.expect_err("faults are expected");
    let text = error.to_string();
    let names = text.lines().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    (names, text)
}

#[test]
fn four_variables_suffice_and_the_rest_has_defaults() {
    let config = read(&[]).unwrap();
    assert_eq!(config.listen, "127.0.0.1:8080".parse().unwrap());
    assert_eq!(config.platform.contexts, Contexts { first: Context::Private, second: None });
    let quota = config.quota;
    let prompts = [quota.prompts_per_consent, quota.prompts_per_session, quota.prompts_per_address];
    let others = [quota.consents_per_session, quota.consents_per_address, quota.prompts_per_psu];
    assert_eq!(quota.reads_per_connection.to_string(), "300");
    let connected =
        [quota.lists_per_address, quota.connections_per_address, quota.consents_in_store];
    let written = |all: &[Most]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(written(&prompts), ["120", "240", "2400"]);
    assert_eq!(written(&others), ["60", "600", "60"]);
    assert_eq!(written(&connected), ["600", "200", "100000"]);
    assert_eq!(config.log, Log { format: LogFormat::Text, level: LogLevel::Info });
    assert!(config.access.allowed_origins.is_empty());
    assert!(config.access.trusted_proxies.is_empty());
    assert!(config.platform.logo_hosts.contains("opeopenbanking.blob.core.windows.net"));
    assert_eq!(config.operation.admin, Some("127.0.0.1:9419".parse().unwrap()));
    assert_eq!(config.operation.drain_delay, Duration::from_secs(5));
}

#[test]
fn all_faults_are_told_at_once_and_no_value_is() {
    let bad =
        vars(&[("LISTEN", "canary-1"), ("CONTEXT", "canary-2"), ("CLIENT_SECRET", "canary\n3")]);
    let (names, text) = faults(Config::read(&bad, None, NOW));
    for name in ["LISTEN", "AUTH_URL", "API_URL", "CLIENT_ID", "CLIENT_SECRET", "CONTEXT"] {
        assert!(names.contains(&[PREFIX, name].concat()), "{name} in {names:?}");
    }
    assert!(!text.contains("canary"), "{text}");
    assert!(text.contains("AIS_RELAY_CONTEXT must be private, corporate, or both"), "{text}");
}

/// Variables, and values that they must not have.
const BAD: &[(&str, &[&str])] = &[
    ("LISTEN", &["8080", "localhost", "127.0.0.1:99999", "127.0.0.1:8080/"]),
    (
        "API_URL",
        &[
            "api.example",
            "http://api.example",
            "ftp://api.example",
            "https://api.example/psd2",
            "https://api.example?x",
            "https://api.example#x",
            "https://user@api.example",
            "https://user:pass@api.example",
            "http://127.0.0.1.example",
        ],
    ),
    ("AUTH_URL", &["http://auth.example", "https://auth.example/connect/token"]),
    ("CLIENT_ID", &["two words", "\u{e5}"]),
    ("CONTEXT", &["Private", "both", "private,", "private,private", "private corporate"]),
    ("CERTIFICATE", &["Auto", "yes"]),
    ("CERTIFICATE_FILE", &["/no/such/file", "/"]),
    ("CERTIFICATE_KEY_FILE", &["/no/such/file"]),
    ("CERTIFICATE_PASSWORD_FILE", &["/no/such/file"]),
    ("CA_FILE", &["/no/such/file", "/"]),
    (
        "ALLOWED_ORIGINS",
        &[
            "*",
            "null",
            "http://shop.example",
            "https://shop.example/",
            "https://shop.example:443",
            "https://*.example",
            "https://SHOP.example",
            "https://shop.example https://b.example",
            "https://shop.example,*",
        ],
    ),
    ("PUBLIC_ORIGIN", &["relay.example", "https://relay.example/"]),
    ("TRUSTED_PROXIES", &["*", "10.0.0.1/8", "proxy", "10.0.0.0/8,x"]),
    ("CONSENTS_PER_SESSION", &["0", "-1", "1.5", "none", "3600001", "99999999999"]),
    ("CONSENTS_PER_ADDRESS", &["0", "Any", "10/min"]),
    ("LOGO_HOSTS", &["https://logos.example", "logos.example:443", "*.example"]),
    ("BUNDLE", &["/no/such/folder"]),
    ("PAGES", &["/no/such/folder"]),
    ("LOG", &["yaml", "JSON"]),
    ("LOG_LEVEL", &["verbose", "INFO", "off", "relay=trace", "warning"]),
    ("CLIENT_SECRET_FILE", &["/no/such/file"]),
];

#[test]
fn bad_values_are_refused() {
    for (name, values) in BAD {
        for value in *values {
            let (names, text) = faults(read(&[(name, value)]));
            assert_eq!(names[0], [PREFIX, name].concat(), "{value}: {text}");
        }
    }
}

#[test]
fn plain_http_is_for_loopback() {
    for url in
        ["http://127.0.0.1:9100", "http://localhost:9100", "http://[::1]:9100", "http://127.9.9.9"]
    {
        assert!(read(&[("API_URL", url)]).is_ok(), "{url}");
    }
}

#[test]
fn the_file_fills_in_what_the_environment_leaves_out() {
    let file = r#"
        listen = "127.0.0.1:1234"
        auth_url = "https://auth.example"
        api_url = "https://api.example"
        client_id = "from-file"
        client_secret = "hush-hush"
        allowed_origins = ["https://a.example", "https://b.example"]
        trusted_proxies = "10.0.0.0/8, ::1"
    "#;
    let config = Config::read(&vars(&[("CLIENT_ID", "from-env"), ("LISTEN", "")]), Some(file), NOW);
    let config = config.unwrap();
    assert_eq!(config.platform.client_id, "from-env");
    assert_eq!(config.listen, "127.0.0.1:1234".parse().unwrap());
    assert_eq!(config.access.allowed_origins.len(), 2);
    assert_eq!(config.access.trusted_proxies.len(), 2);
}

#[test]
fn a_bad_file_is_refused_without_showing_it() {
    let (_, text) = faults(Config::read(&vars(LEAST), Some("a = 1\nclient_secret = canary"), NOW));
    assert_eq!(text, "the configuration file is not TOML: see line 2");
    let (names, text) =
        faults(Config::read(&vars(LEAST), Some("clientsecret = 'canary'\nlog = 7"), NOW));
    assert_eq!(names, ["clientsecret", "log"]);
    assert!(!text.contains("canary"), "{text}");
    let (names, _) = faults(Config::read(&vars(LEAST), Some("context = 'x'"), NOW));
    assert_eq!(names, ["context"]);
}

#[test]
fn the_secret_has_one_place() {
    let path = std::env::temp_dir().join(format!("ais-relay-secret-{}", std::process::id()));
    std::fs::write(&path, "from-file\n").unwrap();
    let file = path.to_str().unwrap().to_owned();
    let (names, _) = faults(read(&[("CLIENT_SECRET_FILE", &file)]));
    assert_eq!(names, ["AIS_RELAY_CLIENT_SECRET_FILE"], "both are set");
    let mut least = vars(LEAST);
    least.remove("AIS_RELAY_CLIENT_SECRET");
    least.insert("AIS_RELAY_CLIENT_SECRET_FILE".to_owned(), file);
    let config = Config::read(&least, None, NOW).unwrap();
    assert_eq!(config.platform.client_secret.expose(), "from-file");
    std::fs::remove_file(path).unwrap();
}

#[test]
fn production_demands_a_certificate_unless_it_is_said_otherwise() {
    let demanded = |pairs: &[(&str, &str)]| match read(pairs) {
        Ok(_) => false,
        Err(error) => {
            let (names, text) = faults(Err(error));
            assert_eq!(names, ["AIS_RELAY_CERTIFICATE_FILE"], "{text}");
            true
        }
    };
    for (host, expect) in [
        ("https://api.openbankingplatform.com", true),
        ("https://API.OpenBankingPlatform.com.", true),
        ("https://openbankingplatform.com:8443", true),
        ("https://api.sandbox.openbankingplatform.com", false),
        ("https://sandbox.openbankingplatform.com", false),
        ("https://api.notsandbox.openbankingplatform.com", true),
        ("https://api.notopenbankingplatform.com", false),
        ("https://openbankingplatform.com.example", false),
    ] {
        for name in ["AUTH_URL", "API_URL"] {
            assert_eq!(demanded(&[(name, host)]), expect, "{name} {host}");
            assert_eq!(demanded(&[(name, host), ("CERTIFICATE", "auto")]), expect, "{host}");
            assert!(!demanded(&[(name, host), ("CERTIFICATE", "optional")]), "{host}");
            assert!(demanded(&[(name, host), ("CERTIFICATE", "required")]), "{host}");
        }
    }
}

#[test]
fn debug_output_has_no_secret() {
    let shown = format!("{:?}", read(&[]).unwrap());
    assert!(!shown.contains("hush-hush"), "{shown}");
}

#[test]
fn help_names_every_variable_with_its_default() {
    let help = help();
    for variable in VARIABLES {
        assert!(help.contains(&variable.env_name()), "{}", variable.name);
        assert!(help.contains(variable.default.unwrap_or("Default: none")), "{}", variable.name);
    }
}

#[test]
fn the_table_of_the_documents_has_every_variable_with_its_default() {
    let table = include_str!("../../../docs/relay.md");
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `AIS_RELAY_"));
    let rows: Vec<_> = rows.filter_map(|row| row.split_once("` | ")).collect();
    let names: Vec<_> = rows.iter().map(|(name, _)| *name).collect();
    let expected = VARIABLES.iter().map(|variable| variable.name);
    assert_eq!(names, ["CONFIG"].into_iter().chain(expected).collect::<Vec<_>>());
    for (variable, (name, row)) in VARIABLES.iter().zip(&rows[1..]) {
        let (default, _) = row.split_once('|').unwrap();
        let default = default.trim();
        if let Some(value) = variable.default {
            assert_eq!(default, format!("`{value}`"), "{name}");
        } else {
            assert!(!default.starts_with('`') || default.contains("PUBLIC_ORIGIN"), "{name}");
        }
    }
}

#[test]
fn no_document_names_a_variable_that_is_none() {
    for text in [
        include_str!("../../../README.md"),
        include_str!("../../README.md"),
        include_str!("../../../docs/relay.md"),
        include_str!("../../../docs/embedding.md"),
        include_str!("../../../docs/operating.md"),
    ] {
        for rest in text.split(PREFIX).skip(1) {
            let name = rest.split(|c: char| !c.is_ascii_uppercase() && c != '_').next().unwrap();
            // A name with a star, or an empty one, stands for all variables that begin so.
            let is =
                |known: &str| known == name || (name.ends_with('_') && known.starts_with(name));
            let known = VARIABLES.iter().any(|variable| is(variable.name));
            assert!(known || ["", "CONFIG"].contains(&name), "{name}");
        }
    }
}

#[test]
fn unknown_variables_are_named() {
    let vars = vars(&[("LISTEN", "x"), ("CONFIG", "x"), ("CLIENTSECRET", "x")]);
    assert_eq!(unknown(&vars), ["AIS_RELAY_CLIENTSECRET"]);
}

/// A folder for one test, with a file of this mode in it.
fn file(name: &str, mode: u32) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = std::env::temp_dir().join(format!("ais-relay-careless-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwg=").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    path
}

#[test]
fn what_is_careless_is_told() {
    use Careless::{Readable, Served, TrustsAll, WeakKey};
    let (open, own) = (file("open", 0o644), file("own", 0o600));
    let (zero, store) = (file("zero", 0o600), file("store.sqlite", 0o666));
    std::fs::write(&zero, format!("{}=", "A".repeat(43))).unwrap();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let folder = text(open.parent().unwrap());
    let database = |path: &Path| format!("sqlite://{}?mode=rwc", path.display());
    for (set, expect) in [
        (vec![("STORE_KEY_FILE", text(&own))], vec![]),
        (vec![("STORE_KEY_FILE", text(&open))], vec![Readable("AIS_RELAY_STORE_KEY_FILE")]),
        (vec![("STORE_KEY_FILE", text(&zero))], vec![WeakKey]),
        (vec![("STORE", database(&store))], vec![Readable("AIS_RELAY_STORE")]),
        (vec![("STORE", database(&own.with_file_name("later.sqlite")))], vec![]),
        (
            vec![
                ("STORE", database(&own.with_file_name("later.sqlite"))),
                ("PAGES", folder.clone()),
            ],
            vec![Served("AIS_RELAY_STORE")],
        ),
        (
            vec![("STORE_KEY_FILE", text(&own)), ("BUNDLE", folder)],
            vec![Served("AIS_RELAY_STORE_KEY_FILE")],
        ),
        (vec![("TRUSTED_PROXIES", "10.0.0.0/8,0.0.0.0/0".to_owned())], vec![TrustsAll]),
        (vec![("TRUSTED_PROXIES", "::/0".to_owned())], vec![TrustsAll]),
    ] {
        let mut all = vec![("STORE", "sqlite::memory:")];
        all.extend(set.iter().map(|(name, value)| (*name, value.as_str())));
        assert_eq!(read(&all).unwrap().careless, expect, "{set:?}");
    }
    let (secret, mut all) = (text(&open), vars(LEAST));
    all.insert("AIS_RELAY_STORE".to_owned(), "sqlite::memory:".to_owned());
    all.remove("AIS_RELAY_CLIENT_SECRET");
    all.insert("AIS_RELAY_CLIENT_SECRET_FILE".to_owned(), secret);
    let config = Config::read(&all, None, NOW).unwrap();
    assert_eq!(config.careless, [Readable("AIS_RELAY_CLIENT_SECRET_FILE")]);
}

#[test]
fn the_address_of_a_server_shows_neither_user_nor_password_and_wants_a_key() {
    let key = file("shared", 0o600);
    let key = ("STORE_KEY_FILE", key.to_str().unwrap());
    for (address, label) in [
        ("postgres://relay:canary@db.example:5433/links", "postgres://db.example:5433/links"),
        ("postgresql://canary@db.example/links?password=canary", "postgres://db.example/links"),
        ("postgres:///links?user=canary&host=/run/postgresql", "postgres:///run/postgresql/links"),
        ("sqlite://links.sqlite", "sqlite://links.sqlite"),
    ] {
        let store = read(&[("STORE", address), key]).unwrap().store;
        assert_eq!(store.label(), label);
        assert_eq!(store.address.expose(), address);
        assert!(!format!("{store:?}").contains("canary"), "{store:?}");
    }
    let (names, text) = faults(read(&[("STORE", "postgres://relay:canary@db.example/links")]));
    assert_eq!(names, ["AIS_RELAY_STORE_KEY_FILE"]);
    assert!(!text.contains("canary"), "{text}");
    for bad in ["postgres://canary:canary@:x", "mysql://canary", "postgres:canary"] {
        let (names, text) = faults(read(&[("STORE", bad), key]));
        assert_eq!(names, ["AIS_RELAY_STORE"]);
        assert!(!text.contains("canary"), "{text}");
    }
}

#[test]
fn the_address_of_the_store_may_stand_in_a_file_instead() {
    let (path, key) = (file("address", 0o600), file("beside", 0o600));
    let (named, key) = (path.to_str().unwrap(), ("STORE_KEY_FILE", key.to_str().unwrap()));
    let address = "postgres://relay:canary@db.example/links";
    std::fs::write(&path, format!("{address}\n")).unwrap();
    let store = read(&[("STORE_FILE", named), key]).unwrap().store;
    assert_eq!(store.address.expose(), address);
    let both = [("STORE_FILE", named), ("STORE", "sqlite::memory:"), key];
    assert_eq!(faults(read(&both)).0, ["AIS_RELAY_STORE_FILE"]);
    std::fs::write(&path, "canary").unwrap();
    for path in [named, "/nowhere"] {
        let (names, text) = faults(read(&[("STORE_FILE", path), key]));
        assert_eq!(names, ["AIS_RELAY_STORE_FILE"]);
        assert!(!text.contains("canary"), "{text}");
    }
}
