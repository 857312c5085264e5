//! What a remark can be about: a field of the form or an item of the documents, by its pointer.

use catalogue::answers::{Answers, answer_pointer, document_pointer};
use catalogue::form;
use catalogue::text::Text;

use super::Loaded;

/// A field or document by its pointer, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    pub pointer: String,
    pub title: Text,
    /// The answer as it reads in the language, or the names of the files.
    pub value: String,
    /// Of a mended field, the answer before, where there was one.
    pub before: Option<String>,
}

/// The subject of a pointer; `None` when the service has no such field or document.
pub fn subject(loaded: &Loaded, pointer: &str, language: &str) -> Option<Subject> {
    let Loaded { case, service, references } = loaded;
    if let Some(field) = pointer.strip_prefix("/answers/").and_then(|id| service.field(id)) {
        let words = |answers: &Answers| {
            let answer = answers.get(&field.id);
            answer.map(|answer| form::display(field, answer, &references.dictionaries, language))
        };
        let pointer = answer_pointer(&[&field.id]);
        return Some(Subject {
            title: field.label.clone(),
            value: words(&case.answers).unwrap_or_default(),
            before: words(&case.before).filter(|_| case.mended.contains(&pointer)),
            pointer,
        });
    }
    let item = pointer.strip_prefix("/documents/").and_then(|id| service.document(id))?;
    let files: Vec<&str> =
        case.documents.iter().filter(|file| file.item == item.id).map(|file| file.name.as_str()).collect();
    Some(Subject {
        pointer: document_pointer(&item.id),
        title: item.title.clone(),
        value: files.join(", "),
        before: None,
    })
}

/// All that the applicant was asked, in the order of the form: fields, then documents.
impl Subject {
    pub fn all(loaded: &Loaded, language: &str) -> Vec<Self> {
        let Loaded { case, service, .. } = loaded;
        let fields = form::steps(service, &case.answers)
            .into_iter()
            .flat_map(|step| &step.fields)
            .filter(|field| form::is_field_asked(service, &field.id, &case.answers))
            .map(|field| answer_pointer(&[&field.id]));
        let items =
            form::documents(service, &case.answers).into_iter().map(|item| document_pointer(&item.id));
        fields.chain(items).filter_map(|pointer| subject(loaded, &pointer, language)).collect()
    }
}
