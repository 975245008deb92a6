//! What is wrong with an answer, told to the person who gave it.

use jiff::civil::Date;
use serde::Serialize;

use super::number;
use crate::definition::Field;
use crate::text::Text;
use crate::walk::PageRef;

/// One answer that cannot stand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldProblem {
    /// `personal_id`, inside a repeating group `buyers/0/personal_id`; a document
    /// `documents/contract`; a whole page or group its code.
    pub field: String,
    pub label: Text,
    /// Help of the field: it says the form that a pattern asks.
    pub help: Text,
    /// The page to go back to; `None` for documents and before it is known.
    pub page: Option<PageRef>,
    pub wrong: Wrong,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wrong {
    Required,
    NotText,
    NotWhole,
    NotMoney,
    /// Places after the comma.
    NotDecimal(u8),
    NotYesNo,
    NotDate,
    NotAChoice,
    NotPhone,
    NotEmail,
    NotPersonalId,
    NotOrganisationId,
    NotAPlace,
    NotAFile,
    NotAUnit,
    NotARecord,
    TooSmall {
        least: String,
    },
    TooLarge {
        most: String,
    },
    TooShort {
        least: usize,
    },
    TooLong {
        most: usize,
        is: usize,
    },
    TooEarly {
        first: Date,
    },
    TooLate {
        last: Date,
    },
    TooFew {
        least: usize,
    },
    TooMany {
        most: usize,
    },
    Pattern,
    /// Rows of a repeating group.
    TooFewRows {
        least: u32,
    },
    TooManyRows {
        most: u32,
    },
    /// A `check` of the page does not hold: its own sentence.
    Check(Text),
    DocumentMissing,
}

impl Wrong {
    /// Stable name, for texts and tests.
    pub fn code(&self) -> &'static str {
        match self {
            Wrong::Required => "required",
            Wrong::NotText => "not-text",
            Wrong::NotWhole => "not-whole",
            Wrong::NotMoney => "not-money",
            Wrong::NotDecimal(_) => "not-decimal",
            Wrong::NotYesNo => "not-yes-no",
            Wrong::NotDate => "not-date",
            Wrong::NotAChoice => "not-a-choice",
            Wrong::NotPhone => "not-phone",
            Wrong::NotEmail => "not-email",
            Wrong::NotPersonalId => "not-personal-id",
            Wrong::NotOrganisationId => "not-organisation-id",
            Wrong::NotAPlace => "not-a-place",
            Wrong::NotAFile => "not-a-file",
            Wrong::NotAUnit => "not-a-unit",
            Wrong::NotARecord => "not-a-record",
            Wrong::TooSmall { .. } => "too-small",
            Wrong::TooLarge { .. } => "too-large",
            Wrong::TooShort { .. } => "too-short",
            Wrong::TooLong { .. } => "too-long",
            Wrong::TooEarly { .. } => "too-early",
            Wrong::TooLate { .. } => "too-late",
            Wrong::TooFew { .. } => "too-few",
            Wrong::TooMany { .. } => "too-many",
            Wrong::Pattern => "pattern",
            Wrong::TooFewRows { .. } => "too-few-rows",
            Wrong::TooManyRows { .. } => "too-many-rows",
            Wrong::Check(_) => "check",
            Wrong::DocumentMissing => "document-missing",
        }
    }
}

impl FieldProblem {
    /// The problem of a field that stands alone; `answer` adds row and page.
    pub fn of(field: &Field, wrong: Wrong) -> Self {
        Self {
            field: field.code.clone(),
            label: field.label.clone(),
            help: field.help.clone(),
            page: None,
            wrong,
        }
    }

