//! Conditions, steps, documents, the order and the states of a form.

use catalogue::{
    answers::Answers,
    definition::{Condition, Service},
    form::{self, StepState},
};
use serde_json::{Value, json};

use crate::sample::{
    CATALOGUE, arrival, arrival_answers, ctx, invitation, invitation_answers, judged, object, short, with,
};

fn step_ids(service: &Service, answers: &Answers) -> Vec<String> {
    form::steps(service, answers).into_iter().map(|step| step.id.clone()).collect()
}

fn document_ids(service: &Service, answers: &Answers) -> Vec<String> {
    form::documents(service, answers).into_iter().map(|item| item.id.clone()).collect()
}

fn state(answers: &Answers, step: &str) -> StepState {
    form::step_state(arrival(), answers, arrival().step(step).unwrap(), &ctx())
}

#[test]
fn complete_answers_have_nothing_wrong() {
    assert_eq!(judged(json!({})), []);
    let attached = ["passport", "housing", "registration", "contract"];
    assert_eq!(form::judge(invitation(), &invitation_answers(), &attached, &ctx()), []);
}

#[test]
fn the_filer_decides_which_host_is_asked_for() {
    for (filer, asked, hidden) in [
        ("host_person", "own_housing", "host"),
        ("host_person", "own_housing", "organisation"),
        ("foreigner", "host", "responsible"),
        ("foreigner", "contacts", "own_housing"),
        ("host_organisation", "organisation", "host"),
        ("host_organisation", "organisation_contacts", "own_housing"),
        ("host_organisation", "responsible", "contacts"),
    ] {
        let steps = step_ids(arrival(), &with(arrival_answers(), json!({ "filer": filer })));
        assert!(steps.contains(&asked.to_owned()), "{filer}: {steps:?}");
        assert!(!steps.contains(&hidden.to_owned()), "{filer}: {steps:?}");
    }
    assert!(!step_ids(arrival(), &Answers::new()).contains(&"host".to_owned()), "nobody knows the filer yet");
}

#[test]
fn every_type_of_invitation_asks_its_own_steps_and_documents() {
    for (kind, steps, documents) in [
        ("work", ["organisation", "job"].as_slice(), ["registration", "contract"].as_slice()),
        ("study", &["organisation", "school"], &["registration", "study_contract"]),
        ("family", &["family", "inviter"], &["kinship", "income"]),
    ] {
        let answers = with(invitation_answers(), json!({ "type": kind }));
        let special = ["organisation", "job", "school", "family", "inviter"];
        let asked: Vec<String> = step_ids(invitation(), &answers)
            .into_iter()
            .filter(|id| special.contains(&id.as_str()))
            .collect();
        assert_eq!(asked, steps, "{kind}");
        let attached: Vec<String> = document_ids(invitation(), &answers)
            .into_iter()
            .filter(|id| !["passport", "housing"].contains(&id.as_str()))
            .collect();
        assert_eq!(attached, documents, "{kind}");
    }
}

#[test]
fn a_hidden_question_neither_counts_nor_stays() {
    let answers = with(arrival_answers(), json!({"purpose_other": "лечение"}));
    assert!(!form::is_field_asked(arrival(), "purpose_other", &answers));
    assert!(!form::normalise(arrival(), &answers, &CATALOGUE.dictionaries).contains_key("purpose_other"));
    let other = with(arrival_answers(), json!({"purpose": "other"}));
    assert!(form::is_field_asked(arrival(), "purpose_other", &other));
    assert_eq!(judged(json!({"purpose": "other"})), [("/answers/purpose_other".into(), "required".into())]);
}

#[test]
fn a_condition_on_a_hidden_question_is_false_whatever_was_answered() {
    let relationship =
        Condition::Is { field: "relationship_other".into(), values: vec!["племянник".into()] };
    let family = json!({"type": "family", "relationship": "other", "relationship_other": "племянник"});
    let shown = with(invitation_answers(), family.clone());
    assert!(form::is_asked(Some(&relationship), invitation(), &shown));
    let hidden = with(shown, json!({"type": "work"}));
    assert!(!form::is_asked(Some(&relationship), invitation(), &hidden));
    assert!(form::is_asked(Some(&Condition::Not(Box::new(relationship))), invitation(), &hidden));
}

