//! The bodies of the packets, field by field.

use serde_json::{Map, Value as Json, json};
use service::definition::{Definition, FieldKind};
use service::field::number::grouped;
use service::{Answers, fees as fees_due};

use super::Mapping;
use crate::Moment;
use crate::calendar::Calendar;
use crate::case::event::{Asked, StepDecided};
use crate::case::money::{Standing, Way};
use crate::case::{Case, Event, Life, Recorded};
use crate::organisation::Organisation;
use crate::process::Flow;

/// What a packet may know.
pub struct Dossier<'a> {
    /// As it was when the event happened.
    pub case: &'a Case,
    /// The events up to then.
    pub events: &'a [Recorded],
    pub title: &'a str,
    pub definition: &'a Definition,
    pub answers: &'a Answers,
    pub organisation: &'a Organisation,
    pub calendar: &'a Calendar,
    pub mapping: &'a Mapping,
    /// The portal's code for it.
    pub code: &'a str,
    /// The portal's names of files: content hash → (its id, the component it is).
    pub files: &'a [(String, String, String)],
}

impl Dossier<'_> {
    fn say(&self, moment: Option<Moment>) -> String {
        moment.map_or_else(String::new, |m| self.mapping.say(m, self.calendar))
    }

    fn unit(&self, code: &str) -> String {
        let unit = self.organisation.unit_ever(code);
        unit.map_or_else(|| code.to_owned(), |unit| unit.name.clone())
    }

    /// Name, number and what kind of owner the dossier has, as the answers tell.
    fn owner(&self) -> (String, String, &'static str) {
        let mapped = self.mapping.service.get(&self.case.service);
        let answer = |path: &str| answer(self.answers, path);
        let (name, id) = match mapped {
            Some(owner) => (answer(&owner.name), answer(&owner.id)),
            None => (self.first_name(), self.first(&FieldKind::PersonalId)),
        };
        let organisation = self.first(&FieldKind::OrganisationId);
        let kind = mapped.map_or("", |owner| owner.kind.as_str());
        match kind {
            "organisation" => (name, organisation, "organisation"),
            "household-business" => (name, id, "household-business"),
            _ if id.is_empty() && !organisation.is_empty() => (name, organisation, "organisation"),
            _ => (name, id, "citizen"),
        }
    }

    fn fields(&self) -> impl Iterator<Item = &service::definition::Field> {
        let pages = self.definition.form.iter();
        pages
            .filter(|page| page.repeat.is_none())
            .flat_map(|page| &page.fields)
    }

    fn first(&self, kind: &FieldKind) -> String {
        let answers = self.fields().filter(|field| field.kind == *kind);
        let answers = answers.map(|field| answer(self.answers, &field.code));
        answers
            .into_iter()
            .find(|answer| !answer.is_empty())
            .unwrap_or_default()
    }

    /// The name that a register gave for the first personal number, else the first field that is named a name.
    fn first_name(&self) -> String {
        let known = self.fields().find(|field| {
            field
                .from
                .as_ref()
                .is_some_and(|from| from.register == "population")
        });
        let named = || self.fields().find(|field| field.code.ends_with("name"));
        known
            .or_else(named)
            .map_or_else(String::new, |field| answer(self.answers, &field.code))
    }
}

fn answer(answers: &Answers, path: &str) -> String {
    let value = match path.split_once('.') {
        None => answers.get(path),
        Some((group, field)) => answers.get(group).and_then(|rows| rows.get(0)?.get(field)),
    };
    value.and_then(Json::as_str).unwrap_or_default().to_owned()
}

