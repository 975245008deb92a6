//! What stands on the face of single results, near the forms that their own laws prescribe (hộ tịch, xây dựng, đất đai,
//! đăng ký hộ kinh doanh). Those forms were not at hand: order and words are the city's demonstration, and each
//! paper says so at its head.

use super::{Answered, Told};
use crate::paper::{Line, Paper, Section};

pub(super) struct Face {
    /// Said before the lines.
    pub opening: &'static str,
    /// Whether the law is cited on its face.
    pub cites: bool,
    parts: &'static [Part],
    closing: Closing,
}

struct Part {
    title: &'static str,
    /// Label, and the code of the answer behind it. `?` before a code: no line without an answer.
    lines: &'static [(&'static str, &'static str)],
    /// Once for each row of a repeated page.
    each: bool,
}

#[derive(Clone, Copy)]
enum Closing {
    None,
    /// Where and when it was entered.
    Registered,
    /// By which dossier the change was entered.
    Entered,
}

const fn part(title: &'static str, lines: &'static [(&'static str, &'static str)]) -> Part {
    Part {
        title,
        lines,
        each: false,
    }
}

const fn each(title: &'static str, lines: &'static [(&'static str, &'static str)]) -> Part {
    Part {
        title,
        lines,
        each: true,
    }
}

static MARITAL: Face = Face {
    opening: "XÁC NHẬN:",
    cites: false,
    parts: &[
        part(
            "",
            &[
                ("Họ, chữ đệm, tên", "full_name"),
                ("Số định danh cá nhân", "personal_id"),
                ("Nơi cư trú", "residence"),
                ("Tình trạng hôn nhân", "status"),
                ("Theo bản án, quyết định", "?judgment"),
                ("Theo giấy tờ khai tử", "?death_record"),
            ],
        ),
        part(
            "",
            &[
                ("Giấy này được cấp để", "use"),
                ("Mục đích cụ thể", "?use_text"),
                ("Người dự định kết hôn", "?spouse_name"),
            ],
        ),
    ],
    closing: Closing::None,
};

static BIRTH: Face = Face {
    opening: "",
    cites: false,
    parts: &[
        part(
            "Người được khai sinh",
            &[
                ("Họ, chữ đệm, tên", "child_name"),
                ("Ngày, tháng, năm sinh", "born_on"),
                ("Giới tính", "child_sex"),
                ("Dân tộc", "ethnicity"),
                ("Số định danh cá nhân", "child_id"),
                ("Nơi sinh", "born_at"),
                ("Quê quán", "home_town"),
            ],
        ),
        part(
            "Người mẹ",
            &[
                ("Họ, chữ đệm, tên", "mother_name"),
                ("Số định danh cá nhân", "mother_id"),
            ],
        ),
        part(
            "Người cha",
            &[
                ("Họ, chữ đệm, tên", "father_name"),
                ("Số định danh cá nhân", "father_id"),
            ],
        ),
        part(
            "Người đi khai sinh",
            &[
                ("Họ, chữ đệm, tên", "requester_name"),
                ("Số định danh cá nhân", "requester_id"),
                ("Quan hệ với người được khai sinh", "relation"),
            ],
        ),
    ],
    closing: Closing::Registered,
};

static PERMIT: Face = Face {
    opening: "",
    cites: true,
    parts: &[
        part(
            "1. Cấp cho",
            &[
                ("Ông (bà)", "owner_name"),
                ("Số định danh cá nhân", "owner_id"),
                ("Địa chỉ", "address"),
            ],
        ),
        part(
            "2. Được phép xây dựng nhà ở riêng lẻ với các nội dung sau",
            &[
                ("Vị trí xây dựng", "site"),
                ("Diện tích lô đất (m²)", "plot_m"),
                ("Diện tích xây dựng tầng 1 (m²)", "ground_m"),
                ("Tổng diện tích sàn (m²)", "total_m"),
                ("Chiều cao công trình (m)", "height_m"),
                ("Số tầng", "storeys"),
                ("Tầng hầm", "basement"),
            ],
        ),
        part(
            "3. Giấy tờ về đất đai",
            &[("Giấy chứng nhận quyền sử dụng đất số", "certificate_no")],
        ),
    ],
    closing: Closing::None,
};

