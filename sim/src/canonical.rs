//! Canonical JSON (RFC 8785) of any value that `serde` writes: keys in the order of their UTF-16 code units, numbers as
//! ECMAScript writes them.
//!
//! What has no canonical form that every reader understands is refused, with the path of the field: NaN and infinities,
//! integers beyond 2^53-1 (other writers round them in silence), a key that comes twice.

use std::fmt::{self, Display};

use serde::ser::{self, Serialize};

/// The largest integer that every reader of JSON understands: 2^53-1.
pub const INT_MAX: u64 = (1 << 53) - 1;

/// Why a value has no canonical JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// The path of the field, as `cart.items[2].weight`; empty for the value itself.
    pub path: String,
    /// What is wrong with the field.
    pub reason: String,
}

impl Display for JsonError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => write!(out, "the value {}", self.reason),
            path => write!(out, "`{path}` {}", self.reason),
        }
    }
}

impl std::error::Error for JsonError {}

impl ser::Error for JsonError {
    fn custom<T: Display>(message: T) -> Self {
        Self { path: String::new(), reason: format!("cannot be written: {message}") }
    }
}

/// The canonical JSON of a value.
///
/// # Errors
/// [`JsonError`], naming the field that has no canonical form.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String, JsonError> {
    value.serialize(Writer { path: &mut String::new() })
}

/// Writes one value, whose path is known.
struct Writer<'p> {
    path: &'p mut String,
}

impl Writer<'_> {
    fn refuse<T>(self, reason: impl Into<String>) -> Result<T, JsonError> {
        Err(JsonError { path: self.path.clone(), reason: reason.into() })
    }

    fn integer(self, value: impl Display + TryInto<i64> + Copy) -> Result<String, JsonError> {
        match value.try_into() {
            Ok(small) if small.unsigned_abs() <= INT_MAX => Ok(small.to_string()),
            _ => self.refuse(format!("is {value}, and JSON carries integers only up to 2^53-1; write it as text")),
        }
    }
}

/// Writes what stands at a path below, and names the path in an error.
fn below<T: Serialize + ?Sized>(path: &mut String, step: &str, value: &T) -> Result<String, JsonError> {
    let len = path.len();
    path.push_str(step);
    let written = value.serialize(Writer { path });
    // an error that `serde` itself makes knows no place
    let written = written.map_err(|error| match error.path.as_str() {
        "" => JsonError { path: path.clone(), ..error },
        _ => error,
    });
    path.truncate(len);
    written
}

fn field_step(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_string() } else { format!(".{name}") }
}

fn text(value: &str) -> String {
    serde_json::Value::from(value).to_string()
}

/// A finite number as ECMAScript's `Number::toString` writes it: the shortest digits that read back as the same number.
fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_string();
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let scientific = format!("{:e}", value.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits = mantissa.replace('.', "");
    // the point stands behind so many digits
    let point = exponent.parse::<i32>().unwrap_or(0) + 1;
    let count = digits.len() as i32;
    let unsigned = match point {
        -5..=0 => format!("0.{}{digits}", "0".repeat(point.unsigned_abs() as usize)),
        1..=21 if count <= point => format!("{digits}{}", "0".repeat((point - count) as usize)),
        1..=21 => format!("{}.{}", &digits[..point as usize], &digits[point as usize..]),
        _ => {
            let (first, rest) = digits.split_at(1);
            let point_rest = if rest.is_empty() { String::new() } else { format!(".{rest}") };
            format!("{first}{point_rest}e{:+}", point - 1)
        }
    };
    format!("{sign}{unsigned}")
}

/// Collects the elements of a list, or of a variant that holds a list.
struct List<'p> {
    path: &'p mut String,
    items: Vec<String>,
    variant: Option<&'static str>,
}

impl List<'_> {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JsonError> {
        let variant = self.variant.map_or_else(String::new, |variant| field_step(self.path, variant));
        let step = format!("{variant}[{}]", self.items.len());
        self.items.push(below(self.path, &step, value)?);
        Ok(())
    }

    fn close(self) -> String {
        in_variant(self.variant, format!("[{}]", self.items.join(",")))
    }
}

/// Collects the members of an object, or of a variant that holds one.
struct Object<'p> {
    path: &'p mut String,
    members: Vec<(String, String)>,
    key: String,
    variant: Option<&'static str>,
}

impl Object<'_> {
    fn insert<T: Serialize + ?Sized>(&mut self, key: String, value: &T) -> Result<(), JsonError> {
        let step = match self.variant {
            Some(variant) => format!("{}.{key}", field_step(self.path, variant)),
            None => field_step(self.path, &key),
        };
        let written = below(self.path, &step, value)?;
        self.members.push((key, written));
        Ok(())
    }

    fn close(mut self) -> Result<String, JsonError> {
        self.members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
        if let Some(twice) = self.members.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Writer { path: self.path }.refuse(format!("has the key `{}` twice", twice[0].0));
        }
        let members = self.members.iter().map(|(key, value)| format!("{}:{value}", text(key)));
        Ok(in_variant(self.variant, format!("{{{}}}", members.collect::<Vec<_>>().join(","))))
    }
}

