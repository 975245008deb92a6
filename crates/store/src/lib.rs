//! What does the city remember? The only SQL.
//!
//! One [`Store`] holds many cities on SQLite or PostgreSQL. A command is a closure over [`Tx`], given to
//! [`Writer::run`]; reads go through [`Reader`], which cannot write. Every key begins with `city`.
//! Absent: decisions (they come from `rules`), HTTP, the clock (moments are handed in).

mod backup;
mod chain;
mod dialect;
mod engine;
mod error;
mod files;
mod follow;
pub mod migrate;
pub mod read;
mod reader;
mod receipt;
mod replay;
mod seal;
mod store;
mod tx;
mod value;
mod verify;
pub mod write;

pub use backup::{Manifest, Part};
pub use chain::{Entry, Hash, Neighbour, Seal, proof, root, root_from};
pub use error::{Conflict, Result, StoreError};
pub use files::{Bytes, Files, FilesConfig, Stored, content_hash};
pub use follow::Change;
pub use read::case::{Note, Seen};
pub use read::facts::FactPage;

pub use read::apologies::{ApologyCount, ApologyLine};
pub use read::history::History;
pub use read::inbox::{Held, InboxCounts, InboxFilter, InboxLine, InboxPage};
pub use read::list::{CaseLine, Narrow, Page};
pub use read::message::{MessageCount, MessageFilter};
pub use read::money::{AccountLine, Booked, Sum};
pub use read::parcel::Waiting;
pub use read::partner::PartnerState;
pub use read::place::Extent;
pub use read::portal::{PortalDossier, PortalMonth, PortalQueue};
pub use read::public::{ApiKey, Take, Taken};
pub use read::reception::Received;
pub use read::register::{LookLine, RegisterEntry};
pub use read::scope::{Sight, sight};
pub use read::search::ServiceFound;
pub use read::shown::Review;
pub use reader::Reader;
pub use receipt::Receipt;
pub use replay::{Difference, Replayed};
pub use store::{DatabaseConfig, Store, StoreConfig};
pub use tx::{Tx, Work, Writer};
pub use verify::{Broken, Verified};
pub use write::apology::ApologyDraft;
pub use write::arrival::{Arrival, ArrivalState};
pub use write::beside::AttachmentOrigin;
pub use write::case::{Extras, Save};
pub use write::city::City;
pub use write::consent::Consent;
pub use write::following::{Device, Follow, Follower, News, Wish};
pub use write::handed_out::{Made, NewPaper, PaperRow, Revoked};
pub use write::hotline::HotlineSaid;
pub use write::kept::{KeptPaper, PaperSource, Share, Trust};
pub use write::message::{Message, Onward, Preference, Recipient, Side, State, Tried};
pub use write::money::{BankLine, BankState, CollectingAccount, Movement, MovementKind};
pub use write::numbers::{Answered, Dispute};
pub use write::outbox::{Job, PARTS, Post};
pub use write::outside::OutsideLink;
pub use write::papers::{Attachment, Draft, DraftFile, Dropped};
pub use write::parcel::Parcel;
pub use write::partner::{PartnerAnswer, PartnerRequest, PartnerStand};
pub use write::people::{Account, AccountKind, Session};
pub use write::portal::{PacketState, PortalAnswer, PortalPacket};
pub use write::queue::Ticket;
pub use write::reception::Reception;
pub use write::register::{Look, LookAnswer, RegisterFlaw, RegisterVersion};
pub use write::reply::Reply;
pub use write::resident::{Resident, Trip};
pub use write::rulebook::{MessageText, Rulebook};
pub use write::sample::{SampleCase, SampleMonth, SampleSeed};
pub use write::service::{ServiceDraft, ServiceVersion};
pub use write::shown::{Flag, Original};
