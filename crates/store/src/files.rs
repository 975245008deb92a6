//! Files by content hash: on local disk or in S3-compatible storage. The same bytes are kept once.
//! Who may read a file is not decided here.

use std::path::PathBuf;
use std::sync::Arc;

use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode};
use rules::ids::ContentHash;
use sha2::{Digest, Sha256};

use crate::error::{Result, StoreError};

#[derive(Debug, Clone)]
pub enum FilesConfig {
    /// A directory; made when absent.
    Local(PathBuf),
    S3 {
        endpoint: String,
        region: String,
        bucket: String,
        key_id: String,
        secret: String,
    },
}

/// A stored file's name and size in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub hash: ContentHash,
    pub size: u64,
}

/// The name under which bytes are kept: SHA-256 in hex.
pub fn content_hash(bytes: &[u8]) -> ContentHash {
    hex::encode(Sha256::digest(bytes))
}

pub type Bytes = BoxStream<'static, Result<bytes::Bytes>>;

#[derive(Clone)]
pub struct Files {
    place: Arc<dyn ObjectStore>,
}

impl Files {
    pub(crate) fn open(config: &FilesConfig) -> Result<Self> {
        let place: Arc<dyn ObjectStore> = match config {
            FilesConfig::Local(directory) => {
                std::fs::create_dir_all(directory).map_err(StoreError::files)?;
                let local =
                    LocalFileSystem::new_with_prefix(directory).map_err(StoreError::files)?;
                // An acknowledged photo must survive a power cut, like its case.
                Arc::new(local.with_fsync(true))
            }
            FilesConfig::S3 {
                endpoint,
                region,
                bucket,
                key_id,
                secret,
            } => {
                let s3 = AmazonS3Builder::new()
                    .with_endpoint(endpoint)
                    .with_allow_http(endpoint.starts_with("http://"))
                    .with_region(region)
                    .with_bucket_name(bucket)
                    .with_access_key_id(key_id)
                    .with_secret_access_key(secret)
                    .build();
                Arc::new(s3.map_err(StoreError::files)?)
            }
        };
        Ok(Self { place })
    }

    /// Stores bytes under their hash; does nothing where they are stored already.
    pub async fn put(&self, city: &str, bytes: impl Into<bytes::Bytes>) -> Result<Stored> {
        let bytes = bytes.into();
        let hash = content_hash(&bytes);
        let size = bytes.len() as u64;
        let path = path(city, &hash)?;
        match self
            .place
            .put_opts(&path, bytes.into(), PutMode::Create.into())
            .await
        {
            Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => Ok(Stored { hash, size }),
            Err(error) => Err(StoreError::files(error)),
        }
    }

    /// The bytes as a stream.
    ///
    /// # Errors
    /// [`StoreError::Missing`] where no such file is stored.
    pub async fn get(&self, city: &str, hash: &str) -> Result<Bytes> {
        let found = self.place.get(&path(city, hash)?).await;
        let found = found.map_err(|e| absent(hash, e))?;
        Ok(found.into_stream().map_err(StoreError::files).boxed())
    }

    /// The whole file in memory: for pictures and papers, which have a size limit.
    pub async fn read(&self, city: &str, hash: &str) -> Result<bytes::Bytes> {
        let found = self.place.get(&path(city, hash)?).await;
        let found = found.map_err(|e| absent(hash, e))?;
        found.bytes().await.map_err(StoreError::files)
    }

    pub async fn exists(&self, city: &str, hash: &str) -> Result<bool> {
        match self.place.head(&path(city, hash)?).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(StoreError::files(error)),
        }
    }

    /// Erases a file. Ask first whether an attachment still names it.
    pub async fn delete(&self, city: &str, hash: &str) -> Result<()> {
        match self.place.delete(&path(city, hash)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(StoreError::files(error)),
        }
    }

    /// Hashes of all stored files of a city.
    pub(crate) async fn list(&self, city: &str) -> Result<Vec<ContentHash>> {
        let prefix = Path::from(city);
        let mut names: Vec<ContentHash> = self
            .place
            .list(Some(&prefix))
            .map_ok(|meta| meta.location.filename().unwrap_or_default().to_owned())
            .try_collect()
            .await
            .map_err(StoreError::files)?;
        names.sort_unstable();
        Ok(names)
    }
}

fn absent(hash: &str, error: object_store::Error) -> StoreError {
    match error {
        object_store::Error::NotFound { .. } => StoreError::missing(format!("file {hash}")),
        other => StoreError::files(other),
    }
}

/// `can-tho/9f/9f86d0…`. Only a hash can be asked for, so no path can be forged.
fn path(city: &str, hash: &str) -> Result<Path> {
    let hex = hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    match hex {
        true => Ok(Path::from_iter([city, &hash[..2], hash])),
        false => Err(StoreError::missing("a file: not a content hash")),
    }
}
