//! Chromium, driven through chromedriver.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// Headless, as quiet as it gets, and Russian: `--lang` alone leaves `navigator.language` English.
const FLAGS: [&str; 19] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-default-apps",
    "--disable-extensions",
    "--no-first-run",
    "--metrics-recording-only",
    "--password-store=basic",
    "--use-mock-keychain",
    "--hide-scrollbars",
    "--force-prefers-reduced-motion",
    "--window-size=1280,900",
    "--lang=ru-RU",
    "--accept-lang=ru-RU,ru",
];

/// A running chromedriver; its browsers end with it.
pub struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    /// Starts `$CHROMEDRIVER`, or the one on `PATH`, on a free port.
    pub fn start() -> Self {
        let program = std::env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
        let mut process = Command::new(&program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{program}: {error}; install Chromium: `apt install chromium chromium-driver`")
            });
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        // The first line names the port that was asked for, which is 0.
        let port = lines.map_while(Result::ok).find_map(|line| {
            line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok()
        });
        Self { port: port.unwrap_or_else(|| panic!("{program} ended before it said its port")), process }
    }

    /// Opens a browser with a profile of its own.
    pub async fn browser(&self) -> Client {
        let capabilities = json!({
            "goog:chromeOptions": { "args": FLAGS },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!() };
        ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", self.port))
            .await
            .expect("a browser")
    }

    /// Has the driver end its browsers, also those of a test that failed.
    fn shut_down(&mut self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        stream.read_to_end(&mut Vec::new())?;
        let deadline = Instant::now() + Duration::from_secs(5);
        while self.process.try_wait()?.is_none() && Instant::now() < deadline {
            std::thread::yield_now();
        }
        Ok(())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // A driver that does not listen any more is killed all the same.
        drop(self.shut_down());
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// A command that only chromedriver has: the place under the session, and what is sent there.
#[derive(Debug)]
pub struct Vendor(pub &'static str, pub Value);

impl Vendor {
    /// A command of the DevTools protocol.
    pub fn devtools(command: &str, params: Value) -> Self {
        Self("goog/cdp/execute", json!({ "cmd": command, "params": params }))
    }
}

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.0))
    }

    fn method_and_body(&self, _: &url::Url) -> (reqwest::Method, Option<String>) {
        (reqwest::Method::POST, Some(self.1.to_string()))
    }
}
