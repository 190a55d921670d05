//! The trust loop in a world: with real and sealed keys, under a swarm of faults, and with bugs switched on.

use machine::trust::{Trust, types::Scope};

use super::*;
use crate::trust::crypto::secret;
use crate::{
    engine::{Source, Verdict, run},
    system::System as _,
    trust::story::{ActorStep, AnchorOf, CodeOf, LoginStep, Role, Spoil, What},
};

fn step(actor: u32, title: &str, what: What) -> ActorStep {
    let (title, device) = (title.to_string(), "phone".to_string());
    ActorStep { title, actor, device, after_ms: 0, refused: None, what, spoil: Spoil::default() }
}

fn login() -> What {
    What::Login(LoginStep {
        scope: Scope::ALL,
        ttl_ms: 2_592_000_000,
        issued_in_ms: 0,
        issued_ago_ms: 0,
        lifetime_ms: 600_000,
        anchor: AnchorOf::Fresh,
        device_of: None,
    })
}

fn message(to: u32) -> What {
    What::Message { to, text: "hi".to_string(), wrong_thread: false, to_nobody: false }
}

fn settings(crypto: Crypto, faults: Faults) -> TrustSettings {
    let role =
        |(name, ethereum): (&str, bool)| Role { name: name.to_string(), ethereum, operator: false, listens: false };
    let points = What::ExpectProfile {
        of: 0,
        points_micro: Some(100_000_000),
        coherence_ppm: Some(200_000),
        name: Some("Alice".to_string()),
    };
    let steps = vec![
        step(0, "logs in", login()),
        step(0, "is alice", What::UpdateProfile { name: "Alice".to_string(), bio: String::new() }),
        step(1, "logs in", login()),
        step(1, "uses alice's code", What::UseReferral(CodeOf::Actor(0))),
        step(0, "writes bob", message(1)),
        step(1, "writes alice", message(0)),
        step(1, "looks", points),
    ];
    let story =
        Story { cast: [("alice", true), ("bob", false)].map(role).to_vec(), steps, at_once: 0..0 }.with_ending();
    TrustSettings {
        seed: 1,
        crypto,
        start: 1_767_225_600_000,
        origin: "sim.example".to_string(),
        state_every: 1,
        ruleset: Ruleset::first(),
        node: Config { segment_bytes: 4_096, checkpoint_every: 4, ..Config::default() },
        accepts_time: true,
        clock_jump: None,
        faults,
        story: Arc::new(story),
    }
}

#[test]
fn the_loop_closes_and_no_secret_is_on_the_disk() {
    for crypto in [Crypto::Real, Crypto::Sealed] {
        let world = settings(crypto, Faults::none()).setup();
        let report = run(&world, Source::Seed(1));
        let history = world.history();
        assert_eq!((report.verdict, &history.failures), (Verdict::Pass, &Vec::new()), "{history:#?}");
        assert!(history.files.len() > 5, "segments, blobs, a checkpoint");
        for secret in secrets(&world) {
            let hex = machine::kernel::digest::hex(&secret);
            for (name, bytes) in &history.files {
                let found = bytes.windows(32).any(|part| part == secret)
                    || bytes.windows(64).any(|part| part == hex.as_bytes());
                assert!(!found, "a secret key stands in {name}");
            }
        }
    }
}

/// Every secret that an actor, the log or the operator has.
fn secrets(world: &LedgerSetup<TrustWorld>) -> Vec<[u8; 32]> {
    let cast = world.world().cast();
    let names: Vec<&str> = cast.story.cast.iter().map(|role| role.name.as_str()).collect();
    let own = names.iter().flat_map(|name| {
        let chat = ["identity", "prekey"].map(|purpose| secret(cast.seed, &format!("{name} phone"), purpose));
        [secret(cast.seed, name, "wallet"), secret(cast.seed, name, "device phone")].into_iter().chain(chat)
    });
    own.chain([secret(cast.seed, "log", "key 0"), secret(cast.seed, "operator", "key 0")]).collect()
}

#[test]
fn nothing_acknowledged_is_lost_under_a_swarm_of_faults() {
    let world = settings(Crypto::Sealed, Trust::swarm()).setup();
    let (mut restarts, mut torn) = (0, 0);
    for seed in 0..60 {
        let report = run(&world, Source::Seed(seed));
        let history = world.history();
        assert_eq!((&report.verdict, &history.failures), (&Verdict::Pass, &Vec::new()), "seed {seed}: {history:#?}");
        restarts += history.restarts;
        torn += history.torn;
    }
    assert!(restarts > 60 && torn > 0, "{restarts} restarts, {torn} torn groups");
}

/// The node stops before it stamps anything with the new time, and goes on once somebody vouches for that.
#[test]
fn a_clock_that_is_set_stops_the_node_and_ends_no_session() {
    for (by_ms, halts) in [(60_000, 0), (60_001, 1), (6 * 86_400_000, 1)] {
        let mut settings = settings(Crypto::Sealed, Faults::none());
        // in the pause after both have logged in: their own clocks are right
        settings.clock_jump = Some(ClockJump { after_ms: 30_000, by_ms });
        let mut story = Story::clone(&settings.story);
        story.steps[4].after_ms = 60_000;
        settings.story = Arc::new(story);
        let world = settings.setup();
        let report = run(&world, Source::Seed(1));
        let history = world.history();
        assert_eq!((&report.verdict, &history.failures), (&Verdict::Pass, &Vec::new()), "{by_ms} ms: {history:#?}");
        assert_eq!((report.counters.halts, history.restarts), (halts, halts), "{by_ms} ms");
    }
}

#[cfg(feature = "planted")]
#[test]
fn each_planted_bug_is_found_within_200_seeds() {
    use crate::engine::{Fault, Rate};
    // a duplicate must come within the millisecond in which the first one is not yet durable
    let faults = Trust::swarm().with(Fault::Duplicate, Rate::About(200_000));
    for (bug, name, _) in machine::kernel::node::PLANTED {
        let mut settings = settings(Crypto::Sealed, faults);
        settings.node.planted = Some(*bug);
        let world = settings.setup();
        let found = (0..200).any(|seed| run(&world, Source::Seed(seed)).verdict != Verdict::Pass);
        assert!(found, "{name}");
    }
}
