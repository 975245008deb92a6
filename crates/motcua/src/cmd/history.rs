//! One event as a line of a timeline. Names nobody: ids of persons are not personal data by themselves,
//! their names stand elsewhere.

use rules::case::event::{Asked, Event};
use rules::person::Actor;

use super::Language;
use super::words::code_of;

/// What happened, in the language of the answer.
pub fn what(event: &Event, language: Language) -> &'static str {
    let (vi, en) = match event {
        Event::Opened(_) => ("mở", "opened"),
        Event::Imported(_) => ("nhập từ hệ thống khác", "imported"),
        Event::Accepted => ("tiếp nhận", "accepted"),
        Event::TakenUp => ("bắt đầu xử lý", "taken up"),
        Event::ClockStarted { .. } => ("đồng hồ chạy", "clock started"),
        Event::ClockStopped { .. } => ("đồng hồ dừng", "clock stopped"),
        Event::ClockResumed { .. } => ("đồng hồ chạy tiếp", "clock resumed"),
        Event::ApplicantAsked { what } => match what {
            Asked::Supplement => ("yêu cầu bổ sung", "supplement asked"),
            Asked::Payment => ("yêu cầu nộp tiền", "payment asked"),
            Asked::Question => ("hỏi thêm", "question asked"),
        },
        Event::ApplicantAnswered => ("người nộp đã làm xong phần mình", "applicant answered"),
        Event::Extended { .. } => ("gia hạn", "extended"),
        Event::Redated { .. } => ("tính lại hạn theo lịch mới", "dates worked out again"),
        Event::Reseated { .. } => ("chuyển người ký theo thẩm quyền", "goes to another signer"),
        Event::StepStarted { .. } => ("bắt đầu bước", "step started"),
        Event::Claimed { .. } => ("nhận việc", "claimed"),
        Event::Released { .. } => ("trả việc", "released"),
        Event::Passed { .. } => ("chuyển việc", "passed"),
        Event::StepDecided(_) => ("quyết định bước", "step decided"),
        Event::StepDropped { .. } => ("bỏ bước", "step dropped"),
        Event::Rerouted { .. } => ("chuyển đơn vị", "rerouted"),
        Event::Noted { .. } => ("ghi chú", "noted"),
        Event::Attached { .. } => ("đính kèm", "attached"),
        Event::AnswersChanged { .. } => ("sửa nội dung khai", "answers changed"),
        Event::WithdrawalAsked { .. } => ("xin rút", "withdrawal asked"),
        Event::WithdrawalRefused { .. } => ("không đồng ý rút", "withdrawal refused"),
        Event::Issued { .. } => ("ban hành kết quả", "issued"),
        Event::HandedOver { .. } => ("trả kết quả", "handed over"),
        Event::NotAccepted { .. } => ("không tiếp nhận", "not accepted"),
        Event::Stopped { .. } => ("dừng", "stopped"),
        Event::Reopened { .. } => ("mở lại", "reopened"),
        Event::Rated { .. } => ("đánh giá", "rated"),
        Event::Directed { .. } => ("có chỉ đạo", "directed"),
        Event::Warned { .. } => ("nhắc hạn", "warned"),
        Event::ApologyPrepared { .. } => ("dự thảo thư xin lỗi", "apology drafted"),
        Event::Apologised { .. } => ("ký thư xin lỗi", "apology signed"),
        Event::SupplementMarked { .. } => ("liệt kê mục cần bổ sung", "missing items listed"),
        Event::FeeAsked { .. } => ("yêu cầu nộp phí", "fee asked"),
        Event::FeePaid(_) => ("đã nộp tiền", "paid"),
        Event::PaymentVoided { .. } => ("huỷ biên lai", "receipt cancelled"),
        Event::FeeWaived { .. } => ("miễn phí", "fee waived"),
        Event::WaiverRejected { .. } => ("không miễn phí", "exemption rejected"),
        Event::RefundAsked { .. } => ("đề nghị hoàn trả", "refund asked"),
        Event::RefundAnswered { .. } => ("trả lời đề nghị hoàn trả", "refund answered"),
        Event::Refunded { .. } => ("đã hoàn trả", "refunded"),
        Event::PapersReceived(_) => ("nhận giấy tờ", "papers received"),
        Event::Collected(_) => ("giao kết quả", "collected"),
        Event::CodedElsewhere { .. } => ("có mã ở hệ thống khác", "coded elsewhere"),
        Event::PaperMade(_) => ("lập giấy tờ", "paper made"),
        Event::PaperSigned(_) => ("ký số giấy tờ", "paper signed"),
        Event::PaperRevoked { .. } => ("thu hồi giấy tờ", "paper revoked"),
        Event::StopOrdered { .. } => ("ký thông báo dừng", "stop ordered"),
        Event::ErrorReported { .. } => ("báo kết quả có sai sót", "error reported"),
        Event::ErrorDeclined { .. } => ("xác định kết quả không sai", "no error found"),
        Event::CorrectionBegun { .. } => ("cấp lại kết quả có sai sót", "correction begun"),
        Event::Corrected => ("đã cấp lại kết quả", "corrected"),
        Event::ConsultationAsked(_) => ("hỏi ý kiến", "opinion asked"),
        Event::PapersLost(_) => ("mất, hỏng giấy tờ", "papers lost"),
        Event::LossMadeGood { .. } => ("đã có lại giấy tờ", "loss made good"),
        Event::ReviewAwaited => ("chờ duyệt công khai", "awaits review"),
        Event::Moderated { .. } => ("duyệt nội dung công khai", "moderated"),
        Event::Mirrored { .. } => ("do hệ thống khác quyết định", "decided elsewhere"),
        Event::OwnerSaid(_) => ("hệ thống khác báo", "its owner says"),
        Event::PartOf { .. } => ("là một phần của", "part of"),
        Event::PartOpened { .. } => ("bắt đầu phần", "part begun"),
        Event::PartWaits { .. } => ("phần chờ người nộp", "part waits for the applicant"),
        Event::PartGoesOn { .. } => ("phần tiếp tục", "part goes on"),
        Event::PartEnded { .. } => ("phần đã xong", "part ended"),
        Event::PartDropped { .. } => ("phần không thực hiện", "part never begins"),
        Event::Relayed { .. } => ("chuyển sang hệ thống khác", "forwarded"),
        Event::PartnerSaid { .. } => ("hệ thống nhận chuyển báo", "the partner says"),
        Event::Merged { .. } => ("gộp vào phản ánh khác", "merged"),
        Event::Unmerged { .. } => ("tách ra xử lý riêng", "unmerged"),
        Event::OriginalSaid(_) => ("phản ánh gốc cho biết", "its original says"),
        Event::Recategorised(_) => ("chuyển loại phản ánh", "made another kind"),
        Event::Forwarded(_) => ("chuyển bên ngoài", "forwarded outside"),
        Event::OutsideSaid(_) => ("bên ngoài trả lời", "somebody outside says"),
        Event::TakenBack { .. } => ("rút lại việc chuyển", "forwarding taken back"),
        Event::WorkShared(_) => ("giao phần việc", "work shared"),
        Event::SharedWorkEnded { .. } => ("phần việc đã xong", "shared work ended"),
        Event::RatedFor { .. } => ("lý do đánh giá", "why it was rated so"),
        Event::LookedAgain(_) => ("kiểm tra lại", "looked at again"),
    };
    language.say(vi, en)
}

