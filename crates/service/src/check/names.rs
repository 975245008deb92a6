//! Check 2: every role, unit, document, table, template and register that is named exists, and
//! every code is given once.

use super::Found;
use super::texts::steps;
use crate::definition::{
    Code, Definition, FieldKind, LimitRule, Node, PARTS, PostAt, Table, UnitRule,
};
use crate::frame::Resolved;
use crate::read::{meant::meant, words};
use crate::registers;
use crate::world::World;

/// Who can be named beside the roles of a file.
const RESERVED: &[&str] = &[
    "applicant",
    "holder",
    "head-of-unit",
    "public",
    "giver",
    "unit",
    "inspector",
];

pub fn names(resolved: &Resolved, world: &World) -> Vec<Found> {
    let mut names = Names {
        definition: &resolved.definition,
        resolved,
        world,
        found: Vec::new(),
    };
    names.form();
    names.fees();
    names.tables();
    names.roles();
    names.process();
    names.lateness();
    names.papers();
    names.access();
    names.found
}

struct Names<'a> {
    definition: &'a Definition,
    resolved: &'a Resolved,
    world: &'a World,
    found: Vec<Found>,
}

impl Names<'_> {
    fn missing<'k>(
        &mut self,
        path: String,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) {
        let found = Found::error(path, format!("Không có {what} “{name}”."));
        self.found.push(match meant(name, known) {
            Some(word) => found.instead(word),
            None => found,
        });
    }

    fn form(&mut self) {
        for (at, page) in self.definition.form.iter().enumerate() {
            for (index, field) in page.fields.iter().enumerate() {
                let path = format!("form/{at}/fields/{index}");
                if let Some(from) = &field.from {
                    self.register(format!("{path}/from"), &from.register);
                }
                if let FieldKind::Choice(Some(list)) | FieldKind::Choices(Some(list)) = &field.kind
                    && registers::list(list).is_none()
                {
                    let path = format!("{path}/type");
                    self.missing(path, "danh mục", list, registers::LISTS);
                }
            }
        }
    }

    fn register(&mut self, path: String, register: &str) {
        if registers::register(register).is_none() {
            self.missing(path, "sổ dữ liệu", register, registers::REGISTERS);
        }
    }

    fn fees(&mut self) {
        for (at, fee) in self.definition.fees.iter().enumerate() {
            if let Some(due) = &fee.due {
                self.step(format!("fees/{at}/due"), due);
            }
        }
    }

    fn step(&mut self, path: String, code: &str) {
        let codes: Vec<&str> = steps(self.definition)
            .into_iter()
            .map(|(_, step)| step.code.as_str())
            .collect();
        if !codes.contains(&code) {
            self.missing(path, "bước", code, codes);
        }
    }

    /// A table and, where one is named, its column.
    fn table(&mut self, path: &str, code: &str, column: Option<&str>) -> Option<(&Table, usize)> {
        let definition = self.definition;
        let Some(table) = definition.tables.iter().find(|table| table.code == code) else {
            let known = definition.tables.iter().map(|table| table.code.as_str());
            self.missing(path.to_owned(), "bảng", code, known);
            return None;
        };
        let wanted = column.unwrap_or("");
        let found = table.outputs.iter().position(|output| output == wanted);
        let only = (column.is_none() && table.outputs.len() == 1).then_some(0);
        let Some(at) = found.or(only) else {
            let known: Vec<&str> = table.outputs.iter().map(String::as_str).collect();
            let found = Found::error(
                path,
                format!("Bảng “{code}” không có cột kết quả “{wanted}”."),
            );
            self.found
                .push(found.instead(format!("table({code}.{})", known.first().unwrap_or(&""))));
            return None;
        };
        Some((table, at))
    }

    /// Tables nobody reads.
    fn tables(&mut self) {
        let definition = self.definition;
        if let Some(agency) = &definition.agency {
            self.unit_rule("agency", agency);
        }
        let text = serde_json::to_string(definition).unwrap_or_default();
        for table in &definition.tables {
            let read = [
                format!("table({}", table.code),
                format!("\"table\":\"{}\"", table.code),
            ];
            let tested = definition.tests.iter().any(|test| {
                test.expect
                    .iter()
                    .any(|(key, _)| key.split('.').next() == Some(&table.code))
            });
            if !tested && !read.iter().any(|word| text.contains(word.as_str())) {
                let path = format!("tables/{}", table.code);
                self.found.push(Found::warning(
                    path,
                    format!("Không nơi nào dùng bảng “{}”.", table.code),
                ));
            }
        }
    }

    fn unit_rule(&mut self, path: &str, rule: &UnitRule) {
        let world = self.world;
        match rule {
            UnitRule::Unit(unit) => self.unit(path, unit),
            UnitRule::KindByArea { kind, .. } => {
                if world.names_known && !world.unit_kinds.contains(kind) {
                    let known = world.unit_kinds.iter().map(String::as_str);
                    self.missing(path.to_owned(), "loại đơn vị", kind, known);
                }
            }
            UnitRule::Table { table, column } => {
                let Some((table, at)) = self.table(path, table, column.as_deref()) else {
                    return;
                };
                let cells: Vec<(String, String)> = table
                    .rows
                    .iter()
                    .enumerate()
                    .filter_map(|(index, row)| {
                        Some((
                            format!("tables/{}/rows/{index}", table.code),
                            row.then.get(at)?.clone(),
                        ))
                    })
                    .collect();
                for (path, cell) in cells {
                    match words::unit_rule(&cell) {
                        Some(UnitRule::Table { .. }) | None => {
                            let says = format!("“{cell}” không phải là một đơn vị.");
                            self.found
                                .push(Found::error(path, says).instead("commune by where.area"));
                        }
                        Some(rule) => self.unit_rule(&path, &rule),
                    }
                }
            }
            UnitRule::Answer(_) => {}
            UnitRule::Agency => {
                if self.definition.agency.is_none() {
                    self.found.push(
                        Found::error(
                            path,
                            "Nói “agency” nhưng dịch vụ chưa khai cơ quan giải quyết.",
                        )
                        .instead("agency: … ở đầu tệp"),
                    );
                }
            }
        }
    }

    fn unit(&mut self, path: &str, unit: &str) {
        let world = self.world;
        // A kind of which the city has one unit may stand for that unit.
        let known = world.units.contains(unit) || world.unit_kinds.contains(unit);
        if !world.names_known || known {
            return;
        }
        self.missing(
            path.to_owned(),
            "đơn vị",
            unit,
            world.units.iter().map(String::as_str),
        );
    }

    fn roles(&mut self) {
        for role in &self.definition.roles {
            let path = format!("roles/{}", role.code);
            if let Some(at) = &role.at {
                self.unit_rule(&format!("{path}/at"), at);
            }
            if let Some(PostAt { unit, .. }) = &role.authority {
                self.unit_rule(&format!("{path}/authority"), unit);
            }
            for (index, delegation) in role.delegations.iter().enumerate() {
                self.unit_rule(
                    &format!("{path}/delegations/{index}/to"),
                    &delegation.to.unit,
                );
            }
        }
    }

    fn process(&mut self) {
        let definition = self.definition;
        match &definition.process.limit {
            Some(LimitRule::Table { table, column }) => {
                let column = Some(column.as_str()).filter(|column| !column.is_empty());
                let cells = self
                    .table("process/limit", table, column)
                    .map(|(table, at)| {
                        let cells = table.rows.iter().enumerate();
                        cells
                            .filter_map(|(index, row)| {
                                let cell = row.then.get(at)?;
                                cell.parse::<crate::definition::Limit>().err()?;
                                Some((format!("tables/{}/rows/{index}", table.code), cell.clone()))
                            })
                            .collect::<Vec<_>>()
                    });
                for (path, cell) in cells.unwrap_or_default() {
                    let says = format!("“{cell}” không phải là một thời hạn.");
                    self.found
                        .push(Found::error(path, says).instead("5 working-days"));
                }
            }
            Some(LimitRule::ByChannel(limits)) => {
                for channel in &definition.applicants.channels {
                    if !limits.iter().any(|(known, _)| known == channel) {
                        let word = serde_json::to_value(channel).ok();
                        let word = word
                            .as_ref()
                            .and_then(|w| w.as_str())
                            .unwrap_or_default()
                            .to_owned();
                        let says = format!("Kênh “{word}” được nhận hồ sơ nhưng chưa có thời hạn.");
                        self.found.push(
                            Found::error("process/limit", says)
                                .instead(format!("{word}: 5 working-days")),
                        );
                    }
                }
            }
            Some(LimitRule::Fixed(_) | LimitRule::Answer(_)) | None => {}
        }
        for (at, code) in definition.process.clock.stopped_in.iter().enumerate() {
            self.step(format!("process/clock/stopped-in/{at}"), code);
        }
        for (at, node) in definition.process.steps.iter().enumerate() {
            if let Node::Each { over, .. } = node {
                let groups: Vec<&str> = definition
                    .form
                    .iter()
                    .filter_map(|page| Some(page.repeat.as_ref()?.code.as_str()))
                    .collect();
                if !groups.contains(&over.as_str()) {
                    self.missing(format!("process/steps/{at}/each"), "nhóm lặp", over, groups);
                }
            }
        }
        for (path, step) in steps(definition) {
            if !["applicant", PARTS].contains(&step.by.as_str())
                && definition.roles.iter().all(|role| role.code != step.by)
                && !step.by.is_empty()
            {
                let known = definition
                    .roles
                    .iter()
                    .map(|role| role.code.as_str())
                    .chain(["applicant"]);
                self.missing(format!("{path}/by"), "vai trò", &step.by, known);
            }
            for (key, paper) in [("signs", &step.signs), ("makes", &step.makes)] {
                if let Some(paper) = paper {
                    self.paper(format!("{path}/{key}"), paper);
                }
            }
            if let Some(register) = &step.writes {
                self.register(format!("{path}/writes"), register);
            }
        }
    }

    fn paper(&mut self, path: String, code: &str) {
        let papers = &self.definition.papers;
        if papers.iter().all(|paper| paper.code != code) {
            self.missing(
                path,
                "văn bản",
                code,
                papers.iter().map(|paper| paper.code.as_str()),
            );
        }
    }

    /// What the frame says was judged with the frame.
    fn lateness(&mut self) {
        let (process, frame) = (&self.definition.process, &self.resolved.frame);
        if let Some(before) = &process.before_late {
            let law = frame.before_late.clone().unwrap_or_default();
            self.people("process/before-late/tell", &before.tell, &law.tell);
            if let Some(paper) = before
                .prepare
                .as_ref()
                .filter(|_| before.prepare != law.prepare)
            {
                self.paper("process/before-late/prepare".into(), paper);
            }
        }
        if let Some(late) = &process.when_late {
            let law = frame.when_late.clone().unwrap_or_default();
            self.people("process/when-late/tell", &late.tell, &law.tell);
            if let Some(paper) = late.makes.as_ref().filter(|_| late.makes != law.makes) {
                self.paper("process/when-late/makes".into(), paper);
            }
            if let Some(who) = late
                .signed_by
                .as_ref()
                .filter(|_| late.signed_by != law.signed_by)
            {
                self.person("process/when-late/signed-by".into(), who);
            }
        }
    }

    fn people(&mut self, path: &str, people: &[Code], law: &[Code]) {
        for (at, who) in people
            .iter()
            .enumerate()
            .filter(|(_, who)| !law.contains(who))
        {
            self.person(format!("{path}/{at}"), who);
        }
    }

    /// A role, a word everybody knows, or a unit.
    fn person(&mut self, path: String, who: &str) {
        let definition = self.definition;
        let world = self.world;
        let known = RESERVED.contains(&who)
            || definition.roles.iter().any(|role| role.code == who)
            || world.units.contains(who)
            // A unit of a city we do not know is written with dashes, a role never is.
            || (!world.names_known && who.contains('-'));
        if !known {
            let words = definition
                .roles
                .iter()
                .map(|role| role.code.as_str())
                .chain(RESERVED.iter().copied());
            self.missing(path, "người hoặc đơn vị", who, words);
        }
    }

    fn papers(&mut self) {
        let world = self.world;
        for paper in &self.definition.papers {
            if self.resolved.frame.papers.contains(paper) {
                continue;
            }
            let path = format!("papers/{}", paper.code);
            if world.names_known && !world.templates.contains(&paper.template) {
                let known = world.templates.iter().map(String::as_str);
                self.missing(
                    format!("{path}/template"),
                    "mẫu văn bản",
                    &paper.template,
                    known,
                );
            }
            if let Some(signer) = &paper.signed_by {
                self.person(format!("{path}/signed-by"), signer);
            }
        }
    }

    fn access(&mut self) {
        let access = &self.definition.access;
        for (who, what) in &access.see {
            let path = format!("access/see/{who}");
            self.person(path.clone(), who);
            if !SEE.contains(&what.as_str()) {
                self.missing(path, "phạm vi xem", what, SEE.iter().copied());
            }
        }
        let fields = field_paths(self.definition);
        for (field, how) in &access.hide {
            if !HIDE.contains(&how.as_str()) {
                let path = format!("access/hide/{field}");
                self.missing(path, "cách che", how, HIDE.iter().copied());
            }
            if !fields.contains(field) {
                self.missing(
                    format!("access/hide/{field}"),
                    "ô",
                    field,
                    fields.iter().map(String::as_str),
                );
            }
        }
    }
}

/// How much of a case somebody sees: one's own, those of the unit or of its area, all of the service, only
/// while one's step lasts; in public how far it is, or everything but personal data.
const SEE: [&str; 8] = [
    "own",
    "unit",
    "area",
    "all",
    "own-step",
    "status-by-code",
    "without-personal-data",
    "none",
];

/// How an answer looks to those who do not handle the case.
const HIDE: [&str; 3] = ["last-4", "handlers-only", "hidden"];

/// `phone`, `buyers.personal_id`, and what lies inside a record or place.
fn field_paths(definition: &Definition) -> Vec<String> {
    let mut paths = Vec::new();
    for page in &definition.form {
        for field in &page.fields {
            paths.push(match &page.repeat {
                Some(repeat) => format!("{}.{}", repeat.code, field.code),
                None => field.code.clone(),
            });
        }
    }
    paths
}
