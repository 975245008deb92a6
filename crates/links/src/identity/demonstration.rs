//! Electronic identities of invented people, so that a newcomer can sign in as a resident. Keeps the same
//! promises as a real provider: a code is redeemed once, by whoever knows the verifier, within minutes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use jiff::SignedDuration;
use rules::Moment;
use rules::resident::Proven;

use super::{Asking, IdentityFault, IdentityProvider, challenge};

/// An invented person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invented {
    pub proven: Proven,
    /// What there is to try as this person.
    pub says: String,
}

/// What was asked when a person was chosen on the demonstration's page.
#[derive(Debug, Clone)]
struct Given {
    person: usize,
    challenge: String,
    redirect: String,
    until: Moment,
}

#[derive(Debug)]
pub struct DemonstrationIdentity {
    people: Vec<Invented>,
    given: Mutex<HashMap<String, Given>>,
}

/// Where the page of the invented people stands.
pub const DOOR: &str = "/sign-in/demonstration";
const MINUTES: i64 = 5;

impl DemonstrationIdentity {
    pub fn new(people: Vec<Invented>) -> Self {
        Self {
            people,
            given: Mutex::default(),
        }
    }

    pub fn people(&self) -> &[Invented] {
        &self.people
    }

    /// The visitor chose a person: gives the address to go back to. `code` is chance that was handed in. `None`
    /// where there is no such person.
    pub fn choose(
        &self,
        subject: &str,
        challenge: &str,
        back: (&str, &str),
        code: String,
        now: Moment,
    ) -> Option<String> {
        let person = (self.people.iter()).position(|one| one.proven.subject == subject)?;
        let (redirect, state) = back;
        let to = format!("{redirect}?code={code}&state={state}");
        let given = Given {
            person,
            challenge: challenge.to_owned(),
            redirect: redirect.to_owned(),
            until: now + SignedDuration::from_mins(MINUTES),
        };
        let mut all = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, given| given.until > now);
        all.insert(code, given);
        Some(to)
    }
}

#[async_trait]
impl IdentityProvider for DemonstrationIdentity {
    async fn door(&self, asking: &Asking) -> Result<String, IdentityFault> {
        Ok(format!(
            "{DOOR}?state={}&challenge={}",
            asking.state,
            asking.challenge()
        ))
    }

    async fn who(&self, code: &str, asking: &Asking, now: Moment) -> Result<Proven, IdentityFault> {
        let mut all = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let given = all.remove(code);
        let wrong = |why: &str| IdentityFault::Unproven(why.to_owned());
        let given = given.ok_or_else(|| wrong("unknown code"))?;
        if given.until <= now {
            return Err(wrong("the code is too old"));
        }
        if given.challenge != challenge(&asking.verifier) || given.redirect != asking.redirect {
            return Err(wrong("the code was given to somebody else"));
        }
        let person = self.people.get(given.person);
        person
            .map(|one| one.proven.clone())
            .ok_or_else(|| wrong("unknown person"))
    }

    fn demonstration(&self) -> Option<&DemonstrationIdentity> {
        Some(self)
    }
}

#[cfg(test)]
mod tests {

    use rules::resident::Identity;

    use super::*;

    fn provider() -> DemonstrationIdentity {
        let proven = Proven {
            issuer: "demonstration".into(),
            subject: "mau".into(),
            level: Identity::Level2,
            name: "Lê Thị Mẫu".into(),
            personal_id: None,
            birth_date: None,
            sex: None,
            phone: None,
            email: None,
            residence: None,
            organisation: None,
        };
        let says = String::new();
        DemonstrationIdentity::new(vec![Invented { proven, says }])
    }

    fn asking(verifier: &str) -> Asking {
        Asking {
            state: "s".into(),
            nonce: "n".into(),
            verifier: verifier.into(),
            redirect: "http://localhost/back".into(),
        }
    }

    #[tokio::test]
    async fn a_code_proves_a_person_once_to_whoever_asked() {
        let (provider, now) = (provider(), Moment::UNIX_EPOCH);
        let mine = asking("mine");
        let choose = |code: &str| {
            let back = ("http://localhost/back", "s");
            provider.choose("mau", &mine.challenge(), back, code.to_owned(), now)
        };
        let to = choose("one").expect("a person");
        assert_eq!(to, "http://localhost/back?code=one&state=s");
        assert_eq!(
            provider.who("one", &mine, now).await.expect("proven").name,
            "Lê Thị Mẫu"
        );
        assert!(provider.who("one", &mine, now).await.is_err(), "once");
        choose("two");
        assert!(
            provider.who("two", &asking("theirs"), now).await.is_err(),
            "another's verifier"
        );
        choose("three");
        let later = now + SignedDuration::from_mins(6);
        assert!(provider.who("three", &mine, later).await.is_err(), "late");
        let stranger = provider.choose("x", "c", ("r", "s"), "four".into(), now);
        assert_eq!(stranger, None);
    }
}
