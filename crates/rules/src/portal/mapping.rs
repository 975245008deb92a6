//! The codes of the portal: data of the city, corrected without a release.

use std::collections::BTreeMap;

use serde::Deserialize;
use service::definition::Channel;

use crate::Moment;
use crate::calendar::Calendar;
use crate::message::Unreadable;

/// What ships: `data/portal/dvcqg.toml`.
const SHIPPED: &str = include_str!("../../../../data/portal/dvcqg.toml");

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    pub version: u32,
    /// How a moment is written, in the words of strftime.
    pub moment: String,
    /// KenhThucHien.
    pub channel: BTreeMap<String, String>,
    /// LoaiDoiTuong.
    pub applicant: Applicant,
    /// TrangThaiHoSo by the number of the state.
    pub status: BTreeMap<String, String>,
    /// LoaiDinhDanh.
    pub identity: BTreeMap<String, String>,
    /// HinhThuc.
    pub delivery: BTreeMap<String, String>,
    /// MaLinhVuc by the service's group.
    pub field: BTreeMap<String, String>,
    #[serde(default)]
    pub service: BTreeMap<String, Owner>,
    /// What to do about a refusal.
    #[serde(default)]
    pub help: BTreeMap<String, String>,
}

/// The sources conflict about the codes: each table is kept, and the scheme names the one in use.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Applicant {
    pub scheme: String,
    #[serde(flatten)]
    pub schemes: BTreeMap<String, BTreeMap<String, String>>,
}

/// Answers that name the owner: `owner_name`, or `group.field` of the first row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Owner {
    pub name: String,
    pub id: String,
    /// `citizen`, `organisation`, `household-business`; empty: as the answers tell.
    pub kind: String,
}

impl Mapping {
    /// Reads a mapping that the city wrote.
    ///
    /// # Errors
    /// [`Unreadable`] with the place and what is wrong.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let mapping: Self = toml::from_str(text)?;
        if !mapping
            .applicant
            .schemes
            .contains_key(&mapping.applicant.scheme)
        {
            return Err(Unreadable(format!(
                "applicant.scheme: there is no table applicant.{}",
                mapping.applicant.scheme
            )));
        }
        if let Some(life) = (1..=10).find(|life| !mapping.status.contains_key(&life.to_string())) {
            return Err(Unreadable(format!("status: {life} is missing")));
        }
        Ok(mapping)
    }

    pub fn shipped_text() -> &'static str {
        SHIPPED
    }

    pub fn say(&self, moment: Moment, calendar: &Calendar) -> String {
        let (day, time) = calendar.local(moment);
        day.to_datetime(time).strftime(&self.moment).to_string()
    }

    pub(super) fn channel(&self, channel: Channel) -> String {
        let word = serde_json::to_value(channel).unwrap_or_default();
        let word = word.as_str().unwrap_or_default();
        self.channel.get(word).cloned().unwrap_or_default()
    }

    pub fn status(&self, life: u8) -> String {
        self.status
            .get(&life.to_string())
            .cloned()
            .unwrap_or_default()
    }

    pub(super) fn kind(&self, who: &str) -> String {
        let scheme = self.applicant.schemes.get(&self.applicant.scheme);
        scheme
            .and_then(|scheme| scheme.get(who))
            .cloned()
            .unwrap_or_default()
    }
}

impl Default for Mapping {
    /// The shipped one; a test reads it.
    fn default() -> Self {
        Self::read(SHIPPED).unwrap_or_else(|_| Self {
            version: 0,
            moment: String::new(),
            channel: BTreeMap::new(),
            applicant: Applicant {
                scheme: String::new(),
                schemes: BTreeMap::new(),
            },
            status: BTreeMap::new(),
            identity: BTreeMap::new(),
            delivery: BTreeMap::new(),
            field: BTreeMap::new(),
            service: BTreeMap::new(),
            help: BTreeMap::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Mapping;

    #[test]
    fn the_shipped_mapping_reads_and_a_broken_one_is_told() {
        assert_eq!(Mapping::default().version, 1);
        let text = Mapping::shipped_text();
        for (from, to, says) in [
            ("scheme = \"ocps\"", "scheme = \"khac\"", "applicant.khac"),
            ("\n10 = \"10\"", "", "status: 10"),
            ("[delivery]", "[deliveries]", "deliveries"),
        ] {
            let broken = text.replace(from, to);
            assert_ne!(broken, text, "{from}");
            let told = Mapping::read(&broken).expect_err(from).to_string();
            assert!(told.contains(says), "{told}");
        }
    }

    #[test]
    fn the_two_schemes_of_applicants_are_kept_apart() {
        let mut mapping = Mapping::default();
        assert_eq!(
            (mapping.kind("citizen"), mapping.kind("organisation")),
            ("1".into(), "2".into())
        );
        mapping.applicant.scheme = "dvc".to_owned();
        assert_eq!(
            (mapping.kind("citizen"), mapping.kind("organisation")),
            ("0".into(), "1".into())
        );
    }
}
