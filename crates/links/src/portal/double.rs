//! A portal in memory that judges like the real one: unknown codes are refused, order is kept, a key seen before gets the answer it got.
//!
//! It speaks in the words of HTTP (a path, a body, a status), so that the same judgement serves the trait in this process and a server in
//! tests. Its codes of refusals are ours: the portal publishes none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rules::case::Life;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::{Call, Given, Portal, PortalCount, PortalFault};

/// The longest time a token holds, in calls: short, so that clients learn to ask again.
const TOKEN_CALLS: u32 = 50;

#[derive(Default)]
pub struct PortalDouble {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// Procedures that the portal knows; empty: all that look like one.
    procedures: BTreeSet<String>,
    /// Our code → the portal's.
    codes: BTreeMap<String, String>,
    files: BTreeMap<String, String>,
    dossiers: BTreeMap<String, Held>,
    /// Key → the answer it got.
    answered: BTreeMap<String, (u16, Json)>,
    away: bool,
    tokens: u32,
    calls_left: u32,
    told: Vec<(String, Json)>,
}

/// A dossier as the portal holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    status: u8,
    received: String,
}

fn no(code: &str, says: impl Into<String>) -> (u16, Json) {
    (422, json!({"error_code": code, "message": says.into()}))
}

impl PortalDouble {
    fn inner<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        act(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Knows these procedures only.
    pub fn with_procedures<'p>(self, codes: impl IntoIterator<Item = &'p str>) -> Self {
        self.inner(|inner| inner.procedures = codes.into_iter().map(str::to_owned).collect());
        self
    }

    /// Knows one more.
    pub fn know(&self, procedure: &str) {
        self.inner(|inner| inner.procedures.insert(procedure.to_owned()));
    }

    /// Does not answer until told otherwise.
    pub fn away(&self, away: bool) {
        self.inner(|inner| inner.away = away);
    }

    /// Everything taken for the first time, oldest first: what it was and the body.
    pub fn told(&self) -> Vec<(String, Json)> {
        self.inner(|inner| inner.told.clone())
    }

    /// A dossier taken in an earlier life: a demonstration that starts again has not forgotten.
    pub fn remember(&self, ours: &str, code: &str, status: u8, received: &str) {
        self.inner(|inner| {
            inner.codes.insert(ours.to_owned(), code.to_owned());
            let held = Held {
                status,
                received: received.to_owned(),
            };
            inner.dossiers.insert(code.to_owned(), held);
        });
    }

    /// Answers as a server would: status and body. `bearer`: the token that came along.
    pub fn answer(&self, path: &str, key: &str, bearer: Option<&str>, body: &Json) -> (u16, Json) {
        self.inner(|inner| {
            if inner.away {
                return (503, json!({"message": "bảo trì"}));
            }
            if path == "/token" {
                if body["client_secret"].as_str().is_none_or(str::is_empty) {
                    return (401, json!({"message": "sai thông tin"}));
                }
                inner.tokens += 1;
                inner.calls_left = TOKEN_CALLS;
                return (
                    200,
                    json!({"access_token": format!("token-{}", inner.tokens), "expires_in": 3600}),
                );
            }
            let current = format!("token-{}", inner.tokens);
            if bearer != Some(current.as_str()) || inner.tokens == 0 || inner.calls_left == 0 {
                return (401, json!({"message": "hết phiên"}));
            }
            inner.calls_left -= 1;
            inner.judged(path, key, body)
        })
    }
}

impl Inner {
    /// Once for each key.
    fn judged(&mut self, path: &str, key: &str, body: &Json) -> (u16, Json) {
        if path == "/ThongKe" {
            return self.counted(body);
        }
        if let Some(answer) = self.answered.get(key) {
            return answer.clone();
        }
        let answer = match path {
            "/LayMaHoSo" => self.code(body),
            "/TaiTep" => self.file(body),
            "/TaoHoSo" => self.dossier(body),
            "/CapNhatTienTrinh" => self.progress(body),
            "/CapNhatTrangThai" => self.status(body),
            _ => (404, json!({"message": "không có dịch vụ này"})),
        };
        // A refusal may be mended under the same key; what was taken stays.
        if answer.0 == 200 {
            self.answered.insert(key.to_owned(), answer.clone());
            self.told
                .push((path.trim_start_matches('/').to_owned(), body.clone()));
        }
        answer
    }

