//! The table on disk, so that a start reads a file instead of the whole log.
//!
//! Layout: eight letters, version (u32), then sections of length (u64), sum (u64) and bytes, little
//! endian: first the names and the position in the log, then one for each chunk. The sum finds torn
//! and flipped bytes; it is no proof against forgery, for the log is the truth. A snapshot is written
//! beside its place and renamed over it, so that the place holds an old one or a new one, never half.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::sync::Arc;

use crate::case::Problem;
use crate::column::{Codes, Planes};
use crate::names::Names;
use crate::packed::{Desks, Runs};
use crate::table::{Bounds, CHUNK, Chunk, Desk, Facts, Traits};

const LETTERS: &[u8; 8] = b"MCFACTS\n";
const VERSION: u32 = 2;
/// No honest section is longer: a damaged length must not exhaust memory.
const LONGEST: u64 = 1 << 30;

impl Facts {
    /// Durable when it returns.
    pub fn save(&self, path: &Path) -> Result<(), Problem> {
        let beside = path.with_extension("writing");
        let mut file = BufWriter::with_capacity(1 << 20, File::create(&beside)?);
        file.write_all(LETTERS)?;
        file.write_all(&VERSION.to_le_bytes())?;
        section(&mut file, &self.head())?;
        for chunk in &self.chunks {
            section(&mut file, &chunk.to_bytes())?;
        }
        let file = file.into_inner().map_err(|error| error.into_error())?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(())
    }

    pub fn load(path: &Path) -> Result<Self, Problem> {
        let mut file = BufReader::with_capacity(1 << 20, File::open(path)?);
        let mut start = [0; 12];
        file.read_exact(&mut start)
            .map_err(|_| Problem::NotASnapshot("shorter than its header".into()))?;
        if start[..8] != LETTERS[..] {
            return Err(Problem::NotASnapshot("it begins with other letters".into()));
        }
        let found = u32::from_le_bytes([start[8], start[9], start[10], start[11]]);
        if found != VERSION {
            return Err(Problem::SnapshotVersion {
                found,
                known: VERSION,
            });
        }
        let head = next_section(&mut file, "the names")?;
        let mut facts = Self::from_head(&mut Bytes(&head))?;
        let mut rows = facts.slots as usize;
        while rows > 0 {
            let number = facts.chunks.len();
            let bytes = next_section(&mut file, &format!("chunk {number}"))?;
            let chunk = Chunk::from_bytes(&mut Bytes(&bytes), rows.min(CHUNK))?;
            chunk.check(&facts, number)?;
            facts.chunks.push(Arc::new(chunk));
            rows -= rows.min(CHUNK);
        }
        if file.read(&mut [0])? != 0 {
            return Err(Problem::Damaged(
                "there is more after the last chunk".into(),
            ));
        }
        Ok(facts)
    }

    fn head(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(self.position.to_le_bytes());
        bytes.extend(self.slots.to_le_bytes());
        bytes.extend(self.cases.to_le_bytes());
        for names in [&self.units, &self.services, &self.groups, &self.areas] {
            bytes.extend((names.list().len() as u32).to_le_bytes());
            for name in names.list() {
                bytes.extend((name.len() as u32).to_le_bytes());
                bytes.extend(name.as_bytes());
            }
        }
        bytes.extend((self.desks.list().len() as u32).to_le_bytes());
        for desk in self.desks.list() {
            for number in [desk.unit, desk.service, desk.group] {
                bytes.extend(number.to_le_bytes());
            }
            bytes.extend([desk.kind, desk.public.into()]);
        }
        bytes.extend((self.traits.list().len() as u32).to_le_bytes());
        for traits in self.traits.list() {
            bytes.extend([
                traits.channel,
                traits.reopened.into(),
                traits.verified.into(),
                traits.rating,
            ]);
        }
        bytes
    }

    fn from_head(bytes: &mut Bytes) -> Result<Self, Problem> {
        let mut facts = Self::new();
        facts.position = u64::from_le_bytes(bytes.array()?);
        facts.slots = bytes.number()?;
        facts.cases = bytes.number()?;
        for names in [
            &mut facts.units,
            &mut facts.services,
            &mut facts.groups,
            &mut facts.areas,
        ] {
            let mut list: Names<Arc<str>> = Names::new();
            for _ in 0..bytes.number()? {
                let length = bytes.number()?;
                let name = std::str::from_utf8(bytes.take(length as usize)?)
                    .map_err(|_| Problem::Damaged("a name is not text".into()))?;
                list.add(name.into());
            }
            *names = Arc::new(list);
        }
        let mut desks = Names::new();
        for _ in 0..bytes.number()? {
            let (unit, service, group) = (bytes.number()?, bytes.number()?, bytes.number()?);
            let [kind, public] = bytes.array()?;
            desks.add(Desk {
                unit,
                service,
                group,
                kind,
                public: public == 1,
            });
        }
        let mut all_traits = Names::new();
        for _ in 0..bytes.number()? {
            let [channel, reopened, verified, rating] = bytes.array()?;
            let (reopened, verified) = (reopened == 1, verified == 1);
            if channel >= crate::case::CHANNELS || rating > crate::case::RATINGS {
                return Err(Problem::Damaged(
                    "a channel or rating that cannot be".into(),
                ));
            }
            all_traits.add(Traits {
                channel,
                reopened,
                verified,
                rating,
            });
        }
        (facts.desks, facts.traits) = (Arc::new(desks), Arc::new(all_traits));
        Ok(facts)
    }
}

