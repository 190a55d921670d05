//! The operator's side of an actor: signs with the key in force, and proves new ones.

use ed25519_dalek::{Signer as _, SigningKey};
use machine::{
    kernel::{PublicKey, Signature},
    trust::{
        Event, OperatorBody, OperatorIntent,
        aegis::AegisStaged,
        operator::{OperatorRotated, OperatorSession, proof_message},
        ruleset::RulesetActivated,
        types::{Counter, Which},
    },
};

use super::{Actor, Cast, Then};
use crate::{
    engine::Context,
    trust::{
        client::TrustProcess,
        crypto::{Crypto, secret, sign_sealed},
        story::{Operate, Tamper, What},
    },
};

/// How far the operator's keys have come: which of each is in force, and the last counter.
#[derive(Debug, Default)]
pub(super) struct Seat {
    operator: u32,
    log: u32,
    counter: u64,
}

impl Cast {
    /// The n-th key of the operator, or of the log. Real in every run: their proofs are judged with real curves.
    #[must_use]
    pub fn ledger_key(&self, which: Which, n: u32) -> SigningKey {
        ledger_key(self.seed, which, n)
    }
}

/// The n-th key of the operator, or of the log, of a run.
#[must_use]
pub fn ledger_key(seed: u64, which: Which, n: u32) -> SigningKey {
    SigningKey::from_bytes(&secret(seed, which.text(), &format!("key {n}")))
}

fn public(key: &SigningKey) -> PublicKey {
    PublicKey(key.verifying_key().to_bytes())
}

impl Actor {
    /// Signs and submits the step's operator intent.
    pub(super) fn operate(&mut self, cx: &mut Context<'_, TrustProcess>) {
        let Some(What::Operate(operate)) = self.current().map(|step| step.what.clone()) else { return };
        let (tamper, counter) = self.current().map(|step| (step.spoil.tamper, step.spoil.counter)).unwrap_or_default();
        let stranger = SigningKey::from_bytes(&secret(self.cast.seed, "a stranger", "operator key"));
        let own = self.cast.ledger_key(Which::Operator, self.seat.operator);
        let key = if tamper == Some(Tamper::Wallet) { stranger.clone() } else { own };
        let prover = (tamper == Some(Tamper::Proof)).then_some(stranger);
        let mut intent = OperatorIntent {
            body: self.operator_body(&operate, prover),
            counter: Counter::new(counter.unwrap_or(self.seat.counter + 1)).expect("a scenario's counters start at 1"),
            key: public(&key),
            session: OperatorSession,
            sig: Signature([0; 64]),
        };
        let signed = intent.signed_bytes(&self.cast.origin);
        if tamper != Some(Tamper::Signature) {
            intent.sig = match self.cast.crypto {
                Crypto::Real => Signature(key.sign(&signed).to_bytes()),
                Crypto::Sealed => sign_sealed(&intent.key, &signed),
            };
        }
        self.submitting = Some((Event::Operator(intent).to_canonical(), Then::Operated(operate)));
        self.ask_to_submit(cx);
    }

    fn operator_body(&self, operate: &Operate, prover: Option<SigningKey>) -> OperatorBody {
        match operate {
            Operate::Ruleset(ruleset) => {
                OperatorBody::RulesetActivated(RulesetActivated { ruleset: (**ruleset).clone() })
            }
            Operate::Stage(stage) => OperatorBody::AegisStaged(AegisStaged { stage: *stage }),
            Operate::Rotate(which) => {
                let n = if *which == Which::Log { self.seat.log } else { self.seat.operator };
                let replaced = public(&self.cast.ledger_key(*which, n));
                let new = self.cast.ledger_key(*which, n + 1);
                let message = proof_message(&self.cast.origin, *which, &replaced);
                let proof = Signature(prover.as_ref().unwrap_or(&new).sign(message.as_bytes()).to_bytes());
                OperatorBody::OperatorRotated(OperatorRotated { key: public(&new), proof, which: *which })
            }
        }
    }

    /// The intent is an entry: from the next one on its keys are in force.
    pub(super) fn operated(&mut self, operate: &Operate) {
        self.seat.counter += 1;
        match operate {
            Operate::Rotate(Which::Operator) => self.seat.operator += 1,
            Operate::Rotate(Which::Log) => self.seat.log += 1,
            Operate::Ruleset(_) | Operate::Stage(_) => {}
        }
    }
}
