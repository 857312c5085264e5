//! The components of the design, one file per family, with its class names and attributes.

mod address;
mod autocomplete;
mod button;
mod choice;
mod countdown;
mod date_input;
mod deadline;
mod dialog;
mod field;
mod input;
mod lists;
mod message;
mod money;
mod page;
mod saved;
mod search;
mod status;
mod table;
mod tabs;
mod thread;
// Files exist in browsers only; native builds are made for unit tests.
#[cfg(target_arch = "wasm32")]
mod upload;

pub use address::{AddressInput, AddressParts};
pub use autocomplete::Autocomplete;
pub use button::{Actions, Button, ButtonLink};
pub use choice::{Checkbox, Opt, Radios, Select};
pub use countdown::Countdown;
pub use date_input::DateInput;
pub use deadline::{DeadlineChip, tone as deadline_tone};
pub use dialog::Dialog;
pub use input::{CodeInput, PasswordInput, Phone, TextInput, Textarea};
pub use lists::{Steps, SummaryList, SummaryRow, Task, TaskList, TaskState, Timeline, TimelineItem};
pub use message::{Alert, Details, Empty, ErrorSummary, LoadFailed, Skeleton};
pub use money::{Qr, Receipt};
pub use page::{BackLink, Crumbs, PageHead};
pub use saved::{SaveState, SavedMark};
pub use search::Search;
pub use status::{PaymentTag, StatusTag, Tag, Tone, payment_look, state_look};
pub use table::{ShowMore, Table};
pub use tabs::{TabLinks, Tabs, panel_id};
pub use thread::{Side, Thread};
#[cfg(target_arch = "wasm32")]
pub use upload::Upload;
