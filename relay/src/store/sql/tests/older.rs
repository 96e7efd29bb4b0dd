//! Stores of older relays, with rows in them: what they knew is there once a newer relay has opened them.

use std::path::Path;
use std::str::FromStr as _;

use sqlx::migrate::Migrator;
use sqlx::query;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use super::super::sqlite::{MEMORY, migrate, migrations, older};
use super::*;
use crate::crypto::key::StateKey;
use crate::link::Return;

/// The SHA-384 of each step as it was released. A store has them in a table of its own, and is not opened where
/// one has changed: mend a step by a further one.
const RELEASED: [&str; 8] = [
    "158c94bc93bf8f09a696f7bd6bedbcb07914ee61dff8dc4cd4249cefd5478764fed8e6dc0ed297ace3305e66cd34292f",
    "ec15a9c5f3ef4846409ced8f9750844792b3c944e9ff54b63db44eb805681481ddbdc4326391f54fe6fa7b0bc6085676",
    "903c929b5492001dff057dfc3c546a90fdd8cbf0cc7e2f0293990b592e6e11e7dc68b49a8381b7b361d8ef4674e63fbf",
    "e52b9642eb4fa8f1f4f7463f815475c6c0dab1f48f577f5057fc4a7f0ab46f12eef7dd5c3331e3a574532bf09f461c98",
    "ea9e9acad719254933e686b103484ca83b1a0f1a9d5db295e7396d1b95359bd2ef03d3ba378f19bf61091d967d7824d9",
    "61c1b8e461ef85752f871ffdc0a1f7dc72181dc41330d3371c77f934f6847d621b523de8adf4d941008ed3af22003424",
    "34dfa24f07ec0cebce4aa7f71e596f2cdefe17d41ed6ed650b40d3d2b446e01e40b43cb981e672af94a699a24ff94fa8",
    "64142cb55c5af64d4a225bde14e5e7631aa175bc6fa0a9f15c82d3d7c3674671ba3257b0be7f3ac5f67763626f01e71b",
];

/// The versions with a table for each kind of row. Later ones have links as JSON.
const TABLES: usize = 6;

/// What a relay of the first version has written: a link under way, one that is approved, one that is still to be
/// deleted, a return that is awaited and one that was used.
const ROWS: &str = "
    INSERT INTO sessions (key, expires) VALUES
        ('0101010101010101010101010101010101010101010101010101010101010101', 1700086400000),
        ('0202020202020202020202020202020202020202020202020202020202020202', 1700086400000);
    INSERT INTO consents (id, session, bank, affiliated, context, redirect_preferred, status, valid_until,
        created, return_page, psu, ended) VALUES
        ('open', '0101010101010101010101010101010101010101010101010101010101010101', 'SWEDSESS', '08999',
            'corporate', 'false', 'received', '2027-01-31', 1700000000000, 'https://shop.example/ abc', 'c2Vh', 'no'),
        ('valid', '0202020202020202020202020202020202020202020202020202020202020202', 'ESSESESS', NULL,
            'private', NULL, 'valid', '2027-02-28', 1700000000001, NULL, NULL, 'no'),
        ('ended', '0202020202020202020202020202020202020202020202020202020202020202', 'NDEASESS', NULL,
            'private', 'true', 'received', '2027-03-31', 1700000000002, NULL, NULL, 'here');
    INSERT INTO authorisations (consent, id, number, started, method, approach, status, returned) VALUES
        ('open', 'a1', 1, 1700000000003, NULL, NULL, 'failed', 'declined'),
        ('open', 'a2', 2, 1700000000004, 'mbid', 'DECOUPLED', 'started', NULL),
        ('valid', 'a3', 1, 1700000000005, 'mbid', 'REDIRECT', 'finalised', 'completed');
    INSERT INTO returns (key, session, consent, authorisation, kind, expires, used) VALUES
        ('0303030303030303030303030303030303030303030303030303030303030303',
            '0101010101010101010101010101010101010101010101010101010101010101', 'open', 'a2', 'app',
            1700001000000, 0),
        ('0404040404040404040404040404040404040404040404040404040404040404',
            '0202020202020202020202020202020202020202020202020202020202020202', 'valid', 'a3', 'code',
            1700001000000, 1);
