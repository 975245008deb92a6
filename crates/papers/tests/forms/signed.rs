//! Under whose title somebody signs, how a control slip ends, and slips that stay on one leaf.

use papers::{Body, Digital};
use rules::case::Event;
use rules::case::event::{Asked, AuthorityUsed};
use rules::mandate::Office;
use service::definition::{Ending, Post};

use super::{TODAY, by_the_deputy, log, log_and, made, made_of, official, says, words};

/// By delegation: in whose name, then who signs (NĐ 30/2020, Phụ lục I, mục II.7).
#[test]
fn whose_authority_was_given_on_is_read_before_the_signer() {
    let mut log = log();
    for one in &mut log {
        if let Event::StepDecided(decided) = &mut one.event
            && decided.authority.is_some()
        {
            decided.authority = Some(AuthorityUsed {
                title: "director".to_owned(),
                unit: "land-office-branch-ninh-kieu".to_owned(),
                prefix: "TUQ.".to_owned(),
                in_name_of: Some(Office {
                    title: "director".to_owned(),
                    post: Post::Head,
                    unit: "department-of-agriculture-and-environment".to_owned(),
                }),
                ..by_the_deputy()
            });
        }
    }
    says(
        &made_of(log, "confirmation", true, TODAY),
        &["TUQ. GIÁM ĐỐC SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG THÀNH PHỐ CẦN THƠ GIÁM ĐỐC CHI NHÁNH"],
    );
}

#[test]
fn nobody_signs_below_the_title_of_another() {
    let mut log = log_and(vec![Event::ApplicantAsked {
        what: Asked::Payment,
    }]);
    log.last_mut().expect("a log").actor = official(1, "desk-31135", Post::Staff);
    let duty = made_of(log, "payment-notice", true, TODAY);
    says(&duty, &["NGƯỜI LẬP THÔNG BÁO", "Trần Thị Bích Thuỷ"]);
    let mut letter = made("apology", true, TODAY);
    letter.signatures[0].name = String::new();
    let by = |by: &str, seal| Digital {
        seal,
        by: by.to_owned(),
        at: "12/11/2026 08:00:00 +07:00".to_owned(),
    };
    letter.sign_digitally(vec![by("Trần Thị Bích Thuỷ", false), by("UBND", true)]);
    let [own, head] = &letter.signatures[..] else {
        panic!("two places: {:?}", letter.signatures);
    };
    assert_eq!((own.title.as_str(), own.digital.len()), ("Người lập", 1));
    assert!(head.digital.iter().all(|one| one.seal), "the seal alone");
    says(&letter, &["NGƯỜI LẬP", "- Như trên;"]);
}

#[test]
fn the_control_slip_of_a_stopped_dossier_ends_with_the_stop() {
    let stopped = Event::Stopped {
        ending: Ending::Stopped,
        why: None,
    };
    let log = log_and(vec![stopped]);
    says(
        &made_of(log, "control", true, TODAY),
        &["Dừng giải quyết hồ sơ"],
    );
}

/// A slip whose last lines alone would lie on a second leaf is set a little smaller.
#[test]
fn long_names_and_places_keep_a_receipt_on_one_leaf() {
    let mut paper = made("receipt", true, TODAY);
    paper.transfer = None;
    let Body::Receipt(receipt) = &mut paper.body else {
        panic!("a receipt");
    };
    let place = "Căn hộ 2304, tháp Bắc, khu chung cư cao tầng Hưng Phú Riverside, số 1024/57/8 đường Nguyễn Văn Cừ nối dài, khu vực 5";
    receipt.applicant.name =
        "Công Tằng Tôn Nữ Nguyễn Hoàng Phương Thảo Quỳnh Giao Thùy Trang".to_owned();
    receipt.applicant.address = place.to_owned();
    receipt.delivery = format!("Qua bưu chính: {place}");
    receipt.components = vec![receipt.components[0].clone(); 5];
    let words = words(&paper);
    assert!(words.contains("Tra cứu tình trạng hồ sơ"));
    assert!(!words.contains("Trang 1/2"), "{words}");
}
