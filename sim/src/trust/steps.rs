//! What a scenario of the trust loop may say: its steps, tables, actors and expectations, as data.

use machine::trust::{effect::EFFECTS, kinds::precedence, refusal::REFUSALS};

use crate::scenario::{COUNTS, Decimal, KeyWord, Kind, MapKeys, StepWord, TableWord, Vocabulary};

/// Points, exact to a micropoint.
const POINTS: Kind = Kind::Decimal(Decimal { unit: "points", places: 6 });

const fn key(name: &'static str, kind: Kind, doc: &'static str) -> KeyWord {
    KeyWord { name, doc, kind, required: false }
}

const fn needed(name: &'static str, kind: Kind, doc: &'static str) -> KeyWord {
    KeyWord { name, doc, kind, required: true }
}

const TAMPER_NAMES: &[&str] =
    &["signature", "wallet", "device_proof", "prekey_signature", "low_order", "field", "spelling", "session", "proof"];

const ATTACK_NAMES: &[&str] =
    &["replay", "alter", "steal", "impersonate", "truncate", "garbage", "deep", "huge", "twice"];

const DEVICE: KeyWord = key("device", Kind::Text, "Which of the actor's devices; \"phone\" if not said.");
const TAMPER: KeyWord = key("tamper", Kind::OneOf(TAMPER_NAMES), "What is wrong with it.");
const COUNTER: KeyWord = key("counter", Kind::Integer(1, (1 << 53) - 1), "Its counter, instead of the next one.");
const SESSION_OF: KeyWord = key("session_of", Kind::Text, "Names the session of this other device of the actor.");

/// The steps of the trust loop.
pub const STEPS: &[StepWord] = &[
    StepWord {
        name: "login",
        doc: "Opens a session with the wallet, and publishes chat keys if the scope allows.",
        keys: &[
            DEVICE,
            key(
                "scope",
                Kind::Text,
                "What the session may do: a sorted, comma-joined subset of chat,profile,read,referral,session; all if not said.",
            ),
            key("ttl", Kind::Duration, "How long it lives; 30 days if not said."),
            key("issued_in", Kind::Duration, "How far ahead the wallet's clock is."),
            key("issued_ago", Kind::Duration, "How long ago the wallet signed."),
            key(
                "lifetime",
                Kind::Duration,
                "How long the login may be used after it was signed; 10 minutes if not said.",
            ),
            key(
                "anchor",
                Kind::OneOf(&["fresh", "kept", "unknown"]),
                "A fresh challenge, the one got before, or none that ever was.",
            ),
            key("device_of", Kind::Actor, "Uses this other actor's device."),
            TAMPER,
        ],
    },
    StepWord {
        name: "update_profile",
        doc: "Replaces the profile.",
        keys: &[
            needed("name", Kind::Text, "1 to 64 characters."),
            key("bio", Kind::Text, "At most 512 characters."),
            DEVICE,
            TAMPER,
            COUNTER,
            SESSION_OF,
        ],
    },
    StepWord {
        name: "publish_keys",
        doc: "Publishes the device's chat keys again.",
        keys: &[DEVICE, TAMPER, COUNTER, SESSION_OF],
    },
    StepWord {
        name: "use_referral",
        doc: "Uses a referral code: \"X invited me\".",
        keys: &[
            key("of", Kind::ActorOrPrevious, "Whose code."),
            key("code", Kind::Text, "This code, if not an actor's."),
            DEVICE,
            TAMPER,
            COUNTER,
            SESSION_OF,
        ],
    },
    StepWord {
        name: "message",
        doc: "Reads the inbox, then sends an encrypted message to every device of the other.",
        keys: &[
            needed("to", Kind::Actor, "The receiver."),
            needed("text", Kind::Text, "What only the two will read."),
            key("wrong_thread", Kind::Flag, "Names a thread that is not theirs."),
            key("to_nobody", Kind::Flag, "Names a receiver who never logged in."),
            DEVICE,
            TAMPER,
            COUNTER,
            SESSION_OF,
        ],
    },
    StepWord {
        name: "rotate_session",
        doc: "Ends the device's session and goes on under the key of another device, which publishes chat keys of its own.",
        keys: &[needed("to", Kind::Text, "The other device; may be one in use."), DEVICE, TAMPER, COUNTER, SESSION_OF],
    },
    StepWord {
        name: "revoke_session",
        doc: "Ends a session of the actor.",
        keys: &[
            needed("of", Kind::Text, "The device whose session ends; one that never logged in has none."),
            key("reason", Kind::Text, "A label of at most 64 bytes."),
            DEVICE,
            TAMPER,
            COUNTER,
            SESSION_OF,
        ],
    },
    StepWord {
        name: "erase_profile",
        doc: "Erases the profile: its bytes go, its digest stays.",
        keys: &[DEVICE, TAMPER, COUNTER, SESSION_OF],
    },
    StepWord {
        name: "offer_erased",
        doc: "Puts the bytes of the profile again that the actor erased: they must not be taken.",
        keys: &[DEVICE],
    },
    StepWord {
        name: "activate_ruleset",
        doc: "The operator: these numbers change from the next entry on, the others stay.",
        keys: RULESET_STEP,
    },
    StepWord {
        name: "stage_aegis",
        doc: "The operator: how the guards of AEGIS act from the next entry on.",
        keys: &[
            needed("stage", Kind::OneOf(&["off", "observe", "enforce"]), "Count, advise, or refuse."),
            TAMPER,
            COUNTER,
        ],
    },
    StepWord {
        name: "attack",
        doc: "An actor that listens: submits something made of the last intent that was heard of another.",
        keys: &[
            needed("on", Kind::Actor, "Whose intent."),
            needed("how", Kind::OneOf(ATTACK_NAMES), "What is made of it."),
        ],
    },
    StepWord {
        name: "rotate_key",
        doc: "The operator: a new key in the place of one in force.",
        keys: &[
            needed("which", Kind::OneOf(&["operator", "log"]), "Signs operator intents, or checkpoints."),
            TAMPER,
            COUNTER,
        ],
    },
    StepWord { name: "read_inbox", doc: "Fetches and opens the messages that wait.", keys: &[DEVICE] },
    StepWord {
        name: "repeat",
        doc: "Submits the actor's last accepted event again: its first answer must come.",
        keys: &[DEVICE],
    },
    StepWord {
        name: "expect_profile",
        doc: "Looks at somebody's profile, which must say this.",
        keys: &[
            needed("of", Kind::Actor, "Whose."),
            key("points", POINTS, "The points."),
            key("coherence", Kind::Ratio, "The coherence."),
            key("name", Kind::Text, "The name."),
            DEVICE,
        ],
    },
];