/// The part of it that a reader of the timeline looks for.
pub fn detail(event: &Event, show: impl Fn(rules::Moment) -> String) -> String {
    let row = |row: &Option<u32>| row.map_or(String::new(), |row| format!("[{row}]"));
    match event {
        Event::Opened(opened) => format!("{} → {}", opened.service, opened.unit),
        Event::Imported(imported) => match imported.ended {
            Some((ending, at)) => format!("{} {}", code_of(&ending), show(at)),
            None => imported.opened.unit.clone(),
        },
        Event::ClockStarted { limit, due, .. } => match limit {
            Some(limit) => format!("{limit} → {}", show(*due)),
            None => format!("→ {}", show(*due)),
        },
        Event::ClockStopped { why } => code_of(why),
        Event::ApologyPrepared { due, proposed } => format!("{} → {}", show(*due), show(*proposed)),
        Event::ClockResumed { due } => format!("→ {}", show(*due)),
        Event::Extended { from, to, .. } => format!("{} → {}", show(*from), show(*to)),
        Event::Redated { from, to, .. } => match (from, to) {
            (Some(from), Some(to)) => format!("{} → {}", show(*from), show(*to)),
            _ => String::new(),
        },
        Event::StepStarted { task } => {
            let unit = task.unit.as_deref().unwrap_or(&task.role);
            format!("{}{} @ {unit}", task.step, row(&task.row))
        }
        Event::Claimed { step, row: at, .. }
        | Event::Released { step, row: at }
        | Event::StepDropped { step, row: at } => format!("{step}{}", row(at)),
        Event::Passed {
            step,
            row: at,
            unit,
            ..
        }
        | Event::Reseated {
            step,
            row: at,
            unit,
            ..
        } => format!("{step}{} → {unit}", row(at)),
        Event::StepDecided(decided) => {
            format!("{}{}.{}", decided.step, row(&decided.row), decided.outcome)
        }
        Event::StopOrdered { ground, .. } => ground.clone(),
        Event::CorrectionBegun { step, due, .. } => format!("{step} → {}", show(*due)),
        Event::ConsultationAsked(asked) => format!("{} → {}", asked.unit, show(asked.due)),
        Event::PapersLost(lost) => lost.papers.join(" "),
        Event::LossMadeGood { loss, cost, .. } => format!("#{loss} {cost}"),
        Event::Rerouted { unit, .. } => format!("→ {unit}"),
        Event::Attached { what, .. } => what.clone(),
        Event::Issued { ending } | Event::HandedOver { ending } | Event::Stopped { ending, .. } => {
            code_of(ending)
        }
        Event::Rated { score, .. } => score.to_string(),
        Event::Directed { directive } => directive.to_string(),
        Event::PaperMade(paper) => format!("{} {}/{}", paper.what, paper.number, paper.symbol),
        Event::PaperSigned(paper) => format!("{} ×{}", paper.what, paper.signatures.len()),
        Event::PaperRevoked { what, .. } => what.clone(),
        Event::Warned { of, step, .. } => {
            format!("{} {}", code_of(of), step.as_deref().unwrap_or_default())
        }
        Event::FeeAsked { fee, amount, .. } => format!("{fee} {amount}"),
        Event::FeePaid(paid) => format!("{} {}", paid.amount, paid.way.code()),
        Event::FeeWaived { fee, .. } | Event::WaiverRejected { fee, .. } => fee.clone(),
        Event::PaymentVoided { payment, .. } => format!("#{payment}"),
        Event::RefundAsked { refund, amount, .. } => format!("#{refund} {amount}"),
        Event::RefundAnswered {
            refund, approved, ..
        } => format!("#{refund} {approved}"),
        Event::Refunded {
            refund,
            amount,
            way,
            ..
        } => format!("#{refund} {amount} {}", way.code()),
        Event::PapersReceived(received) => received.papers.len().to_string(),
        Event::Collected(collected) => code_of(&collected.way),
        Event::CodedElsewhere { system, code } => format!("{system} {code}"),
        Event::Relayed { partner, id } => format!("{partner} {id}"),
        Event::PartnerSaid {
            partner, closed, ..
        } => match closed {
            true => format!("{partner} closed"),
            false => partner.clone(),
        },
        Event::Mirrored { system } => system.clone(),
        Event::OwnerSaid(said) => format!("{} {}", said.state, show(said.at)),
        Event::PartOf { whole, part } => format!("{whole} {part}"),
        Event::PartOpened { part, code, .. } => format!("{part} {code}"),
        Event::PartWaits { part } | Event::PartGoesOn { part } | Event::PartDropped { part } => {
            part.clone()
        }
        Event::PartEnded { part, ending } => format!("{part} {}", code_of(ending)),
        Event::Merged { code, .. } => format!("→ {code}"),
        Event::Unmerged { original, .. } => original.to_string(),
        Event::OriginalSaid(said) => match &said.ended {
            Some((ending, at)) => format!("{} {}", code_of(ending), show(*at)),
            None => String::new(),
        },
        Event::Recategorised(as_what) => format!("{} → {}", as_what.from, as_what.to),
        Event::Forwarded(asked) => format!("#{} {} → {}", asked.n, asked.party, show(asked.until)),
        Event::OutsideSaid(said) => format!("#{} {}", said.n, said.said.code()),
        Event::TakenBack { n } => format!("#{n}"),
        Event::WorkShared(shared) => format!("{} @ {}", shared.code, shared.unit),
        Event::SharedWorkEnded { ending, .. } => code_of(ending),
        Event::RatedFor { reasons } => reasons.join(" "),
        Event::LookedAgain(looked) => format!("{} {}", looked.month, looked.found.word()),
        Event::Accepted
        | Event::TakenUp
        | Event::ApplicantAsked { .. }
        | Event::ApplicantAnswered
        | Event::Noted { .. }
        | Event::AnswersChanged { .. }
        | Event::SupplementMarked { .. }
        | Event::Apologised { .. }
        | Event::ErrorReported { .. }
        | Event::ErrorDeclined { .. }
        | Event::Corrected
        | Event::WithdrawalAsked { .. }
        | Event::WithdrawalRefused { .. }
        | Event::NotAccepted { .. }
        | Event::ReviewAwaited
        | Event::Moderated { .. }
        | Event::Reopened { .. } => String::new(),
    }
}

/// Who did it, without a name.
pub fn who(actor: &Actor, language: Language) -> String {
    match actor {
        Actor::Visitor => language.say("người gửi", "visitor").to_owned(),
        Actor::Resident(_) => language.say("người dân", "resident").to_owned(),
        Actor::Official { unit, post, .. } => format!("{} {unit}", code_of(post)),
        Actor::Clock => language.say("đồng hồ", "clock").to_owned(),
        Actor::Import => language.say("nhập liệu", "import").to_owned(),
        Actor::Bank => language.say("ngân hàng", "bank").to_owned(),
    }
}
