//! The file as types, only to generate its schema from; reading does not use them.
#![expect(dead_code, reason = "never made, only described")]

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::Word;
use crate::definition::{
    Channel, Every, Hit, Identity, IfSilent, Kind, Pick, Publish, WaitFor, Who,
};
use crate::definition::{ClockStart, SupplementRule};
use crate::frame::AnyTime;

type Named<T> = BTreeMap<String, T>;

/// One word, or several.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum Words {
    One(Word),
    Several(Vec<Word>),
}

#[derive(JsonSchema)]
#[schemars(
    rename_all = "kebab-case",
    deny_unknown_fields,
    title = "Một Cửa: tệp dịch vụ"
)]
pub struct Service {
    /// Mã dịch vụ: `land.transfer`.
    service: String,
    /// Tên dịch vụ người dân đọc.
    name: Word,
    kind: Kind,
    /// Khung pháp luật chung: `one-stop/1`.
    frame: String,
    /// Lĩnh vực.
    field: Option<Word>,
    /// Nhóm phản ánh.
    group: Option<Word>,
    /// Ngày có hiệu lực: `2026-01-31`.
    effective: String,
    /// Cơ quan giải quyết: `commune by where.area`.
    agency: Option<String>,
    /// Hệ thống của Bộ, ngành quyết định thủ tục; ở đây chỉ theo dõi và thống kê.
    owner: Option<Owner>,
    /// Số liệu minh họa, không phải cam kết.
    demonstration: Option<bool>,
    summary: Option<Word>,
    /// Mã thủ tục trên Cổng quốc gia.
    national_code: Option<Word>,
    keywords: Option<Words>,
    life_events: Option<Words>,
    legal_basis: Option<Vec<LegalBasis>>,
    applicants: Applicants,
    /// Thủ tục liên thông: các phần, mỗi phần là một thủ tục khác.
    parts: Option<Vec<LinkedPart>>,
    /// Bắt buộc, trừ thủ tục của hệ thống khác.
    form: Option<Vec<Page>>,
    duplicates: Option<Duplicates>,
    documents: Option<Vec<Document>>,
    fees: Option<Vec<Fee>>,
    tables: Option<Named<Table>>,
    /// Bắt buộc, trừ thủ tục của hệ thống khác.
    roles: Option<Named<Role>>,
    process: Process,
    papers: Option<Named<Paper>>,
    access: Option<Access>,
    tests: Option<Vec<Test>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Owner {
    /// `enterprise-register`
    system: String,
    name: Word,
    /// `https://…`
    site: String,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct LinkedPart {
    code: String,
    name: Word,
    service: String,
    /// Bắt đầu khi các phần này đã có kết quả.
    after: Option<Words>,
    /// `15 days`
    within: String,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct LegalBasis {
    document: Word,
    says: Option<Word>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Applicants {
    who: Vec<Who>,
    identity: Option<Identity>,
    channels: Vec<Channel>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct Page {
    page: Word,
    help: Option<Word>,
    show_when: Option<Word>,
    repeat: Option<Repeat>,
    fields: Vec<Field>,
    check: Option<Vec<PageCheck>>,
    duplicates: Option<Duplicates>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Repeat {
    code: String,
    label: Word,
    min: Option<u32>,
    max: Option<u32>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct PageCheck {
    /// Điều phải đúng.
    must: Word,
    /// Câu báo khi không đúng.
    #[schemars(rename = "else")]
    otherwise: Word,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Duplicates {
    /// `100 m`
    within: String,
    /// `7 days`
    and: String,
    offer: Option<Offer>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Offer {
    Follow,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct Field {
    code: String,
    label: Word,
    help: Option<Word>,
    /// text, long-text, whole, decimal(1), money, yes-no, date, choice, choice(list), …
    #[schemars(
        rename = "type",
        regex(
            pattern = r"^(text|long-text|whole|decimal\([0-6]\)|money|yes-no|date|choices?(\([a-z0-9_.-]+\))?|phone|email|personal-id|organisation-id|address|place|photos|file|unit|record)$"
        )
    )]
    kind: String,
    options: Option<Named<Word>>,
    /// `population(personal_id)`
    from: Option<String>,
    /// `personal-id`, `requester.full-name`
    account: Option<String>,
    value: Option<Word>,
    show_when: Option<Word>,
    required: Option<bool>,
    required_when: Option<Word>,
    read_only: Option<bool>,
    pattern: Option<Word>,
    min: Option<Word>,
    max: Option<Word>,
    mask: Option<Mask>,
    public: Option<bool>,
    purpose: Option<Word>,
    /// `forever`, `10 years`
    keep: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Mask {
    None,
    #[schemars(rename = "last-4")]
    Last4,
    Hidden,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct Document {
    code: String,
    label: Word,
    help: Option<Word>,
    required: Option<bool>,
    required_when: Option<Word>,
    accept: Option<Words>,
    /// `20 MB`
    max: Option<String>,
    originals: Option<u32>,
    copies: Option<u32>,
    national_code: Option<Word>,
    /// Dịch vụ mà kết quả chính là giấy tờ này.
    result_of: Option<Words>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Fee {
    code: String,
    label: Word,
    amount: Word,
    cap: Option<u64>,
    due: Option<String>,
    when: Option<Word>,
    /// Ai trả lời như thế là khai thuộc diện miễn; cán bộ xác nhận kèm giấy tờ.
    exempt: Option<Word>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Table {
    hit: Option<Hit>,
    /// Các cột điều kiện rồi các cột kết quả (`=`, `= level`).
    columns: Vec<Word>,
    rows: Vec<Vec<Word>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Role {
    name: Word,
    at: Option<String>,
    post: Option<String>,
    pick: Option<Pick>,
    outside: Option<bool>,
    /// `director of department-of-justice`
    authority: Option<String>,
    delegations: Option<Vec<Delegation>>,
    acting: Option<Acting>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Delegation {
    to: String,
    when: Option<Word>,
    basis: Word,
    prefix: Option<Prefix>,
    from: Option<String>,
    until: Option<String>,
}

#[derive(JsonSchema)]
enum Prefix {
    #[schemars(rename = "TM.")]
    Tm,
    #[schemars(rename = "KT.")]
    Kt,
    #[schemars(rename = "TL.")]
    Tl,
    #[schemars(rename = "TUQ.")]
    Tuq,
    #[schemars(rename = "Q.")]
    Q,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Acting {
    post: String,
    prefix: Option<Prefix>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct Process {
    limit: Option<LimitRule>,
    clock: Option<Clock>,
    /// Bắt buộc, trừ thủ tục của hệ thống khác.
    steps: Option<Vec<Node>>,
    before_late: Option<BeforeLate>,
    when_late: Option<WhenLate>,
    after: Option<After>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum LimitRule {
    /// `10 working-days`, `table(promise.limit)`
    One(String),
    /// `{online: 3 working-days, counter: 5 working-days}`
    ByChannel(Named<String>),
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct Clock {
    starts: Option<ClockStart>,
    /// `15:00`
    cutoff: Option<String>,
    same_day: Option<bool>,
    stopped_in: Option<Words>,
    supplement: Option<SupplementRule>,
    max_supplements: Option<u32>,
    /// The role that alone asks the applicant: `desk`
    supplement_through: Option<String>,
    max_extensions: Option<u32>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Node {
    Parallel(Parallel),
    Each(Each),
    Step(Step),
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct Parallel {
    parallel: String,
    name: Option<Word>,
    wait_for: Option<WaitFor>,
    branches: Vec<Vec<Step>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Each {
    each: String,
    code: Option<String>,
    name: Option<Word>,
    steps: Vec<Step>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct Step {
    code: String,
    name: Word,
    /// Một vai trò, hoặc `applicant`.
    by: String,
    /// `2 days`, `4 hours` làm việc; `rest`.
    within: Option<String>,
    /// `30 days`
    wait_at_most: Option<String>,
    at_most: Option<u32>,
    when: Option<Word>,
    outside_limit: Option<bool>,
    signs: Option<String>,
    makes: Option<String>,
    writes: Option<String>,
    evidence: Option<Words>,
    reports: Option<Every>,
    consult: Option<Consult>,
    outcomes: Option<Named<Way>>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct Consult {
    if_silent: IfSilent,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Way {
    /// `next`, `end(granted)`, a step
    Short(String),
    Long(Outcome),
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct Outcome {
    to: String,
    label: Option<Word>,
    at_most: Option<u32>,
    reason: Option<Reason>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Reason {
    Required,
    Optional,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct BeforeLate {
    by: String,
    tell: Option<Words>,
    prepare: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct WhenLate {
    makes: Option<String>,
    signed_by: Option<String>,
    tell: Option<Words>,
    /// `at-most 1`
    new_date: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct After {
    survey: Option<String>,
    reopen_within: Option<String>,
    reopen_at_most: Option<u32>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct Paper {
    name: Word,
    template: String,
    signed_by: Option<String>,
    keep: Option<String>,
    national_code: Option<Word>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Access {
    see: Option<Named<Word>>,
    hide: Option<Named<Word>>,
    publish: Option<Publish>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Test {
    name: Word,
    given: Option<Named<Words>>,
    walk: Option<Words>,
    expect: Named<Words>,
}

#[derive(JsonSchema)]
#[schemars(
    rename_all = "kebab-case",
    deny_unknown_fields,
    title = "Một Cửa: tệp khung"
)]
pub struct Frame {
    frame: String,
    name: Option<Word>,
    legal_basis: Option<Vec<LegalBasis>>,
    clock: Option<Clock>,
    before_late: Option<BeforeLate>,
    when_late: Option<WhenLate>,
    after: Option<After>,
    receipt: Option<String>,
    any_time: Option<Vec<AnyTime>>,
    papers: Option<Named<Paper>>,
    privacy: Option<Named<Privacy>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Privacy {
    purpose: Option<Word>,
    mask: Option<Mask>,
    keep: Option<String>,
}
