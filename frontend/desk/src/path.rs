//! Addresses of the desk. No other file writes one.

use openapi::desk::View;
use uuid::Uuid;

/// A list of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Queue,
    Mine,
    Waiting,
    Decided,
}

impl Place {
    /// In the order of the navigation.
    pub const ALL: [Self; 4] = [Self::Queue, Self::Mine, Self::Waiting, Self::Decided];

    /// What the server calls it.
    pub const fn view(self) -> View {
        match self {
            Self::Queue => View::Queue,
            Self::Mine => View::Mine,
            Self::Waiting => View::Waiting,
            Self::Decided => View::Decided,
        }
    }

    /// Key of its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Queue => "desk.view_queue",
            Self::Mine => "desk.view_mine",
            Self::Waiting => "desk.view_waiting",
            Self::Decided => "desk.view_decided",
        }
    }
}

/// A page of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    List(Place),
    Case(Uuid),
    Correction(Uuid),
    Refusal(Uuid),
}

impl Path {
    /// The address.
    pub fn href(self) -> String {
        match self {
            Self::List(Place::Queue) => "/".to_owned(),
            Self::List(Place::Mine) => "/mine".to_owned(),
            Self::List(Place::Waiting) => "/waiting".to_owned(),
            Self::List(Place::Decided) => "/decided".to_owned(),
            Self::Case(id) => format!("/cases/{id}"),
            Self::Correction(id) => format!("/cases/{id}/correction"),
            Self::Refusal(id) => format!("/cases/{id}/refusal"),
        }
    }
}

/// Whether an address is of a page about one case: those lay themselves out to the edge of the window.
pub fn is_inside_case(address: &str) -> bool {
    address.starts_with("/cases/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_about_a_case_are_known_by_their_address() {
        let id = Uuid::nil();
        for page in [Path::Case(id), Path::Correction(id), Path::Refusal(id)] {
            assert!(is_inside_case(&page.href()));
        }
        for place in Place::ALL {
            assert!(!is_inside_case(&Path::List(place).href()));
        }
    }
}