fn in_variant(variant: Option<&str>, json: String) -> String {
    match variant {
        Some(variant) => format!("{{{}:{json}}}", text(variant)),
        None => json,
    }
}

impl<'p> ser::Serializer for Writer<'p> {
    type Ok = String;
    type Error = JsonError;
    type SerializeSeq = List<'p>;
    type SerializeTuple = List<'p>;
    type SerializeTupleStruct = List<'p>;
    type SerializeTupleVariant = List<'p>;
    type SerializeMap = Object<'p>;
    type SerializeStruct = Object<'p>;
    type SerializeStructVariant = Object<'p>;

    fn serialize_bool(self, value: bool) -> Result<String, JsonError> {
        Ok(value.to_string())
    }

    fn serialize_i8(self, value: i8) -> Result<String, JsonError> {
        self.integer(value)
    }

    fn serialize_i16(self, value: i16) -> Result<String, JsonError> {
        self.integer(value)
    }

    fn serialize_i32(self, value: i32) -> Result<String, JsonError> {
        self.integer(value)
    }

    fn serialize_i64(self, value: i64) -> Result<String, JsonError> {
        self.integer(value)
    }

    fn serialize_i128(self, value: i128) -> Result<String, JsonError> {
        self.integer(value)
    }

    fn serialize_u8(self, value: u8) -> Result<String, JsonError> {
        self.integer(value)
    }

    fn serialize_u16(self, value: u16) -> Result<String, JsonError> {
        self.integer(value)
    }

    fn serialize_u32(self, value: u32) -> Result<String, JsonError> {
        self.integer(value)
    }

    fn serialize_u64(self, value: u64) -> Result<String, JsonError> {
        self.integer(value)
    }

    fn serialize_u128(self, value: u128) -> Result<String, JsonError> {
        self.integer(value)
    }

    fn serialize_f32(self, value: f32) -> Result<String, JsonError> {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(self, value: f64) -> Result<String, JsonError> {
        if value.is_finite() { Ok(number(value)) } else { self.refuse(format!("is {value}, which JSON cannot carry")) }
    }

    fn serialize_char(self, value: char) -> Result<String, JsonError> {
        Ok(text(value.encode_utf8(&mut [0; 4])))
    }

    fn serialize_str(self, value: &str) -> Result<String, JsonError> {
        Ok(text(value))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<String, JsonError> {
        value.serialize(self)
    }

    fn serialize_none(self) -> Result<String, JsonError> {
        Ok("null".to_string())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<String, JsonError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<String, JsonError> {
        Ok("null".to_string())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<String, JsonError> {
        Ok("null".to_string())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<String, JsonError> {
        Ok(text(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<String, JsonError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<String, JsonError> {
        let step = field_step(self.path, variant);
        below(self.path, &step, value).map(|json| in_variant(Some(variant), json))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'p>, JsonError> {
        Ok(List { path: self.path, items: Vec::new(), variant: None })
    }

    fn serialize_tuple(self, len: usize) -> Result<List<'p>, JsonError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<List<'p>, JsonError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<List<'p>, JsonError> {
        Ok(List { path: self.path, items: Vec::new(), variant: Some(variant) })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Object<'p>, JsonError> {
        Ok(Object { path: self.path, members: Vec::new(), key: String::new(), variant: None })
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Object<'p>, JsonError> {
        if name.starts_with("$serde_json::private") {
            return self.refuse("is raw JSON, whose form is not known to be canonical");
        }
        self.serialize_map(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Object<'p>, JsonError> {
        Ok(Object { path: self.path, members: Vec::new(), key: String::new(), variant: Some(variant) })
    }
}

macro_rules! lists {
    ($($of:ident: $push:ident;)*) => {
        $(impl ser::$of for List<'_> {
            type Ok = String;
            type Error = JsonError;

            fn $push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JsonError> {
                self.push(value)
            }

            fn end(self) -> Result<String, JsonError> {
                Ok(self.close())
            }
        })*
    };
}

lists! {
    SerializeSeq: serialize_element;
    SerializeTuple: serialize_element;
    SerializeTupleStruct: serialize_field;
    SerializeTupleVariant: serialize_field;
}

macro_rules! objects {
    ($($of:ident;)*) => {
        $(impl ser::$of for Object<'_> {
            type Ok = String;
            type Error = JsonError;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), JsonError> {
                self.insert(key.to_string(), value)
            }

            fn end(self) -> Result<String, JsonError> {
                self.close()
            }
        })*
    };
}

objects! {
    SerializeStruct;
    SerializeStructVariant;
}

impl ser::SerializeMap for Object<'_> {
    type Ok = String;
    type Error = JsonError;

    /// A key is text; a number, a flag or a unit variant stands for its text.
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), JsonError> {
        let written = key.serialize(Writer { path: self.path })?;
        self.key = match serde_json::from_str(&written) {
            Ok(serde_json::Value::String(text)) => text,
            Ok(serde_json::Value::Number(_) | serde_json::Value::Bool(_)) => written,
            _ => return Writer { path: self.path }.refuse(format!("has the key {written}, which is no text")),
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JsonError> {
        let key = std::mem::take(&mut self.key);
        self.insert(key, value)
    }

    fn end(self) -> Result<String, JsonError> {
        self.close()
    }
}

#[cfg(test)]
mod tests;
