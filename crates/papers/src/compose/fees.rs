//! Money on paper: the receipt of one payment, as the case stood when it came, and the notice of what is owed.

use rules::case::money::Money;
use rules::case::{Event, Recorded, evolve};
use rules::person::Actor;
use service::definition::Post;
use service::field::number::grouped;

use super::forms::{by_hand, recipients};
use super::{Ask, Numbered, Told, demonstration, head, sign};
use crate::amount;
use crate::paper::{Body, Fees, Layout, Line, Notice, Paper, Signature};

/// Where a receipt is named among the papers of the city.
pub const RECEIPT: &str = "fee-receipt";

/// The receipt of payment `payment`, told in the way `way` (`Tiền mặt`). `None`: there was no such payment.
///
/// What it says follows from the events up to the payment, so that it says the same whenever it is printed; only
/// that it was cancelled comes later.
pub fn fee_receipt(told: &Told<'_>, payment: u32, way: &str, numbered: &Numbered) -> Option<Paper> {
    let place = told
        .events
        .iter()
        .position(|one| matches!(&one.event, Event::FeePaid(paid) if paid.payment == payment))?;
    let one = told.events.get(place)?;
    let Event::FeePaid(paid) = &one.event else {
        return None;
    };
    let day = (told.local)(one.at).0;
    let form = told.law.form(RECEIPT, day);
    let (collector, footnotes) = collector(told, one, &paid.unit);
    let applicant = told.applicant();
    Some(Paper {
        layout: Layout::FeeReceipt,
        title: form.map_or_else(String::new, |(form, _)| form.title.clone()),
        citation: told.law.citation(RECEIPT, day),
        head: head(told, numbered, day),
        code: told.case.code.clone(),
        check: numbered.check.clone(),
        demonstration: demonstration(form.is_some_and(|(form, _)| form.demonstration)),
        signatures: vec![by_hand("Người nộp tiền", String::new()), collector],
        body: Body::Fees(Box::new(Fees {
            payer: applicant,
            subject: told.definition.name.vi.clone(),
            lines: covered(told, place, paid.amount),
            total: dong(paid.amount),
            in_words: amount::dong(paid.amount),
            method: match &paid.bank {
                Some(bank) if !bank.is_empty() => format!("{way} (số giao dịch: {bank})"),
                _ => way.to_owned(),
            },
            paid: told.moment(one.at),
            voided: voided(told, payment),
        })),
        footnotes,
        ..Paper::default()
    })
}

/// `50.000 đồng`
fn dong(sum: i64) -> String {
    format!("{} đồng", grouped(sum))
}

/// Who took it: the official by name, or the unit where a bank said that it came.
fn collector(told: &Told<'_>, one: &Recorded, unit: &str) -> (Signature, Vec<String>) {
    match &one.actor {
        Actor::Official { id, .. } => (by_hand("Người thu tiền", told.person(*id)), Vec::new()),
        _ => (
            Signature {
                title: "Đơn vị thu".to_owned(),
                name: told.unit_name(unit),
                ..Signature::default()
            },
            vec!["Biên lai được lập tự động theo báo có của ngân hàng.".to_owned()],
        ),
    }
}

/// What the payment at `place` covered of each fee, and what it brought beyond them.
fn covered(told: &Told<'_>, place: usize, sum: i64) -> Vec<Line> {
    let upto = |end: usize| {
        let events = told.events.get(..end).unwrap_or_default();
        let case = events
            .iter()
            .fold(None, |case, one| Some(evolve(case, one)));
        case.map_or_else(Money::default, |case| case.money)
    };
    let (before, after) = (upto(place), upto(place + 1));
    let was = before.cover();
    let shares = after.charges.iter().zip(after.cover()).enumerate();
    let mut lines = Vec::new();
    let mut rest = sum;
    for (at, (charge, covers)) in shares {
        let share = covers - was.get(at).copied().unwrap_or(0);
        if share <= 0 {
            continue;
        }
        rest -= share;
        let mut fees = told.definition.fees.iter();
        let fee = fees.find(|fee| fee.code == charge.fee);
        let label = fee.map_or(charge.fee.as_str(), |fee| fee.label.vi.as_str());
        lines.push(Line::new(label, dong(share)));
    }
    if rest > 0 {
        lines.push(Line::new("Nộp thừa, chờ hoàn trả", dong(rest)));
    }
    lines
}

fn voided(told: &Told<'_>, payment: u32) -> String {
    let mut events = told.events.iter();
    let cancelled = events.find(
        |one| matches!(&one.event, Event::PaymentVoided { payment: of, .. } if *of == payment),
    );
    let Some(one) = cancelled else {
        return String::new();
    };
    let at = told.moment(one.at);
    match &one.actor {
        Actor::Official { id, .. } => match told.person(*id) {
            name if name.is_empty() => format!("ĐÃ HỦY lúc {at}"),
            name => format!("ĐÃ HỦY lúc {at} – người hủy: {name}"),
        },
        _ => format!("ĐÃ HỦY lúc {at}"),
    }
}

/// Notice of financial duty (national state 6): what the city asks, how to pay it, and until when the dossier waits.
pub(super) fn duty(ask: &Ask<'_>, paper: &mut Paper) {
    let told = ask.told;
    let mut waits = told.case.tasks.iter();
    let until = waits
        .find(|task| task.by_applicant())
        .and_then(|task| task.due);
    let mut lines = vec![
        Line::new("Thủ tục", &told.definition.name.vi),
        Line::new("Mã hồ sơ", &told.case.code),
    ];
    lines.extend(told.fees.iter().cloned());
    if let Some(until) = until {
        lines.push(Line::new("Thời hạn thực hiện", told.moment(until)));
    }
    paper.transfer = told.transfer.cloned();
    paper.body = Body::Notice(Box::new(Notice {
        to: told.applicant().name,
        paragraphs: vec![
            "Hồ sơ của ông (bà) đã đến bước thực hiện nghĩa vụ tài chính. Thời gian chờ thực hiện không tính vào thời hạn giải quyết; hồ sơ được giải quyết tiếp ngay khi có xác nhận đã nộp.".to_owned(),
            "Thuế, lệ phí trước bạ và các khoản do cơ quan khác thu được nộp theo thông báo riêng của cơ quan đó. Phí, lệ phí nộp cho cơ quan tiếp nhận hồ sơ gồm:".to_owned(),
        ],
        lines,
    }));
    paper.signatures = vec![match ask.actor() {
        // Nobody signs below another's title.
        Some(Actor::Official {
            post: Post::Staff, ..
        }) => by_hand("Người lập thông báo", ask.official()),
        actor => sign::head_of(told, ask.issuer, actor),
    }];
    paper.recipients = recipients(ask);
}
