//! What goes into a statement and what comes out of a row: five kinds of value on both engines.

use std::borrow::Cow;

use rules::Moment;
use rules::ids::{
    ArrivalId, CallId, CaseId, FollowId, FollowerId, MandateId, MessageId, NoteId, PersonId,
    StandInId,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::error::{Result, StoreError};

/// One parameter or one column.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    Null,
    Int(i64),
    Real(f64),
    Text(Cow<'a, str>),
    Bytes(Cow<'a, [u8]>),
    /// Sixteen bytes; stored like `Bytes`.
    Id(Uuid),
}

impl Value<'_> {
    /// Equal once stored: an id is its bytes.
    pub(crate) fn same(&self, other: &Value<'_>) -> bool {
        match (self, other) {
            (Value::Id(a), Value::Id(b)) => a == b,
            (Value::Id(id), Value::Bytes(bytes)) | (Value::Bytes(bytes), Value::Id(id)) => {
                id.as_bytes().as_slice() == bytes.as_ref()
            }
            (Value::Int(n), Value::Real(x)) | (Value::Real(x), Value::Int(n)) => *n as f64 == *x,
            _ => self == other,
        }
    }
}

/// `params![city, id, 3]`: the parameters of one statement, `$1` first.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { [$($crate::value::Value::from($value)),*] };
}

macro_rules! from_int {
    ($($t:ty),*) => {$(
        impl From<$t> for Value<'_> { fn from(n: $t) -> Self { Value::Int(i64::from(n)) } }
    )*};
}
from_int!(i64, u32, i32, u8, bool);

macro_rules! from_id {
    ($($t:ty),*) => {$(
        impl From<$t> for Value<'_> { fn from(id: $t) -> Self { Value::Id(id.0) } }
        impl From<&$t> for Value<'_> { fn from(id: &$t) -> Self { Value::Id(id.0) } }
        impl FromValue for $t {
            fn from_value(value: Value<'static>) -> Option<Self> {
                let Value::Bytes(bytes) = value else { return None };
                Uuid::from_slice(&bytes).ok().map(Self)
            }
        }
    )*};
}
from_id!(
    CaseId, PersonId, NoteId, MandateId, StandInId, MessageId, FollowerId, FollowId, CallId,
    ArrivalId
);

/// PostgreSQL holds no NUL in a text: what strangers send with one becomes the sign of the unreadable, on
/// both engines alike.
fn storable(text: &str) -> Cow<'_, str> {
    match text.contains('\0') {
        false => Cow::Borrowed(text),
        true => Cow::Owned(text.replace('\0', "\u{FFFD}")),
    }
}

impl From<f64> for Value<'_> {
    fn from(x: f64) -> Self {
        Value::Real(x)
    }
}
impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(storable(text))
    }
}
impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Value::Text(storable(text))
    }
}
impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(Cow::Owned(storable(&text).into_owned()))
    }
}
impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Value::Bytes(Cow::Borrowed(bytes))
    }
}
impl<'a> From<&'a [u8; 32]> for Value<'a> {
    fn from(bytes: &'a [u8; 32]) -> Self {
        Value::Bytes(Cow::Borrowed(bytes))
    }
}
impl From<Vec<u8>> for Value<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Value::Bytes(Cow::Owned(bytes))
    }
}
impl From<Moment> for Value<'_> {
    fn from(moment: Moment) -> Self {
        Value::Int(moment.as_microsecond())
    }
}
impl From<jiff::civil::Date> for Value<'_> {
    fn from(date: jiff::civil::Date) -> Self {
        Value::Text(Cow::Owned(date.to_string()))
    }
}
impl<'a, T> From<Option<T>> for Value<'a>
where
    Value<'a>: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Value::from)
    }
}

/// A column read into a Rust type; `None` when the stored kind does not fit.
pub trait FromValue: Sized {
    fn from_value(value: Value<'static>) -> Option<Self>;
}

impl FromValue for i64 {
    fn from_value(value: Value<'static>) -> Option<Self> {
        match value {
            Value::Int(n) => Some(n),
            _ => None,
        }
    }
}
macro_rules! read_int {
    ($($t:ty),*) => {$(
        impl FromValue for $t {
            fn from_value(value: Value<'static>) -> Option<Self> {
                i64::from_value(value).and_then(|n| <$t>::try_from(n).ok())
            }
        }
    )*};
}
read_int!(u8, u32, u64, usize);

impl FromValue for bool {
    fn from_value(value: Value<'static>) -> Option<Self> {
        i64::from_value(value).map(|n| n != 0)
    }
}
impl FromValue for f64 {
    fn from_value(value: Value<'static>) -> Option<Self> {
        match value {
            Value::Real(x) => Some(x),
            Value::Int(n) => Some(n as f64),
            _ => None,
        }
    }
}
impl FromValue for String {
    fn from_value(value: Value<'static>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.into_owned()),
            _ => None,
        }
    }
}
impl FromValue for Vec<u8> {
    fn from_value(value: Value<'static>) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => Some(bytes.into_owned()),
            _ => None,
        }
    }
}
impl FromValue for [u8; 32] {
    fn from_value(value: Value<'static>) -> Option<Self> {
        Vec::<u8>::from_value(value)?.try_into().ok()
    }
}
impl FromValue for Moment {
    fn from_value(value: Value<'static>) -> Option<Self> {
        Moment::from_microsecond(i64::from_value(value)?).ok()
    }
}
impl FromValue for jiff::civil::Date {
    fn from_value(value: Value<'static>) -> Option<Self> {
        String::from_value(value)?.parse().ok()
    }
}
impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value<'static>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}

/// One row, read column by column in the order of its SELECT.
#[derive(Debug)]
pub struct Row {
    values: std::vec::IntoIter<Value<'static>>,
    read: usize,
}

impl Row {
    pub(crate) fn new(values: Vec<Value<'static>>) -> Self {
        Self {
            values: values.into_iter(),
            read: 0,
        }
    }

    /// The next column.
    pub fn next<T: FromValue>(&mut self) -> Result<T> {
        self.read += 1;
        let value = self.values.next();
        value.and_then(T::from_value).ok_or_else(|| {
            let wanted = std::any::type_name::<T>();
            StoreError::corrupt(format!("column {} is not a {wanted}", self.read))
        })
    }

    /// The next column, JSON kept as text.
    pub fn json<T: DeserializeOwned>(&mut self) -> Result<T> {
        from_json(&self.next::<String>()?)
    }

    /// The next column, one word of a closed list (`in-progress`), as serde names it.
    pub fn word<T: DeserializeOwned>(&mut self) -> Result<T> {
        from_word(self.next()?)
    }

    pub fn maybe_word<T: DeserializeOwned>(&mut self) -> Result<Option<T>> {
        self.next::<Option<String>>()?.map(from_word).transpose()
    }

    pub(crate) fn rest(self) -> Vec<Value<'static>> {
        self.values.collect()
    }
}

pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| StoreError::corrupt(format!("JSON: {e}")))
}

pub(crate) fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| StoreError::misuse(format!("not JSON: {e}")))
}

fn from_word<T: DeserializeOwned>(word: String) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(word))
        .map_err(|e| StoreError::corrupt(format!("word: {e}")))
}

/// The word serde uses for a variant without data.
pub(crate) fn word<T: Serialize>(value: &T) -> Result<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(StoreError::misuse("not a word of a closed list")),
    }
}
