//! The national portal hears of every procedure, in order, once; a refusal is shown, corrected and sent again; and nothing is lost while it is away.

use jiff::civil::date;
use links::portal::PortalDouble;
use motcua::loops::{portal_count, portal_round, tell};
use serde_json::Value;
use testkit::{Engine, TestCity, both_engines, hours};

use super::land::filed;

both_engines!(
    a_dossier_is_told_in_its_order_and_once,
    fees_are_told_as_they_are_paid,
    what_happens_while_the_portal_is_away_is_told_afterwards,
    a_refusal_is_shown_with_what_to_do_holds_back_the_rest_and_goes_again,
    a_server_that_dies_after_telling_tells_again_under_the_same_key,
);

const DESK: &str = "motcua-ninhkieu";

fn paths(double: &PortalDouble) -> Vec<String> {
    double.told().into_iter().map(|(path, _)| path).collect()
}

fn bodies(double: &PortalDouble, path: &str) -> Vec<Value> {
    let told = double.told().into_iter().filter(|(told, _)| told == path);
    told.map(|(_, body)| body).collect()
}

async fn round(city: &TestCity, double: &PortalDouble) -> u32 {
    portal_round(city.city(), double)
        .await
        .expect("the round ends")
}

/// The desk refuses it with a reason, and gives it back.
async fn refused(city: &TestCity, code: &str) {
    let mut desk = city.sign_in(DESK).await;
    desk.open(&format!("/cases/{code}")).await;
    desk.fill("Ghi chú hoặc lý do", "Không thuộc thẩm quyền");
    desk.press("Từ chối tiếp nhận").await;
    desk.status(200);
}

async fn a_dossier_is_told_in_its_order_and_once(city: TestCity) {
    let double = PortalDouble::default();
    let filed = filed(&city, false).await;
    round(&city, &double).await;
    let told = paths(&double);
    assert_eq!(told[..2], ["LayMaHoSo", "TaiTep"], "{told:?}");
    assert_eq!(told.last().map(String::as_str), Some("TaoHoSo"), "{told:?}");
    let dossier = &bodies(&double, "TaoHoSo")[0];
    for (field, value) in [
        ("MaTTHC", "1.115619"),
        ("ThongTinKhac", filed.code.as_str()),
        ("ChuHoSo", "Nguyễn Thị Lan"),
        ("SoDinhDanh", "092185001234"),
        ("SoDienThoai", "0912345678"),
        ("KenhThucHien", "2"),
        ("LoaiDoiTuong", "1"),
        ("TrangThaiHoSo", "1"),
        ("NgayNopHoSo", "20260302080000"),
        ("NgayTiepNhan", ""),
        ("HoSoCoThanhPhanSoHoa", "1"),
    ] {
        assert_eq!(dossier[field], value, "{field}: {dossier}");
    }
    let papers = dossier["TaiLieuNop"].as_array().expect("papers");
    assert!(
        papers
            .iter()
            .all(|paper| paper["IdTepTin"] != "" && paper["HashTepTin"] != "")
    );

    refused(&city, &filed.code).await;
    let before = double.told().len();
    round(&city, &double).await;
    let progress = bodies(&double, "CapNhatTienTrinh");
    let first = &progress[0];
    assert!(
        first["NoiDungXuLy"]
            .as_str()
            .is_some_and(|words| words.contains("Tiếp nhận")),
        "{first}"
    );
    for field in ["NguoiXuLy", "PhongBanXuLy", "ThoiDiemXuLy", "NgayBatDau"] {
        assert_ne!(first[field], "", "{field}: {first}");
    }
    assert!(double.told().len() > before);
    // What was told is not told again.
    assert_eq!(round(&city, &double).await, 0);
}

async fn fees_are_told_as_they_are_paid(city: TestCity) {
    let double = PortalDouble::default();
    let filed = filed(&city, false).await;
    round(&city, &double).await;
    let told = &bodies(&double, "TaoHoSo")[0];
    assert_eq!(told["DuocThanhToanTrucTuyen"], "0");
    let fees = told["DanhSachLePhi"].as_array().expect("a list").clone();
    let stand = |fees: &[Value]| -> Vec<(String, String)> {
        let stand = fees.iter().map(|fee| {
            let say = |name: &str| fee[name].as_str().unwrap_or_default().to_owned();
            (say("Gia"), say("TrangThaiThanhToan"))
        });
        stand.collect()
    };
    let pair = |amount: &str, settled: &str| (amount.to_owned(), settled.to_owned());
    assert_eq!(
        stand(&fees),
        [pair("50000", "0"), pair("2250000", "0")],
        "asked, and not paid yet"
    );
    let desk = |amount: &'static str| {
        let (city, code) = (&city, &filed.code);
        async move {
            let mut desk = city.sign_in(DESK).await;
            desk.open(&format!("/cases/{code}")).await;
            desk.fill("Số tiền", amount);
            desk.press("Thu và ghi biên lai").await;
            desk.status(200);
        }
    };
    desk("50.000").await;
    round(&city, &double).await;
    let steps = bodies(&double, "CapNhatTienTrinh");
    let last = steps.last().expect("told");
    assert_eq!(
        last["NoiDungXuLy"],
        "Nộp phí, lệ phí: 50.000 đồng, biên lai 000001/2026"
    );
    let fees = last["DanhSachLePhi"].as_array().expect("a list").clone();
    assert_eq!(stand(&fees), [pair("50000", "1"), pair("2250000", "0")]);
    assert_eq!(last["DuocThanhToanTrucTuyen"], "0", "cash is not online");
    // The rest comes by transfer: told once, however often the loop goes round.
    let reference = rules::case::reference::of(city.case(&filed.code).await.id);
    let message = serde_json::json!({
        "transaction": "FT7", "account": "MINHHOA92031135", "amount": 2_250_000, "words": reference,
        "at": "2026-03-02T08:30:00+07:00",
    });
    city.bank_posts(&message).await;
    round(&city, &double).await;
    round(&city, &double).await;
    let steps = bodies(&double, "CapNhatTienTrinh");
    assert_eq!(steps.len(), 2, "{steps:?}");
    assert_eq!(steps[1]["DuocThanhToanTrucTuyen"], "2");
    let fees = steps[1]["DanhSachLePhi"]
        .as_array()
        .expect("a list")
        .clone();
    assert_eq!(stand(&fees), [pair("50000", "1"), pair("2250000", "1")]);
}

