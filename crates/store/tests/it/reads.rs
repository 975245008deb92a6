//! What is asked, and who may see the answer.

use rules::person::{Official, Person, Power, Seat};
use service::definition::Post;
use store::{
    Account, AccountKind, Attachment, Draft, Extent, Held, InboxFilter, InboxPage, Narrow, Page,
    ServiceDraft, ServiceVersion, Session, Sight, StoreError,
};

use crate::engines::Fixture;
use crate::sample::{Sample, case_id, moment, person_id};

both_engines!(
    search_knows_no_accents,
    lists_and_single_cases_agree_on_who_sees_what,
    the_inbox_is_by_legal_time_left,
    public_lists_are_narrowed_and_paged,
    papers_stand_apart_and_can_be_erased,
    people_seats_and_sessions,
    services_are_published_once,
    the_clock_finds_what_is_due,
);

pub fn official(n: u32, unit: &str, post: Post) -> Official {
    Official {
        id: person_id(n),
        name: format!("Cán bộ {n}"),
        seats: vec![Seat {
            unit: unit.into(),
            post,
        }],
        own: Vec::new(),
        stands_in_for: Vec::new(),
        powers: Vec::new(),
    }
}

pub const MOST: Page = Page {
    after: None,
    most: 100,
};

async fn search_knows_no_accents(f: Fixture) {
    let mut birth = Sample::opened(1);
    birth.extras.title = Some("Đăng ký khai sinh".into());
    birth.save(&f.writer()).await.unwrap();
    let mut decomposed = Sample::opened(2);
    decomposed.extras.title = Some("Đa\u{306}ng ky\u{301} khai sinh".into());
    decomposed.save(&f.writer()).await.unwrap();
    let mut hidden = Sample::opened_as(3, |opened| opened.public = false);
    hidden.extras.title = Some("Đăng ký khai sinh muộn".into());
    hidden.save(&f.writer()).await.unwrap();
    let now = moment(0);
    command!(f.writer(), [now], |tx| tx.index_service(
        "birth",
        "Đăng ký khai sinh",
        "giấy chứng sinh",
        now
    ))
    .unwrap();
    let found = async |who: &Person, text: &str| {
        let lines = f.reader().search_cases(who, text, 10).await.unwrap();
        lines.into_iter().map(|line| line.id).collect::<Vec<_>>()
    };
    let nobody = Person::Nobody;
    for text in [
        "dang ky khai sinh",
        "ĐĂNG KÝ KHAI SINH",
        "khai SINH đa\u{306}ng",
        "khai si",
    ] {
        assert_eq!(
            found(&nobody, text).await,
            [case_id(2), case_id(1)],
            "{text}"
        );
    }
    assert_eq!(
        found(&nobody, "H13.26.0107-260601-0001").await,
        [case_id(1)],
        "by its code"
    );
    for text in [
        "",
        "  -- ",
        "khai tử",
        "public",
        "\" OR words:khai",
        "khai' | 'x",
    ] {
        assert_eq!(found(&nobody, text).await, [], "{text}");
    }
    let own = Person::Official(official(1, "commune-31135", Post::Staff));
    assert_eq!(found(&own, "khai sinh muon").await, [case_id(3)]);
    let other = Person::Official(official(2, "commune-1", Post::Head));
    assert_eq!(found(&other, "khai sinh muon").await, []);
    for text in ["dang ky", "chung sinh", "khai si"] {
        let services = f.reader().search_services(text, 5).await.unwrap();
        assert_eq!(services.len(), 1, "{text}");
        assert_eq!(services[0].service, "birth");
    }
    assert!(
        f.store
            .reader("boston")
            .search_services("dang ky", 5)
            .await
            .unwrap()
            .is_empty()
    );
    let mut renamed = Sample::opened(1).saved().claimed(7, moment(9));
    renamed.extras.words = Some("cấp lại bản sao".into());
    renamed.save(&f.writer()).await.unwrap();
    assert_eq!(found(&nobody, "ban sao").await, [case_id(1)]);
    assert_eq!(found(&nobody, "khai sinh").await, [case_id(2)]);
    command!(f.writer(), [], |tx| tx.erase_personal(case_id(1))).unwrap();
    assert_eq!(found(&nobody, "ban sao").await, []);
}

