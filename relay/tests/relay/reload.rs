//! Files that change while the relay runs: secrets, authorities, keys. One look at a time, without waiting.

mod load;
mod swaps;

use std::fs;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Response};
use relay::backend::keys::{self, Keys};
use relay::config::{Config, Reload, StoreKeys, Webhook};
use relay::reload::{Watch, Why};
use relay::webhook::Webhooks;
use relay::{Clock as _, Secret, SystemClock, SystemRandom};
use sandbox::Authority;

use crate::backend::{Host, value};
use crate::mtls_support::{Folder, Site, lifetime, set, world};
use crate::support::{ASPSPS, Log, Received, World, finish, json, vars};

/// A relay with these files, each with the name of its variable, and a watch that looks when it is told to.
async fn watched(folder: &Folder, files: &[(&str, &str)]) -> (World, Watch) {
    let world = World::with(|config| {
        let mut vars = vars(config.platform.api.url().as_str().trim_end_matches('/'));
        for (variable, content) in files {
            set(&mut vars, variable, &folder.write(variable, content));
        }
        if files.iter().any(|(variable, _)| *variable == "CLIENT_SECRET_FILE") {
            vars.remove("AIS_RELAY_CLIENT_SECRET");
        }
        let limits = config.limits;
        *config = Config { limits, ..Config::read(&vars, None, SystemClock.now()).unwrap() };
    })
    .await;
    let watch = Watch::new(world.relay.clone(), None, None);
    (world, watch)
}

/// Two looks, as some seconds apart.
async fn look(world: &World, watch: &mut Watch) -> Reload {
    watch.look(Why::Time).await;
    watch.look(Why::Time).await;
    world.relay.reloads().last()
}

/// The client's secret in the last request for a token.
fn shown(world: &World) -> String {
    let asked = world.platform.received().into_iter().rfind(Received::is_token);
    let form = String::from_utf8(asked.unwrap().body.to_vec()).unwrap();
    let secret = form.split('&').find_map(|pair| pair.strip_prefix("client_secret="));
    secret.unwrap().to_owned()
}

/// Makes a call for which the relay needs a new token.
async fn ask_with_a_new_token(world: &World) {
    world.platform.script(|received| {
        let is_old = received.all("authorization").iter().any(|token| !token.ends_with("new"));
        let refusal = r#"{"tppMessages":[{"category":"ERROR","code":"TOKEN_EXPIRED"}]}"#;
        (!received.is_token() && is_old).then(|| json(401, refusal))
    });
    finish(world.call(Method::GET, ASPSPS)).await;
    world.platform.script(|_| None);
}

#[tokio::test]
async fn a_new_client_secret_is_used_for_the_next_token_once_it_is_settled() {
    let (folder, log) = (Folder::new(), Log::default());
    let (world, mut watch) = watched(&folder, &[("CLIENT_SECRET_FILE", "canary-old\n")]).await;
    let _listening = log.listen();
    finish(world.call(Method::GET, ASPSPS)).await;
    assert_eq!(shown(&world), "canary-old");
    let start = world.relay.reloads().last();
    assert!(start.is_successful && start.succeeded == world.clock.now());
    world.clock.advance(std::time::Duration::from_mins(1));
    // Half of it: the next look finds the rest.
    folder.write("CLIENT_SECRET_FILE", "canary-n");
    watch.look(Why::Time).await;
    folder.write("CLIENT_SECRET_FILE", "canary-new");
    watch.look(Why::Time).await;
    assert_eq!(world.relay.reloads().last(), start);
    ask_with_a_new_token(&world).await;
    assert_eq!(shown(&world), "canary-old");
    watch.look(Why::Time).await;
    assert_eq!(world.relay.reloads().last().succeeded, world.clock.now());
    // After the refusal above the relay asks for no token for a minute.
    world.clock.advance(std::time::Duration::from_mins(2));
    ask_with_a_new_token(&world).await;
    assert_eq!(shown(&world), "canary-new");
    assert_eq!(log.text().matches("in use from now on").count(), 1, "{}", log.text());
    assert!(!log.text().contains("canary"), "{}", log.text());
}

#[tokio::test]
async fn a_file_that_cannot_be_used_stays_out_with_one_line_and_no_word_of_it() {
    let (folder, log) = (Folder::new(), Log::default());
    let (world, mut watch) = watched(&folder, &[("CLIENT_SECRET_FILE", "canary-old")]).await;
    let _listening = log.listen();
    for content in ["", "canary\ntwo lines"] {
        let path = folder.write("CLIENT_SECRET_FILE", content);
        for _ in 0..3 {
            assert!(!look(&world, &mut watch).await.is_successful, "{content}");
        }
        fs::remove_file(path).unwrap();
        assert!(!look(&world, &mut watch).await.is_successful);
    }
    let faults = log.text().matches("stays out").count();
    assert_eq!(faults, 4, "{}", log.text());
    assert!(log.text().contains("AIS_RELAY_CLIENT_SECRET_FILE must be"), "{}", log.text());
    watch.look(Why::Asked).await;
    assert_eq!(log.text().matches("stays out").count(), 5, "who asks gets an answer");
    folder.write("CLIENT_SECRET_FILE", "canary-old");
    assert!(look(&world, &mut watch).await.is_successful);
    assert!(log.text().contains("the files hold what is in use"), "{}", log.text());
    assert!(!log.text().contains("canary"), "{}", log.text());
}

