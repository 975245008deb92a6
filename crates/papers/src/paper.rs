//! What is printed: the head that every official paper has (NĐ 30/2020), a body of its own kind, and who signs.
//! Plain words and lists, made by `compose` or by whoever has a paper of their own to print. What is not known
//! stays empty, and is printed as a dotted line for the pen.

use serde::Serialize;

use crate::sheet;

/// One paper, ready to be set.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Paper {
    pub layout: Layout,
    /// `Giấy tiếp nhận hồ sơ và hẹn trả kết quả`
    pub title: String,
    /// Under the title: `Về việc …`
    pub about: String,
    /// Beside the head: `Mẫu số 01 – Thông tư số 03/2025/TT-VPCP`; empty where the law names no form.
    pub citation: String,
    pub head: Head,
    /// Dossier code, in letters and bars.
    pub code: String,
    /// Address that the QR code leads to.
    pub check: String,
    /// Said above the title of everything that is no official form: `MẪU TRÌNH DIỄN …`.
    pub demonstration: String,
    pub body: Body,
    /// How what is still owed is paid; `None` where nothing is, or no account collects it.
    pub transfer: Option<Transfer>,
    pub signatures: Vec<Signature>,
    pub recipients: Vec<String>,
    /// Small print at the end.
    pub footnotes: Vec<String>,
}

impl Paper {
    /// Shows digital signatures where their signer's name stands; else at the last place for one. Whoever prepared a paper
    /// that another's title stands under signs beside it, never below that title.
    pub fn sign_digitally(&mut self, mut signed: Vec<Digital>) {
        let person = signed.iter().find(|one| !one.seal);
        let named = self.signatures.iter().position(|place| {
            !place.name.is_empty() && person.is_some_and(|person| person.by == place.name)
        });
        let others = self
            .signatures
            .last()
            .is_some_and(|place| place.how.is_empty() && place.name.is_empty());
        if named.is_none()
            && others
            && let Some(at) = signed.iter().position(|one| !one.seal)
        {
            let own = signed.remove(at);
            self.signatures.insert(
                0,
                Signature {
                    title: "Người lập".to_owned(),
                    name: own.by.clone(),
                    digital: vec![own],
                    ..Signature::default()
                },
            );
        }
        let place = match named {
            Some(at) => self.signatures.get_mut(at),
            None => self.signatures.last_mut(),
        };
        if let Some(place) = place {
            place.digital = signed;
        }
    }
}

/// Which template sets it: a file under `templates/`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// Giấy tiếp nhận hồ sơ và hẹn trả kết quả.
    #[serde(rename = "form-01")]
    Receipt,
    /// Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ.
    #[serde(rename = "form-02")]
    Supplement,
    /// Phiếu từ chối tiếp nhận giải quyết hồ sơ.
    #[serde(rename = "form-03")]
    Refusal,
    /// Văn bản xin lỗi và đề nghị gia hạn.
    #[serde(rename = "form-04")]
    Apology,
    /// Thông báo dừng giải quyết hồ sơ.
    #[serde(rename = "form-05")]
    Stop,
    /// Phiếu kiểm soát quá trình giải quyết hồ sơ.
    #[serde(rename = "form-06")]
    Control,
    /// Sổ theo dõi hồ sơ.
    #[serde(rename = "form-07")]
    Book,
    /// A result: certificate, permit.
    Result,
    /// Any other letter.
    #[default]
    Notice,
    /// Biên lai thu phí, lệ phí.
    FeeReceipt,
    /// Figures in rows and columns.
    Table,
}

impl Layout {
    pub const ALL: [Self; 11] = [
        Self::Receipt,
        Self::Supplement,
        Self::Refusal,
        Self::Apology,
        Self::Stop,
        Self::Control,
        Self::Book,
        Self::Result,
        Self::Notice,
        Self::FeeReceipt,
        Self::Table,
    ];

