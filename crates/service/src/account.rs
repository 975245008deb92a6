//! Which parts of an account can fill in a form (`account: personal-id`), so that nobody is asked twice.
//!
//! A part belongs to the owner of the dossier: whoever is signed in, the organisation they speak for, or the one
//! whom they represent. With `requester.` before it, it belongs to whoever is signed in, whomever they act for.
//! Messages go to whoever acts.

/// A part of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountPart {
    PersonalId,
    FullName,
    BirthDate,
    Sex,
    Phone,
    Email,
    Residence,
    OrganisationId,
    OrganisationName,
}

/// Its word in a definition.
pub const PARTS: [(&str, AccountPart); 9] = [
    ("personal-id", AccountPart::PersonalId),
    ("full-name", AccountPart::FullName),
    ("birth-date", AccountPart::BirthDate),
    ("sex", AccountPart::Sex),
    ("phone", AccountPart::Phone),
    ("email", AccountPart::Email),
    ("residence", AccountPart::Residence),
    ("organisation-id", AccountPart::OrganisationId),
    ("organisation-name", AccountPart::OrganisationName),
];

/// The part that a word names, and whether it is the requester's own.
pub fn part(word: &str) -> Option<(AccountPart, bool)> {
    let (bare, requester) = match word.strip_prefix("requester.") {
        Some(bare) => (bare, true),
        None => (word, false),
    };
    let found = PARTS.iter().find(|(name, _)| *name == bare);
    found.map(|(_, part)| {
        (
            *part,
            requester || matches!(part, AccountPart::Phone | AccountPart::Email),
        )
    })
}

impl AccountPart {
    /// Vouched for by the identity provider: what stands there is not typed over.
    pub fn proven(self) -> bool {
        match self {
            AccountPart::PersonalId
            | AccountPart::FullName
            | AccountPart::BirthDate
            | AccountPart::Sex
            | AccountPart::OrganisationId
            | AccountPart::OrganisationName => true,
            AccountPart::Phone | AccountPart::Email | AccountPart::Residence => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_parts_and_whose_they_are() {
        assert_eq!(part("full-name"), Some((AccountPart::FullName, false)));
        assert_eq!(
            part("requester.full-name"),
            Some((AccountPart::FullName, true))
        );
        assert_eq!(
            part("phone"),
            Some((AccountPart::Phone, true)),
            "messages go to whoever acts"
        );
        assert_eq!(part("shoe-size"), None);
    }
}