const COUNT: Kind = Kind::Integer(0, 1_000_000_000);

/// The numbers of a ruleset that a scenario may set.
macro_rules! ruleset_keys {
    ($($more:expr),*) => {
        &[
            key("bonus_divisor", Kind::Integer(1, 1_000_000_000_000), "The bonus is base x coherence / this."),
            key("coherence_half", Kind::Integer(1, 1_000_000_000_000), "So many closed referrals make one half."),
            key("epoch", Kind::Duration, "The window of the caps."),
            key("mint_cap", POINTS, "All users' points in an epoch."),
            key("user_cap", POINTS, "One user's points in an epoch."),
            key("referral_window", Kind::Duration, "How long after the first login a code may be used."),
            key("rate_user_max", COUNT, "A user's entries in a window."),
            key("rate_first_logins_max", COUNT, "New users in a window."),
            key("rate_sessions_max", COUNT, "Sessions that a user opens in a window."),
            key("messages_max", COUNT, "A user's messages in a window."),
            key("messages_aegis", Kind::Flag, "Whether that guard follows AEGIS."),
            key("code_uses_max", COUNT, "Uses of a code in a window."),
            key("code_uses_aegis", Kind::Flag, "Whether that guard follows AEGIS."),
            $($more),*
        ]
    };
}

const RULESET_STEP: &[KeyWord] =
    ruleset_keys!(key("version", COUNT, "Its version, instead of the next one."), TAMPER, COUNTER);

const TABLES: &[TableWord] = &[
    TableWord {
        name: "genesis",
        doc: "What the ledger begins with.",
        keys: &[
            key("origin", Kind::Text, "The ledger's name; sim.example if not said."),
            key("state_every", Kind::Integer(1, 1 << 20), "How often an entry carries the state root; 1 if not said."),
        ],
    },
    TableWord {
        name: "ruleset",
        doc: "Numbers of the rules, where they differ from the first ruleset.",
        keys: ruleset_keys!(),
    },
    TableWord {
        name: "node",
        doc: "How the node keeps its files.",
        keys: &[
            key("segment_bytes", Kind::Integer(1, 1 << 40), "When a new segment is begun."),
            key("checkpoint_every", Kind::Integer(1, 1 << 40), "Entries between checkpoints."),
            key(
                "accepts_time",
                Kind::Flag,
                "Whether it starts however long after the last entry, or stops over 7 days past it; true if not said.",
            ),
            key("clock_set_after", Kind::Duration, "When, from the start of the run on, its clock is set ahead."),
            key("clock_set_ahead", Kind::Duration, "By how much."),
        ],
    },
];

const ACTOR: &[KeyWord] = &[
    needed(
        "wallet",
        Kind::OneOf(&["eip155", "ed25519", "operator"]),
        "What the actor signs in with; the operator holds the ledger's keys instead.",
    ),
    key("listens", Kind::Flag, "Hears every intent of the others on its way to the node."),
];

/// What may be expected at the end besides [`COUNTS`].
const MEASURES: [KeyWord; 2] = [
    key("points", Kind::Map(MapKeys::Actors, &POINTS), "An actor's points."),
    key("coherence", Kind::Map(MapKeys::Actors, &Kind::Ratio), "An actor's coherence."),
];

/// Everything that a scenario of the trust loop may say. Made once a process, and kept until it ends.
#[must_use]
pub fn vocabulary() -> Vocabulary {
    let codes: Vec<&'static str> = REFUSALS.iter().map(|(_, code, _)| *code).collect();
    let events: Vec<&'static str> = precedence().iter().map(|(kind, _)| *kind).collect();
    let effects: Vec<&'static str> = EFFECTS.iter().map(|(kind, _)| *kind).collect();
    let expect: Vec<KeyWord> = COUNTS.iter().copied().chain(MEASURES).collect();
    Vocabulary {
        actor: ACTOR,
        steps: STEPS,
        tables: TABLES,
        expect: expect.leak(),
        refusals: codes.leak(),
        events: events.leak(),
        effects: effects.leak(),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::story::TAMPERS, *};

    #[test]
    fn every_way_to_spoil_an_intent_has_its_word() {
        assert_eq!(TAMPERS.iter().map(|(_, name)| *name).collect::<Vec<_>>(), TAMPER_NAMES);
    }
}
