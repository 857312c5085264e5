//! The promises of a private cluster, kept with real servers. Without PostgreSQL on the machine these fetch one.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use pg::{Cluster, Home};

/// A home of its own for one test, with nothing in it.
fn home(test: &str) -> Result<Home> {
    let home = Home::new(&format!("t-{test}-{}", std::process::id()), Path::new("/dev/null"))?;
    home.delete()?;
    Ok(home)
}

fn start(home: &Home) -> Result<Cluster> {
    Cluster::durable(home, &|_| ())
}

/// The folder of the socket, from the address that clients are given.
fn data(url: &str) -> PathBuf {
    let host = url.strip_prefix("postgres://postgres@").and_then(|rest| rest.split(':').next());
    host.unwrap_or_default().replace("%2F", "/").into()
}

/// Asks the server whether it speaks TLS; one that accepts connections says no in one letter.
fn answers(data: &Path) -> bool {
    let ask = || {
        let mut socket = UnixStream::connect(data.join(".s.PGSQL.5432"))?;
        socket.set_read_timeout(Some(Duration::from_secs(5)))?;
        socket.write_all(&[0, 0, 0, 8, 4, 210, 22, 47])?;
        let mut letter = [0];
        socket.read_exact(&mut letter)?;
        std::io::Result::Ok(letter)
    };
    ask().is_ok_and(|letter| letter == *b"N")
}

#[test]
fn a_disposable_cluster_answers_and_leaves_nothing() {
    let cluster = Cluster::disposable(&|_| ()).unwrap();
    let (dir, socket) = (cluster.dir().to_owned(), data(&cluster.url()));
    assert!(answers(&socket));
    cluster.stop().unwrap();
    assert!(!dir.exists());
}

#[test]
fn a_disposable_cluster_outlives_the_thread_that_started_it() {
    let cluster = thread::spawn(|| Cluster::disposable(&|_| ()).unwrap()).join().unwrap();
    thread::sleep(Duration::from_millis(300));
    assert!(answers(&data(&cluster.url())));
}

#[test]
fn a_durable_cluster_is_made_once_and_found_again() {
    let home = home("again").unwrap();
    let first = start(&home).unwrap();
    assert!(first.url().ends_with("/prichal"));
    let socket = data(&first.url());
    assert!(answers(&socket));
    fs::write(socket.join("kept"), "").unwrap();
    first.stop().unwrap();
    assert!(!answers(&socket));

    let second = start(&home).unwrap();
    assert!(answers(&socket));
    assert!(socket.join("kept").exists(), "the cluster was made again");
    drop(second);
    assert!(home.delete().unwrap());
    assert!(!home.dir().exists());
}

#[test]
fn a_half_written_cluster_is_made_again() {
    let home = home("half").unwrap();
    start(&home).unwrap().stop().unwrap();
    // What is left when the very first run is killed between initdb and the end.
    fs::remove_file(home.dir().join("complete")).unwrap();
    fs::remove_file(home.dir().join("data/PG_VERSION")).unwrap();

    let cluster = start(&home).unwrap();
    assert!(answers(&data(&cluster.url())));
    drop(cluster);
    home.delete().unwrap();
}

#[test]
fn two_commands_do_not_share_a_cluster() {
    let home = home("two").unwrap();
    let first = start(&home).unwrap();
    let refused = start(&home).unwrap_err().to_string();
    assert!(refused.contains(&format!("process {}", std::process::id())), "{refused}");
    assert!(home.delete().is_err());
    assert!(answers(&data(&first.url())));
    drop(first);
    home.delete().unwrap();
}

#[test]
fn a_killed_command_takes_its_server_along_and_the_next_one_starts() {
    let home = home("killed").unwrap();
    let (mut holder, socket) = hold(&home).unwrap();
    assert!(answers(&socket));
    holder.kill().unwrap();
    holder.wait().unwrap();

    let cluster = start(&home).unwrap();
    assert!(answers(&data(&cluster.url())));
    drop(cluster);
    home.delete().unwrap();
}

#[test]
fn a_killed_server_recovers() {
    let home = home("crash").unwrap();
    let (mut holder, socket) = hold(&home).unwrap();
    let server = fs::read_to_string(socket.join("postmaster.pid")).unwrap();
    let server = server.lines().next().unwrap();
    assert!(Command::new("kill").args(["-9", server]).status().unwrap().success());
    holder.kill().unwrap();
    holder.wait().unwrap();

    let cluster = start(&home).unwrap();
    assert!(answers(&data(&cluster.url())));
    drop(cluster);
    home.delete().unwrap();
}

/// Another process, this same program, that starts the cluster of `home` and waits to be killed.
fn hold(home: &Home) -> Result<(Child, PathBuf)> {
    let mut holder = Command::new(std::env::current_exe()?)
        .args(["--exact", "holds_a_cluster_for_another_test", "--ignored", "--nocapture"])
        .env("PG_TEST_KEY", home.dir().file_name().context("a home without a name")?)
        .stdout(Stdio::piped())
        .spawn()?;
    let said = BufReader::new(holder.stdout.take().context("no output")?).lines();
    let url = said
        .map_while(Result::ok)
        .find_map(|line| line.split_once("holding ").map(|(_, url)| url.to_owned()));
    Ok((holder, data(&url.context("the cluster did not start")?)))
}

#[test]
#[ignore = "started by the tests that kill it"]
fn holds_a_cluster_for_another_test() {
    let key = std::env::var("PG_TEST_KEY").unwrap();
    let home = Home::new(&key, Path::new("/dev/null")).unwrap();
    let cluster = start(&home).unwrap();
    println!("holding {}", cluster.url());
    thread::sleep(Duration::from_secs(60));
}