";

/// What later versions have written besides, each from its own on.
const LATER: [(usize, &str); 5] = [
    (2, "UPDATE consents SET deletion_failures = 3, deletion_due = 1700000060000 WHERE id = 'ended'"),
    (3, "UPDATE consents SET listed = 0 WHERE id = 'open'"),
    (
        4,
        "UPDATE returns SET code = '0505050505050505050505050505050505050505050505050505050505050505'
             WHERE used = 1;
         UPDATE authorisations SET arrived = 1700000000006 WHERE id = 'a3';
         UPDATE consents SET approved = 1700000000007 WHERE id = 'valid'",
    ),
    (
        5,
        "INSERT INTO intents (request, bank, context, begun)
             VALUES ('7f8f3c6e-4f63-4a1c-9c3a-0d1c5d3f7b11', 'ESSESESS', 'private', 1700000000008)",
    ),
    (6, "UPDATE consents SET entry = 'e7,Swedbank' WHERE id = 'open'"),
];

fn at(millis: u64) -> Timestamp {
    START + Duration::from_millis(millis)
}

/// The address of a file with the tables and rows of `version`.
async fn written_by(version: usize, folder: &Path) -> String {
    let address = format!("sqlite://{}/{version}.sqlite", folder.display());
    let options = SqliteConnectOptions::from_str(&address).unwrap().create_if_missing(true);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    let steps = migrations().iter().take(version).cloned().collect();
    Migrator::with_migrations(steps).run(&pool).await.unwrap();
    sqlx::raw_sql(ROWS).execute(&pool).await.unwrap();
    for (_, rows) in LATER.into_iter().filter(|(since, _)| *since <= version) {
        sqlx::raw_sql(rows).execute(&pool).await.unwrap();
    }
    pool.close().await;
    address
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

#[test]
fn no_step_that_was_released_has_changed() {
    let steps: Vec<_> = migrations().iter().map(|step| hex(&step.checksum)).collect();
    assert_eq!(steps[..RELEASED.len()], RELEASED);
}

#[tokio::test]
async fn a_store_of_each_older_version_is_opened_with_all_that_is_in_it() {
    let folder = std::env::temp_dir().join(format!("ais-relay-older-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for version in 1..=TABLES {
        let address = written_by(version, &folder).await;
        let store = SqlStore::open(&address).await.unwrap();
        let open = found(&store, "open", START).await.unwrap();
        let plain = link("open", 1, START);
        let expect = Link {
            terms: Terms {
                bank: "SWEDSESS".parse().unwrap(),
                context: Context::Corporate,
                entry: if version < 6 { None } else { Entry::decoded("e7,Swedbank") },
                return_page: Some(KeptPage::kept("https://shop.example/ abc".to_owned())),
                ..plain.terms.clone()
            },
            psu: Some(Sealed::kept("c2Vh".to_owned())),
            // Of those that an older relay has made, none is taken for one of which no page has heard.
            listed: if version < 3 { Listed::Once } else { Listed::NotYet },
            authorisations: vec![
                Authorisation {
                    status: ScaStatus::Failed,
                    way: Way::AtBank(Return::Declined),
                    ..authorisation("a1", at(3))
                },
                Authorisation {
                    method: Some("mbid".parse().unwrap()),
                    way: Way::Beside(Approach::Decoupled),
                    status: ScaStatus::Started,
                    ..authorisation("a2", at(4))
                },
            ],
            state: State::AwaitApproval,
            ..plain
        };
        assert_eq!(open, expect, "{version}");

        let [ended, valid] = &store.of_session(key(2), START).await.unwrap()[..] else {
            panic!("{version}")
        };
        assert_eq!(ended.id.as_str(), "ended", "{version}");
        assert!(matches!(ended.state, State::AwaitDeletion { .. }), "{version}");
        assert_eq!(
            (valid.id.as_str(), valid.status()),
            ("valid", &ConsentStatus::Valid),
            "{version}"
        );
        let terms = &valid.terms;
        assert_eq!((&*terms.valid_until, valid.listed), ("2027-02-28", Listed::Once));
        assert!(terms.affiliated.is_none() && terms.redirect_preferred.is_none());
        let approved = if version < 4 { valid.created } else { at(7) };
        assert_eq!(valid.approved(), Some(approved), "{version}");
        let [a3] = &valid.authorisations[..] else { panic!("{version}") };
        assert_eq!(a3.status, ScaStatus::Finalised);
        assert_eq!(valid.came_back(a3), Some(Returned::Completed));
        assert_eq!(a3.way.arrived(), (version >= 4).then(|| at(6)), "{version}");

        let awaited = store.get_return(StateKey::from_bytes([3; 32])).await.unwrap().unwrap();
        let (session, consent, authorisation) =
            (key(1), "open".parse().unwrap(), "a2".parse().unwrap());
        let (kind, expires) = (ReturnKind::App, at(1_000_000));
        let used = Used::NotYet;
        let expect = ReturnState { session, consent, authorisation, kind, expires, used };
        assert_eq!(awaited, expect, "{version}");
        let used = store.get_return(StateKey::from_bytes([4; 32])).await.unwrap().unwrap();
        let code = CodeKey::from_bytes([5; 32]);
        let expect = if version < 4 { Used::Once } else { Used::WithCode(code) };
        assert_eq!((used.kind, used.used), (ReturnKind::Code, expect), "{version}");

        // And it goes on from there.
        let (first, again) = (StateKey::from_bytes([3; 32]), StateKey::from_bytes([4; 32]));
        assert!(store.take(first, Use::Own(None)).await, "{version}");
        assert!(!store.take(again, Use::Own(None)).await, "{version}");
        let due = |now| store.due(now);
        assert_eq!(due(START).await.unwrap().len(), usize::from(version < 2), "{version}");
        let [left] = &due(START + DAY).await.unwrap()[..] else { panic!("{version}") };
        assert_eq!(failures(left), if version < 2 { 0 } else { 3 }, "{version}");
        let intents = store.take_intents(START + DAY).await.unwrap();
        assert_eq!(intents.len(), usize::from(version >= 5), "{version}");
        store.close().await;
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn what_an_older_relay_knew_to_be_approved_stays_so() {
    let options = SqliteConnectOptions::from_str(MEMORY).unwrap();
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    let older = migrations().iter().take(3).cloned().collect();
    Migrator::with_migrations(older).run(&pool).await.unwrap();
    for (name, status, sca) in
        [("c1", "valid", "started"), ("c2", "received", "finalised"), ("c3", "received", "started")]
    {
        let consent = "INSERT INTO consents (id, session, bank, context, status, valid_until, \
             created, ended) VALUES ($1, $3, 'ESSESESS', 'private', $2, '', 5, 'no')";
        let session = "01".repeat(32);
        query(consent).bind(name).bind(status).bind(session).execute(&pool).await.unwrap();
        let authorisation = "INSERT INTO authorisations (consent, id, number, started, status) \
             VALUES ($1, 'a', 1, 5, $2)";
        query(authorisation).bind(name).bind(sca).execute(&pool).await.unwrap();
    }
    migrate(&pool).await.unwrap();
    older::bring(&pool).await.unwrap();
    let links: Vec<String> =
        sqlx::query_scalar("SELECT body FROM links ORDER BY id").fetch_all(&pool).await.unwrap();
    let approved: Vec<_> = links
        .iter()
        .map(|link| serde_json::from_str::<Link>(link).unwrap().approved())
        .map(|approved| approved.map(Timestamp::as_millis))
        .collect();
    assert_eq!(approved, [Some(5), Some(5), None]);
}
