//! Asked once: what the account and the registers know is filled in and marked; what they do not know is declared;
//! papers of one's own store are used again; who acts for whom is recorded; who looked is shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use actions::register::RegisterFile;
use jiff::civil::date;
use links::registers::{MemoryRegister, RegisterSource};
use store::{KeptPaper, PaperSource, Trust};
use testkit::words::PDF;
use testkit::{Browser, TestCity, both_engines};

use crate::account::{HUNG, LAN, signed_in};
use crate::dossier::{handed_over, taken_in};

both_engines!(
    known_data_is_not_asked_again_and_marked,
    what_is_proven_is_not_typed_over,
    a_number_that_nobody_knows_blocks_nobody,
    a_number_opens_no_name,
    whoever_acts_for_another_is_recorded_with_them,
    a_paper_of_the_store_is_used_again_by_its_code,
    a_strangers_store_is_closed_and_a_share_ends,
    consent_is_given_and_taken_back,
    a_table_comes_in_with_its_flaws_told,
    registers_close_to_who_asks_too_often,
);

const MARITAL: &str = "/apply/marital-status.confirmation";
const DESK: &str = "motcua-ninhkieu";
const HEAD: &str = "ninhkieu-lanhdao";

/// A form that was begun: the browser stands on its first page.
async fn begun(browser: &mut Browser, service: &str) {
    browser.open(service).await;
    browser.press("Bắt đầu").await;
    browser.status(200);
}

async fn known_data_is_not_asked_again_and_marked(city: TestCity) {
    let mut lan = signed_in(&city, LAN).await;
    lan.open(MARITAL).await;
    lan.sees("Bạn nộp bằng tài khoản").sees(LAN);
    begun(&mut lan, MARITAL).await;
    assert_eq!(lan.value("Số định danh cá nhân"), Some("092190004321"));
    assert_eq!(lan.value("Họ và tên"), Some(LAN));
    assert_eq!(lan.value("Số điện thoại nhận tin"), Some("0912000111"));
    lan.sees("Lấy từ tài khoản định danh điện tử")
        .sees("Lấy từ CSDL quốc gia về dân cư");
    // The look is told to the one it was about, once.
    lan.open("/account/data").await;
    let row = lan.page().row("CSDL quốc gia về dân cư").clone();
    assert_eq!(row.cell("Ai").words, "Chính bạn");
    assert!(
        row.cell("Để làm gì").words.contains("tình trạng hôn nhân"),
        "{row:?}"
    );
    assert_eq!(
        city.hall
            .reader()
            .register_looks("population")
            .await
            .expect("counts"),
        1
    );
    let mut hung = signed_in(&city, HUNG).await;
    hung.open("/account/data").await;
    hung.sees("Chưa có ai xem");
}

async fn what_is_proven_is_not_typed_over(city: TestCity) {
    let mut lan = signed_in(&city, LAN).await;
    begun(&mut lan, MARITAL).await;
    let address = lan.page().path.clone();
    let forged = [
        ("personal_id", "092080001357"),
        ("full_name", "Trần Văn Minh Họa"),
        ("residence.area", "31135"),
        ("moved", "false"),
        ("phone", "0987654321"),
        ("_go", "next"),
    ];
    lan.send("POST", &address, &forged).await;
    lan.open(&address).await;
    assert_eq!(lan.value("Số định danh cá nhân"), Some("092190004321"));
    assert_eq!(lan.value("Họ và tên"), Some(LAN));
    assert_eq!(
        lan.value("Số điện thoại nhận tin"),
        Some("0987654321"),
        "where messages go is one's own choice"
    );
}

