//! What the city's registers and named lists hold: the one place where their fields are written.
//!
//! Types only. Asking a register is `links`' business; a service names it in `from:`.

use crate::definition::{Choice, Field, FieldKind};
use crate::text::Text;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register {
    pub code: &'static str,
    /// The field that a record is asked for with.
    pub key: &'static str,
    /// Whose the record is: the part that holds a personal or organisation number. It may be none of `fields`; then
    /// no form ever shows it.
    pub about: &'static str,
    /// Field of the record and what it holds.
    pub fields: Vec<(&'static str, FieldKind)>,
}

/// The register of this code.
pub fn register(code: &str) -> Option<Register> {
    use FieldKind::{Address, Choice, Date, Decimal, OrganisationId, PersonalId, Text, Whole};
    let area = ("area", Text);
    let (code, key, about, fields) = match code {
        "population" => (
            "population",
            "personal_id",
            "personal_id",
            vec![
                ("personal_id", PersonalId),
                ("full_name", Text),
                ("birth_date", Date),
                ("sex", Choice(Some("sex".to_owned()))),
                ("residence", Address),
                ("marital_status", Choice(Some("marital-status".to_owned()))),
                area,
            ],
        ),
        "land-register" => (
            "land-register",
            "certificate_no",
            "owner_id",
            vec![
                ("certificate_no", Text),
                ("sheet", Text),
                ("parcel_no", Text),
                ("area_m2", Decimal(1)),
                ("zone", Choice(Some("land-zone".to_owned()))),
                ("purpose", Choice(Some("land-purpose".to_owned()))),
                ("owner", Text),
                ("address", Address),
                area,
            ],
        ),
        "enterprises" => (
            "enterprises",
            "organisation_id",
            "organisation_id",
            vec![
                ("organisation_id", OrganisationId),
                ("name", Text),
                ("representative", Text),
                ("address", Address),
                ("registered", Date),
                ("capital", Whole),
                area,
            ],
        ),
        "civil-status" => (
            "civil-status",
            "personal_id",
            "personal_id",
            vec![
                ("record_no", Text),
                ("personal_id", PersonalId),
                ("full_name", Text),
                ("birth_date", Date),
                ("marital_status", Choice(Some("marital-status".to_owned()))),
                area,
            ],
        ),
        _ => return None,
    };
    Some(Register {
        code,
        key,
        about,
        fields,
    })
}

impl Register {
    /// What a record holds, with the number of the one it is about.
    pub fn kind_of(&self, field: &str) -> Option<FieldKind> {
        let named = self.fields.iter().find(|(name, _)| *name == field);
        match named {
            Some((_, kind)) => Some(kind.clone()),
            None => (field == self.about).then_some(FieldKind::PersonalId),
        }
    }

    /// A field of the record as if a form asked for it: what it accepts is judged by `field`.
    pub fn asks(&self, field: &str, label: Text) -> Option<Field> {
        Some(Field {
            code: field.to_owned(),
            label,
            kind: self.kind_of(field)?,
            required: field == self.key,
            // Areas and sums of money; the city keeps none below zero.
            min: match self.kind_of(field)? {
                FieldKind::Whole | FieldKind::Decimal(_) => Some("0".to_owned()),
                _ => None,
            },
            max: match self.kind_of(field)? {
                FieldKind::Text | FieldKind::Address => Some("300".to_owned()),
                _ => None,
            },
            ..Field::default()
        })
    }

    /// The field of the record that fills in the form's field of this code: the same code
    /// (`full_name`), one that ends with it (`mother_full_name`), or one of the same last word
    /// (`mother_name`).
    pub fn fills(&self, code: &str) -> Option<&'static str> {
        let last = |text: &str| text.rsplit('_').next().map(str::to_owned);
        let names = || self.fields.iter().map(|(name, _)| *name);
        names()
            .find(|name| *name == code)
            .or_else(|| names().find(|name| code.ends_with(&format!("_{name}"))))
            .or_else(|| names().find(|name| last(name) == last(code)))
    }
}

/// Codes of all registers.
pub const REGISTERS: [&str; 4] = ["population", "land-register", "enterprises", "civil-status"];

/// Fields of a `place` answer.
pub fn place() -> Vec<(&'static str, FieldKind)> {
    vec![
        ("area", FieldKind::Text),
        ("words", FieldKind::Text),
        ("lat", FieldKind::Decimal(6)),
        ("lon", FieldKind::Decimal(6)),
        (
            "road_class",
            FieldKind::Choice(Some("road-class".to_owned())),
        ),
        // Of what lies there, by the city's layers of assets.
        ("owner", FieldKind::Text),
    ]
}

/// Codes of all named lists.
pub const LISTS: [&str; 6] = [
    "exemption-category",
    "land-purpose",
    "land-zone",
    "marital-status",
    "road-class",
    "sex",
];

/// The options of a named list (`choice(exemption-category)`).
pub fn list(code: &str) -> Option<Vec<Choice>> {
    let options: &[(&str, &str)] = match code {
        "sex" => &[("male", "Nam"), ("female", "Nữ")],
        "marital-status" => &[
            ("single", "Chưa kết hôn"),
            ("married", "Đang có vợ hoặc chồng"),
            ("divorced", "Đã ly hôn"),
            ("widowed", "Vợ hoặc chồng đã chết"),
        ],
        "exemption-category" => &[
            ("none", "Không thuộc diện miễn, giảm"),
            ("poor-household", "Hộ nghèo"),
            ("near-poor-household", "Hộ cận nghèo"),
            ("merit", "Người có công với cách mạng"),
            ("disabled", "Người khuyết tật"),
            ("child", "Trẻ em"),
            ("elderly", "Người cao tuổi"),
        ],
        "land-zone" => &[("urban", "Đô thị"), ("rural", "Nông thôn")],
        "land-purpose" => &[
            ("residential", "Đất ở"),
            ("agricultural", "Đất nông nghiệp"),
            ("commercial", "Đất thương mại, dịch vụ"),
            ("industrial", "Đất sản xuất phi nông nghiệp"),
            ("other", "Đất khác"),
        ],
        "road-class" => &[
            ("national", "Quốc lộ"),
            ("provincial", "Đường tỉnh"),
            ("urban", "Đường đô thị"),
            ("commune", "Đường xã"),
            ("alley", "Hẻm"),
        ],
        _ => return None,
    };
    Some(
        options
            .iter()
            .map(|(code, label)| Choice {
                code: (*code).to_owned(),
                label: Text::vi(*label),
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_fills_in_fields_by_their_names() {
        let population = register("population").unwrap();
        for (code, fills) in [
            ("full_name", Some("full_name")),
            ("mother_name", Some("full_name")),
            ("father_birth_date", Some("birth_date")),
            ("shoe_size", None),
        ] {
            assert_eq!(population.fills(code), fills, "{code}");
        }
    }

    #[test]
    fn every_named_list_has_options_and_every_register_fields() {
        assert!(
            LISTS
                .iter()
                .all(|code| list(code).is_some_and(|options| options.len() > 1))
        );
        assert!(
            REGISTERS
                .iter()
                .all(|code| register(code).is_some_and(|r| !r.fields.is_empty()))
        );
    }
}
