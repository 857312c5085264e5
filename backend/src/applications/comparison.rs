//! What an answer of a register means beside the answers of the form. Advice for the officer, never a decision
//! (C19, C50).

use catalogue::answers::Answers;
use catalogue::definition::Check;
use catalogue::dictionary::Dictionaries;
use catalogue::text::parse_iso_date;
use chrono::{DateTime, NaiveDate, Utc};
use openapi::desk::{Difference, Outcome};
use serde::{Deserialize, Serialize};

use crate::gateways::registries::{
    Direction, Document, MigrationAnswer, MigrationResult, PassportAnswer, PassportResult,
};

/// A comparison as it is stored; its title is the service's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    pub id: String,
    pub outcome: Outcome,
    #[serde(default)]
    pub differences: Vec<Difference>,
    pub at: DateTime<Utc>,
}

/// What a register is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub document: Document,
    pub entry_date: Option<NaiveDate>,
}

/// The question a check asks, or `None` where an answer it needs is missing. Countries are told by their
/// three-letter codes.
#[must_use]
pub fn question(check: &Check, answers: &Answers, dictionaries: &Dictionaries) -> Option<Question> {
    let answer = |name: &str| answers.get(check.fields.get(name)?)?.as_str();
    Some(Question {
        document: Document {
            country: dictionaries.country(answer("country")?)?.alpha3.clone(),
            number: answer("number")?.to_owned(),
            birth_date: parse_iso_date(answer("birth_date")?)?,
        },
        entry_date: answer("entry_date").and_then(parse_iso_date),
    })
}

/// Outcome and differences.
pub type Finding = (Outcome, Vec<Difference>);

/// `register_value` is a date, or a word of the locale namespace `history` (`register_lost` …).
fn differs(check: &Check, name: &str, register_value: String) -> Finding {
    let field = check.fields.get(name).cloned().unwrap_or_default();
    (Outcome::Differs, vec![Difference { field, register_value }])
}

/// A passport beside the register of passports.
#[must_use]
pub fn passport(check: &Check, answer: &PassportAnswer) -> Finding {
    let expired = || answer.valid_until.map_or_else(|| "register_expired".to_owned(), |day| day.to_string());
    match answer.result {
        PassportResult::Valid => (Outcome::Passed, Vec::new()),
        PassportResult::NotFound => (Outcome::NotFound, Vec::new()),
        PassportResult::Expired => differs(check, "number", expired()),
        PassportResult::Lost => differs(check, "number", "register_lost".to_owned()),
        PassportResult::Invalid => differs(check, "number", "register_invalid".to_owned()),
        PassportResult::BirthDateMismatch => differs(check, "birth_date", "register_other".to_owned()),
    }
}

/// An entry beside the register of crossings: it is there on that day, and the person has not left since.
#[must_use]
pub fn entry(check: &Check, question: &Question, answer: &MigrationAnswer) -> Finding {
    match answer.result {
        MigrationResult::NotFound => return (Outcome::NotFound, Vec::new()),
        MigrationResult::BirthDateMismatch => {
            return differs(check, "birth_date", "register_other".to_owned());
        }
        MigrationResult::Found => {}
    }
    let Some(last) = answer.entries.iter().max_by_key(|crossing| crossing.crossed_on) else {
        return (Outcome::NotFound, Vec::new());
    };
    if last.direction == Direction::Exit {
        return differs(check, "entry_date", "register_left".to_owned());
    }
    match question.entry_date {
        Some(told) if told != last.crossed_on => differs(check, "entry_date", last.crossed_on.to_string()),
        _ => (Outcome::Passed, Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use catalogue::definition::Register;
    use catalogue::text::Text;
    use serde_json::json;

    use super::*;
    use crate::gateways::registries::Crossing;

    fn check() -> Check {
        let fields = ["country", "number", "birth_date", "entry_date"];
        Check {
            id: "entry_found".to_owned(),
            title: Text::default(),
            register: Register::Migration,
            fields: fields.iter().map(|name| ((*name).to_owned(), format!("{name}_field"))).collect(),
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn asked(entry: Option<&str>) -> Question {
        let document =
            Document { country: "UZB".to_owned(), number: "FA1".to_owned(), birth_date: day("1990-01-31") };
        Question { document, entry_date: entry.map(day) }
    }

    fn crossings(list: &[(Direction, &str)]) -> MigrationAnswer {
        let entries =
            list.iter().map(|(direction, on)| Crossing { direction: *direction, crossed_on: day(on) });
        MigrationAnswer { result: MigrationResult::Found, entries: entries.collect() }
    }

    #[test]
    fn an_empty_optional_answer_asks_nothing() {
        let dictionaries = Dictionaries::default();
        let answers = json!({ "number_field": "FA1", "birth_date_field": "1990-01-31" });
        assert_eq!(question(&check(), answers.as_object().unwrap(), &dictionaries), None);
    }

    #[test]
    fn an_entry_on_another_day_or_an_exit_since_differs() {
        let entered = crossings(&[(Direction::Entry, "2026-11-18")]);
        assert_eq!(entry(&check(), &asked(Some("2026-11-18")), &entered).0, Outcome::Passed);
        assert_eq!(entry(&check(), &asked(None), &entered).0, Outcome::Passed);
        let (outcome, differences) = entry(&check(), &asked(Some("2026-11-17")), &entered);
        assert_eq!((outcome, differences[0].register_value.as_str()), (Outcome::Differs, "2026-11-18"));
        let left = crossings(&[(Direction::Exit, "2026-11-20"), (Direction::Entry, "2026-11-18")]);
        let (outcome, differences) = entry(&check(), &asked(Some("2026-11-18")), &left);
        assert_eq!((outcome, differences[0].field.as_str()), (Outcome::Differs, "entry_date_field"));
        assert_eq!(entry(&check(), &asked(None), &crossings(&[])).0, Outcome::NotFound);
    }

    #[test]
    fn every_word_of_the_passport_register_has_an_outcome() {
        let told = |result| passport(&check(), &PassportAnswer { result, valid_until: None });
        assert_eq!(told(PassportResult::Valid).0, Outcome::Passed);
        assert_eq!(told(PassportResult::NotFound).0, Outcome::NotFound);
        for result in [PassportResult::Expired, PassportResult::Lost, PassportResult::Invalid] {
            let (outcome, differences) = told(result);
            assert_eq!((outcome, differences[0].field.as_str()), (Outcome::Differs, "number_field"));
        }
        assert_eq!(told(PassportResult::BirthDateMismatch).1[0].field, "birth_date_field");
    }
}
