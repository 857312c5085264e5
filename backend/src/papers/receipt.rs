//! The receipt of a filed application (SB-01): number, control code, when, by whom, with which files, what next.

use openapi::documents::Document;
use paper::{Layout, Look, Paper, Row};

use super::print::{Sheet, row, section};
use crate::applications::clock;

const KIB: i32 = 1024;
const MIB: i32 = 1024 * KIB;

pub(super) fn write(sheet: &Sheet<'_>) -> Paper {
    let (case, language) = (sheet.case, sheet.language());
    let filed = case.submitted_at.unwrap_or(sheet.issued_at);
    let moment = sheet.moment(filed);
    let service = sheet.service.title.get(language);
    let subtitle = sheet.say("subtitle", &[("number", case.number()), ("date", &moment)]);
    let mut paper = sheet.paper(Look::Receipt, sheet.say("receipt_title", &[]), subtitle);
    paper.lead = Some(sheet.say("receipt_lead", &[("service", service)]));
    paper.highlight.push(row(sheet.say("number", &[]), case.number()));
    if let Some(code) = &case.control_code {
        let detail = Some(sheet.say("control_code_detail", &[]));
        paper.highlight.push(Row { detail, ..row(sheet.say("control_code", &[]), code) });
    }
    let mut what =
        vec![row(sheet.say("applicant", &[]), sheet.applicant()), row(sheet.say("filed_at", &[]), moment)];
    what.extend(timeliness(sheet));
    paper.sections.push(section(sheet.say("receipt_what", &[]), Layout::Fields, what));
    if !sheet.files.is_empty() {
        let files = sheet.files.iter().map(|file| file_row(sheet, file)).collect();
        paper.sections.push(section(sheet.say("receipt_files", &[]), Layout::Files, files));
    }
    paper.sections.push(section(sheet.say("receipt_next", &[]), Layout::Steps, next(sheet)));
    paper.notes.push(sheet.say("receipt_note", &[]));
    paper
}

/// Until when it had to be filed, and whether it was (SV4-03).
fn timeliness(sheet: &Sheet<'_>) -> Option<Row> {
    let calendar = &sheet.app.catalogue.calendar;
    let filing = clock::filing(sheet.case.submitted_at, sheet.service, sheet.answers, calendar)?;
    let late = filing.days_late.to_string();
    let kept = if filing.days_late == 0 {
        sheet.say("filed_in_time", &[])
    } else {
        sheet.say("filed_late", &[("count", &late)])
    };
    let days = [("start", sheet.date(filing.start)), ("last", sheet.date(filing.last_day))];
    let days = days.each_ref().map(|(name, day)| (*name, day.as_str()));
    let detail = Some(sheet.say("filing_days", &days));
    Some(Row { detail, wide: true, ..row(sheet.say("filing", &[]), kept) })
}

fn file_row(sheet: &Sheet<'_>, file: &Document) -> Row {
    let item = sheet.service.document(&file.item);
    let title = item.map_or(file.item.as_str(), |item| item.title.get(sheet.language()));
    let kind = match file.media_type.as_str() {
        "application/pdf" => "PDF",
        "image/png" => "PNG",
        _ => "JPEG",
    };
    let detail = Some(format!("SHA-256 {}", file.sha256));
    Row { detail, ..row(title, format!("{}, {kind}, {}", file.name, size(sheet, file.size))) }
}

/// `1,8 МБ`, `412 КБ`.
fn size(sheet: &Sheet<'_>, bytes: i32) -> String {
    if bytes < MIB {
        return sheet.say("size_kib", &[("n", &(bytes / KIB).max(1).to_string())]);
    }
    let tenths = i64::from(bytes) * 10 / i64::from(MIB);
    let point = if sheet.language() == "en" { '.' } else { ',' };
    sheet.say("size_mib", &[("n", &format!("{}{point}{}", tenths / 10, tenths % 10))])
}

/// What happens now, with its date, then the service's own words. The first of them is the filing itself.
fn next(sheet: &Sheet<'_>) -> Vec<Row> {
    let language = sheet.language();
    let told =
        sheet.service.next.iter().skip(1).map(|step| row(step.title.get(language), step.body.get(language)));
    let mut steps: Vec<Row> = told.collect();
    let term = match (sheet.case.due_at, &sheet.service.fee) {
        (Some(due), _) => Some(row(
            sheet.say("term", &[]),
            sheet.say("term_until", &[("date", &sheet.date(clock::day(due)))]),
        )),
        (None, Some(_)) => Some(row(sheet.say("term", &[]), sheet.say("term_after_payment", &[]))),
        (None, None) => None,
    };
    steps.extend(term);
    steps
}
