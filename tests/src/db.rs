//! A database per test: a copy of a template migrated once, made from the files in `migrations/`.

use std::path::Path;
use std::sync::OnceLock;

use diesel::QueryableByName;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use openapi::Secret;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// The server of this run: `TEST_DATABASE_URL` (as `cargo xtask test` gives it), else one of our own in memory.
fn server() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| {
        std::env::var("TEST_DATABASE_URL").unwrap_or_else(|_| {
            let cluster =
                pg::Cluster::disposable(&|line| eprintln!("{line}")).expect("a PostgreSQL for the tests");
            let url = cluster.url();
            // It runs as long as this process does; what is left behind is swept by the next run.
            std::mem::forget(cluster);
            url
        })
    })
}

/// The address of another database on the same server.
fn database(name: &str) -> String {
    let (base, _) = server().rsplit_once('/').expect("a database in TEST_DATABASE_URL");
    format!("{base}/{name}")
}

async fn template() -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| async {
            let name = format!("template_{}", Uuid::new_v4().simple());
            run(server(), &format!("create database {name}")).await;
            backend::db::migrate(&Secret(database(&name)), Path::new("")).await.expect("migrations");
            name
        })
        .await
}

/// A fresh database; its address.
pub async fn create() -> String {
    let template = template().await;
    let name = format!("test_{}", Uuid::new_v4().simple());
    let sql = format!("create database {name} template {template} strategy file_copy");
    // Another test may be copying the template at this moment; PostgreSQL lets only one session do so.
    for _ in 0..200 {
        let mut conn = connect(server()).await;
        match diesel::sql_query(&sql).execute(&mut conn).await {
            Ok(_) => return database(&name),
            Err(error) if error.to_string().contains("is being accessed") => tokio::task::yield_now().await,
            Err(error) => panic!("create database: {error}"),
        }
    }
    panic!("the template is always in use");
}

pub async fn connect(url: &str) -> AsyncPgConnection {
    AsyncPgConnection::establish(url).await.expect("a connection")
}

/// Runs one statement; returns the number of rows.
pub async fn run(url: &str, sql: &str) -> usize {
    diesel::sql_query(sql)
        .execute(&mut connect(url).await)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

/// The number a `select … as n` gives (bigint).
pub async fn number(url: &str, sql: &str) -> i64 {
    let row: Count = diesel::sql_query(sql)
        .get_result(&mut connect(url).await)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    row.n
}
