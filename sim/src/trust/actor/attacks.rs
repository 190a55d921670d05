//! The attacks of an actor who hears every intent on its way, and has no key but their own.

use machine::{
    kernel::{Digest, Int, Signature},
    trust::{
        Body, Event, Intent,
        login::{Login, LoginBody},
        profile::ProfileErased,
        types::Counter,
    },
};

use super::{Actor, Then};
use crate::{
    engine::Context,
    trust::{
        client::TrustProcess,
        story::{Attack, What},
    },
};

/// More than any event may have.
const HUGE: usize = 1 << 20;

impl Actor {
    /// Submits what the step's attack makes of the last intent that was heard of its victim.
    pub(super) fn attack(&mut self, cx: &mut Context<'_, TrustProcess>) {
        let Some(What::Attack { on, how }) = self.current().map(|step| step.what.clone()) else { return };
        let Some(heard) = self.overheard.get(&on).cloned() else {
            return self.fail(format!("has heard nothing of {} yet", self.cast.story.cast[on as usize].name));
        };
        match self.forge(how, &heard) {
            Some(bytes) => {
                self.submitting = Some((bytes, Then::Nothing));
                self.ask_to_submit(cx);
            }
            None => self.fail("what was heard is no intent of a user".to_string()),
        }
    }

    fn forge(&mut self, how: Attack, heard: &[u8]) -> Option<Vec<u8>> {
        Some(match how {
            Attack::Replay => heard.to_vec(),
            Attack::Alter => altered(Event::read(heard).ok()?)?.to_canonical(),
            Attack::Steal | Attack::Impersonate => {
                let (session, counter, key) = self.session_in(&Event::read(heard).ok()?)?;
                let own = self.device().key.clone();
                let key = if how == Attack::Steal { own.public() } else { key };
                let body = Body::ProfileErased(ProfileErased {});
                let mut intent = Intent { body, counter, key, session, sig: Signature([0; 64]) };
                intent.sig = own.sign(&intent.signed_bytes(&self.cast.origin));
                Event::Intent(intent).to_canonical()
            }
            Attack::Truncate => heard.get(..heard.len() / 2)?.to_vec(),
            Attack::Garbage => heard.iter().map(|byte| !byte).collect(),
            Attack::Deep => [vec![b'['; HUGE / 2], vec![b']'; HUGE / 2]].concat(),
            Attack::Huge => {
                let text = String::from_utf8_lossy(heard);
                text.replacen("{\"body\":{", &format!("{{\"body\":{{\"a\":\"{}\",", "x".repeat(HUGE)), 1).into_bytes()
            }
            Attack::Twice => {
                // a field that comes twice is read differently by different readers
                let text = String::from_utf8_lossy(heard);
                text.replacen(",\"v\":1}", ",\"v\":1,\"v\":1}", 1).into_bytes()
            }
        })
    }

    /// The session of an intent or a login, its next counter, and the device key that signs in it.
    fn session_in(&self, event: &Event) -> Option<(Digest, Counter, machine::kernel::PublicKey)> {
        match event {
            Event::Intent(intent) => Some((intent.session, Counter::new(intent.counter.get() + 1)?, intent.key)),
            Event::Login(login) => Some((login.id(&self.cast.origin), Counter::new(1)?, login.body().device_key)),
            Event::Genesis(_) | Event::Operator(_) => None,
        }
    }
}

/// Something else than what was signed.
fn altered(event: Event) -> Option<Event> {
    match event {
        Event::Intent(intent) => {
            Some(Event::Intent(Intent { counter: Counter::new(intent.counter.get() + 1)?, ..intent }))
        }
        Event::Login(login) => {
            let body = LoginBody { ttl: Int::new(login.body().ttl.get() + 1)?, ..login.body().clone() };
            Login::read(body, &login.sig().to_string()).ok().map(Event::Login)
        }
        Event::Genesis(_) | Event::Operator(_) => None,
    }
}
