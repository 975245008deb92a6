//! From settings to a city in service: opens the memory, founds what is missing, hands out the hall.

use std::path::PathBuf;
use std::sync::Arc;

use actions::{City, Limits};
use anyhow::{Context, Result};
use links::courier::{Couriers, MailCourier, Webhook, WebhookCourier};
use links::mail::SmtpMail;
use links::portal::{HttpPortal, Portal, PortalAddress};
use rules::message::Channel;
use store::{DatabaseConfig, FilesConfig, Store, StoreConfig};
use web::hall::{Hall, Shown};
use web::visit::House;

use crate::config::Config;
use crate::{parties, shell};

/// Opens the memory and brings its schema to this version.
///
/// # Errors
/// Where database or files cannot be opened.
pub async fn store(config: &Config) -> Result<Store> {
    let database = match config.database.strip_prefix("sqlite:") {
        Some(path) => {
            let path = PathBuf::from(path);
            if let Some(folder) = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty())
            {
                std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
            }
            DatabaseConfig::Sqlite(path)
        }
        None => DatabaseConfig::Postgres(config.database.clone()),
    };
    let store = Store::open(&StoreConfig {
        database,
        files: files(config)?,
    })
    .await
    .context("setting `database`: the database could not be opened")?;
    store
        .migrate()
        .await
        .context("the database could not be brought to this version")?;
    Ok(store)
}

fn files(config: &Config) -> Result<FilesConfig> {
    let Some(bucket) = config.files.strip_prefix("s3://") else {
        let folder = PathBuf::from(&config.files);
        std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        return Ok(FilesConfig::Local(folder));
    };
    Ok(FilesConfig::S3 {
        endpoint: config.s3_endpoint.clone().unwrap_or_default(),
        region: config
            .s3_region
            .clone()
            .unwrap_or_else(|| "us-east-1".to_owned()),
        bucket: bucket.to_owned(),
        key_id: config.s3_key.clone().unwrap_or_default(),
        secret: config.s3_secret.clone().unwrap_or_default(),
    })
}

/// The city of the settings over this memory, with the real clock and real chance.
pub fn city(config: &Config, store: Store) -> City {
    city_named(config, store, &config.city)
}

/// Another city of the same memory.
pub fn city_named(config: &Config, store: Store, code: &str) -> City {
    let limits = Limits {
        session_minutes: config.session_minutes,
        sign_in_tries: config.sign_in_tries,
        sign_in_wait_minutes: config.sign_in_wait_minutes,
        draft_days: config.draft_days,
        contact_days: config.contact_days,
    };
    City::new(
        store,
        code,
        Arc::new(shell::now),
        Arc::new(shell::chance),
        limits,
    )
}

/// The ways out of the house for messages. A demonstration city sends nothing to anybody: its messages stay in its memory, where
/// the administrator's page shows them.
///
/// # Errors
/// Where a setting of a way is not usable.
pub fn couriers(config: &Config, demo: bool) -> Result<Couriers> {
    if demo {
        return Ok(Couriers::in_memory(&Arc::default()));
    }
    let mut couriers = Couriers::default();
    if let Some(server) = config.mail_server()? {
        let mail = SmtpMail::new(&server).context("setting `smtp`")?;
        couriers = couriers.with(Channel::Email, Arc::new(MailCourier(Arc::new(mail))));
    }
    for (channel, name, url) in [
        (Channel::Sms, "sms_webhook", &config.sms_webhook),
        (Channel::Zalo, "zalo_webhook", &config.zalo_webhook),
    ] {
        if let Some(url) = url {
            let webhook = Webhook {
                url: url.clone(),
                secret: config.webhook_secret.clone().unwrap_or_default(),
            };
            let courier =
                WebhookCourier::new(webhook).with_context(|| format!("setting `{name}`"))?;
            couriers = couriers.with(channel, Arc::new(courier));
        }
    }
    Ok(couriers)
}

/// The national portal, where the city is connected to it; a double in a demonstration city.
///
/// # Errors
/// Where a setting is not usable or the memory does not answer.
pub async fn portal(config: &Config, city: &City, demo: bool) -> Result<Option<Arc<dyn Portal>>> {
    if demo {
        let double = crate::loops::demonstration_portal(city).await?;
        return Ok(Some(double));
    }
    let Some(url) = &config.portal_url else {
        return Ok(None);
    };
    let portal = HttpPortal::new(PortalAddress {
        url: url.trim_end_matches('/').to_owned(),
        client: config.portal_client.clone().unwrap_or_default(),
        secret: config.portal_secret.clone().unwrap_or_default(),
    })
    .context("setting `portal_url`")?;
    Ok(Some(Arc::new(portal)))
}

/// The address within `Một Cửa Cần Thơ <khong-tra-loi@example.vn>`.
pub fn own_addresses(config: &Config) -> Vec<String> {
    let from = config.mail_from.iter();
    let inside = from.map(|from| {
        from.rsplit_once('<')
            .map_or(from.as_str(), |(_, rest)| rest)
    });
    inside
        .map(|address| address.trim_end_matches('>').trim().to_owned())
        .collect()
}

/// The hall that pages stand in.
///
/// # Errors
/// Where the city was never founded (`motcua serve --demo` or `motcua import organisation` does that), or what it
/// is told about its outside parties cannot be read.
pub async fn hall(config: &Config, city: City, shown: Shown) -> Result<Hall> {
    let about = city.reader().about_city().await?.with_context(|| {
        format!("setting `city`: there is no city `{}` in this database; start with --demo or import its organisation", config.city)
    })?;
    let house = House {
        city: about.name,
        demo: about.demonstration,
        filling: false,
    };
    let mut parties = parties::read(config, &city, about.demonstration).await?;
    parties.own_addresses = own_addresses(config);
    let hall = Hall::new(city, house, &config.public_url, shown).meet(parties);
    hall.believe(config.payment_secrets.clone());
    if let Some(secret) = &config.webhook_secret {
        hall.expect_reports(secret.clone());
    }
    Ok(hall)
}
