//! The effects of the trust loop in a few words each, for the history of a run.

use machine::trust::{Effect, UserId};

use super::{actor::Cast, units::points};
use crate::format::ratio;

/// An effect in a few words; what says no more than the step itself is left out.
pub(super) fn effect(cast: &Cast, effect: &Effect) -> Option<String> {
    let name = |user: UserId| cast.name_of(user).map_or_else(|| user.to_string(), str::to_string);
    let said = match effect {
        Effect::SessionOpened(opened) if opened.first => format!("{} is new here", name(opened.user)),
        Effect::ReferralUsed(used) => format!("{} was invited by {}", name(used.user), name(used.owner)),
        Effect::ReferralClosed(closed) => {
            format!("the referral closes: {}'s no. {}", name(closed.owner), closed.n)
        }
        Effect::RewardGranted(reward) => {
            let capped = match reward.capped_micro.get() {
                0 => String::new(),
                micro => format!(", {} more were over a cap", points(micro)),
            };
            format!(
                "{} gets {} points ({} + {} bonus{capped})",
                name(reward.user),
                points(reward.granted_micro.get()),
                points(reward.base_micro.get()),
                points(reward.bonus_micro.get()),
            )
        }
        Effect::CoherenceChanged(changed) => {
            format!("{}'s coherence is now {}", name(changed.user), ratio(changed.coherence_ppm.get()))
        }
        Effect::Advised(advised) => format!("guard {} would have refused this", advised.guard),
        Effect::SessionClosed(closed) => {
            let why = closed.reason.as_ref().map(|reason| format!(" (\"{reason}\")")).unwrap_or_default();
            format!("a session of {} is {}{why}", name(closed.user), closed.cause)
        }
        Effect::ProfileChanged(changed) if changed.erased => {
            format!("the profile of {} is erased, its digest stays", name(changed.user))
        }
        Effect::RulesetChanged(changed) => format!("ruleset {} is in force from here on", changed.version),
        Effect::StageChanged(changed) => format!("AEGIS is in stage {} from here on", changed.stage.text()),
        Effect::KeyRotated(rotated) => format!("the {} key is a new one from here on", rotated.which.text()),
        // whatever says no more than its step
        _ => return None,
    };
    Some(said)
}
