//! Papers signed digitally: by the official whose act called for them and by the seal of the organisation; verified by
//! anybody, by us and by poppler; taken back with a reason.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use async_trait::async_trait;
use jiff::SignedDuration;
use links::signing::{Chain, Signer, SignerKind, SigningFault, SigningService, ToSign};
use motcua::signers::Demonstration;
use rules::Moment;
use rules::case::Event;
use rules::case::event::Signatory;
use store::PaperRow;
use testkit::{TestCity, both_engines, minutes};

use crate::papers::{asked, papers, taken_in};

both_engines!(
    a_result_is_signed_by_its_signer_and_sealed,
    a_paper_waits_for_whoever_signs_it,
    a_wrong_result_that_waits_for_its_signature_gets_none,
    without_a_certificate_the_seal_stands_alone,
    a_paper_is_taken_back_with_a_reason,
);

const DESK: &str = "motcua-ninhkieu";
const HEAD: &str = "ninhkieu-lanhdao";

/// A confirmation of marital status, all the way to the chairman's signature.
async fn signed(city: &TestCity) -> (String, PaperRow) {
    let gam = asked(city).await;
    let code = gam.code;
    taken_in(city, &code).await;
    for way in ["Đủ điều kiện", "Trình ký"] {
        city.decides(HEAD, &code, way).await;
    }
    // Read before it is signed; nobody else reads a draft.
    let mut head = city.sign_in(HEAD).await;
    head.open("/sign").await;
    let draft = head.page().link("Xem dự thảo sẽ ký (PDF)");
    head.open(&draft).await;
    head.status(200);
    assert_eq!(head.page().content_type, "application/pdf");
    let mut desk = city.sign_in(DESK).await;
    desk.open(&draft).await;
    assert!(desk.page().status >= 400, "the desk signs nothing");
    city.decides(HEAD, &code, "Ký Giấy xác nhận").await;
    city.settle().await;
    let row = result(city, &code).await;
    (code, row)
}

async fn result(city: &TestCity, code: &str) -> PaperRow {
    let rows = papers(city, code).await;
    let result = rows
        .into_iter()
        .find(|row| row.call.template == "marital-status");
    result.expect("the result was called for")
}

/// The file as the desk hands it out; `LOOK=/tmp/look` keeps it to be looked at.
async fn file(city: &TestCity, code: &str, row: &PaperRow) -> Vec<u8> {
    let mut desk = city.sign_in(DESK).await;
    desk.open(&format!("/cases/{code}/papers/{}", row.check))
        .await;
    desk.status(200);
    let bytes = desk.page().bytes.clone();
    if let Ok(folder) = std::env::var("LOOK") {
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(format!("{folder}/signed.pdf"), &bytes).expect("written");
    }
    bytes
}

/// What poppler says of it; `None` where it is not installed, which is said plainly.
fn pdfsig(pdf: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("paper.pdf");
    std::fs::write(&path, pdf).expect("written");
    match Command::new("pdfsig").arg("-nocert").arg(&path).output() {
        Ok(output) => Some(String::from_utf8_lossy(&output.stdout).into_owned()),
        Err(_) => {
            eprintln!("pdfsig of poppler is not installed: its verdict was NOT asked");
            None
        }
    }
}