/// B4: the dossier.
pub fn dossier(d: &Dossier<'_>) -> Json {
    let (case, mapping) = (d.case, d.mapping);
    let (name, id, kind) = d.owner();
    let identity = match kind {
        "organisation" => "organisation-id",
        _ => "personal-id",
    };
    let refused = match &case.life {
        Life::NotAccepted { at, .. } => Some(*at),
        _ => None,
    };
    let handed = match &case.life {
        Life::HandedOver { at, .. } => Some(*at),
        _ => None,
    };
    let flag = |yes: bool| if yes { "1" } else { "0" };
    let online = mapping.channel(case.channel) == "2";
    let group = d.definition.group.vi.as_str();
    let fields: [(&str, Json); 33] = [
        ("MaHoSo", d.code.into()),
        (
            "MaTTHC",
            d.definition
                .national_code
                .clone()
                .unwrap_or_default()
                .into(),
        ),
        ("TenTTHC", d.definition.name.vi.clone().into()),
        (
            "MaLinhVuc",
            mapping.field.get(group).cloned().unwrap_or_default().into(),
        ),
        ("TenLinhVuc", group.into()),
        ("ChuHoSo", name.into()),
        ("LoaiDoiTuong", mapping.kind(kind).into()),
        ("MaDoiTuong", "".into()),
        ("ThongTinKhac", case.code.clone().into()),
        ("Email", d.first(&FieldKind::Email).into()),
        ("Fax", "".into()),
        ("SoDienThoai", d.first(&FieldKind::Phone).into()),
        ("TrichYeuHoSo", d.title.into()),
        ("NgayTiepNhan", d.say(case.accepted).into()),
        ("NgayHenTra", d.say(case.clock.due).into()),
        ("TrangThaiHoSo", mapping.status(case.life.number()).into()),
        ("NgayTra", d.say(handed).into()),
        ("ThongTinTra", "".into()),
        ("HinhThuc", delivery(d).into()),
        (
            "NgayKetThucXuLy",
            d.say(case.life.ended().map(|(_, at)| at)).into(),
        ),
        ("DonViXuLy", d.unit(&case.unit).into()),
        ("GhiChu", "".into()),
        ("KenhThucHien", mapping.channel(case.channel).into()),
        (
            "NoiNopHoSo",
            d.unit(case.received_at.as_ref().unwrap_or(&case.unit))
                .into(),
        ),
        ("NgayNopHoSo", d.say(Some(case.opened)).into()),
        ("NgayTuChoi", d.say(refused).into()),
        (
            "LoaiDinhDanh",
            mapping
                .identity
                .get(identity)
                .cloned()
                .unwrap_or_default()
                .into(),
        ),
        ("SoDinhDanh", id.into()),
        ("HoSoCoThanhPhanSoHoa", flag(!d.files.is_empty()).into()),
        (
            "TaiKhoanDuocXacThucVoiVNeID",
            flag(case.applicant.is_some() && online).into(),
        ),
        ("DuocThanhToanTrucTuyen", paid_online(d).into()),
        ("TaiLieuNop", papers(d)),
        ("DanhSachHoSoBoSung", supplements(d)),
    ];
    let mut packet: Map<String, Json> = Map::new();
    for (name, value) in fields {
        packet.insert(name.to_owned(), value);
    }
    packet.insert("DanhSachLePhi".to_owned(), charges(d));
    packet.insert("DanhSachTepDinhKemKhac".to_owned(), json!([]));
    packet.insert("DanhSachGiayToKetQua".to_owned(), json!([]));
    Json::Object(packet)
}

fn delivery(d: &Dossier<'_>) -> String {
    let wanted = answer(d.answers, "delivery");
    d.mapping.delivery.get(&wanted).cloned().unwrap_or_default()
}

fn papers(d: &Dossier<'_>) -> Json {
    let papers = d.files.iter().map(|(hash, id, what)| {
        let component = d
            .definition
            .documents
            .iter()
            .find(|document| document.code == *what);
        let code = component.and_then(|document| document.national_code.clone());
        json!({
            "IdTepTin": id,
            "HashTepTin": hash,
            "TenTepDinhKem": component.map_or(what.as_str(), |document| document.label.vi.as_str()),
            "MaThanhPhanHoSo": code.unwrap_or_default(),
            "DuocSoHoa": "1",
            "DuocTaiSuDung": "0",
            "DuocLayTuKhoDMQG": "0",
            "MaKetQuaThayThe": "",
        })
    });
    papers.collect()
}

