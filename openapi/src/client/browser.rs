//! The transport in the browser: `fetch`, and `XMLHttpRequest` where the progress of an upload is wanted
//! (`fetch` has none).

use std::rc::Rc;

use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    ReadableStreamDefaultReader, RequestCache, RequestCredentials, RequestInit, XmlHttpRequest,
    XmlHttpRequestResponseType,
};

use super::{Body, Error, Request, Response, Result};

/// A file to upload.
pub type Content = web_sys::Blob;
/// Told how much of a file has gone out, from 0 to 1.
pub type Progress = Rc<dyn Fn(f64)>;

pub(super) struct Transport;

impl Transport {
    pub(super) fn new() -> Self {
        Self
    }

    pub(super) async fn send(&self, request: Request) -> Result<Response> {
        if let Body::File(content, Some(progress)) = &request.body {
            return upload(&request, content, Rc::clone(progress)).await;
        }
        let answer = start(request).await?;
        let buffer = answer.array_buffer().map_err(network)?;
        let body = JsFuture::from(buffer).await.map_err(network)?;
        Ok(Response { status: answer.status(), body: Uint8Array::new(&body).to_vec() })
    }

    /// Reads a stream piece by piece until it ends or `on_chunk` says stop.
    pub(super) async fn stream(
        &self,
        request: Request,
        on_chunk: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<Response> {
        let answer = start(request).await?;
        let status = answer.status();
        let Some(stream) = answer.body().filter(|_| status == 200) else {
            let body = JsFuture::from(answer.array_buffer().map_err(network)?).await.map_err(network)?;
            return Ok(Response { status, body: Uint8Array::new(&body).to_vec() });
        };
        let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
        loop {
            let piece = JsFuture::from(reader.read()).await.map_err(network)?;
            if Reflect::get(&piece, &"done".into()).is_ok_and(|done| done.is_truthy()) {
                break;
            }
            let value = Reflect::get(&piece, &"value".into()).map_err(network)?;
            if !on_chunk(&Uint8Array::new(&value).to_vec()) {
                // The reader is given up; what the cancellation answers does not matter.
                let _ = JsFuture::from(reader.cancel()).await;
                break;
            }
        }
        Ok(Response { status, body: Vec::new() })
    }
}

async fn start(request: Request) -> Result<web_sys::Response> {
    let init = RequestInit::new();
    init.set_method(request.method);
    init.set_cache(RequestCache::NoStore);
    init.set_credentials(if request.cookie {
        RequestCredentials::SameOrigin
    } else {
        RequestCredentials::Omit
    });
    let headers = web_sys::Headers::new().map_err(network)?;
    for (name, value) in &request.headers {
        headers.set(name, value).map_err(network)?;
    }
    match request.body {
        Body::Empty => {}
        Body::Json(text) => {
            headers.set("Content-Type", "application/json").map_err(network)?;
            init.set_body(&JsValue::from_str(&text));
        }
        Body::File(content, _) => {
            headers.set("Content-Type", "application/octet-stream").map_err(network)?;
            init.set_body(&content);
        }
    }
    init.set_headers(&headers);
    let window = web_sys::window().ok_or_else(|| Error::Network("no window".to_owned()))?;
    let answer =
        JsFuture::from(window.fetch_with_str_and_init(&request.url, &init)).await.map_err(network)?;
    Ok(answer.unchecked_into())
}

async fn upload(request: &Request, content: &Content, progress: Progress) -> Result<Response> {
    let xhr = XmlHttpRequest::new().map_err(network)?;
    xhr.open(request.method, &request.url).map_err(network)?;
    xhr.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
    for (name, value) in &request.headers {
        xhr.set_request_header(name, value).map_err(network)?;
    }
    xhr.set_request_header("Content-Type", "application/octet-stream").map_err(network)?;
    let on_progress =
        Closure::<dyn FnMut(web_sys::ProgressEvent)>::new(move |event: web_sys::ProgressEvent| {
            if event.total() > 0.0 {
                progress(event.loaded() / event.total());
            }
        });
    xhr.upload().map_err(network)?.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
    let done = Promise::new(&mut |resolve, reject| {
        xhr.set_onload(Some(&resolve));
        xhr.set_onerror(Some(&reject));
        xhr.set_onabort(Some(&reject));
        xhr.set_ontimeout(Some(&reject));
    });
    xhr.send_with_opt_blob(Some(content)).map_err(network)?;
    // Dropping the future (the person cancels) must stop the upload as well.
    let guard = Abort(&xhr);
    JsFuture::from(done).await.map_err(|_| Error::Network("upload broken off".to_owned()))?;
    std::mem::forget(guard);
    let body = xhr.response().map_err(network)?;
    Ok(Response { status: xhr.status().map_err(network)?, body: Uint8Array::new(&body).to_vec() })
}

struct Abort<'a>(&'a XmlHttpRequest);

impl Drop for Abort<'_> {
    fn drop(&mut self) {
        // An upload that has ended already cannot be stopped.
        let _ = self.0.abort();
    }
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function of `map_err`")]
fn network(error: JsValue) -> Error {
    let text =
        error.dyn_ref::<js_sys::Error>().map_or_else(|| "fetch failed".into(), |error| error.message());
    Error::Network(String::from(text))
}
