//! A case and its new events, in one go: row, events with their hash chain, inbox, holdings, search
//! row, outbox. The one list of consequences of a save.

use std::sync::{Arc, LazyLock};

use rules::Moment;
use rules::case::{Case, Life, Recorded, Task};
use service::definition::Post;

use crate::chain::{BEGINNING, EventFields, Hash};
use crate::error::{Conflict, Result, StoreError};
use crate::params;
use crate::tx::Tx;
use crate::value::{Value, to_json, word};
use crate::write::search::{self, Found};
use crate::write::{money, outbox};

/// A task or case without any deadline sorts after all others.
pub const NO_DEADLINE: i64 = i64::MAX;

/// What a save needs beyond the case: what is not in its events, or what follows from them.
#[derive(Debug, Clone, Default)]
pub struct Extras {
    /// A summary safe for anybody to read. Needed on opening; `None` later: unchanged.
    pub title: Option<String>,
    /// Words to be found by, as written; folded here. `None` later: unchanged.
    pub words: Option<String>,
    /// Group of the service (lĩnh vực), for figures. Needed on opening; empty later: unchanged.
    pub group: String,
    /// SHA-256 of the secret that shows the whole case to who holds it. Only on opening.
    pub secret_hash: Option<Hash>,
    /// Work for later, by topic.
    pub posts: Vec<outbox::Post>,
}

/// One case to be saved: how it was read, how it is now, what happened in between.
#[derive(Debug, Clone)]
pub struct Save {
    /// `None`: opened now.
    pub prior: Option<Case>,
    pub case: Case,
    /// Its versions follow `prior.version` without a hole and end at `case.version`.
    pub recorded: Vec<Recorded>,
    pub extras: Extras,
}

pub(crate) type Step<'a> = (&'static str, Vec<Value<'a>>);

impl Tx {
    /// Saves a case with the events that changed it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with what happened meanwhile, where the stored version is not that of
    /// `prior`; [`StoreError::Duplicate`] where an opened case's id or code exists.
    pub async fn save_case(
        &mut self,
        prior: Option<&Case>,
        case: &Case,
        recorded: &[Recorded],
        extras: &Extras,
    ) -> Result<()> {
        let before = match prior {
            Some(prior) => Some((prior, self.head(prior).await?)),
            None => None,
        };
        let city = self.shared_city();
        let mut steps = Vec::new();
        consequences(self, &city, before, case, recorded, extras, &mut steps)?;
        self.execute_many(&steps).await?;
        self.woke = true;
        Ok(())
    }

    /// Many new cases in one go, for imports: the same rows as saving each.
    pub async fn save_opened(&mut self, saves: &[Save]) -> Result<()> {
        let city = self.shared_city();
        let mut steps = Vec::new();
        for save in saves {
            if save.prior.is_some() {
                return Err(StoreError::misuse("save_opened takes new cases only"));
            }
            let Save {
                case,
                recorded,
                extras,
                ..
            } = save;
            consequences(self, &city, None, case, recorded, extras, &mut steps)?;
        }
        self.execute_many(&steps).await?;
        self.woke = true;
        Ok(())
    }

    /// Hash of the last event and the moment it was queued; fails where the case moved on.
    async fn head(&mut self, prior: &Case) -> Result<Head> {
        let city = self.shared_city();
        let sql = "SELECT version, head, touched FROM cases WHERE city = $1 AND id = $2";
        let sql = format!("{sql}{}", self.dialect().locked());
        let params = params![&*city, prior.id];
        let found = self.maybe(&sql, &params, |mut row| {
            let version: u32 = row.next()?;
            let (hash, touched) = (row.next()?, row.next()?);
            Ok((version, Head { hash, touched }))
        });
        match found.await? {
            Some((version, head)) if version == prior.version => Ok(head),
            Some((now, _)) => {
                let meanwhile = self.events_after(prior.id, prior.version).await?;
                Err(StoreError::Conflict(Box::new(Conflict {
                    case: prior.id,
                    seen: prior.version,
                    now,
                    meanwhile,
                })))
            }
            None => Err(StoreError::missing(format!("case {}", prior.id))),
        }
    }
}

struct Head {
    hash: Hash,
    touched: i64,
}