/// How a fee is told: what it is called, how much, when it is taken, whether it is settled.
fn charge(label: &str, amount: i64, when: &str, settled: bool) -> Json {
    // Lệ phí are charges for a paper, phí for a service.
    let kind = if label.starts_with("Lệ phí") {
        "2"
    } else {
        "1"
    };
    json!({
        "TenPhiLePhi": label,
        "LoaiPhiLePhi": kind,
        "HinhThucThu": when,
        "Gia": amount.to_string(),
        "SoLuong": "1",
        "TrangThaiThanhToan": if settled { "1" } else { "0" },
    })
}

/// At reception, with a supplement, or when the result is handed over.
const AT_RECEPTION: &str = "1";
const WITH_SUPPLEMENT: &str = "2";
const AT_THE_END: &str = "4";

/// As its events left them; before any was asked, what the answers foresee.
fn charges(d: &Dossier<'_>) -> Json {
    let money = &d.case.money;
    if money.charges.is_empty() {
        let scope = service::expr::Scope::of(d.definition, d.answers)
            .today(d.calendar.local(d.case.opened).0);
        // What cannot be reckoned from these answers is not told; the portal counts such dossiers as without fee.
        let due = fees_due::due(d.definition, &scope).unwrap_or_default();
        let told = due.into_iter();
        let told = told.map(|fee| charge(&fee.label.vi, fee.amount, AT_RECEPTION, false));
        return told.collect();
    }
    let flow = Flow::of(d.definition);
    let reception = flow.reception().map(|step| step.code.as_str());
    let charges = money.charges.iter().map(|one| {
        let mut known = d.definition.fees.iter();
        let known = known.find(|fee| fee.code == one.fee);
        let label = known.map_or(one.fee.as_str(), |fee| fee.label.vi.as_str());
        let step = one.step.as_deref();
        let outside = step.and_then(|step| flow.step(step));
        let when = match outside {
            Some(step) if Some(step.code.as_str()) == reception => AT_RECEPTION,
            Some(step) if step.outside_limit => AT_THE_END,
            Some(_) => WITH_SUPPLEMENT,
            None => AT_RECEPTION,
        };
        let settled = money.standing(&one.fee) == Standing::Settled;
        charge(label, one.owed(), when, settled)
    });
    charges.collect()
}

