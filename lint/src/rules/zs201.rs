//! ZS201: OS randomness.

use super::{Found, Group, Kind, Rule, View};

/// OS randomness.
pub(super) static RULE: Rule = Rule {
    id: "ZS201",
    title: "OS randomness",
    group: Group::Random,
    what: "Generators that seed themselves: `getrandom`, `rand::random`, `thread_rng`, `OsRng`, `from_entropy`, fastrand, random UUIDs and ULIDs, temporary names.",
    why: "Replay cannot repeat it.",
    instead: "Take a seed or a nonce from the event; keep a generator with a specified algorithm in the state and pass it in.",
    misses: "A generator that arrives through a trait object.",
    message: "`{}` draws randomness that replay cannot repeat",
    bad: r"use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;
fn apply() -> u64 {
    let mut rng = ChaCha8Rng::from_entropy(); //~ ZS201
    draw(&mut rng)
}
fn draw(rng: &mut ChaCha8Rng) -> u64 { rand_core::RngCore::next_u64(rng) }
",
    good: r"use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};
fn apply(seed: u64) -> u64 {
    ChaCha8Rng::seed_from_u64(seed).next_u64()
}
",
    paths: &["getrandom", "rand::random", "rand::random_iter", "rand::random_range", "rand::random_bool", "rand::random_ratio", "rand::fill", "rand::thread_rng", "rand::rng", "rand::make_rng", "rand::rngs::OsRng", "rand::rngs::SysRng", "rand::rngs::ThreadRng", "rand::rngs::ReseedingRng", "rand_core::OsRng", "rand_core::getrandom", "rand::rngs::OsError", "fastrand", "oorandom", "nanoid", "uuid::Uuid::new_v1", "uuid::Uuid::new_v4", "uuid::Uuid::new_v6", "uuid::Uuid::new_v7", "uuid::Uuid::now_v1", "uuid::Uuid::now_v6", "uuid::Uuid::now_v7", "uuid::Timestamp::now", "uuid::ContextV7", "ulid::Ulid::new", "ulid::Generator", "ulid::Ulid::from_datetime", "tempfile", "std::random", "ring::rand", "openssl::rand", "sodiumoxide::randombytes", "rdrand", "rand_jitter", "rand_os", "nanorand", "turborand", "cuid", "cuid2", "ksuid", "svix_ksuid", "names", "mktemp", "randomize", "tempdir", "temp_dir", "temp_file", "short_uuid", "petname", "snowflake", "rusty_ulid::generate_ulid_string", "wyrand", "tiny_id", "xid", "bson::oid::ObjectId::new", "mongodb::bson::oid::ObjectId::new", "ulid::Ulid::generate"],
    methods: &["from_entropy", "from_os_rng"],
    kinds: &[Kind::Path],
    check: Some(check),
    ..Rule::BASE
};

/// Constructors that every seedable generator has, whatever crate it is from.
const SEEDS: &[&str] = &["from_entropy", "from_os_rng", "try_from_os_rng", "from_rng_os"];

fn check(view: &View<'_>) -> Option<Found> {
    if !SEEDS.contains(&view.last_segment()?) {
        return None;
    }
    let named = |path: &String| SEEDS.iter().any(|seed| path.rsplit("::").next() == Some(seed));
    if view.hits.is_empty() {
        return view.last_segment().map(Found::new);
    }
    view.ext_paths().into_iter().find(named).map(Found::new)
}
