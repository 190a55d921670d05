//! An actor: a client with real keys that takes its steps, and asks again when no answer comes, as clients do.
//!
//! A step is a plan of actions. An action either asks the door one thing (`exchange`) or computes; `plans` says which
//! actions a step needs, `intents` makes what is signed, `chats` reads and writes what is encrypted.

mod attacks;
mod chats;
mod exchange;
mod intents;
mod operator;
mod plans;

use std::{
    borrow::Cow,
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use machine::{
    door::Request,
    kernel::{Digest, Int, PublicKey, Tick},
    trust::{
        Refusal, UserId,
        types::{Account, Blob, Scope},
    },
};

use super::{
    client::{TrustMessage, TrustProcess},
    crypto::{Crypto, DeviceKey, Wallet, secret},
    story::{Operate, Role, Story, What},
};
use crate::{
    engine::{Context, Input, ProcessId},
    ledger::{Exchange, Note, StepOutcome, WireMessage},
};
use chats::{Chat, Reading};
use operator::Seat;
pub use operator::ledger_key;
use plans::Action;

/// What all actors know of their world.
#[derive(Debug)]
pub struct Cast {
    /// The seed of keys.
    pub seed: u64,
    /// Real signatures, or sealed ones.
    pub crypto: Crypto,
    /// The ledger's name, which every signature covers.
    pub origin: String,
    /// The tick at which the run starts.
    pub start: Tick,
    /// The id of the node's process.
    pub node: ProcessId,
    /// The id of the director's process.
    pub director: ProcessId,
    /// Who takes which steps.
    pub story: Arc<Story>,
    /// Everybody's wallet, in the order of the cast.
    pub wallets: Vec<Wallet>,
    /// Everybody's account: people know each other's addresses.
    pub accounts: Vec<Account>,
    /// Everybody's user id, in the order of the cast.
    pub users: Vec<UserId>,
}

impl Cast {
    /// Gives everybody a wallet.
    pub(super) fn make_wallets(&mut self) {
        let wallet = |role: &Role| {
            let secret = secret(self.seed, &role.name, "wallet");
            if role.ethereum {
                Wallet::Eip155 { crypto: self.crypto, secret }
            } else {
                Wallet::Ed25519(DeviceKey::new(self.crypto, secret))
            }
        };
        self.wallets = self.story.cast.iter().map(wallet).collect();
        self.accounts = self.wallets.iter().map(Wallet::account).collect();
        self.users = self.accounts.iter().map(UserId::of).collect();
    }

    /// The key of an actor's device.
    #[must_use]
    pub fn device_key(&self, actor: u32, device: &str) -> DeviceKey {
        let name = &self.story.cast[actor as usize].name;
        DeviceKey::new(self.crypto, secret(self.seed, name, &format!("device {device}")))
    }

    /// An actor's user id.
    #[must_use]
    pub fn user(&self, actor: u32) -> UserId {
        self.users[actor as usize]
    }

    /// The name of a user of the cast.
    #[must_use]
    pub fn name_of(&self, user: UserId) -> Option<&str> {
        let at = self.users.iter().position(|known| *known == user)?;
        Some(&self.story.cast[at].name)
    }
}

/// One device of an actor.
pub(super) struct Device {
    pub(super) key: DeviceKey,
    pub(super) session: Option<Digest>,
    pub(super) counter: u64,
    /// What its session may do.
    scope: Option<Scope>,
    /// The challenge that it got last.
    anchor: Option<Digest>,
    pub(super) chat: Chat,
}

/// What an actor does once its event is an entry.
#[derive(Clone, Debug)]
pub(super) enum Then {
    /// The actor goes on with its plan.
    Nothing,
    /// The event's id is the session of this device, and the step goes on there.
    Session(String),
    /// The operator's keys and counter move on.
    Operated(Operate),
}

/// The process of one actor: its keys, its devices, and the step under way.
pub struct Actor {
    cast: Arc<Cast>,
    index: u32,
    devices: BTreeMap<String, Device>,
    /// The step under way, the plan for it, and what came of its own event.
    step: Option<usize>,
    plan: VecDeque<Action>,
    outcome: Option<StepOutcome<Refusal>>,
    exchange: Exchange<Request>,
    /// Steps that are done, with their outcome: a director whose answer got lost asks again.
    done: BTreeMap<usize, StepOutcome<Refusal>>,
    last_accepted: Option<Vec<u8>>,
    /// The bytes that are submitted now, and what follows once they are an entry.
    submitting: Option<(Vec<u8>, Then)>,
    /// The device that the rest of the step is taken on, if not the step's own.
    acting: Option<String>,
    seat: Seat,
    blob: Option<(Blob, Vec<u8>)>,
    /// The actor's last profile.
    profile: Option<(Blob, Vec<u8>)>,
    /// The number that the next message of each chain that was heard should have, by session and turn.
    expected: BTreeMap<(PublicKey, Int), u64>,
    inbox: VecDeque<Reading>,
    /// The marker of the message that was sealed.
    marker: Option<[u8; 16]>,
    recipients: Vec<machine::door::DeviceKeys>,
    /// The last intent that was heard of each of the others.
    overheard: BTreeMap<u32, Vec<u8>>,
}

impl Actor {
    /// An actor who has not done anything yet.
    #[must_use]
    pub fn new(cast: Arc<Cast>, index: u32) -> Self {
        Self {
            cast,
            index,
            devices: BTreeMap::new(),
            step: None,
            plan: VecDeque::new(),
            outcome: None,
            exchange: Exchange::default(),
            done: BTreeMap::new(),
            last_accepted: None,
            submitting: None,
            acting: None,
            seat: Seat::default(),
            blob: None,
            profile: None,
            expected: BTreeMap::new(),
            inbox: VecDeque::new(),
            marker: None,
            recipients: Vec::new(),
            overheard: BTreeMap::new(),
        }
    }

    pub(super) fn waiting_for(&self) -> Option<Cow<'static, str>> {
        self.step.map(|step| Cow::Owned(format!("step {}", step + 1)))
    }

    pub(super) fn on(&mut self, input: Input<TrustMessage>, cx: &mut Context<'_, TrustProcess>) {
        match input {
            Input::Message { message: WireMessage::Cue(step), .. } => self.cue(step, cx),
            Input::Message { message: WireMessage::Told(ticket, reply), .. } => self.told(ticket, &reply, cx),
            Input::Message { message: WireMessage::Overheard(actor, request), .. } => {
                if let Request::Submit(bytes) = &*request {
                    self.overheard.insert(actor, bytes.clone());
                }
            }
            Input::Timer(_) => self.exchange.ask_again(cx),
            Input::Message { .. } | Input::Disk(_) | Input::Restart(_) => {}
        }
    }

    fn cue(&mut self, step: usize, cx: &mut Context<'_, TrustProcess>) {
        if let Some(outcome) = self.done.get(&step) {
            return cx.send(self.cast.director, WireMessage::Done(step, outcome.clone()));
        }
        if self.step.is_none() {
            self.step = Some(step);
            self.outcome = None;
            self.plan = self.plan_of(step);
            self.go_on(cx);
        }
    }

    /// Takes actions until one has to wait for an answer, or the step is done.
    fn go_on(&mut self, cx: &mut Context<'_, TrustProcess>) {
        while !self.exchange.is_pending() {
            match self.plan.pop_front() {
                Some(action) => self.act(action, cx),
                None => return self.finish(cx),
            }
        }
    }

    fn finish(&mut self, cx: &mut Context<'_, TrustProcess>) {
        let Some(step) = self.step.take() else { return };
        self.acting = None;
        let outcome = self.outcome.take().unwrap_or_else(|| StepOutcome::Seen("done".to_string()));
        self.done.insert(step, outcome.clone());
        cx.send(self.cast.director, WireMessage::Done(step, outcome));
    }

    /// Ends the step at once.
    fn fail(&mut self, reason: String) {
        self.plan.clear();
        self.outcome = Some(StepOutcome::Failed(reason));
    }

    fn refused(&mut self, refusal: Refusal, cx: &mut Context<'_, TrustProcess>) {
        let id = self.submitting.as_ref().and_then(|(bytes, _)| machine::trust::Event::read(bytes).ok());
        let id = id.map(|event| event.id(&self.cast.origin));
        cx.note(Note::Refused { id, refusal });
        self.plan.clear();
        self.outcome = Some(StepOutcome::Refused(refusal));
    }

    fn now(&self, cx: &Context<'_, TrustProcess>) -> Tick {
        self.cast.start + cx.now() / 1_000
    }

    /// The step under way.
    fn current(&self) -> Option<&super::story::ActorStep> {
        self.cast.story.steps.get(self.step?)
    }

    /// The device that the step under way uses; made when it is used first.
    fn device(&mut self) -> &mut Device {
        let (owner, label) = match self.current() {
            Some(step) => match &step.what {
                What::Login(login) => (login.device_of.unwrap_or(self.index), step.device.clone()),
                _ => (self.index, self.acting.clone().unwrap_or_else(|| step.device.clone())),
            },
            None => (self.index, String::new()),
        };
        self.device_named(owner, label)
    }

    fn device_named(&mut self, owner: u32, label: String) -> &mut Device {
        let cast = &self.cast;
        let owner_name = &cast.story.cast[owner as usize].name;
        self.devices.entry(label.clone()).or_insert_with(|| {
            let name = format!("{owner_name} {label}");
            let key = cast.device_key(owner, &label);
            Device {
                chat: Chat::new(cast, &name, cast.user(self.index), key.public()),
                key,
                session: None,
                counter: 0,
                scope: None,
                anchor: None,
            }
        })
    }
}
