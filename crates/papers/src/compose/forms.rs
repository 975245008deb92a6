//! Forms 01 to 05 of the one-stop mechanism.

use rules::case::Event;
use rules::case::event::Asked;
use rules::person::Actor;
use service::definition::{Channel, Ending};

use super::{Ask, sign};
use crate::paper::{Apology, Body, Missing, Paper, Receipt, Refusal, Signature, Stop, Supplement};

const BY_HAND: &str = "(Ký và ghi rõ họ tên)";

pub(super) fn by_hand(title: &str, name: String) -> Signature {
    Signature {
        title: title.to_owned(),
        how: BY_HAND.to_owned(),
        name,
        ..Signature::default()
    }
}

pub(super) fn receipt(ask: &Ask<'_>, paper: &mut Paper) {
    let told = ask.told;
    let case = told.case;
    let received = ask.called().map_or(case.opened, |one| one.at);
    paper.transfer = told.transfer.cloned();
    paper.body = Body::Receipt(Box::new(Receipt {
        desk: match ask.actor() {
            Some(Actor::Official { unit, .. }) => told.unit_name(unit),
            _ => told.desk(),
        },
        applicant: told.applicant(),
        subject: told.definition.name.vi.clone(),
        components: told.components.to_vec(),
        sets: Some(case.sets.max(1)),
        limit: case
            .clock
            .limit
            .map_or_else(String::new, |limit| limit.vi()),
        received: told.moment(received),
        due: case
            .clock
            .first_due
            .map_or_else(String::new, |due| told.moment(due)),
        delivery: delivery(ask),
        fees: told.fees.to_vec(),
        ..Receipt::default()
    }));
    paper.signatures = vec![
        by_hand("Người nộp hồ sơ", String::new()),
        by_hand("Người tiếp nhận hồ sơ", ask.official()),
    ];
    paper.footnotes = vec![
        "Giấy này được lập thành 02 bản: 01 bản giao cho người nộp hồ sơ, 01 bản chuyển kèm theo Phiếu kiểm soát quá trình giải quyết hồ sơ.".to_owned(),
        format!("Tra cứu tình trạng hồ sơ bằng mã hồ sơ tại {}/track.", told.site),
    ];
}

/// Where the result is handed over: as the applicant chose, else at the desk they came to.
fn delivery(ask: &Ask<'_>) -> String {
    let told = ask.told;
    let desk = told.desk();
    match (told.answer("delivery"), told.case.channel) {
        (Some(words), _) if !words.is_empty() => match told.answer("post_address") {
            Some(address) if !address.is_empty() => format!("{words}: {address}"),
            _ => format!("{words} ({desk})"),
        },
        (_, Channel::Counter) => desk,
        _ => String::new(),
    }
}

pub(super) fn supplement(ask: &Ask<'_>, paper: &mut Paper) {
    let told = ask.told;
    let (missing, reason) = listed(&ask.reason());
    let due = told
        .case
        .tasks
        .iter()
        .find(|task| task.by_applicant())
        .and_then(|task| task.due);
    let unit = match ask.actor() {
        Some(Actor::Official { unit, .. }) => told.unit_name(unit),
        _ => told.desk(),
    };
    let contact = match ask.official() {
        name if name.is_empty() => unit,
        name => format!("{name}, {unit}"),
    };
    paper.body = Body::Supplement(Box::new(Supplement {
        applicant: told.applicant(),
        subject: told.definition.name.vi.clone(),
        missing,
        reason,
        until: due.map_or_else(String::new, |due| told.moment(due)),
        contact,
        site: format!("{}/track/{}", told.site, told.case.code),
    }));
    paper.signatures = vec![by_hand("Người hướng dẫn", ask.official())];
}

/// What an official wrote line by line becomes rows; the rest is the reason. Rows that say why by themselves need none.
fn listed(words: &str) -> (Vec<Missing>, String) {
    let mut missing = Vec::new();
    let mut reason = Vec::new();
    for line in words.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match item(line) {
            Some(name) => missing.push(Missing {
                name: name.to_owned(),
                ..Missing::default()
            }),
            None => reason.push(line),
        }
    }
    let each_says_why = missing.iter().all(|one| one.name.contains(": "));
    let reason = match reason.is_empty() && !missing.is_empty() && each_says_why {
        true => "Nêu tại từng mục trên.".to_owned(),
        false => reason.join(" "),
    };
    (missing, reason)
}

/// `- Tờ khai`, `• Tờ khai`, `1. Tờ khai`, `2) Tờ khai`
fn item(line: &str) -> Option<&str> {
    let bulleted = line.strip_prefix(['-', '•', '+', '*', '–']);
    let numbered = || {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        let digits = line.len() - rest.len();
        (1..=2)
            .contains(&digits)
            .then(|| rest.strip_prefix(['.', ')']))
            .flatten()
    };
    let item = bulleted.or_else(numbered)?.trim();
    (!item.is_empty()).then_some(item)
}

pub(super) fn refusal(ask: &Ask<'_>, paper: &mut Paper) {
    let told = ask.told;
    paper.body = Body::Refusal(Box::new(Refusal {
        desk: match ask.actor() {
            Some(Actor::Official { unit, .. }) => told.unit_name(unit),
            _ => told.desk(),
        },
        applicant: told.applicant(),
        subject: told.definition.name.vi.clone(),
        reason: ask.reason(),
    }));
    paper.signatures = vec![
        by_hand("Người nộp hồ sơ", String::new()),
        by_hand("Người tiếp nhận hồ sơ", ask.official()),
    ];
}

