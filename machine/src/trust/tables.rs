//! Every table in one place: its key, its row's fields, and when which row is written. With the specification this text is
//! enough to compute each delta and state root in another language; `sim tables --json` prints it.

/// One table.
#[derive(Clone, Copy, Debug)]
pub struct TableDoc {
    /// Its name.
    pub name: &'static str,
    /// How a row's key is written.
    pub key: &'static str,
    /// The row's fields in canonical order: name, type, meaning.
    pub fields: &'static [(&'static str, &'static str, &'static str)],
    /// When rows are written and removed, and with what.
    pub rule: &'static str,
}

/// What all tables share.
pub const COMMON: &str = "An entry is judged whole before any row is written; a refused event writes nothing. `at` is the \
entry's tick, `user` the session's user (for a LOGIN: of the wallet). `now rows of` means after this entry. A row that is \
written with the value that it already had is no change. Types: int = 0..=2^53-1; bool; hex64 and hex128 = lower-case hex \
digits; user = `user_` + hex64; text. The session that an intent uses, its counter included, is written before its kind's rows. There are no optional fields: every field of a row is always present. Keys that name two things join \
them with `/`. Every entry but entry 0 first updates `anchors` (with the `head` row as the entry before left it) and `logins`, judges its \
event against that, and then, if accepted, writes `head`, `guards` and its kind's rows. A session *leaves* when its id goes from its \
user's `sessions` to the end of the user's `ended`: because it was rotated, revoked or evicted in this entry, or because a session-opening \
entry (LOGIN, SESSION_ROTATED) found it expired. A session is active if its `ended` is empty and at < its `until`.";

