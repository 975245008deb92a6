//! What stands on each form, read back from the set pages: a whole case, a bare one, and the law of the day.

mod signed;

use std::collections::HashMap;

use jiff::civil::{Date, date};
use papers::compose::{Answered, Group, Numbered, Told, compose, control};
use papers::{Component, Line, Paper, Transfer, pdf, text, two_copies, vietqr};
use rules::Moment;
use rules::case::event::{Asked, AuthorityUsed, Opened, PapersLost, StepDecided};
use rules::case::stop::StopLaw;
use rules::case::{Event, Recorded, evolve};
use rules::ids::{CaseId, NoteId, PersonId};
use rules::organisation::Organisation;
use rules::paper::{Call, PaperLaw, calls};
use rules::person::Actor;
use service::Definition;
use service::definition::{Channel, Ending, FieldKind, Kind, Limit, LimitUnit, Post};

const CODE: &str = "H13.102.01-261106-0042";

fn at(text: &str) -> Moment {
    format!("2026-11-{text}:00+07:00")
        .parse()
        .expect("a moment")
}

fn id(n: u128) -> PersonId {
    PersonId(uuid::Uuid::from_u128(n))
}

fn note(n: u128) -> NoteId {
    NoteId(uuid::Uuid::from_u128(n))
}

fn official(n: u128, unit: &str, post: Post) -> Actor {
    Actor::Official {
        id: id(n),
        unit: unit.to_owned(),
        post,
    }
}

fn definition() -> Definition {
    let text = include_str!("../../../../services/marital-status.confirmation.yaml");
    Definition {
        receipt: Some("form-01".to_owned()),
        ..service::read(text).definition
    }
}

fn organisation() -> Organisation {
    let text = include_str!("../../../../data/can-tho/organisation.toml");
    toml::from_str(text).expect("the organisation")
}

fn decided(
    step: &str,
    outcome: &str,
    note: Option<NoteId>,
    authority: Option<AuthorityUsed>,
) -> Event {
    Event::StepDecided(Box::new(StepDecided {
        step: step.to_owned(),
        row: None,
        outcome: outcome.to_owned(),
        note,
        files: Vec::new(),
        authority,
    }))
}

/// Received, one supplement, a new date, signed by the deputy.
fn log() -> Vec<Recorded> {
    let desk = || official(1, "desk-31135", Post::Staff);
    let officer = || official(2, "commune-31135", Post::Staff);
    let head = || official(3, "commune-31135", Post::DeputyHead);
    let opened = Opened {
        code: CODE.to_owned(),
        service: "marital-status.confirmation".to_owned(),
        service_version: 1,
        kind: Kind::Procedure,
        channel: Channel::Counter,
        applicant: None,
        applicant_kind: None,
        unit: "commune-31135".to_owned(),
        received_at: Some("desk-31135".to_owned()),
        area: Some("31135".to_owned()),
        place: None,
        public: false,
        about: None,
    };
    let events = vec![
        ("06T08:00", desk(), Event::Opened(Box::new(opened))),
        (
            "06T08:30",
            desk(),
            decided("receive", "complete", None, None),
        ),
        ("06T08:30", desk(), Event::Accepted),
        (
            "06T08:30",
            desk(),
            Event::ClockStarted {
                limit: Some(Limit {
                    thousandths: 3000,
                    unit: LimitUnit::WorkingDays,
                }),
                calendar: 1,
                due: at("11T08:30"),
            },
        ),
        (
            "06T14:00",
            officer(),
            decided("check", "incomplete", Some(note(1)), None),
        ),
        (
            "06T14:00",
            officer(),
            Event::ApplicantAsked {
                what: Asked::Supplement,
            },
        ),
        ("09T08:00", desk(), Event::ApplicantAnswered),
        (
            "10T09:00",
            head(),
            Event::Apologised {
                due: at("11T08:30"),
                cause: "silence".to_owned(),
                authority: by_the_deputy(),
            },
        ),
        (
            "10T09:00",
            head(),
            Event::Extended {
                from: at("11T08:30"),
                to: at("13T16:30"),
                why: Some(note(2)),
            },
        ),
        (
            "12T10:00",
            head(),
            decided("sign", "signed", None, Some(by_the_deputy())),
        ),
        (
            "12T11:00",
            officer(),
            Event::Issued {
                ending: Ending::Granted,
            },
        ),
    ];
    (1..)
        .zip(events)
        .map(|(version, (when, actor, event))| Recorded {
            case: CaseId(uuid::Uuid::from_u128(7)),
            version,
            at: at(when),
            actor,
            event,
        })
        .collect()
}

