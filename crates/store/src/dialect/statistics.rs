//! What SQLite's planner is told of the tables. Left alone it takes the first column of an index for a selective one and those
//! after it for little more (10 rows, 9, 8); here the first is the city, which most installations have one of: a look-up by
//! person or case would read the whole city. So its guess is moved by one column. Written with the schema and never measured:
//! a plan is the same on an empty and on a full database, and a test can hold it. PostgreSQL measures for itself.

use crate::engine::Conn;
use crate::error::Result;
use crate::params;

/// Rows of a large city, and of an installation of some.
const CITY: i64 = 1_000_000;
const ALL: i64 = 3 * CITY;
/// What is under way is a small part of what there is.
const OPEN: [&str; 2] = ["task", "holding"];

/// Inside the transaction that changes the schema: connections that stand open read it again.
pub(crate) async fn tell(conn: &mut Conn) -> Result<()> {
    conn.script("ANALYZE sqlite_schema; DELETE FROM sqlite_stat1;")
        .await?;
    let indexes = "SELECT m.name, l.name, l.\"unique\", (SELECT count(*) FROM pragma_index_info(l.name))
        FROM sqlite_schema m JOIN pragma_index_list(m.name) l
        WHERE m.type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) c WHERE c.cid = 0 AND c.name = 'city')
        ORDER BY m.name, l.name";
    for mut row in conn.all(indexes, &[]).await? {
        let (table, index): (String, String) = (row.next()?, row.next()?);
        let (unique, columns): (i64, i64) = (row.next()?, row.next()?);
        let part = if OPEN.contains(&table.as_str()) {
            10
        } else {
            1
        };
        let numbers = numbers(columns, unique == 1, part);
        let note = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ($1, $2, $3)";
        conn.execute(note, &params![table, index, numbers]).await?;
    }
    Ok(())
}

/// Rows in all, then rows that are alike in the first column, in the first two, and so on.
fn numbers(columns: i64, unique: bool, part: i64) -> String {
    let alike = (1..=columns).map(|n| match n {
        n if unique && n == columns => 1,
        1 => CITY / part,
        n => (12 - n).max(2),
    });
    std::iter::once(ALL / part)
        .chain(alike)
        .map(|rows| rows.to_string())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use crate::read::query::{Query, plan};

    /// Every index is used by whoever asks for its first column after the city; in the order of what follows, if they wish.
    #[tokio::test]
    async fn a_city_is_not_selective() {
        let (_folder, store) = plan::empty().await;
        let reader = store.reader("H");
        // Of those that hold a part of the rows, those that hold all with the column.
        let indexes = "SELECT m.name, l.name, i.name FROM sqlite_schema m JOIN pragma_index_list(m.name) l
            JOIN pragma_index_info(l.name) i ON i.seqno = 1 LEFT JOIN sqlite_schema x ON x.name = l.name
            WHERE m.type = 'table' AND (l.partial = 0 OR x.sql LIKE '%WHERE ' || i.name || ' IS NOT NULL')
            AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) c WHERE c.cid = 0 AND c.name = 'city')";
        let found = reader.all(indexes, &[], |mut row| {
            Ok::<(String, String, String), _>((row.next()?, row.next()?, row.next()?))
        });
        let found = found.await.expect("indexes");
        assert!(found.len() > 100, "{}", found.len());
        assert!(found.iter().any(|(_, index, _)| index == "case_original"));
        for (table, index, column) in found {
            let sql = format!("SELECT * FROM {table} WHERE city = $1 AND {column} = $2");
            for order in ["", " ORDER BY 2"] {
                let query = Query::new(format!("{sql}{order}"), crate::params!["H", "x"]);
                let way = plan::of(&reader, &query).await;
                assert!(
                    way.contains(&format!("{column}=?")),
                    "{index}{order}: {way}"
                );
            }
        }
    }
}