fn consequences<'a>(
    tx: &Tx,
    city: &'a Arc<str>,
    before: Option<(&'a Case, Head)>,
    case: &'a Case,
    recorded: &[Recorded],
    extras: &'a Extras,
    steps: &mut Vec<Step<'a>>,
) -> Result<()> {
    let prior = before.as_ref().map(|(prior, _)| *prior);
    check_versions(prior, case, recorded)?;
    let (mut head, touched) = match &before {
        Some((_, head)) => (head.hash, head.touched),
        None => (BEGINNING, i64::MIN),
    };
    let mut events = Vec::with_capacity(recorded.len());
    let mut hashes = Vec::with_capacity(recorded.len());
    for one in recorded {
        let (step, hash) = event_step(city, one, &head)?;
        events.push(step);
        hashes.push(hash);
        head = hash;
    }
    let last = recorded.last().map_or(0, |r| r.at.as_microsecond());
    // The queue keeps the order of a case even where two servers' clocks differ.
    let touched = touched.max(last);
    match prior {
        None => steps.push(insert_row(city, case, extras, head, touched)?),
        Some(prior) => steps.push(update_row(city, prior, case, extras, head, touched)?),
    }
    steps.append(&mut events);
    tasks(city, prior, case, steps)?;
    holdings(city, prior, case, steps);
    money::steps(city, prior, case, recorded, steps)?;
    crate::write::apology::steps(city, prior, case, steps);
    crate::write::shown::steps(city, case, recorded, steps);
    steps.push(outbox::seal_step(
        city,
        touched,
        case.id,
        case.version,
        &hashes,
    ));
    for (n, post) in (0i64..).zip(&extras.posts) {
        steps.push(outbox::post_step(city, case.id, case.version, n, post)?);
    }
    search_row(tx, city, prior, case, extras, steps)
}

fn check_versions(prior: Option<&Case>, case: &Case, recorded: &[Recorded]) -> Result<()> {
    let mut version = prior.map_or(0, |c| c.version);
    for one in recorded {
        version += 1;
        if one.version != version || one.case != case.id {
            return Err(StoreError::misuse(format!(
                "event {} of case {} where {version} of {} was due",
                one.version, one.case, case.id
            )));
        }
        if one.at.as_nanosecond() % 1000 != 0 {
            return Err(StoreError::misuse(format!(
                "{} is finer than a microsecond: the log keeps microseconds",
                one.at
            )));
        }
    }
    match version == case.version && !recorded.is_empty() {
        true => Ok(()),
        false => Err(StoreError::misuse(format!(
            "the case says version {}, its events end at {version}",
            case.version
        ))),
    }
}

/// The tag serde writes first: `{"event":"claimed",…}` → `claimed`.
pub(crate) fn kind_of(payload: &str) -> Result<&str> {
    payload
        .strip_prefix("{\"event\":\"")
        .and_then(|rest| rest.split('"').next())
        .ok_or_else(|| StoreError::corrupt("an event without its kind"))
}

/// Hash of the last of these events, the first of which is a case's first.
pub(crate) fn head_of(city: &str, events: &[Recorded]) -> Result<Hash> {
    events.iter().try_fold(BEGINNING, |head, one| {
        event_step(city, one, &head).map(|(_, hash)| hash)
    })
}

fn event_step<'a>(city: &'a str, one: &Recorded, previous: &Hash) -> Result<(Step<'a>, Hash)> {
    let (actor, payload) = (to_json(&one.actor)?, to_json(&one.event)?);
    let kind = kind_of(&payload)?.to_owned();
    let fields = EventFields {
        city,
        case: one.case,
        version: one.version,
        at: one.at.as_microsecond(),
        actor: &actor,
        kind: &kind,
        payload: &payload,
    };
    let hash = fields.hash(previous);
    let sql = "INSERT INTO event (city, case_id, version, at, actor, kind, payload, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let at = one.at;
    let params = params![
        city,
        one.case,
        one.version,
        at,
        actor,
        kind,
        payload,
        hash.to_vec()
    ];
    Ok(((sql, params.into()), hash))
}

/// The columns of a case that its events alone decide; replay compares each.
pub(crate) const ROW: &str = "version, life, handed, returned, reopened, evidenced, rating, state, \
    unit, area, public, lat, lon, first_due, due, ended, ending, service, service_version, original, \
    code, kind, channel, applicant, about, opened, whole, cell";

/// How many of [`ROW`] change with nearly every event, and how many may change at all. Those between
/// are in indexes: they are written only when one of them changes.
const FLOW: usize = 8;
const CHANGING: usize = 20;