static BUSINESS: Face = Face {
    opening: "",
    cites: false,
    parts: &[
        part(
            "",
            &[
                ("1. Tên hộ kinh doanh", "business_name"),
                ("2. Mã số hộ kinh doanh", "tax_code"),
                ("3. Địa điểm kinh doanh", "premises"),
                ("4. Ngành, nghề kinh doanh", "activity"),
                ("Mô tả ngành, nghề", "?activity_text"),
                ("5. Vốn kinh doanh (đồng)", "capital"),
                ("6. Ngày bắt đầu hoạt động", "starts_on"),
                ("7. Chủ thể thành lập", "founded_by"),
            ],
        ),
        part(
            "8. Chủ hộ kinh doanh",
            &[
                ("Họ và tên", "owner_name"),
                ("Số định danh cá nhân", "owner_id"),
            ],
        ),
        each(
            "9. Thành viên hộ gia đình",
            &[
                ("Họ và tên", "member_name"),
                ("Số định danh cá nhân", "member_id"),
            ],
        ),
    ],
    closing: Closing::None,
};

/// The page on which a change is entered after the certificate was issued: what was agreed on as a price is nobody's
/// business there.
static LAND: Face = Face {
    opening: "NHỮNG THAY ĐỔI SAU KHI CẤP GIẤY CHỨNG NHẬN",
    cites: false,
    parts: &[
        part(
            "I. Giấy chứng nhận và thửa đất",
            &[
                ("Số Giấy chứng nhận đã cấp", "certificate_no"),
                ("Thửa đất", "parcel"),
            ],
        ),
        part(
            "II. Nội dung thay đổi: chuyển nhượng quyền sử dụng đất",
            &[
                ("Diện tích chuyển nhượng (m²)", "area_sold"),
                ("Có tách thửa", "splits"),
                ("Cấp chung một Giấy chứng nhận", "?one_certificate"),
            ],
        ),
        each(
            "III. Bên nhận chuyển nhượng",
            &[
                ("Họ và tên hoặc tên tổ chức", "full_name"),
                ("Số định danh cá nhân", "?personal_id"),
                ("Mã số doanh nghiệp", "?organisation_id"),
            ],
        ),
    ],
    closing: Closing::Entered,
};

/// The face of a template; `None`: it has none of its own.
pub(super) fn of(template: &str) -> Option<&'static Face> {
    Some(match template {
        "marital-status" => &MARITAL,
        "birth-certificate" => &BIRTH,
        "construction-permit" => &PERMIT,
        "household-business" => &BUSINESS,
        "certificate" => &LAND,
        _ => return None,
    })
}

pub(super) fn sections(face: &Face, told: &Told<'_>) -> Vec<Section> {
    let mut sections = Vec::new();
    for part in face.parts {
        let title = part.title.to_owned();
        let rows: Vec<&[Answered]> = match part.each {
            false => Vec::new(),
            true => told
                .groups
                .iter()
                .map(|group| group.answers.as_slice())
                .filter(|answers| answers.iter().any(|one| one.code == part.lines[0].1))
                .collect(),
        };
        let lines = match part.each {
            false => lines(part, |code| told.answer(code)),
            true => rows
                .iter()
                .flat_map(|row| lines(part, |code| found(row, code)))
                .collect(),
        };
        if !lines.is_empty() {
            sections.push(Section { title, lines });
        }
    }
    sections
}

fn found<'a>(answers: &'a [Answered], code: &str) -> Option<&'a str> {
    let mut answers = answers.iter();
    let found = answers.find(|answer| answer.code == code);
    found.map(|answer| answer.words.as_str())
}

fn lines<'a>(part: &Part, answer: impl Fn(&str) -> Option<&'a str>) -> Vec<Line> {
    let line = |(label, code): &(&str, &str)| {
        let bare = code.trim_start_matches('?');
        let words = answer(bare).unwrap_or_default();
        let left_out = bare != *code && words.is_empty();
        (!left_out).then(|| Line::new(*label, words))
    };
    part.lines.iter().filter_map(line).collect()
}

pub(super) fn closing(face: &Face, told: &Told<'_>, paper: &Paper) -> String {
    let day = paper
        .head
        .date
        .map_or_else(String::new, |(year, month, day)| {
            format!("{day:02}/{month:02}/{year}")
        });
    match face.closing {
        Closing::None => String::new(),
        Closing::Registered => format!(
            "Nơi đăng ký: {}. Ngày, tháng, năm đăng ký: {day}.",
            paper.head.agency
        ),
        Closing::Entered => format!(
            "Thay đổi được xác nhận theo hồ sơ mã số {}, ngày {day}.",
            told.case.code
        ),
    }
}
