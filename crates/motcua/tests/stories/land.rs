//! A land transfer, from the numbers the city knows to the certificate across the counter: filed online, one
//! supplement, tax outside the clock, signed under a delegation.

use jiff::SignedDuration;
use rules::case::state::Stopped;
use service::definition::Ending;
use testkit::words::PDF;
use testkit::{Browser, Reported, TestCity, both_engines, days, hours};

use crate::dossier::{at_case, handed_over, stands};

both_engines!(
    filed_online_supplemented_taxed_signed_and_handed_over,
    an_organisation_goes_to_the_department,
    a_certificate_that_nobody_knows_is_said_so,
);

pub(crate) const DESK: &str = "motcua-ninhkieu";
pub(crate) const STAFF: &str = "datdai";
/// Appraisal goes to whoever has least to do; the director may step in for anybody.
pub(crate) const DIRECTOR: &str = "datdai-giamdoc";

/// Page by page up to the papers.
async fn answered(city: &TestCity, organisation: bool, category: &str) -> Browser {
    let mut browser = city.browser("bà Lan");
    browser.open("/apply/land.transfer").await;
    browser.press("Bắt đầu").await;
    browser.sees("Dữ liệu minh hoạ").sees("CT 100001");
    browser
        .fill("Số Giấy chứng nhận đã cấp", "CT 100001")
        .fill("Diện tích chuyển nhượng (m²)", "120")
        .choose("Đất đang thế chấp", "Không");
    browser.press("Tiếp tục").await;
    browser.status(200);
    match organisation {
        false => browser
            .choose("Cá nhân hay tổ chức", "Cá nhân")
            .fill("Số định danh cá nhân", "092185001234")
            .fill("Họ và tên hoặc tên tổ chức", "Nguyễn Thị Lan"),
        true => browser
            .choose("Cá nhân hay tổ chức", "Tổ chức")
            .fill("Mã số doanh nghiệp", "1801234562")
            .fill("Họ và tên hoặc tên tổ chức", "Công ty Lúa Gạo"),
    };
    browser.choose("Đối tượng", category);
    browser.press("Tiếp tục").await;
    browser.status(200);
    browser
        .fill("Giá chuyển nhượng (đồng)", "1.500.000.000")
        .choose("Cấp chung một Giấy chứng nhận cho các bên nhận", "Không")
        .fill("Số điện thoại nhận tin", "0912345678")
        .choose("Nhận kết quả", "Tại một cửa");
    browser.press("Tiếp tục").await;
    browser.status(200);
    browser
}

pub async fn filed(city: &TestCity, organisation: bool) -> Reported {
    filed_as(city, organisation, "Không thuộc diện miễn").await
}

pub async fn filed_as(city: &TestCity, organisation: bool, category: &str) -> Reported {
    let mut browser = answered(city, organisation, category).await;
    browser
        .attach("Đơn đăng ký biến động đất đai", "don.pdf", PDF)
        .attach("Giấy chứng nhận đã cấp", "gcn.pdf", PDF)
        .attach(
            "Hợp đồng hoặc văn bản chuyển nhượng đã công chứng",
            "hop-dong.pdf",
            PDF,
        );
    browser.press("Tiếp tục").await;
    browser.status(200);
    browser.sees(if organisation {
        "Công ty Lúa Gạo"
    } else {
        "Nguyễn Thị Lan"
    });
    browser.sees("Tờ bản đồ: 12; Số thửa: 345; Diện tích (m²): 120; Khu vực: Đô thị");
    browser.tick("Tôi cam đoan những điều đã khai là đúng và chịu trách nhiệm trước pháp luật.");
    browser.press("Nộp hồ sơ").await;
    Reported::of(browser)
}