fn groups(full: bool) -> Vec<Group> {
    let answer = |code: &str, kind: FieldKind, label: &str, words: &str| Answered {
        code: code.to_owned(),
        kind,
        label: label.to_owned(),
        words: words.to_owned(),
    };
    if !full {
        return Vec::new();
    }
    vec![Group {
        title: "Người được xác nhận".to_owned(),
        answers: vec![
            answer(
                "personal_id",
                FieldKind::PersonalId,
                "Số định danh cá nhân",
                "092185001299",
            ),
            answer("full_name", FieldKind::Text, "Họ và tên", "Lê Thị Hồng Gấm"),
            answer(
                "residence",
                FieldKind::Place,
                "Nơi thường trú hiện nay",
                "12 Nguyễn Trãi, Phường Ninh Kiều",
            ),
            answer(
                "phone",
                FieldKind::Phone,
                "Số điện thoại nhận tin",
                "0912345678",
            ),
        ],
    }]
}

fn by_the_deputy() -> AuthorityUsed {
    AuthorityUsed {
        title: "chairman".to_owned(),
        unit: "commune-31135".to_owned(),
        prefix: "KT.".to_owned(),
        basis: String::new(),
        mandate: None,
        decided: None,
        in_name_of: None,
    }
}

/// What is still owed, and where it goes.
fn transfer() -> Transfer {
    let payment = vietqr::Payment {
        bank: "970403",
        account: "0011012345678",
        amount: Some(15_000),
        reference: "MC4F7K2M9QTW1R8X",
    };
    Transfer {
        code: vietqr::text(&payment).expect("payable"),
        amount: "15.000 đồng".to_owned(),
        account: "0011012345678".to_owned(),
        bank: "Ngân hàng minh họa".to_owned(),
        holder: "Kho bạc phường Ninh Kiều".to_owned(),
        reference: "MC4F7K2M9QTW1R8X".to_owned(),
        demonstration: true,
    }
}

/// The paper called `what` of this log, dated `day`; with answers, or as if all had been erased.
fn made(what: &str, full: bool, day: Date) -> Paper {
    made_of(log(), what, full, day)
}

/// The log with these events of the deputy behind it, one command.
fn log_and(events: Vec<Event>) -> Vec<Recorded> {
    let mut log = log();
    for event in events {
        let last = log.last().expect("a log");
        let (case, version) = (last.case, last.version + 1);
        log.push(Recorded {
            case,
            version,
            at: at("20T09:00"),
            actor: official(3, "commune-31135", Post::DeputyHead),
            event,
        });
    }
    log
}

fn made_of(events: Vec<Recorded>, what: &str, full: bool, day: Date) -> Paper {
    let (definition, organisation, law) = (definition(), organisation(), PaperLaw::shipped());
    let case = events
        .iter()
        .fold(None, |case, one| Some(evolve(case, one)));
    let case = case.expect("a case");
    let groups = groups(full);
    let (mut notes, mut people) = (HashMap::new(), HashMap::new());
    if full {
        notes.insert(
            note(1),
            "Hồ sơ thiếu:\n1. Văn bản cam đoan\n2. Bản án ly hôn".to_owned(),
        );
        notes.insert(note(2), "Chờ phường Cái Khế trả lời".to_owned());
        people.insert(id(1), "Trần Thị Bích Thuỷ".to_owned());
        people.insert(id(3), "Lê Hoàng Anh".to_owned());
    }
    let components = [Component {
        name: "Tờ khai".to_owned(),
        kind: "Bản chính".to_owned(),
        count: Some(1),
    }];
    let fees = [Line::new("Lệ phí", "15.000 đồng")];
    let transfer = Some(transfer());
    let stops = StopLaw::default();
    let local = |moment: Moment| {
        let zoned = moment.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(7)));
        (zoned.date(), zoned.time())
    };
    let told = Told {
        case: &case,
        events: &events,
        definition: &definition,
        organisation: &organisation,
        law: &law,
        stops: &stops,
        groups: &groups,
        notes: &notes,
        people: &people,
        components: if full { &components } else { &[] },
        fees: if full { &fees } else { &[] },
        transfer: transfer.as_ref().filter(|_| full),
        site: "motcua.example",
        local: &local,
    };
    let called: Vec<Call> = calls(&definition, &events);
    let numbered = |issuer: String| Numbered {
        issuer,
        number: "07/XYZ".to_owned(),
        check: "https://motcua.example/verify/K7QM-3XPA-9RTD".to_owned(),
    };
    if what == "control" {
        return control(&told, &numbered("desk-31135".to_owned()), day);
    }
    let call = called.iter().find(|call| call.what == what);
    let call = call.unwrap_or_else(|| panic!("{what} is not among {called:?}"));
    let issuer = papers::compose::issuer(call, &case, &events);
    compose(call, &told, &numbered(issuer), day)
}