impl Chunk {
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(18 * self.fate.len() + 64);
        let Bounds {
            opened,
            due,
            ended,
            open,
            free,
        } = self.bounds;
        for number in [
            opened.0,
            opened.1,
            due.0,
            due.1,
            ended.0,
            ended.1,
            open,
            free.into(),
        ] {
            bytes.extend(number.to_le_bytes());
        }
        put_u16(&mut bytes, &self.fate);
        put_u32(&mut bytes, &self.bases);
        for planes in [&self.opened, &self.due, &self.rest] {
            put_u16(&mut bytes, &planes.low);
            put_u8(&mut bytes, &planes.third);
            put_u8(&mut bytes, &planes.fourth);
        }
        put_u16(&mut bytes, &self.order);
        match &self.desk {
            Desks::Rows(codes) => put_codes(&mut bytes, codes),
            Desks::Packed { desks, units } => {
                for runs in [desks, units] {
                    put_u16(&mut bytes, &runs.lasts);
                    put_codes(&mut bytes, &runs.codes);
                }
            }
        }
        put_codes(&mut bytes, &self.area);
        put_codes(&mut bytes, &self.traits);
        put_u8(&mut bytes, &self.version);
        bytes
    }

    fn from_bytes(bytes: &mut Bytes, rows: usize) -> Result<Self, Problem> {
        let mut bounds = [0; 8];
        for bound in &mut bounds {
            *bound = bytes.number()?;
        }
        let [o0, o1, d0, d1, e0, e1, open, free] = bounds;
        let bounds = Bounds {
            opened: (o0, o1),
            due: (d0, d1),
            ended: (e0, e1),
            open,
            free: free == 1,
        };
        let fate = get_u16(bytes, rows)?;
        let bases = get_u32(bytes, rows.div_ceil(crate::table::BLOCK))?;
        let mut planes = || -> Result<Planes, Problem> {
            Ok(Planes {
                low: get_u16(bytes, rows)?,
                third: get_u8(bytes, rows, true)?,
                fourth: get_u8(bytes, rows, true)?,
            })
        };
        let (opened, due, rest) = (planes()?, planes()?, planes()?);
        let order = get_list_u16(bytes)?;
        let desk = if order.is_empty() {
            Desks::Rows(get_codes(bytes, rows)?)
        } else {
            expect(order.len(), rows)?;
            let mut runs = || -> Result<Runs, Problem> {
                let lasts = get_list_u16(bytes)?;
                let codes = get_codes(bytes, lasts.len())?;
                Ok(Runs { codes, lasts })
            };
            let (desks, units) = (runs()?, runs()?);
            Desks::Packed { desks, units }
        };
        let (area, traits) = (get_codes(bytes, rows)?, get_codes(bytes, rows)?);
        let version = get_u8(bytes, rows, false)?;
        Ok(Self {
            fate,
            bases,
            opened,
            due,
            rest,
            desk,
            area,
            traits,
            version,
            order,
            bounds,
        })
    }

    /// Every code of a row is a number that was given.
    fn check(&self, facts: &Facts, number: usize) -> Result<(), Problem> {
        let below = |codes: &Codes, most: usize| {
            (0..codes.len()).all(|row| (codes.get(row) as usize) < most.max(1))
        };
        let desks = match &self.desk {
            Desks::Rows(codes) => codes,
            Desks::Packed { desks, units } => {
                let mut seen = vec![false; self.fate.len()];
                for slot in &self.order {
                    if let Some(seen) = seen.get_mut(usize::from(*slot)) {
                        *seen = true;
                    }
                }
                let whole = [desks, units].iter().all(|runs| runs.covers(seen.len()));
                if !whole || seen.contains(&false) || !below(&units.codes, facts.units.list().len())
                {
                    return Err(Problem::Damaged(format!("chunk {number} is out of order")));
                }
                &desks.codes
            }
        };
        if below(desks, facts.desks.list().len())
            && below(&self.area, facts.areas.list().len() + 1)
            && below(&self.traits, facts.traits.list().len())
        {
            Ok(())
        } else {
            Err(Problem::Damaged(format!(
                "chunk {number} has a code without a name"
            )))
        }
    }
}

fn section(file: &mut impl Write, bytes: &[u8]) -> std::io::Result<()> {
    file.write_all(&(bytes.len() as u64).to_le_bytes())?;
    file.write_all(&sum(bytes).to_le_bytes())?;
    file.write_all(bytes)
}

