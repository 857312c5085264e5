//! Dates, numbers and money the way the reader's language writes them, by the browser's `Intl`. Days and hours are
//! those of Moscow, wherever the reader is: terms end there.

use catalogue::moscow;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

use super::I18n;
use crate::number::{f64_of, i64_as_f64};
use crate::office;

/// The plural category `Intl` gives for `count`: `one`, `few`, `many`, `other` …
pub(super) fn plural(language: &str, count: f64) -> String {
    Intl::PluralRules::new(&locales(language), &Object::new()).select(count).into()
}

impl I18n {
    /// `18 ноября`, or with the year when it is not this year.
    #[must_use]
    pub fn date(&self, date: NaiveDate) -> String {
        if date.year() == office::today().year() { self.day_and_month(date) } else { self.full_date(date) }
    }

    /// `18 ноября 2026`: for documents and birthdays.
    #[must_use]
    pub fn full_date(&self, date: NaiveDate) -> String {
        let (day, year) = (self.day_and_month(date), date.year().to_string());
        self.t_with("common.day_year", &[("day", &day), ("year", &year)])
    }

    /// The day of a moment: `18 ноября`, with the year when it is not this year.
    #[must_use]
    pub fn day(&self, at: DateTime<Utc>) -> String {
        self.date(moscow::day(at))
    }

    /// `14:07 МСК`.
    #[must_use]
    pub fn time(&self, at: DateTime<Utc>) -> String {
        let time = self.hours(at, Some(moscow::ZONE));
        self.t_with("common.moscow_time", &[("time", &time)])
    }

    /// `14:07` on the clock of the reader's own device: for what happens before their eyes and proves nothing later,
    /// such as a draft that has just been saved.
    #[must_use]
    pub fn time_here(&self, at: DateTime<Utc>) -> String {
        self.hours(at, None)
    }

    /// `18 ноября 2026, 14:07 МСК`.
    #[must_use]
    pub fn date_time(&self, at: DateTime<Utc>) -> String {
        let (date, time) = (self.full_date(moscow::day(at)), self.time(at));
        self.t_with("common.date_time", &[("date", &date), ("time", &time)])
    }

    /// `сегодня`, `вчера`, `через 3 дня`: whole days from today (negative: before).
    #[must_use]
    pub fn relative_days(&self, days: i64) -> String {
        let options = options(&[("numeric", "auto")]);
        Intl::RelativeTimeFormat::new(&self.locales(), &options).format(i64_as_f64(days), "day").into()
    }

    /// `1 234,5`.
    #[must_use]
    pub fn number(&self, value: f64) -> String {
        self.numbers(value, &Object::new())
    }

    /// Kopecks as `1 600 ₽`; kopecks are shown only where there are any.
    #[must_use]
    pub fn money(&self, kopecks: i64) -> String {
        let options =
            options(&[("style", "currency"), ("currency", "RUB"), ("currencyDisplay", "narrowSymbol")]);
        let digits = if kopecks % 100 == 0 { 0.0 } else { 2.0 };
        set(&options, "minimumFractionDigits", &JsValue::from_f64(digits));
        set(&options, "maximumFractionDigits", &JsValue::from_f64(digits));
        self.numbers(i64_as_f64(kopecks) / 100.0, &options)
    }

    /// Bytes as `480 КБ` or `4,9 МБ`; the unit's word comes from the locale file.
    #[must_use]
    pub fn file_size(&self, bytes: u64) -> String {
        let kilobytes = f64_of(bytes) / 1024.0;
        let options = Object::new();
        set(
            &options,
            "maximumFractionDigits",
            &JsValue::from_f64(if kilobytes < 1000.0 { 0.0 } else { 1.0 }),
        );
        if kilobytes < 1000.0 {
            self.t_with("common.kilobytes", &[("size", &self.numbers(kilobytes.max(1.0), &options))])
        } else {
            self.t_with("common.megabytes", &[("size", &self.numbers(kilobytes / 1024.0, &options))])
        }
    }

    /// `4 мин 12 с`: time left, in whole seconds.
    #[must_use]
    pub fn duration(&self, seconds: u32) -> String {
        let (minutes, rest) = (seconds / 60, seconds % 60);
        let (minutes, rest) = (minutes.to_string(), rest.to_string());
        if minutes == "0" {
            self.t_with("common.seconds_short", &[("seconds", &rest)])
        } else {
            self.t_with("common.minutes_short", &[("minutes", &minutes), ("seconds", &rest)])
        }
    }

    /// Without the year: `Intl` adds a word for it in Russian, which only documents want. The day and its month stay
    /// on one line.
    fn day_and_month(&self, date: NaiveDate) -> String {
        let options = options(&[("day", "numeric"), ("month", "long"), ("timeZone", "UTC")]);
        self.dates(&utc_midnight(date), &options).replace(' ', "\u{a0}")
    }

    fn hours(&self, at: DateTime<Utc>, zone: Option<&str>) -> String {
        let options = options(&[("hour", "2-digit"), ("minute", "2-digit")]);
        if let Some(zone) = zone {
            set(&options, "timeZone", &JsValue::from_str(zone));
        }
        self.dates(&moment(at), &options)
    }

    fn locales(&self) -> Array {
        locales(&self.language())
    }

    fn dates(&self, date: &Date, options: &Object) -> String {
        call(&Intl::DateTimeFormat::new(&self.locales(), options).format(), date)
    }

    fn numbers(&self, value: f64, options: &Object) -> String {
        call(&Intl::NumberFormat::new(&self.locales(), options).format(), &JsValue::from_f64(value))
    }
}

fn locales(language: &str) -> Array {
    // English here is read by people used to day before month and to 24 hours.
    Array::of1(&JsValue::from_str(if language == "en" { "en-GB" } else { language }))
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in pairs {
        set(&options, name, &JsValue::from_str(value));
    }
    options
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // Setting a property of a plain object cannot fail.
    let _ = Reflect::set(object, &JsValue::from_str(name), value);
}

fn call(format: &Function, value: &JsValue) -> String {
    format.call1(&JsValue::UNDEFINED, value).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

fn moment(at: DateTime<Utc>) -> Date {
    Date::new(&JsValue::from_f64(i64_as_f64(at.timestamp_millis())))
}

fn utc_midnight(date: NaiveDate) -> Date {
    let days = date.signed_duration_since(NaiveDate::default()).num_days();
    Date::new(&JsValue::from_f64(i64_as_f64(days) * 86_400_000.0))
}