    fn code(&mut self, body: &Json) -> (u16, Json) {
        let ours = body["MaHoSoDiaPhuong"].as_str().unwrap_or_default();
        if ours.is_empty() {
            return no("THIEU_TRUONG", "MaHoSoDiaPhuong");
        }
        let next = format!("DVCQG-{:07}", self.codes.len() + 1);
        let code = self.codes.entry(ours.to_owned()).or_insert(next);
        (200, json!({"MaHoSo": code}))
    }

    fn file(&mut self, body: &Json) -> (u16, Json) {
        let content = body["NoiDung"].as_str().unwrap_or_default();
        let Ok(bytes) = STANDARD.decode(content) else {
            return no("TEP_KHONG_TON_TAI", "nội dung tệp không đọc được");
        };
        let hash = hex::encode(Sha256::digest(&bytes));
        if body["HashTepTin"].as_str() != Some(&hash) {
            return no("TEP_KHONG_TON_TAI", "mã băm của tệp không khớp");
        }
        let id = format!("TEP-{}", &hash[..16]);
        self.files.insert(id.clone(), hash);
        (200, json!({"IdTepTin": id}))
    }

    fn dossier(&mut self, body: &Json) -> (u16, Json) {
        let text = |name: &str| body[name].as_str().unwrap_or_default();
        for needed in [
            "MaHoSo",
            "MaTTHC",
            "TenTTHC",
            "ChuHoSo",
            "DonViXuLy",
            "NgayNopHoSo",
            "TrangThaiHoSo",
        ] {
            if text(needed).is_empty() {
                return no("THIEU_TRUONG", needed);
            }
        }
        if !self.codes.values().any(|code| code == text("MaHoSo")) {
            return no("HO_SO_KHONG_TON_TAI", "mã hồ sơ chưa được cấp");
        }
        if self.dossiers.contains_key(text("MaHoSo")) {
            return no("HO_SO_DA_TON_TAI", text("MaHoSo"));
        }
        if !self.procedures.is_empty() && !self.procedures.contains(text("MaTTHC")) {
            return no("TTHC_KHONG_TON_TAI", text("MaTTHC"));
        }
        for (name, known) in [
            ("KenhThucHien", ["1", "2", "3"].as_slice()),
            ("LoaiDoiTuong", ["1", "2"].as_slice()),
        ] {
            if !known.contains(&text(name)) {
                return no("MA_KHONG_HOP_LE", format!("{name} = “{}”", text(name)));
            }
        }
        let identity = text("SoDinhDanh");
        let digits = identity.chars().all(|c| c.is_ascii_digit());
        if text("LoaiDinhDanh") == "1" && !identity.is_empty() && !(digits && identity.len() == 12)
        {
            return no("DINH_DANH_SAI", "SoDinhDanh");
        }
        if text("NgayTiepNhan") > text("NgayHenTra") && !text("NgayHenTra").is_empty() {
            return no("NGAY_SAI", "NgayHenTra sớm hơn NgayTiepNhan");
        }
        for moment in ["NgayTiepNhan", "NgayHenTra", "NgayNopHoSo"] {
            if !text(moment).is_empty() && !is_moment(text(moment)) {
                return no("NGAY_SAI", moment);
            }
        }
        let papers = body["TaiLieuNop"].as_array();
        for paper in papers.into_iter().flatten() {
            let known = paper["IdTepTin"].as_str().and_then(|id| self.files.get(id));
            if known.map(String::as_str) != paper["HashTepTin"].as_str() {
                return no("TEP_KHONG_TON_TAI", "IdTepTin");
            }
        }
        let Some(status) = status_of(text("TrangThaiHoSo")) else {
            return no("MA_KHONG_HOP_LE", "TrangThaiHoSo");
        };
        let held = Held {
            status,
            received: text("NgayTiepNhan").to_owned(),
        };
        self.dossiers.insert(text("MaHoSo").to_owned(), held);
        (200, json!({}))
    }