async fn a_number_that_nobody_knows_blocks_nobody(city: TestCity) {
    let away = Arc::new(MemoryRegister::new(date(2026, 1, 31), []));
    away.take_away(true);
    let source: Arc<dyn RegisterSource> = away.clone();
    let city = city.meeting(BTreeMap::from([("population".to_owned(), source)]));
    let mut browser = city.browser("người không đăng nhập");
    begun(&mut browser, MARITAL).await;
    let page = browser.page().path.clone();
    browser
        .fill("Số định danh cá nhân", "092185001234")
        .fill("Họ và tên", "Nguyễn Thị Chưa Biết")
        .choose("Phường, xã", "Phường Ninh Kiều")
        .choose(
            "Đã từng thường trú ở nơi khác từ khi đủ tuổi kết hôn",
            "Không",
        )
        .fill("Số điện thoại nhận tin", "0912345678");
    browser.press("Tiếp tục").await;
    browser.status(200);
    assert_ne!(browser.page().path, page, "nobody is held up");
    browser.open(&page).await;
    browser.sees("đang không trả lời: bạn tự khai");
    assert_eq!(browser.value("Họ và tên"), Some("Nguyễn Thị Chưa Biết"));
    // It answers again, and knows nobody of this number.
    away.take_away(false);
    browser.press("Tiếp tục").await;
    browser.open(&page).await;
    browser.sees("Chưa có trong CSDL quốc gia về dân cư");
    assert_eq!(browser.value("Họ và tên"), Some("Nguyễn Thị Chưa Biết"));
}

async fn a_number_opens_no_name(city: TestCity) {
    for mut browser in [city.browser("tò mò"), signed_in(&city, HUNG).await] {
        begun(&mut browser, "/apply/birth.registration").await;
        let page = browser.page().path.clone();
        let fields = [("requester_id", "092190004321"), ("_go", "next")];
        browser.send("POST", &page, &fields).await;
        browser.open(&page).await;
        browser.sees_not("Lan Minh Họa");
        let shown = browser.value("Họ và tên").unwrap_or_default().to_owned();
        assert!(!shown.contains("Lan"), "{shown}");
    }
}

async fn whoever_acts_for_another_is_recorded_with_them(city: TestCity) {
    let mut hung = signed_in(&city, HUNG).await;
    hung.open(MARITAL).await;
    hung.choose("Bạn nộp với tư cách", "Người được ủy quyền");
    hung.press("Bắt đầu").await;
    hung.status(200)
        .sees("Bạn nộp thay cho ai?")
        .sees("Văn bản ủy quyền");
    hung.fill(
        "Họ tên người hoặc tên tổ chức ủy quyền",
        "Lê Thị Mẹ Minh Họa",
    )
    .fill("Số định danh cá nhân hoặc mã số doanh nghiệp", "0921500056");
    hung.press("Tiếp tục").await;
    hung.status(422).sees("Không phải số định danh 12 chữ số");
    assert_eq!(
        hung.value("Họ tên người hoặc tên tổ chức ủy quyền"),
        Some("Lê Thị Mẹ Minh Họa")
    );
    hung.fill(
        "Số định danh cá nhân hoặc mã số doanh nghiệp",
        "092 150 005 678",
    )
    .fill("Bạn là gì của người đó", "con");
    hung.press("Tiếp tục").await;
    hung.status(200);
    // Asked once: the number of whom he acts for stands in the form, his own telephone gets the messages.
    assert_eq!(hung.value("Số định danh cá nhân"), Some("092150005678"));
    assert_eq!(hung.value("Số điện thoại nhận tin"), Some("0912000222"));
    hung.choose("Phường, xã", "Phường Cái Răng").choose(
        "Đã từng thường trú ở nơi khác từ khi đủ tuổi kết hôn",
        "Không",
    );
    hung.press("Tiếp tục").await;
    hung.status(200);
    let code = sent(&mut hung, true).await;
    let case = city.case(&code).await;
    let standing = city.hall.reader().standing(case.id).await.expect("reads");
    let standing = standing.expect("he acted for her");
    assert_eq!(standing.acting.name, HUNG);
    assert!(standing.acting.proven && !standing.owner.proven);
    assert_eq!(standing.owner.number, "092150005678");
    assert_eq!(standing.paper.as_deref(), Some("authorisation"));
    // Whoever handles it reads both.
    let mut desk = city.sign_in("cairang").await;
    desk.open(&format!("/cases/{code}")).await;
    if desk.page().status == 200 {
        desk.sees("Nộp thay cho")
            .sees("Lê Thị Mẹ Minh Họa")
            .sees(HUNG);
    }
    hung.open("/account").await;
    hung.sees(&code);
}