    /// The file that sets it.
    pub(crate) fn file(self) -> &'static str {
        match self {
            Self::Receipt => "form-01.typ",
            Self::Supplement => "form-02.typ",
            Self::Refusal => "form-03.typ",
            Self::Apology => "form-04.typ",
            Self::Stop => "form-05.typ",
            Self::Control => "form-06.typ",
            Self::Book => "form-07.typ",
            Self::Result => "result.typ",
            Self::Notice => "notice.typ",
            Self::FeeReceipt => "fee-receipt.typ",
            Self::Table => "table.typ",
        }
    }

    /// The layout a definition's paper names: a form of the law by its number, everything else a result.
    pub fn of(template: &str) -> Self {
        match template {
            "form-01" => Self::Receipt,
            "form-02" => Self::Supplement,
            "form-03" => Self::Refusal,
            "form-04" => Self::Apology,
            "form-05" => Self::Stop,
            "form-06" => Self::Control,
            "form-07" => Self::Book,
            "notice" | "apology-letter" | rules::paper::DUTY => Self::Notice,
            "fee-receipt" => Self::FeeReceipt,
            _ => Self::Result,
        }
    }
}

/// Agency left, motto right, number and date below.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Head {
    /// Above the agency; empty for people's committees, which bear no superior (NĐ 30/2020).
    pub superior: String,
    pub agency: String,
    /// `Số: 123/TNHS`; empty: a dotted line.
    pub number: String,
    /// `Ninh Kiều`
    pub place: String,
    /// Year, month, day of the paper.
    pub date: Option<(i16, i8, i8)>,
}

/// Who signs, in the words of NĐ 30/2020.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// `TM. Ủy ban nhân dân`, `KT. Chủ tịch`: a line each; none for one's own.
    pub prefix: Vec<String>,
    /// `CHỦ TỊCH`, `NGƯỜI NỘP HỒ SƠ`
    pub title: String,
    /// `(Ký và ghi rõ họ tên)`
    pub how: String,
    pub name: String,
    /// Digital signatures in its place; empty: by pen and seal.
    pub digital: Vec<Digital>,
}

/// What is seen of a digital signature (NĐ 30/2020, Phụ lục I, mục II.8).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Digital {
    /// The organisation's, else a person's own.
    pub seal: bool,
    pub by: String,
    /// `26/11/2026 08:15:03 +07:00`
    pub at: String,
}

/// A label with what is written behind it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Line {
    pub label: String,
    pub words: String,
}

impl Line {
    pub fn new(label: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            words: words.into(),
        }
    }
}

/// Where money for the city goes, with the code that every bank's app reads (`vietqr`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Transfer {
    /// The text of the payment code.
    pub code: String,
    /// `50.000 đồng`
    pub amount: String,
    pub account: String,
    pub bank: String,
    pub holder: String,
    /// What the payer writes; it finds the case.
    pub reference: String,
    /// The account is made up.
    pub demonstration: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Body {
    Receipt(Box<Receipt>),
    Supplement(Box<Supplement>),
    Refusal(Box<Refusal>),
    Apology(Box<Apology>),
    Stop(Box<Stop>),
    Control(Box<Control>),
    Book(Box<Book>),
    Result(Box<Outcome>),
    Notice(Box<Notice>),
    Fees(Box<Fees>),
    Table(Box<Table>),
}

impl Default for Body {
    fn default() -> Self {
        Self::Notice(Box::default())
    }
}

/// Whom the paper is about. Unknown parts stay empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Applicant {
    pub name: String,
    /// Số định danh cá nhân, or mã số thuế of an organisation.
    pub number: String,
    pub address: String,
    pub phone: String,
    pub email: String,
}

