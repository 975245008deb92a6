//! What the city tells the national portal of a dossier: which packets follow from which events, and what stands in each.
//!
//! Names of fields are the portal's (QĐ, OCPS); codes come from the city's mapping. A packet is made from the case as it was
//! when the event happened, so that packets in their order tell a story the portal accepts. Absent: sending, order, patience.

mod dossier;
mod mapping;

pub use dossier::{Dossier, dossier, fees, progress, status};
pub use mapping::Mapping;

use serde::{Deserialize, Serialize};

use crate::case::{Case, Event, Recorded, evolve};
use crate::ids::ContentHash;

/// One thing to tell, in the portal's order: code, files, dossier, then progress and states as they happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "packet")]
pub enum Packet {
    /// B2: the portal's own code for the dossier.
    Code,
    /// B3: a file that came with the application.
    File { hash: ContentHash, what: String },
    /// B4: the dossier as it was at this version.
    Dossier { version: u32 },
    /// B5 `CapNhatTienTrinh`: the step decided by the event of this version.
    Progress { version: u32 },
    /// B5 with the fees as the event of this version left them.
    Fees { version: u32 },
    /// B6 `CapNhatTrangThai`: the state that this version brought.
    Status { version: u32, life: u8 },
}

/// Files of one dossier that are told.
const MOST_FILES: usize = 40;
/// Where packets of events begin: code and files stand before.
const FIRST: i64 = 100;

impl Packet {
    /// Its place in the dossier's order: the same packet has the same place, however often it is asked for.
    pub fn place(&self, file: usize) -> i64 {
        match self {
            Packet::Code => 0,
            Packet::File { .. } => 1 + i64::try_from(file).unwrap_or(0),
            Packet::Dossier { .. } => FIRST - 1,
            Packet::Progress { version } | Packet::Fees { version } => {
                FIRST + i64::from(*version) * 2
            }
            Packet::Status { version, .. } => FIRST + i64::from(*version) * 2 + 1,
        }
    }

    /// As pages name it.
    pub fn code(&self) -> &'static str {
        match self {
            Packet::Code => "code",
            Packet::File { .. } => "file",
            Packet::Dossier { .. } => "dossier",
            Packet::Progress { .. } => "progress",
            Packet::Fees { .. } => "fees",
            Packet::Status { .. } => "status",
        }
    }
}

/// The case as it was at a version; `None` where the log does not begin at its opening.
pub fn case_at(events: &[Recorded], version: u32) -> Option<Case> {
    let mut case = None;
    for event in events.iter().take_while(|event| event.version <= version) {
        if case.is_none() && !matches!(event.event, Event::Opened(_) | Event::Imported(_)) {
            return None;
        }
        case = Some(evolve(case, event));
    }
    case
}

/// Everything to tell of the events of a log, with its place: the first command brings the dossier, each later event its own.
/// `first`: the last version of the command that opened the case.
pub fn packets(events: &[Recorded], first: u32) -> Vec<(i64, Packet)> {
    let mut packets = vec![Packet::Code];
    let mut files: Vec<(i64, Packet)> = Vec::new();
    let (mut case, mut life) = (None, 0);
    for event in events {
        if case.is_none() && !matches!(event.event, Event::Opened(_) | Event::Imported(_)) {
            return Vec::new();
        }
        let next = evolve(case, event);
        let number = next.life.number();
        case = Some(next);
        let version = event.version;
        if version <= first {
            if let Event::Attached { file, what, .. } = &event.event
                && files.len() < MOST_FILES
            {
                let packet = Packet::File {
                    hash: file.clone(),
                    what: what.clone(),
                };
                files.push((packet.place(files.len()), packet));
            }
        } else {
            if matches!(event.event, Event::StepDecided(_)) {
                packets.push(Packet::Progress { version });
            }
            if dossier::of_fees(&event.event) {
                packets.push(Packet::Fees { version });
            }
            if number != life {
                packets.push(Packet::Status {
                    version,
                    life: number,
                });
            }
        }
        if version == first {
            packets.push(Packet::Dossier { version });
        }
        life = number;
    }
    let mut placed: Vec<(i64, Packet)> = packets.into_iter().map(|p| (p.place(0), p)).collect();
    placed.extend(files);
    placed.sort_by_key(|(place, _)| *place);
    placed
}
