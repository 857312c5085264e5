//! Documents people attach (A7): which may be attached now, what a file must be like, and where it is kept.

mod advice;
pub mod api;
mod gate;
mod judging;
mod name;
pub mod store;
pub mod vault;

use catalogue::answers::{Answers, document_pointer};
use catalogue::definition::{DocumentItem, Service};
use catalogue::form;
use judge::Refusal;
use openapi::applications::State;
use openapi::{ErrorCode, FieldError};
use uuid::Uuid;

pub use gate::Gate;

use crate::config::Uploads;
use crate::error::{Error, Result, field_error};

/// Codes of what is refused for another reason than a file's content.
const NO_NAME: &str = "file_name";
const TOO_MANY: &str = "too_many_files";

/// The answer to whoever sent a file: the place is the item it was meant for.
fn refused(refusal: Refusal, item: &str) -> Error {
    let code = if refusal.code == "file_too_large" { ErrorCode::TooLarge } else { ErrorCode::FileRefused };
    let place =
        FieldError { pointer: document_pointer(item), code: refusal.code.to_owned(), params: refusal.params };
    Error { errors: vec![place], ..Error::new(code) }
}

/// What decides whether a document of an application may be attached or taken away.
#[derive(Debug, Clone)]
pub struct Room {
    pub state: State,
    pub service: String,
    pub service_version: i32,
    pub answers: Answers,
    /// As they were sent when the applicant last got the application back.
    pub answers_before: Option<Answers>,
    /// Pointers an officer asks to mend now.
    pub remarks: Vec<String>,
    /// The live documents: id and item.
    pub live: Vec<(Uuid, String)>,
    /// How many documents there are, live or replaced.
    pub kept: i64,
}

impl Room {
    /// Whether documents of `item` may change: always in a draft and in what is being changed; of a correction only
    /// those asked for (CS-04), and those that are asked only because of a mended answer.
    ///
    /// # Errors
    /// `wrong_state`.
    pub fn may_change(&self, service: &Service, item: &str) -> Result<()> {
        let was_asked = |before: &Answers| form::documents(service, before).iter().any(|one| one.id == item);
        let open = match self.state {
            State::ReturnedForFix => {
                self.remarks.contains(&document_pointer(item))
                    || !self.answers_before.as_ref().is_some_and(was_asked)
            }
            state => state.is_editable(),
        };
        if open { Ok(()) } else { Err(ErrorCode::WrongState.into()) }
    }

    /// The item, if files of it may be attached at all now.
    ///
    /// # Errors
    /// `wrong_state`; `invalid` for an item that is not asked for.
    pub fn open_item<'a>(&self, service: &'a Service, item: &str) -> Result<&'a DocumentItem> {
        let asked = form::documents(service, &self.answers).into_iter().find(|asked| asked.id == item);
        let asked = asked.ok_or_else(|| Error::field(&document_pointer(item), "unknown_document"))?;
        self.may_change(service, item).map(|()| asked)
    }

    /// Whether one more file of `item` may be attached now, in place of `replaces` if that is given.
    ///
    /// # Errors
    /// Those of [`Room::open_item`]; `invalid` for a document that is not there to be replaced; `file_refused`
    /// when there are enough files.
    pub fn may_attach(
        &self,
        service: &Service,
        item: &str,
        replaces: Option<Uuid>,
        limits: &Uploads,
    ) -> Result<()> {
        let asked = self.open_item(service, item)?;
        if let Some(old) = replaces
            && !self.live.iter().any(|(id, of)| *id == old && of == item)
        {
            return Err(Error::invalid(vec![field_error("/replaces", "unknown_document")]));
        }
        let staying = self.live.iter().filter(|(id, _)| Some(*id) != replaces);
        let (all, same) =
            staying.fold((0_i64, 0_u32), |(all, same), (_, of)| (all + 1, same + u32::from(of == item)));
        // What a draft loses is gone; what has been filed keeps its replaced files, and its limit counts them.
        let is_full_for_good = self.state != State::Draft && self.kept >= limits.max_kept_files;
        let full = if same >= asked.max_files {
            Some(i64::from(asked.max_files))
        } else if all >= limits.max_files {
            Some(limits.max_files)
        } else {
            is_full_for_good.then_some(limits.max_kept_files)
        };
        match full {
            Some(most) => Err(refused(Refusal::new(TOO_MANY).with("count", most), item)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{NO_NAME, TOO_MANY, advice};

    #[test]
    fn every_refusal_and_every_advice_has_a_text_in_every_language() {
        for language in ["ru", "en"] {
            let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
                .join(format!("../catalogue/locales/{language}/files.json"));
            let texts: serde_json::Value =
                serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
            for code in judge::REFUSALS.into_iter().chain([NO_NAME, TOO_MANY]).chain(advice::CODES) {
                let params = [("count".to_owned(), "5".to_owned())].into();
                assert_ne!(
                    catalogue::answers::fill(&texts, code, &params, language),
                    code,
                    "{language} {code}"
                );
            }
        }
    }
}