/// In the order of [`ROW`].
pub(crate) fn row_values(case: &Case) -> Result<Vec<Value<'_>>> {
    // A duplicate counts with its original.
    let ended = case.fate();
    let handed = match &case.life {
        Life::HandedOver { at, .. } => Some(*at),
        _ => None,
    };
    let ending = ended.map(|(ending, _)| word(&ending)).transpose()?;
    let whole = case.whole.as_ref().map(|whole| whole.case);
    Ok(params![
        case.version,
        case.life.number(),
        handed,
        case.supplements,
        case.reopened,
        case.evidenced,
        case.rating,
        to_json(case)?,
        &case.unit,
        case.area.as_ref(),
        case.public,
        case.place.map(|p| p.lat),
        case.place.map(|p| p.lon),
        case.clock.first_due,
        case.clock.due,
        ended.map(|(_, at)| at),
        ending,
        &case.service,
        case.service_version,
        case.merged.as_ref().map(|merged| merged.original),
        &case.code,
        word(&case.kind)?,
        word(&case.channel)?,
        case.applicant,
        case.about,
        case.opened,
        whole,
        case.place.map(rules::case::Spot::cell),
    ]
    .into())
}

/// Parameters before the columns of [`ROW`] in an update: city, id, head, touched, title, topic.
const BEFORE: usize = 6;

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let values: Vec<String> = (1..=7 + ROW.split(", ").count())
        .map(|n| format!("${n}"))
        .collect();
    let values = values.join(", ");
    format!(
        "INSERT INTO cases (city, id, head, touched, title, secret_hash, topic, {ROW})
         VALUES ({values})"
    )
});
static UPDATE_FLOW: LazyLock<String> = LazyLock::new(|| update(FLOW));
static UPDATE_ALL: LazyLock<String> = LazyLock::new(|| update(CHANGING));

fn update(columns: usize) -> String {
    let set: Vec<String> = (BEFORE + 1..)
        .zip(ROW.split(", ").take(columns))
        .map(|(n, column)| format!("{column} = ${n}"))
        .collect();
    let set = set.join(", ");
    format!(
        "UPDATE cases SET head = $3, touched = $4, title = coalesce($5, title),
         topic = coalesce($6, topic), {set}
         WHERE city = $1 AND id = $2"
    )
}

fn insert_row<'a>(
    city: &'a str,
    case: &'a Case,
    extras: &'a Extras,
    head: Hash,
    touched: i64,
) -> Result<Step<'a>> {
    let title = extras.title.as_deref().unwrap_or_default();
    let secret = extras.secret_hash.as_ref();
    let (head, topic) = (head.to_vec(), &extras.group);
    let mut params = Vec::from(params![city, case.id, head, touched, title, secret, topic]);
    params.extend(row_values(case)?);
    Ok((&INSERT, params))
}

fn update_row<'a>(
    city: &'a str,
    prior: &Case,
    case: &'a Case,
    extras: &'a Extras,
    head: Hash,
    touched: i64,
) -> Result<Step<'a>> {
    let (before, mut now) = (row_values(prior)?, row_values(case)?);
    let fixed = before[CHANGING..].iter().zip(&now[CHANGING..]);
    if fixed.clone().any(|(before, now)| !before.same(now)) {
        return Err(StoreError::misuse(format!(
            "case {} changed its code, kind, channel, applicant or first contact",
            case.id
        )));
    }
    let indexed = before[FLOW..CHANGING].iter().zip(&now[FLOW..CHANGING]);
    let (sql, columns): (&'static str, usize) =
        match indexed.clone().all(|(before, now)| before.same(now)) {
            true => (&UPDATE_FLOW, FLOW),
            false => (&UPDATE_ALL, CHANGING),
        };
    now.truncate(columns);
    let title = extras.title.as_deref();
    let topic = Some(extras.group.as_str()).filter(|topic| !topic.is_empty());
    let mut params = Vec::from(params![city, case.id, head.to_vec(), touched, title, topic]);
    params.extend(now);
    Ok((sql, params))
}