/// All words of the set pages, every run of spaces one space.
fn words(paper: &Paper) -> String {
    let text = text(paper).expect("it is set");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn says(paper: &Paper, all: &[&str]) {
    let words = words(paper);
    for wanted in all {
        assert!(words.contains(wanted), "“{wanted}” is not in:\n{words}");
    }
}

const TODAY: Date = date(2026, 11, 12);

#[test]
fn the_receipt_says_what_was_taken_in_and_when_it_is_done() {
    says(
        &made("receipt", true, TODAY),
        &[
            "ỦY BAN NHÂN DÂN PHƯỜNG NINH KIỀU",
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc",
            "Số: 07/XYZ",
            "Ninh Kiều, ngày 12 tháng 11 năm 2026",
            "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
            CODE,
            "Tiếp nhận hồ sơ của: Lê Thị Hồng Gấm",
            "092185001299",
            "Tờ khai Bản chính 01",
            "3 ngày làm việc",
            "08 giờ 30 phút, ngày 06 tháng 11 năm 2026",
            "08 giờ 30 phút, ngày 11 tháng 11 năm 2026",
            "Lệ phí: 15.000 đồng",
            "Còn phải nộp: 15.000 đồng",
            "Nội dung chuyển khoản: MC4F7K2M9QTW1R8X",
            "NGƯỜI NỘP HỒ SƠ",
            "Trần Thị Bích Thuỷ",
            "Mẫu số 01 – Thông tư số 03/2025/TT-VPCP",
        ],
    );
}

#[test]
fn a_slip_with_nothing_owed_has_no_payment_code() {
    let mut paper = made("receipt", true, TODAY);
    let with = pdf(&paper).expect("set");
    paper.transfer = None;
    let without = pdf(&paper).expect("set");
    assert!(
        with.len() > without.len(),
        "the code is a picture in the file"
    );
    assert!(!words(&paper).contains("VietQR"));
    // A code that no phone could read holds no paper up silently: it is said.
    paper.transfer = Some(Transfer {
        code: "x".repeat(5000),
        ..transfer()
    });
    assert!(pdf(&paper).is_err());
}

#[test]
fn the_request_lists_what_is_missing() {
    says(
        &made("supplement", true, TODAY),
        &[
            "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
            "1 Văn bản cam đoan",
            "2 Bản án ly hôn",
            "Lý do: Hồ sơ thiếu:",
            "NGƯỜI HƯỚNG DẪN",
        ],
    );
}

#[test]
fn the_apology_names_both_dates_and_the_deputy_who_signs() {
    says(
        &made("apology", true, TODAY),
        &[
            "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT",
            "Kính gửi: Lê Thị Hồng Gấm",
            "08 giờ 30 phút, ngày 11 tháng 11 năm 2026",
            "16 giờ 30 phút, ngày 13 tháng 11 năm 2026",
            "Chờ phường Cái Khế trả lời",
            "TM. ỦY BAN NHÂN DÂN",
            "KT. CHỦ TỊCH",
            "PHÓ CHỦ TỊCH",
            "Lê Hoàng Anh",
            "- Như trên;",
        ],
    );
}

#[test]
fn a_stop_names_its_ground_and_the_words_of_the_head() {
    let stopped = log_and(vec![
        Event::StopOrdered {
            ground: "dispute".to_owned(),
            authority: by_the_deputy(),
        },
        Event::Stopped {
            ending: Ending::Stopped,
            why: Some(note(2)),
        },
    ]);
    says(
        &made_of(stopped, "stop", true, TODAY),
        &[
            "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ",
            "Căn cứ dừng: Tranh chấp, khiếu kiện đang được Tòa án",
            "Lý do: Chờ phường Cái Khế trả lời",
            "KT. CHỦ TỊCH",
            "Lê Hoàng Anh",
        ],
    );
}

/// What the agency did wrong, what it does about it, and that it costs the holder nothing.
#[test]
fn letters_of_apology_say_what_happened_and_who_bears_it() {
    let wrong = log_and(vec![Event::CorrectionBegun {
        step: "sign".to_owned(),
        due: at("23T14:00"),
        why: Some(note(2)),
        authority: by_the_deputy(),
    }]);
    says(
        &made_of(wrong, "correction-letter", true, TODAY),
        &[
            "THƯ XIN LỖI",
            "Lê Thị Hồng Gấm",
            "có sai sót",
            "14 giờ 00 phút, ngày 23 tháng 11 năm 2026",
            "không phải nộp thêm giấy tờ, phí, lệ phí",
            "Chờ phường Cái Khế trả lời",
            "KT. CHỦ TỊCH",
        ],
    );
    let lost = log_and(vec![Event::PapersLost(Box::new(PapersLost {
        papers: vec!["declaration".to_owned()],
        damaged: true,
        why: Some(note(2)),
        authority: by_the_deputy(),
    }))]);
    says(
        &made_of(lost, "loss-letter", true, TODAY),
        &[
            "THƯ XIN LỖI",
            "hư hỏng",
            "Tờ khai cấp Giấy xác nhận tình trạng hôn nhân",
            "cơ quan chịu mọi chi phí",
        ],
    );
}

#[test]
fn a_result_is_signed_by_the_right_that_was_used_and_says_that_its_layout_is_made_up() {
    let paper = made("confirmation", true, TODAY);
    says(
        &paper,
        &[
            "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
            "MẪU TRÌNH DIỄN",
            "XÁC NHẬN:",
            "Họ, chữ đệm, tên: Lê Thị Hồng Gấm",
            "Nơi cư trú: 12 Nguyễn Trãi, Phường Ninh Kiều",
            // Not answered, and not optional: left to the pen.
            "Giấy này được cấp để: .",
            "TM. ỦY BAN NHÂN DÂN",
            "KT. CHỦ TỊCH",
            "Lê Hoàng Anh",
        ],
    );
    assert!(
        !words(&paper).contains("0912345678"),
        "a phone is nobody's business there"
    );
}

#[test]
fn the_control_slip_has_who_and_when() {
    says(
        &made("control", true, TODAY),
        &[
            "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
            "Chủ hồ sơ: Lê Thị Hồng Gấm",
        ],
    );
}

#[test]
fn what_nobody_knows_any_more_is_left_to_the_pen() {
    for what in [
        "receipt",
        "supplement",
        "apology",
        "confirmation",
        "control",
    ] {
        let paper = made(what, false, TODAY);
        let made = pdf(&paper).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(made.starts_with(b"%PDF-"), "{what}");
        assert_eq!(
            pdf(&paper),
            Ok(made),
            "{what}: the same words, the same bytes"
        );
    }
    says(&made("receipt", false, TODAY), &["Tiếp nhận hồ sơ của: ."]);
}

#[test]
fn titles_follow_the_law_of_the_day() {
    let before = made("apology", true, date(2025, 6, 30));
    says(
        &before,
        &[
            "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ",
            "Mẫu số 04 – Thông tư số 01/2018/TT-VPCP",
        ],
    );
    let after = made("apology", true, date(2025, 7, 1));
    says(
        &after,
        &[
            "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN",
            "Mẫu số 04 – Thông tư số 03/2025/TT-VPCP",
        ],
    );
    let slip = made("control", true, date(2025, 6, 30));
    says(&slip, &["Mẫu số 05 – Thông tư số 01/2018/TT-VPCP"]);
}

#[test]
fn a_slip_is_laid_twice_on_a_sheet() {
    let one = pdf(&made("receipt", true, TODAY)).expect("set");
    let sheet = two_copies(&one).expect("laid");
    assert!(sheet.starts_with(b"%PDF-") && sheet != one);
    assert!(two_copies(b"no paper").is_err());
}
