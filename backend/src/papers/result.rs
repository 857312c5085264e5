//! The result of an approved application (CS-11, SV8-05): the fields the service names, as they were answered.

use catalogue::definition::{Kind, Unit};
use catalogue::{deadline, form};
use chrono::{DateTime, NaiveDate, Utc};
use paper::{Layout, Look, Paper, Row};

use super::print::{Sheet, row, section};
use crate::applications::clock;

/// Characters that fit beside another answer without a second line.
const HALF_A_LINE: usize = 40;

pub(super) fn write(sheet: &Sheet<'_>, valid_until: Option<NaiveDate>) -> Paper {
    let (result, language) = (&sheet.service.result, sheet.language());
    let date = sheet.day(decided(sheet));
    let subtitle = sheet.say("subtitle", &[("number", sheet.case.number()), ("date", &date)]);
    let mut paper = sheet.paper(Look::Certificate, result.title.get(language).to_owned(), subtitle);
    paper.lead = Some(result.lead.get(language).to_owned());
    if let Some(until) = valid_until {
        paper.highlight.push(row(sheet.say("valid_until", &[]), sheet.date(until)));
    }
    for part in &result.sections {
        let rows = rows(sheet, &part.fields);
        // A part of which nothing was asked: the organisation, where a relative invites.
        if !rows.is_empty() {
            paper.sections.push(section(part.title.get(language).to_owned(), Layout::Fields, rows));
        }
    }
    paper.notes.push(note(sheet));
    paper
}

/// The last day the result holds: as long after the day of the decision as the service says, but not beyond the
/// answer it names, such as the end of the stay.
pub(super) fn valid_until(sheet: &Sheet<'_>) -> Option<NaiveDate> {
    let result = &sheet.service.result;
    let calendar = &sheet.app.catalogue.calendar;
    let longest = result.valid.map(|span| match span.unit {
        Unit::Hours => clock::day(clock::end(span, decided(sheet), calendar)),
        _ => deadline::add(span, clock::day(decided(sheet)), calendar),
    });
    let answered =
        result.valid_to.as_ref().and_then(|field| sheet.answers.get(field)?.as_str()?.parse().ok());
    longest.into_iter().chain(answered).min()
}

/// The service's note, with the term of filing in force where it is named.
fn note(sheet: &Sheet<'_>) -> String {
    let (service, language) = (sheet.service, sheet.language());
    let note = service.result.note.get(language);
    let span = service.filing.as_ref().and_then(|rule| rule.variants.get(&rule.active));
    let Some(span) = span else { return note.to_owned() };
    let unit = match span.unit {
        Unit::WorkingDays => "within_working_days",
        Unit::CalendarDays => "within_calendar_days",
        Unit::Hours => "within_hours",
    };
    note.replace("{filing_within}", &sheet.say_of("terms", unit, &[("count", &span.n.to_string())]))
}

fn decided(sheet: &Sheet<'_>) -> DateTime<Utc> {
    sheet.case.decided_at.unwrap_or(sheet.issued_at)
}

/// Fields that are asked and answered, in the order the service names them.
fn rows(sheet: &Sheet<'_>, fields: &[String]) -> Vec<Row> {
    let (answers, language) = (sheet.answers, sheet.language());
    let shown = |id: &String| {
        let field = sheet.service.field(id).filter(|_| form::is_field_asked(sheet.service, id, answers))?;
        let value = form::display(field, answers.get(id)?, &sheet.app.catalogue.dictionaries, language);
        let wide = matches!(field.kind, Kind::Address {} | Kind::Paragraph { .. })
            || value.chars().count() > HALF_A_LINE;
        (!value.trim().is_empty()).then(|| Row { wide, ..row(field.label.get(language), value) })
    };
    fields.iter().filter_map(shown).collect()
}