/// From the page of the status to the receipt.
async fn sent(browser: &mut Browser, proxy: bool) -> String {
    browser
        .choose("Tình trạng hôn nhân", "Chưa kết hôn với ai")
        .choose("Sử dụng vào mục đích", "Vay vốn")
        .choose("Cấp lại do hết hạn hoặc dùng vào mục đích khác", "Không")
        .fill("Số bản", "1");
    browser.press("Tiếp tục").await;
    browser.status(200);
    browser
        .choose("Đối tượng", "Không thuộc diện miễn")
        .choose("Nhận kết quả", "Tại một cửa");
    browser.press("Tiếp tục").await;
    browser.status(200);
    if proxy {
        browser.press("Tiếp tục").await;
        browser.status(422).sees("Văn bản ủy quyền");
        browser.attach("Văn bản ủy quyền", "uy-quyen.pdf", PDF);
    }
    browser.press("Tiếp tục").await;
    browser.status(200);
    browser.tick("Tôi cam đoan những điều đã khai là đúng và chịu trách nhiệm trước pháp luật.");
    browser.press("Nộp hồ sơ").await;
    browser.status(200).sees("Thành phố đã nhận");
    let path = browser.page().path.clone();
    let code = path.trim_start_matches("/report/sent/").split('?').next();
    code.unwrap_or_default().to_owned()
}

/// A confirmation that the city issued to Lan: it came into her store by itself.
async fn issued(city: &TestCity, lan: &mut Browser) -> KeptPaper {
    begun(lan, MARITAL).await;
    lan.choose("Phường, xã", "Phường Ninh Kiều").choose(
        "Đã từng thường trú ở nơi khác từ khi đủ tuổi kết hôn",
        "Không",
    );
    lan.press("Tiếp tục").await;
    let code = sent(lan, false).await;
    taken_in(city, DESK, &code, "Đủ hồ sơ").await;
    city.decides(HEAD, &code, "Đủ điều kiện").await;
    city.decides(HEAD, &code, "Trình ký").await;
    lan.open(&format!("/track/{code}")).await;
    lan.press("Nội dung đúng").await;
    city.decides(HEAD, &code, "Ký Giấy xác nhận").await;
    city.settle().await;
    let case = city.case(&code).await;
    let owner = case.applicant.expect("her account");
    let reader = city.hall.reader();
    let store = reader.papers_of(owner).await.expect("reads");
    assert!(store.is_empty(), "signed, and not issued yet");
    city.decides(HEAD, &code, "Đã phát hành").await;
    city.settle().await;
    let store = reader.papers_of(owner).await.expect("reads");
    let [paper] = &store[..] else {
        panic!("{store:?}");
    };
    assert_eq!(
        (paper.trust, paper.source, paper.case),
        (Trust::Issued, PaperSource::Case, Some(case.id))
    );
    assert_eq!(paper.code.as_deref(), Some("000.00.00.G15-KQ003459"));
    assert_eq!(paper.number, "01/XNTTHN");
    // Handing over changes nothing; the receipt of the dossier is no result.
    handed_over(city, DESK, &code).await;
    city.settle().await;
    let again = reader.papers_of(owner).await.expect("reads");
    assert_eq!(again, store);
    paper.clone()
}

