//! What a journey is played on: the system with its bundles and a worker, and browsers.

use std::path::PathBuf;
use std::sync::{Arc, Mutex as SyncMutex};

use fantoccini::wd::WindowHandle;
use tests::TestApp;
use tests::app::root;
use tokio::sync::{Mutex, MutexGuard};

use crate::browser::{Browser, Size};
use crate::chrome::Driver;

/// One journey at a time: two browsers beside a server and a worker are enough for two processors.
static TURN: Mutex<()> = Mutex::const_new(());

/// What is wrong with the pages of a journey. Collected, so that one run tells all.
pub type Complaints = Arc<SyncMutex<Vec<String>>>;

pub struct Stage {
    pub app: TestApp,
    complaints: Complaints,
    driver: Driver,
    journey: &'static str,
    _turn: MutexGuard<'static, ()>,
}

impl Stage {
    /// The real server with the bundles of `TEST_DIST_DIR` (`dist/` unless told otherwise). The worker waits for
    /// [`TestApp::start_worker`], so that people can be made first.
    pub async fn set(journey: &'static str) -> Self {
        let turn = TURN.lock().await;
        let dist = std::env::var_os("TEST_DIST_DIR").map_or_else(|| root().join("dist"), PathBuf::from);
        for bundle in ["portal", "desk"] {
            let page = dist.join(bundle).join("index.html");
            assert!(
                page.is_file(),
                "there is no {}: build the bundles with `cargo xtask web`",
                page.display()
            );
        }
        let app = TestApp::start_with(|config| {
            config.web.portal_dir = dist.join("portal");
            config.web.desk_dir = dist.join("desk");
        })
        .await;
        Self { app, complaints: Complaints::default(), driver: Driver::start(), journey, _turn: turn }
    }

    /// A browser of one person, who has not been anywhere yet.
    pub async fn browser(&self, who: &str, size: Size) -> Browser {
        let name = format!("{}-{who}", self.journey);
        Browser::new(self.driver.browser().await, name, size, Arc::clone(&self.complaints)).await
    }
}

impl Drop for Stage {
    /// The end of the journey: no page may have had anything wrong with it.
    fn drop(&mut self) {
        let complaints = self.complaints.lock().unwrap().join("\n");
        if std::thread::panicking() {
            eprintln!("{complaints}");
        } else {
            assert!(complaints.is_empty(), "{complaints}");
        }
    }
}

/// A window of a browser.
pub async fn window(browser: &Browser) -> WindowHandle {
    browser.client.window().await.unwrap()
}
