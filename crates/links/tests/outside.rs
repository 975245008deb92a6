//! The adapters against servers that stand outside: a provider of SMS that judges signatures, and the portal's double behind HTTP.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU16, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::post;
use links::courier::{Courier, CourierFault, Parcel, Webhook, WebhookCourier};
use links::portal::{Call, HttpPortal, Portal, PortalAddress, PortalDouble, PortalFault};
use links::signed;
use rules::Moment;
use rules::message::{Channel, ProviderCall};
use serde_json::{Value, json};

const SECRET: &str = "bi-mat-cua-thanh-pho";

async fn serve(routes: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, routes).await });
    format!("http://{address}")
}

fn now() -> Moment {
    "2026-03-02T01:00:00Z".parse().expect("a moment")
}

/// A provider: believes signatures, remembers what it was given, answers as told.
#[derive(Default)]
struct Provider {
    given: Mutex<Vec<(String, Value)>>,
    answers: AtomicU16,
}

async fn provider(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (at, by) = (header(signed::TIMESTAMP), header(signed::SIGNATURE));
    if signed::verify(SECRET, &body, at, by, now()).is_err() {
        return (StatusCode::UNAUTHORIZED, String::new());
    }
    let key = header("idempotency-key").unwrap_or_default().to_owned();
    let body = serde_json::from_slice(&body).expect("JSON");
    provider.given.lock().expect("whole").push((key, body));
    let status = StatusCode::from_u16(provider.answers.load(Ordering::Relaxed)).expect("a status");
    let says = match status.is_success() {
        true => json!({"reference": "SMS-1"}),
        false => json!({"error": "không gửi được"}),
    };
    (status, says.to_string())
}

fn parcel(channel: Channel) -> Parcel {
    Parcel {
        id: "0198aa".to_owned(),
        channel,
        to: "0912345678".to_owned(),
        subject: String::new(),
        body: "Hồ sơ đã có kết quả".to_owned(),
        provider: (channel == Channel::Zalo).then(|| ProviderCall {
            template: "301245".to_owned(),
            parameters: [("ma".to_owned(), "H13".to_owned())].into(),
        }),
        enclosed: Vec::new(),
        unsubscribe: None,
        reply: None,
    }
}

fn courier(url: String, secret: &str) -> WebhookCourier {
    let secret = secret.to_owned();
    WebhookCourier::new(Webhook { url, secret }).expect("a client")
}