async fn a_result_is_signed_by_its_signer_and_sealed(city: TestCity) {
    let (code, row) = signed(&city).await;
    assert!(row.signed.is_some(), "it was signed");
    let case = city.case(&code).await;
    let events = city.hall.reader().timeline(case.id).await.expect("events");
    let event = events.iter().find_map(|one| match &one.event {
        Event::PaperSigned(paper) if paper.what == row.call.what => Some(paper),
        _ => None,
    });
    let event = event.expect("the log says that it was signed");
    assert_eq!(Some(&event.file), row.file());
    let [person, seal] = &event.signatures[..] else {
        panic!("two signatures: {event:?}");
    };
    assert!(matches!(person.by, Signatory::Person(_)));
    assert_eq!(seal.by, Signatory::Seal(row.issuer.clone()));
    assert_ne!(person.fingerprint, seal.fingerprint);

    let pdf = file(&city, &code, &row).await;
    if let Some(says) = pdfsig(&pdf) {
        let valid = says.matches("Signature is Valid").count();
        assert_eq!(valid, 2, "{says}");
        assert!(says.contains("Total document signed"), "{says}");
        let mut forged = pdf.clone();
        let middle = row.made.as_ref().map_or(0, |_| forged.len() / 4);
        forged[middle] ^= 1;
        let says = pdfsig(&forged).unwrap_or_default();
        assert!(!says.contains("Signature is Valid"), "{says}");
    }

    // Anybody sees whose signatures they are, for the city's file and for one that is brought.
    let mut anybody = city.browser("người được đưa giấy");
    let verify = format!("/verify/{}", actions::papers::check_shown(&row.check));
    anybody.open(&verify).await;
    anybody
        .status(200)
        .sees("Chữ ký số trên bản điện tử")
        .sees("Hợp lệ")
        .sees("CA minh họa")
        .sees("Ủy ban nhân dân phường Ninh Kiều")
        .sees_not("Lê Thị Hồng Gấm");
    anybody.attach("Tệp PDF", "giay.pdf", &pdf);
    anybody.press("So sánh").await;
    anybody
        .sees("Khớp: tệp này đúng là bản điện tử")
        .sees("Chữ ký số trên tệp của bạn")
        .sees_not("Không hợp lệ");
    let mut forged = pdf.clone();
    forged[pdf.len() / 4] ^= 1;
    anybody.attach("Tệp PDF", "giay.pdf", &forged);
    anybody.press("So sánh").await;
    anybody.sees("Không khớp").sees("Không hợp lệ");
    anybody.attach("Tệp PDF", "giay.pdf", b"khong phai pdf");
    anybody.press("So sánh").await;
    anybody.status(200).sees("không phải PDF");

    let mut head = city.sign_in(HEAD).await;
    head.open(&format!("/cases/{code}")).await;
    head.sees("Đã ký số").sees("Ký số ");
}

/// Away at first, then waiting for the person, then signing.
struct Hesitant {
    asked: AtomicU32,
    own: Demonstration,
}

#[async_trait]
impl SigningService for Hesitant {
    async fn certificates(&self, signer: &Signer, now: Moment) -> Result<Chain, SigningFault> {
        match self.asked.fetch_add(1, Ordering::Relaxed) {
            0 => Err(SigningFault::Away("no route".to_owned())),
            _ => self.own.certificates(signer, now).await,
        }
    }

    async fn sign(
        &self,
        signer: &Signer,
        what: &ToSign,
        now: Moment,
    ) -> Result<Vec<u8>, SigningFault> {
        match self.asked.load(Ordering::Relaxed) {
            ..4 => Err(SigningFault::Waiting),
            _ => self.own.sign(signer, what, now).await,
        }
    }
}

async fn a_paper_waits_for_whoever_signs_it(city: TestCity) {
    let own = Demonstration::of(city.city()).await.expect("an authority");
    let asked_so_far = AtomicU32::new(0);
    let city = city.signed_by(Arc::new(Hesitant {
        asked: asked_so_far,
        own,
    }));
    let gam = asked(&city).await;
    taken_in(&city, &gam.code).await;
    city.settle().await;
    let waiting = papers(&city, &gam.code).await.remove(0);
    assert!(
        waiting.made.is_none(),
        "nothing goes out unsigned meanwhile"
    );
    let mut sender = gam.track(&city).await;
    sender.sees("Đang lập");
    for _ in 0..4 {
        city.clock.forward(minutes(2));
        city.settle().await;
    }
    let row = papers(&city, &gam.code).await.remove(0);
    assert_eq!(row.check, waiting.check, "the same number and code");
    assert!(row.signed.is_some());
    sender = gam.track(&city).await;
    sender.sees("Đã ký số");
}

/// Has the paper on its telephone until it confirms.
struct Telephone {
    confirms: AtomicBool,
    own: Demonstration,
}

#[async_trait]
impl SigningService for Telephone {
    async fn certificates(&self, signer: &Signer, now: Moment) -> Result<Chain, SigningFault> {
        self.own.certificates(signer, now).await
    }

    async fn sign(
        &self,
        signer: &Signer,
        what: &ToSign,
        now: Moment,
    ) -> Result<Vec<u8>, SigningFault> {
        match self.confirms.load(Ordering::Relaxed) {
            false => Err(SigningFault::Waiting),
            true => self.own.sign(signer, what, now).await,
        }
    }
}

