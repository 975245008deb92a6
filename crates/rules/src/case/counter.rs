//! What happens at the counter beside the steps: which papers came in and in what kind of copy, who helped, what
//! other systems call the case, and into whose hands the result went. Nothing here names a person.

use serde::{Deserialize, Serialize};
use service::definition::Code;

use super::command::Refusal;
use super::event::Event;
use super::life::Life;
use super::state::Case;
use super::steps::{not_ended, not_from_here};
use super::work::Work;
use crate::ids::{ContentHash, NoteId};

/// Kinds of copies that the law tells apart (form 01: bản chính, bản sao; NĐ 23/2015: chứng thực).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CopyKind {
    /// Bản chính
    Original,
    /// Bản sao chứng thực
    Certified,
    /// Bản sao
    Plain,
    /// Bản điện tử
    Electronic,
}

impl CopyKind {
    pub const ALL: [CopyKind; 4] = [
        CopyKind::Original,
        CopyKind::Certified,
        CopyKind::Plain,
        CopyKind::Electronic,
    ];

    /// As forms and texts name it.
    pub fn code(self) -> &'static str {
        match self {
            CopyKind::Original => "original",
            CopyKind::Certified => "certified",
            CopyKind::Plain => "plain",
            CopyKind::Electronic => "electronic",
        }
    }

    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One line of the list of papers on form 01.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperReceived {
    pub document: Code,
    pub copy: CopyKind,
    pub count: u32,
}

/// What was handed in at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PapersReceived {
    pub papers: Vec<PaperReceived>,
    /// How many sets of all of them.
    pub sets: u32,
    /// Who helped: a unit, or a helper of the city's list. `None`: nobody.
    pub helper: Option<Code>,
}

/// How a result leaves the city's hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    Counter,
    Post,
    Electronic,
}

/// What was seen before a result was given away (NĐ 61/2018 Đ.6: the receipt; from a proxy the authorisation too).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// Giấy tiếp nhận (form 01)
    Receipt,
    /// Căn cước, hộ chiếu or VNeID
    Identity,
    /// Giấy ủy quyền, giấy giới thiệu
    ProxyPaper,
}

impl Seen {
    pub const ALL: [Seen; 3] = [Seen::Receipt, Seen::Identity, Seen::ProxyPaper];

    pub fn code(self) -> &'static str {
        match self {
            Seen::Receipt => "receipt",
            Seen::Identity => "identity",
            Seen::ProxyPaper => "proxy-paper",
        }
    }

    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|seen| seen.code() == code)
    }
}

/// The result in somebody's hands: how, to whom by relation, against which papers, and which originals went back
/// or were kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collected {
    pub way: Delivery,
    /// Of the city's list (`self`, `proxy` …); empty where it was not handed to anybody.
    pub relation: Code,
    pub seen: Vec<Seen>,
    /// Originals given back (NĐ 61/2018 Đ.20).
    pub returned: Vec<Code>,
    /// Originals that the new paper replaces, kept by the city.
    pub surrendered: Vec<Code>,
    /// The signed slip, scanned; else the receipt that was presented, as the city had made it.
    pub slip: Option<ContentHash>,
    /// Who it was, in words that can be erased.
    pub note: Option<NoteId>,
}

/// May the result be given on these papers? `proxy`: the relation is somebody else's.
///
/// # Errors
/// [`Refusal::PaperNotSeen`] with what must be seen.
pub fn may_collect(collected: &Collected, proxy: bool) -> Result<(), Refusal> {
    let saw = |wanted: Seen| collected.seen.contains(&wanted);
    let missing = |wanted: Seen| {
        Err(Refusal::PaperNotSeen {
            what: wanted.code().to_owned(),
        })
    };
    match collected.way {
        Delivery::Post | Delivery::Electronic => Ok(()),
        Delivery::Counter if proxy && !saw(Seen::ProxyPaper) => missing(Seen::ProxyPaper),
        // Who lost the receipt shows who they are.
        Delivery::Counter if !saw(Seen::Receipt) && !saw(Seen::Identity) => missing(Seen::Receipt),
        Delivery::Counter => Ok(()),
    }
}

impl Work<'_> {
    pub(super) fn receive_papers(&mut self, received: PapersReceived) -> Result<(), Refusal> {
        not_ended(&self.case)?;
        let documents = &self.given.definition.documents;
        let unknown = received.papers.iter().find(|paper| {
            documents
                .iter()
                .all(|document| document.code != paper.document)
        });
        if let Some(paper) = unknown {
            return Err(Refusal::NoSuchPaper {
                document: paper.document.clone(),
            });
        }
        if let Some(none) = received.papers.iter().find(|paper| paper.count == 0) {
            return Err(Refusal::NoSuchPaper {
                document: none.document.clone(),
            });
        }
        self.then(Event::PapersReceived(Box::new(received)));
        Ok(())
    }

    /// The result, once it is there (state 9), and of a refused dossier the papers that go back.
    pub(super) fn collect(&mut self, collected: Collected) -> Result<(), Refusal> {
        not_ended(&self.case)?;
        if !matches!(self.case.life, Life::Decided { .. }) {
            return Err(not_from_here(&self.case));
        }
        if self.case.collected.is_some() {
            return Err(Refusal::AlreadyDone);
        }
        let had = |code: &Code| self.case.papers.iter().any(|paper| paper.document == *code);
        let listed = collected.returned.iter().chain(&collected.surrendered);
        let known = |code: &Code| {
            had(code)
                || self
                    .given
                    .definition
                    .documents
                    .iter()
                    .any(|d| d.code == *code)
        };
        if let Some(strange) = listed.into_iter().find(|code| !known(code)) {
            return Err(Refusal::NoSuchPaper {
                document: strange.clone(),
            });
        }
        self.then(Event::Collected(Box::new(collected)));
        Ok(())
    }

    pub(super) fn coded_elsewhere(&mut self, system: Code, code: String) -> Result<(), Refusal> {
        self.then(Event::CodedElsewhere { system, code });
        Ok(())
    }
}

/// Adds up papers that came at different times.
pub(super) fn add_papers(case: &mut Case, received: &PapersReceived) {
    for new in &received.papers {
        let known = case
            .papers
            .iter_mut()
            .find(|paper| paper.document == new.document && paper.copy == new.copy);
        match known {
            Some(paper) => paper.count += new.count,
            None => case.papers.push(new.clone()),
        }
    }
    case.sets = case.sets.max(received.sets);
    if received.helper.is_some() {
        case.helper.clone_from(&received.helper);
    }
}
