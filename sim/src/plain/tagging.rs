//! Where the name of an enum's variant stands in its JSON, as `serde` represents it: outside, in a tag beside the fields, or
//! in a tag beside the content. Found by letting the type's `Deserialize` read maps and fail.

use serde::{
    de::{DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer as _, MapAccess, Visitor},
    forward_to_deserialize_any,
};
use serde_json::{Map, Value};

use super::probe::{Asked, Probe, Stop};

/// How a type's variants are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tagging {
    /// The type is no enum, or one without tags: a value has no name.
    None,
    /// `"Name"` or `{"Name": content}`.
    External(&'static [&'static str]),
    /// `{"tag": "Name", ...fields}`: the tag stands among the fields.
    Internal { tag: &'static str, variants: &'static [&'static str] },
    /// `{"tag": "Name", "content": content}`.
    Adjacent { tag: &'static str, content: Option<&'static str>, variants: &'static [&'static str] },
}

impl Tagging {
    /// How a type writes its variants.
    pub(super) fn of<T: DeserializeOwned>() -> Self {
        match Probe::ask::<T>(None, None) {
            Asked::Variants { names, .. } => Self::External(names),
            Asked::Fields { owner, names: &[tag, ref rest @ ..] } if rest.len() <= 1 => {
                match Probe::ask::<T>(None, Some(tag)) {
                    // only an adjacent tag is an enum of the type's own name
                    Asked::Variants { owner: of, names } if of == owner => {
                        Self::Adjacent { tag, content: rest.first().copied(), variants: names }
                    }
                    _ => Self::None,
                }
            }
            Asked::Value(_) => Self::internal::<T>().unwrap_or(Self::None),
            Asked::Nothing | Asked::Fields { .. } => Self::None,
        }
    }

    /// An internal tag is missed in an empty map, and its variants are named when it holds another name.
    fn internal<T: DeserializeOwned>() -> Option<Self> {
        let Err(Stop::Missing(tag)) = T::deserialize(TagProbe { tag: None }) else { return None };
        let Err(Stop::Unknown(variants)) = T::deserialize(TagProbe { tag: Some(tag) }) else { return None };
        Some(Self::Internal { tag, variants })
    }

    /// The names of all variants.
    pub(super) fn variants(&self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::External(variants) | Self::Internal { variants, .. } | Self::Adjacent { variants, .. } => variants,
        }
    }

    /// The name of a value's variant, and what the variant holds.
    pub(super) fn split(&self, json: &str) -> Option<(String, Value)> {
        match (self, serde_json::from_str(json).ok()?) {
            (Self::External(_), Value::String(name)) => Some((name, Value::Null)),
            (Self::External(_), Value::Object(map)) if map.len() == 1 => map.into_iter().next(),
            (Self::Internal { tag, .. }, Value::Object(mut map)) => {
                let name = name_in(map.remove(*tag)?)?;
                Some((name, if map.is_empty() { Value::Null } else { Value::Object(map) }))
            }
            (Self::Adjacent { tag, content, .. }, Value::Object(mut map)) => {
                let name = name_in(map.remove(*tag)?)?;
                Some((name, content.and_then(|content| map.remove(content)).unwrap_or(Value::Null)))
            }
            _ => None,
        }
    }

    /// The JSON of a variant; `holds` is what it holds, none for nothing. None if an internal tag has no fields to stand among.
    pub(super) fn join(&self, variant: &str, holds: Option<Value>) -> Option<Value> {
        let tagged = |tag: &str| Map::from_iter([(tag.to_string(), Value::from(variant))]);
        Some(match (self, holds) {
            (Self::None | Self::External(_), None) => Value::from(variant),
            (Self::None | Self::External(_), Some(holds)) => {
                Value::Object(Map::from_iter([(variant.to_string(), holds)]))
            }
            (Self::Internal { tag, .. } | Self::Adjacent { tag, .. }, None) => Value::Object(tagged(tag)),
            (Self::Internal { tag, .. }, Some(Value::Object(fields))) => {
                Value::Object(tagged(tag).into_iter().chain(fields).collect())
            }
            (Self::Internal { .. }, Some(_)) => return None,
            (Self::Adjacent { tag, content, .. }, Some(holds)) => {
                let mut map = tagged(tag);
                map.insert((*content)?.to_string(), holds);
                Value::Object(map)
            }
        })
    }
}

fn name_in(tag: Value) -> Option<String> {
    match tag {
        Value::String(name) => Some(name),
        _ => None,
    }
}

/// Gives whoever asks for anything a map: an empty one, or one with a tag that names no variant.
struct TagProbe {
    tag: Option<&'static str>,
}