/// The inbox rows: those gone are deleted, those new or changed written, the rest left alone.
fn tasks<'a>(
    city: &'a str,
    prior: Option<&'a Case>,
    case: &'a Case,
    steps: &mut Vec<Step<'a>>,
) -> Result<()> {
    let old = prior.map_or(&[][..], |p| &p.tasks);
    let same_due = prior.is_some_and(|p| {
        p.clock.due == case.clock.due
            && p.clock.running() == case.clock.running()
            && p.service == case.service
    });
    for task in old {
        if !case.tasks.iter().any(|t| key(t) == key(task)) {
            let sql = "DELETE FROM task WHERE city = $1 AND case_id = $2 AND step = $3
                AND step_row = $4";
            let (step, row) = key(task);
            steps.push((sql, params![city, case.id, step, row].into()));
        }
    }
    for task in &case.tasks {
        if same_due && old.contains(task) {
            continue;
        }
        let sql = "INSERT INTO task (city, case_id, step, step_row, role, unit, post, holder, since,
            due, legal_due, sort, service)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            ON CONFLICT (city, case_id, step, step_row) DO UPDATE SET role = $5, unit = $6, post = $7,
            holder = $8, since = $9, due = $10, legal_due = $11, sort = $12, service = $13";
        let mut params = Vec::from(params![city, case.id]);
        params.extend(task_values(case, task)?);
        steps.push((sql, params));
    }
    Ok(())
}

/// The columns of an inbox row after its city and case.
pub(crate) const TASK: &str =
    "step, step_row, role, unit, post, holder, since, due, legal_due, sort, service";

/// In the order of [`TASK`]. A step of a role outside this system waits in the inbox of its keeper, for
/// anybody there.
pub(crate) fn task_values<'a>(case: &'a Case, task: &'a Task) -> Result<Vec<Value<'a>>> {
    let (step, row) = key(task);
    let (unit, post) = match &task.keeper {
        Some(keeper) => (Some(keeper), Post::Staff),
        None => (task.unit.as_ref(), task.post),
    };
    let legal = case.clock.due;
    // A legal clock that stands still presses nobody.
    let first = legal
        .filter(|_| case.clock.running())
        .or(task.due)
        .map_or(NO_DEADLINE, Moment::as_microsecond);
    Ok(params![
        step,
        row,
        &task.role,
        unit,
        word(&post)?,
        task.holder,
        task.since,
        task.due,
        legal,
        first,
        &case.service,
    ]
    .into())
}

/// A task's key within its case; the row -1 stands for none.
fn key(task: &Task) -> (&str, i64) {
    (&task.step, task.row.map_or(-1, i64::from))
}

fn holdings<'a>(city: &'a str, prior: Option<&'a Case>, case: &'a Case, steps: &mut Vec<Step<'a>>) {
    let known: Vec<&str> = prior.map_or_else(Vec::new, holders);
    let now = holders(case);
    for unit in &known {
        if !now.contains(unit) {
            let sql = "DELETE FROM holding WHERE city = $1 AND case_id = $2 AND unit = $3";
            steps.push((sql, params![city, case.id, *unit].into()));
        }
    }
    for unit in now {
        if !known.contains(&unit) {
            let sql = "INSERT INTO holding (city, case_id, unit) VALUES ($1, $2, $3)
                ON CONFLICT (city, case_id, unit) DO NOTHING";
            steps.push((sql, params![city, case.id, unit].into()));
        }
    }
}

/// Every unit that a case has to do with, each once.
pub(crate) fn holders(case: &Case) -> Vec<&str> {
    let tasks = case
        .tasks
        .iter()
        .flat_map(|t| t.unit.iter().chain(&t.keeper));
    let tasks = tasks.map(String::as_str);
    let stints = case.stints.iter().map(|s| s.unit.as_str());
    let mut units: Vec<&str> = std::iter::once(case.unit.as_str())
        .chain(case.received_at.as_deref())
        .chain(tasks)
        .chain(stints)
        .chain(case.handled_by.iter().map(String::as_str))
        .chain(case.shared.iter().map(|shared| shared.unit.as_str()))
        .collect();
    units.sort_unstable();
    units.dedup();
    units
}

fn search_row<'a>(
    tx: &Tx,
    city: &'a str,
    prior: Option<&Case>,
    case: &'a Case,
    extras: &'a Extras,
    steps: &mut Vec<Step<'a>>,
) -> Result<()> {
    let found = Found {
        kind: "case",
        name: case.id.to_string(),
        case: Some(case.id),
        title: extras.title.as_deref(),
        words: extras.words.as_deref(),
        public: case.public,
        at: case.opened.as_microsecond(),
    };
    match prior {
        None => {
            if extras.title.is_none() {
                return Err(StoreError::misuse("a new case needs a title"));
            }
            search::add_steps(tx.dialect(), city, found, &case.code, steps);
        }
        Some(prior) => {
            let same = extras.title.is_none() && extras.words.is_none();
            if !same || prior.public != case.public {
                search::change_steps(tx.dialect(), city, found, &case.code, steps);
            }
        }
    }
    Ok(())
}
