//! Explanations of the golden ledger: every number adds up again, and every cause is the entry that it says.

use ed25519_dalek::SigningKey;
use machine::{
    kernel::{
        Digest,
        merkle::{leaf_hash, root},
        note::{Checkpoint, NoteKey},
        tlog_proof::{Prover, TlogProof},
    },
    trust::explain::{Chronicle, Explanation as _, Proven, RewardExplained},
};

const GOLDEN: &str = include_str!("golden/trust_v1.jsonl");

fn chronicle(lines: usize) -> Chronicle {
    let mut chronicle = Chronicle::default();
    GOLDEN.lines().take(lines).for_each(|line| chronicle.read(line.as_bytes()).expect("a golden line"));
    chronicle
}

/// Adds the explanation up as a reader with a pencil would.
fn add_up(reward: &RewardExplained) {
    let (base, bonus) = (reward.base_micro.get(), reward.bonus);
    let reckoned =
        u128::from(base) * u128::from(bonus.coherence_ppm.get()) / (1_000_000 * u128::from(bonus.divisor.get()));
    assert_eq!(u128::from(bonus.micro.get()), reckoned, "the bonus");
    let left = reward.caps.iter().map(|cap| cap.left_micro()).min().expect("caps");
    assert_eq!(reward.granted_micro.get(), left.min(base + bonus.micro.get()), "the grant");
    assert_eq!(reward.capped_micro.get(), base + bonus.micro.get() - reward.granted_micro.get(), "what is capped");
}

#[test]
fn every_reward_adds_up_and_follows_from_its_five_entries() {
    let all = chronicle(usize::MAX);
    assert_eq!(all.rewards().count(), 3);
    for reward in all.rewards() {
        add_up(reward);
        let kinds: Vec<&str> = reward.causes.iter().map(|cause| cause.what).collect();
        assert_eq!(kinds.iter().filter(|kind| **kind == "LOGIN").count(), 2);
        for cause in &reward.causes {
            let line = GOLDEN.lines().nth(cause.seq as usize).expect("an entry");
            assert!(line.contains(&format!("\"kind\":\"{}\"", cause.what)), "{line}");
            assert!(line.contains(&cause.user.to_string()), "{line}");
        }
        let closing = reward.causes.last().expect("causes").seq;
        let line = GOLDEN.lines().nth(closing as usize).expect("an entry");
        assert!(line.contains(&format!("\"tx_id\":\"{}\"", reward.tx_id)), "the closing entry grants it");
        assert_eq!((kinds.len(), all.reward(&reward.tx_id)), (5, Some(reward)));
    }
    assert_eq!(all.reward(&Digest::ZERO), None);
}

#[test]
fn a_session_is_explained_before_it_opens_while_it_lasts_and_after_it_was_rotated() {
    let at = |needle: &str| GOLDEN.lines().position(|line| line.contains(needle)).expect("a golden line");
    let rotation = at("\"kind\":\"SESSION_ROTATED\"");
    let line = GOLDEN.lines().nth(rotation).expect("the rotation");
    let (_, rest) =
        line.split_once("\"cause\":\"rotated\",\"kind\":\"SessionClosed\",\"session\":\"").expect("an effect");
    let id = Digest::from_hex(&rest[..64]).expect("an id");
    let opened = at(&format!("\"session\":\"{id}\",\"until\""));
    assert_eq!(chronicle(opened).session(&id), None, "before");
    let during = chronicle(rotation).session(&id).expect("a session");
    assert_eq!((during.active, during.ended, during.opened_by), (true, "", opened as u64));
    let after = chronicle(rotation + 1).session(&id).expect("a session");
    assert_eq!((after.active, after.ended, after.ended_by), (false, "rotated", Some(rotation as u64)));
}

#[test]
fn a_referral_says_what_it_waits_for() {
    let used = GOLDEN.lines().position(|line| line.contains("\"kind\":\"REFERRAL_USE\"")).expect("a referral");
    let all = chronicle(usize::MAX);
    let reward =
        all.rewards().find(|reward| reward.causes.iter().any(|cause| cause.seq == used as u64)).expect("its reward");
    let waiting = chronicle(used + 1).referral(reward.referred).expect("a referral");
    assert_eq!((waiting.closed, waiting.waits_for.len(), waiting.used_by), (false, 2, used as u64));
    let half = chronicle(reward.causes[3].seq as usize + 1).referral(reward.referred).expect("a referral");
    assert_eq!(half.waits_for, [reward.causes[4].user]);
    let closed = all.referral(reward.referred).expect("a referral");
    assert_eq!((closed.closed, closed.waits_for.len()), (true, 0));
    assert_eq!(chronicle(used).referral(reward.referred), None, "before the code was used");
}

#[test]
fn what_an_explanation_names_is_proven_as_far_as_the_checkpoint_reaches() {
    let lines: Vec<Vec<u8>> = GOLDEN.lines().map(|line| line.as_bytes().to_vec()).collect();
    let all = chronicle(usize::MAX);
    let reward = all.rewards().max_by_key(|reward| reward.causes[4].seq).expect("a reward").clone();
    let key = SigningKey::from_bytes(&[5; 32]);
    let public = NoteKey::of("log.example", &key).expect("a name");
    let proven = |size: u64| {
        let leaves: Vec<Digest> = lines[..size as usize].iter().map(|line| leaf_hash(line)).collect();
        let note = Checkpoint { origin: public.name().to_string(), size, root: root(&leaves) };
        let note = note.sign(&key).expect("a name");
        let prover = Prover::new(lines.iter().map(Vec::as_slice), &note).expect("these lines");
        Proven::new(reward.clone(), &lines, Some(&prover))
    };
    let whole = proven(lines.len() as u64);
    assert_eq!(whole.proofs.iter().map(|evidence| evidence.seq).collect::<Vec<_>>(), reward.entries());
    for evidence in &whole.proofs {
        let proof = TlogProof::parse(&evidence.proof).expect("a proof");
        assert_eq!(proof.index, evidence.seq);
        proof.check(evidence.entry.as_bytes(), &public).expect("it holds");
        assert!(proof.check(evidence.entry.replace("user_", "resu_").as_bytes(), &public).is_err(), "forged");
    }
    // the closing entry is not under a checkpoint that ends before it
    assert_eq!(proven(reward.causes[4].seq).proofs.len(), 4);
    assert_eq!(Proven::new(reward, &lines, None).proofs, []);
}

#[test]
fn a_reward_names_the_guards_that_its_closing_entry_passed() {
    let all = chronicle(usize::MAX);
    for reward in all.rewards() {
        let closing = &reward.causes[4];
        let guards: Vec<&str> = reward.guards.iter().map(|guard| guard.name).collect();
        assert_eq!(guards, ["rate_user", "messages"]);
        for guard in &reward.guards {
            assert_eq!(guard.subject, closing.user.to_string());
            assert!(guard.held < guard.max, "{guard:?}");
        }
        // the user's accepted entries in the same window, counted by hand
        let window = |line: &str| line[6..].split(',').next().expect("at").parse::<u64>().expect("a tick") / 60_000;
        let lines: Vec<&str> = GOLDEN.lines().take(closing.seq as usize + 1).collect();
        let now = window(lines[closing.seq as usize]);
        let wrote = format!("\"from\":\"{}\",\"kind\":\"MessageRelayed\"", closing.user);
        let held =
            lines[..closing.seq as usize].iter().filter(|line| window(line) == now && line.contains(&wrote)).count();
        assert_eq!(reward.guards[1].held.get(), held as u64);
    }
}