    pub fn code(&self) -> &'static str {
        self.wrong.code()
    }

    /// The sentence in `language` (`en`, otherwise Vietnamese).
    pub fn says(&self, language: &str) -> String {
        let label = self.label.get(language);
        let help = self.help.get(language);
        if language == "en" {
            self.english(label, help)
        } else {
            self.vietnamese(label, help)
        }
    }

    fn vietnamese(&self, label: &str, help: &str) -> String {
        match &self.wrong {
            Wrong::Required => format!("Hãy trả lời “{label}”"),
            Wrong::NotText => format!("“{label}” phải là chữ"),
            Wrong::NotWhole => format!("“{label}” phải là số nguyên, ví dụ 12"),
            Wrong::NotMoney => format!("“{label}” phải là số tiền đồng, ví dụ 1.250.000"),
            Wrong::NotDecimal(0) => format!("“{label}” phải là số, không có số lẻ"),
            Wrong::NotDecimal(places) => {
                format!("“{label}” phải là số, nhiều nhất {places} số lẻ, ví dụ 12,5")
            }
            Wrong::NotYesNo => format!("Hãy chọn có hoặc không cho “{label}”"),
            Wrong::NotDate => format!("“{label}” phải là ngày có thật, ví dụ 31/12/2026"),
            Wrong::NotAChoice => format!("Hãy chọn một trong các lựa chọn của “{label}”"),
            Wrong::NotPhone => {
                format!("“{label}” phải là số điện thoại Việt Nam, ví dụ 0912 345 678")
            }
            Wrong::NotEmail => format!("“{label}” phải là địa chỉ thư, ví dụ ten@example.vn"),
            Wrong::NotPersonalId => {
                format!("“{label}” phải là số định danh cá nhân đúng 12 chữ số")
            }
            Wrong::NotOrganisationId => {
                format!("“{label}” phải là mã số thuế 10 hoặc 13 chữ số, đúng số kiểm tra")
            }
            Wrong::NotAPlace => format!("Hãy chọn điểm trên bản đồ hoặc ghi địa chỉ cho “{label}”"),
            Wrong::NotAFile => format!("Tệp của “{label}” chưa được tải lên"),
            Wrong::NotAUnit => format!("Hãy chọn một đơn vị cho “{label}”"),
            Wrong::NotARecord => format!("Chưa tra cứu được “{label}”"),
            Wrong::TooSmall { least } => format!("“{label}” ít nhất là {}", number_vi(least)),
            Wrong::TooLarge { most } => format!("“{label}” nhiều nhất là {}", number_vi(most)),
            Wrong::TooShort { least } => format!("“{label}” cần ít nhất {least} ký tự"),
            Wrong::TooLong { most, is } => {
                format!("“{label}” nhiều nhất {most} ký tự, đang có {is}")
            }
            Wrong::TooEarly { first } => format!("“{label}” không được trước ngày {}", day(*first)),
            Wrong::TooLate { last } => format!("“{label}” không được sau ngày {}", day(*last)),
            Wrong::TooFew { least } => format!("“{label}” cần ít nhất {least} mục"),
            Wrong::TooMany { most } => format!("“{label}” nhiều nhất {most} mục"),
            Wrong::Pattern if help.is_empty() => format!("“{label}” chưa đúng dạng"),
            Wrong::Pattern => format!("“{label}” chưa đúng dạng: {help}"),
            Wrong::TooFewRows { least } => format!("Cần ít nhất {least} “{label}”"),
            Wrong::TooManyRows { most } => format!("Nhiều nhất {most} “{label}”"),
            Wrong::Check(text) => text.vi.clone(),
            Wrong::DocumentMissing => format!("Còn thiếu giấy tờ “{label}”"),
        }
    }

    fn english(&self, label: &str, help: &str) -> String {
        match &self.wrong {
            Wrong::Required => format!("Please answer “{label}”"),
            Wrong::NotText => format!("“{label}” must be text"),
            Wrong::NotWhole => format!("“{label}” must be a whole number, such as 12"),
            Wrong::NotMoney => format!("“{label}” must be an amount in đồng, such as 1.250.000"),
            Wrong::NotDecimal(places) => {
                format!("“{label}” must be a number with at most {places} decimals, such as 12,5")
            }
            Wrong::NotYesNo => format!("Choose yes or no for “{label}”"),
            Wrong::NotDate => format!("“{label}” must be a real date, such as 31/12/2026"),
            Wrong::NotAChoice => format!("Choose one of the options of “{label}”"),
            Wrong::NotPhone => {
                format!("“{label}” must be a Vietnamese phone number, such as 0912 345 678")
            }
            Wrong::NotEmail => {
                format!("“{label}” must be an e-mail address, such as ten@example.vn")
            }
            Wrong::NotPersonalId => format!("“{label}” must be a personal number of 12 digits"),
            Wrong::NotOrganisationId => {
                format!("“{label}” must be a tax code of 10 or 13 digits with a right check digit")
            }
            Wrong::NotAPlace => {
                format!("Choose a point on the map or write an address for “{label}”")
            }
            Wrong::NotAFile => format!("The file of “{label}” was not uploaded"),
            Wrong::NotAUnit => format!("Choose a unit for “{label}”"),
            Wrong::NotARecord => format!("“{label}” could not be looked up yet"),
            Wrong::TooSmall { least } => format!("“{label}” must be at least {least}"),
            Wrong::TooLarge { most } => format!("“{label}” must be at most {most}"),
            Wrong::TooShort { least } => format!("“{label}” needs at least {least} characters"),
            Wrong::TooLong { most, is } => {
                format!("“{label}” may have {most} characters, it has {is}")
            }
            Wrong::TooEarly { first } => format!("“{label}” must not be before {}", day(*first)),
            Wrong::TooLate { last } => format!("“{label}” must not be after {}", day(*last)),
            Wrong::TooFew { least } => format!("“{label}” needs at least {least}"),
            Wrong::TooMany { most } => format!("“{label}” may have at most {most}"),
            Wrong::Pattern if help.is_empty() => format!("“{label}” is not in the right form"),
            Wrong::Pattern => format!("“{label}” is not in the right form: {help}"),
            Wrong::TooFewRows { least } => format!("At least {least} “{label}” needed"),
            Wrong::TooManyRows { most } => format!("At most {most} “{label}” allowed"),
            Wrong::Check(text) => text.get("en").to_owned(),
            Wrong::DocumentMissing => format!("The document “{label}” is missing"),
        }
    }
}

fn day(day: Date) -> String {
    format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year())
}

fn number_vi(text: &str) -> String {
    match text.parse::<i64>() {
        Ok(n) => number::grouped(n),
        Err(_) => text.replace('.', ","),
    }
}