async fn a_wrong_result_that_waits_for_its_signature_gets_none(city: TestCity) {
    let own = Demonstration::of(city.city()).await.expect("an authority");
    let phone = Arc::new(Telephone {
        confirms: AtomicBool::new(false),
        own,
    });
    let city = city.signed_by(phone.clone());
    let (code, wrong) = signed(&city).await;
    assert!(wrong.made.is_none(), "it waits");
    city.decides(HEAD, &code, "Đã phát hành").await;
    let mut head = city.sign_in(HEAD).await;
    head.open(&format!("/cases/{code}/correction")).await;
    head.fill("Sai ở đâu, lời gửi người nộp", "Ghi nhầm năm sinh");
    head.press("Ký xin lỗi và cấp lại").await;
    head.status(200);
    phone.confirms.store(true, Ordering::Relaxed);
    city.clock.forward(minutes(2));
    city.settle().await;
    let row = result(&city, &code).await;
    assert_eq!(row.check, wrong.check);
    assert!(row.made.is_none() && row.revoked.is_some(), "{row:?}");
    let mut head = city.sign_in(HEAD).await;
    head.open(&format!("/cases/{code}")).await;
    head.sees("Đã thu hồi").sees_not("Đang lập");
}

/// Knows seals and no persons.
struct SealsAlone(Demonstration);

#[async_trait]
impl SigningService for SealsAlone {
    async fn certificates(&self, signer: &Signer, now: Moment) -> Result<Chain, SigningFault> {
        match signer.kind {
            SignerKind::Person => Err(SigningFault::NoCertificate(signer.id.clone())),
            SignerKind::Seal => self.0.certificates(signer, now).await,
        }
    }

    async fn sign(
        &self,
        signer: &Signer,
        what: &ToSign,
        now: Moment,
    ) -> Result<Vec<u8>, SigningFault> {
        self.0.sign(signer, what, now).await
    }
}

async fn without_a_certificate_the_seal_stands_alone(city: TestCity) {
    let own = Demonstration::of(city.city()).await.expect("an authority");
    let city = city.signed_by(Arc::new(SealsAlone(own)));
    let (code, row) = signed(&city).await;
    if let Some(says) = pdfsig(&file(&city, &code, &row).await) {
        assert_eq!(says.matches("Signature is Valid").count(), 1, "{says}");
    }
}

async fn a_paper_is_taken_back_with_a_reason(city: TestCity) {
    let (code, row) = signed(&city).await;
    let place = format!("/cases/{code}/papers/{}/revoke", row.check);
    let mut desk = city.sign_in(DESK).await;
    desk.open(&place).await;
    assert!(desk.page().status >= 400, "the desk may not");
    let mut head = city.sign_in(HEAD).await;
    head.open(&format!("/cases/{code}")).await;
    head.sees("Thu hồi giấy này");
    head.open(&place).await;
    head.status(200);
    head.press("Thu hồi giấy này").await;
    head.status(422).sees("Xin ghi lý do thu hồi");
    head.fill("Lý do thu hồi", "Cấp sai do nhầm hồ sơ, số 0912345678");
    head.press("Thu hồi giấy này").await;
    head.status(200).sees("Đã thu hồi");
    let mut anybody = city.browser("người được đưa giấy");
    anybody
        .open(&format!(
            "/verify/{}",
            actions::papers::check_shown(&row.check)
        ))
        .await;
    anybody
        .sees("không còn hiệu lực")
        .sees("Cấp sai do nhầm hồ sơ")
        .sees_not("0912345678");
    // Once is enough, also for whoever had the page open.
    head.open(&place).await;
    head.status(200).sees("đã được thu hồi trước đó");
    head.send("POST", &place, &[("why", "Lần nữa")]).await;
    head.status(422).sees("đã được thu hồi trước đó");
    let seconds = SignedDuration::from_secs(5);
    city.clock.forward(seconds);
    city.settle().await;
    let told = city.courier.taken();
    assert!(
        told.iter()
            .any(|letter| format!("{letter:?}").contains("thu hồi")),
        "the applicant was told"
    );
}
