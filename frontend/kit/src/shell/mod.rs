//! What stands around every page: skip link, header, navigation, footer, and the watchers (route, network, idleness).

mod boundary;
mod footer;
mod frame;
mod header;
mod menu;
mod nav;
mod timeout;
mod view_panel;

pub use boundary::Guarded;
pub use footer::{Footer, FooterColumn};
pub use frame::Frame;
pub use header::{Bell, Brand, BrandMark, Header};
pub use menu::{AccountMenu, LanguageMenu, MenuLink};
pub use nav::{NavItem, ServiceNav, TabBar};
pub(crate) use view_panel::ViewOpen;
pub use view_panel::{ViewButton, ViewPanel};
