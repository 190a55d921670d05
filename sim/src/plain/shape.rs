//! The shape of a type: the names of an enum's variants, of their fields, and what those take. Found by
//! letting it read from a deserializer that notes the first thing asked for, and then fails.

use serde::de::DeserializeOwned;

use super::{
    probe::{Asked, Probe},
    tagging::Tagging,
};
use crate::scenario::Kind;

/// A variant of an enum, or the whole of a type that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// The variant's name; none for a type that is no enum.
    pub(super) variant: Option<&'static str>,
    /// What the variant or the type holds.
    pub(super) holds: Holds,
}

/// What a variant or a type holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// The variant holds nothing.
    Nothing,
    /// Fields with these names, each of which takes this.
    Fields(Vec<(&'static str, Kind)>),
    /// One value without a name.
    Value(Kind),
}

/// The shapes of a type: one a variant, if it is an enum. What stands beside a tag is one value without a name.
pub(super) fn shapes<T: DeserializeOwned>() -> Vec<Shape> {
    let tagging = Tagging::of::<T>();
    let shape = |name: &&'static str| {
        let holds = match tagging {
            Tagging::External(_) => holds::<T>(Some(name)),
            Tagging::None | Tagging::Internal { .. } | Tagging::Adjacent { .. } => Holds::Value(Kind::Any),
        };
        Shape { variant: Some(name), holds }
    };
    match tagging.variants() {
        [] => vec![Shape { variant: None, holds: holds::<T>(None) }],
        variants => variants.iter().map(shape).collect(),
    }
}

fn holds<T: DeserializeOwned>(variant: Option<&'static str>) -> Holds {
    match Probe::ask::<T>(variant, None) {
        Asked::Nothing => Holds::Nothing,
        Asked::Fields { names, .. } => {
            let kind = |name: &'static str| match Probe::ask::<T>(variant, Some(name)) {
                Asked::Value(kind) => kind,
                Asked::Nothing | Asked::Fields { .. } | Asked::Variants { .. } => Kind::Any,
            };
            Holds::Fields(names.iter().map(|name| (*name, kind(name))).collect())
        }
        Asked::Value(kind) => Holds::Value(kind),
        Asked::Variants { .. } => Holds::Value(Kind::Any),
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
