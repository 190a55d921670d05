//! Which actions a step needs, and what each does with the door's answer.

use std::collections::VecDeque;

use machine::{
    door::{PublicProfile, Reply, Request},
    kernel::Digest,
    trust::{
        Body, UserId,
        profile::{ProfileErased, ProfileUpdated},
        referral::ReferralUse,
        types::{Code, Right},
    },
};

use super::{Actor, Then};
use crate::{
    engine::Context,
    format::ratio,
    ledger::{Note, StepOutcome},
    trust::{
        client::TrustProcess,
        message::TrustNote,
        story::{AnchorOf, CodeOf, What},
        units::points,
    },
};

/// A part of a step: asks the door one thing, or computes.
#[derive(Clone, Debug)]
pub(super) enum Action {
    /// Asks the door for a challenge.
    Challenge,
    /// Signs and submits the LOGIN.
    Login,
    /// Makes the profile's blob, or seals the message.
    MakeProfile,
    SealMessage,
    /// Stores the blob that was made.
    PutBlob,
    /// Signs and submits the step's own intent, or the chat keys that follow a login.
    Submit,
    PublishKeys,
    /// Signs and submits the step's operator intent.
    Operate,
    /// Submits the same bytes once more.
    SubmitAgain,
    /// Gets the messages that wait; then, for each: its blob, its sender's keys, and opens it.
    FetchInbox,
    FetchCiphertext,
    FetchSender,
    Open,
    /// Gets the chat keys of a user's devices.
    FetchKeys(UserId),
    /// Looks at a profile, and at its blob.
    Look(UserId),
    LookAtBlob(Digest),
    /// Submits the last accepted intent.
    Repeat,
    /// Puts the bytes of the last profile again.
    OfferErased,
    /// Submits something made of what was overheard.
    Attack,
}

impl Actor {
    pub(super) fn plan_of(&self, step: usize) -> VecDeque<Action> {
        let Some(step) = self.cast.story.steps.get(step) else { return VecDeque::new() };
        let actions = match &step.what {
            What::Login(login) => {
                let publishes = login.scope.allows(Right::Chat) && step.refused.is_none();
                let challenge = (login.anchor == AnchorOf::Fresh).then_some(Action::Challenge);
                challenge.into_iter().chain([Action::Login]).chain(publishes.then_some(Action::PublishKeys)).collect()
            }
            What::UpdateProfile { .. } => vec![Action::MakeProfile, Action::PutBlob, Action::Submit],
            What::PublishKeys | What::UseReferral(_) | What::RevokeSession { .. } | What::EraseProfile => {
                vec![Action::Submit]
            }
            What::RotateSession { .. } => {
                let scope = self.devices.get(&step.device).and_then(|device| device.scope);
                let publishes = scope.is_some_and(|scope| scope.allows(Right::Chat)) && step.refused.is_none();
                [Action::Submit].into_iter().chain(publishes.then_some(Action::PublishKeys)).collect()
            }
            What::Operate(_) => vec![Action::Operate],
            What::Message { to, .. } => vec![
                Action::FetchInbox,
                Action::FetchKeys(self.cast.user(*to)),
                Action::FetchKeys(self.cast.user(self.index)),
                Action::SealMessage,
                Action::PutBlob,
                Action::Submit,
            ],
            What::Repeat => vec![Action::Repeat],
            What::OfferErased => vec![Action::OfferErased],
            What::Attack { .. } => vec![Action::Attack],
            What::ExpectProfile { of, .. } => vec![Action::Look(self.cast.user(*of))],
            What::ReadInbox => vec![Action::FetchInbox],
            What::Close => Vec::new(),
        };
        actions.into()
    }

    pub(super) fn act(&mut self, action: Action, cx: &mut Context<'_, TrustProcess>) {
        match action {
            Action::Challenge => self.ask(Request::Challenge, cx),
            Action::Login => self.submit_login(cx),
            Action::MakeProfile => self.make_profile(),
            Action::SealMessage => self.seal_message(self.now(cx)),
            Action::PutBlob => {
                if let Some((_, bytes)) = self.blob.clone() {
                    self.ask(Request::PutBlob { owner: self.cast.user(self.index), bytes }, cx);
                }
            }
            Action::Submit => self.submit_step(cx),
            Action::PublishKeys => {
                let keys = self.keys_to_publish();
                self.submit(Body::KeysPublished(keys), cx);
            }
            Action::Operate => self.operate(cx),
            Action::SubmitAgain => self.ask_to_submit(cx),
            Action::Attack => self.attack(cx),
            Action::FetchInbox => self.fetch_inbox(cx),
            Action::FetchCiphertext => self.fetch_ciphertext(cx),
            Action::FetchSender => self.fetch_sender(cx),
            Action::Open => self.open_message(cx),
            Action::FetchKeys(user) => self.ask(Request::Keys(user), cx),
            Action::Look(user) => self.ask(Request::Profile(user), cx),
            Action::LookAtBlob(sha256) => self.ask(Request::GetBlob { reader: self.cast.user(self.index), sha256 }, cx),
            Action::OfferErased => {
                self.blob.clone_from(&self.profile);
                self.act(Action::PutBlob, cx);
            }
            Action::Repeat => {
                self.submitting = self.last_accepted.clone().map(|bytes| (bytes, Then::Nothing));
                self.ask_to_submit(cx);
            }
        }
    }

