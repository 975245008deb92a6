use std::fs;

use jiff::civil::date;
use serde_json::{Value, json};
use service::definition::{Channel, LimitRule, LimitUnit};

use super::*;

/// A small record in the shape of the national one.
fn record() -> Value {
    json!({
        "code": "1.000001",
        "name": "Đăng ký  việc\u{a0}thử",
        "category": {"code": "X", "name": "Hộ tịch"},
        "executing_agency": "Ủy ban nhân dân cấp xã",
        "promulgating_agency": "Bộ Tư pháp",
        "channels": [channel("ONLINE", 30_000, json!(3)), channel("DIRECT", 30_000, json!(3))],
        "processing_cases": [],
        "checklist_raw": [{"group": "* Giấy tờ phải nộp:", "items": [
            paper("KQ1", "- Tờ khai", 1, 0), paper("KQ2", "Bản sao: \"có dấu\"", 0, 2),
        ]}],
        "legal_basis": [{"code": "123/2015/NĐ-CP", "name": "Nghị định: hộ tịch"}],
        "results": ["Trích lục"],
        "subject_types": ["Công dân Việt Nam", "Doanh nghiệp", "Hợp tác xã"],
        "source": {"url": "https://example.vn/x", "crawled_at": "2026-07-18", "updated_at": "2026-04-16"},
        "steps_raw": [{"name": "", "text": "- Nộp hồ sơ"}],
        "requirements": "",
    })
}

fn channel(method: &str, fee: i64, quantity: Value) -> Value {
    json!({
        "method": method, "note": "",
        "fees": [{"text": "Lệ phí đăng ký", "type": "SERVICE_FEE", "value_vnd": fee}],
        "processing": {"qty": quantity, "unit": "WORKING_DAY"},
    })
}

fn paper(code: &str, name: &str, originals: u32, copies: u32) -> Value {
    json!({
        "code": code, "name": name, "original_qty": originals, "copy_qty": copies,
        "is_processing_result": false,
    })
}

fn drafted(record: Value) -> (service::Definition, Vec<(&'static str, &'static str)>) {
    let procedure: Procedure = serde_json::from_value(record).expect("a record");
    let mut doubts = Doubts::default();
    let draft = draft::draft(&procedure, date(2026, 8, 1), &mut doubts).expect("a draft");
    assert_eq!(service::format(&draft.text).as_ref(), Ok(&draft.text));
    let read = service::read(&draft.text);
    assert_eq!(read.problems, [], "{}", draft.text);
    let doubts = doubts.0.into_iter();
    (
        read.definition,
        doubts.map(|(part, why, _)| (part, why)).collect(),
    )
}

