//! A story: who takes part, and the steps that they take one after another. Typed; a scenario file is read into it.

use std::ops::Range;

use machine::trust::{
    Refusal,
    ruleset::Ruleset,
    types::{Label, Scope, Stage, Which},
};

/// Steps in order, and who takes them.
#[derive(Clone, Debug, Default)]
pub struct Story {
    /// The actors who take part.
    pub cast: Vec<Role>,
    /// The steps that they take, in order.
    pub steps: Vec<ActorStep>,
    /// Which of the steps are the workload: everybody goes through their own of these at once.
    pub at_once: Range<usize>,
}

impl Story {
    /// The story with its ending: every device reads what waits for it, and the ledger is closed.
    #[must_use]
    pub fn with_ending(mut self) -> Self {
        let logins = self.steps.iter().filter(|step| matches!(step.what, What::Login(_)) && step.refused.is_none());
        let rotated = self.steps.iter().filter_map(|step| match &step.what {
            What::RotateSession { to } if step.refused.is_none() => Some((step.actor, to.clone())),
            _ => None,
        });
        let mut devices: Vec<_> = logins.map(|step| (step.actor, step.device.clone())).chain(rotated).collect();
        devices.sort();
        devices.dedup();
        let ending = |actor: u32, device: String, title: &str, what: What| ActorStep {
            title: title.to_string(),
            actor,
            device,
            after_ms: 0,
            refused: None,
            what,
            spoil: Spoil::default(),
        };
        let readers =
            devices.into_iter().map(|(actor, device)| ending(actor, device, "reads what waits", What::ReadInbox));
        self.steps.extend(readers);
        self.steps.push(ending(0, String::new(), "closes the ledger", What::Close));
        self
    }
}

/// An actor: its name, its wallet, and what it may do.
#[derive(Clone, Debug)]
pub struct Role {
    /// Unique; keys come from the seed and this name.
    pub name: String,
    /// An Ethereum wallet, or else an Ed25519 one.
    pub ethereum: bool,
    /// Holds the operator's keys instead, and never logs in.
    pub operator: bool,
    /// Hears every intent of the others on its way to the node.
    pub listens: bool,
}

/// One step of one actor.
#[derive(Clone, Debug)]
pub struct ActorStep {
    /// For people: "bob uses alice's code".
    pub title: String,
    /// The position in the cast.
    pub actor: u32,
    /// Which of the actor's devices.
    pub device: String,
    /// How long after the step before, in ms of virtual time.
    pub after_ms: u64,
    /// The refusal that it must earn; none: it must succeed.
    pub refused: Option<Refusal>,
    /// What the step does.
    pub what: What,
    /// How an intent is spoiled.
    pub spoil: Spoil,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum What {
    /// Opens a session, and publishes chat keys if its scope allows.
    Login(LoginStep),
    /// Replaces the actor's profile.
    UpdateProfile {
        /// The name in the profile, 1..=64 characters.
        name: String,
        /// At most 512 characters.
        bio: String,
    },
    /// Publishes the device's chat keys again.
    PublishKeys,
    /// Uses a referral code.
    UseReferral(CodeOf),
    /// Sends an encrypted message.
    Message {
        /// The receiver's position in the cast.
        to: u32,
        /// The text that only the two ends read.
        text: String,
        /// Names another thread than that of the two.
        wrong_thread: bool,
        /// Names a user who never logged in.
        to_nobody: bool,
    },
    /// Submits the actor's last accepted intent again: its first answer must come.
    Repeat,
    /// Looks at somebody's profile.
    ExpectProfile {
        /// The position in the cast of who is looked at.
        of: u32,
        /// The points that must be seen, in micropoints.
        points_micro: Option<u64>,
        /// In parts per million.
        coherence_ppm: Option<u64>,
        /// The name in the profile.
        name: Option<String>,
    },
    /// Ends the session, and goes on under the key of another device.
    RotateSession {
        /// The device under whose key the session goes on.
        to: String,
    },
    /// Ends a session of the actor.
    RevokeSession {
        /// The device whose session it is.
        target: String,
        /// The reason, as a label.
        reason: Label,
    },
    /// Erases the actor's profile.
    EraseProfile,
    /// Puts the bytes of the actor's last profile again, which was erased: they must not be taken.
    OfferErased,
    /// Acts as the operator.
    Operate(Operate),
    /// Submits something made of another actor's last intent.
    Attack {
        /// The position in the cast of the victim.
        on: u32,
        /// What is made of it.
        how: Attack,
    },
    /// Fetches and opens the messages that wait.
    ReadInbox,
    /// The end: everybody has read, the ledger is closed.
    Close,
}

/// What an attacker makes of an intent that was overheard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attack {
    /// The same bytes: they get their first answer, and nothing happens twice.
    Replay,
    /// A field is changed, the signature kept.
    Alter,
    /// An intent of the attacker's own, signed with their key, in the victim's session.
    Steal,
    /// The same under the victim's key, signed with the attacker's.
    Impersonate,
    /// Half of the bytes.
    Truncate,
    /// The bytes with every bit flipped.
    Garbage,
    /// Half a million open brackets.
    Deep,
    /// A megabyte of a field that is none.
    Huge,
    /// The intent with a field that comes twice.
    Twice,
}