async fn lists_and_single_cases_agree_on_who_sees_what(f: Fixture) {
    for n in 1..=8 {
        let sample = Sample::opened_as(n, |opened| {
            opened.public = n % 2 == 0;
            opened.unit = if n > 4 { "commune-1" } else { "commune-31135" }.into();
            opened.applicant = (n % 4 == 1).then(|| person_id(70));
        });
        sample.save(&f.writer()).await.unwrap();
    }
    let mut leader = official(3, "office", Post::Head);
    leader.powers.push(Power::Leader);
    let viewers = [
        Person::Nobody,
        Person::Bearer { case: case_id(3) },
        Person::Resident {
            id: person_id(70),
            name: "Lan".into(),
        },
        Person::Official(official(1, "commune-31135", Post::Staff)),
        Person::Official(official(2, "commune-1", Post::Head)),
        Person::Official(leader),
    ];
    let mut hidden = 0;
    for viewer in &viewers {
        let listed = f
            .reader()
            .cases(viewer, &Narrow::default(), MOST)
            .await
            .unwrap();
        for n in 1..=8 {
            let seen = f.reader().case(viewer, case_id(n)).await.unwrap();
            let in_list = listed.iter().any(|line| line.id == case_id(n));
            assert_eq!(seen.is_some(), in_list, "{viewer:?} and case {n}");
            hidden += u32::from(seen.is_none());
        }
    }
    assert_eq!(
        hidden,
        4 + 3 + 2 + 2 + 2,
        "what each viewer does not see, the leader all"
    );
    let sight = async |viewer: &Person, n| {
        f.reader()
            .case(viewer, case_id(n))
            .await
            .unwrap()
            .map(|seen| seen.sight)
    };
    assert_eq!(sight(&viewers[0], 2).await, Some(Sight::Public));
    assert_eq!(sight(&viewers[1], 3).await, Some(Sight::Own));
    assert_eq!(sight(&viewers[3], 3).await, Some(Sight::Whole));
    let code = "H13.26.0107-260601-0003";
    let bearer = f.reader().bearer(code, &[3; 32]).await.unwrap();
    assert_eq!(bearer, Some(viewers[1].clone()));
    assert_eq!(f.reader().bearer(code, &[4; 32]).await.unwrap(), None);
    assert!(
        f.reader()
            .case_by_code(&Person::Nobody, code)
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(
        f.reader().track(code).await.unwrap().unwrap().id,
        case_id(3)
    );
    assert!(
        f.store
            .reader("boston")
            .track(code)
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(
        f.reader()
            .cases_of(person_id(70), MOST)
            .await
            .unwrap()
            .len(),
        2
    );
}

async fn the_inbox_is_by_legal_time_left(f: Fixture) {
    for n in [5, 1, 3, 2, 4] {
        Sample::opened(n).save(&f.writer()).await.unwrap();
    }
    let elsewhere = Sample::opened_as(9, |opened| opened.unit = "commune-1".into());
    elsewhere.save(&f.writer()).await.unwrap();
    let claimed = Sample::opened(3).saved().claimed(1, moment(50));
    claimed.save(&f.writer()).await.unwrap();
    let me = official(1, "commune-31135", Post::Staff);
    let (mut page, mut order) = (
        InboxPage {
            after: None,
            most: 2,
        },
        Vec::new(),
    );
    loop {
        let filter = InboxFilter::default();
        let lines = f.reader().inbox(&me, &filter, &page).await.unwrap();
        let Some(last) = lines.last() else { break };
        page.after = Some(last.place_in_list());
        order.extend(lines.into_iter().map(|line| line.case.id));
    }
    assert_eq!(order, (1..=5).map(case_id).collect::<Vec<_>>());
    let most = InboxPage {
        after: None,
        most: 9,
    };
    let held = async |held: Held| {
        let filter = InboxFilter {
            held,
            ..InboxFilter::default()
        };
        f.reader().inbox(&me, &filter, &most).await.unwrap().len()
    };
    assert_eq!((held(Held::Mine).await, held(Held::Free).await), (1, 4));
    let due = moment(3 + 72 * 3600);
    let (reader, any) = (f.reader(), InboxFilter::default());
    let counts = reader
        .inbox_counts(&me, &any, due, moment(4 + 72 * 3600))
        .await;
    let counts = counts.unwrap();
    assert_eq!((counts.all, counts.mine, counts.free), (5, 1, 4));
    assert_eq!((counts.late, counts.today), (2, 1));
    let ended = claimed
        .saved()
        .ended(service::definition::Ending::Solved, moment(60));
    ended.save(&f.writer()).await.unwrap();
    assert_eq!(held(Held::Any).await, 4, "an ended case leaves the inbox");
    let filter = InboxFilter::default();
    let stranger = official(2, "commune-2", Post::Head);
    assert!(
        f.reader()
            .inbox(&stranger, &filter, &most)
            .await
            .unwrap()
            .is_empty()
    );
    let loads = command!(f.writer(), [], |tx| tx.loads("commune-31135")).unwrap();
    assert_eq!(loads, []);
}

async fn public_lists_are_narrowed_and_paged(f: Fixture) {
    for n in 1..=20 {
        let sample = Sample::opened_as(n, |opened| {
            opened.area = Some(format!("area-{}", n % 2));
            opened.public = n != 20;
        });
        sample.save(&f.writer()).await.unwrap();
    }
    let narrow = Narrow {
        areas: vec!["area-0".into()],
        open: Some(true),
        ..Narrow::default()
    };
    let page = Page {
        after: None,
        most: 4,
    };
    let first = f.reader().public_cases(&narrow, page).await.unwrap();
    let ids = |lines: &[store::CaseLine]| lines.iter().map(|l| l.id).collect::<Vec<_>>();
    assert_eq!(ids(&first), [18, 16, 14, 12].map(case_id));
    let page = Page {
        after: Some(first[3].place_in_list()),
        most: 4,
    };
    let second = f.reader().public_cases(&narrow, page).await.unwrap();
    assert_eq!(ids(&second), [10, 8, 6, 4].map(case_id));
    // Asked by its cells, and too wide for that.
    for (west, east) in [(105.77, 105.79), (105.0, 106.0)] {
        let extent = Extent {
            south: 10.03015,
            west,
            north: 10.03055,
            east,
        };
        let kinds: [&[&str]; 3] = [&[], &["street-light"], &["litter", "street-light"]];
        for services in kinds {
            let narrow = Narrow {
                services: services.iter().map(|one| (*one).to_owned()).collect(),
                within: Some(extent),
                ..Narrow::default()
            };
            let near = f.reader().public_cases(&narrow, MOST).await.unwrap();
            assert_eq!(ids(&near), [5, 4, 3, 2].map(case_id), "{services:?}");
            let page = |after| Page { after, most: 3 };
            let first = f.reader().public_cases(&narrow, page(None)).await.unwrap();
            assert_eq!(ids(&first), [5, 4, 3].map(case_id));
            let after = Some(first[2].place_in_list());
            let rest = f.reader().public_cases(&narrow, page(after)).await.unwrap();
            assert_eq!(ids(&rest), [2].map(case_id));
        }
        let near = command!(f.writer(), [], |tx| tx.open_near("street-light", extent, 3)).unwrap();
        assert_eq!(ids(&near), [5, 4, 3].map(case_id));
    }
}

async fn papers_stand_apart_and_can_be_erased(f: Fixture) {
    Sample::opened(1).save(&f.writer()).await.unwrap();
    let note = rules::ids::NoteId(uuid::Uuid::from_u128(5));
    let photo = Attachment {
        hash: "ab".repeat(32),
        what: "photo".into(),
        public: true,
        name: "ảnh.jpg".into(),
        at: moment(2),
    };
    let answers: service::Answers =
        serde_json::from_value(serde_json::json!({"phone": "0900", "b": 1})).unwrap();
    let expected = answers.clone();
    let writer = f.writer();
    let kept = photo.clone();
    let saved: Result<(), StoreError> = writer
        .run("papers", move |tx| {
            let (answers, photo) = (answers.clone(), photo.clone());
            Box::pin(async move {
                tx.save_answers(case_id(1), 1, &answers, moment(1)).await?;
                tx.save_answers(case_id(1), 2, &answers, moment(2)).await?;
                tx.save_note(case_id(1), note, "Gọi trước khi đến", false, moment(1))
                    .await?;
                tx.save_attachment(case_id(1), &photo).await?;
                tx.save_attachment(case_id(1), &photo).await
            })
        })
        .await;
    saved.unwrap();
    let reader = f.reader();
    assert_eq!(
        reader.answers(case_id(1)).await.unwrap(),
        Some((2, expected))
    );
    assert_eq!(reader.attachments(case_id(1)).await.unwrap(), [kept]);
    let text = reader.notes(case_id(1)).await.unwrap()[0].text.clone();
    assert_eq!(text.as_deref(), Some("Gọi trước khi đến"));
    command!(f.writer(), [], |tx| tx.erase_personal(case_id(1))).unwrap();
    assert_eq!(reader.answers(case_id(1)).await.unwrap(), None);
    assert_eq!(reader.notes(case_id(1)).await.unwrap()[0].text, None);
    assert!(reader.attachments(case_id(1)).await.unwrap().is_empty());
    assert!(reader.verify().await.unwrap().is_sound(), "history stays");
    let draft = Draft {
        token_hash: [9; 32],
        service: "birth".into(),
        service_version: 1,
        person: None,
        answers: service::Answers::new(),
        files: vec![store::DraftFile {
            hash: "ab".repeat(32),
            what: "photo".into(),
            name: "đèn.jpg".into(),
            size: 7,
            media: "image/jpeg".into(),
            small: Some(("cd".repeat(32), 3)),
            taken_at: Some(rules::case::Spot {
                lat: 10.0,
                lon: 105.7,
            }),
            original: Some(("ef".repeat(32), 9, "image/png".into())),
            paper: None,
        }],
        at: moment(0),
        expires: moment(100),
        own_key: None,
    };
    let same = draft.clone();
    command!(f.writer(), [draft], |tx| tx.save_draft(&draft)).unwrap();
    assert_eq!(
        reader.draft(&[9; 32], moment(99)).await.unwrap(),
        Some(same)
    );
    assert_eq!(reader.draft(&[9; 32], moment(100)).await.unwrap(), None);
    let dropped = command!(f.writer(), [], |tx| tx.drop_drafts(moment(100))).unwrap();
    assert_eq!(dropped.drafts, 1);
}

async fn people_seats_and_sessions(f: Fixture) {
    let account = Account {
        id: person_id(1),
        login: Some("lan".into()),
        name: "Nguyễn Thị Lan".into(),
        password: Some("$argon2id$…".into()),
        kind: AccountKind::Official,
        powers: vec![Power::Designer],
        disabled: false,
    };
    let seat = Seat {
        unit: "commune-1".into(),
        post: Post::Head,
    };
    let same = account.clone();
    let held = seat.clone();
    command!(f.writer(), [account], |tx| tx.save_account(&account)).unwrap();
    command!(f.writer(), [seat], |tx| tx.give_seat(
        person_id(1),
        &seat,
        moment(10)
    ))
    .unwrap();
    let reader = f.reader();
    assert_eq!(
        reader.account_by_login("lan").await.unwrap(),
        Some(same.clone())
    );
    let seats = async |now: i64| match reader.person(person_id(1), moment(now)).await.unwrap() {
        Some(Person::Official(official)) => official.seats,
        other => panic!("{other:?}"),
    };
    assert_eq!(seats(9).await, []);
    assert_eq!(seats(10).await, std::slice::from_ref(&held));
    let seated = command!(f.writer(), [], |tx| tx.seated(
        "commune-1",
        Post::Staff,
        moment(10)
    ));
    assert_eq!(seated.unwrap(), [(person_id(1), Post::Head)]);
    command!(f.writer(), [held], |tx| tx.end_seat(
        person_id(1),
        &held,
        moment(20)
    ))
    .unwrap();
    assert_eq!(seats(20).await, []);
    let twin = Account {
        id: person_id(2),
        ..same.clone()
    };
    let taken = command!(f.writer(), [twin], |tx| tx.save_account(&twin));
    assert!(
        matches!(taken, Err(StoreError::Duplicate { .. })),
        "{taken:?}"
    );
    let session = Session {
        token_hash: [1; 32],
        person: person_id(1),
        created: moment(0),
        last_used: moment(0),
        expires: moment(100),
        revoked: None,
        agent: "Firefox".into(),
    };
    let opened = session.clone();
    command!(f.writer(), [session], |tx| tx.open_session(&session)).unwrap();
    assert_eq!(
        reader.session(&[1; 32], moment(99)).await.unwrap(),
        Some(opened)
    );
    assert_eq!(reader.session(&[1; 32], moment(100)).await.unwrap(), None);
    assert_eq!(reader.session(&[2; 32], moment(0)).await.unwrap(), None);
    command!(f.writer(), [], |tx| tx
        .revoke_sessions(person_id(1), moment(50)))
    .unwrap();
    assert_eq!(reader.session(&[1; 32], moment(60)).await.unwrap(), None);
    command!(f.writer(), [], |tx| tx.note_attempt(
        "lan",
        "10.0.0.1",
        false,
        moment(5)
    ))
    .unwrap();
    command!(f.writer(), [], |tx| tx.note_attempt(
        "hoa",
        "10.0.0.1",
        false,
        moment(6)
    ))
    .unwrap();
    let failed = command!(f.writer(), [], |tx| tx.failed_attempts(
        "lan",
        "10.0.0.1",
        moment(0)
    ));
    assert_eq!(failed.unwrap(), (1, 2));
    let closed = Account {
        disabled: true,
        ..same
    };
    command!(f.writer(), [closed], |tx| tx.save_account(&closed)).unwrap();
    assert_eq!(reader.person(person_id(1), moment(0)).await.unwrap(), None);
    command!(f.writer(), [], |tx| tx.note_access(
        person_id(1),
        case_id(1),
        "xử lý",
        moment(7)
    ))
    .unwrap();
    let accesses = reader.accesses(case_id(1)).await.unwrap();
    assert_eq!(accesses, [(person_id(1), moment(7), "xử lý".to_owned())]);
}

async fn services_are_published_once(f: Fixture) {
    let version = |n: u32, effective: i64| ServiceVersion {
        service: "birth".into(),
        version: n,
        text: format!("service: birth # {n}"),
        resolved: "{}".into(),
        hash: "00".repeat(32),
        effective: moment(effective),
        published_by: Some(person_id(1)),
        at: moment(0),
    };
    for v in [version(1, 0), version(2, 100)] {
        command!(f.writer(), [v], |tx| tx.publish_service(&v)).unwrap();
    }
    let again = version(2, 50);
    let again = command!(f.writer(), [again], |tx| tx.publish_service(&again));
    assert!(matches!(again, Err(StoreError::Duplicate { .. })));
    let reader = f.reader();
    let at = async |now: i64| {
        reader
            .service("birth", moment(now))
            .await
            .unwrap()
            .map(|v| v.version)
    };
    assert_eq!(
        (at(-1).await, at(99).await, at(100).await),
        (None, Some(1), Some(2))
    );
    assert_eq!(reader.services(moment(99)).await.unwrap(), [version(1, 0)]);
    let old = reader.service_version("birth", 1).await.unwrap();
    assert_eq!(old, Some(version(1, 0)));
    let draft = |revision| ServiceDraft {
        service: "birth".into(),
        revision,
        text: format!("# {revision}"),
        changed_by: None,
        at: moment(0),
    };
    for (revision, ok) in [
        (1, true),
        (2, true),
        (2, false),
        (1, false),
        (4, false),
        (3, true),
    ] {
        let d = draft(revision);
        let saved = command!(f.writer(), [d], |tx| tx.save_service_draft(&d));
        assert_eq!(saved.is_ok(), ok, "revision {revision}: {saved:?}");
    }
    assert_eq!(reader.service_draft("birth").await.unwrap(), Some(draft(3)));
}

async fn the_clock_finds_what_is_due(f: Fixture) {
    for n in 1..=4 {
        Sample::opened(n).save(&f.writer()).await.unwrap();
    }
    let ended = Sample::opened(2)
        .saved()
        .ended(service::definition::Ending::Solved, moment(9));
    ended.save(&f.writer()).await.unwrap();
    let step_due = moment(24 * 3600 + 4);
    let due = f.reader().cases_due(step_due, None, 10).await.unwrap();
    assert_eq!(due, [1, 3].map(case_id));
    let rest = f
        .reader()
        .cases_due(step_due, Some(case_id(1)), 10)
        .await
        .unwrap();
    assert_eq!(rest, [case_id(3)]);
    let legal_due = moment(72 * 3600 + 100);
    assert_eq!(
        f.reader()
            .cases_due(legal_due, None, 10)
            .await
            .unwrap()
            .len(),
        3
    );
}