fn next_section(file: &mut impl Read, what: &str) -> Result<Vec<u8>, Problem> {
    let torn = |_| Problem::Damaged(format!("it ends before {what}"));
    let (mut length, mut expected) = ([0; 8], [0; 8]);
    file.read_exact(&mut length).map_err(torn)?;
    file.read_exact(&mut expected).map_err(torn)?;
    let length = u64::from_le_bytes(length);
    if length > LONGEST {
        return Err(Problem::Damaged(format!(
            "{what} would be {length} bytes long"
        )));
    }
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(Problem::Damaged(format!("it ends within {what}")));
    }
    if sum(&bytes) != u64::from_le_bytes(expected) {
        return Err(Problem::Damaged(format!("the sum of {what} is wrong")));
    }
    Ok(bytes)
}

/// Four lanes of multiply and rotate, so that it costs less than reading.
fn sum(bytes: &[u8]) -> u64 {
    const PRIME: u64 = 0x9E37_79B1_85EB_CA87;
    let mix = |sum: u64, word: u64| (sum ^ word).wrapping_mul(PRIME).rotate_left(29);
    let mut lanes = [1u64, 2, 3, 4];
    let (blocks, tail) = bytes.as_chunks::<32>();
    for block in blocks {
        for (lane, word) in lanes.iter_mut().zip(block.as_chunks::<8>().0) {
            *lane = mix(*lane, u64::from_le_bytes(*word));
        }
    }
    let lanes = lanes.into_iter().fold(bytes.len() as u64, mix);
    tail.iter()
        .fold(lanes, |sum, byte| mix(sum, u64::from(*byte)))
}

fn put_u8(bytes: &mut Vec<u8>, list: &[u8]) {
    bytes.extend((list.len() as u32).to_le_bytes());
    bytes.extend(list);
}

fn put_u16(bytes: &mut Vec<u8>, list: &[u16]) {
    bytes.extend((list.len() as u32).to_le_bytes());
    bytes.extend(list.iter().flat_map(|number| number.to_le_bytes()));
}

fn put_u32(bytes: &mut Vec<u8>, list: &[u32]) {
    bytes.extend((list.len() as u32).to_le_bytes());
    bytes.extend(list.iter().flat_map(|number| number.to_le_bytes()));
}

fn put_codes(bytes: &mut Vec<u8>, codes: &Codes) {
    bytes.push(codes.width() as u8);
    match codes {
        Codes::One(list) => put_u8(bytes, list),
        Codes::Two(list) => put_u16(bytes, list),
        Codes::Four(list) => put_u32(bytes, list),
    }
}

fn get_codes(bytes: &mut Bytes, rows: usize) -> Result<Codes, Problem> {
    match bytes.array()? {
        [1] => Ok(Codes::One(get_u8(bytes, rows, false)?)),
        [2] => Ok(Codes::Two(get_u16(bytes, rows)?)),
        [4] => Ok(Codes::Four(get_u32(bytes, rows)?)),
        [other] => Err(Problem::Damaged(format!("codes of {other} bytes"))),
    }
}

/// As long as it says.
fn get_list_u16(bytes: &mut Bytes) -> Result<Vec<u16>, Problem> {
    let length = bytes.number()? as usize;
    let (words, _) = bytes.take(length.saturating_mul(2))?.as_chunks::<2>();
    Ok(words.iter().map(|word| u16::from_le_bytes(*word)).collect())
}

fn get_u8(bytes: &mut Bytes, rows: usize, may_be_empty: bool) -> Result<Vec<u8>, Problem> {
    let length = bytes.number()? as usize;
    if length == 0 && may_be_empty {
        return Ok(Vec::new());
    }
    expect(length, rows)?;
    Ok(bytes.take(rows)?.to_vec())
}

fn get_u16(bytes: &mut Bytes, rows: usize) -> Result<Vec<u16>, Problem> {
    expect(bytes.number()? as usize, rows)?;
    let (words, _) = bytes.take(rows * 2)?.as_chunks::<2>();
    Ok(words.iter().map(|word| u16::from_le_bytes(*word)).collect())
}

fn get_u32(bytes: &mut Bytes, rows: usize) -> Result<Vec<u32>, Problem> {
    expect(bytes.number()? as usize, rows)?;
    let (words, _) = bytes.take(rows * 4)?.as_chunks::<4>();
    Ok(words.iter().map(|word| u32::from_le_bytes(*word)).collect())
}

fn expect(found: usize, rows: usize) -> Result<(), Problem> {
    if found == rows {
        Ok(())
    } else {
        Err(Problem::Damaged(format!(
            "a column has {found} rows, not {rows}"
        )))
    }
}

/// What is left to read of a section.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Problem> {
        let (taken, left) = self
            .0
            .split_at_checked(length)
            .ok_or_else(|| Problem::Damaged("a section ends too early".into()))?;
        self.0 = left;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn number(&mut self) -> Result<u32, Problem> {
        Ok(u32::from_le_bytes(self.array()?))
    }
}
