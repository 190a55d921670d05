//! What a type's `Deserialize` asks for: the names of an enum's variants, of their fields, and what those take. Found by
//! letting it read from a deserializer that notes the first thing asked for, and then fails.

use serde::{
    de::{
        DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer as _, MapAccess,
        VariantAccess, Visitor, value::Error,
    },
    forward_to_deserialize_any,
};

use crate::scenario::Kind;

/// A variant of an enum, or the whole of a type that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// The variant's name; none for a type that is no enum.
    pub(super) variant: Option<&'static str>,
    /// What it holds.
    pub(super) holds: Holds,
}

/// What a variant or a type holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Nothing.
    Nothing,
    /// Named fields.
    Fields(Vec<(&'static str, Kind)>),
    /// One value without a name.
    Value(Kind),
}

/// The shapes of a type: one a variant, if it is an enum.
pub(super) fn shapes<T: DeserializeOwned>() -> Vec<Shape> {
    match ask::<T>(None, None) {
        Asked::Variants(names) => {
            names.iter().map(|name| Shape { variant: Some(name), holds: holds::<T>(Some(name)) }).collect()
        }
        _ => vec![Shape { variant: None, holds: holds::<T>(None) }],
    }
}

fn holds<T: DeserializeOwned>(variant: Option<&'static str>) -> Holds {
    match ask::<T>(variant, None) {
        Asked::Nothing => Holds::Nothing,
        Asked::Fields(names) => {
            let kind = |name: &'static str| match ask::<T>(variant, Some(name)) {
                Asked::Value(kind) => kind,
                Asked::Nothing | Asked::Fields(_) | Asked::Variants(_) => Kind::Any,
            };
            Holds::Fields(names.iter().map(|name| (*name, kind(name))).collect())
        }
        Asked::Value(kind) => Holds::Value(kind),
        Asked::Variants(_) => Holds::Value(Kind::Any),
    }
}

fn ask<T: DeserializeOwned>(variant: Option<&'static str>, field: Option<&'static str>) -> Asked {
    let mut asked = Asked::Nothing;
    // it always fails: what counts is what it asked for
    let _ = T::deserialize(Probe { variant, field, asked: &mut asked });
    asked
}

/// The first thing asked for at the place that is looked at.
enum Asked {
    Nothing,
    Variants(&'static [&'static str]),
    Fields(&'static [&'static str]),
    Value(Kind),
}

/// Goes to a variant and a field, and notes what is asked for there.
struct Probe<'a> {
    variant: Option<&'static str>,
    field: Option<&'static str>,
    asked: &'a mut Asked,
}

impl Probe<'_> {
    fn note<V>(self, asked: Asked) -> Result<V, Error> {
        *self.asked = asked;
        Err(Error::custom("asked"))
    }

    fn fields<'de, V: Visitor<'de>>(self, names: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        match self.field {
            Some(_) => visitor.visit_map(self),
            None => self.note(Asked::Fields(names)),
        }
    }
}

macro_rules! kinds {
    ($($method:ident: $kind:expr;)*) => {
        $(fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            self.note(Asked::Value($kind))
        })*
    };
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Error;

    kinds! {
        deserialize_any: Kind::Any;
        deserialize_bool: Kind::Flag;
        deserialize_u8: Kind::Integer(0, u64::from(u8::MAX));
        deserialize_u16: Kind::Integer(0, u64::from(u16::MAX));
        deserialize_u32: Kind::Integer(0, u64::from(u32::MAX));
        deserialize_u64: Kind::Integer(0, i64::MAX as u64);
        deserialize_str: Kind::Text;
        deserialize_string: Kind::Text;
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, _: V) -> Result<V::Value, Error> {
        self.note(Asked::Nothing)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.fields(fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.variant {
            Some(_) => visitor.visit_enum(self),
            None => self.note(Asked::Variants(variants)),
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u128 f32 f64 char bytes byte_buf unit seq tuple tuple_struct map identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for Probe<'_> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(mut self, seed: V) -> Result<(V::Value, Self), Error> {
        let name = self.variant.take().unwrap_or_default();
        Ok((seed.deserialize(name.into_deserializer())?, self))
    }
}

impl<'de> VariantAccess<'de> for Probe<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        self.note(Asked::Nothing)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Error> {
        self.note(Asked::Value(Kind::Any))
    }

    fn struct_variant<V: Visitor<'de>>(self, names: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.fields(names, visitor)
    }
}

impl<'de> MapAccess<'de> for Probe<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let name = self.field.take().unwrap_or_default();
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(Probe { variant: None, field: None, asked: &mut *self.asked })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only its shape is looked at")]
    enum Move {
        Rest,
        Walk {
            steps: u8,
            to: String,
            fast: Option<bool>,
            by: i64,
        },
        Jump(Height),
        Say(String),
        Pair(u8, u8),
        #[serde(rename = "turn")]
        Turn(Side),
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only its shape is looked at")]
    struct Height {
        cm: u32,
        over: Vec<BTreeMap<String, u8>>,
    }

    #[derive(Deserialize)]
    enum Side {
        Left,
    }

    #[test]
    fn variants_their_fields_and_what_those_take_are_found() {
        let shape = |variant, holds| Shape { variant: Some(variant), holds };
        let walk = vec![("steps", Kind::Integer(0, 255)), ("to", Kind::Text), ("fast", Kind::Flag), ("by", Kind::Any)];
        let jump = vec![("cm", Kind::Integer(0, 4_294_967_295)), ("over", Kind::Any)];
        let expected = [
            shape("Rest", Holds::Nothing),
            shape("Walk", Holds::Fields(walk)),
            shape("Jump", Holds::Fields(jump.clone())),
            shape("Say", Holds::Value(Kind::Text)),
            shape("Pair", Holds::Value(Kind::Any)),
            shape("turn", Holds::Value(Kind::Any)),
        ];
        assert_eq!(shapes::<Move>(), expected);
        assert_eq!(shapes::<Height>(), [Shape { variant: None, holds: Holds::Fields(jump) }]);
        assert_eq!(shapes::<u16>(), [Shape { variant: None, holds: Holds::Value(Kind::Integer(0, 65_535)) }]);
        assert_eq!(shapes::<()>(), [Shape { variant: None, holds: Holds::Value(Kind::Any) }]);
    }
}
