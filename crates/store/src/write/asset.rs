//! What belongs to whom in the city: a layer is replaced as a whole.

use rules::asset::Asset;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::to_json;

impl Tx {
    /// The layer is what is given now.
    pub async fn save_assets(&mut self, layer: &str, assets: &[Asset]) -> Result<()> {
        let city = self.shared_city();
        let sql = "DELETE FROM asset WHERE city = $1 AND layer = $2";
        self.execute(sql, &params![&*city, layer]).await?;
        let sql = "INSERT INTO asset (city, layer, id, body) VALUES ($1, $2, $3, $4)";
        for asset in assets {
            let params = params![&*city, layer, &asset.id, to_json(asset)?];
            self.execute(sql, &params).await?;
        }
        self.law_changed().await
    }
}
