//! The life of a case: the ten states of the national portal, each carrying exactly what is true in
//! it. Late, overdue, on time are not here: they are comparisons with a moment.

use serde::{Deserialize, Serialize};
use service::definition::Ending;

use crate::Moment;
use crate::ids::NoteId;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum Life {
    /// 1 Mới đăng ký
    Registered,
    /// 2 Được tiếp nhận
    Accepted { at: Moment },
    /// 3 Không được tiếp nhận: refused at reception
    NotAccepted { at: Moment, why: Option<NoteId> },
    /// 4 Đang xử lý
    InProgress,
    /// 4 too: the result is put right at the agency's cost. `back` is where it stood, 9 or 10, and its end holds.
    Correcting { since: Moment, back: Box<Life> },
    /// 5 Yêu cầu bổ sung (a report: its reporter was asked something)
    AwaitingSupplement { since: Moment },
    /// 6 Yêu cầu thực hiện nghĩa vụ tài chính
    AwaitingPayment { since: Moment },
    /// 7 Công dân yêu cầu rút hồ sơ; `back` is where it stood.
    WithdrawalAsked { since: Moment, back: Box<Life> },
    /// 8 Dừng xử lý
    Stopped {
        ending: Ending,
        at: Moment,
        why: Option<NoteId>,
    },
    /// 9 Đã xử lý xong: the legal clock stops here.
    Decided { ending: Ending, at: Moment },
    /// 10 Đã trả kết quả
    HandedOver {
        ending: Ending,
        decided: Moment,
        at: Moment,
    },
}

impl Life {
    /// The national code, 1–10.
    pub fn number(&self) -> u8 {
        match self {
            Life::Registered => 1,
            Life::Accepted { .. } => 2,
            Life::NotAccepted { .. } => 3,
            Life::InProgress | Life::Correcting { .. } => 4,
            Life::AwaitingSupplement { .. } => 5,
            Life::AwaitingPayment { .. } => 6,
            Life::WithdrawalAsked { .. } => 7,
            Life::Stopped { .. } => 8,
            Life::Decided { .. } => 9,
            Life::HandedOver { .. } => 10,
        }
    }

    /// The states that may follow each, by their numbers: every event of every case keeps to this table
    /// (`tests/case/random.rs`), and `docs/STATES.md` draws it. Out of 10 lead reopening and a recorded
    /// correction alone, out of 8 a duplicate that is none; 3 is final.
    pub fn may_become(number: u8) -> &'static [u8] {
        match number {
            1 => &[2, 3, 5, 6, 7, 8],
            2 => &[4, 5, 6, 7, 8, 9],
            4 => &[5, 6, 7, 8, 9],
            5 => &[1, 2, 3, 4, 6, 7, 8, 9],
            6 => &[1, 2, 3, 4, 5, 7, 8, 9],
            7 => &[1, 2, 4, 5, 6, 8],
            8 => &[1, 4],
            9 => &[4, 10],
            10 => &[4],
            _ => &[],
        }
    }

    /// Where the legal clock stopped for good and how it ended; `None` while the case is open.
    pub fn ended(&self) -> Option<(Ending, Moment)> {
        match self {
            Life::NotAccepted { at, .. } => Some((Ending::Refused, *at)),
            Life::Stopped { ending, at, .. } | Life::Decided { ending, at } => Some((*ending, *at)),
            Life::HandedOver {
                ending, decided, ..
            } => Some((*ending, *decided)),
            Life::Correcting { back, .. } => back.ended(),
            _ => None,
        }
    }
}
