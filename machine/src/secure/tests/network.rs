//! Three devices of two users over a network that does everything: long chats, whatever is lost, doubled, late, forged, and
//! whichever device is restored, forgets its sessions, or comes back with another identity.

use proptest::prelude::*;

use super::{binding::forgeries, *};

/// A device at work, and the states of it that could be restored.
struct End {
    chats: Chats<Cheap>,
    backups: Vec<Chats<Cheap>>,
    n: u8,
    of: u8,
    identity: u8,
}

/// A message on its way.
#[derive(Clone)]
struct Sent {
    to: usize,
    from: Party,
    envelope: Envelope,
    text: String,
    /// How often anybody had lost state by then.
    losses: usize,
    /// How many messages had arrived by then.
    arrived: usize,
}

/// How many messages may overtake one: with as many turns it could be of a chain that is no longer remembered.
const OVERTAKING: usize = 2 * CHAINS_MAX - 2;

struct World {
    ends: Vec<End>,
    network: Vec<Sent>,
    opened: BTreeSet<(usize, String)>,
    randoms: BTreeSet<[u8; 32]>,
    /// The device that loses state, and never one from before it lost state: with two such losses each end could write in a
    /// session that the other forgot, until [`CHAIN_MAX`] messages had no answer.
    losing: usize,
    losses: usize,
    arrived: usize,
    now: u64,
}

#[derive(Clone, Debug)]
enum Act {
    Write(usize),
    Deliver(usize),
    /// The oldest message that is on its way: so most come in order, and turns follow one another.
    DeliverNext,
    Duplicate(usize),
    Lose(usize),
    Forge(usize, usize),
    Store(usize),
    RotatePrekey(usize),
    Crash(usize),
    ForgetSessions,
    NewIdentity,
}

/// Acts of a network alone, or with devices that lose state.
fn acts(losing: bool) -> impl Strategy<Value = Vec<Act>> {
    let at = any::<usize>;
    let network = prop_oneof![
        8 => at().prop_map(Act::Write),
        4 => at().prop_map(Act::Deliver),
        8 => Just(Act::DeliverNext),
        1 => at().prop_map(Act::Duplicate),
        1 => at().prop_map(Act::Lose),
        1 => (at(), at()).prop_map(|(at, how)| Act::Forge(at, how)),
        1 => at().prop_map(Act::Store),
    ];
    let loss = prop_oneof![
        2 => at().prop_map(Act::Crash),
        1 => Just(Act::ForgetSessions),
        1 => Just(Act::NewIdentity),
        1 => at().prop_map(Act::RotatePrekey),
    ];
    let act = prop_oneof![40 => network, (if losing { 2 } else { 0 }) => loss];
    proptest::collection::vec(act, 100..250)
}

impl World {
    fn new(losing: usize) -> Self {
        let end = |(of, n)| End { chats: device(of, n), backups: Vec::new(), n, of, identity: n };
        let ends = [(1, 1), (1, 2), (2, 3)].map(end).into();
        let (network, opened, randoms) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        Self { ends, network, opened, randoms, losing, losses: 0, arrived: 0, now: 0 }
    }

    /// One device writes to all others, as devices do: each state is written down before the message is sent.
    fn write(&mut self, at: usize, text: String) {
        let to: Vec<_> = self.ends.iter().map(|end| recipient(&end.chats)).collect();
        let end = &mut self.ends[at];
        let sealed = end.chats.seal(&thread(), &to, text.as_bytes(), &fresh(), self.now).expect("sealed");
        assert_eq!((sealed.copies.copies.len(), sealed.left_out.len()), (to.len() - 1, 0));
        end.backups.push(end.chats.clone());
        let from = end.chats.party();
        for envelope in sealed.copies.copies {
            assert!(self.randoms.insert(envelope.header.random.0), "randomness is used twice");
            let to = self.ends.iter().position(|end| end.chats.party().device_key == envelope.to).expect("a device");
            self.network.push(Sent {
                to,
                from,
                envelope,
                text: text.clone(),
                losses: self.losses,
                arrived: self.arrived,
            });
        }
    }

    /// A message arrives. Without a loss of state it opens the first time and no other.
    fn deliver(&mut self, at: usize) -> Result<(), TestCaseError> {
        let Sent { to, from, envelope, text, losses, .. } = self.network.remove(at);
        self.arrived += 1;
        let end = &mut self.ends[to];
        let result = open_all(&mut end.chats, &from, &envelope).map(|(text, _)| text);
        if let Ok(opened) = &result {
            prop_assert_eq!(opened, &text);
        }
        match self.opened.contains(&(to, text.clone())) {
            // who was restored may open again what it opened before
            true => prop_assert!(result.is_err() || self.losses > 0, "{} opened twice", text),
            false if losses == self.losses && losses == 0 => prop_assert_eq!(result, Ok(text.clone())),
            false => {}
        }
        self.opened.insert((to, text));
        Ok(())
    }

