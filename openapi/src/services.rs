//! The catalogue of services (A4).

use catalogue::definition::Service;
use catalogue::dictionary::Dictionaries;
use catalogue::text::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A service in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ServiceSummary {
    #[schema(example = "arrival-notice")]
    pub code: String,
    pub section: String,
    pub title: Text,
    pub summary: Text,
    pub keywords: Text,
    /// Kopecks; absent: free of charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<i64>,
    pub review: catalogue::definition::Term,
}

impl From<&Service> for ServiceSummary {
    fn from(service: &Service) -> Self {
        Self {
            code: service.code.clone(),
            section: service.section.clone(),
            title: service.title.clone(),
            summary: service.summary.clone(),
            keywords: service.keywords.clone(),
            fee: service.fee.as_ref().map(|fee| fee.amount),
            review: service.review,
        }
    }
}

/// Which version of a service; the newest unless told otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ServiceQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

/// Everything a form chooses from, and the working calendar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct References {
    pub dictionaries: Dictionaries,
    pub calendar: catalogue::deadline::Calendar,
}
