//! Answers of `sim explain` for the trust loop, in points and percent, one fact a line, with every sum written out.

use machine::{
    kernel::{
        Digest,
        note::{Checkpoint, NoteKey},
        table::RowKey as _,
        tlog_proof::{Prover, TlogProofError},
    },
    trust::{
        UserId,
        explain::{Cause, Chronicle, Explanation, Proven, ReferralExplained, RewardExplained, SessionExplained},
        limits::GuardExplained,
        time::timestamp,
    },
};
use serde::Serialize;
use serde_json::json;

use super::units::points;
use crate::{
    format::{ratio, span},
    system::{ExplainError, Explained, Question, QuestionKind},
};

/// What can be asked about a ledger of the trust loop.
pub(super) const QUESTIONS: &[QuestionKind] = &[
    QuestionKind { name: "reward", doc: "Why so many points: of the reward with this id, or of all rewards" },
    QuestionKind { name: "session", doc: "Whether the session with this id may act, and why not" },
    QuestionKind { name: "referral", doc: "What the referral of this user waits for" },
];

/// Answers a question about a ledger, line by line.
///
/// # Errors
/// What is wrong with the ledger or with the question.
pub(super) fn explain(question: &Question, lines: &[Vec<u8>]) -> Result<Vec<Explained>, ExplainError> {
    let mut chronicle = Chronicle::default();
    let mut rest = lines;
    let until = question
        .at
        .map_or(lines.len(), |at| usize::try_from(at.saturating_add(1)).unwrap_or(usize::MAX).min(lines.len()));
    let signed = question.checkpoint.as_deref().map(|note| Signed::new(note, lines)).transpose()?;
    let mut vkey = None;
    while chronicle.size() < until as u64
        && let Some((line, after)) = rest.split_first()
    {
        read(&mut chronicle, line)?;
        rest = after;
        vkey = vkey.or_else(|| signed.as_ref()?.key(&chronicle));
    }
    let found = look(question, &chronicle)?;
    // the key that signed may be in force only after the entry that is asked for
    while vkey.is_none()
        && let (Some((line, after)), Some(signed)) = (rest.split_first(), &signed)
    {
        read(&mut chronicle, line)?;
        rest = after;
        vkey = signed.key(&chronicle);
    }
    let shelf = Shelf { lines, signed: signed.zip(vkey) };
    Ok(match found {
        Found::Rewards(all) => all.into_iter().map(|found| shelf.prove(reward(&found), found)).collect(),
        Found::Session(found) => vec![shelf.prove(session(&found), found)],
        Found::Referral(found) => vec![shelf.prove(referral(&found), found)],
    })
}

fn read(chronicle: &mut Chronicle, line: &[u8]) -> Result<(), ExplainError> {
    let seq = chronicle.size();
    chronicle.read(line).map_err(|error| ExplainError::Ledger(format!("entry {seq}: {error}")))
}

/// What was found about a question.
enum Found {
    Rewards(Vec<RewardExplained>),
    Session(SessionExplained),
    Referral(ReferralExplained),
}

fn look(question: &Question, chronicle: &Chronicle) -> Result<Found, ExplainError> {
    let (id, size) = (question.id.as_deref(), chronicle.size());
    let missing = |what: String| ExplainError::Ledger(format!("{what} in the first {size} entries"));
    match question.what.as_str() {
        "reward" if id.is_none() => {
            let mut all: Vec<RewardExplained> = chronicle.rewards().cloned().collect();
            all.sort_by_key(|reward| reward.causes.last().map(|cause| cause.seq));
            Ok(Found::Rewards(all))
        }
        "reward" => {
            let id = digest(id)?;
            let found = chronicle.reward(&id).ok_or_else(|| missing(format!("no reward {id} was granted")))?;
            Ok(Found::Rewards(vec![found.clone()]))
        }
        "session" => {
            let id = digest(id)?;
            chronicle.session(&id).map(Found::Session).ok_or_else(|| missing(format!("no session {id} was opened")))
        }
        _ => {
            let text = id.unwrap_or_default();
            let wrong = || ExplainError::Question(format!("`{text}` is no user: user_ and 64 hex digits"));
            let user = UserId::parse(text).ok_or_else(wrong)?;
            let missing = || missing(format!("{user} used no referral code"));
            chronicle.referral(user).map(Found::Referral).ok_or_else(missing)
        }
    }
}

/// A checkpoint of these lines.
struct Signed<'a> {
    note: &'a str,
    size: u64,
    prover: Prover,
}

impl<'a> Signed<'a> {
    fn new(note: &'a str, lines: &[Vec<u8>]) -> Result<Self, ExplainError> {
        let wrong = |error: TlogProofError| ExplainError::Ledger(format!("checkpoint: {error}"));
        let size = Checkpoint::read_unverified(note.as_bytes()).map_err(|error| wrong(error.into()))?.size;
        let prover = Prover::new(lines.iter().map(Vec::as_slice), note).map_err(wrong)?;
        Ok(Self { note, size, prover })
    }

    /// The key that signed it, once the chronicle has come to its size: the one in force there.
    fn key(&self, chronicle: &Chronicle) -> Option<NoteKey> {
        let key = (chronicle.size() == self.size).then(|| chronicle.log_key())??;
        Checkpoint::open(self.note, &key).ok().map(|_| key)
    }
}

/// The ledger as proofs need it.
struct Shelf<'a> {
    lines: &'a [Vec<u8>],
    signed: Option<(Signed<'a>, NoteKey)>,
}

impl Shelf<'_> {
    /// Sets the proofs beside an explanation, and says under which key they hold.
    fn prove<T: Explanation + Serialize>(&self, mut text: Vec<String>, found: T) -> Explained {
        let named = found.entries().len();
        let proven = Proven::new(found, self.lines, self.signed.as_ref().map(|(signed, _)| &signed.prover));
        text.push(match (&self.signed, proven.proofs.len()) {
            (Some((_, key)), proofs) if proofs > 0 => {
                format!("  proof     of {proofs} of {named} entries in --json; the log's key is {}", key.to_vkey())
            }
            _ => "  proof     none: the entries are under no checkpoint by the log's key".to_string(),
        });
        Explained { text, json: json!(proven) }
    }
}

fn digest(id: Option<&str>) -> Result<Digest, ExplainError> {
    let wrong = |what: String| ExplainError::Question(format!("{what}: 64 lower-case hex digits"));
    let text = id.ok_or_else(|| wrong("name it".to_string()))?;
    Digest::from_hex(text).ok_or_else(|| wrong(format!("`{text}` is no id")))
}

fn reward(found: &RewardExplained) -> Vec<String> {
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
    text.extend(found.guards.iter().map(|guard| {
        let GuardExplained { held, max, name, window_ms, .. } = guard;
        format!("  guard     {name}: {held} of {max} entries in {} before this one", span(window_ms.get()))
    }));
    text.extend(found.causes.iter().map(cause));
    text
}

fn cause(cause: &Cause) -> String {
    format!("  entry     {:>6}  {:<13} {}", cause.seq, cause.what, cause.user)
}

fn session(found: &SessionExplained) -> Vec<String> {
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
    text
}

fn referral(found: &ReferralExplained) -> Vec<String> {
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
    text
}