#[test]
fn what_the_record_says_plainly_is_taken_over() {
    let (draft, _) = drafted(record());
    assert_eq!(draft.service, "national.p1-000001");
    assert_eq!(draft.name.vi, "Đăng ký việc thử");
    assert_eq!(draft.national_code.as_deref(), Some("1.000001"));
    assert_eq!(
        draft.applicants.channels,
        [Channel::Online, Channel::Counter]
    );
    assert_eq!(draft.applicants.who.len(), 2);
    assert_eq!(draft.legal_basis[0].document, "123/2015/NĐ-CP");
    assert!(!draft.demonstration && draft.agency.is_some());
    let papers: Vec<_> = draft
        .documents
        .iter()
        .map(|one| {
            (
                one.label.vi.as_str(),
                one.originals,
                one.copies,
                one.national_code.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        papers,
        [
            ("Tờ khai", 1, 0, Some("KQ1")),
            ("Bản sao: \"có dấu\"", 0, 2, Some("KQ2"))
        ]
    );
    assert_eq!(draft.fees.len(), 1);
    assert_eq!(draft.fees[0].amount.0, "30000");
    assert_eq!(draft.fees[0].label.vi, "Lệ phí đăng ký");
    let Some(LimitRule::Fixed(limit)) = draft.process.limit else {
        panic!("{:?}", draft.process.limit);
    };
    assert_eq!(
        (limit.thousandths, limit.unit),
        (3000, LimitUnit::WorkingDays)
    );
    assert!(
        draft
            .papers
            .iter()
            .any(|paper| paper.name.vi == "Trích lục")
    );
}

#[test]
fn nothing_is_guessed() {
    type Change = fn(&mut Value);
    let cases: [(&str, &str, Change); 14] = [
        ("limit", "unit-not-known", |r| {
            r["channels"][0]["processing"]["unit"] = json!("OTHER")
        }),
        ("limit", "zero", |r| {
            r["channels"][0]["processing"]["qty"] = json!(0)
        }),
        ("limit", "no-figure", |r| {
            r["channels"][0]["processing"]["qty"] = json!("Theo mô tả")
        }),
        ("limit", "several-limits", |r| {
            r["channels"]
                .as_array_mut()
                .expect("a list")
                .push(channel("ONLINE", 30_000, json!(5)));
        }),
        ("limit", "case-with-another-limit", |r| {
            r["processing_cases"] = json!([{"case_code": "1.1", "qty": 9, "unit": "DAY"}]);
        }),
        ("fees", "several-amounts", |r| {
            r["channels"][0]["fees"][0]["value_vnd"] = json!(30)
        }),
        ("fees", "amount-not-in-every-channel", |r| {
            r["channels"][0]["fees"] = json!([])
        }),
        ("fees", "amount-not-plausible", |r| {
            r["channels"][0]["fees"][0]["value_vnd"] = json!(100);
            r["channels"][1]["fees"][0]["value_vnd"] = json!(100);
        }),
        ("fees", "amount-in-prose", |r| {
            r["channels"][0]["fees"][0]["value_vnd"] = json!(0);
            r["channels"][1]["fees"][0]["value_vnd"] = Value::Null;
        }),
        ("papers", "neither-original-nor-copy", |r| {
            r["checklist_raw"][0]["items"][0]["original_qty"] = json!(0);
        }),
        ("papers", "a-note-among-papers", |r| {
            r["checklist_raw"][0]["group"] = json!("* Lưu ý :")
        }),
        ("papers", "same-code-for-another-paper", |r| {
            r["checklist_raw"][0]["items"][1]["code"] = json!("KQ1");
        }),
        ("agency", "not-known-here", |r| {
            r["executing_agency"] = json!("Sở Tư pháp")
        }),
        ("applicants", "not-known", |r| {
            r["subject_types"] = json!(["Tổ chức", "Ai đó"])
        }),
    ];
    for (part, reason, change) in cases {
        let mut changed = record();
        change(&mut changed);
        let (draft, doubts) = drafted(changed);
        assert!(doubts.contains(&(part, reason)), "{reason}: {doubts:?}");
        match part {
            "fees" => assert!(draft.fees.is_empty(), "{reason}"),
            "papers" => assert!(draft.documents.len() < 2, "{reason}"),
            "agency" => assert_eq!(draft.agency, None),
            _ => {}
        }
    }
    let (_, doubts) = drafted(record());
    assert!(
        doubts
            .iter()
            .all(|(part, _)| ["papers", "process"].contains(part)),
        "{doubts:?}"
    );
}

#[test]
fn limits_differ_by_channel() {
    let mut two = record();
    two["channels"][1]["processing"] = json!({"qty": 7.5, "unit": "WORKING_DAY"});
    let (draft, _) = drafted(two);
    let Some(LimitRule::ByChannel(limits)) = draft.process.limit else {
        panic!("{:?}", draft.process.limit);
    };
    let limits: Vec<_> = limits
        .iter()
        .map(|(who, limit)| (*who, limit.thousandths))
        .collect();
    assert_eq!(limits, [(Channel::Online, 3000), (Channel::Counter, 7500)]);
}

#[test]
fn a_file_gives_its_drafts_and_says_what_it_could_not_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("procedures.jsonl");
    fs::write(&file, format!("{}\nnot json\n\n{}\n", record(), record())).expect("writes");
    let path = folder.path().join("report.csv");
    let mut report = Report::begin(&path, &["procedure", "part"]).expect("a report");
    let drafts = import(&file, date(2026, 8, 1), &mut report).expect("drafts");
    assert_eq!(drafts.len(), 1);
    let told = report.end().expect("ends");
    for reason in ["unreadable", "code-comes-twice"] {
        assert_eq!(told.get(&(Fate::SetAside, reason)), Some(&1), "{told:?}");
    }
    let text = fs::read_to_string(&path).expect("the report");
    assert!(text.contains("line 2,file,set-aside,unreadable,"), "{text}");
}

/// The national file lies beside the repository and not in it; without it this says so and proves nothing.
#[test]
fn all_national_procedures_become_drafts_that_read() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let name = "shared/data/national-procedures.jsonl.gz";
    let mut beside = here.ancestors().skip(2).map(|folder| folder.join(name));
    let Some(path) = beside.find(|path| path.exists()) else {
        eprintln!("{name} is not beside the repository: nothing was tested");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let report = folder.path().join("report.csv");
    let mut report = Report::begin(&report, &["procedure", "part"]).expect("a report");
    let drafts = import(&path, date(2026, 8, 1), &mut report).expect("drafts");
    assert_eq!(drafts.len(), 502);
    for draft in &drafts {
        assert_eq!(service::read(&draft.text).problems, [], "{}", draft.service);
        assert_eq!(service::format(&draft.text).as_ref(), Ok(&draft.text));
    }
    let told = report.end().expect("ends");
    assert!(
        told.keys().all(|(fate, _)| *fate == Fate::Noted),
        "{told:?}"
    );
    // The fee that is 100 online and 100,000 by post is in no draft.
    let fee = drafts
        .iter()
        .find(|draft| draft.service == "national.p2-001610");
    assert_eq!(fee.expect("the procedure").fees, 0);
}
