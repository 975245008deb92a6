//! Following public reports without an account: by an address that confirms itself first, by a device, by one tap.
//!
//! What is to be told is found by reading the sealed log from where the last round ended, so a command writes nothing
//! for followers and one that became visible late is not missed. Absent: the words and the sending.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use rules::Moment;
use rules::following::{self, Interest, New, Pace, TRIES};
use rules::ids::{CaseId, FollowId, FollowerId};
use service::answer::shows_place;
use store::{Device, Follow, Follower, News, StoreError, Tx, Wish};

use crate::city::City;
use crate::error::ActionError;
use crate::messages::Wishes;
use crate::secret::token_hash;

/// The named value that holds how far the log was read for followers.
const READ: &str = "followers-read";
/// Entries of the log read at a time, followers and wishes claimed at a time, pieces of news told at once.
const STRIDE: u32 = 500;
const CLAIM: u32 = 20;
const TOLD: u32 = 30;
/// How long a letter or a message may be on its way before it counts as lost.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// How long an address may take to say yes, and how many such letters it gets in a day: nobody can make the city
/// write to a stranger again and again.
const CONFIRM: SignedDuration = SignedDuration::from_hours(48);
const A_DAY: SignedDuration = SignedDuration::from_hours(24);
const LETTERS_A_DAY: u32 = 3;
/// Things that one follower follows.
const MOST: u32 = 50;

/// What came of telling a follower.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FollowerTold {
    Told,
    /// Nothing of it may be shown any more.
    Nothing,
    NotNow,
    /// There is no such address or device any more.
    Gone,
}

impl City {
    /// Keeps what somebody asked for until their address says yes. The answer is the same whoever follows already, and
    /// where the address has had its letters of the day nothing is kept.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] where this is no address; otherwise where the memory does not answer.
    pub async fn ask_to_follow(
        &self,
        email: &str,
        interest: Interest,
        pace: Pace,
        language: &str,
    ) -> Result<(), ActionError> {
        let wishes = Wishes {
            email: email.to_lowercase(),
            ..Wishes::default()
        };
        let kept = wishes.kept().map_err(|_| ActionError::NotFound)?;
        if kept.email.is_empty() {
            return Err(ActionError::NotFound);
        }
        let (now, token) = (self.now(), self.new_token());
        let wish = Wish {
            token_hash: token_hash(&token),
            token,
            email: kept.email,
            interest,
            pace,
            language: language.to_owned(),
            at: now,
            due: now,
            tries: 0,
            expires: now + CONFIRM,
        };
        let written: Result<(), StoreError> = self
            .writer()
            .run("ask-to-follow", move |tx| {
                let wish = wish.clone();
                Box::pin(async move {
                    let had = tx.wishes_since(&wish.email, now - A_DAY).await?;
                    match had < LETTERS_A_DAY {
                        true => tx.add_wish(&wish).await,
                        false => Ok(()),
                    }
                })
            })
            .await;
        Ok(written?)
    }

    /// The address said yes: it follows from now on. Returns the secret of its page; the same link once more finds
    /// nothing.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] where the link was used or is too old.
    pub async fn confirm_follow(&self, token: &str) -> Result<String, ActionError> {
        let (now, hash) = (self.now(), token_hash(token));
        let case = match self.reader().wish(&hash, now).await? {
            Some(wish) => self.case_of(&wish.interest).await?,
            None => return Err(ActionError::NotFound),
        };
        let (id, follow_id, secret) = (
            FollowerId::new(now, self.chance()),
            FollowId::new(now, self.chance()),
            self.new_token(),
        );
        self.writer()
            .run("confirm-follow", move |tx| {
                let secret = secret.clone();
                Box::pin(async move {
                    let wish = tx.wish(&hash, now).await?.ok_or(ActionError::NotFound)?;
                    tx.use_wish(&hash, now).await?;
                    let follower = match tx.follower_by_email(&wish.email).await? {
                        Some(known) => known,
                        None => {
                            let new = Follower {
                                id,
                                secret,
                                email: Some(wish.email.clone()),
                                device: None,
                                language: wish.language.clone(),
                                pace: wish.pace,
                                since: now,
                                due: now,
                                tries: 0,
                            };
                            tx.add_follower(&new, &token_hash(&new.secret)).await?;
                            new
                        }
                    };
                    add(tx, &follower, follow_id, wish.interest, case, false, now).await?;
                    Ok(follower.secret)
                })
            })
            .await
    }

