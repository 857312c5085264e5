//! From files to values, with the name of the file and the place in every error.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, de::DeserializeOwned};

use super::{Catalogue, LoadError};
use crate::{
    deadline::Calendar,
    definition::Service,
    dictionary::{Country, Dictionaries, RefusalReason, Region, Requisites},
    text::Text,
};

pub(super) fn read(dir: &Path) -> Result<Catalogue, LoadError> {
    Ok(Catalogue {
        services: services(&dir.join("services"))?,
        dictionaries: dictionaries(&dir.join("dictionaries"))?,
        calendar: calendar(&dir.join("calendars"))?,
        locales: locales(&dir.join("locales"))?,
    })
}

/// `<code>.yaml` is the current version; earlier ones stay as `<code>.v<version>.yaml` as long as an application
/// has them.
fn services(dir: &Path) -> Result<Vec<Service>, LoadError> {
    let mut services = Vec::new();
    for file in list(dir, "yaml")? {
        let service: Service = yaml(&file)?;
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let names = [service.code.clone(), format!("{}.v{}", service.code, service.version)];
        if !names.iter().any(|name| name == stem) {
            let message = format!("the file holds {} version {}", service.code, service.version);
            return Err(malformed(&file, "code", message));
        }
        services.push(service);
    }
    services.sort_by(|a, b| (&a.code, a.version).cmp(&(&b.code, b.version)));
    Ok(services)
}

fn dictionaries(dir: &Path) -> Result<Dictionaries, LoadError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Words {
        number_prefix: String,
        words: BTreeMap<String, Text>,
    }
    let words: Words = yaml(&dir.join("words.yaml"))?;
    Ok(Dictionaries {
        countries: yaml::<Vec<Country>>(&dir.join("countries.yaml"))?,
        regions: yaml::<Vec<Region>>(&dir.join("regions.yaml"))?,
        refusal_reasons: yaml::<Vec<RefusalReason>>(&dir.join("refusal-reasons.yaml"))?,
        requisites: yaml::<BTreeMap<String, Requisites>>(&dir.join("requisites.yaml"))?,
        words: words.words,
        number_prefix: words.number_prefix,
    })
}

/// A production calendar as it is decreed: holidays, and days off moved from one date to another.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarFile {
    year: i32,
    /// Whether the Government's decree for the year is in the file. Without it the days still count, but terms
    /// that use them are provisional.
    decreed: bool,
    /// How many working days the decree gives: the sum of the file.
    working_days: usize,
    holidays: BTreeSet<NaiveDate>,
    #[serde(default)]
    moved: Vec<Moved>,
}

/// A day off taken from `from`; `to` becomes one. Either may lie in another year.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Moved {
    from: NaiveDate,
    to: NaiveDate,
}

fn calendar(dir: &Path) -> Result<Calendar, LoadError> {
    let mut calendar = Calendar::default();
    for file in list(dir, "yaml")? {
        let year: CalendarFile = yaml(&file)?;
        calendar.extend(year_of(&file, &year)?);
    }
    Ok(calendar)
}

fn year_of(file: &Path, decree: &CalendarFile) -> Result<Calendar, LoadError> {
    let is_weekend = |date: &NaiveDate| matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    let given = decree.moved.iter().map(|moved| moved.to);
    // A weekend whose day off is moved is worked, unless it is a holiday: then only the holiday's rest is moved.
    let taken = decree.moved.iter().map(|moved| moved.from);
    let year = Calendar {
        years: decree.decreed.then_some(decree.year).into_iter().collect(),
        days_off: decree.holidays.iter().copied().chain(given).filter(|date| !is_weekend(date)).collect(),
        working_weekends: taken.filter(|date| is_weekend(date) && !decree.holidays.contains(date)).collect(),
    };
    let first = NaiveDate::from_yo_opt(decree.year, 1).unwrap_or(NaiveDate::MIN);
    let days = first.iter_days().take_while(|date| date.year() == decree.year);
    let working = days.filter(|date| year.is_working(*date)).count();
    if working != decree.working_days {
        let message = format!("the dates give {working} working days, not {}", decree.working_days);
        return Err(malformed(file, "working_days", message));
    }
    Ok(year)
}

fn locales(dir: &Path) -> Result<BTreeMap<String, BTreeMap<String, serde_json::Value>>, LoadError> {
    let mut locales = BTreeMap::new();
    for language in list(dir, "")? {
        let mut namespaces = BTreeMap::new();
        for file in list(&language, "json")? {
            let text = text_of(&file)?;
            let value = serde_json::from_str(&text)
                .map_err(|error| malformed(&file, format!("line {}", error.line()), error.to_string()))?;
            namespaces.insert(name_of(&file), value);
        }
        locales.insert(name_of(&language), namespaces);
    }
    Ok(locales)
}

fn name_of(path: &Path) -> String {
    path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned()
}

/// Files of `dir` with this extension (none: the folders), by name.
fn list(dir: &Path, extension: &str) -> Result<Vec<PathBuf>, LoadError> {
    let entries = fs::read_dir(dir).map_err(|error| unreadable(dir, &error))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(dir, &error))?.path();
        let found = path.extension().and_then(|found| found.to_str()).unwrap_or_default();
        if found == extension && path.is_dir() == extension.is_empty() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// YAML by way of the JSON data model: the files are then written exactly as the API sends them, and an error
/// names the path to the value rather than only a line.
fn yaml<T: DeserializeOwned>(file: &Path) -> Result<T, LoadError> {
    let text = text_of(file)?;
    let value: serde_norway::Value = serde_norway::from_str(&text).map_err(|error| {
        let place = error.location().map_or_else(String::new, |place| format!("line {}", place.line()));
        malformed(file, place, error.to_string())
    })?;
    let value = serde_json::to_value(value).map_err(|error| malformed(file, "", error.to_string()))?;
    serde_path_to_error::deserialize(value)
        .map_err(|error| malformed(file, error.path().to_string(), error.inner().to_string()))
}

fn text_of(file: &Path) -> Result<String, LoadError> {
    fs::read_to_string(file).map_err(|error| unreadable(file, &error))
}

fn unreadable(file: &Path, error: &std::io::Error) -> LoadError {
    LoadError::Unreadable { file: file.display().to_string(), message: error.to_string() }
}

fn malformed(file: &Path, place: impl Into<String>, message: impl Into<String>) -> LoadError {
    LoadError::Malformed { file: file.display().to_string(), place: place.into(), message: message.into() }
}