/// 1: through the payment gateway of the national portal; 2: by another electronic way of the city; 0: not (QĐ 766,
/// metric 3.6).
fn paid_online(d: &Dossier<'_>) -> &'static str {
    let paid = || d.case.money.payments.iter().filter(|paid| !paid.voided);
    match (
        paid().any(|paid| paid.way == Way::Portal),
        paid().any(|paid| paid.way == Way::Transfer),
    ) {
        (true, _) => "1",
        (false, true) => "2",
        (false, false) => "0",
    }
}

/// Whether an event changes what the portal knows of fees.
pub(super) fn of_fees(event: &Event) -> bool {
    matches!(
        event,
        Event::FeePaid(_)
            | Event::PaymentVoided { .. }
            | Event::FeeWaived { .. }
            | Event::WaiverRejected { .. }
            | Event::Refunded { .. }
    )
}

/// B5: fees were paid, waived or given back. `who`: who wrote it down, `unit`: where.
pub fn fees(d: &Dossier<'_>, event: &Event, at: Moment, who: &str, unit: &str) -> Json {
    let dong = |amount: i64| format!("{} đồng", grouped(amount));
    let fee = |code: &str| {
        let mut known = d.definition.fees.iter();
        let known = known.find(|fee| fee.code == code);
        known.map_or_else(|| code.to_owned(), |fee| fee.label.vi.clone())
    };
    let content = match event {
        Event::FeePaid(paid) => match &paid.receipt {
            Some(receipt) => format!(
                "Nộp phí, lệ phí: {}, biên lai {:06}/{}",
                dong(paid.amount),
                receipt.number,
                receipt.year
            ),
            None => format!("Nộp phí, lệ phí: {}", dong(paid.amount)),
        },
        Event::PaymentVoided { .. } => "Hủy biên lai thu phí, lệ phí".to_owned(),
        Event::FeeWaived { fee: code, .. } => format!("Miễn: {}", fee(code)),
        Event::WaiverRejected { fee: code, .. } => format!("Không được miễn: {}", fee(code)),
        Event::Refunded { amount, .. } => format!("Hoàn trả: {}", dong(*amount)),
        _ => String::new(),
    };
    json!({
        "MaHoSo": d.code,
        "NguoiXuLy": who,
        "ThoiDiemXuLy": d.say(Some(at)),
        "PhongBanXuLy": d.unit(unit),
        "NoiDungXuLy": content,
        "TrangThai": d.mapping.status(d.case.life.number()),
        "NgayBatDau": "",
        "NgayKetThucTheoQuyDinh": "",
        "DuocThanhToanTrucTuyen": paid_online(d),
        "DanhSachLePhi": charges(d),
    })
}

/// Each request to complete the dossier with its answer, and both appointments.
fn supplements(d: &Dossier<'_>) -> Json {
    let mut found: Vec<Json> = Vec::new();
    let mut due: Option<Moment> = None;
    for event in d.events {
        match &event.event {
            Event::ClockStarted { due: first, .. } => due = Some(*first),
            Event::ApplicantAsked {
                what: Asked::Supplement,
            } => found.push(json!({
                "HoSoBoSungId": format!("{}-{}", d.code, found.len() + 1),
                "NguoiYeuCauBoSung": d.unit(&d.case.unit),
                "NoiDungBoSung": "",
                "NgayBoSung": d.say(Some(event.at)),
                "NguoiTiepNhanBoSung": "",
                "ThongTinTiepNhan": "",
                "NgayTiepNhanBoSung": "",
                "TrangThaiBoSung": "0",
                "DanhSachGiayToBoSung": [],
                "DanhSachLePhiBoSung": [],
                "NgayHenTraTruoc": d.say(due),
                "NgayHenTraMoi": "",
            })),
            Event::ApplicantAnswered => {
                if let Some(last) = found.last_mut() {
                    last["NgayTiepNhanBoSung"] = d.say(Some(event.at)).into();
                    last["NguoiTiepNhanBoSung"] = d.unit(&d.case.unit).into();
                    last["TrangThaiBoSung"] = "1".into();
                }
            }
            Event::ClockResumed { due: later } => {
                if let Some(last) = found.last_mut() {
                    last["NgayHenTraMoi"] = d.say(Some(*later)).into();
                }
                due = Some(*later);
            }
            Event::Extended { to, .. } => due = Some(*to),
            _ => {}
        }
    }
    found.into()
}

/// B5: a step was decided. `who`: who decided, `unit`: where.
pub fn progress(d: &Dossier<'_>, decided: &StepDecided, at: Moment, who: &str, unit: &str) -> Json {
    let flow = Flow::of(d.definition);
    let step = flow.step(&decided.step);
    let started = d.events.iter().rev().find_map(|event| match &event.event {
        Event::StepStarted { task } if task.step == decided.step && task.row == decided.row => {
            Some((event.at, task.due))
        }
        _ => None,
    });
    let outcome =
        step.and_then(|step| step.outcomes.iter().find(|way| way.code == decided.outcome));
    let name = step.map_or(decided.step.as_str(), |step| step.name.vi.as_str());
    let said = outcome.map_or("", |way| way.label.vi.as_str());
    let content = match said {
        "" => name.to_owned(),
        said => format!("{name}: {said}"),
    };
    json!({
        "MaHoSo": d.code,
        "NguoiXuLy": who,
        "ThoiDiemXuLy": d.say(Some(at)),
        "PhongBanXuLy": d.unit(unit),
        "NoiDungXuLy": content,
        "TrangThai": d.mapping.status(d.case.life.number()),
        "NgayBatDau": d.say(started.map(|(at, _)| at)),
        "NgayKetThucTheoQuyDinh": d.say(started.and_then(|(_, due)| due)),
    })
}

/// B6: the state changed.
pub fn status(d: &Dossier<'_>, life: u8, at: Moment) -> Json {
    json!({
        "MaHoSo": d.code,
        "TrangThaiHoSo": d.mapping.status(life),
        "ThoiDiemCapNhat": d.say(Some(at)),
        "NgayTiepNhan": d.say(d.case.accepted),
        "NgayHenTra": d.say(d.case.clock.due),
        "NgayKetThucXuLy": d.say(d.case.life.ended().map(|(_, at)| at)),
    })
}
