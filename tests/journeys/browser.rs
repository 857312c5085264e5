//! One person's browser: finds things by their words, waits for them, and acts as a hand would.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fantoccini::Client;
use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use serde_json::{Value, json};
use tests::app::root;

use crate::chrome::Vendor;
use crate::stage::Complaints;

const FIND: &str = concat!(include_str!("words.js"), include_str!("find.js"));

/// How long anything may take before the journey has failed.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(40);

/// The key of an element in a WebDriver answer (W3C WebDriver, section 12).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A window's inner size in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub u32, pub u32);

pub const PHONE: Size = Size(360, 740);
pub const LAPTOP: Size = Size(1280, 900);

/// What is looked for: a role, words, and the part of the page it stands in.
#[derive(Debug, Clone)]
pub struct Target {
    role: &'static str,
    name: String,
    within: Option<String>,
}

impl Target {
    /// Inside the section, row or group with this heading.
    pub fn within(self, heading: impl Into<String>) -> Self {
        Self { within: Some(heading.into()), ..self }
    }

    fn args(&self) -> Vec<Value> {
        vec![json!(self.role), json!(self.name), json!(self.within)]
    }
}

/// A button, link or tab with these words.
pub fn press(name: impl Into<String>) -> Target {
    Target { role: "press", name: name.into(), within: None }
}

/// The tab of a panel.
pub fn tab(name: impl Into<String>) -> Target {
    Target { role: "tab", name: name.into(), within: None }
}

/// The field with this label.
pub fn field(label: impl Into<String>) -> Target {
    Target { role: "field", name: label.into(), within: None }
}

/// The file field under a heading.
pub fn file(heading: impl Into<String>) -> Target {
    Target { role: "file", name: String::new(), within: Some(heading.into()) }
}

/// Words somewhere on the page.
pub fn words(text: impl Into<String>) -> Target {
    Target { role: "text", name: text.into(), within: None }
}

pub struct Browser {
    pub client: Client,
    pub size: Size,
    /// Whose browser in which journey; the beginning of the names of screenshots.
    pub name: String,
    pub downloads: PathBuf,
    pub complaints: Complaints,
}

impl Browser {
    pub async fn new(client: Client, name: String, size: Size, complaints: Complaints) -> Self {
        let downloads = root().join("target/journeys/downloads").join(&name);
        // Left by an earlier run, or not there.
        drop(std::fs::remove_dir_all(&downloads));
        std::fs::create_dir_all(&downloads).unwrap();
        let downloads = downloads.canonicalize().unwrap();
        let browser = Self { client, size, name, downloads, complaints };
        let allowed = json!({ "behavior": "allow", "downloadPath": browser.downloads });
        browser.devtools("Browser.setDownloadBehavior", allowed).await;
        browser.resize(size).await;
        browser
    }

    pub async fn devtools(&self, command: &str, params: Value) -> Value {
        self.client
            .issue_cmd(Vendor::devtools(command, params))
            .await
            .unwrap_or_else(|error| self.failed(command, &error))
    }

