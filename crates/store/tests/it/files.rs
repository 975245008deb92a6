//! Files by content hash: the same story on a local directory and in a bucket that speaks S3.

use futures::TryStreamExt;
use store::{DatabaseConfig, Files, FilesConfig, Store, StoreConfig, StoreError};

use crate::bucket::{self, Bucket};

#[tokio::test]
async fn on_local_disk() {
    let directory = tempfile::tempdir().unwrap();
    let place = FilesConfig::Local(directory.path().join("files"));
    kept_by_content(&opened(place).await).await;
}

/// `MOTCUA_TEST_S3` (`ENDPOINT BUCKET KEY SECRET`) names a bucket to use instead of our own.
#[tokio::test]
async fn in_a_bucket() {
    let own = Bucket::open().await;
    let named = std::env::var("MOTCUA_TEST_S3").ok();
    let words: Vec<&str> = named.as_deref().unwrap_or_default().split(' ').collect();
    let place = match words[..] {
        [endpoint, name, key, secret] => s3(endpoint, name, key, secret),
        _ => s3(&own.endpoint, bucket::NAME, bucket::KEY, "secret"),
    };
    kept_by_content(&opened(place).await).await;
    assert!(named.is_some() || own.asked() > 0, "the bucket was used");
}

#[tokio::test]
async fn a_bucket_that_knows_another_key_is_a_fault_and_not_an_empty_one() {
    let own = Bucket::open().await;
    let files = opened(s3(&own.endpoint, bucket::NAME, "stranger", "secret")).await;
    let hash = "0".repeat(64);
    for outcome in [
        files.put(CITY, vec![1]).await.map(|_| ()),
        files.read(CITY, &hash).await.map(|_| ()),
        files.exists(CITY, &hash).await.map(|_| ()),
    ] {
        let told = outcome.unwrap_err();
        assert!(!matches!(told, StoreError::Missing { .. }), "{told:?}");
    }
}

const CITY: &str = "can-tho";

fn s3(endpoint: &str, bucket: &str, key: &str, secret: &str) -> FilesConfig {
    FilesConfig::S3 {
        endpoint: endpoint.into(),
        region: "us-east-1".into(),
        bucket: bucket.into(),
        key_id: key.into(),
        secret: secret.into(),
    }
}

async fn opened(files: FilesConfig) -> Files {
    let directory = tempfile::tempdir().unwrap();
    let database = DatabaseConfig::Sqlite(directory.path().join("city.db"));
    let store = Store::open(&StoreConfig { database, files }).await.unwrap();
    store.files().clone()
}

async fn kept_by_content(files: &Files) {
    let bytes = vec![7u8; 300_000];
    let stored = files.put(CITY, bytes.clone()).await.unwrap();
    assert_eq!(stored, files.put(CITY, bytes.clone()).await.unwrap());
    assert_eq!(stored.size, 300_000);
    let stream = files.get(CITY, &stored.hash).await.unwrap();
    let chunks: Vec<bytes::Bytes> = stream.try_collect().await.unwrap();
    assert_eq!(chunks.concat(), bytes);
    assert!(files.exists(CITY, &stored.hash).await.unwrap());
    assert!(!files.exists("boston", &stored.hash).await.unwrap());
    for forged in ["../../etc/passwd", "", &"g".repeat(64)] {
        let told = files.get(CITY, forged).await;
        assert!(matches!(told, Err(StoreError::Missing { .. })));
    }
    files.delete(CITY, &stored.hash).await.unwrap();
    files.delete(CITY, &stored.hash).await.unwrap();
    let gone = files.read(CITY, &stored.hash).await;
    assert!(matches!(gone, Err(StoreError::Missing { .. })));
}
