//! The trust loop in a world, with and without faults.
use super::*;
use crate::{
    engine::{Source, Verdict, run},
    trust::story::*,
};
use machine::trust::words::Scope;

fn step(actor: u32, title: &str, what: What) -> Step {
    Step {
        title: title.to_string(),
        actor,
        device: "phone".to_string(),
        after_ms: 0,
        refused: None,
        what,
        spoil: Spoil::default(),
    }
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
fn making(crypto: Crypto, faults: Faults) -> Making {
    let cast =
        [("alice", true), ("bob", false)].map(|(name, ethereum)| Role { name: name.to_string(), ethereum }).to_vec();
    let steps = vec![
        step(0, "logs in", login()),
        step(0, "is alice", What::UpdateProfile { name: "Alice".into(), bio: String::new() }),
        step(1, "logs in", login()),
        step(1, "uses alice's code", What::UseReferral(CodeOf::Actor(0))),
        step(0, "writes bob", message(1)),
        step(1, "writes alice", message(0)),
        step(
            1,
            "looks",
            What::ExpectProfile {
                of: 0,
                points_micro: Some(100_000_000),
                coherence_ppm: Some(200_000),
                name: Some("Alice".into()),
            },
        ),
    ];
    Making {
        seed: 1,
        crypto,
        start: 1_767_225_600_000,
        origin: "sim.example".into(),
        state_every: 1,
        ruleset: Ruleset::first(),
        node: Config { segment_bytes: 1 << 16, ..Config::default() },
        faults,
        story: Arc::new(Story { cast, steps }.with_ending()),
    }
}

#[test]
fn the_loop_closes() {
    for crypto in [Crypto::Real, Crypto::Sealed] {
        let world = World::new(making(crypto, Faults::none()));
        let report = run(&world, Source::Seed(1));
        for line in world.tale().lines {
            println!("{line:?}");
        }
        assert_eq!(report.verdict, Verdict::Pass, "{:?}", world.tale());
    }
}

#[test]
fn swarm() {
    let world = World::new(making(Crypto::Sealed, swarm_of_trust()));
    let mut bad = 0;
    let (mut torn, mut restarts, mut killed_and_torn) = (0, 0, 0);
    for seed in 0..200 {
        let report = run(&world, Source::Seed(seed));
        torn += u64::from(world.tale().torn > 0);
        restarts += u64::from(world.tale().restarts > 0);
        killed_and_torn += u64::from(
            report.counters.fired(crate::engine::Fault::Crash) > 0
                && report.counters.fired(crate::engine::Fault::TornWrite) > 0,
        );
        if report.verdict != Verdict::Pass {
            bad += 1;
            if bad < 5 {
                println!("{seed}: {:?}", report.verdict);
                for line in world.tale().lines {
                    println!("   {line:?}");
                }
            }
        }
    }
    println!("both {killed_and_torn} bad {bad} torn {torn} restarts {restarts}");
    assert_eq!(bad, 0);
}

fn swarm_of_trust() -> Faults {
    use crate::engine::{Fault, Rate};
    Faults::swarm().with(Fault::Crash, Rate::About(60_000)).with(Fault::TornWrite, Rate::About(800_000))
}

#[cfg(feature = "planted")]
#[test]
fn planted() {
    for (bug, name, _) in machine::kernel::node::PLANTED {
        let mut making = making(Crypto::Sealed, swarm_of_trust());
        making.node.planted = Some(*bug);
        let world = World::new(making);
        let found = (0..200).find_map(|seed| {
            let report = run(&world, Source::Seed(seed));
            (report.verdict != Verdict::Pass).then_some((seed, report.verdict))
        });
        println!("{name}: {found:?}");
    }
}