    /// Gives this window another inner size; narrower than a window of the system could be.
    pub async fn resize(&self, size: Size) {
        let metrics = json!({ "width": size.0, "height": size.1, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    pub async fn go(&self, address: &str) {
        self.client.goto(address).await.unwrap_or_else(|error| self.failed(address, &error));
    }

    /// What a script answers.
    pub async fn ask(&self, script: &str, args: Vec<Value>) -> Value {
        self.client.execute(script, args).await.unwrap_or_else(|error| self.failed(script, &error))
    }

    /// Presses what is described.
    pub async fn press(&self, target: &Target) {
        self.act(target, async |element| element.click().await).await;
    }

    /// Replaces what stands in a field.
    pub async fn fill(&self, target: &Target, text: &str) {
        self.act(target, async |element| {
            if element.prop("value").await?.is_some_and(|value| !value.is_empty()) {
                element.send_keys(&select_all_and_delete()).await?;
            }
            element.send_keys(text).await
        })
        .await;
    }

    /// Chooses a file in a file field.
    pub async fn attach(&self, target: &Target, file: &Path) {
        let element = self.find(target).await;
        element.send_keys(file.to_str().unwrap()).await.unwrap_or_else(|error| self.failed("a file", &error));
    }

    /// Presses a key wherever the focus is.
    pub async fn key(&self, key: Key) {
        self.keys(&String::from(char::from(key))).await;
    }

    /// Types wherever the focus is.
    pub async fn keys(&self, text: &str) {
        let element =
            self.client.active_element().await.unwrap_or_else(|error| self.failed("the focus", &error));
        element.send_keys(text).await.unwrap_or_else(|error| self.failed(text, &error));
    }

    /// Waits for words on the page.
    pub async fn see(&self, text: impl Into<String>) {
        self.wait(&words(text)).await;
    }

    /// Waits until it is there.
    pub async fn wait(&self, target: &Target) {
        self.until(&format!("{target:?}"), FIND, target.args()).await;
    }

    /// Waits until a script answers with a truth; the answer.
    pub async fn until(&self, what: &str, script: &str, args: Vec<Value>) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            // Between two pages there is nothing to ask.
            let answer = self.client.execute(script, args.clone()).await.unwrap_or(Value::Null);
            if !matches!(answer, Value::Null | Value::Bool(false)) {
                return answer;
            }
            if Instant::now() > deadline {
                self.give_up(what).await;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Whether it is there at this moment.
    pub async fn has(&self, target: &Target) -> bool {
        !self.ask(FIND, target.args()).await.is_null()
    }

    /// Waits for an element.
    pub async fn find(&self, target: &Target) -> Element {
        let found = self.until(&format!("{target:?}"), FIND, target.args()).await;
        let id = found[ELEMENT].as_str().unwrap_or_else(|| panic!("{target:?} is not an element"));
        Element::from_element_id(self.client.clone(), ElementRef::from(id.to_owned()))
    }

    /// The value of a field.
    pub async fn value(&self, target: &Target) -> String {
        let element = self.find(target).await;
        element.prop("value").await.unwrap_or_else(|error| self.failed("a value", &error)).unwrap_or_default()
    }

    /// Brings the element to the middle, where no bar covers it, and acts on it; again when the page has been drawn
    /// anew in between.
    async fn act(&self, target: &Target, act: impl AsyncFn(&Element) -> Result<(), CmdError>) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let element = self.find(target).await;
            let middle = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
            let shown = self.client.execute(middle, vec![serde_json::to_value(&element).unwrap()]).await;
            let done = match shown {
                Ok(_) => act(&element).await,
                Err(error) => Err(error),
            };
            match done {
                Ok(()) => return,
                Err(error) if Instant::now() > deadline => self.failed(&format!("{target:?}"), &error),
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// Where screenshots go.
    pub fn picture(&self, page: &str) -> PathBuf {
        root().join("target/journeys").join(format!("{}-{page}.png", self.name))
    }

    async fn give_up(&self, what: &str) -> ! {
        let page =
            self.client.execute("return document.body.innerText", Vec::new()).await.unwrap_or_default();
        let address = self.client.current_url().await.map(|url| url.to_string()).unwrap_or_default();
        let log =
            self.client.issue_cmd(Vendor("se/log", json!({ "type": "browser" }))).await.unwrap_or_default();
        if let Ok(png) = self.client.screenshot().await {
            std::fs::write(self.picture("failed"), png).unwrap();
        }
        let text = page.as_str().unwrap_or_default();
        panic!("{}: waited in vain for {what} at {address}\nconsole: {log}\n{text}", self.name)
    }

    fn failed(&self, what: &str, error: &CmdError) -> ! {
        panic!("{}: {what}: {error}", self.name)
    }
}

fn select_all_and_delete() -> String {
    [char::from(Key::Control), 'a', char::from(Key::Null), char::from(Key::Backspace)].iter().collect()
}