pub(super) fn apology(ask: &Ask<'_>, paper: &mut Paper) {
    let told = ask.told;
    let case = told.case;
    let (from, to, late) = match ask.called().zip(ask.new_date()) {
        Some((called, (from, to, _))) => (Some(from), Some(to), called.at > from),
        _ => (case.clock.first_due, case.clock.due, false),
    };
    let moment = |at: Option<rules::Moment>| at.map_or_else(String::new, |at| told.moment(at));
    paper.body = Body::Apology(Box::new(Apology {
        applicant: told.applicant(),
        subject: told.definition.name.vi.clone(),
        received: told.moment(case.accepted.unwrap_or(case.opened)),
        limit: case
            .clock
            .limit
            .map_or_else(String::new, |limit| limit.vi()),
        promised: moment(from),
        reason: ask.reason(),
        due: moment(to),
        late,
    }));
    paper.signatures = vec![sign::head_of(told, ask.issuer, ask.actor())];
    paper.recipients = recipients(ask);
}

pub(super) fn stop(ask: &Ask<'_>, paper: &mut Paper) {
    let told = ask.told;
    let case = told.case;
    let ending = match ask.called().map(|one| &one.event) {
        Some(Event::Stopped { ending, .. }) => Some(*ending),
        _ => None,
    };
    paper.body = Body::Stop(Box::new(Stop {
        applicant: told.applicant(),
        subject: told.definition.name.vi.clone(),
        received: told.moment(case.accepted.unwrap_or(case.opened)),
        ground: ground(ask, ending).to_owned(),
        reason: ask.reason(),
        // What came as a file is nobody's to give back.
        returned: match case.papers.is_empty() {
            true => Vec::new(),
            false => told.components.to_vec(),
        },
    }));
    paper.signatures = vec![sign::head_of(told, ask.issuer, ask.actor())];
    paper.recipients = recipients(ask);
}

/// The applicant's own wish, a wait that lapsed, or the agency's decision (TT 03/2025/TT-VPCP, mẫu 05).
fn ground<'a>(ask: &Ask<'a>, ending: Option<Ending>) -> &'a str {
    if let Some(ordered) = ordered(ask) {
        return ordered;
    }
    let lapsed = matches!(ask.actor(), Some(Actor::Clock));
    match (ending, lapsed) {
        (Some(Ending::Withdrawn), _) => "Cá nhân, tổ chức đề nghị rút hồ sơ",
        (_, true) => match waited_for(ask) {
            Some(Asked::Payment) => {
                "Cá nhân, tổ chức không thực hiện nghĩa vụ tài chính trong thời hạn"
            }
            _ => "Cá nhân, tổ chức không bổ sung, hoàn thiện hồ sơ trong thời hạn",
        },
        (Some(Ending::Refused), _) => "Hồ sơ không đủ điều kiện giải quyết",
        _ => "Quyết định của cơ quan có thẩm quyền",
    }
}

/// The ground that the head named, where the stop was an act of its own.
fn ordered<'a>(ask: &Ask<'a>) -> Option<&'a str> {
    let told = ask.told;
    let before = told.events.iter().rev();
    let (code, at) = before
        .filter(|one| one.version < ask.version)
        .find_map(|one| match &one.event {
            Event::StopOrdered { ground, .. } => Some((ground, one.at)),
            _ => None,
        })?;
    let ground = told.stops.named(code, (told.local)(at).0)?;
    Some(&ground.name)
}

fn waited_for(ask: &Ask<'_>) -> Option<Asked> {
    let before = ask.told.events.iter().rev();
    before
        .filter(|one| one.version < ask.version)
        .find_map(|one| match &one.event {
            Event::ApplicantAsked { what } => Some(*what),
            _ => None,
        })
}

pub(super) fn recipients(ask: &Ask<'_>) -> Vec<String> {
    let desk = ask.told.desk();
    let mut whom = vec!["Như trên;".to_owned()];
    whom.push(match desk.is_empty() {
        true => "Lưu: VT.".to_owned(),
        false => format!("{desk};"),
    });
    if !desk.is_empty() {
        whom.push("Lưu: VT.".to_owned());
    }
    whom
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_request_become_rows() {
        let (missing, reason) = listed(
            "Hồ sơ còn thiếu:\n- Giấy chứng sinh\n2) Tờ khai\n\n10. Văn bản ủy quyền\nNgày 1.2 đã báo",
        );
        let names: Vec<&str> = missing.iter().map(|m| m.name.as_str()).collect();
        assert_eq!(names, ["Giấy chứng sinh", "Tờ khai", "Văn bản ủy quyền"]);
        for (words, reason) in [
            (
                "- Tờ khai: chưa ký\n- Giá: khai lại",
                "Nêu tại từng mục trên.",
            ),
            ("- Tờ khai: chưa ký\n- Giấy chứng sinh", ""),
            ("Chưa ký tờ khai", "Chưa ký tờ khai"),
            ("", ""),
        ] {
            assert_eq!(listed(words).1, reason, "{words}");
        }
        assert_eq!(reason, "Hồ sơ còn thiếu: Ngày 1.2 đã báo");
        assert_eq!(listed("2026 là năm").0, Vec::new());
    }
}
