//! A deserializer that notes the first thing that a type asks for, and then fails.

use std::fmt;

use serde::{
    de::{
        self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer as _, MapAccess,
        VariantAccess, Visitor,
    },
    forward_to_deserialize_any,
};

use crate::{canonical::INT_MAX, scenario::Kind};

/// The first thing that a type asks for at the place that is looked at.
pub(super) enum Asked {
    Nothing,
    /// One of these variants of the enum `owner`.
    Variants {
        owner: &'static str,
        names: &'static [&'static str],
    },
    /// These fields of the struct, or of the variant, `owner`.
    Fields {
        owner: &'static str,
        names: &'static [&'static str],
    },
    Value(Kind),
}

/// Why a probed type stopped reading: it always does, and what it says of itself is noted.
#[derive(Debug)]
pub(super) enum Stop {
    /// The probe has seen what it looked for, or something else is wrong.
    Other,
    /// A field is missing.
    Missing(&'static str),
    /// The variant is none of these.
    Unknown(&'static [&'static str]),
}

impl fmt::Display for Stop {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the probe has seen enough")
    }
}

impl std::error::Error for Stop {}

impl de::Error for Stop {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Other
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::Unknown(expected)
    }
}

/// Goes to a variant and a field, and notes what is asked for there.
pub(super) struct Probe<'a> {
    variant: Option<&'static str>,
    field: Option<&'static str>,
    asked: &'a mut Asked,
}

impl Probe<'_> {
    /// What a type asks for first; or a variant of it; or a field of the type or of the variant.
    pub(super) fn ask<T: DeserializeOwned>(variant: Option<&'static str>, field: Option<&'static str>) -> Asked {
        let mut asked = Asked::Nothing;
        // it always fails: what counts is what it asked for
        let _ = T::deserialize(Probe { variant, field, asked: &mut asked });
        asked
    }

    fn note<V>(self, asked: Asked) -> Result<V, Stop> {
        *self.asked = asked;
        Err(Stop::Other)
    }

    fn fields<'de, V: Visitor<'de>>(
        self,
        owner: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        match self.field {
            Some(_) => visitor.visit_map(self),
            None => self.note(Asked::Fields { owner, names }),
        }
    }
}

macro_rules! kinds {
    ($($method:ident: $kind:expr;)*) => {
        $(fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
            self.note(Asked::Value($kind))
        })*
    };
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Stop;

    kinds! {
        deserialize_any: Kind::Any;
        deserialize_bool: Kind::Flag;
        deserialize_u8: Kind::Integer(0, u64::from(u8::MAX));
        deserialize_u16: Kind::Integer(0, u64::from(u16::MAX));
        deserialize_u32: Kind::Integer(0, u64::from(u32::MAX));
        deserialize_u64: Kind::Integer(0, INT_MAX);
        deserialize_str: Kind::Text;
        deserialize_string: Kind::Text;
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, _: V) -> Result<V::Value, Stop> {
        self.note(Asked::Nothing)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_some(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.fields(name, fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        match self.variant {
            Some(_) => visitor.visit_enum(self),
            None => self.note(Asked::Variants { owner: name, names: variants }),
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u128 f32 f64 char bytes byte_buf unit seq tuple tuple_struct map identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for Probe<'_> {
    type Error = Stop;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(mut self, seed: V) -> Result<(V::Value, Self), Stop> {
        let name = self.variant.take().unwrap_or_default();
        Ok((seed.deserialize(name.into_deserializer())?, self))
    }
}

impl<'de> VariantAccess<'de> for Probe<'_> {
    type Error = Stop;

    fn unit_variant(self) -> Result<(), Stop> {
        self.note(Asked::Nothing)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Stop> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Stop> {
        self.note(Asked::Value(Kind::Any))
    }

    fn struct_variant<V: Visitor<'de>>(self, names: &'static [&'static str], visitor: V) -> Result<V::Value, Stop> {
        self.fields("", names, visitor)
    }
}

impl<'de> MapAccess<'de> for Probe<'_> {
    type Error = Stop;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Stop> {
        let name = self.field.take().unwrap_or_default();
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Stop> {
        seed.deserialize(Probe { variant: None, field: None, asked: &mut *self.asked })
    }
}
