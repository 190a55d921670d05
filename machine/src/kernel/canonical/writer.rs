//! The serializer behind canonical JSON: it knows nothing but what RFC 8785 and our types allow, so it is also faster than one
//! that knows more. Floats, nulls, byte strings and keys out of order are bugs of a type, and end in an error.

use alloc::vec::Vec;
use core::fmt;

use serde::ser::{self, Serialize};

use super::Int;

/// What a type did that canonical JSON has no form for.
#[derive(Debug)]
pub(super) struct Unwritable(pub(super) &'static str);

impl fmt::Display for Unwritable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "canonical JSON has no {}", self.0)
    }
}

impl core::error::Error for Unwritable {}

impl ser::Error for Unwritable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self("form for a value that refuses to be written")
    }
}

/// Appends canonical JSON to bytes.
pub(super) struct Writer<'a>(pub(super) &'a mut Vec<u8>);

/// A list or an object under way.
pub(super) struct Many<'w, 'a> {
    writer: &'w mut Writer<'a>,
    close: &'static [u8],
    empty: bool,
    /// Where the last key's characters stand: the next one must be greater.
    last_key: core::ops::Range<usize>,
}

impl Writer<'_> {
    fn integer(&mut self, mut number: u64) -> Result<(), Unwritable> {
        if number > Int::MAX.get() {
            return Err(Unwritable("integers above 2^53-1"));
        }
        let (mut digits, mut from) = ([0; 20], 20);
        loop {
            from -= 1;
            digits[from] = b'0' + (number % 10) as u8;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        self.0.extend_from_slice(&digits[from..]);
        Ok(())
    }

    /// A string as RFC 8785 writes it: only quotes, backslashes and control characters are escaped.
    fn string(&mut self, text: &str) {
        self.0.push(b'"');
        let special = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
        // without a way out of the loop it takes many bytes at once
        if text.bytes().fold(false, |seen, byte| seen | special(byte)) {
            text.bytes().for_each(|byte| if special(byte) { self.escape(byte) } else { self.0.push(byte) });
        } else {
            self.0.extend_from_slice(text.as_bytes());
        }
        self.0.push(b'"');
    }

    fn escape(&mut self, byte: u8) {
        let short = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            0x09 => b't',
            0x0a => b'n',
            0x0c => b'f',
            0x0d => b'r',
            _ => {
                let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble)];
                return self.0.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
            }
        };
        self.0.extend_from_slice(&[b'\\', short]);
    }
}

impl<'w, 'a> Many<'w, 'a> {
    fn open(writer: &'w mut Writer<'a>, open: &[u8], close: &'static [u8]) -> Self {
        writer.0.extend_from_slice(open);
        Self { writer, close, empty: true, last_key: 0..0 }
    }

    fn comma(&mut self) {
        if !core::mem::take(&mut self.empty) {
            self.writer.0.push(b',');
        }
    }

    fn item<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Unwritable> {
        self.comma();
        item.serialize(&mut *self.writer)
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unwritable> {
        self.comma();
        let from = self.writer.0.len();
        key.serialize(&mut *self.writer)?;
        let to = self.writer.0.len();
        if self.writer.0[from] != b'"' {
            return Err(Unwritable("keys but strings"));
        }
        // Bytes order as RFC 8785's UTF-16 does for every key below U+D800, and ours are ASCII.
        let rises = self.last_key.is_empty() || self.writer.0[self.last_key.clone()] < self.writer.0[from + 1..to - 1];
        self.last_key = from + 1..to - 1;
        self.writer.0.push(b':');
        if rises { Ok(()) } else { Err(Unwritable("keys out of order")) }
    }

    fn close(self) -> Result<(), Unwritable> {
        self.writer.0.extend_from_slice(self.close);
        Ok(())
    }
}

macro_rules! integers {
    ($($name:ident: $type:ty,)*) => { $(fn $name(self, number: $type) -> Result<(), Unwritable> {
        let number = u64::try_from(number).map_err(|_| Unwritable("negative integers"))?;
        self.integer(number)
    })* };
}

macro_rules! never {
    ($($name:ident($($type:ty),*): $what:literal,)*) => { $(fn $name(self, $(_: $type),*) -> Result<(), Unwritable> {
        Err(Unwritable($what))
    })* };
}

impl<'w, 'a> ser::Serializer for &'w mut Writer<'a> {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = Many<'w, 'a>;
    type SerializeTuple = Many<'w, 'a>;
    type SerializeTupleStruct = Many<'w, 'a>;
    type SerializeTupleVariant = Many<'w, 'a>;
    type SerializeMap = Many<'w, 'a>;
    type SerializeStruct = Many<'w, 'a>;
    type SerializeStructVariant = Many<'w, 'a>;

    integers! {
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
    }

    never! {
        serialize_f32(f32): "floats", serialize_f64(f64): "floats", serialize_none(): "nulls", serialize_unit(): "nulls",
        serialize_unit_struct(&'static str): "nulls", serialize_bytes(&[u8]): "byte strings",
    }

    fn serialize_bool(self, yes: bool) -> Result<(), Unwritable> {
        self.0.extend_from_slice(if yes { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_char(self, character: char) -> Result<(), Unwritable> {
        self.string(character.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Result<(), Unwritable> {
        self.string(text);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Unwritable> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        let mut object = Many::open(self, b"{", b"}");
        object.key(variant)?;
        value.serialize(&mut *object.writer)?;
        object.close()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Many<'w, 'a>, Unwritable> {
        Ok(Many::open(self, b"[", b"]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Many<'w, 'a>, Unwritable> {
        Ok(Many::open(self, b"[", b"]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Many<'w, 'a>, Unwritable> {
        Ok(Many::open(self, b"[", b"]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Many<'w, 'a>, Unwritable> {
        let mut object = Many::open(self, b"{", b"]}");
        object.key(variant)?;
        object.writer.0.push(b'[');
        object.empty = true;
        Ok(object)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Many<'w, 'a>, Unwritable> {
        Ok(Many::open(self, b"{", b"}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Many<'w, 'a>, Unwritable> {
        Ok(Many::open(self, b"{", b"}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Many<'w, 'a>, Unwritable> {
        let mut object = Many::open(self, b"{", b"}}");
        object.key(variant)?;
        object.writer.0.push(b'{');
        (object.empty, object.last_key) = (true, 0..0);
        Ok(object)
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), Unwritable> {
        use alloc::string::ToString as _;
        self.string(&value.to_string());
        Ok(())
    }

    fn is_human_readable(&self) -> bool {
        true
    }
}

macro_rules! lists {
    ($($trait:ident::$method:ident,)*) => { $(impl ser::$trait for Many<'_, '_> {
        type Ok = ();
        type Error = Unwritable;

        fn $method<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Unwritable> {
            self.item(item)
        }

        fn end(self) -> Result<(), Unwritable> {
            self.close()
        }
    })* };
}

lists! {
    SerializeSeq::serialize_element, SerializeTuple::serialize_element, SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field,
}

macro_rules! objects {
    ($($trait:ident,)*) => { $(impl ser::$trait for Many<'_, '_> {
        type Ok = ();
        type Error = Unwritable;

        fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Unwritable> {
            self.key(key)?;
            value.serialize(&mut *self.writer)
        }

        fn end(self) -> Result<(), Unwritable> {
            self.close()
        }
    })* };
}

objects! { SerializeStruct, SerializeStructVariant, }

impl ser::SerializeMap for Many<'_, '_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unwritable> {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), Unwritable> {
        self.close()
    }
}