    fn forge(&mut self, at: usize, how: usize) -> Result<(), TestCaseError> {
        let sent = self.network[at].clone();
        let forged = forgeries(&sent.envelope);
        let (what, envelope) = &forged[how % forged.len()];
        let end = &mut self.ends[sent.to];
        let before = end.chats.clone();
        prop_assert!(open_all(&mut end.chats, &sent.from, envelope).is_err(), "{} forged", what);
        prop_assert_eq!(&end.chats, &before, "{} forged, and the device changed", what);
        Ok(())
    }

    fn act(&mut self, act: Act, n: usize) -> Result<(), TestCaseError> {
        let (sent, ends) = (self.network.len(), self.ends.len());
        match act {
            Act::Write(at) => self.write(at % ends, format!("message {n}")),
            Act::Store(at) => {
                let chats = &mut self.ends[at % ends].chats;
                *chats = Chats::read(&chats.to_bytes()).expect("a device can be stored");
            }
            Act::RotatePrekey(at) => {
                self.now += DAY;
                let secret = Secret::new(&random(n as u64));
                self.ends[at % ends].chats.rotate_prekey(secret, self.now);
                self.losses += 1;
            }
            Act::Crash(back) => {
                let end = &mut self.ends[self.losing];
                let kept = end.backups.len();
                if kept > 0 {
                    // what was published stays published: a device keeps its newest prekey apart from its sessions
                    end.chats.store.peers = end.backups.swap_remove(back % kept).store.peers;
                    end.backups.clear();
                    self.losses += 1;
                }
            }
            Act::ForgetSessions => {
                let end = &mut self.ends[self.losing];
                end.chats.store.peers = crate::secure::peers::Peers::default();
                end.backups.clear();
                self.losses += 1;
            }
            Act::NewIdentity => {
                let end = &mut self.ends[self.losing];
                end.identity = end.identity.wrapping_add(8);
                // a ledger has them before the new keys: who reads in its order read them before, or never does
                let old = end.chats.party();
                self.network.retain(|sent| sent.from != old);
                let (identity, prekey) = (Secret::new(&[end.identity; 32]), Secret::new(&[end.identity ^ 0x80; 32]));
                end.chats = Chats::new(ORIGIN, user(end.of), PublicKey([end.n; 32]), identity, prekey);
                end.backups.clear();
                self.losses += 1;
            }
            _ if sent == 0 => {}
            Act::Deliver(at) => self.deliver(at % sent)?,
            Act::DeliverNext => self.deliver(0)?,
            Act::Duplicate(at) => {
                let copy = self.network[at % sent].clone();
                self.network.push(copy);
            }
            Act::Lose(at) => drop(self.network.remove(at % sent)),
            Act::Forge(at, how) => self.forge(at % sent, how)?,
        }
        Ok(())
    }

    /// Everybody writes in turn and everything arrives; from the second round on everything opens.
    fn calm(&mut self) -> Result<(), TestCaseError> {
        self.network.clear();
        for round in 0..4 {
            for at in 0..self.ends.len() {
                self.write(at, format!("calm {round} {at}"));
                for Sent { to, from, envelope, text, .. } in core::mem::take(&mut self.network) {
                    let opened = open_all(&mut self.ends[to].chats, &from, &envelope).map(|(text, _)| text);
                    prop_assert!(round < 2 || opened.as_ref() == Ok(&text), "{} to {}: {:?}", text, to, opened);
                }
            }
        }
        Ok(())
    }

    fn bounded(&self) -> bool {
        self.ends.iter().all(|end| {
            let [peers, sessions, chains, skipped, marks] = end.chats.store.peers.counts();
            peers < 3
                && marks <= sessions * 1_024
                && sessions <= peers * SESSIONS_MAX
                && chains <= sessions * CHAINS_MAX
                && skipped <= peers * SKIPPED_MAX
        })
    }
}

fn run(acts: Vec<Act>, losing: usize) -> Result<(), TestCaseError> {
    let mut world = World::new(losing);
    for (n, act) in acts.into_iter().enumerate() {
        world.act(act, n)?;
        while let Some(late) = world.network.iter().position(|sent| sent.arrived + OVERTAKING <= world.arrived) {
            world.deliver(late)?;
        }
        prop_assert!(world.bounded());
    }
    world.calm()?;
    for end in &world.ends {
        prop_assert_eq!(Chats::read(&end.chats.to_bytes()), Ok(end.chats.clone()));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_message_opens_exactly_once_whatever_the_network_does(acts in acts(false)) {
        run(acts, 0)?;
    }

    #[test]
    fn whatever_state_is_lost_every_chat_heals_in_two_rounds(acts in acts(true), losing in 0..3_usize) {
        run(acts, losing)?;
    }
}
