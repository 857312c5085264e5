//! What an officer has typed and not sent: kept in the tab (`sessionStorage`), so that a reload, a lost session or an
//! error costs nothing, and gone when the tab is closed. Under the officer's own key: who signs in next sees none of
//! it.

use kit::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use web_sys::Storage;

/// A value kept in the tab. Copy.
#[derive(Debug)]
pub struct Draft<T: Send + Sync + 'static> {
    pub value: RwSignal<T>,
    key: StoredValue<String>,
}

impl<T: Send + Sync + 'static> Clone for Draft<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync + 'static> Copy for Draft<T> {}

/// The draft `name` of a case; what is typed is kept as it changes.
pub fn use_draft<T>(case: Uuid, name: &str) -> Draft<T>
where
    T: Default + Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let officer = untrack(|| use_session().officer()).map(|officer| officer.id).unwrap_or_default();
    let key = format!("prichal.desk.{officer}.{case}.{name}");
    let value = RwSignal::new(read(&key).unwrap_or_default());
    let draft = Draft { value, key: StoredValue::new(key) };
    Effect::new(move |_| value.with(|value| draft.key.with_value(|key| write(key, value))));
    draft
}

impl<T: Default + Send + Sync + 'static> Draft<T> {
    /// It has been sent: nothing is left to keep.
    pub fn clear(&self) {
        self.value.set(T::default());
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

fn read<T: DeserializeOwned>(key: &str) -> Option<T> {
    serde_json::from_str(&storage()?.get_item(key).ok()??).ok()
}

/// An untouched value leaves nothing behind. A full or forbidden storage costs the comfort of a reload, nothing else.
fn write<T: Default + PartialEq + Serialize>(key: &str, value: &T) {
    let Some(storage) = storage() else { return };
    let text = if *value == T::default() { None } else { serde_json::to_string(value).ok() };
    let _ = match text {
        Some(text) => storage.set_item(key, &text),
        None => storage.remove_item(key),
    };
}
