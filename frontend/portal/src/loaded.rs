//! A page over something that is read and may change while it is looked at.

use kit::prelude::*;

/// A skeleton until `resource` has been read, an alert with "try again" when it cannot be; then `view`, drawn once
/// with a signal of the value. What changes later changes only the places that read the signal, so that open tabs,
/// typed words and the focus stay.
pub fn loaded<T>(resource: Resource<T>, view: impl Fn(Signal<T>) -> AnyView + 'static) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let view: View<T> = Box::new(view);
    draw(resource, StoredValue::new_local(view))
}

type View<T> = Box<dyn Fn(Signal<T>) -> AnyView>;

fn draw<T>(resource: Resource<T>, view: StoredValue<View<T>, LocalStorage>) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let stage = Memo::new(move |_| match resource.state() {
        Load::Loading => Stage::Loading,
        Load::Ready(_) => Stage::Ready,
        Load::Failed(error) => Stage::Failed(error),
    });
    let retry = Callback::new(move |()| resource.reload());
    drawn(move || match stage.get() {
        Stage::Loading => leptos::view! { <Skeleton/> }.into_any(),
        Stage::Failed(error) => failed(error, retry),
        Stage::Ready => {
            let Some(first) = resource.value_untracked() else { return ().into_any() };
            let last = StoredValue::new(first);
            let value = Memo::new(move |_| {
                if let Some(value) = resource.value() {
                    last.set_value(value);
                }
                last.get_value()
            });
            view.with_value(|view| view(value.into()))
        }
    })
}

#[derive(Clone, PartialEq)]
enum Stage {
    Loading,
    Ready,
    Failed(Error),
}

/// What cannot be read: the page says so under a heading of its own, so that it has a title.
fn failed(error: Error, retry: Callback<()>) -> AnyView {
    let key = match error.code() {
        Some(openapi::ErrorCode::NotFound) => "pages.not_found_title",
        _ => "pages.failed_title",
    };
    leptos::view! {
        <PageHead title=t(key)/>
        <LoadFailed error=error retry=retry/>
    }
    .into_any()
}