    fn progress(&mut self, body: &Json) -> (u16, Json) {
        let text = |name: &str| body[name].as_str().unwrap_or_default();
        if !self.dossiers.contains_key(text("MaHoSo")) {
            return no("HO_SO_KHONG_TON_TAI", text("MaHoSo"));
        }
        for needed in [
            "NguoiXuLy",
            "ThoiDiemXuLy",
            "PhongBanXuLy",
            "NoiDungXuLy",
            "TrangThai",
        ] {
            if text(needed).is_empty() {
                return no("THIEU_TRUONG", needed);
            }
        }
        if status_of(text("TrangThai")).is_none() {
            return no("MA_KHONG_HOP_LE", "TrangThai");
        }
        if !is_moment(text("ThoiDiemXuLy")) {
            return no("NGAY_SAI", "ThoiDiemXuLy");
        }
        (200, json!({}))
    }

    fn status(&mut self, body: &Json) -> (u16, Json) {
        let text = |name: &str| body[name].as_str().unwrap_or_default();
        let Some(status) = status_of(text("TrangThaiHoSo")) else {
            return no("MA_KHONG_HOP_LE", "TrangThaiHoSo");
        };
        let Some(held) = self.dossiers.get_mut(text("MaHoSo")) else {
            return no("HO_SO_KHONG_TON_TAI", text("MaHoSo"));
        };
        // The portal sees only some of our states: what is two steps away by our table is near enough, back to the start is not.
        let near = Life::may_become(held.status);
        let reachable = near.contains(&status)
            || near
                .iter()
                .any(|next| Life::may_become(*next).contains(&status));
        if !reachable && held.status != status {
            let says = format!("{} → {status}", held.status);
            return no("TRANG_THAI_SAI_THU_TU", says);
        }
        held.status = status;
        if !text("NgayTiepNhan").is_empty() {
            held.received = text("NgayTiepNhan").to_owned();
        }
        (200, json!({}))
    }

    fn counted(&self, body: &Json) -> (u16, Json) {
        let text = |name: &str| body[name].as_str().unwrap_or_default();
        let (from, to) = (text("TuNgay"), text("DenNgay"));
        let day = |held: &&Held| {
            held.received
                .get(..8)
                .is_some_and(|day| from <= day && day <= to)
        };
        let count = self.dossiers.values().filter(day).count();
        (200, json!({"TongSo": count}))
    }
}

fn status_of(code: &str) -> Option<u8> {
    code.parse().ok().filter(|status| (1..=10).contains(status))
}

/// `20260302080000`
fn is_moment(text: &str) -> bool {
    text.len() == 14 && text.chars().all(|c| c.is_ascii_digit())
}

#[async_trait]
impl Portal for PortalDouble {
    async fn tell(&self, call: &Call, key: &str) -> Result<Given, PortalFault> {
        let (path, body) = super::http::request(call);
        let (status, answer) = self.inner(|inner| match inner.away {
            true => (503, json!({"message": "bảo trì"})),
            false => inner.judged(path, key, &body),
        });
        super::http::outcome(status, &answer)
    }

    async fn count(
        &self,
        from: jiff::civil::Date,
        to: jiff::civil::Date,
    ) -> Result<PortalCount, PortalFault> {
        let body = super::http::span(from, to);
        let (status, answer) = self.inner(|inner| match inner.away {
            true => (503, json!({"message": "bảo trì"})),
            false => inner.counted(&body),
        });
        super::http::counted(status, &answer)
    }
}
