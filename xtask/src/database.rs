//! The database of `up` and `dev`: somebody's, or a private one that lives as long as its value.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use pg::{Cluster, OLDEST_MAJOR};
use tokio::time::timeout;
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage};

use crate::progress::say;
use crate::workspace::{Workspace, short_hash, variable};

/// How long somebody's server may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the API refuses to start without.
const DURABLE: &str = "select name from pg_settings where setting = 'off' and name in \
    ('fsync', 'full_page_writes', 'synchronous_commit')";

/// A database that is there.
#[derive(Debug)]
pub struct Database {
    url: String,
    private: Option<Cluster>,
}

impl Database {
    /// The one that `DATABASE_URL` names, or the private cluster of this checkout.
    pub fn open(workspace: &Workspace) -> Result<Self> {
        if let Some(url) = named() {
            say(&format!("{}, named by DATABASE_URL", probe(&url)?));
            return Ok(Self { url, private: None });
        }
        let cluster = Cluster::durable(&workspace.database()?, &say)?;
        say(&format!("PostgreSQL {} in {}", cluster.major(), cluster.dir().display()));
        Ok(Self { url: cluster.url(), private: Some(cluster) })
    }

    /// How clients reach it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What tells somebody's database from others in the names of files; nothing for the private one.
    pub fn mark(&self) -> Option<String> {
        self.private.is_none().then(|| short_hash(self.url.as_bytes()))
    }

    /// An error when our own server ended by itself.
    pub fn check(&mut self) -> Result<()> {
        match self.private.as_mut().and_then(Cluster::ended) {
            Some(status) => bail!("the database server ended ({status}); see .state/logs/postgres.log"),
            None => Ok(()),
        }
    }

    /// Stops our own server; somebody's goes on.
    pub fn stop(&mut self) -> Result<()> {
        self.private.take().map_or(Ok(()), Cluster::stop)
    }
}

/// `DATABASE_URL`.
pub fn named() -> Option<String> {
    variable("DATABASE_URL")
}

/// Signs in and looks whether the backend can work there; answers with the release, such as `PostgreSQL 17`.
pub fn probe(url: &str) -> Result<String> {
    let remedy = "start that server, mend the address (postgres://user:password@host/database), or unset DATABASE_URL \
                  to have a private one";
    let config = url.parse().with_context(|| format!("DATABASE_URL is not an address; {remedy}"))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // Inside the runtime, which the clock belongs to.
    let looked = runtime.block_on(async { timeout(PATIENCE, look(&config)).await });
    let looked = looked.unwrap_or_else(|_| bail!("no answer within {PATIENCE:?}"));
    looked.with_context(|| format!("DATABASE_URL names a database that cannot be used; {remedy}"))
}

async fn look(config: &Config) -> Result<String> {
    let (client, connection) = config.connect(NoTls).await?;
    let release = connection.parameter("server_version").unwrap_or_default().to_owned();
    let talk = tokio::spawn(connection);
    let lax = settings_off(&client).await?;
    drop(client);
    talk.await??;

    let major = release.split(|letter: char| !letter.is_ascii_digit()).next().unwrap_or_default();
    let major: u32 = major.parse().with_context(|| format!("it says its release is {release:?}"))?;
    ensure!(major >= OLDEST_MAJOR, "it is PostgreSQL {major}; {OLDEST_MAJOR} or newer is needed");
    ensure!(lax.is_empty(), "it may lose what it has confirmed: {} off", lax.join(", "));
    Ok(format!("PostgreSQL {major}"))
}

async fn settings_off(client: &Client) -> Result<Vec<String>> {
    let answers = client.simple_query(DURABLE).await?;
    let names = answers.iter().filter_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    Ok(names.collect())
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::{Ipv4Addr, TcpListener};
    use std::path::Path;
    use std::thread;

    use pg::Home;

    use super::*;

    fn refusal(url: &str) -> String {
        format!("{:#}", probe(url).unwrap_err())
    }

    #[test]
    fn a_server_that_keeps_its_promises_will_do_and_only_with_a_database_it_has() {
        let home = Home::new(&format!("t-url-{}", std::process::id()), Path::new("/dev/null")).unwrap();
        let cluster = Cluster::durable(&home, &|_| ()).unwrap();
        assert_eq!(probe(&cluster.url()).unwrap(), format!("PostgreSQL {}", cluster.major()));

        let other = cluster.url().replace("/prichal", "/nowhere");
        let refused = refusal(&other);
        assert!(refused.contains("\"nowhere\" does not exist"), "{refused}");
        assert!(refused.contains("unset DATABASE_URL"), "{refused}");
        cluster.stop().unwrap();
        assert!(home.delete().unwrap());
    }

    #[test]
    fn a_server_that_may_forget_will_not_do() {
        let cluster = Cluster::disposable(&|_| ()).unwrap();
        let refused = refusal(&cluster.url());
        for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
            assert!(refused.contains(setting), "{refused}");
        }
        cluster.stop().unwrap();
    }

    #[test]
    fn says_what_is_wrong_with_an_address_and_keeps_its_password() {
        assert!(refusal("localhost").contains("is not an address"));

        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let refused = refusal(&format!("postgres://u:hidden@{free}/d"));
        assert!(refused.contains("refused") && !refused.contains("hidden"), "{refused}");
    }

    #[test]
    fn is_not_taken_in_by_another_program_on_the_port() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let web = thread::spawn(move || {
            let (mut client, _) = listener.accept().unwrap();
            client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        });
        assert!(refusal(&format!("postgres://u@{address}/d")).contains("cannot be used"));
        web.join().unwrap();
    }
}