async fn filed_online_supplemented_taxed_signed_and_handed_over(city: TestCity) {
    let filed = filed(&city, false).await;
    let code = &filed.code;
    let case = city.case(code).await;
    assert_eq!(stands(&case), (1, vec!["receive"]));
    assert_eq!(case.unit, "land-office-branch-ninh-kieu");
    assert!(
        case.clock.intervals.is_empty(),
        "time begins with acceptance"
    );

    // The fee is due at reception: without it, no receipt.
    let mut desk = at_case(&city, DESK, code).await;
    desk.press("Đủ hồ sơ – cấp giấy tiếp nhận").await;
    desk.status(422).sees("Lệ phí cấp Giấy chứng nhận");
    desk.press("Thu và ghi biên lai").await;
    desk.status(200).sees("biên lai 000001/2026");
    desk.press("Đủ hồ sơ – cấp giấy tiếp nhận").await;
    desk.status(200);
    let case = city.case(code).await;
    assert_eq!(stands(&case), (2, vec!["appraise"]));
    let first = case.clock.first_due.expect("a promise");

    // One day later papers turn out to be missing: the one request the law allows, and the clock stands.
    city.clock.forward(days(1));
    let mut officer = at_case(&city, DIRECTOR, code).await;
    officer.fill(
        "Văn bản về việc đại diện",
        "Thiếu văn bản ủy quyền của người bán",
    );
    officer.press("Đề nghị yêu cầu bổ sung").await;
    officer.status(200);
    let case = city.case(code).await;
    assert_eq!(stands(&case), (4, vec!["send_supplement"]));
    city.decides(DESK, code, "Gửi phiếu yêu cầu bổ sung").await;
    let case = city.case(code).await;
    assert_eq!(stands(&case), (5, vec!["supplement"]));
    assert_eq!(
        rules::clock::standing(&case.clock),
        Some(Stopped::Supplement)
    );
    let mut lan = filed.track(&city).await;
    lan.sees("Thiếu văn bản ủy quyền của người bán");
    city.clock.forward(days(2));
    lan.attach("Văn bản về việc đại diện", "uy-quyen.pdf", PDF);
    lan.press("Đã bổ sung").await;
    lan.status(200);
    let case = city.case(code).await;
    assert_eq!(stands(&case), (4, vec!["appraise"]));
    let moved = case.clock.due.expect("a date");
    assert_eq!(case.clock.first_due, Some(first));
    assert_eq!(moved.duration_since(first), SignedDuration::from_hours(48));

    // A second request is the city's own fault, and refused with the law's reason.
    let mut officer = at_case(&city, DIRECTOR, code).await;
    officer.sees("Đã nộp thêm");
    officer.fill("Giá chuyển nhượng (đồng)", "Còn thiếu nữa");
    officer.press("Đề nghị yêu cầu bổ sung").await;
    officer.status(422).sees("đã được yêu cầu bổ sung 1 lần");
    assert_eq!(
        officer.value("Giá chuyển nhượng (đồng)"),
        Some("Còn thiếu nữa")
    );
    officer.press("Đủ điều kiện").await;
    officer.status(200);
    assert_eq!(stands(&city.case(code).await), (4, vec!["tax_notice"]));

    // Tax and its payment stand outside the clock.
    let mut officer = at_case(&city, STAFF, code).await;
    officer.press("Đã có thông báo thuế").await;
    let case = city.case(code).await;
    assert_eq!(stands(&case), (6, vec!["pay_tax"]));
    city.clock.forward(days(7));
    let mut lan = filed.track(&city).await;
    lan.press("Đã nộp xong").await;
    lan.status(200);
    let case = city.case(code).await;
    assert_eq!(stands(&case), (4, vec!["sign"]));
    assert_eq!(
        case.tasks[0].unit.as_deref(),
        Some("land-office-branch-ninh-kieu")
    );

    // Staff may not sign; the director signs by the delegation in force.
    let officer = at_case(&city, STAFF, code).await;
    assert!(!officer.offers("Ký Giấy chứng nhận"));
    let mut director = at_case(&city, DIRECTOR, code).await;
    director.press("Ký Giấy chứng nhận").await;
    director.status(200).sees("TUQ.");
    city.clock.forward(hours(1));
    city.decides(DIRECTOR, code, "Đã vào sổ").await;
    let case = city.case(code).await;
    assert_eq!(stands(&case), (9, vec!["hand_over"]));
    let decided = city.clock.now();
    assert_eq!(case.life.ended(), Some((Ending::Granted, decided)));
    city.clock.forward(days(9));
    handed_over(&city, DESK, code).await;
    let case = city.case(code).await;
    assert_eq!(stands(&case), (10, vec![]));
    assert_eq!(
        case.life.ended(),
        Some((Ending::Granted, decided)),
        "collected late, decided in time"
    );
    assert!(decided <= case.clock.due.expect("a date"));
    filed.track(&city).await.sees("Đã trả kết quả");
}