async fn what_happens_while_the_portal_is_away_is_told_afterwards(city: TestCity) {
    let double = PortalDouble::default();
    double.away(true);
    let filed = filed(&city, false).await;
    round(&city, &double).await;
    refused(&city, &filed.code).await;
    for _ in 0..5 {
        city.clock.forward(hours(2));
        round(&city, &double).await;
    }
    assert!(double.told().is_empty());
    let queue = city.hall.reader().portal_queue().await.expect("read");
    assert_eq!((queue.accepted, queue.refused), (0, 0));
    assert!(queue.waiting > 5, "{queue:?}");
    double.away(false);
    city.clock.forward(hours(2));
    round(&city, &double).await;
    let told = paths(&double);
    let place = |what: &str| told.iter().position(|path| path == what).expect(what);
    assert!(place("LayMaHoSo") < place("TaoHoSo") && place("TaoHoSo") < place("CapNhatTienTrinh"));
    let queue = city.hall.reader().portal_queue().await.expect("read");
    assert_eq!((queue.waiting, queue.refused), (0, 0), "{queue:?}");
}

async fn a_refusal_is_shown_with_what_to_do_holds_back_the_rest_and_goes_again(city: TestCity) {
    // This portal does not know the procedure yet.
    let double = PortalDouble::default().with_procedures(["1.001193"]);
    let filed = filed(&city, false).await;
    round(&city, &double).await;
    refused(&city, &filed.code).await;
    city.clock.forward(hours(3));
    round(&city, &double).await;
    assert!(bodies(&double, "CapNhatTienTrinh").is_empty(), "held back");

    let mut admin = city.sign_in("quantri").await;
    admin.open("/admin/portal").await;
    admin
        .sees("Chưa được Cổng quốc gia chấp nhận")
        .sees("TTHC_KHONG_TON_TAI")
        .sees("trong cấu hình dịch vụ")
        .sees(&filed.code)
        .sees("Nguyễn T. L.");
    let page = admin.page().to_string();
    for personal in ["Nguyễn Thị Lan", "092185001234", "0912345678"] {
        assert!(!page.contains(personal), "{personal} is shown:\n{page}");
    }
    double.know("1.115619");
    admin.press("Gửi lại").await;
    admin.status(200).sees("Đã đưa vào hàng gửi");
    round(&city, &double).await;
    assert_eq!(bodies(&double, "TaoHoSo").len(), 1);
    assert!(
        !bodies(&double, "CapNhatTienTrinh").is_empty(),
        "and the rest follows"
    );
    admin.open("/admin/portal").await;
    admin.sees("Không có gói tin nào bị từ chối");
}

async fn a_server_that_dies_after_telling_tells_again_under_the_same_key(city: TestCity) {
    let double = PortalDouble::default();
    filed(&city, false).await;
    while city.city().queue_packets().await.expect("queued") > 0 {}
    let claimed = city.city().claim_packets().await.expect("claimed");
    assert_eq!(claimed.len(), 1, "one at a time for each dossier");
    let telling = city.city().telling(&claimed[0]).await.expect("made");
    tell(&double, &claimed[0], &telling).await;
    // It dies here. Another server takes nothing while the lease lasts.
    let other = city.second_server().await;
    assert!(other.claim_packets().await.expect("asked").is_empty());
    city.clock.forward(hours(1));
    round(&city, &double).await;
    let codes = bodies(&double, "LayMaHoSo");
    assert_eq!(codes.len(), 1, "taken once: {codes:?}");
    assert_eq!(bodies(&double, "TaoHoSo").len(), 1);
}

/// A city that joins the portal late brings what it has, and both sides count the same.
#[test]
fn dossiers_of_before_are_told_and_both_counts_meet() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let city = TestCity::lived(Engine::Sqlite, 500).await;
        let double = PortalDouble::default();
        let month = date(2026, 2, 1);
        let (received, missing) = city.city().procedures_of(month).await.expect("counted");
        assert!(received > 3, "{received}");
        assert_eq!(received, missing.len() as u64, "nothing was told so far");
        let queued = city.city().queue_missing(month).await.expect("queued");
        assert_eq!(queued, missing.len());
        round(&city, &double).await;
        let queue = city.hall.reader().portal_queue().await.expect("read");
        let refused = city.hall.reader().refused_packets(10).await.expect("read");
        assert_eq!(queue.refused, 0, "{refused:?}");
        assert!(portal_count(city.city(), &double).await.expect("counted"));
        let months = city.hall.reader().portal_months(2).await.expect("read");
        let february = months
            .iter()
            .find(|m| m.month == "2026-02")
            .expect("counted");
        assert_eq!((february.ours, february.theirs), (received, received));
        assert_eq!(city.city().queue_missing(month).await.expect("asked"), 0);
        assert!(
            !portal_count(city.city(), &double).await.expect("asked"),
            "once a day"
        );
    });
}
