//! One draft file, in canonical form. The skeleton of the process (receive, handle, sign, hand over)
//! stands without times of its own: the record has none.

use jiff::civil::Date;
use service::canonical::quoted;
use service::fold::fold;

use super::raw::Procedure;
use super::{Doubts, clean, money, papers, short, time};

/// A definition to be finished by an official.
pub struct Draft {
    /// `national.p1-000080`
    pub service: String,
    pub text: String,
    pub papers: usize,
    pub fees: usize,
    pub limit: bool,
}

/// # Errors
/// A sentence where the draft would not read: our mistake, or a text that no file can hold.
pub fn draft(procedure: &Procedure, effective: Date, doubts: &mut Doubts) -> Result<Draft, String> {
    let code = clean(&procedure.code);
    let service = format!("national.p{}", fold(&code).replace(' ', "-"));
    let papers = papers::papers(procedure, doubts);
    let fees = money::fees(procedure, doubts);
    let limit = time::limit(procedure, doubts);
    let mut text = head(procedure, &service, &code, effective, doubts);
    text.push_str(&applicants(procedure, doubts));
    text.push_str(FORM);
    if !papers.is_empty() {
        text.push_str("documents:\n");
    }
    for (place, paper) in papers.iter().enumerate() {
        text.push_str(&document(place + 1, paper));
    }
    if !fees.is_empty() {
        text.push_str("fees:\n");
    }
    for (place, fee) in fees.iter().enumerate() {
        text.push_str(&format!(
            "  - {{code: fee_{}, label: {}, amount: {}, due: receive}}\n",
            place + 1,
            quoted(&fee.label),
            quoted(&fee.amount.to_string())
        ));
    }
    text.push_str(ROLES);
    text.push_str("process:\n");
    if let Some(limit) = &limit {
        text.push_str(&format!("  limit: {limit}\n"));
    }
    text.push_str(STEPS);
    text.push_str(&results(procedure, doubts));
    prose(procedure, doubts);
    let text = service::format(&text).map_err(|problems| {
        let first = problems.first();
        first.map_or_else(String::new, |problem| {
            format!("{}:{}: {}", problem.line, problem.column, problem.says)
        })
    })?;
    Ok(Draft {
        service,
        text,
        papers: papers.len(),
        fees: fees.len(),
        limit: limit.is_some(),
    })
}

fn head(
    procedure: &Procedure,
    service: &str,
    code: &str,
    effective: Date,
    doubts: &mut Doubts,
) -> String {
    let source = &procedure.source;
    let mut text = format!(
        "# Bản nháp lấy từ Cơ sở dữ liệu quốc gia về thủ tục hành chính; chưa được cán bộ pháp chế rà soát.\n\
         # Nguồn: {} (cập nhật {}, lấy {}).\n\
         # Ngày hiệu lực là ngày chọn khi nhập; mẫu đơn và thời gian từng bước phải viết thêm.\n\
         service: {service}\nname: {}\nkind: procedure\nframe: one-stop/1\n",
        clean(&source.url),
        clean(&source.updated_at),
        clean(&source.crawled_at),
        quoted(&clean(&procedure.name)),
    );
    match procedure
        .category
        .as_ref()
        .map(|category| clean(&category.name))
    {
        Some(field) if !field.is_empty() => text.push_str(&format!("field: {}\n", quoted(&field))),
        _ => doubts.say("field", "missing", ""),
    }
    text.push_str(&format!("effective: {effective}\n"));
    if let Some(agency) = agency(procedure, doubts) {
        text.push_str(&format!("agency: {agency}\n"));
    }
    text.push_str(&format!(
        "demonstration: false\nnational-code: {}\n",
        quoted(code)
    ));
    if !procedure.legal_basis.is_empty() {
        text.push_str("legal-basis:\n");
    }
    for basis in &procedure.legal_basis {
        text.push_str(&format!(
            "  - {{document: {}, says: {}}}\n",
            quoted(&clean(&basis.code)),
            quoted(&clean(&basis.name))
        ));
    }
    text
}

/// The competent unit, where the record says nothing but “the commune”.
fn agency(procedure: &Procedure, doubts: &mut Doubts) -> Option<&'static str> {
    let said = procedure.executing_agency.as_deref().map(clean);
    let said = said.unwrap_or_default();
    match fold(&said).as_str() {
        "uy ban nhan dan cap xa" | "ubnd cap xa" => Some("commune by residence.area"),
        "" => {
            doubts.say("agency", "missing", "");
            None
        }
        _ => {
            doubts.say("agency", "not-known-here", said);
            None
        }
    }
}

