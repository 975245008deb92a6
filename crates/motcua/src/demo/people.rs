//! Who works in the demonstration city: a head, a deputy and staff in every unit, and the accounts
//! that the sign-in page shows. Names are invented.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rules::Moment;
use rules::ids::{PersonId, UnitCode};
use rules::organisation::Organisation;
use rules::person::{Power, Seat};
use service::definition::Post;

use super::dice::Dice;
use super::script::Script;

/// A synthetic official. Only those with a login can sign in.
#[derive(Debug, Clone)]
pub struct Account {
    pub id: PersonId,
    pub name: String,
    pub login: Option<String>,
    /// What the sign-in page says of it.
    pub says: &'static str,
    pub seats: Vec<Seat>,
    pub powers: Vec<Power>,
}

/// (login, what it is, unit, post, powers): the role accounts of the sign-in page.
type Shown = (
    &'static str,
    &'static str,
    &'static str,
    Post,
    &'static [Power],
);
const SHOWN: &[Shown] = &[
    (
        "1022",
        "Điều phối viên Trung tâm 1022",
        "centre-1022",
        Post::Staff,
        &[],
    ),
    (
        "ninhkieu",
        "Chuyên viên UBND phường Ninh Kiều",
        "commune-31135",
        Post::Staff,
        &[],
    ),
    (
        "ninhkieu-lanhdao",
        "Lãnh đạo UBND phường Ninh Kiều",
        "commune-31135",
        Post::Head,
        &[],
    ),
    (
        "motcua-ninhkieu",
        "Cán bộ một cửa phường Ninh Kiều",
        "desk-31135",
        Post::Staff,
        &[],
    ),
    (
        "cairang",
        "Chuyên viên UBND phường Cái Răng",
        "commune-31186",
        Post::Staff,
        &[],
    ),
    (
        "soxaydung",
        "Chuyên viên Sở Xây dựng",
        "department-of-construction",
        Post::Staff,
        &[],
    ),
    (
        "datdai",
        "Chuyên viên Chi nhánh VPĐKĐĐ Ninh Kiều",
        "land-office-branch-ninh-kieu",
        Post::Staff,
        &[],
    ),
    (
        "datdai-giamdoc",
        "Giám đốc Chi nhánh VPĐKĐĐ Ninh Kiều",
        "land-office-branch-ninh-kieu",
        Post::Head,
        &[],
    ),
    (
        "lanhdao",
        "Lãnh đạo UBND thành phố",
        "city",
        Post::Head,
        &[Power::Leader],
    ),
    (
        "thietke",
        "Người thiết kế dịch vụ",
        "city-office",
        Post::Staff,
        &[Power::Designer],
    ),
    (
        "thietke2",
        "Người thiết kế dịch vụ thứ hai",
        "city-office",
        Post::Staff,
        &[Power::Designer],
    ),
    (
        "quantri",
        "Quản trị kỹ thuật",
        "city-office",
        Post::Staff,
        &[Power::Administrator],
    ),
    (
        "ketoan",
        "Kế toán Trung tâm Phục vụ hành chính công thành phố",
        "city-desk",
        Post::Staff,
        &[Power::Accountant],
    ),
];

/// Second persons, for what one alone may not do; and who came later.
const SECONDS: &[Shown] = &[
    (
        "quantri2",
        "Quản trị kỹ thuật thứ hai",
        "city-office",
        Post::Staff,
        &[Power::Administrator],
    ),
    (
        "sonnmt-giamdoc",
        "Giám đốc Sở Nông nghiệp và Môi trường",
        "department-of-agriculture-and-environment",
        Post::Head,
        &[],
    ),
    (
        "1022-duyet",
        "Người duyệt nội dung công khai của Trung tâm 1022",
        "centre-1022",
        Post::Staff,
        &[Power::Moderator],
    ),
    (
        "1022-truongca",
        "Trưởng ca Trung tâm 1022",
        "centre-1022",
        Post::Head,
        &[],
    ),
    (
        "1022-kiemtra",
        "Người kiểm tra lại của Trung tâm 1022",
        "centre-1022",
        Post::Staff,
        &[Power::Inspector],
    ),
    (
        "ninhkieu-kiemtra",
        "Người kiểm tra lại của UBND phường Ninh Kiều",
        "commune-31135",
        Post::Staff,
        &[Power::Inspector],
    ),
    (
        "lanhdao2",
        "Người thứ hai của lãnh đạo thành phố",
        "city",
        Post::DeputyHead,
        &[Power::Leader],
    ),
];

/// Everybody, and who sits where.
pub struct People {
    pub accounts: Vec<Account>,
    pub staff: BTreeMap<(UnitCode, Post), Vec<PersonId>>,
}

pub fn people(
    organisation: &Organisation,
    on: Date,
    at: Moment,
    script: &Script,
    dice: &mut Dice,
) -> People {
    let mut accounts = Vec::new();
    let mut add = |name, login, says, unit: &str, post, powers: &[Power], dice: &mut Dice| {
        accounts.push(Account {
            id: PersonId::new(at, dice.bytes()),
            name,
            login,
            says,
            seats: vec![Seat {
                unit: unit.to_owned(),
                post,
            }],
            powers: powers.to_vec(),
        });
    };
    for (login, says, unit, post, powers) in SHOWN {
        if organisation.unit(unit, on).is_some() {
            let name = script.person(dice);
            add(
                name,
                Some((*login).to_owned()),
                says,
                unit,
                *post,
                powers,
                dice,
            );
        }
    }
    for unit in organisation.units_on(on) {
        for post in [Post::Head, Post::DeputyHead, Post::Staff, Post::Staff] {
            let name = script.person(dice);
            add(name, None, "", &unit.code, post, &[], dice);
        }
    }
    // Added later than the others: with dice of their own, so that nobody else becomes somebody else.
    let mut own = Dice::new(9);
    for (login, says, unit, post, powers) in SECONDS {
        if organisation.unit(unit, on).is_some() {
            let name = script.person(&mut own);
            let login = Some((*login).to_owned());
            add(name, login, says, unit, *post, powers, &mut own);
        }
    }
    let mut staff: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for account in accounts.iter().filter(|account| account.powers.is_empty()) {
        for seat in &account.seats {
            staff
                .entry((seat.unit.clone(), seat.post))
                .or_default()
                .push(account.id);
        }
    }
    People { accounts, staff }
}
