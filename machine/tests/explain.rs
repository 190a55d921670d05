//! Explanations of the golden ledger: every number adds up again, and every cause is the entry that it says.

use machine::{
    kernel::Digest,
    trust::explain::{Chronicle, RewardExplained},
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
