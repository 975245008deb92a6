//! What must hold after every story: the rows are the sum of their events, no hash was altered, nothing waits
//! to be sealed, and the figures know every case.

use crate::city::TestCity;

impl TestCity {
    /// Proves the whole memory of a settled city.
    ///
    /// # Panics
    /// Where something does not hold, with its place.
    pub async fn prove(&self) {
        let reader = self.hall.reader();
        let replayed = reader.replay().await.expect("the memory is read");
        assert!(
            replayed.is_equal(),
            "rows differ from their events: {replayed:?}"
        );
        let verified = reader.verify().await.expect("the memory is read");
        assert!(verified.is_sound(), "the record was altered: {verified:?}");
        assert_eq!(verified.waiting, 0, "a settled city has sealed everything");
        let counted = self.hall.facts().len();
        let rows = reader.fact_rows(None, u32::MAX >> 1).await;
        let rows = rows.expect("the memory is read").len();
        assert_eq!(counted, rows, "the figures know every case");
        // Parts of a linked procedure are counted with their whole alone.
        assert!(rows as u64 <= replayed.cases);
    }
}
