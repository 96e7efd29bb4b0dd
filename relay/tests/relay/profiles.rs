//! Bank profiles: those that the relay serves and an operator's own. File, schema and types agree.

mod corporate;
mod schema;
mod settings;

use std::fs;

use axum::body::Bytes;
use axum::http::{Method, Response};
use protocol::own::PROFILES;
use protocol::profile::Profile;
use relay::config::{Config, ConfigError};
use relay::{Clock as _, SystemClock};
use serde_json::{Value, json};

use crate::mtls_support::set;
use crate::support::{World, code, finish, vars};

async fn get(world: &World, bic: &str, lines: &[(&str, &str)]) -> Response<Bytes> {
    let mut request = world.bare(Method::GET, &[PROFILES, bic].concat());
    for (name, value) in lines {
        request = request.header(*name, *value);
    }
    finish(request).await
}

async fn profile(world: &World, bic: &str) -> Value {
    let answer = get(world, bic, &[]).await;
    assert_eq!(answer.status(), 200, "{bic}");
    serde_json::from_slice(answer.body()).unwrap()
}

#[tokio::test]
async fn a_profile_is_small_and_says_only_what_is_not_the_default() {
    let world = World::new().await;
    let seb = json!({
        "bic": "ESSESESS",
        "approaches": ["DECOUPLED"],
        "methods": [
            { "id": "mbid_same_device", "device": "this", "challenge": "token" },
            { "id": "mbid", "device": "any", "challenge": "token" },
        ],
        "preference": "any-value",
        "corporate_id": "may",
        "corporate_id_format": "se-organisation",
        "corporate_id_tests": ["40073144970009", "5566771234"],
        "ids_until": "accounts",
        "statuses": ["received", "started", "finalised"],
        "after_pick_up": "stays",
        "pick_up_seconds": 30,
        "pick_up_from": "method",
        "sign_seconds": 0,
        "longest_days": 180,
        "usual_days": 179,
    });
    assert_eq!(profile(&world, "ESSESESS").await, seb);
    for bic in ["ESSESESS", "HANDSESS", "SWEDSESS", "OPBKSE21"] {
        assert!(get(&world, bic, &[]).await.body().len() < 1200, "{bic}");
    }
    let swedbank = profile(&world, "SWEDSESS").await;
    assert_eq!(swedbank["headers"], json!(["PSU-IP-Address", "PSU-User-Agent"]));
    assert_eq!(swedbank["affiliated"], json!([{ "id": "08999", "name": "Swedbank" }]));
    assert_eq!((&swedbank["scans"], &swedbank["app_returns"]), (&json!(2), &json!("no")));
    assert_eq!(swedbank.get("preference"), None, "one value is the default");
}

#[tokio::test]
async fn an_unknown_bank_has_the_safe_profile() {
    let world = World::new().await;
    for bic in ["OPBKSE21", "DEUTDEFF500"] {
        let unknown = profile(&world, bic).await;
        assert_eq!(unknown.get("bic"), None);
        assert_eq!(unknown["approaches"], json!(["DECOUPLED", "REDIRECT"]));
        for member in ["preference", "pick_up_from", "after_pick_up", "psu_id", "app_returns"] {
            assert_eq!(unknown.get(member), None, "{member} is the cautious default");
        }
    }
    for bic in ["", "seb", "..", "%45SSESESS", "ESSESESS/", "ESSESESS/x"] {
        let answer = get(&world, bic, &[]).await;
        assert_eq!((answer.status().as_u16(), &*code(&answer)), (404, "RESOURCE_UNKNOWN"), "{bic}");
    }
    assert!(world.platform.received().is_empty(), "the platform is not asked");
}

#[tokio::test]
async fn pages_of_allowed_origins_may_read_profiles_and_keep_them_a_while() {
    let world = World::new().await;
    for (origin, expect) in [("https://shop.example", true), ("https://evil.example", false)] {
        let answer = get(&world, "ESSESESS", &[("origin", origin)]).await;
        let header = |name: &str| answer.headers().get(name).and_then(|it| it.to_str().ok());
        assert_eq!(header("access-control-allow-origin").is_some(), expect, "{origin}");
        assert_eq!(header("access-control-allow-credentials"), None);
        assert_eq!(header("cache-control"), Some("public, max-age=300"));
        assert_eq!(header("cross-origin-resource-policy"), Some("cross-origin"));
        assert_eq!(header("content-type"), Some("application/json"));
        assert_eq!((header("vary"), header("set-cookie")), (Some("origin"), None));
    }
    let posted = finish(world.bare(Method::POST, &[PROFILES, "ESSESESS"].concat())).await;
    assert_eq!(
        (posted.status().as_u16(), &posted.headers()["allow"]),
        (405, &"GET, HEAD".parse().unwrap())
    );
}

/// The configuration with a file of this text as `AIS_RELAY_PROFILES`.
fn with_file(name: &str, text: &str) -> Result<Config, ConfigError> {
    let name = format!("ais-relay-profiles-{name}-{}.toml", std::process::id());
    let path = std::env::temp_dir().join(name);
    fs::write(&path, text).unwrap();
    let mut vars = vars("http://127.0.0.1:1");
    set(&mut vars, "PROFILES", path.to_str().unwrap());
    let read = Config::read(&vars, None, SystemClock.now());
    fs::remove_file(path).unwrap();
    read
}

#[tokio::test]
async fn an_operator_overrides_and_adds_banks() {
    let text = r#"
        version = 1
        [[bank]]
        bic = "ESSESESS"
        approaches = ["REDIRECT"]
        methods = [{ id = "mbid", device = "any", challenge = "page" }]
        [[bank]]
        bic = "ELLFSESS"
        approaches = ["DECOUPLED"]
        methods = [{ id = "mbid", device = "any", challenge = "token" }]
        psu_id = "must"
        psu_id_format = "se-personal"
    "#;
    let config = with_file("good", text).unwrap();
    let world = World::with(|it| it.profiles = config.profiles).await;
    let seb = profile(&world, "ESSESESS").await;
    assert_eq!((&seb["approaches"], seb.get("statuses")), (&json!(["REDIRECT"]), None));
    assert_eq!(profile(&world, "ELLFSESS").await["psu_id"], "must");
    assert_eq!(profile(&world, "SWEDSESS").await["scans"], 2, "others are as they were");
    assert_eq!(profile(&world, "OPBKSE21").await["corporate_id"], "may");
}

#[test]
fn a_bad_file_stops_the_start_and_says_where() {
    for (name, text, expect) in [
        ("form", "version = 1\nunknwon = 7", "line 2: unknown field `unknwon`"),
        ("sense", "version = 3", "profiles: version must be 1"),
    ] {
        let error = with_file(name, text).expect_err("it is bad").to_string();
        let start = "AIS_RELAY_PROFILES must be the path of a TOML file of bank profiles; ";
        assert!(error.starts_with(&[start, expect].concat()), "{error}");
    }
}

#[tokio::test]
async fn the_same_types_read_the_served_profiles() {
    let world = World::new().await;
    for bank in schema::profiles().bank {
        let bic = bank.bic.clone().unwrap();
        let answer = get(&world, bic.as_str(), &[]).await;
        let read: Profile = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!(read, bank, "{bic}");
    }
}
