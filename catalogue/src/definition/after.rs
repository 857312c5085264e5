//! What follows an approval: what people have to do, and how they change later what has been approved.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::answers::Answers;
use crate::text::Text;

/// What people have to do, one thing a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Duties {
    /// Says whose they are.
    pub title: Text,
    pub lines: Vec<Text>,
}

/// A change of what is approved, filed as another application of the same service that begins with the answers of the
/// approved one (SV4-15, FM-04). When it is approved, its result takes the place of the earlier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// What the button says.
    pub label: Text,
    /// Choices that make an application a follow-up: field → value.
    pub answers: BTreeMap<String, String>,
    /// Fields that are asked anew.
    pub drop: Vec<String>,
}

impl FollowUp {
    /// What a follow-up begins with, from the answers of what it changes.
    #[must_use]
    pub fn begin(&self, mut answers: Answers) -> Answers {
        answers.retain(|field, _| !self.drop.contains(field));
        let chosen = self.answers.iter().map(|(field, value)| (field.clone(), Value::String(value.clone())));
        answers.extend(chosen);
        answers
    }

    /// Whether these are the answers of a follow-up: the person may have chosen otherwise meanwhile.
    #[must_use]
    pub fn is_one(&self, answers: &Answers) -> bool {
        self.answers.iter().all(|(field, value)| {
            answers.get(field).and_then(Value::as_str).is_some_and(|answer| answer == value)
        })
    }
}
