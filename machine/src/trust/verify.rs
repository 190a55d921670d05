//! Signatures: everything about an event that can be checked without a state, in the order of judgement.

use alloc::{format, string::String};

use super::{
    curves::Arithmetic,
    event::{Event, Intent},
    judgement::Sender,
    login::{Login, WalletSig},
    machine::Trust,
    refusal::Refusal,
    signing::{Signed, signed_of_written},
    types::Account,
};
use crate::kernel::{PublicKey, Signature, Verifier, tags};

/// Checks the signatures of one ledger's events.
#[derive(Clone, Debug)]
pub struct Signatures<A> {
    /// The ledger's origin: part of everything that is signed.
    pub origin: String,
    /// The arithmetic to check with: real, or that of a simulation.
    pub arithmetic: A,
}

impl<A: Arithmetic> Verifier<Trust> for Signatures<A> {
    fn origin(&self) -> &str {
        &self.origin
    }

    fn verify(&self, event: &Event, bytes: &[u8]) -> Result<(), Refusal> {
        match event {
            // Signed by nobody: whoever founds the ledger writes it, and entry 0 is public.
            Event::Genesis(_) => Ok(()),
            Event::Login(login) => self.login(login),
            Event::Intent(intent) => self.intent(intent, bytes),
            Event::Operator(intent) => self.signed(&intent.key, bytes, &intent.sig),
        }
    }
}

impl<A: Arithmetic> Signatures<A> {
    fn login(&self, login: &Login) -> Result<(), Refusal> {
        let text = login.text(&self.origin);
        match (login.account(), login.sig()) {
            (Account::Eip155(address), WalletSig::Eip191(sig)) => {
                let signer = self.arithmetic.eip191(&text, sig).ok_or(Refusal::BadSignature)?;
                (signer == address).then_some(()).ok_or(Refusal::WrongSigner)?;
            }
            (Account::Ed25519(key), WalletSig::Ed25519(sig)) => {
                self.ed25519(&key, &format!("{}{text}", tags::LOGIN.0), sig, Refusal::BadSignature)?;
            }
            (Account::Eip155(_), WalletSig::Ed25519(_)) | (Account::Ed25519(_), WalletSig::Eip191(_)) => {
                return Err(Refusal::BadSignature);
            }
        }
        let body = login.body();
        self.ed25519(&body.device_key, &format!("{}{text}", tags::DEVICE.0), &body.device_sig, Refusal::DeviceProof)
    }

    fn intent(&self, intent: &Intent, bytes: &[u8]) -> Result<(), Refusal> {
        let Signed { ref body, key, session, sig, .. } = *intent;
        self.signed(&key, bytes, &sig)?;
        body.verify(&Sender { origin: &self.origin, session, key, curves: &self.arithmetic })
    }

    /// Checks the signature of a canonical request, of a user or of the operator.
    fn signed(&self, key: &PublicKey, bytes: &[u8], sig: &Signature) -> Result<(), Refusal> {
        let message = signed_of_written(&self.origin, bytes);
        if self.arithmetic.ed25519(key, &message, sig) { Ok(()) } else { Err(Refusal::BadSignature) }
    }

    fn ed25519(&self, key: &PublicKey, message: &str, sig: &Signature, refusal: Refusal) -> Result<(), Refusal> {
        if self.arithmetic.ed25519(key, message.as_bytes(), sig) { Ok(()) } else { Err(refusal) }
    }
}
