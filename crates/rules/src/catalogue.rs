//! The services the city has published: every version for ever, and which one is in force on a day.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use service::definition::Code;
use service::frame::Published;

/// Insert-only. Cheap to clone and to swap as a whole when something is published.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    services: BTreeMap<Code, BTreeMap<u32, Arc<Published>>>,
}

/// Why a version is not taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotPublished {
    #[error("{service} version {number} exists and never changes")]
    Exists { service: Code, number: u32 },
    #[error("{service}: version {number} does not follow version {last}")]
    OutOfOrder {
        service: Code,
        number: u32,
        last: u32,
    },
}

impl Catalogue {
    /// Takes in a version; the same one again (same hash) changes nothing.
    ///
    /// # Errors
    /// [`NotPublished`]: a published version never changes, and numbers only grow.
    pub fn publish(&mut self, published: Published) -> Result<Arc<Published>, NotPublished> {
        let service = published.definition.service.clone();
        let number = published.number;
        let versions = self.services.entry(service.clone()).or_default();
        if let Some(known) = versions.get(&number) {
            return match known.hash == published.hash {
                true => Ok(known.clone()),
                false => Err(NotPublished::Exists { service, number }),
            };
        }
        match versions.last_key_value() {
            Some((last, _)) if *last > number => Err(NotPublished::OutOfOrder {
                service,
                number,
                last: *last,
            }),
            _ => Ok(versions
                .entry(number)
                .or_insert(Arc::new(published))
                .clone()),
        }
    }

    /// The version a case stays on.
    pub fn get(&self, service: &str, number: u32) -> Option<&Arc<Published>> {
        self.services.get(service)?.get(&number)
    }

    /// The version in force on a day: the highest number of those already effective.
    pub fn current(&self, service: &str, on: Date) -> Option<&Arc<Published>> {
        in_force(self.services.get(service)?, on)
    }

    /// Every service in force on a day, by code.
    pub fn all(&self, on: Date) -> impl Iterator<Item = &Arc<Published>> {
        self.services
            .values()
            .filter_map(move |versions| in_force(versions, on))
    }

    /// Every version of a service, oldest first.
    pub fn versions(&self, service: &str) -> impl Iterator<Item = &Arc<Published>> {
        self.services
            .get(service)
            .into_iter()
            .flat_map(BTreeMap::values)
    }
}

fn in_force(versions: &BTreeMap<u32, Arc<Published>>, on: Date) -> Option<&Arc<Published>> {
    versions
        .values()
        .rev()
        .find(|published| published.effective <= on)
}
