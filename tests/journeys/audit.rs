//! What every page keeps: one heading that is also the title and has the focus, nothing for axe to complain of, no
//! scrolling sideways at 320 px, a quiet console. Leaves a picture of the page.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tests::app::root;

use crate::browser::{Browser, Size};
use crate::chrome::Vendor;
use crate::words::t;

/// The narrowest window pages are made for (WCAG 2.2, 1.4.10).
const NARROW: Size = Size(320, 640);

/// Drawn: the heading is there, nothing is being read, and nothing moves.
const SETTLED: &str = r"
    const heading = document.querySelector('main h1, .case-head h1');
    const waiting = document.querySelector('#skeleton, .skel, [aria-busy=true]');
    const moving = document.getAnimations().some((animation) => animation.playState === 'running' && !animation.effect?.target?.closest('.spinner'));
    return document.readyState === 'complete' && heading && !waiting && !moving ? heading.textContent : null;";

/// How a page has been reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    /// By its address: the browser reads it from the top.
    Address,
    /// From another page of the bundle: the focus is at the heading.
    Link,
}

impl Browser {
    /// Waits for the page that a link has led to, under this heading (a text with placeholders), and judges it.
    pub async fn arrive(&self, page: &str, heading: &str) {
        self.judge(page, heading, Reached::Link).await;
    }

    /// The same for a page opened by its address, or one that has changed where it stands.
    pub async fn look(&self, page: &str, heading: &str) {
        self.judge(page, heading, Reached::Address).await;
    }

    /// A page that is not one of the bundles: the bank's.
    pub async fn look_elsewhere(&self, page: &str, heading: &str) {
        self.heading(heading).await;
        let found = [self.axe(page).await, self.overflow().await, self.console().await].concat();
        self.complain(page, found);
    }

    /// Waits until the page stands under this heading; the heading as it is.
    pub async fn heading(&self, pattern: &str) -> String {
        let script = format!(
            "{}\nconst settled = (() => {{ {SETTLED} }})();\n\
             return settled && pattern(arguments[0]).test(flat(settled)) ? settled : null;",
            include_str!("words.js"),
        );
        let found = self.until(&format!("the heading «{pattern}»"), &script, vec![json!(pattern)]).await;
        found.as_str().unwrap().to_owned()
    }

    async fn judge(&self, page: &str, pattern: &str, reached: Reached) {
        let heading = self.heading(pattern).await;
        let mut complaints = Vec::new();
        if reached == Reached::Link {
            let focused = "return document.activeElement?.matches('h1')";
            if !self.soon(focused).await {
                let focus =
                    self.ask("return document.activeElement?.outerHTML.slice(0, 120)", Vec::new()).await;
                complaints.push(format!("the focus is not at the heading but at {focus}"));
            }
        }
        let title = t("common.title").replace("{title}", &heading);
        let own = self.ask(include_str!("audit.js"), vec![json!(title), json!(heading)]).await;
        complaints.extend(lines(&own));
        complaints.extend(self.axe(page).await);
        complaints.extend(self.overflow().await);
        complaints.extend(self.console().await);
        self.complain(page, complaints);
    }

    fn complain(&self, page: &str, found: Vec<String>) {
        let found = found.into_iter().map(|what| format!("{}, {page}: {what}", self.name));
        self.complaints.lock().unwrap().extend(found);
    }

    /// What axe finds against WCAG 2.2, levels A and AA. The window is as long as the page meanwhile, so that bars
    /// cover nothing that could be scrolled to, and the picture shows all.
    async fn axe(&self, page: &str) -> Vec<String> {
        if self.ask("return typeof axe", Vec::new()).await != "object" {
            self.ask(axe(), Vec::new()).await;
        }
        let height = self.ask("return document.documentElement.scrollHeight", Vec::new()).await;
        let height = height.as_u64().and_then(|height| u32::try_from(height).ok()).unwrap_or(self.size.1);
        self.resize(Size(self.size.0, height.max(self.size.1))).await;
        let found = self.client.execute_async(include_str!("axe.js"), Vec::new()).await;
        let shot = self.devtools("Page.captureScreenshot", json!({ "format": "png" })).await;
        self.resize(self.size).await;
        std::fs::write(self.picture(page), STANDARD.decode(shot["data"].as_str().unwrap()).unwrap()).unwrap();
        lines(&found.unwrap_or_else(|error| panic!("{}: axe: {error}", self.name)))
    }

    async fn overflow(&self) -> Vec<String> {
        self.resize(NARROW).await;
        let found = self.ask(include_str!("overflow.js"), Vec::new()).await;
        self.resize(self.size).await;
        lines(&found)
    }

    /// What has been written to the console since the last look. An answer of the API that refuses is a line too;
    /// what it means is on the page.
    async fn console(&self) -> Vec<String> {
        let log = self.client.issue_cmd(Vendor("se/log", json!({ "type": "browser" }))).await;
        let log = log.unwrap_or_else(|error| panic!("{}: the console: {error}", self.name));
        let entries = log.as_array().cloned().unwrap_or_default();
        let refused = |entry: &Value| {
            entry["source"] == "network"
                && entry["message"].as_str().is_some_and(|text| text.contains("responded with a status of 4"))
        };
        let bad =
            |entry: &&Value| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING")) && !refused(entry);
        entries.iter().filter(bad).map(|entry| format!("console: {}", entry["message"])).collect()
    }

    /// Whether a script answers "yes" within a few frames.
    async fn soon(&self, script: &str) -> bool {
        let waiting = format!(
            "const done = arguments[0]; let frames = 30;\
             const look = () => {{ if ((() => {{ {script} }})()) done(true);\
               else if (--frames) requestAnimationFrame(look); else done(false); }}; look();"
        );
        self.client.execute_async(&waiting, Vec::new()).await.is_ok_and(|answer| answer == true)
    }
}

fn lines(value: &Value) -> Vec<String> {
    let texts = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

/// The source of axe, fetched from npm once per version of the lock file.
fn axe() -> &'static str {
    static AXE: OnceLock<String> = OnceLock::new();
    AXE.get_or_init(|| {
        let (own, folder) = (root().join("tests/journeys"), root().join("target/journeys/npm"));
        let lock = std::fs::read(own.join("package-lock.json")).unwrap();
        let script = folder.join("node_modules/axe-core/axe.min.js");
        if !script.is_file() || std::fs::read(folder.join("package-lock.json")).ok().as_ref() != Some(&lock) {
            install(&own, &folder);
        }
        std::fs::read_to_string(&script).unwrap_or_else(|error| panic!("{}: {error}", script.display()))
    })
}

fn install(from: &std::path::Path, folder: &PathBuf) {
    std::fs::create_dir_all(folder).unwrap();
    for file in ["package.json", "package-lock.json"] {
        std::fs::copy(from.join(file), folder.join(file)).unwrap();
    }
    let done = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("the pages are looked at with axe, which comes from npm: `apt install npm`");
    let reason = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "axe cannot be fetched from npm: {}", reason.trim());
}