    /// A device follows, by the secret it has or a new one, which is returned. `too`: its holder has seen the same
    /// thing, which is counted once.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn follow_on_device(
        &self,
        secret: Option<&str>,
        interest: Option<Interest>,
        too: bool,
        device: Option<Device>,
        language: &str,
    ) -> Result<String, ActionError> {
        let now = self.now();
        let case = match &interest {
            Some(interest) => self.case_of(interest).await?,
            None => None,
        };
        let new = Follower {
            id: FollowerId::new(now, self.chance()),
            secret: self.new_token(),
            email: None,
            device: device.clone(),
            language: language.to_owned(),
            pace: Pace::default(),
            since: now,
            due: now,
            tries: 0,
        };
        let (follow_id, known) = (FollowId::new(now, self.chance()), secret.map(token_hash));
        self.writer()
            .run("follow-on-device", move |tx| {
                let (new, interest, device) = (new.clone(), interest.clone(), device.clone());
                Box::pin(async move {
                    let follower = match known {
                        Some(hash) => tx.follower_by_secret(&hash).await?,
                        None => None,
                    };
                    // The page of an address belongs to whoever reads its letters, not to this device.
                    let follower = match follower.filter(|found| found.email.is_none()) {
                        Some(found) => {
                            if device.is_some() && device != found.device {
                                tx.set_device(found.id, device.as_ref()).await?;
                            }
                            found
                        }
                        None => {
                            tx.add_follower(&new, &token_hash(&new.secret)).await?;
                            new
                        }
                    };
                    if let Some(interest) = interest {
                        add(tx, &follower, follow_id, interest, case, too, now).await?;
                    }
                    Ok(follower.secret)
                })
            })
            .await
    }

    /// Changes what a follower's page offers.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] where the secret opens nothing.
    pub async fn change_follower(
        &self,
        secret: &str,
        change: FollowerChange,
    ) -> Result<(), ActionError> {
        let hash = token_hash(secret);
        self.writer()
            .run("change-follower", move |tx| {
                let change = change.clone();
                Box::pin(async move {
                    let found = tx.follower_by_secret(&hash).await?;
                    let follower = found.ok_or(ActionError::NotFound)?;
                    match change {
                        FollowerChange::Drop(id) => tx.end_follow(follower.id, id).await?,
                        FollowerChange::Pace(pace, language) => {
                            tx.set_pace(follower.id, pace, &language).await?;
                        }
                        FollowerChange::Mute => tx.set_device(follower.id, None).await?,
                        FollowerChange::Stop => {
                            tx.erase_follower(&follower).await?;
                            return Ok(());
                        }
                    }
                    // Nothing is kept of an address that follows nothing any more.
                    if tx.count_follows(follower.id).await? == 0 {
                        tx.erase_follower(&follower).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Reads the log from where the last round ended and puts down who is to be told what. Returns how many entries
    /// were read. Before the first round nothing is news.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn gather_news(&self) -> Result<usize, ActionError> {
        let reader = self.reader();
        let read = reader.value(READ).await?;
        let Some(from) = read.and_then(|text| text.parse::<i64>().ok()) else {
            let end = reader.last_position().await?;
            let written: Result<(), StoreError> = self
                .writer()
                .run("followers-begin", move |tx| {
                    Box::pin(async move { tx.set_value(READ, &end.to_string()).await })
                })
                .await;
            written?;
            return Ok(0);
        };
        let changes = reader.changes_after(from, STRIDE).await?;
        let Some(last) = changes.last() else {
            return Ok(0);
        };
        let (to, count) = (last.pos, changes.len());
        let mut news = Vec::new();
        if reader.anybody_follows().await? {
            for change in &changes {
                let fresh = following::is_new(&change.kind);
                if !fresh && !following::is_news(&change.kind) {
                    continue;
                }
                let one = News {
                    case: change.case,
                    version: change.version,
                    fresh,
                };
                let told = match fresh {
                    true => self.followers_of_new(change.case).await?,
                    false => reader
                        .followers_of(change.case)
                        .await?
                        .into_iter()
                        .collect(),
                };
                news.extend(told.into_iter().map(|follower| (follower, one)));
            }
        }
        let now = self.now();
        let written: Result<(), StoreError> = self
            .writer()
            .run("followers-read", move |tx| {
                let news = news.clone();
                Box::pin(async move {
                    // Another server may have read the same entries.
                    if tx.move_on(READ, from, to).await? {
                        for (follower, one) in news {
                            tx.add_news(follower, one, now).await?;
                        }
                    }
                    Ok(())
                })
            })
            .await;
        written?;
        Ok(count)
    }

    async fn followers_of_new(&self, case: CaseId) -> Result<BTreeSet<FollowerId>, ActionError> {
        let Some((case, _)) = self.reader().case_for_city(case).await? else {
            return Ok(BTreeSet::new());
        };
        if !case.public {
            return Ok(BTreeSet::new());
        }
        let law = self.law();
        let published = law.catalogue.get(&case.service, case.service_version);
        let shown = published.is_none_or(|published| shows_place(&published.definition));
        let place = case.place.filter(|_| shown);
        let (service, area) = (case.service.as_str(), case.area.as_deref());
        let found = self.reader().followers_for(service, area, place).await?;
        let new = New {
            service,
            area,
            place,
        };
        Ok(found
            .into_iter()
            .filter(|(_, interest)| interest.wants(new))
            .map(|(follower, _)| follower)
            .collect())
    }

    /// Followers whose time has come, each with what they are to be told; each must be told back by
    /// [`City::follower_told`].
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn claim_followers(&self) -> Result<Vec<(Follower, Vec<News>)>, ActionError> {
        let now = self.now();
        let claimed: Result<Vec<Follower>, StoreError> = self
            .writer()
            .run("claim-followers", move |tx| {
                Box::pin(async move { tx.claim_followers(now, now + LEASE, CLAIM).await })
            })
            .await;
        let mut found = Vec::new();
        for follower in claimed? {
            let news = self.reader().news_of(follower.id, TOLD).await?;
            found.push((follower, news));
        }
        Ok(found)
    }

    /// Writes down what came of telling a follower.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn follower_told(
        &self,
        follower: &Follower,
        news: &[News],
        told: FollowerTold,
    ) -> Result<(), ActionError> {
        let now = self.now();
        let (follower, news) = (follower.clone(), news.to_vec());
        let written: Result<(), StoreError> = self
            .writer()
            .run("follower-told", move |tx| {
                let (follower, news, told) = (follower.clone(), news.clone(), told.clone());
                Box::pin(async move {
                    match told {
                        FollowerTold::Told => {
                            tx.forget_news(follower.id, &news).await?;
                            tx.follower_waits(follower.id, follower.pace.next(now), None)
                                .await
                        }
                        FollowerTold::Nothing => {
                            tx.forget_news(follower.id, &news).await?;
                            tx.follower_waits(follower.id, now, None).await
                        }
                        FollowerTold::NotNow if follower.tries < TRIES => {
                            let due = following::again(now, follower.tries);
                            tx.follower_waits(follower.id, due, Some(follower.tries))
                                .await
                        }
                        // An address or a device that cannot be reached is not kept.
                        FollowerTold::NotNow | FollowerTold::Gone => match follower.email {
                            Some(_) => tx.erase_follower(&follower).await,
                            None => tx.set_device(follower.id, None).await,
                        },
                    }
                })
            })
            .await;
        Ok(written?)
    }

    /// Wishes whose letter is to be sent; each must be told back by [`City::wish_told`].
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn claim_wishes(&self) -> Result<Vec<Wish>, ActionError> {
        let now = self.now();
        let claimed: Result<Vec<Wish>, StoreError> = self
            .writer()
            .run("claim-wishes", move |tx| {
                Box::pin(async move { tx.claim_wishes(now, now + LEASE, CLAIM).await })
            })
            .await;
        Ok(claimed?)
    }

    /// Writes down what came of the letter that asks an address.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn wish_told(&self, wish: &Wish, told: FollowerTold) -> Result<(), ActionError> {
        let (now, hash, tries) = (self.now(), wish.token_hash, wish.tries);
        let written: Result<(), StoreError> = self
            .writer()
            .run("wish-told", move |tx| {
                let told = told.clone();
                Box::pin(async move {
                    match told {
                        FollowerTold::Told => tx.wish_sent(&hash, now).await,
                        FollowerTold::NotNow if tries < TRIES => {
                            tx.wish_waits(&hash, following::again(now, tries)).await
                        }
                        _ => tx.forget_wish(&hash).await,
                    }
                })
            })
            .await;
        Ok(written?)
    }

    /// A named value of this city's own, made once: the first server that asks writes it, all get the same.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn kept_value(
        &self,
        name: &'static str,
        fresh: String,
    ) -> Result<String, ActionError> {
        let kept: Result<String, StoreError> = self
            .writer()
            .run("kept-value", move |tx| {
                let fresh = fresh.clone();
                Box::pin(async move { tx.value_or(name, &fresh).await })
            })
            .await;
        Ok(kept?)
    }

    async fn case_of(&self, interest: &Interest) -> Result<Option<CaseId>, ActionError> {
        let Some(code) = &interest.case else {
            return Ok(None);
        };
        let nobody = rules::person::Person::Nobody;
        let seen = self.reader().case_by_code(&nobody, code).await?;
        let seen = seen.ok_or(ActionError::NotFound)?;
        Ok(Some(seen.case.id))
    }
}

/// What a follower's page offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FollowerChange {
    Drop(FollowId),
    Pace(Pace, String),
    /// This device takes no more messages.
    Mute,
    /// Nothing is kept.
    Stop,
}

async fn add(
    tx: &mut Tx,
    follower: &Follower,
    id: FollowId,
    interest: Interest,
    case: Option<CaseId>,
    too: bool,
    at: Moment,
) -> Result<(), StoreError> {
    if tx.count_follows(follower.id).await? >= MOST {
        return Ok(());
    }
    let follow = Follow {
        id,
        interest,
        case,
        too,
        at,
    };
    tx.add_follow(follower.id, &follow).await?;
    Ok(())
}
