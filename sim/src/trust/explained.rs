//! Explanations as people read them: points and percent, one fact a line, and every sum written out.

use machine::{
    kernel::{Digest, table::RowKey as _},
    trust::{
        UserId,
        explain::{Cause, Chronicle, ReferralExplained, RewardExplained, SessionExplained},
        time::timestamp,
    },
};
use serde_json::json;

use crate::{
    people::{points, ratio},
    stage::{Explained, Question, Unexplained},
};

/// Answers a question about a ledger, line by line.
///
/// # Errors
/// What is wrong with the ledger or with the question.
pub(super) fn explain(question: &Question, lines: &[Vec<u8>]) -> Result<Vec<Explained>, Unexplained> {
    let mut chronicle = Chronicle::default();
    let until = question.at.map_or(lines.len(), |at| lines.len().min(usize::try_from(at + 1).unwrap_or(usize::MAX)));
    for (seq, line) in lines.iter().take(until).enumerate() {
        chronicle.read(line).map_err(|error| Unexplained::Ledger(format!("entry {seq}: {error}")))?;
    }
    match question.what.as_str() {
        "reward" => rewards(&chronicle, question.id.as_deref()),
        "session" => {
            let id = digest(question.id.as_deref())?;
            let missing = || Unexplained::Ledger(format!("no session {id} was opened in the first {until} entries"));
            chronicle.session(&id).map(|explained| vec![session(&explained)]).ok_or_else(missing)
        }
        _ => {
            let text = question.id.as_deref().unwrap_or_default();
            let wrong = || Unexplained::Question(format!("`{text}` is no user: user_ and 64 hex digits"));
            let user = UserId::parse(text).ok_or_else(wrong)?;
            let missing = || Unexplained::Ledger(format!("{user} used no referral code in the first {until} entries"));
            chronicle.referral(user).map(|explained| vec![referral(&explained)]).ok_or_else(missing)
        }
    }
}

fn digest(id: Option<&str>) -> Result<Digest, Unexplained> {
    let wrong = |what: String| Unexplained::Question(format!("{what}: 64 lower-case hex digits"));
    let text = id.ok_or_else(|| wrong("name it".to_string()))?;
    Digest::from_hex(text).ok_or_else(|| wrong(format!("`{text}` is no id")))
}

fn rewards(chronicle: &Chronicle, id: Option<&str>) -> Result<Vec<Explained>, Unexplained> {
    let Some(text) = id else {
        let mut all: Vec<&RewardExplained> = chronicle.rewards().collect();
        all.sort_by_key(|reward| reward.causes.last().map(|cause| cause.seq));
        return Ok(all.into_iter().map(reward).collect());
    };
    let id = digest(Some(text))?;
    let missing = || Unexplained::Ledger(format!("no reward {id} was granted in {} entries", chronicle.size()));
    chronicle.reward(&id).map(|found| vec![reward(found)]).ok_or_else(missing)
}

fn reward(found: &RewardExplained) -> Explained {
    let (base, bonus) = (found.base_micro.get(), found.bonus);
    let tier = found.tier.map_or("beyond the last tier".to_string(), |tier| format!("the tier up to no. {tier}"));
    let mut text = vec![
        format!("reward {}", found.tx_id),
        format!("  who       {}", found.user),
        format!("  for       inviting {}", found.referred),
        format!("  when      {}", timestamp(found.at.get())),
        format!("  rule      {}, ruleset {}", found.rule, found.ruleset),
        format!("  base      {} points: closed referral no. {}, {tier}", points(base), found.n),
        format!(
            "  bonus     {} points: {} points x {} coherence / {}",
            points(bonus.micro.get()),
            points(base),
            ratio(bonus.coherence_ppm.get()),
            bonus.divisor
        ),
    ];
    text.extend(found.caps.iter().map(|cap| {
        let (limit, used, left) = (cap.limit_micro.get(), cap.used_micro.get(), cap.left_micro());
        let binds = if left == found.granted_micro.get() && found.capped_micro.get() > 0 { "  <- binds" } else { "" };
        format!(
            "  cap       {}: {} - {} points used = {} left{binds}",
            cap.name,
            points(limit),
            points(used),
            points(left)
        )
    }));
    text.push(format!(
        "  granted   {} points; {} were over a cap",
        points(found.granted_micro.get()),
        points(found.capped_micro.get())
    ));
    text.extend(found.causes.iter().map(cause));
    Explained { text, json: json!(found) }
}

fn cause(cause: &Cause) -> String {
    format!("  entry     {:>6}  {:<13} {}", cause.seq, cause.what, cause.user)
}

fn session(found: &SessionExplained) -> Explained {
    let why = match (found.active, found.ended, found.ended_by) {
        (true, ..) => "active: opened, not ended, not expired".to_string(),
        (false, "", _) => format!("not active: it expired at {}", timestamp(found.until.get())),
        (false, ended, by) => {
            format!("not active: {ended} by entry {}", by.map_or("?".to_string(), |by| by.to_string()))
        }
    };
    let text = vec![
        format!("session {}", found.session),
        format!("  who       {}", found.user),
        format!("  device    {}", found.device_key),
        format!("  opened    by entry {}, until {}", found.opened_by, timestamp(found.until.get())),
        format!("  after     entry {}: {why}", found.after),
    ];
    Explained { text, json: json!(found) }
}

fn referral(found: &ReferralExplained) -> Explained {
    let mut text = vec![
        format!("referral of {}", found.user),
        format!("  invited   by {}", found.owner),
        format!("  code      used in entry {}", found.used_by),
    ];
    if found.closed {
        text.push("  closed    both have written to each other since".to_string());
    }
    text.extend(found.waits_for.iter().map(|who| {
        let other = if *who == found.user { found.owner } else { found.user };
        format!("  waits     for a message from {who} to {other}")
    }));
    Explained { text, json: json!(found) }
}
