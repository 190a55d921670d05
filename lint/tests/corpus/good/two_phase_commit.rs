use std::collections::{BTreeMap, BTreeSet};

pub type Tx = u64;
pub type Peer = u16;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    Begin { tx: Tx, peers: BTreeSet<Peer> },
    Vote { tx: Tx, peer: Peer, yes: bool },
    Timeout { tx: Tx },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    Ask(Peer, Tx),
    Tell(Peer, Tx, bool),
}

#[derive(Clone, Debug, Default)]
pub struct Coordinator {
    open: BTreeMap<Tx, (BTreeSet<Peer>, BTreeSet<Peer>)>,
}

impl Coordinator {
    pub fn apply(&mut self, input: Input) -> Vec<Effect> {
        match input {
            Input::Begin { tx, peers } => {
                let effects = peers.iter().map(|p| Effect::Ask(*p, tx)).collect();
                self.open.insert(tx, (peers, BTreeSet::new()));
                effects
            }
            Input::Vote { tx, peer, yes: true } => {
                let Some((all, voted)) = self.open.get_mut(&tx) else { return vec![] };
                if all.contains(&peer) {
                    voted.insert(peer);
                }
                if all == voted { self.end(tx, true) } else { Vec::new() }
            }
            Input::Vote { tx, .. } | Input::Timeout { tx } => self.end(tx, false),
        }
    }

    fn end(&mut self, tx: Tx, commit: bool) -> Vec<Effect> {
        let Some((peers, _)) = self.open.remove(&tx) else { return Vec::new() };
        peers.into_iter().map(|p| Effect::Tell(p, tx, commit)).collect()
    }
}
