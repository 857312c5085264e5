//! The result of an approved application (CS-11, SV8-05): the fields the service names, as they were answered.

use catalogue::definition::{Kind, Unit};
use catalogue::{deadline, form};
use chrono::{DateTime, NaiveDate, Utc};
use paper::{Layout, Look, Paper, Row};

use super::print::{Sheet, row, section};
use crate::applications::clock;

pub(super) fn write(sheet: &Sheet<'_>, valid_until: Option<NaiveDate>) -> Paper {
    let (result, language) = (&sheet.service.result, sheet.language());
    let date = sheet.day(decided(sheet));
    let subtitle = sheet.say("subtitle", &[("number", sheet.case.number()), ("date", &date)]);
    let mut paper = sheet.paper(Look::Certificate, result.title.get(language).to_owned(), subtitle);
    paper.lead = Some(result.lead.get(language).to_owned());
    if let Some(until) = valid_until {
        paper.highlight.push(row(sheet.say("valid_until", &[]), sheet.date(until)));
    }
    paper.sections.push(section(sheet.say("result_data", &[]), Layout::Fields, fields(sheet)));
    paper.notes.push(result.note.get(language).to_owned());
    paper
}

/// The last day the result holds, where the service says how long: counted from the day of the decision.
pub(super) fn valid_until(sheet: &Sheet<'_>) -> Option<NaiveDate> {
    let span = sheet.service.result.valid?;
    let from = decided(sheet);
    Some(match span.unit {
        Unit::Hours => clock::day(clock::end(span, from, &sheet.app.catalogue.calendar)),
        _ => deadline::add(span, clock::day(from), &sheet.app.catalogue.calendar),
    })
}

fn decided(sheet: &Sheet<'_>) -> DateTime<Utc> {
    sheet.case.decided_at.unwrap_or(sheet.issued_at)
}

/// Fields that are asked and answered, in the order the service names them.
fn fields(sheet: &Sheet<'_>) -> Vec<Row> {
    let (answers, language) = (sheet.case.answers(), sheet.language());
    let shown = |id: &String| {
        let field = sheet.service.field(id).filter(|_| form::is_field_asked(sheet.service, id, &answers))?;
        let value = form::display(field, answers.get(id)?, &sheet.app.catalogue.dictionaries, language);
        let wide = matches!(field.kind, Kind::Address {} | Kind::Paragraph { .. });
        (!value.trim().is_empty()).then(|| Row { wide, ..row(field.label.get(language), value) })
    };
    sheet.service.result.fields.iter().filter_map(shown).collect()
}