    fn submit_step(&mut self, cx: &mut Context<'_, TrustProcess>) {
        let Some(what) = self.current().map(|step| step.what.clone()) else { return };
        let blob = self.blob.as_ref().map(|(blob, _)| *blob);
        let body = match (what, blob) {
            (What::UpdateProfile { .. }, Some(blob)) => Body::ProfileUpdated(ProfileUpdated { blob }),
            (What::PublishKeys, _) => Body::KeysPublished(self.keys_to_publish()),
            (What::UseReferral(code), _) => match self.code(&code) {
                Some(code) => Body::ReferralUse(ReferralUse { code }),
                None => return self.fail(format!("{code:?} is no code")),
            },
            (What::Message { to, wrong_thread, to_nobody, .. }, Some(blob)) => {
                Body::Message(self.message_to(to, wrong_thread, to_nobody, blob))
            }
            (What::RotateSession { to }, _) => Body::SessionRotated(self.rotation(&to)),
            (What::RevokeSession { target, reason }, _) => Body::SessionRevoked(self.revocation(&target, &reason)),
            (What::EraseProfile, _) => Body::ProfileErased(ProfileErased {}),
            _ => return self.fail("nothing to submit".to_string()),
        };
        self.submit(body, cx);
    }

    fn offers_erased(&self) -> bool {
        matches!(self.current().map(|step| &step.what), Some(What::OfferErased))
    }

    fn code(&self, code: &CodeOf) -> Option<Code> {
        use machine::kernel::table::RowKey as _;
        match code {
            CodeOf::Actor(actor) => Some(Code::of(&self.cast.user(*actor))),
            CodeOf::Text(text) => Code::parse(text),
        }
    }

    /// Takes an answer of the door.
    pub(super) fn heed(&mut self, reply: &Reply, cx: &mut Context<'_, TrustProcess>) {
        match reply {
            Reply::Challenge { anchor, .. } => self.device().anchor = Some(*anchor),
            Reply::Accepted(receipt) => {
                let (seq, repeated) = (receipt.seq, receipt.repeated);
                self.accepted(receipt.id);
                self.sent(cx);
                self.outcome.get_or_insert(StepOutcome::Accepted { seq, repeated });
            }
            Reply::Refused { refusal, .. } => self.refused(*refusal, cx),
            Reply::NoBlob(_) => {
                self.plan.push_front(Action::SubmitAgain);
                self.plan.push_front(Action::PutBlob);
            }
            Reply::Erased(_) if self.offers_erased() => {
                cx.note(Note::Own(TrustNote::ErasedRefused));
                self.outcome = Some(StepOutcome::Seen("not taken".to_string()));
            }
            Reply::Erased(_) => self.fail("these bytes were erased: they are not taken again".to_string()),
            Reply::Stored(_) if self.offers_erased() => self.fail("erased bytes were taken again".to_string()),
            Reply::Stored(_) | Reply::Unavailable => {}
            Reply::Blob(bytes) => self.heed_blob(bytes.as_deref()),
            Reply::Keys(devices) => self.recipients.extend(devices.iter().copied()),
            Reply::Messages(messages) => self.heed_messages(messages),
            Reply::Profile(profile) => self.heed_profile(profile.as_ref()),
        }
    }

    /// The door took what was submitted: a login opens the device's session, and anything may be repeated.
    fn accepted(&mut self, id: Digest) {
        let Some((bytes, then)) = self.submitting.take() else { return };
        self.last_accepted = Some(bytes);
        match then {
            Then::Nothing => {}
            Then::Session(label) => {
                if matches!(self.current().map(|step| &step.what), Some(What::RotateSession { .. })) {
                    self.acting = Some(label);
                }
                let device = self.device();
                (device.session, device.counter) = (Some(id), 0);
            }
            Then::Operated(operate) => self.operated(&operate),
        }
    }

    fn heed_profile(&mut self, found: Option<&PublicProfile>) {
        let Some(What::ExpectProfile { points_micro, coherence_ppm, name, .. }) =
            self.current().map(|step| step.what.clone())
        else {
            return;
        };
        let Some(found) = found else { return self.fail("there is no such user".to_string()) };
        let (micro, ppm) = (found.points_micro.get(), found.coherence_ppm.get());
        let (wanted_micro, wanted_ppm) = (points_micro.unwrap_or(micro), coherence_ppm.unwrap_or(ppm));
        if (wanted_micro, wanted_ppm) != (micro, ppm) {
            return self.fail(format!(
                "expected {} points and {} coherence, found {} and {}",
                points(wanted_micro),
                ratio(wanted_ppm),
                points(micro),
                ratio(ppm),
            ));
        }
        let seen = format!("{} points, coherence {}", points(micro), ratio(ppm));
        self.outcome = Some(StepOutcome::Seen(seen));
        match (name, found.blob) {
            (Some(_), Some(blob)) => self.plan.push_front(Action::LookAtBlob(blob.sha256())),
            (Some(_), None) => self.fail("there is no profile".to_string()),
            (None, _) => {}
        }
    }

    fn heed_blob(&mut self, bytes: Option<&[u8]>) {
        match self.current().map(|step| step.what.clone()) {
            Some(What::ExpectProfile { name: Some(expected), .. }) => {
                let profile = bytes.and_then(|bytes| serde_json::from_slice::<serde_json::Value>(bytes).ok());
                let name =
                    profile.as_ref().and_then(|profile| profile["name"].as_str()).unwrap_or_default().to_string();
                if name != expected {
                    self.fail(format!("expected the name {expected}, found {name}"));
                }
            }
            _ => self.heed_ciphertext(bytes),
        }
    }
}