#[test]
fn conditions_combine() {
    let is = |values: &[&str]| Condition::Is {
        field: "type".into(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    let answers = invitation_answers();
    let holds = |condition: &Condition| form::is_asked(Some(condition), invitation(), &answers);
    assert!(holds(&is(&["study", "work"])));
    assert!(!holds(&is(&["study"])));
    assert!(holds(&Condition::Any(vec![is(&["study"]), is(&["work"])])));
    assert!(!holds(&Condition::All(vec![is(&["study"]), is(&["work"])])));
    assert!(holds(&Condition::All(Vec::new())));
    assert!(!holds(&Condition::Any(Vec::new())));
    assert!(!holds(&Condition::Is { field: "nothing".into(), values: vec![String::new()] }));
}

#[test]
fn a_circle_of_conditions_ends() {
    let mut service = arrival().clone();
    let on = |field: &str| Some(Condition::Is { field: field.into(), values: vec!["x".into()] });
    service.steps[0].fields[1].when = on("citizenship");
    service.steps[0].fields[2].when = on("filer");
    let answers = object(json!({"filer": "x", "citizenship": "x"}));
    assert!(!form::is_field_asked(&service, "filer", &answers));
}

#[test]
fn documents_are_required_counted_and_known() {
    let judge = |attached: &[&str]| short(&form::judge(arrival(), &arrival_answers(), attached, &ctx()));
    let at = |item: &str, code: &str| (format!("/documents/{item}"), code.to_owned());
    assert_eq!(judge(&[]), [at("passport", "document_required"), at("housing", "document_required")]);
    assert_eq!(judge(&["passport", "housing"]), []);
    assert_eq!(judge(&["passport", "housing", "ticket", "ticket"]), []);
    assert_eq!(judge(&["passport", "housing", "visa", "visa", "visa"]), [at("visa", "too_many_files")]);
    assert_eq!(judge(&["passport", "housing", "selfie", "selfie"]), [at("selfie", "unknown_document")]);
    let organisation = with(arrival_answers(), json!({"filer": "host_organisation"}));
    let findings = short(&form::judge(arrival(), &organisation, &["passport", "housing"], &ctx()));
    assert!(findings.contains(&at("authority", "document_required")), "{findings:?}");
}

#[test]
fn findings_stand_in_the_order_of_the_form() {
    let findings = form::judge(arrival(), &object(json!({"filer": "host_person"})), &[], &ctx());
    let pointers: Vec<&str> = findings.iter().map(|finding| finding.pointer.as_str()).collect();
    let order: Vec<String> = arrival()
        .steps
        .iter()
        .flat_map(|step| &step.fields)
        .map(|field| format!("/answers/{}", field.id))
        .chain(arrival().documents.iter().map(|item| format!("/documents/{}", item.id)))
        .collect();
    let places: Vec<usize> =
        pointers.iter().map(|pointer| order.iter().position(|known| known == pointer).unwrap()).collect();
    assert!(places.is_sorted(), "{pointers:?}");
    assert_eq!(pointers.first(), Some(&"/answers/occasion"));
    assert_eq!(pointers.last(), Some(&"/documents/housing"));
}

#[test]
fn hostile_shapes_are_found_by_the_complete_check_as_well_and_in_place() {
    let findings = judged(json!({"birth_date": 19940502, "entry_point": "a\u{202E}b", "nobody": "x"}));
    let at = |field: &str, code: &str| (format!("/answers/{field}"), code.to_owned());
    assert_eq!(
        findings,
        [
            at("birth_date", "wrong_type"),
            at("entry_point", "forbidden_character"),
            at("nobody", "unknown_field")
        ]
    );
}

#[test]
fn a_step_is_as_far_as_its_answers() {
    let complete = arrival_answers();
    let without = |fields: &[&str]| -> Answers {
        complete
            .iter()
            .filter(|(id, _)| !fields.contains(&id.as_str()))
            .map(|(id, v)| (id.clone(), v.clone()))
            .collect()
    };
    assert_eq!(state(&complete, "birth"), StepState::Done);
    assert_eq!(state(&without(&["birth_place"]), "birth"), StepState::Started);
    let nobody = without(&["birth_country", "birth_place"]);
    assert_eq!(state(&nobody, "birth"), StepState::NotStarted);
    assert_eq!(state(&with(complete.clone(), json!({"birth_country": "вчера"})), "birth"), StepState::Error);
    assert_eq!(
        state(&with(complete.clone(), json!({"address": {"town": "Примерск"}})), "address"),
        StepState::Started
    );
    assert_eq!(state(&with(complete, json!({"address": Value::Null})), "address"), StepState::NotStarted);
}

#[test]
fn a_step_is_judged_like_the_whole_form() {
    let answers = with(
        arrival_answers(),
        json!({"entry_date": "2027-01-01", "purpose": "rest", "guest_phone": "12", "own_host_phone": 5}),
    );
    let whole = form::judge(arrival(), &answers, &["passport", "housing"], &ctx());
    let parts: Vec<_> = form::steps(arrival(), &answers)
        .into_iter()
        .flat_map(|step| form::judge_step(arrival(), step, &answers, &ctx()))
        .collect();
    assert_eq!(whole, parts);
    assert_eq!(whole.len(), 4, "{whole:?}");
}

#[test]
fn a_follow_up_keeps_what_it_does_not_ask_anew() {
    let follow_up = arrival().follow_up.as_ref().unwrap();
    let before = with(arrival_answers(), json!({"own_name": "Образцова Ольга"}));
    let begun = follow_up.begin(before.clone());
    assert_eq!((&begun["occasion"], &begun["own_name"]), (&json!("move"), &before["own_name"]));
    assert!(!begun.contains_key("address"), "where the person stays now is asked anew");
    assert!(follow_up.is_one(&begun) && !follow_up.is_one(&before));
    assert!(step_ids(arrival(), &begun).contains(&"address".to_owned()));
    assert!(form::is_field_asked(arrival(), "moved_on", &begun));
    assert!(!form::is_field_asked(arrival(), "moved_on", &before));
}
