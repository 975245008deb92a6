//! Which claim of the provider's token is what: data of the city, because providers name their claims as they
//! like. The defaults are those of OpenID Connect Core where it has one.

use jiff::civil::Date;
use rules::resident::{Identity, Organisation, Proven, Residence, Sex};
use serde::Deserialize;
use serde_json::Value;

use super::IdentityFault;

/// Names of claims; a dot goes into an object (`address.street_address`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Claims {
    pub name: String,
    pub personal_id: String,
    pub birth_date: String,
    pub sex: String,
    pub phone: String,
    pub email: String,
    pub area: String,
    pub address: String,
    pub organisation_id: String,
    pub organisation_name: String,
    pub organisation_role: String,
    pub level: String,
    /// Values of the claim `level` that mean level 2; any other value is level 1.
    pub level_2: Vec<String>,
}

impl Default for Claims {
    fn default() -> Self {
        let name = |text: &str| text.to_owned();
        Self {
            name: name("name"),
            personal_id: name("personal_id"),
            birth_date: name("birthdate"),
            sex: name("gender"),
            phone: name("phone_number"),
            email: name("email"),
            area: name("area"),
            address: name("address.street_address"),
            organisation_id: name("organisation_id"),
            organisation_name: name("organisation_name"),
            organisation_role: name("organisation_role"),
            level: name("acr"),
            level_2: vec![name("2"), name("level-2")],
        }
    }
}

impl Claims {
    /// Reads what a token or the provider's page of the user says of `subject`.
    pub(super) fn read(
        &self,
        issuer: &str,
        subject: &str,
        token: &Value,
    ) -> Result<Proven, IdentityFault> {
        let name = text(token, &self.name)
            .ok_or_else(|| IdentityFault::Unproven(format!("no claim `{}`", self.name)))?;
        let level = match text(token, &self.level) {
            Some(level) if self.level_2.contains(&level) => Identity::Level2,
            _ => Identity::Level1,
        };
        let sex = match text(token, &self.sex).map(|sex| sex.to_lowercase()) {
            Some(sex) if ["male", "nam", "m"].contains(&sex.as_str()) => Some(Sex::Male),
            Some(sex) if ["female", "nữ", "f"].contains(&sex.as_str()) => Some(Sex::Female),
            _ => None,
        };
        let organisation = text(token, &self.organisation_id).map(|id| Organisation {
            name: text(token, &self.organisation_name).unwrap_or_else(|| id.clone()),
            role: text(token, &self.organisation_role).unwrap_or_default(),
            id,
        });
        let residence = text(token, &self.area).map(|area| Residence {
            area,
            words: text(token, &self.address).unwrap_or_default(),
        });
        // A number that is none fills nothing in and proves nothing.
        let personal_id =
            text(token, &self.personal_id).and_then(|id| rules::resident::personal_id(&id, None));
        Ok(Proven {
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            level,
            name,
            personal_id,
            birth_date: text(token, &self.birth_date).and_then(|day| day.parse::<Date>().ok()),
            sex,
            phone: text(token, &self.phone),
            email: text(token, &self.email),
            residence,
            organisation,
        })
    }
}

fn text(token: &Value, path: &str) -> Option<String> {
    let mut value = token;
    for step in path.split('.') {
        value = value.get(step)?;
    }
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn claims_are_read_by_the_citys_names() {
        let claims = Claims {
            personal_id: "so_dinh_danh".into(),
            level: "muc".into(),
            ..Claims::default()
        };
        let token = json!({"name": "Lê Thị Mẫu", "so_dinh_danh": "092185001234", "muc": 2, "gender": "Nữ",
            "birthdate": "1985-03-08", "area": "31135", "address": {"street_address": "12 Hòa Bình"}});
        let proven = claims.read("https://id", "s", &token).expect("proven");
        assert_eq!(proven.personal_id.as_deref(), Some("092185001234"));
        assert_eq!(
            (proven.level, proven.sex),
            (Identity::Level2, Some(Sex::Female))
        );
        assert_eq!(proven.residence.expect("a residence").words, "12 Hòa Bình");
        assert_eq!(proven.organisation, None);
    }

    #[test]
    fn what_is_missing_or_no_number_is_left_out_and_a_name_is_needed() {
        let claims = Claims::default();
        let token = json!({"name": "Lê Thị Mẫu", "personal_id": "123", "acr": "0"});
        let proven = claims.read("https://id", "s", &token).expect("proven");
        assert_eq!((proven.personal_id, proven.level), (None, Identity::Level1));
        assert!(
            claims
                .read("https://id", "s", &json!({"acr": "2"}))
                .is_err()
        );
    }
}
