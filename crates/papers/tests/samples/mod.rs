//! A paper of each layout with something in every place, for tests that look at all of them.
#![allow(dead_code)] // each test binary uses its part

use papers::sheet::{self, Cell};
use papers::*;

/// All vowels with all tones, capital and small, and the consonants around them.
pub fn letters() -> String {
    let small = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvwxyỳỷỹýỵz";
    format!("{small} {} 0123456789 “”–…", small.to_uppercase())
}

pub fn applicant() -> Applicant {
    Applicant {
        name: "Nguyễn Thị Ngọc Hường".into(),
        number: "092185001299".into(),
        address: "Số 12/4 hẻm 51 đường Nguyễn Trãi, phường Ninh Kiều, thành phố Cần Thơ".into(),
        phone: "0912 345 678".into(),
        email: "huong.nguyen@example.vn".into(),
    }
}

pub fn transfer() -> Transfer {
    let payment = vietqr::Payment {
        bank: "970403",
        account: "0011012345678",
        amount: Some(2_300_000),
        reference: "MC4F7K2M9QTW1R8X",
    };
    Transfer {
        code: vietqr::text(&payment).expect("payable"),
        amount: "2.300.000 đồng".into(),
        account: "0011012345678".into(),
        bank: "Ngân hàng minh họa".into(),
        holder: "Trung tâm Phục vụ hành chính công phường Ninh Kiều".into(),
        reference: "MC4F7K2M9QTW1R8X".into(),
        demonstration: true,
    }
}

/// A paper of this layout, everywhere filled in.
pub fn sample(layout: Layout) -> Paper {
    let receipt = matches!(
        layout,
        Layout::Receipt | Layout::Supplement | Layout::Refusal
    );
    Paper {
        layout,
        title: "Giấy tiếp nhận hồ sơ và hẹn trả kết quả".into(),
        about: "Về việc giải quyết hồ sơ thủ tục hành chính".into(),
        citation: "Mẫu số 01 – Thông tư số 03/2025/TT-VPCP".into(),
        head: Head {
            superior: "Ủy ban nhân dân phường Ninh Kiều".into(),
            agency: "Trung tâm Phục vụ hành chính công phường Ninh Kiều".into(),
            number: "Số: 123/TNHS".into(),
            place: "Ninh Kiều".into(),
            date: Some((2026, 11, 6)),
        },
        code: "H13.102.01-261106-0042".into(),
        check: "https://motcua.cantho.example/verify/K7QM-3XPA-9RTD".into(),
        demonstration: "MẪU TRÌNH DIỄN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ".into(),
        transfer: matches!(layout, Layout::Receipt | Layout::Notice).then(transfer),
        body: body(layout),
        signatures: match receipt {
            true => vec![
                signature("Người nộp hồ sơ", ""),
                signature("Người tiếp nhận hồ sơ", "Trần Thị Bích Thuỷ"),
            ],
            false => vec![Signature {
                prefix: vec!["TM. Ủy ban nhân dân".into(), "KT. Chủ tịch".into()],
                title: "Phó Chủ tịch".into(),
                how: String::new(),
                name: "Lê Hoàng Phước Đại".into(),
                digital: Vec::new(),
            }],
        },
        recipients: vec!["Như trên;".into(), "Lưu: VT.".into()],
        footnotes: vec![
            "Tra cứu tình trạng hồ sơ bằng mã hồ sơ tại motcua.cantho.example/track.".into(),
        ],
    }
}

fn signature(title: &str, name: &str) -> Signature {
    Signature {
        title: title.into(),
        how: "(Ký và ghi rõ họ tên)".into(),
        name: name.into(),
        ..Signature::default()
    }
}

