//! Names of things. Ids are UUIDv7 made from a moment and chance that the shell hands in.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Moment;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id: the moment's milliseconds and ten bytes of chance (RFC 9562, version 7).
            pub fn new(now: Moment, chance: [u8; 10]) -> Self {
                let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(milliseconds, &chance).into_uuid())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.simple().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    };
}

id!(/// One case, for ever.
    CaseId);
id!(/// One person with an account (resident or official).
    PersonId);
id!(/// A note, apart from events so that it can be erased: `store` keeps its text.
    NoteId);
id!(/// One mandate to sign, for ever: `mandate`.
    MandateId);
id!(/// One absence with its stand-in: `stand_in`.
    StandInId);
id!(/// Who follows public reports, by an address or a device: `following`.
    FollowerId);
id!(/// One thing that a follower follows.
    FollowId);
id!(/// A call of the hotline.
    CallId);
id!(/// Words that came from outside: a letter by e-mail, a text by SMS or Zalo.
    ArrivalId);
id!(/// A message that the city sends; also what keeps a provider from sending it twice.
    MessageId);

impl MessageId {
    /// The same message for the same words (`case/version/item/whom/way`): a second try makes no second message. `digest` is
    /// a SHA-256 of them.
    pub fn of(digest: &[u8; 32]) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

/// The distribution column: `can-tho`, `boston`. Every key in the store begins with it.
pub type CityCode = String;
/// `H13.26.0107-261123-0042`: what a resident reads aloud. Opaque: never parsed for permission.
pub type CaseCode = String;
/// A unit of the city, valid over dates (`organisation`): `commune-31135`, `centre-1022`.
pub type UnitCode = String;
/// A commune's code (`31135`), valid over dates: the same code can mean another area before 1/7/2025.
pub type AreaCode = String;
/// SHA-256 in lower-case hex.
pub type ContentHash = String;
