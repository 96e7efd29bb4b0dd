//! What only PostgreSQL has: other relays, a server that may refuse, locks between transactions.

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use super::database;
use super::each::on_postgres;
use super::*;

on_postgres! {
    relays_that_start_at_once_on_an_empty_database_all_start,
    a_relay_that_cannot_start_says_what_to_do_and_never_the_password,
    what_two_relays_change_at_once_is_all_kept,
    transactions_of_many_relays_never_wait_for_each_other_in_a_circle,
}

/// Stores of some relays, with one database.
async fn relays(count: usize) -> Vec<SqlStore> {
    let address = database::empty().await;
    let opening = (0..count).map(|_| {
        let address = address.clone();
        tokio::spawn(async move { SqlStore::open(&address).await.unwrap() })
    });
    let mut stores = Vec::new();
    for opening in opening.collect::<Vec<_>>() {
        stores.push(opening.await.unwrap());
    }
    stores
}

async fn relays_that_start_at_once_on_an_empty_database_all_start() {
    let stores = relays(6).await;
    stores[0].keep(link("c1", 1, START), START + DAY).await;
    for store in &stores {
        assert!(found(store, "c1", START).await.is_some());
    }
}

async fn a_relay_that_cannot_start_says_what_to_do_and_never_the_password() {
    let address = database::empty().await;
    let options: PgConnectOptions = address.parse().unwrap();
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    let database = options.get_database().unwrap();
    // Roles are the whole server's.
    for statement in [
        format!("CREATE ROLE guest_{database} LOGIN"),
        "CREATE ROLE strict".to_owned(),
        format!("CREATE ROLE strict_{database} LOGIN PASSWORD 'canary-right' IN ROLE strict"),
    ] {
        connection.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    let socket = options.get_socket().unwrap().display();
    let at = |name: &str, user: &str, host: &str| {
        format!("postgres:///{name}?user={user}&password=canary-wrong&host={host}")
    };
    let here = socket.to_string();
    for (address, expect) in [
        (at(database, "relay", "/nowhere"), "no PostgreSQL server answers at /nowhere"),
        (at("none", "relay", &here), "has no database \"none\": make it with `createdb none`"),
        (at(database, &format!("strict_{database}"), &here), "refuses the user, the password"),
        (at(database, &format!("guest_{database}"), &here), "may not make tables"),
        ("postgres://127.0.0.1:1/relay".to_owned(), "no PostgreSQL server answers at 127.0.0.1:1"),
        ("postgres://x:canary-wrong@:y".to_owned(), "AIS_RELAY_STORE must be"),
    ] {
        let error = SqlStore::open(&address).await.unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
        assert!(!error.contains("canary"), "{error}");
    }
}

async fn what_two_relays_change_at_once_is_all_kept() {
    let stores = relays(2).await;
    let id: ConsentId = "c1".parse().unwrap();
    stores[0].keep(link("c1", 1, START), START + DAY).await;
    let mut changes = tokio::task::JoinSet::new();
    for number in 0..40 {
        let (store, id) = (stores[number % 2].clone(), id.clone());
        let name = format!("a{number}");
        changes.spawn(async move { store.add(&id, authorisation(&name, START)).await });
    }
    changes.join_all().await;
    for store in &stores {
        assert_eq!(found(store, "c1", START).await.unwrap().authorisations.len(), 40);
    }
}

/// Everything that locks more than a row, at once and in every order: a circle would be an error.
async fn transactions_of_many_relays_never_wait_for_each_other_in_a_circle() {
    let stores = relays(3).await;
    let mut work = tokio::task::JoinSet::new();
    for round in 0..60_u8 {
        let store = stores[usize::from(round) % 3].clone();
        work.spawn(async move {
            let (session, state_key) = (key(round % 5), StateKey::from_bytes([round; 32]));
            let name = format!("c{}", round % 7);
            let id: ConsentId = name.parse().unwrap();
            let later = START + Duration::from_hours(u64::from(round));
            store.insert(link(&name, round % 5, START), later, None).await?;
            store.insert_return(state_key, state(&name, round % 5), later).await?;
            let take =
                move |one: &mut ReturnState, link: &mut Link| one.take(link, Use::Foreign, later);
            store.update_return(state_key, Box::new(take), later).await?;
            match round % 5 {
                0 => store.sweep(later).await?,
                1 => store.remove_session(session, later).await?,
                2 => store.remove(&id).await?,
                3 => drop(store.make_room(1, later).await?),
                _ => drop(store.take_intents(later).await?),
            }
            Ok::<_, StoreError>(())
        });
    }
    for done in work.join_all().await {
        assert_eq!(done, Ok(()));
    }
}
