//! Moving a store to another database.

use super::database;
use super::each::on_each_database;
use super::*;
use crate::store::sql::copy::TABLES;

on_each_database! {
    a_copy_has_all_that_the_first_store_has_and_may_be_made_again,
    each_table_with_each_of_its_columns_is_copied,
}

struct File(std::path::PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let name = format!("ais-relay-copy-{name}-{:?}-{}", database::own(), std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn address(&self) -> String {
        format!("sqlite://{}/relay.sqlite", self.0.display())
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn a_copy_has_all_that_the_first_store_has_and_may_be_made_again() {
    let (from, target) = (File::new("from"), File::new("to"));
    let to = match database::own() {
        database::Database::Sqlite => target.address(),
        database::Database::Postgres => database::empty().await,
    };
    let missing = copy(&from.address(), &to, |_| {}).await;
    assert!(matches!(missing, Err(CopyError::Open(OpenError::File(_)))), "{missing:?}");
    let first = SqlStore::open(&from.address()).await.unwrap();
    for number in 0..1100_u32 {
        let created = START + Duration::from_millis(number.into());
        let link = link(&format!("c{number}"), (number % 200).try_into().unwrap(), created);
        first.keep(link, START + DAY).await;
    }
    let state_key = StateKey::from_bytes([9; 32]);
    first.insert_return(state_key, state("c1", 1), START).await.unwrap();
    let intent = Intent {
        request: Uuid::from_u128(1),
        bank: "ESSESESS".parse().unwrap(),
        context: Context::Private,
        begun: START,
    };
    first.intend(intent.clone()).await.unwrap();
    let ended = Event::End(Cause::Person);
    first.learn(&"c2".parse().unwrap(), ended, START).await;
    let in_use = copy(&from.address(), &to, |_| {}).await;
    assert!(matches!(in_use, Err(CopyError::InUse)), "{in_use:?}");
    first.close().await;
    drop(first);

    for _ in 0..2 {
        let mut done = Vec::new();
        copy(&from.address(), &to, |copied| done.push((copied.table, copied.rows))).await.unwrap();
        let counts = [("sessions", 200), ("links", 1100), ("returns", 1), ("intents", 1)];
        assert_eq!(done[..4], counts);
        assert!(done.contains(&("counters", 1)) && done.len() == TABLES.len(), "{done:?}");
    }
    let (first, second) =
        (SqlStore::open(&from.address()).await.unwrap(), SqlStore::open(&to).await.unwrap());
    for number in [0, 1, 2, 499, 500, 501, 1099] {
        let name = format!("c{number}");
        let kept = found(&second, &name, START).await;
        assert!(kept.is_some());
        assert_eq!(kept, found(&first, &name, START).await);
    }
    assert_eq!(second.get_return(state_key).await.unwrap(), Some(state("c1", 1)));
    assert_eq!(second.due(START).await.unwrap().len(), 1);
    // What the second store has besides is not overwritten without a word.
    second.keep(link("more", 1, START), START + DAY).await;
    first.close().await;
    drop(first);
    let differs = copy(&from.address(), &to, |_| {}).await.unwrap_err().to_string();
    assert!(differs.contains("1101 rows in links, and the first one has 1100"), "{differs}");
}

/// A table that a later step adds must be added to the copy, too.
async fn each_table_with_each_of_its_columns_is_copied() {
    let store = store().await;
    let mut connection = store.pool.acquire().await.unwrap();
    let mut db = connection.db();
    let sql = match database::own() {
        database::Database::Sqlite => {
            "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
        }
        database::Database::Postgres => {
            "SELECT table_name::text, column_name::text FROM information_schema.columns \
             WHERE table_schema = 'public'"
        }
    };
    let mut there: Vec<(String, String)> = db.query(sql).fetch_all().await.unwrap();
    there.retain(|(table, _)| !table.starts_with("_sqlx"));
    there.sort();
    let of = |table: &&copy::Table| {
        let name = table.name.to_owned();
        table.columns.iter().map(move |column| (name.clone(), (*column).to_owned())).collect()
    };
    let mut copied: Vec<(String, String)> =
        TABLES.iter().flat_map(|it| -> Vec<_> { of(it) }).collect();
    copied.sort();
    assert_eq!(there, copied);
}