/// The attacks, as scenarios write them.
pub const ATTACKS: &[(Attack, &str)] = &[
    (Attack::Replay, "replay"),
    (Attack::Alter, "alter"),
    (Attack::Steal, "steal"),
    (Attack::Impersonate, "impersonate"),
    (Attack::Truncate, "truncate"),
    (Attack::Garbage, "garbage"),
    (Attack::Deep, "deep"),
    (Attack::Huge, "huge"),
    (Attack::Twice, "twice"),
];

/// What an operator does.
#[derive(Clone, Debug)]
pub enum Operate {
    /// Activates a ruleset in the place of the one in force.
    Ruleset(Box<Ruleset>),
    /// Sets the stage of AEGIS.
    Stage(Stage),
    /// Takes a new key into use.
    Rotate(Which),
}

/// The details of a login.
#[derive(Clone, Debug)]
pub struct LoginStep {
    /// What the session may do.
    pub scope: Scope,
    /// How long it lives, in ms.
    pub ttl_ms: u64,
    /// How far ahead of the actor's clock it is issued, in ms.
    pub issued_in_ms: u64,
    /// How long before the actor's clock it was issued, in ms.
    pub issued_ago_ms: u64,
    /// How long after being issued it may be used, in ms.
    pub lifetime_ms: u64,
    /// Which challenge it answers.
    pub anchor: AnchorOf,
    /// Uses the device of this other actor (position in the cast).
    pub device_of: Option<u32>,
}

/// Which challenge a login answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnchorOf {
    /// A challenge that was just given out.
    Fresh,
    /// The one that this device got before.
    Kept,
    /// None that the ledger ever gave out.
    Unknown,
}

/// Whose referral code is used.
#[derive(Clone, Debug)]
pub enum CodeOf {
    /// The code of an actor, by position in the cast.
    Actor(u32),
    /// The code with this text.
    Text(String),
}

/// How an intent is spoiled before it is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spoil {
    /// What is wrong with it.
    pub tamper: Option<Tamper>,
    /// The counter that the intent carries instead of the next one.
    pub counter: Option<u64>,
    /// Uses the session of this other device of the actor's.
    pub session_of: Option<String>,
}

/// What is wrong with an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tamper {
    /// A signature of zeros.
    Signature,
    /// The wallet of another actor signs.
    Wallet,
    /// Another device proves that it takes part.
    DeviceProof,
    /// Another device signs the chat keys.
    PrekeySignature,
    /// An identity key of low order, properly signed.
    LowOrder,
    /// A field is changed after signing.
    Field,
    /// Spelled otherwise than canonically.
    Spelling,
    /// A session that does not exist.
    Session,
    /// Another key proves that it takes the place of the operator's or the log's.
    Proof,
}

/// The names of the ways to spoil an intent, as scenarios write them.
pub const TAMPERS: &[(Tamper, &str)] = &[
    (Tamper::Signature, "signature"),
    (Tamper::Wallet, "wallet"),
    (Tamper::DeviceProof, "device_proof"),
    (Tamper::PrekeySignature, "prekey_signature"),
    (Tamper::LowOrder, "low_order"),
    (Tamper::Field, "field"),
    (Tamper::Spelling, "spelling"),
    (Tamper::Session, "session"),
    (Tamper::Proof, "proof"),
];