fn body(layout: Layout) -> Body {
    let subject = "Cấp Giấy xác nhận tình trạng hôn nhân".to_owned();
    let component = |name: &str| Component {
        name: name.into(),
        kind: "Bản chính".into(),
        count: Some(1),
    };
    let moment = "08 giờ 30 phút, ngày 06 tháng 11 năm 2026".to_owned();
    let applicant = applicant();
    match layout {
        Layout::Receipt => Body::Receipt(Box::new(Receipt {
            desk: "Trung tâm Phục vụ hành chính công phường Ninh Kiều".into(),
            applicant,
            subject,
            components: vec![
                component("Tờ khai cấp Giấy xác nhận tình trạng hôn nhân"),
                component("Trích lục ghi chú ly hôn"),
            ],
            sets: Some(1),
            limit: "03 ngày làm việc".into(),
            received: moment.clone(),
            due: moment,
            delivery: "Tại Bộ phận Một cửa".into(),
            fees: vec![Line::new("Lệ phí", "15.000 đồng")],
            ..Receipt::default()
        })),
        Layout::Supplement => Body::Supplement(Box::new(Supplement {
            applicant,
            subject,
            missing: vec![Missing {
                name: "Bản án ly hôn".into(),
                originals: Some(1),
                ..Missing::default()
            }],
            reason: "Hồ sơ còn thiếu giấy tờ chứng minh đã ly hôn".into(),
            until: moment,
            contact: "Trần Thị Bích Thuỷ".into(),
            site: "motcua.cantho.example".into(),
        })),
        Layout::Refusal => Body::Refusal(Box::new(Refusal {
            desk: "Trung tâm Phục vụ hành chính công".into(),
            applicant,
            subject,
            reason: "Không thuộc thẩm quyền giải quyết".into(),
        })),
        Layout::Apology => Body::Apology(Box::new(Apology {
            applicant,
            subject,
            received: moment.clone(),
            limit: "03 ngày làm việc".into(),
            promised: moment.clone(),
            reason: "Chờ phường Cái Khế trả lời".into(),
            due: moment,
            late: false,
        })),
        Layout::Stop => Body::Stop(Box::new(Stop {
            applicant,
            subject,
            received: moment,
            ground: "Cá nhân, tổ chức đề nghị rút hồ sơ".into(),
            reason: "Không cần nữa".into(),
            returned: vec![component("Tờ khai")],
        })),
        Layout::Control => Body::Control(Box::new(Control {
            applicant,
            subject,
            received: moment.clone(),
            due: moment.clone(),
            agency: "Ủy ban nhân dân phường Ninh Kiều".into(),
            hops: vec![Hop {
                from: "Một cửa".into(),
                to: "Tư pháp".into(),
                at: moment,
                giver: "Thuỷ".into(),
                taker: "Phước".into(),
                result: "Đúng hạn".into(),
                note: "Kiểm tra".into(),
            }],
        })),
        Layout::Book => Body::Book(Box::new(Book {
            desk: "Trung tâm Phục vụ hành chính công".into(),
            period: "Tháng 11 năm 2026".into(),
            entries: vec![Entry {
                code: "H13.102.01-261106-0042".into(),
                subject,
                applicant: applicant.name,
                ..Entry::default()
            }],
        })),
        Layout::Notice => Body::Notice(Box::new(Notice {
            to: applicant.name,
            paragraphs: vec!["Hồ sơ của ông (bà) đã đến bước thực hiện nghĩa vụ tài chính.".into()],
            lines: vec![Line::new("Thủ tục", subject)],
        })),
        Layout::FeeReceipt => Body::Fees(Box::new(Fees {
            payer: applicant,
            subject,
            lines: vec![Line::new("Lệ phí", "15.000 đồng")],
            total: "15.000 đồng".into(),
            in_words: "Mười lăm nghìn đồng".into(),
            method: "Tiền mặt".into(),
            paid: moment,
            voided: "ĐÃ HỦY lúc 09 giờ".into(),
        })),
        Layout::Table => table(),
        _ => outcome(),
    }
}

fn table() -> Body {
    let head = |words: &str, span| sheet::Head {
        words: words.into(),
        span,
    };
    let sheet = sheet::Sheet {
        title: "BÁO CÁO".into(),
        above: vec!["UBND".into(), "Biểu số II.06a".into()],
        below: vec!["Kỳ báo cáo: tháng 11/2026".into()],
        heads: vec![
            vec![head("", 1), head("Số hồ sơ tiếp nhận", 2)],
            vec![head("Lĩnh vực", 1), head("Tổng số", 1), head("Tỷ lệ", 1)],
        ],
        rows: vec![
            sheet::Line {
                cells: vec![
                    Cell::Text("Hộ tịch".into()),
                    Cell::Count(12_345),
                    Cell::Decimal(98.5),
                ],
                sum: false,
            },
            sheet::Line {
                cells: vec![
                    Cell::Text("Tổng cộng".into()),
                    Cell::Count(12_345),
                    Cell::Nothing("chưa có số liệu".into()),
                ],
                sum: true,
            },
        ],
        ..sheet::Sheet::default()
    };
    sheet::printed(&sheet, Head::default(), Vec::new()).body
}

fn outcome() -> Body {
    Body::Result(Box::new(Outcome {
        grounds: vec!["Căn cứ Luật Hộ tịch số 60/2014/QH13;".into()],
        opening: "XÁC NHẬN:".into(),
        sections: vec![Section {
            title: "Người được xác nhận".into(),
            lines: vec![Line::new("Họ và tên", applicant().name)],
        }],
        closing: "Giấy này có giá trị sử dụng theo quy định.".into(),
    }))
}
