//! Reading the data files of this room: the only place that touches a disk.

use std::{collections::BTreeMap, path::Path};

use thiserror::Error;

use crate::{deadline::Calendar, definition::Service, dictionary::Dictionaries};

mod check;
mod files;
mod whole;

pub use check::validate;

/// Everything the data files say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalogue {
    /// All versions, ordered by code and version.
    pub services: Vec<Service>,
    pub dictionaries: Dictionaries,
    pub calendar: Calendar,
    /// Language → namespace (`errors`, `statuses`, `terms`) → texts by key.
    pub locales: BTreeMap<String, BTreeMap<String, serde_json::Value>>,
}

/// What is wrong with a data file, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LoadError {
    /// The file or folder cannot be read.
    #[error("{file}: {message}")]
    Unreadable { file: String, message: String },
    /// The text is not what the types expect; `place` is a path such as `steps[2].fields[0].kind`.
    #[error("{file}: at {place}: {message}")]
    Malformed { file: String, place: String, message: String },
    /// The parts of a file, or of several, do not fit together.
    #[error("{} thing(s) wrong:\n{}", .0.len(), .0.join("\n"))]
    Inconsistent(Vec<String>),
}

impl Catalogue {
    /// Reads `services/`, `dictionaries/`, `calendars/` and `locales/` under `dir` and checks that they fit
    /// together.
    ///
    /// # Errors
    /// [`LoadError`] names the file and the place.
    pub fn read(dir: &Path) -> Result<Self, LoadError> {
        let catalogue = files::read(dir)?;
        let problems = whole::problems(&catalogue);
        if problems.is_empty() { Ok(catalogue) } else { Err(LoadError::Inconsistent(problems)) }
    }

    /// The service as it was in `version`: what an application was made with.
    #[must_use]
    pub fn service(&self, code: &str, version: u32) -> Option<&Service> {
        self.services.iter().find(|service| service.code == code && service.version == version)
    }

    /// The service as new applications are made with.
    #[must_use]
    pub fn latest(&self, code: &str) -> Option<&Service> {
        self.services.iter().filter(|service| service.code == code).max_by_key(|service| service.version)
    }

    /// The latest version of every service, ordered by code.
    #[must_use]
    pub fn current(&self) -> Vec<&Service> {
        let newest =
            |service: &&Service| self.latest(&service.code).is_some_and(|new| new.version == service.version);
        self.services.iter().filter(newest).collect()
    }

    /// The texts of a namespace; Russian ones for a language that has none.
    #[must_use]
    pub fn texts(&self, language: &str, namespace: &str) -> Option<&serde_json::Value> {
        [language, crate::text::DEFAULT_LANGUAGE]
            .into_iter()
            .find_map(|language| self.locales.get(language)?.get(namespace))
    }
}
