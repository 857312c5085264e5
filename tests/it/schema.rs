//! The database as migrated is the one the code believes in.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use tests::app::root;
use tests::db;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

async fn lines(url: &str, sql: &str) -> Vec<String> {
    let rows: Vec<Line> = diesel::sql_query(sql).load(&mut db::connect(url).await).await.unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

/// `table.column Type` of the migrated database against `table! { column -> Type }` of `schema.rs`.
#[tokio::test(flavor = "multi_thread")]
async fn schema_rs_is_the_migrated_database() {
    let url = db::create().await;
    let mut migrated = lines(
        &url,
        "select c.table_name || '.' || c.column_name || ' ' || case when c.is_nullable = 'YES' then 'Nullable<' else '' end || \
           case c.data_type when 'uuid' then 'Uuid' when 'text' then 'Text' when 'integer' then 'Int4' \
             when 'bigint' then 'Int8' when 'smallint' then 'Int2' when 'boolean' then 'Bool' when 'jsonb' then 'Jsonb' \
             when 'bytea' then 'Bytea' when 'date' then 'Date' when 'timestamp with time zone' then 'Timestamptz' \
             else c.data_type end || case when c.is_nullable = 'YES' then '>' else '' end as line \
         from information_schema.columns c join information_schema.tables t using (table_schema, table_name) \
         where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and t.table_name not like '\\_\\_diesel%'",
    )
    .await;
    migrated.sort();
    let source = std::fs::read_to_string(root().join("backend/src/db/schema.rs")).unwrap();
    let mut written = Vec::new();
    let mut table = String::new();
    for line in source.lines().map(str::trim) {
        if let Some((name, _)) = line.strip_suffix(") {").and_then(|line| line.split_once(" (")) {
            table = name.to_owned();
        } else if let Some((column, kind)) = line.strip_suffix(',').and_then(|line| line.split_once(" -> ")) {
            written.push(format!("{table}.{column} {kind}"));
        }
    }
    written.sort();
    assert!(migrated.len() > 100, "the query saw no columns");
    assert_eq!(migrated, written);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_foreign_key_says_what_happens_on_delete() {
    let url = db::create().await;
    let silent = lines(
        &url,
        "select conrelid::regclass || ' ' || conname as line from pg_constraint where contype = 'f' and confdeltype = 'a'",
    )
    .await;
    assert_eq!(silent, Vec::<String>::new());
    assert!(
        lines(&url, "select conname::text as line from pg_constraint where contype = 'f'").await.len() > 15
    );
}

/// What distributed relatives of PostgreSQL do not run stays out of migrations and queries.
#[test]
fn the_sql_stays_within_the_common_subset() {
    let forbidden = ["pg_notify", "advisory", "exclude using", "deferrable", "lock table", " offset "];
    let mut files = Vec::new();
    collect(&root().join("migrations"), "sql", &mut files);
    collect(&root().join("backend/src"), "rs", &mut files);
    assert!(files.len() > 40);
    for file in files {
        let source = std::fs::read_to_string(&file).unwrap().to_lowercase();
        let code = source.lines().filter(|line| {
            let line = line.trim_start();
            !line.starts_with("//") && !line.starts_with("--")
        });
        for line in code {
            for word in forbidden {
                assert!(!line.contains(word), "{}: {word:?} in {line}", file.display());
            }
        }
    }
}

pub fn collect(dir: &std::path::Path, extension: &str, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, extension, found);
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
}