/// All tables, in the order of their names.
pub const TABLES: &[TableDoc] = &[
    TableDoc {
        name: "aegis",
        key: "only",
        fields: &[("stage", "text", "off, observe or enforce")],
        rule: "GENESIS writes off. AEGIS_STAGED writes its stage.",
    },
    TableDoc {
        name: "anchors",
        key: "hex64: the hash of an entry that was the first of its 10-second window",
        fields: &[("at", "int", "that entry's tick")],
        rule: "If the `head` row (as entry N-1 left it) has first = true, entry N adds hash(N-1) with head.at, and then \
removes each anchor whose successor (the anchor with the next higher tick) has tick + 600,000 <= at. If first = false, \
nothing is added or removed. A LOGIN's anchor is good if it stands in the table after that.",
    },
    TableDoc {
        name: "chat_keys",
        key: "user/hex64: user and device key",
        fields: &[
            ("counter", "int", "the intent's"),
            ("identity_key", "hex64", "as published"),
            ("prekey", "hex64", "as published"),
            ("prekey_sig", "hex128", "as published"),
            ("session", "hex64", "the intent's"),
        ],
        rule: "KEYS_PUBLISHED writes the row of (user, the intent's key). It is stale if the row's session is the intent's \
and its counter is above the intent's. When sessions of a user leave, the row of each of their device keys goes, unless a session \
that stands in the user's `sessions` after this entry (one opened by it included) and is active at the entry's tick has that key.",
    },
    TableDoc {
        name: "circles",
        key: "user/hex64: user U and a device key",
        fields: &[
            ("own", "bool", "whether the key is one of U's `devices`"),
            ("users", "int", "how many users who used U's code have the key among their `devices`"),
        ],
        rule: "U adds device key K (by a LOGIN, or as body.device_key of a SESSION_ROTATED): if U/K has own = true, nothing is \
written. Otherwise U/K gets own = true, `devices` gets a row, and if U used the code of O, O/K gets users + 1; then, if U has more than \
64 `devices`, the oldest of them, with key L, goes: U/L gets own = false, and if U used the code of O, O/L gets users - 1. \
REFERRAL_USE of U with owner O: for each of U's `devices` K, O/K gets users + 1. A row with own = false and users = 0 goes. \
A REFERRAL_USE is duplicate_device if O/K exists for any of U's `devices` K.",
    },
    TableDoc {
        name: "codes",
        key: "the referral code, 26 characters",
        fields: &[("user", "user", "its owner")],
        rule: "A user's first LOGIN writes it, unless another user's row stands there.",
    },
    TableDoc {
        name: "devices",
        key: "user/number, padded to 16 digits: the user's `devices` before this one was added",
        fields: &[("device_key", "hex64", "the key")],
        rule: "The device keys that a user added last, at most 64. U adds K: the row U/n is written, n = U's `devices` in `users`, \
which grows by one; if n >= 64, the row U/(n - 64) goes. See `circles` for when a key is added.",
    },
    TableDoc {
        name: "erased",
        key: "user/hex64: a user, and the sha256 of a blob",
        fields: &[("at", "int", "the tick of the PROFILE_ERASED that named it last")],
        rule: "PROFILE_ERASED writes the row of (user, the profile's blob). No row ever goes.",
    },
    TableDoc {
        name: "genesis",
        key: "only",
        fields: &[("origin", "text", "the ledger's name"), ("state_every", "int", "as in the GENESIS body")],
        rule: "GENESIS writes it.",
    },
    TableDoc {
        name: "guards",
        key: "guard/subject: the guard's name, and a user, a code or `all`",
        fields: &[
            ("count", "int", "accepted entries in the window, this one included"),
            ("window", "int", "floor(at / window_ms)"),
        ],
        rule: "Each accepted entry counts for every guard of the ruleset in force that it concerns, whatever its stage: \
rate_user (subject: the user; every LOGIN and intent), rate_first_logins (all; a user's first LOGIN), rate_sessions (the user; LOGIN \
and SESSION_ROTATED), messages (the user; MESSAGE), code_uses (the code; REFERRAL_USE). Same window: count + 1; another window: count = 1. Operator entries count for nobody. \
An entry is over a guard if its window already holds max.",
    },
    TableDoc {
        name: "head",
        key: "only",
        fields: &[
            ("at", "int", "the entry's tick"),
            ("first", "bool", "whether floor(at / 10,000) differs from that of the entry before; true for entry 0"),
        ],
        rule: "Every entry writes it, entry 0 too.",
    },
    TableDoc {
        name: "issued",
        key: "only",
        fields: &[
            ("epoch", "int", "the epoch of the last reward"),
            ("epoch_micro", "int", "micropoints granted to all in that epoch"),
            ("total_micro", "int", "micropoints granted ever"),
        ],
        rule: "Absent until the first reward. Each RewardGranted, also one of 0, adds granted_micro; a new epoch starts \
epoch_micro at 0. total_micro ends at 2^53-1 as a user's points do: what is over is capped.",
    },
    TableDoc {
        name: "log",
        key: "only",
        fields: &[("key", "hex64", "signs the next checkpoint")],
        rule: "GENESIS writes log_key. OPERATOR_ROTATED of `log` writes body.key.",
    },
    TableDoc {
        name: "logins",
        key: "number/hex64: a LOGIN's expires_at, padded to 16 digits, and its id",
        fields: &[],
        rule: "The LOGINs that could still be replayed; a value is {}. Each entry but entry 0 first removes the rows whose \
expires_at <= at, at most 4: the first ones by key bytes. LOGIN then writes its own. A LOGIN is session_exists if its row \
stands here after that, or its id in `sessions`.",
    },
    TableDoc {
        name: "operator",
        key: "only",
        fields: &[
            ("counter", "int", "the last accepted operator intent's; 0 at first"),
            ("key", "hex64", "signs them"),
        ],
        rule: "GENESIS writes operator_key. Every operator intent writes its counter; OPERATOR_ROTATED of `operator` writes \
body.key too.",
    },
    TableDoc {
        name: "profiles",
        key: "user",
        fields: &[
            ("blob", "object", "{sha256,size} as in the event"),
            ("counter", "int", "the intent's"),
            ("erased", "bool", "whether it was erased since"),
            ("session", "hex64", "the intent's"),
        ],
        rule: "PROFILE_UPDATED writes it, with erased = false. PROFILE_ERASED keeps blob, writes counter and session, and \
sets erased. Either is stale if the row's session is the intent's and its counter is above the intent's. PROFILE_ERASED \
without a row, or with erased = true, is no_profile (judged after stale).",
    },
    TableDoc {
        name: "referrals",
        key: "user: who was invited",
        fields: &[
            ("at", "int", "the REFERRAL_USE entry's tick"),
            ("closed", "bool", "whether both have sent the other a MESSAGE since"),
            ("from_owner", "bool", "whether the owner has sent the user one since"),
            ("from_user", "bool", "whether the user has sent the owner one since"),
            ("owner", "user", "who invited"),
        ],
        rule: "REFERRAL_USE writes it with three times false. A MESSAGE between the two sets from_user or from_owner, and \
closed once both are true; that entry rewards.",
    },
    TableDoc {
        name: "ruleset",
        key: "only",
        fields: &[
            ("bonus_divisor", "int", "as in the ruleset"),
            ("coherence_half", "int", "as in the ruleset"),
            ("epoch_ms", "int", "as in the ruleset"),
            ("guards", "list", "as in the ruleset"),
            ("mint_cap_micro", "int", "as in the ruleset"),
            ("referral_window_ms", "int", "as in the ruleset"),
            ("semantics", "int", "as in the ruleset"),
            ("tiers", "list", "as in the ruleset"),
            ("user_cap_micro", "int", "as in the ruleset"),
            ("version", "int", "as in the ruleset"),
        ],
        rule: "The ruleset in force, whole. GENESIS writes it, and RULESET_ACTIVATED from its entry on: that entry itself is \
judged by the one before.",
    },
    TableDoc {
        name: "sessions",
        key: "hex64: the session's id",
        fields: &[
            ("device_key", "hex64", "signs in it"),
            ("ended", "text", "empty, or how it ended before its time: evicted, revoked or rotated"),
            ("newest", "int", "the newest counter used; 0 at first"),
            ("scope", "text", "as in the LOGIN"),
            ("since", "int", "the LOGIN's tick"),
            ("until", "int", "the LOGIN's tick + ttl"),
            ("user", "user", "whose it is"),
            ("window", "text", "16 hex digits: bit i is set if counter newest-i was used; zeros at first"),
        ],
        rule: "LOGIN writes it. Every accepted intent of the session updates newest and window: a counter above newest \
shifts the window left by the difference (64 or more: to zero) and sets bit 0, one at or below sets its bit, also for the \
intent that ends it. SESSION_ROTATED sets ended of the intent's session to rotated and writes the row of the new one (id = \
event id): device_key = body.device_key, newest 0, zeros, all else as the old row has it. SESSION_REVOKED sets ended of \
body.session to revoked; that must be a session of the user (else unknown_session) and active (else session_inactive; both judged as \
rules of the kind, after the limits). A LOGIN evicts: see `users`. An expired session keeps ended empty. A row goes when its id \
drops out of its user's `ended`.",
    },
    TableDoc {
        name: "users",
        key: "user",
        fields: &[
            ("account", "text", "0x + 40 hex digits, or hex64"),
            ("closed", "int", "closed referrals of the user's code"),
            ("coherence_ppm", "int", "floor(1,000,000 x loops / (loops + coherence_half)); changed only with loops"),
            ("created", "int", "the first LOGIN's tick"),
            ("devices", "int", "how many device keys the user ever added"),
            ("ended", "list", "ids of the sessions that left last, the newest last; at most 16"),
            ("epoch", "int", "the epoch of the user's last reward; 0 at first"),
            ("epoch_micro", "int", "micropoints granted to the user in that epoch"),
            ("loops", "int", "closed referrals that the user is part of, on either side"),
            ("messaged", "bool", "whether the user ever sent a MESSAGE"),
            ("points_micro", "int", "micropoints"),
            ("sessions", "list", "ids of the sessions that did not leave, by LOGIN order; at most 16"),
        ],
        rule: "A user's first LOGIN writes it with zeros, false and []. A LOGIN (the first too) and a SESSION_ROTATED first let \
each session that is not active at their tick leave, in the order of `sessions`. Then, if 16 are left, a LOGIN evicts the first \
(ended = evicted; it leaves), and appends its own id to `sessions`. SESSION_ROTATED: the intent's session leaves, and the new one's id \
stands in its place. SESSION_REVOKED: body.session leaves. Last, while `ended` has more than 16 ids, the first drops out and its row in \
`sessions` (the table) goes. A MESSAGE sets messaged of its sender. A closing MESSAGE \
raises, of the referrer: closed, loops, coherence_ppm, epoch, epoch_micro (from 0 in a new epoch), points_micro; of the \
referred: loops, coherence_ppm.",
    },
];

#[cfg(test)]
mod tests {
    use super::TABLES;
    use crate::{kernel::table::Tables as _, trust::State};

    #[test]
    fn every_table_of_the_state_is_documented_and_no_other() {
        let mut names = alloc::vec::Vec::new();
        State::default().each(&mut |table| names.push(table.name()));
        assert_eq!(names, TABLES.iter().map(|table| table.name).collect::<alloc::vec::Vec<_>>());
    }
}