#[tokio::test]
async fn other_authorities_are_trusted_from_the_next_handshake_on() {
    let site = Site::start().await;
    let vars = site.vars_with(&site.certificates.client);
    let world = world(&vars, SystemClock.now()).await;
    // The client certificate is of today.
    world.clock.advance(SystemClock.now().since(world.clock.now()));
    let mut watch = Watch::new(world.relay.clone(), None, None);
    let ask = async || finish(world.call(Method::GET, ASPSPS)).await.status().as_u16();
    let other = Authority::new(lifetime(-1..1)).unwrap();
    site.folder.write("ca.pem", other.pem());
    assert!(look(&world, &mut watch).await.is_successful);
    assert_eq!(ask().await, 503);
    site.folder.write("ca.pem", site.certificates.authority.pem());
    watch.look(Why::Asked).await;
    world.clock.advance(std::time::Duration::from_secs(5));
    assert_eq!(ask().await, 200);
}

#[tokio::test]
async fn a_new_store_key_in_front_changes_no_id_and_another_last_one_stays_out() {
    const OLD: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    const NEW: &str = "CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=";
    let folder = Folder::new();
    let path = folder.write("keys", OLD);
    let host = Host::with(|config| {
        let mut vars = vars(config.platform.api.url().as_str().trim_end_matches('/'));
        set(&mut vars, "STORE_KEY_FILE", &path);
        let read = Config::read(&vars, None, SystemClock.now()).unwrap();
        assert_eq!(read.store.keys, StoreKeys::new([[7; 32]]));
        (config.sources, config.store) = (read.sources, read.store);
    });
    let host = host.await;
    let mut watch = Watch::new(host.world.relay.clone(), None, None);
    let ids = async |host: &Host| {
        let (_, connection, _) = host.link(&crate::backend::terms()).await;
        host.world.platform.script(accounts);
        let target = format!("/v1/connections/{connection}/accounts");
        let answer = host.get(&target).await;
        host.world.platform.script(|_| None);
        (connection, answer["data"][0]["id"].as_str().unwrap().to_owned())
    };
    let (connection, before) = ids(&host).await;
    folder.write("keys", format!("{NEW}\n{OLD}\n"));
    assert!(look(&host.world, &mut watch).await.is_successful);
    assert_eq!(ids(&host).await.1, before, "the account has the same id in a new connection");
    // What the old key has sealed opens: the platform's id of the account is known without another list.
    let asked = host.world.platform.calls().len();
    let target = format!("/v1/connections/{connection}/accounts/{before}/balances");
    host.world.platform.script(accounts);
    let balances = finish(host.request(Method::GET, &target)).await;
    assert_eq!(balances.status(), 200, "{:?}", value(&balances));
    assert_eq!(host.world.platform.calls().len(), asked + 1);
    folder.write("keys", NEW);
    assert!(!look(&host.world, &mut watch).await.is_successful);
    assert_eq!(ids(&host).await.1, before);
}

/// A bank with an account.
fn accounts(received: &Received) -> Option<Response<Body>> {
    let path = received.target.split('?').next().unwrap();
    let list =
        r#"{"accounts":[{"resourceId":"r1","iban":"SE4550000000058398257466","currency":"SEK"}]}"#;
    let is_balances = path.ends_with("/r1/balances");
    let answer = path.ends_with("/accounts").then_some(list);
    answer.or(is_balances.then_some(r#"{"balances":[]}"#)).map(|body| json(200, body))
}

#[tokio::test]
async fn webhooks_are_signed_with_the_new_secret_and_a_broken_file_of_keys_counts() {
    const OLD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const NEW: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    let folder = Folder::new();
    let receiver = crate::backend::webhooks::Receiver::start().await;
    let url = receiver.url();
    let world = World::with(|config| {
        let mut vars = vars(config.platform.api.url().as_str().trim_end_matches('/'));
        set(&mut vars, "WEBHOOK_URL", &url);
        set(&mut vars, "WEBHOOK_SECRET_FILE", &folder.write("secret", OLD));
        *config = Config::read(&vars, None, SystemClock.now()).unwrap();
    })
    .await;
    let to = Webhook { url: url.parse().unwrap(), secrets: vec![Secret::new(OLD).unwrap()] };
    let webhooks = Webhooks::new(to).unwrap();
    let (_, line) = keys::make("shop", &SystemRandom).unwrap();
    let keys = Arc::new(Keys::open(folder.write("keys", &line).as_ref()).unwrap());
    let relay = world.relay.clone();
    let mut watch = Watch::new(relay, Some(webhooks.clone()), Some(keys));
    folder.write("secret", [NEW, "\n", OLD].concat());
    assert!(look(&world, &mut watch).await.is_successful);
    receiver.verifies_next(&webhooks, &[NEW, OLD]).await;
    folder.write("secret", NEW);
    assert!(look(&world, &mut watch).await.is_successful);
    receiver.verifies_next(&webhooks, &[NEW]).await;
    folder.write("keys", "half a li");
    assert!(!look(&world, &mut watch).await.is_successful);
    folder.write("keys", &line);
    assert!(look(&world, &mut watch).await.is_successful);
}