#[tokio::test]
async fn a_provider_gets_what_is_documented_and_its_answers_mean_what_is_documented() {
    let kept = Arc::new(Provider::default());
    let routes = Router::new()
        .route("/gui", post(provider))
        .with_state(kept.clone());
    let url = format!("{}/gui", serve(routes).await);
    let ours = courier(url.clone(), SECRET);
    for (status, means) in [
        (200, Ok(())),
        (409, Ok(())),
        (422, Err(true)),
        (404, Err(true)),
        (500, Err(false)),
        (429, Err(false)),
        (302, Err(false)),
    ] {
        kept.answers.store(status, Ordering::Relaxed);
        let said = ours.send(&parcel(Channel::Zalo), now()).await;
        let got = said
            .as_ref()
            .map(|_| ())
            .map_err(|fault| matches!(fault, CourierFault::Never(_)));
        assert_eq!(got, means, "{status}: {said:?}");
        if status == 200 {
            assert_eq!(said.expect("taken").reference.as_deref(), Some("SMS-1"));
        }
    }
    let (key, body) = kept.given.lock().expect("whole")[0].clone();
    assert_eq!(key, "0198aa");
    let documented = json!({"id": "0198aa", "channel": "zalo", "to": "0912345678",
        "text": "Hồ sơ đã có kết quả", "template": "301245", "parameters": {"ma": "H13"}});
    assert_eq!(body, documented);
    // Zalo without an approved text never leaves; a wrong secret is not believed, and may be set right.
    let bare = Parcel {
        provider: None,
        ..parcel(Channel::Zalo)
    };
    assert!(matches!(
        ours.send(&bare, now()).await,
        Err(CourierFault::Never(_))
    ));
    let stranger = courier(url, "khong-phai-bi-mat-nay");
    assert!(matches!(
        stranger.send(&parcel(Channel::Sms), now()).await,
        Err(CourierFault::NotNow(_))
    ));
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_asked_again_and_its_address_stays_secret() {
    let nowhere = courier("http://127.0.0.1:1/?key=rat-bi-mat".to_owned(), SECRET);
    let fault = nowhere
        .send(&parcel(Channel::Sms), now())
        .await
        .expect_err("nobody");
    assert!(matches!(fault, CourierFault::NotNow(_)));
    assert!(!fault.to_string().contains("rat-bi-mat"), "{fault}");
}

async fn behind_http(
    State(double): State<Arc<PortalDouble>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = header("authorization").and_then(|words| words.strip_prefix("Bearer "));
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    let key = header("idempotency-key").unwrap_or_default();
    let (status, answer) = double.answer(uri.path(), key, bearer, &body);
    (
        StatusCode::from_u16(status).expect("a status"),
        answer.to_string(),
    )
}

fn dossier(code: &str) -> Value {
    json!({"MaHoSo": code, "MaTTHC": "1.013225", "TenTTHC": "Cấp giấy phép xây dựng", "ChuHoSo": "Nguyễn Thị Hoa",
        "DonViXuLy": "UBND phường", "NgayNopHoSo": "20260302080000", "TrangThaiHoSo": "1", "KenhThucHien": "2",
        "LoaiDoiTuong": "1", "LoaiDinhDanh": "1", "SoDinhDanh": "092201001234", "NgayTiepNhan": "", "NgayHenTra": "",
        "TaiLieuNop": []})
}

fn code_of(fault: PortalFault) -> String {
    match fault {
        PortalFault::Refused { code, .. } => code,
        PortalFault::NotNow(why) => panic!("not a refusal: {why}"),
    }
}

#[tokio::test]
async fn the_portal_over_http_takes_a_dossier_from_its_code_to_its_end() {
    let double = Arc::new(PortalDouble::default().with_procedures(["1.013225"]));
    let routes = Router::new()
        .fallback(behind_http)
        .with_state(double.clone());
    let portal = HttpPortal::new(PortalAddress {
        url: serve(routes).await,
        client: "can-tho".to_owned(),
        secret: "mat-khau".to_owned(),
    })
    .expect("a client");
    let ours = Call::Code {
        ours: "H13-1".to_owned(),
    };
    let code = portal
        .tell(&ours, "c-0")
        .await
        .expect("a code")
        .id
        .expect("a code");
    // The same again: the same code, nothing new.
    assert_eq!(
        portal.tell(&ours, "c-0").await.expect("again").id.as_ref(),
        Some(&code)
    );

    let bytes = b"%PDF-1.4".to_vec();
    let hash = "c2ba0db4d9cc59d1b8ea6b3e1a4fc8b2".to_owned();
    let file = |hash: String| Call::File {
        name: "don.pdf".into(),
        media: "application/pdf".into(),
        hash,
        bytes: bytes.clone(),
    };
    assert_eq!(
        code_of(
            portal
                .tell(&file(hash), "c-1")
                .await
                .expect_err("a wrong hash")
        ),
        "TEP_KHONG_TON_TAI"
    );
    let right = sha256_hex(&bytes);
    let id = portal
        .tell(&file(right.clone()), "c-1")
        .await
        .expect("kept")
        .id
        .expect("an id");

    // Each wrong code is refused with its reason, and the same key may bring it right.
    for (field, value, why) in [
        ("MaTTHC", json!("9.999999"), "TTHC_KHONG_TON_TAI"),
        ("KenhThucHien", json!("7"), "MA_KHONG_HOP_LE"),
        ("LoaiDoiTuong", json!("0"), "MA_KHONG_HOP_LE"),
        ("SoDinhDanh", json!("12345"), "DINH_DANH_SAI"),
        ("ChuHoSo", json!(""), "THIEU_TRUONG"),
        ("NgayTiepNhan", json!("hôm qua"), "NGAY_SAI"),
        ("TrangThaiHoSo", json!("11"), "MA_KHONG_HOP_LE"),
        ("MaHoSo", json!("X"), "HO_SO_KHONG_TON_TAI"),
        (
            "TaiLieuNop",
            json!([{"IdTepTin": "TEP-0", "HashTepTin": "00"}]),
            "TEP_KHONG_TON_TAI",
        ),
    ] {
        let mut body = dossier(&code);
        body[field] = value;
        let fault = portal
            .tell(&Call::Dossier(body), "c-99")
            .await
            .expect_err(field);
        assert_eq!(code_of(fault), why, "{field}");
    }
    let status = |to: &str| {
        Call::Status(json!({"MaHoSo": code, "TrangThaiHoSo": to, "NgayTiepNhan": "20260302090000"}))
    };
    let early = portal
        .tell(&status("2"), "c-103")
        .await
        .expect_err("before the dossier");
    assert_eq!(code_of(early), "HO_SO_KHONG_TON_TAI", "order is kept");
    let mut body = dossier(&code);
    body["TaiLieuNop"] = json!([{"IdTepTin": id, "HashTepTin": right}]);
    portal
        .tell(&Call::Dossier(body.clone()), "c-99")
        .await
        .expect("taken");
    portal
        .tell(&Call::Dossier(body.clone()), "c-99")
        .await
        .expect("known");
    let twice = portal
        .tell(&Call::Dossier(body), "c-other")
        .await
        .expect_err("twice");
    assert_eq!(code_of(twice), "HO_SO_DA_TON_TAI");

    portal.tell(&status("2"), "c-103").await.expect("accepted");
    portal
        .tell(&status("4"), "c-105")
        .await
        .expect("in progress");
    portal.tell(&status("9"), "c-107").await.expect("decided");
    let back = portal
        .tell(&status("1"), "c-109")
        .await
        .expect_err("back to the start");
    assert_eq!(code_of(back), "TRANG_THAI_SAI_THU_TU");

    let day = |text: &str| text.parse().expect("a day");
    let count = portal
        .count(day("2026-03-01"), day("2026-03-31"))
        .await
        .expect("counted");
    assert_eq!(count.received, 1);
    let none = portal
        .count(day("2026-04-01"), day("2026-04-30"))
        .await
        .expect("counted");
    assert_eq!(none.received, 0);
    // A token holds for some calls only; a client that did not ask again would fail here.
    for n in 0..120 {
        portal
            .tell(&status("9"), &format!("c-{n}-again"))
            .await
            .expect("a token is asked for again");
    }
    double.away(true);
    let away = portal.tell(&status("10"), "c-111").await.expect_err("away");
    assert!(matches!(away, PortalFault::NotNow(_)));
}

fn sha256_hex(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(Sha256::digest(bytes))
}
