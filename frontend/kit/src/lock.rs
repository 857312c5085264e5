//! A lock between the tabs of one browser (Web Locks), so that the rotating refresh token is used by one at a time.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

/// Does `work` while no other tab holds the lock `name`. In browsers without Web Locks it is done without.
pub async fn with_lock<T, F>(name: &str, work: F) -> T
where
    T: 'static,
    F: Future<Output = T> + 'static,
{
    let Some((locks, request)) = web_locks() else { return work.await };
    let result = Rc::new(RefCell::new(None));
    let job = Rc::new(RefCell::new(Some(work)));
    let (slot, inner) = (Rc::clone(&result), Rc::clone(&job));
    let held = Closure::<dyn FnMut() -> Promise>::new(move || {
        let (slot, work) = (Rc::clone(&slot), inner.borrow_mut().take());
        future_to_promise(async move {
            if let Some(work) = work {
                let value = work.await;
                *slot.borrow_mut() = Some(value);
            }
            Ok(JsValue::UNDEFINED)
        })
    });
    let asked = request.call2(&locks, &JsValue::from_str(name), held.as_ref().unchecked_ref());
    if let Ok(promise) = asked {
        // A lock that is refused leaves the work undone; it is done below.
        let _ = JsFuture::from(promise.unchecked_into::<Promise>()).await;
    }
    let (done, left) = (result.borrow_mut().take(), job.borrow_mut().take());
    match (done, left) {
        (Some(value), _) => value,
        (None, Some(work)) => work.await,
        // The browser has dropped the lock in the middle of the work, which happens when the page goes away.
        (None, None) => std::future::pending().await,
    }
}

fn web_locks() -> Option<(JsValue, Function)> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &JsValue::from_str("locks")).ok().filter(JsValue::is_object)?;
    let request = Reflect::get(&locks, &JsValue::from_str("request")).ok()?.dyn_into().ok()?;
    Some((locks, request))
}
