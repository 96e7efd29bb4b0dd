//! The back-end port of a running relay against its OpenAPI document, by Schemathesis. `cargo xtask test --only api`
//! installs it, and runs this.

use std::env;
use std::fs;
use std::path::Path;

use tokio::process::Command;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::BOUND;
use crate::database::{self, Database};
use crate::host::{Host, Receiver};
use crate::link::{LAST, Link, World};
use crate::platform::Platform;
use crate::process::{Home, Relay};
use crate::progress::Progress;
use crate::random::Random;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "cargo xtask test --only api"]
async fn the_back_end_port_answers_as_its_document_says() {
    Database::Sqlite.run("the_back_end_port_answers", answers()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "cargo xtask test --only api"]
async fn the_back_end_port_with_a_server_answers_as_its_document_says() {
    Database::Postgres.run("the_back_end_port_with_a_server_answers", answers()).await;
}

async fn answers() {
    let mut random = Random::seeded();
    let platform = Platform::start(random.fork()).await;
    let receiver = Receiver::start(random.fork()).await;
    let home = Home::new("api", &platform.url, &receiver.url).await;
    let relay = Relay::start(&home).await;
    let host = Host::new(relay.backend, &home.key);
    let world = World {
        relay: relay.address,
        platform,
        host: host.clone(),
        progress: Progress::new(),
        round: watch::channel(LAST).1,
    };
    world.progress.let_in(2);
    // A connection, and one that the host has ended.
    let [one, ended] = [5, 3].map(|number| Link::new(world.clone(), number, random.fork()));
    let one = timeout(BOUND, one.run()).await.unwrap();
    timeout(BOUND, ended.run()).await.unwrap();
    let connection = one.connection.unwrap();
    let accounts = host.get(&format!("/v1/connections/{connection}/accounts")).await;
    let account = accounts.body["data"][0]["id"].as_str().unwrap();
    let event = host.ledger().await[0]["id"].as_str().unwrap().to_owned();
    // First with ids that mostly name nothing, then with those that name something.
    let known = format!(
        "[[operations]]\ninclude-path-regex = \"^/v1/connections/\"\n\
         parameters = {{ \"path.id\" = \"{connection}\", \"path.account\" = \"{account}\" }}\n\
         [[operations]]\ninclude-path-regex = \"^/v1/link-sessions/\"\n\
         parameters = {{ \"path.id\" = \"{}\" }}\n\
         [[operations]]\ninclude-path-regex = \"^/v1/events/\"\n\
         parameters = {{ \"path.id\" = \"{event}\" }}\n",
        one.sessions[0]
    );
    for (name, ids, skipped) in
        [("any", "", &[][..]), ("known", &known, &["--exclude-operation-id=endConnection"])]
    {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let rules = fs::read_to_string(folder.join("tests/kill/api.toml")).unwrap();
        let config = home.file(&format!("{name}.toml"));
        fs::write(&config, rules + ids).unwrap();
        let program = env::var("AIS_LINK_SCHEMATHESIS").expect("the path of schemathesis");
        let mut run = Command::new(program);
        run.arg("--config-file").arg(&config).arg("run").args(skipped);
        run.arg(format!("--url=http://{}", relay.backend));
        run.arg(format!("--header=Authorization: Bearer {}", home.key));
        run.arg(folder.join("../docs/backend.openapi.json"));
        run.current_dir(config.parent().unwrap()).kill_on_drop(true);
        let output = timeout(BOUND, run.output()).await.unwrap().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).replace(&home.key, "(key)");
        println!("{text}");
        assert!(output.status.success(), "{:?}", database::own());
    }
    let log = home.log();
    let errors: Vec<_> = log.lines().filter(|line| line.contains("\"level\":\"ERROR\"")).collect();
    assert!(errors.is_empty(), "{errors:?}");
}