/// A component of a dossier. Counts of nothing known are printed as a space for the pen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Component {
    pub name: String,
    /// `Bản chính`, `Bản sao`, `Bản điện tử`
    pub kind: String,
    pub count: Option<u32>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The desk that took it in.
    pub desk: String,
    pub applicant: Applicant,
    pub subject: String,
    pub components: Vec<Component>,
    pub sets: Option<u32>,
    /// `05 ngày làm việc`
    pub limit: String,
    /// `08 giờ 30 phút, ngày 24 tháng 11 năm 2026`
    pub received: String,
    pub due: String,
    /// `Tại Bộ phận Một cửa`, `Qua dịch vụ bưu chính công ích`
    pub delivery: String,
    pub fees: Vec<Line>,
    pub book: String,
    pub number_in_book: String,
}

/// What is missing: the paper and how it must come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Missing {
    pub name: String,
    pub originals: Option<u32>,
    pub certified: Option<u32>,
    pub copies: Option<u32>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Supplement {
    pub applicant: Applicant,
    pub subject: String,
    pub missing: Vec<Missing>,
    pub reason: String,
    /// Until when, as [`Receipt::due`]; empty where the law sets none.
    pub until: String,
    pub contact: String,
    pub site: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Refusal {
    pub desk: String,
    pub applicant: Applicant,
    pub subject: String,
    pub reason: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Apology {
    pub applicant: Applicant,
    pub subject: String,
    pub received: String,
    pub limit: String,
    pub promised: String,
    pub reason: String,
    pub due: String,
    /// Said after the day had passed already.
    pub late: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Stop {
    pub applicant: Applicant,
    pub subject: String,
    pub received: String,
    /// `Theo yêu cầu rút hồ sơ của cá nhân, tổ chức`
    pub ground: String,
    pub reason: String,
    pub returned: Vec<Component>,
}

/// One hop of a dossier: a row of form 06.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Hop {
    pub from: String,
    pub to: String,
    pub at: String,
    /// Who gave and who took, by name.
    pub giver: String,
    pub taker: String,
    /// `Trước hạn`, `Đúng hạn`, `Quá hạn`; empty while it lasts.
    pub result: String,
    pub note: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Control {
    pub applicant: Applicant,
    pub subject: String,
    pub received: String,
    pub due: String,
    pub agency: String,
    pub hops: Vec<Hop>,
}

/// One dossier: a row of form 07.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub code: String,
    pub subject: String,
    pub sets: String,
    pub applicant: String,
    pub address: String,
    pub agency: String,
    pub received: String,
    pub due: String,
    pub returned: String,
    pub delivery: String,
    pub note: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Book {
    pub desk: String,
    /// `Tháng 11 năm 2026`
    pub period: String,
    pub entries: Vec<Entry>,
}

/// Labelled lines under a heading.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Section {
    pub title: String,
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// `Căn cứ …;`, one each.
    pub grounds: Vec<String>,
    /// What is said before the lines: `Chứng nhận:`.
    pub opening: String,
    pub sections: Vec<Section>,
    pub closing: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// `Kính gửi: …`
    pub to: String,
    pub paragraphs: Vec<String>,
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Fees {
    pub payer: Applicant,
    pub subject: String,
    /// What for and how much: `50.000 đồng`.
    pub lines: Vec<Line>,
    pub total: String,
    /// `Năm mươi nghìn đồng`
    pub in_words: String,
    /// `Tiền mặt`, `Chuyển khoản`
    pub method: String,
    pub paid: String,
    /// When and by whom it was cancelled; empty where it holds.
    pub voided: String,
}

/// A table of figures in words: [`sheet::printed`] makes it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Table {
    /// Lines under the title.
    pub below: Vec<String>,
    /// Rows of headings from above to below.
    pub heads: Vec<Vec<sheet::Head>>,
    pub rows: Vec<Row>,
    /// Of the columns, one to the other; the last one holds for all others.
    pub widths: Vec<f64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Row {
    pub cells: Vec<Word>,
    pub sum: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Word {
    pub words: String,
    /// A number.
    pub right: bool,
    /// Why there is none.
    pub faint: bool,
}
