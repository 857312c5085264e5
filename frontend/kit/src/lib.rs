//! Everything the portal and the desk are made of: the components of the design, the language, the session, live
//! updates, and the renderer of service definitions. Pages are built on top; they never see a URL of the API, a text
//! for people, or an inline style.

pub mod announcer;
pub mod api;
mod assets;
pub mod components;
pub mod dom;
mod drawn;
mod fetch;
pub mod form;
pub mod i18n;
pub mod icon;
pub mod live;
mod lock;
pub mod number;
pub mod office;
mod opt_text;
pub mod session;
pub mod settings;
pub mod shell;
mod start;
pub mod timer;
pub mod toast;

pub use drawn::{drawn, said};
pub use opt_text::OptText;
pub use start::start;

/// What nearly every page needs.
pub mod prelude {
    pub use leptos::prelude::*;
    pub use leptos::text_prop::TextProp;

    pub use crate::announcer::use_announcer;
    pub use crate::api::{
        Action, Error, Errors, Load, Pages, Resource, use_action, use_api, use_pages, use_resource,
    };
    pub use crate::components::*;
    pub use crate::drawn::{drawn, said};
    pub use crate::i18n::{I18n, t, t_with, use_i18n};
    pub use crate::icon::Icon;
    pub use crate::live::use_live;
    pub use crate::session::{Person, SessionState, use_session};
    pub use crate::toast::use_toasts;
}
