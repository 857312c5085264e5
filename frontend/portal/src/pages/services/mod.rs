//! The catalogue: finding a service and reading what it asks and promises.

mod card;
mod catalogue;
mod start;
mod tile;

pub use card::card;
pub use catalogue::catalogue;
pub use start::start;
pub use tile::Tile;