async fn a_paper_of_the_store_is_used_again_by_its_code(city: TestCity) {
    let mut lan = signed_in(&city, LAN).await;
    let paper = issued(&city, &mut lan).await;
    lan.open("/account/papers").await;
    lan.sees("Thành phố cấp").sees("01/XNTTHN");
    begun(&mut lan, MARITAL).await;
    lan.choose("Phường, xã", "Phường Ninh Kiều").choose(
        "Đã từng thường trú ở nơi khác từ khi đủ tuổi kết hôn",
        "Không",
    );
    lan.press("Tiếp tục").await;
    lan.choose("Tình trạng hôn nhân", "Chưa kết hôn với ai")
        .choose("Sử dụng vào mục đích", "Vay vốn")
        .choose("Cấp lại do hết hạn hoặc dùng vào mục đích khác", "Có")
        .fill("Số bản", "1");
    lan.press("Tiếp tục").await;
    lan.choose("Đối tượng", "Không thuộc diện miễn")
        .choose("Nhận kết quả", "Tại một cửa");
    lan.press("Tiếp tục").await;
    lan.status(200).sees("đúng loại cần nộp");
    let page = lan.page().path.clone();
    // Another's paper is not taken, whoever names it.
    let mut hung = signed_in(&city, HUNG).await;
    begun(&mut hung, MARITAL).await;
    let his = hung
        .page()
        .path
        .rsplit_once('/')
        .expect("a page")
        .0
        .to_owned();
    let stolen = format!("former_certificate/{}", paper.id);
    let fields = [("_reuse", stolen.as_str()), ("_go", "next")];
    hung.send("POST", &format!("{his}/documents"), &fields)
        .await;
    hung.open(&format!("{his}/documents")).await;
    hung.sees_not("Giấy xác nhận tình trạng hôn nhân · 01/XNTTHN");
    let fields = [("_reuse", stolen.as_str()), ("_go", "next")];
    lan.send("POST", &page, &fields).await;
    lan.status(200).sees("Giấy xác nhận tình trạng hôn nhân");
    lan.tick("Tôi cam đoan những điều đã khai là đúng và chịu trách nhiệm trước pháp luật.");
    lan.press("Nộp hồ sơ").await;
    lan.sees("Thành phố đã nhận");
    let path = lan.page().path.clone();
    let code = path.trim_start_matches("/report/sent/").split('?').next();
    let case = city.case(code.unwrap_or_default()).await;
    let origins = city
        .hall
        .reader()
        .attachment_origins(case.id)
        .await
        .expect("reads");
    let one = origins
        .iter()
        .find(|one| one.what == "former_certificate")
        .expect("it came along");
    assert!(
        one.from_store && one.reused && one.paper == Some(paper.id),
        "{one:?}"
    );
    assert!(!one.digitised, "it was born electronic");
}

async fn a_strangers_store_is_closed_and_a_share_ends(city: TestCity) {
    let mut lan = signed_in(&city, LAN).await;
    lan.open("/account/papers").await;
    lan.fill("Tên giấy tờ", "Giấy chứng nhận kết hôn");
    lan.press("Cất vào kho").await;
    lan.status(422).sees("Xin chọn một tệp");
    assert_eq!(lan.value("Tên giấy tờ"), Some("Giấy chứng nhận kết hôn"));
    lan.attach("Tệp hoặc ảnh chụp", "ket-hon.pdf", b"MZ not a paper");
    lan.press("Cất vào kho").await;
    lan.status(422);
    lan.fill("Tên giấy tờ", "Giấy chứng nhận kết hôn").attach(
        "Tệp hoặc ảnh chụp",
        "ket-hon.pdf",
        PDF,
    );
    lan.press("Cất vào kho").await;
    lan.status(200).sees("Ảnh chụp, chưa chứng thực");
    let address = lan.page().link("Xem");
    let mut hung = signed_in(&city, HUNG).await;
    for action in ["", "/share", "/remove"] {
        let method = if action.is_empty() { "GET" } else { "POST" };
        let (status, _) = hung.knock(method, &format!("{address}{action}"), &[]).await;
        assert_eq!(status, 404, "{action}");
    }
    lan.fill("Cho xem trong bao nhiêu ngày (nhiều nhất 30)", "2");
    lan.press("Tạo mã chia sẻ").await;
    lan.status(200).sees("Chỉ hiện một lần");
    let shared = lan.page().link("/shared/");
    let mut notary = city.browser("công chứng viên");
    notary.open(&shared).await;
    notary
        .status(200)
        .sees("thành phố không chứng thực")
        .sees_not(LAN);
    notary.open(&format!("{shared}/file")).await;
    assert_eq!(notary.page().bytes, PDF);
    lan.open("/account/papers").await;
    lan.sees("đã mở 1 lần");
    lan.press("Ngừng chia sẻ").await;
    notary.open(&shared).await;
    notary.status(404);
    notary.open(&format!("{shared}/file")).await;
    notary.status(404);
    lan.fill("Cho xem trong bao nhiêu ngày (nhiều nhất 30)", "1");
    lan.press("Tạo mã chia sẻ").await;
    let again = lan.page().link("/shared/");
    city.clock.forward(testkit::hours(25));
    notary.open(&again).await;
    notary.status(404);
}

