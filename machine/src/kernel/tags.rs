//! Every domain tag in one table: no hashed or signed string of one kind can pass for another.

/// A domain tag: the first line of a hashed or signed string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag(pub &'static str);

macro_rules! tags {
    ($($name:ident = $text:literal, $what:literal;)*) => {
        $(#[doc = $what] pub const $name: Tag = Tag($text);)*
        /// All tags with what they are for, in the order of the text.
        pub const ALL: &[(Tag, &str)] = &[$(($name, $what)),*];
    };
}

tags! {
    CIPHERTEXT = "qfs/ciphertext/v2\n", "A ciphertext, in what an encrypted message's tag covers.";
    DELTA = "qfs/delta/v1\n", "The rows that one entry changed.";
    DEVICE = "qfs/device/v1\n", "What a new device key signs: that it takes part in a LOGIN or a rotation.";
    DURABLE = "qfs/durable/v1\n", "The mark of what is known durable: local, never part of the ledger.";
    ENTRY = "qfs/entry/v1\n", "A ledger entry without its `hash`.";
    EXPORT = "qfs/export/v2\n", "Associated data of an encrypted history.";
    INTENT = "qfs/intent/v1\n", "What a device key signs, and the event id of an intent.";
    KEY = "qfs/key/v1\n", "A row's key: its place in the table's tree.";
    LOGIN = "qfs/login/v1\n", "A LOGIN's text: session id, and what an ed25519 wallet signs.";
    MSG = "qfs/msg/v2\n", "Associated data of an encrypted message.";
    OPERATOR = "qfs/operator/v1\n", "What a new operator or log key signs.";
    PREKEY = "qfs/prekey/v1\n", "What a device key signs over its chat keys.";
    REFERRAL = "qfs/referral/v1\n", "A user's referral code.";
    REWARD = "qfs/reward/v1\n", "A reward's `tx_id`.";
    SAFETY = "qfs/safety/v2\n", "One user's half of a safety number.";
    SNAPSHOT = "qfs/snapshot/v1\n", "A snapshot file: a local cache, never part of the ledger.";
    STATE = "qfs/state/v1\n", "The state root: the digests of all tables.";
    THREAD = "qfs/thread/v1\n", "The thread of two users.";
    TOKEN = "qfs/token/v1\n", "A bearer token.";
    USER = "qfs/user/v1\n", "A user id.";
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn tags_are_sorted_distinct_and_end_in_a_newline() {
        assert!(ALL.windows(2).all(|pair| pair[0].0.0 < pair[1].0.0), "keep the table sorted, each tag once");
        for (tag, _) in ALL {
            assert!(tag.0.starts_with("qfs/") && tag.0.ends_with('\n'), "{tag:?}");
        }
    }
}