fn applicants(procedure: &Procedure, doubts: &mut Doubts) -> String {
    let mut who: Vec<&str> = Vec::new();
    for subject in &procedure.subject_types {
        let folded = fold(subject);
        let word = if folded.starts_with("cong dan") || folded.starts_with("nguoi ") {
            "citizen"
        } else if ["to chuc", "doanh nghiep", "hop tac xa"]
            .iter()
            .any(|start| folded.starts_with(start))
        {
            "organisation"
        } else {
            doubts.say("applicants", "not-known", clean(subject));
            continue;
        };
        if !who.contains(&word) {
            who.push(word);
        }
    }
    let mut channels: Vec<&str> = Vec::new();
    for (method, channel) in time::METHODS {
        if procedure.channels.iter().any(|one| one.method == *method) {
            channels.push(channel);
        }
    }
    for channel in &procedure.channels {
        if !time::METHODS
            .iter()
            .any(|(method, _)| *method == channel.method)
        {
            doubts.say("channels", "not-known", channel.method.clone());
        }
    }
    format!(
        "applicants: {{who: [{}], channels: [{}]}}\n",
        who.join(", "),
        channels.join(", ")
    )
}

fn document(number: usize, paper: &papers::Component) -> String {
    let mut text = format!(
        "  - {{code: paper_{number}, label: {}",
        quoted(&paper.label)
    );
    if !paper.help.is_empty() {
        text.push_str(&format!(", help: {}", quoted(&paper.help)));
    }
    text.push_str(", accept: [pdf, jpg, png]");
    for (key, count) in [("originals", paper.originals), ("copies", paper.copies)] {
        if count > 0 {
            text.push_str(&format!(", {key}: {count}"));
        }
    }
    if let Some(code) = &paper.national_code {
        text.push_str(&format!(", national-code: {}", quoted(code)));
    }
    text.push_str("}\n");
    text
}

fn results(procedure: &Procedure, doubts: &mut Doubts) -> String {
    let mut text = String::from("papers:\n");
    let mut number = 0;
    for result in procedure.results.iter().map(|result| clean(result)) {
        if result.is_empty() {
            continue;
        }
        number += 1;
        text.push_str(&format!(
            "  result_{number}: {{name: {}, template: result, signed-by: signer}}\n",
            quoted(&short(&result, 240))
        ));
    }
    if number == 0 {
        doubts.say("results", "missing", "");
    }
    text.push_str("  refusal: {name: Thông báo trả hồ sơ, template: form-03, keep: 10 years}\n");
    text
}

/// What stands in sentences only, and must be read by a person.
fn prose(procedure: &Procedure, doubts: &mut Doubts) {
    let requirements = clean(procedure.requirements.as_deref().unwrap_or_default());
    if !requirements.is_empty() {
        doubts.say("requirements", "in-prose", requirements);
    }
    let steps = procedure
        .steps_raw
        .iter()
        .filter(|step| !step.text.trim().is_empty());
    doubts.say("process", "steps-in-prose", steps.count().to_string());
    doubts.say("process", "no-times-of-steps", "");
    for channel in &procedure.channels {
        let note = clean(&channel.note);
        if !note.is_empty() {
            doubts.say(
                "channels",
                "note-in-prose",
                format!("{}: {note}", channel.method),
            );
        }
    }
    if let Some(agency) = &procedure.promulgating_agency
        && !fold(agency).starts_with("bo ")
    {
        doubts.say("source", "of-another-authority", clean(agency));
    }
}

const FORM: &str = "form:
  - page: Người nộp hồ sơ
    fields:
      - {code: full_name, label: Họ và tên, type: text, required: true, max: 120}
      - {code: phone, label: Số điện thoại nhận tin, type: phone, required: true}
      - {code: residence, label: Nơi cư trú hoặc trụ sở, type: place, required: true}
";

const ROLES: &str = "roles:
  desk: {name: Cán bộ một cửa, at: agency}
  officer: {name: Người thụ lý, at: agency}
  signer: {name: Người ký, at: agency, post: head}
";

/// `rest`: until the legal deadline. How long each may take, and how long an applicant is waited for when
/// papers are missing, stands nowhere in the record; so there is no step for a supplement either.
const STEPS: &str = "  steps:
    - {code: receive, name: Tiếp nhận hồ sơ, by: desk, within: rest, outcomes: {complete: next, refuse: refused}}
    - {code: handle, name: Thẩm định hồ sơ, by: officer, within: rest, outcomes: {pass: next, fail: refused}}
    - {code: sign, name: Ký kết quả, by: signer, within: rest, outcomes: {signed: next, returned: {to: handle, at-most: 2}}}
    - {code: hand_over, name: Trả kết quả, by: desk, within: rest, outcomes: {returned: end(granted)}}
    - {code: refused, name: Trả hồ sơ, by: desk, within: rest, makes: refusal, outcomes: {done: end(refused)}}
";