async fn consent_is_given_and_taken_back(city: TestCity) {
    let mut lan = signed_in(&city, LAN).await;
    lan.open("/account/consents").await;
    lan.sees("Chưa đồng ý").sees_not("Đang đồng ý");
    lan.press("Tôi đồng ý Nhắc việc chủ động").await;
    lan.status(200).sees("Đang đồng ý");
    city.clock.forward(testkit::hours(3));
    lan.press("Rút lại Nhắc việc chủ động").await;
    lan.sees_not("Đang đồng ý").sees("rút lại lúc");
    let accounts = city
        .hall
        .reader()
        .residents_by_personal_id("092190004321")
        .await;
    let owner = accounts.expect("accounts").first().expect("Lan").person;
    let kept = city.hall.reader().consents_of(owner).await.expect("reads");
    assert_eq!(kept.len(), 1);
    assert!(kept[0].withdrawn.is_some() && kept[0].words.contains("Tôi đồng ý"));
    // What she asks about her data is a case with two working days.
    lan.follow("Gửi yêu cầu").await;
    lan.status(200).sees("2 ngày làm việc");
}

async fn a_table_comes_in_with_its_flaws_told(city: TestCity) {
    let mut admin = city.sign_in("quantri").await;
    admin.open("/registers/enterprises").await;
    let table = "Mã số thuế;Tên doanh nghiệp;Người đại diện;Phường, xã\n\
        1801234562;Công ty A;Nguyễn Văn A;Phường Ninh Kiều\n\
        1801234563;Công ty B;Nguyễn Văn B;Phường Ninh Kiều\n\
        0300588569;Công ty C;Nguyễn Văn C;Phường Không Có\n\
        1801234562;Công ty A lần nữa;;31135\n";
    admin
        .attach("Bảng dữ liệu", "dn.csv", table.as_bytes())
        .fill("Nguồn cung cấp", "Sở Tài chính");
    admin.press("Nạp dữ liệu").await;
    admin.status(200).sees("Đã nạp bản 1: 1 bản ghi");
    admin
        .sees("không phải phường, xã của hôm nay")
        .sees("Trùng khóa với dòng 2");
    let flaws = city
        .hall
        .reader()
        .register_flaws("enterprises", 1, 10)
        .await;
    let lines: Vec<u32> = flaws.expect("reads").iter().map(|flaw| flaw.line).collect();
    assert_eq!(lines, [3, 4, 5]);
    let found = city
        .hall
        .reader()
        .register_entry("enterprises", "1801234562")
        .await;
    let entry = found.expect("reads").expect("taken");
    assert_eq!(entry.body["area"], "31135", "names become codes");
    // A newer whole table takes the place of the older one; a file without the key's column changes nothing.
    let file = |bytes: &str| RegisterFile {
        register: "enterprises".into(),
        bytes: bytes.as_bytes().to_vec(),
        columns: BTreeMap::new(),
        as_of: date(2026, 1, 31),
        source: "Sở Tài chính".into(),
        whole: true,
        by: None,
    };
    let wrong = city.city().import_register(file("Tên;Số\nA;1\n")).await;
    assert!(wrong.is_err());
    let newer = file("organisation_id,name\n0300588569,Công ty C\n");
    assert_eq!(
        city.city()
            .import_register(newer)
            .await
            .expect("taken")
            .version,
        2
    );
    let size = city.hall.reader().register_size("enterprises").await;
    assert_eq!(size.expect("counts"), 1);
}

async fn registers_close_to_who_asks_too_often(city: TestCity) {
    let mut robot = city.browser("máy dò");
    begun(&mut robot, MARITAL).await;
    let page = robot.page().path.clone();
    for n in 0..45 {
        let number = format!("0921850{n:05}");
        let fields = [("personal_id", number.as_str()), ("_go", "next")];
        robot.knock("POST", &page, &fields).await;
    }
    let looks = city.hall.reader().register_looks("population").await;
    assert_eq!(looks.expect("counts"), 40);
    robot.open(&page).await;
    robot.sees("quá nhiều lần");
    city.clock.forward(testkit::minutes(11));
    let fields = [("personal_id", "092190004321"), ("_go", "next")];
    robot.knock("POST", &page, &fields).await;
    let looks = city.hall.reader().register_looks("population").await;
    assert_eq!(looks.expect("counts"), 41);
}
