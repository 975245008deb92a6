//! Sentences, frames, fingerprints, translations and the canonical form, on the small services.

mod small_city;

use service::frame::{Published, hash};
use service::{Severity, check_file, describe, format, read, resolve};
use small_city::{city, fixture, frames};

#[test]
fn a_process_is_told_in_sentences() {
    let resolved = resolve(&read(&fixture("shore-lease.yaml")).definition, &frames());
    let told: Vec<String> = describe(&resolved.definition, "vi")
        .into_iter()
        .map(|s| s.text)
        .collect();
    let expected = [
        "Thời hạn giải quyết: 10 ngày làm việc, kể từ khi nhận đủ hồ sơ.",
        "Cán bộ một cửa tiếp nhận trong 4 giờ làm việc; nếu yêu cầu bổ sung thì sang bước “Bổ sung hồ sơ” (một lần); nếu từ chối thì sang bước “Trả hồ sơ”.",
        "Chuyên viên thẩm định hồ sơ trong 2 ngày làm việc; nếu yêu cầu bổ sung thì sang bước “Bổ sung hồ sơ” (một lần); nếu không đạt thì sang bước “Trả hồ sơ”.",
        "2 việc làm song song, xong tất cả mới đi tiếp.",
        "Cơ quan thuế xác định nghĩa vụ tài chính trong 5 ngày làm việc.",
        "Viên chức đo đạc chỉnh lý bản đồ trong 3 ngày làm việc (chỉ khi partial).",
        "Chờ người nộp nộp thuế nhiều nhất 30 ngày, không tính vào thời hạn; nếu quá hạn chờ thì sang bước “Trả hồ sơ”.",
        "Người ký ký Giấy xác nhận trong 1 ngày làm việc; nếu trả lại thì sang bước “Thẩm định hồ sơ” (nhiều nhất 2 lần).",
        "Chuyên viên vào sổ trong 4 giờ làm việc.",
        "Cán bộ một cửa trả kết quả trong 1 ngày làm việc; nếu đã trả kết quả thì kết thúc, đã cấp kết quả.",
        "Chờ người nộp bổ sung hồ sơ nhiều nhất 30 ngày, không tính vào thời hạn; nếu đã bổ sung thì sang bước “Thẩm định hồ sơ”; nếu quá hạn chờ thì sang bước “Trả hồ sơ”.",
        "Cán bộ một cửa trả hồ sơ trong 1 ngày làm việc; nếu hoàn thành thì kết thúc, từ chối.",
        "Nếu trễ hạn, cơ quan gửi thư xin lỗi, hẹn lại nhiều nhất 1 lần.",
    ];
    assert_eq!(told, expected);
    let english = describe(&resolved.definition, "en");
    assert_eq!(
        english[0].text,
        "Time limit: 10 working days from a complete application."
    );
    assert_eq!(english.len(), expected.len());
}

#[test]
fn a_frame_fills_what_a_service_leaves_open() {
    let resolved = resolve(&read(&fixture("house-repair.yaml")).definition, &frames());
    let definition = &resolved.definition;
    assert_eq!(resolved.against_frame, []);
    assert_eq!(definition.process.clock.cutoff.as_deref(), Some("15:00"));
    assert_eq!(definition.process.clock.max_supplements, Some(1));
    assert_eq!(
        definition.process.after.survey.as_deref(),
        Some("satisfaction")
    );
    assert!(
        definition
            .papers
            .iter()
            .any(|paper| paper.code == "apology")
    );
    let phone = definition.form[0]
        .fields
        .iter()
        .find(|field| field.code == "phone")
        .expect("asked");
    assert_eq!(
        (phone.mask.as_deref(), phone.keep.as_deref()),
        (Some("last-4"), Some("2 years"))
    );
    // The usual wait of the frame holds where the service has such a step.
    let drain = resolve(&read(&fixture("blocked-drain.yaml")).definition, &frames());
    assert_eq!(drain.definition.process.clock.stopped_in, ["ask"]);
}

#[test]
fn a_published_version_has_a_fingerprint_of_the_whole() {
    let text = fixture("house-repair.yaml");
    let resolved = resolve(&read(&text).definition, &frames());
    let published = Published::new(1, jiff::civil::date(2026, 3, 1), &resolved);
    assert_eq!(published.hash.len(), 64);
    // How the file is written does not matter, what it says does, in the frame too.
    let formatted = format(&text).expect("well formed");
    assert_eq!(
        hash(&resolve(&read(&formatted).definition, &frames())),
        published.hash
    );
    let dearer = text.replace("50000]", "60000]");
    assert_ne!(
        hash(&resolve(&read(&dearer).definition, &frames())),
        published.hash
    );
    let mut other = resolved.clone();
    other.frame.clock.max_extensions = Some(0);
    assert_ne!(hash(&other), published.hash);
    // A stored version reads back as it was.
    let stored = serde_json::to_string(&published).expect("plain data");
    assert_eq!(
        serde_json::from_str::<Published>(&stored).expect("stored"),
        published
    );
}

#[test]
fn a_missing_translation_is_a_warning_with_a_number() {
    let mut world = city();
    world.languages = vec!["en".into()];
    let problems = check_file(&fixture("shore-lease.yaml"), &frames(), &world);
    let said = problems
        .iter()
        .find(|problem| problem.check == 11)
        .expect("a warning");
    assert_eq!(said.severity, Severity::Warning);
    assert_eq!(
        said.says,
        "Còn 35 chỗ chưa có bản dịch “en”, chỗ đầu tiên là “Đất đai”."
    );
}

#[test]
fn the_canonical_form_orders_quotes_and_keeps_remarks() {
    let text = "# Đầu tệp\nname: X\nservice: a.b\nkind: report\n\n\nframe: counter/1\neffective: 2026-01-01\n\
        applicants: {channels: [web], who: [citizen]} # ai cũng được\n\
        form:\n- page: 'Trang'\n  fields:\n  # ô đầu\n  - type: \"text\"\n    label.en: A\n    label: \"A, b\"\n    code: a\n\
        roles: {r: {at: x, name: \"R\"}}\n\
        process:\n  steps:\n  - by: r\n    code: s\n    name: S\n    within: 1 day\n    outcomes:\n      ok: {label: Tốt, to: end(done)}\n# cuối\n";
    let expected = "service: a.b\n# Đầu tệp\nname: X\nkind: report\nframe: counter/1\neffective: 2026-01-01\n\
        # ai cũng được\napplicants: {who: [citizen], channels: [web]}\n\n\
        form:\n  - page: Trang\n    fields:\n      # ô đầu\n      - {code: a, label: \"A, b\", label.en: A, type: text}\n\n\
        roles:\n  r: {name: R, at: x}\n\n\
        process:\n  steps:\n    - {code: s, name: S, by: r, within: 1 day, outcomes: {ok: {to: end(done), label: Tốt}}}\n# cuối\n";
    assert_eq!(format(text).as_deref(), Ok(expected));
    assert_eq!(format(expected).as_deref(), Ok(expected));
    assert_eq!(read(text).definition, read(expected).definition);
}
