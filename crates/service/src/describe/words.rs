//! The words sentences are made of, in both languages side by side.

use crate::definition::{Ending, Limit};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Vi,
    En,
}
use Language::{En, Vi};

impl Language {
    pub fn of(code: &str) -> Self {
        if code == "en" { En } else { Vi }
    }

    pub fn length(self, limit: Limit) -> String {
        match self {
            Vi => limit.vi(),
            En => limit.en(),
        }
    }

    pub fn limit(self, limit: &str, accepted: Option<bool>) -> String {
        match (self, accepted) {
            (Vi, Some(true)) => format!("Thời hạn giải quyết: {limit}, kể từ khi nhận đủ hồ sơ."),
            (Vi, Some(false)) => format!("Thời hạn giải quyết: {limit}, kể từ khi gửi."),
            (Vi, None) => format!("Thời hạn giải quyết: {limit}."),
            (En, Some(true)) => format!("Time limit: {limit} from a complete application."),
            (En, Some(false)) => format!("Time limit: {limit} from sending."),
            (En, None) => format!("Time limit: {limit}."),
        }
    }

    pub fn by_table(self, rows: usize) -> String {
        match self {
            Vi => format!("theo bảng {rows} mức"),
            En => format!("by a table of {rows} rows"),
        }
    }

    pub fn typed_day(self) -> &'static str {
        match self {
            Vi => "đến hết ngày được giao",
            En => "until the end of the day given",
        }
    }

    pub fn or(self) -> &'static str {
        match self {
            Vi => " hoặc ",
            En => " or ",
        }
    }

    pub fn applicant(self) -> &'static str {
        match self {
            Vi => "Người nộp",
            En => "The applicant",
        }
    }

    pub fn parts(self) -> &'static str {
        match self {
            Vi => "Các phần của hồ sơ",
            En => "The parts of the dossier",
        }
    }

    pub fn does(self, who: &str, what: &str, length: &str) -> String {
        match self {
            Vi => format!("{who} {what} trong {length}"),
            En => format!("{who}: {what}, within {length}"),
        }
    }

    pub fn does_in_rest(self, who: &str, what: &str) -> String {
        match self {
            Vi => format!("{who} {what} trong thời gian còn lại"),
            En => format!("{who}: {what}, in the time that is left"),
        }
    }

    pub fn does_until(self, who: &str, what: &str) -> String {
        match self {
            Vi => format!("{who} {what} đến hết ngày được giao"),
            En => format!("{who}: {what}, until the end of the day given"),
        }
    }

    pub fn waits(self, what: &str, length: &str, stopped: bool) -> String {
        match (self, stopped) {
            (Vi, true) => {
                format!("Chờ người nộp {what} nhiều nhất {length}, không tính vào thời hạn")
            }
            (Vi, false) => format!("Chờ người nộp {what} nhiều nhất {length}"),
            (En, true) => format!(
                "Waiting for the applicant: {what}, at most {length}, outside the time limit"
            ),
            (En, false) => format!("Waiting for the applicant: {what}, at most {length}"),
        }
    }

    pub fn only_when(self, when: &str) -> String {
        match self {
            Vi => format!(" (chỉ khi {when})"),
            En => format!(" (only when {when})"),
        }
    }

    pub fn parallel(self, name: &str, branches: usize, any: bool) -> String {
        let name = if name.is_empty() {
            String::new()
        } else {
            format!("{name}: ")
        };
        match (self, any) {
            (Vi, false) => format!("{name}{branches} việc làm song song, xong tất cả mới đi tiếp."),
            (Vi, true) => {
                format!("{name}{branches} việc làm song song, xong một việc thì đi tiếp.")
            }
            (En, false) => {
                format!("{name}{branches} tasks side by side; all must be done to go on.")
            }
            (En, true) => {
                format!("{name}{branches} tasks side by side; one done is enough to go on.")
            }
        }
    }

    pub fn each(self, group: &str) -> String {
        match self {
            Vi => format!(
                "Với mỗi dòng của “{group}”, các bước sau chạy riêng; xong tất cả mới đi tiếp."
            ),
            En => format!(
                "For each row of “{group}” the following steps run on their own; all must be done to go on."
            ),
        }
    }

    pub fn goes_to(self, step: &str) -> String {
        match self {
            Vi => format!("sang bước “{step}”"),
            En => format!("to the step “{step}”"),
        }
    }

    pub fn outcome(self, label: &str, to: &str, times: &str) -> String {
        match self {
            Vi => format!("; nếu {label} thì {to}{times}"),
            En => format!("; if {label}, {to}{times}"),
        }
    }

    pub fn times(self, count: u32) -> String {
        match (self, count) {
            (Vi, 1) => " (một lần)".into(),
            (Vi, count) => format!(" (nhiều nhất {count} lần)"),
            (En, 1) => " (once)".into(),
            (En, count) => format!(" (at most {count} times)"),
        }
    }

    pub fn ends(self, ending: Ending) -> &'static str {
        let (vi, en) = match ending {
            Ending::Granted => ("kết thúc, đã cấp kết quả", "end: granted"),
            Ending::Solved => ("kết thúc, đã xử lý", "end: solved"),
            Ending::Answered => ("kết thúc, đã trả lời", "end: answered"),
            Ending::Done => ("kết thúc, hoàn thành", "end: done"),
            Ending::Refused => ("kết thúc, từ chối", "end: refused"),
            Ending::Duplicate => ("kết thúc, gộp vào việc trùng", "end: duplicate"),
            Ending::Withdrawn => ("kết thúc, người nộp rút", "end: withdrawn"),
            Ending::Spam => ("kết thúc, thư rác", "end: spam"),
            Ending::NoAnswer => ("kết thúc, không có trả lời", "end: no answer"),
            Ending::Stopped => ("kết thúc, dừng thực hiện", "end: stopped"),
        };
        match self {
            Vi => vi,
            En => en,
        }
    }

    pub fn late(self, paper: Option<&str>, new_dates: u32) -> String {
        match (self, paper) {
            (Vi, Some(paper)) => {
                format!("Nếu trễ hạn, cơ quan gửi {paper}, hẹn lại nhiều nhất {new_dates} lần.")
            }
            (Vi, None) => {
                format!("Nếu trễ hạn, cơ quan báo lại, hẹn lại nhiều nhất {new_dates} lần.")
            }
            (En, Some(paper)) => {
                format!("If late, the office sends: {paper}; a new date at most {new_dates} times.")
            }
            (En, None) => {
                format!("If late, the office says so; a new date at most {new_dates} times.")
            }
        }
    }
}

/// `Thẩm định hồ sơ` → `thẩm định hồ sơ`; abbreviations (`UBND`) stay.
pub fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let rest = letters.as_str();
    if rest
        .chars()
        .next()
        .is_some_and(|second| second.is_uppercase() || second.is_ascii_digit())
    {
        return text.to_owned();
    }
    first.to_lowercase().collect::<String>() + rest
}
