//! Whatever a test provokes, the server refuses only with what the document names for that operation. Read from the line
//! the server logs for every request, and asked when a test ends.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::{Mutex, OnceLock, PoisonError};

use openapi::ErrorCode;
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// Method and path → the codes of the document.
type Named = BTreeMap<(String, String), BTreeSet<String>>;

static UNNAMED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Refusals met so far in this process that the document does not name.
#[must_use]
pub fn unnamed() -> BTreeSet<String> {
    UNNAMED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Whether a line may be that of a request.
#[must_use]
pub fn concerns(metadata: &Metadata<'_>) -> bool {
    metadata.target() == "backend::http::problem"
}

/// Listens to the lines of requests.
#[derive(Debug)]
pub struct Refusals;

impl<S: Subscriber> Layer<S> for Refusals {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line::default();
        event.record(&mut line);
        let Some(code) = line.0.remove("http.code") else { return };
        let mut part = |name: &str| line.0.remove(name).unwrap_or_default();
        let place = (part("http.method"), part("http.route"));
        // Paths and methods nobody has registered are no operations.
        let Some(codes) = named().get(&place) else { return };
        if !codes.contains(&code) && code != ErrorCode::MethodNotAllowed.as_str() {
            let refusal = format!("{} {}: {code}", place.0, place.1);
            UNNAMED.lock().unwrap_or_else(PoisonError::into_inner).insert(refusal);
        }
    }
}

fn named() -> &'static Named {
    static NAMED: OnceLock<Named> = OnceLock::new();
    NAMED.get_or_init(|| {
        let document = serde_json::to_value(backend::routes::document()).expect("the document");
        let mut named = Named::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("operations") {
                let codes = operation["x-errors"].as_array().into_iter().flatten();
                let codes = codes.filter_map(|code| code.as_str().map(ToOwned::to_owned)).collect();
                named.insert((method.to_uppercase(), path.clone()), codes);
            }
        }
        named
    })
}

#[derive(Default)]
struct Line(BTreeMap<&'static str, String>);

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}
