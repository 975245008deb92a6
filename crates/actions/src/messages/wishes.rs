//! What a person wishes of messages, and whose lists in the app are theirs.

use jiff::civil::Date;
use rules::message::Channel;
use rules::person::Person;
use service::definition::Post;
use store::{Preference, Recipient, StoreError};

use crate::city::{City, Law};
use crate::error::ActionError;

/// As a person fills it in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    pub email: String,
    pub phone: String,
    pub language: String,
    pub without: Vec<Channel>,
    pub digest: bool,
}

/// Which part of what was filled in cannot stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    Email,
    Phone,
}

impl Wishes {
    /// As it is kept.
    ///
    /// # Errors
    /// [`Unusable`] names the field.
    pub fn kept(self) -> Result<Preference, Unusable> {
        let email = self.email.trim().to_owned();
        let phone: String = self
            .phone
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-'))
            .collect();
        let mail = |email: &str| {
            let (name, host) = email.split_once('@')?;
            let fine = !name.is_empty()
                && host.contains('.')
                && !host.starts_with('.')
                && !host.ends_with('.')
                && email.len() <= 254
                && email
                    .chars()
                    .all(|c| c.is_ascii_graphic() && !",;<>()\"\\".contains(c))
                && !host.contains('@');
            fine.then_some(())
        };
        if !email.is_empty() && mail(&email).is_none() {
            return Err(Unusable::Email);
        }
        let digits = phone.strip_prefix('+').unwrap_or(&phone);
        let fine = (9..=12).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit());
        if !phone.is_empty() && !fine {
            return Err(Unusable::Phone);
        }
        Ok(Preference {
            email,
            phone,
            language: self.language,
            without: self.without,
            digest: self.digest,
        })
    }
}

/// The lists that a person sees: their own, those of the units they work in, those of the units they head. Heads act for the units
/// directly below (`Organisation::reach`), but read their lists only where that is a desk: a chairman leads the desk of the
/// commune, and has heads for everything else.
pub fn in_app(person: &Person, law: &Law, on: Date) -> Vec<Recipient> {
    let official = match person {
        Person::Official(official) => official,
        Person::Resident { id, .. } => return vec![Recipient::Person(*id)],
        Person::Nobody | Person::Bearer { .. } => return Vec::new(),
    };
    let mut whose = vec![Recipient::Person(official.id)];
    for seat in &official.seats {
        let unit = law.organisation.unit(&seat.unit, on);
        let below = unit
            .and_then(|unit| unit.parent.as_deref())
            .is_some_and(|parent| {
                let mut seats = official.seats.iter();
                seats.any(|above| above.unit == parent && above.post == seat.post)
            });
        let desk = unit.is_some_and(|unit| unit.kind.ends_with("-desk"));
        whose.extend(match seat.post {
            Post::Staff => Some(Recipient::Unit(seat.unit.clone())),
            Post::DeputyHead | Post::Head if below && !desk => None,
            Post::DeputyHead | Post::Head => Some(Recipient::Head(seat.unit.clone())),
        });
    }
    whose.sort();
    whose.dedup();
    whose
}

impl City {
    /// Keeps what a person wishes.
    ///
    /// # Errors
    /// Where the memory does not answer, or the person has no account.
    pub async fn keep_wishes(
        &self,
        person: &Person,
        wishes: Preference,
    ) -> Result<(), ActionError> {
        let id = match person {
            Person::Official(official) => official.id,
            Person::Resident { id, .. } => *id,
            Person::Nobody | Person::Bearer { .. } => return Err(ActionError::NotFound),
        };
        let now = self.now();
        let written: Result<(), StoreError> = self
            .writer()
            .run("wishes", move |tx| {
                let wishes = wishes.clone();
                Box::pin(async move { tx.save_preference(id, &wishes, now).await })
            })
            .await;
        Ok(written?)
    }

    /// The person has looked at their list.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn notices_seen(&self, person: rules::ids::PersonId) -> Result<(), ActionError> {
        let now = self.now();
        let written: Result<(), StoreError> = self
            .writer()
            .run("seen", move |tx| {
                Box::pin(async move { tx.messages_seen(person, now).await })
            })
            .await;
        Ok(written?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_cannot_be_written_to_are_told() {
        let wishes = |email: &str, phone: &str| Wishes {
            email: email.to_owned(),
            phone: phone.to_owned(),
            ..Wishes::default()
        };
        let kept = wishes(" hoa@cantho.example ", "0912 345 678").kept();
        let kept = kept.expect("usable");
        assert_eq!(
            (kept.email.as_str(), kept.phone.as_str()),
            ("hoa@cantho.example", "0912345678")
        );
        for email in ["hoa", "@x.vn", "a@b", "a@b.vn, c@d.vn", "a b@c.vn", "a@.vn"] {
            assert_eq!(wishes(email, "").kept(), Err(Unusable::Email), "{email}");
        }
        for phone in ["12", "0912x45678", "09123456789012"] {
            assert_eq!(wishes("", phone).kept(), Err(Unusable::Phone), "{phone}");
        }
    }
}