impl<'de> Deserializer<'de> for TagProbe {
    type Error = Stop;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_map(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for TagProbe {
    type Error = Stop;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Stop> {
        self.tag.take().map(|tag| seed.deserialize(tag.into_deserializer())).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Stop> {
        seed.deserialize("\0".into_deserializer())
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::*;

    #[derive(Serialize, Deserialize)]
    enum Outside {
        Stop,
        Go { to: String },
        Turn(u8),
    }

    #[derive(Serialize, Deserialize)]
    #[serde(tag = "type")]
    enum Inside {
        Stop,
        Go {
            to: String,
        },
        #[serde(rename = "turn")]
        Turn(Angle),
    }

    #[derive(Serialize, Deserialize)]
    #[serde(tag = "t", content = "c")]
    enum Beside {
        Stop,
        Go { to: String },
        Turn(u8),
    }

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Without {
        Go { to: String },
        Turn(u8),
    }

    #[derive(Serialize, Deserialize)]
    struct Angle {
        degrees: u8,
    }

    /// A struct whose first field is an enum has no tag.
    #[derive(Serialize, Deserialize)]
    struct Holds {
        first: Outside,
        second: u8,
    }

    fn split<T: Serialize + DeserializeOwned>(value: &T) -> Option<(String, Value)> {
        Tagging::of::<T>().split(&serde_json::to_string(value).expect("JSON"))
    }

    #[test]
    fn every_representation_is_told_by_its_type() {
        assert_eq!(Tagging::of::<Outside>(), Tagging::External(&["Stop", "Go", "Turn"]));
        assert_eq!(Tagging::of::<Box<Outside>>(), Tagging::External(&["Stop", "Go", "Turn"]));
        let inside = Tagging::Internal { tag: "type", variants: &["Stop", "Go", "turn"] };
        assert_eq!(Tagging::of::<Inside>(), inside);
        let beside = Tagging::Adjacent { tag: "t", content: Some("c"), variants: &["Stop", "Go", "Turn"] };
        assert_eq!(Tagging::of::<Beside>(), beside);
        assert_eq!(Tagging::of::<Result<u8, u8>>(), Tagging::External(&["Ok", "Err"]));
        let none = [
            Tagging::of::<Without>(),
            Tagging::of::<Angle>(),
            Tagging::of::<Holds>(),
            Tagging::of::<u64>(),
            Tagging::of::<f64>(),
            Tagging::of::<()>(),
            Tagging::of::<Vec<u8>>(),
            Tagging::of::<Value>(),
            Tagging::of::<String>(),
        ];
        assert!(none.iter().all(|tagging| *tagging == Tagging::None), "{none:?}");
    }

    #[test]
    fn a_value_splits_into_its_variants_name_and_what_it_holds() {
        let to = || "sea".to_string();
        assert_eq!(split(&Outside::Stop), Some(("Stop".into(), Value::Null)));
        assert_eq!(split(&Outside::Go { to: to() }), Some(("Go".into(), json!({ "to": "sea" }))));
        assert_eq!(split(&Outside::Turn(9)), Some(("Turn".into(), json!(9))));
        assert_eq!(split(&Inside::Stop), Some(("Stop".into(), Value::Null)));
        assert_eq!(split(&Inside::Go { to: to() }), Some(("Go".into(), json!({ "to": "sea" }))));
        assert_eq!(split(&Inside::Turn(Angle { degrees: 9 })), Some(("turn".into(), json!({ "degrees": 9 }))));
        assert_eq!(split(&Beside::Stop), Some(("Stop".into(), Value::Null)));
        assert_eq!(split(&Beside::Go { to: to() }), Some(("Go".into(), json!({ "to": "sea" }))));
        assert_eq!(split(&Beside::Turn(9)), Some(("Turn".into(), json!(9))));
        assert_eq!((split(&Without::Go { to: to() }), split(&Without::Turn(9))), (None, None));
        assert_eq!(split(&Angle { degrees: 9 }), None, "a struct of one field is no variant");
    }

    #[test]
    fn what_is_split_joins_again() {
        let taggings = [Tagging::of::<Outside>(), Tagging::of::<Inside>(), Tagging::of::<Beside>()];
        for tagging in taggings {
            for holds in [None, Some(json!({ "to": "sea" }))] {
                let joined = tagging.join("Go", holds.clone()).expect("a table stands beside any tag");
                let expected = Some(("Go".to_string(), holds.unwrap_or(Value::Null)));
                assert_eq!(tagging.split(&joined.to_string()), expected, "{tagging:?}");
            }
        }
        assert_eq!(Tagging::of::<Inside>().join("Go", Some(json!(1))), None);
    }
}
