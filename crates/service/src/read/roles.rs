//! Who does things: posts at units found by rule, and who may sign in whose place.

use super::shape::{ACTING, DELEGATION, ROLE};
use super::{Part, Reader, words};
use crate::definition::{Acting, Delegation, Pick, Post, Role};
use crate::yaml::Node;

/// Prefixes of a signature (NĐ 30/2020): on behalf of the whole, acting, by order, by authority.
const PREFIXES: &[(&str, &str)] = &[
    ("TM.", "TM."),
    ("KT.", "KT."),
    ("TL.", "TL."),
    ("TUQ.", "TUQ."),
    ("Q.", "Q."),
];

pub fn roles(reader: &mut Reader, file: &Part) -> Vec<Role> {
    let named = reader.named(file, "roles");
    named
        .iter()
        .map(|entry| {
            if entry.key == "applicant" {
                reader.say(
                    entry.mark,
                    "“applicant” là người nộp, luôn có sẵn, không khai làm vai trò.",
                    None,
                );
            }
            role(reader, entry.key.clone(), &entry.value)
        })
        .collect()
}

fn role(reader: &mut Reader, code: String, node: &Node) -> Role {
    let part = reader.part(node, &ROLE);
    reader.need(&part, "name");
    if !["at", "authority", "delegations"]
        .iter()
        .any(|key| part.has_or_meant(key))
    {
        reader.say(
            part.mark,
            format!("Vai trò “{code}” chưa nói ở đơn vị nào."),
            Some("at: commune by where.area".into()),
        );
    }
    let post = |reader: &mut Reader, part: &Part| {
        reader.parsed(
            part,
            "post",
            "một chức vụ",
            "staff | deputy-head | head",
            words::post,
        )
    };
    let delegations = reader.items(&part, "delegations");
    Role {
        code,
        name: reader.label(&part, "name"),
        at: reader.parsed(
            &part,
            "at",
            "một đơn vị",
            "commune by where.area",
            words::unit_rule,
        ),
        post: post(reader, &part).unwrap_or_default(),
        pick: reader
            .one_of(
                &part,
                "pick",
                &[
                    ("anyone", Pick::Anyone),
                    ("least-loaded", Pick::LeastLoaded),
                ],
            )
            .unwrap_or_default(),
        outside: reader.yes_no(&part, "outside").unwrap_or_default(),
        authority: reader.parsed(
            &part,
            "authority",
            "chức vụ của đơn vị",
            "director of department-of-justice",
            words::post_at,
        ),
        delegations: delegations
            .iter()
            .filter_map(|node| delegation(reader, node))
            .collect(),
        acting: part.node("acting").map(|node| {
            let part = reader.part(node, &ACTING);
            reader.need(&part, "post");
            Acting {
                post: post(reader, &part).unwrap_or(Post::DeputyHead),
                prefix: reader
                    .one_of(&part, "prefix", PREFIXES)
                    .unwrap_or("KT.")
                    .to_owned(),
            }
        }),
    }
}

fn delegation(reader: &mut Reader, node: &Node) -> Option<Delegation> {
    let part = reader.part(node, &DELEGATION);
    reader.need(&part, "to");
    reader.need(&part, "basis");
    let delegation = Delegation {
        to: reader.parsed(
            &part,
            "to",
            "chức vụ của đơn vị",
            "director of land-office-branch by parcel.area",
            words::post_at,
        )?,
        when: reader.expr(&part, "when"),
        basis: reader.string(&part, "basis").unwrap_or_default(),
        prefix: reader
            .one_of(&part, "prefix", PREFIXES)
            .unwrap_or("TUQ.")
            .to_owned(),
        from: reader.date(&part, "from"),
        until: reader.date(&part, "until"),
    };
    if let (Some(from), Some(until)) = (delegation.from, delegation.until)
        && until < from
    {
        reader.say(
            part.mark,
            format!("Ủy quyền hết hạn ({until}) trước khi bắt đầu ({from})."),
            None,
        );
    }
    Some(delegation)
}
