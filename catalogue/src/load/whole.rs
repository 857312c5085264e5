//! Whether the files fit together: services with dictionaries, codes with their texts, languages with each other.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Catalogue,
    check::{LANGUAGES, repeated, text_problems, validate},
};
use crate::{
    answers::code,
    definition::{Condition, Kind, STATES, Service},
    dictionary::{Dictionaries, Requisites},
    identifiers,
};

/// Endings of plural forms; a key with one of them is a form of the key before it.
const PLURALS: [&str; 4] = ["_one", "_few", "_many", "_other"];

pub(super) fn problems(catalogue: &Catalogue) -> Vec<String> {
    let mut problems = dictionary_problems(&catalogue.dictionaries);
    problems.extend(locale_problems(catalogue));
    for service in &catalogue.services {
        let name = format!("services/{} v{}", service.code, service.version);
        let own = validate(service).into_iter().chain(service_problems(service, &catalogue.dictionaries));
        problems.extend(own.map(|problem| format!("{name}: {problem}")));
    }
    let versions: Vec<String> =
        catalogue.services.iter().map(|service| format!("{} v{}", service.code, service.version)).collect();
    problems.extend(repeated("services", versions.iter().map(String::as_str)));
    problems
}

fn service_problems(service: &Service, dictionaries: &Dictionaries) -> Vec<String> {
    let reasons = service.refusal_reasons.iter().filter(|code| dictionaries.refusal_reason(code).is_none());
    let mut problems: Vec<String> =
        reasons.map(|code| format!("refusal_reasons: {code} is not in the dictionary")).collect();
    if let Some(fee) =
        service.fee.as_ref().filter(|fee| !dictionaries.requisites.contains_key(&fee.requisites))
    {
        problems.push(format!("fee.requisites: {} is not in the dictionary", fee.requisites));
    }
    let conditions = service
        .steps
        .iter()
        .flat_map(|step| step.fields.iter().map(|field| &field.when).chain([&step.when]))
        .chain(service.documents.iter().map(|item| &item.when));
    for condition in conditions.flatten() {
        problems.extend(country_problems(service, condition, dictionaries));
    }
    problems
}

fn country_problems(service: &Service, condition: &Condition, dictionaries: &Dictionaries) -> Vec<String> {
    match condition {
        Condition::Is { field, values } => {
            let is_country = service.field(field).is_some_and(|field| matches!(field.kind, Kind::Country {}));
            let unknown = values.iter().filter(|value| is_country && dictionaries.country(value).is_none());
            unknown.map(|value| format!("when: {value} is not in the dictionary of countries")).collect()
        }
        Condition::Not(inner) => country_problems(service, inner, dictionaries),
        Condition::All(list) | Condition::Any(list) => {
            list.iter().flat_map(|one| country_problems(service, one, dictionaries)).collect()
        }
    }
}

fn dictionary_problems(dictionaries: &Dictionaries) -> Vec<String> {
    let mut problems = match serde_json::to_value(dictionaries) {
        Ok(value) => text_problems(&value, "dictionaries"),
        Err(error) => vec![error.to_string()],
    };
    problems
        .extend(repeated("countries", dictionaries.countries.iter().map(|country| country.code.as_str())));
    problems
        .extend(repeated("countries", dictionaries.countries.iter().map(|country| country.alpha3.as_str())));
    problems.extend(repeated("regions", dictionaries.regions.iter().map(|region| region.code.as_str())));
    problems.extend(repeated(
        "refusal-reasons",
        dictionaries.refusal_reasons.iter().map(|reason| reason.code.as_str()),
    ));
    for (name, requisites) in &dictionaries.requisites {
        problems.extend(requisites_problem(requisites).map(|what| format!("requisites.{name}: {what}")));
    }
    problems
}

/// Samples must not pass for real ones, so only real ones are checked (C34).
fn requisites_problem(requisites: &Requisites) -> Option<&'static str> {
    if requisites.sample {
        return None;
    }
    [
        (identifiers::is_inn_organisation(&requisites.inn), "inn"),
        (identifiers::is_kpp(&requisites.kpp), "kpp"),
        (identifiers::is_bik(&requisites.bic), "bic"),
        (identifiers::is_account(&requisites.account, &requisites.bic), "account"),
        (identifiers::is_account(&requisites.corr_account, &requisites.bic), "corr_account"),
        (identifiers::is_oktmo(&requisites.oktmo), "oktmo"),
        (identifiers::make_uin(&requisites.uin_prefix, 0, 20).is_some(), "uin_prefix"),
    ]
    .into_iter()
    .find_map(|(fits, part)| (!fits).then_some(part))
}

fn locale_problems(catalogue: &Catalogue) -> Vec<String> {
    let keys = |language: &str, namespace: &str| -> BTreeSet<String> {
        let texts =
            catalogue.locales.get(language).and_then(|all| all.get(namespace)).and_then(Value::as_object);
        texts.into_iter().flatten().map(|(key, _)| stem(key).to_owned()).collect()
    };
    let mut problems = Vec::new();
    for language in LANGUAGES.into_iter().filter(|language| !catalogue.locales.contains_key(*language)) {
        problems.push(format!("locales/{language}: missing"));
    }
    let wanted = [("errors", code::ALL), ("statuses", STATES.as_slice())];
    for language in catalogue.locales.keys() {
        for (namespace, wanted) in wanted {
            let known = keys(language, namespace);
            let missing = wanted.iter().filter(|key| !known.contains(**key));
            problems
                .extend(missing.map(|key| format!("locales/{language}/{namespace}.json: no text for {key}")));
            let unused = known.iter().filter(|key| !wanted.contains(&key.as_str()));
            problems
                .extend(unused.map(|key| format!("locales/{language}/{namespace}.json: nothing says {key}")));
        }
        let namespaces = catalogue.locales.values().flat_map(|all| all.keys()).collect::<BTreeSet<_>>();
        for namespace in namespaces {
            let default = keys(crate::text::DEFAULT_LANGUAGE, namespace);
            if default != keys(language, namespace) {
                problems.push(format!("locales/{language}/{namespace}.json: other keys than in Russian"));
            }
        }
    }
    problems
}

/// The key without the ending of its plural form.
fn stem(key: &str) -> &str {
    PLURALS.iter().find_map(|ending| key.strip_suffix(ending)).unwrap_or(key)
}