async fn an_organisation_goes_to_the_department(city: TestCity) {
    let filed = filed(&city, true).await;
    let code = &filed.code;
    let mut desk = at_case(&city, DESK, code).await;
    desk.press("Thu và ghi biên lai").await;
    desk.press("Đủ hồ sơ – cấp giấy tiếp nhận").await;
    city.decides(DIRECTOR, code, "Đủ điều kiện").await;
    city.decides(STAFF, code, "Đã có thông báo thuế").await;
    filed.track(&city).await.press("Đã nộp xong").await;
    let case = city.case(code).await;
    let unit = case.tasks[0].unit.as_deref();
    assert_eq!(unit, Some("department-of-agriculture-and-environment"));
    let director = at_case(&city, DIRECTOR, code).await;
    assert!(
        !director.offers("Ký Giấy chứng nhận"),
        "the delegation is for persons only"
    );

    // Asked to be withdrawn, and the city agrees: no certificate, and no other word about it.
    let mut buyer = filed.track(&city).await;
    buyer.fill("Lý do", "Hai bên thôi không mua bán");
    buyer.press("Yêu cầu rút").await;
    assert_eq!(city.case(code).await.life.number(), 7);
    let mut head = at_case(&city, DIRECTOR, code).await;
    head.sees("Hai bên thôi không mua bán");
    head.press("Đồng ý cho rút").await;
    let case = city.case(code).await;
    assert_eq!(stands(&case), (8, vec![]));
    assert_eq!(
        case.life.ended().map(|(ending, _)| ending),
        Some(Ending::Withdrawn)
    );
}

async fn a_certificate_that_nobody_knows_is_said_so(city: TestCity) {
    let mut browser = city.browser("người gõ nhầm");
    browser.open("/apply/land.transfer").await;
    browser.press("Bắt đầu").await;
    browser
        .fill("Số Giấy chứng nhận đã cấp", "CT 999999")
        .fill("Diện tích chuyển nhượng (m²)", "120")
        .choose("Đất đang thế chấp", "Không");
    browser.press("Tiếp tục").await;
    browser
        .status(422)
        .sees("Không tìm thấy số này trong sổ địa chính");
    assert_eq!(
        browser.value("Số Giấy chứng nhận đã cấp"),
        Some("CT 999999")
    );
    // Said once. The number is right all the same: then its parts are declared.
    browser.press("Tiếp tục").await;
    browser.status(422).sees("Chưa có trong sổ");
    browser.sees_not("Không tìm thấy số này");
    browser
        .fill("Tờ bản đồ", "7")
        .fill("Số thửa", "70")
        .fill("Diện tích (m²)", "150")
        .choose("Khu vực", "Đô thị")
        .choose("Phường, xã", "Phường Ninh Kiều");
    browser.press("Tiếp tục").await;
    browser.status(200).sees("Bên nhận chuyển nhượng");
    // Another number is said anew, and what was declared of the first does not stand for it.
    browser
        .open(&browser.page().path.replace("/1-0", "/0"))
        .await;
    browser.fill("Số Giấy chứng nhận đã cấp", "CT 888888");
    browser.press("Tiếp tục").await;
    browser.status(422).sees("Không tìm thấy số này");
}
