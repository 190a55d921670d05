//! The trust loop on stage: what `sim` needs to run its scenarios.

use machine::trust::{Trust, effect::EFFECTS, refusal, ruleset::Ruleset, tables};
use serde_json::json;

use super::{crypto::Crypto, explained, steps, world::World};
use crate::{
    scenario::{Document, Mistakes, Vocabulary},
    system::{Explained, History, Options, Question, System, Unexplained},
};

impl System for Trust {
    type World = World;

    fn vocabulary() -> Vocabulary {
        steps::vocabulary()
    }

    fn world(document: &Document, options: &Options) -> Result<World, Mistakes> {
        let crypto = if options.real { Crypto::Real } else { Crypto::Sealed };
        #[cfg_attr(not(feature = "planted"), expect(unused_mut, reason = "only a planted build changes it"))]
        let mut making = steps::making(document, options.seed, crypto, options.faults)?;
        #[cfg(feature = "planted")]
        {
            let named = |name: &String| machine::kernel::node::PLANTED.iter().find(|(_, known, _)| known == name);
            making.node.planted = options.planted.as_ref().and_then(named).map(|(bug, ..)| *bug);
        }
        Ok(World::new(making))
    }

    fn version() -> String {
        let rules = Ruleset::first();
        format!("f1-r{}-s{}", rules.version, rules.semantics)
    }

    fn history(world: &World) -> History {
        world.history()
    }

    fn watch(world: &World, done: Box<dyn Fn(u64, u64)>) {
        world.watch(done);
    }

    fn pages() -> Vec<(&'static str, serde_json::Value)> {
        vec![("tables", tables_page())]
    }

    fn explain(question: &Question, lines: &[Vec<u8>]) -> Result<Vec<Explained>, Unexplained> {
        explained::explain(question, lines)
    }

    fn planted() -> Vec<(&'static str, &'static str)> {
        #[cfg(feature = "planted")]
        return machine::kernel::node::PLANTED.iter().map(|(_, name, doc)| (*name, *doc)).collect();
        #[cfg(not(feature = "planted"))]
        Vec::new()
    }
}

/// Tables, effects and refusals, precisely enough to compute every delta and state root in another language.
fn tables_page() -> serde_json::Value {
    let tables = tables::TABLES.iter().map(|table| {
        let fields = table.fields.iter().map(|(name, of, doc)| json!({ "name": name, "type": of, "doc": doc }));
        json!({
            "name": table.name, "key": table.key, "rule": table.rule,
            "fields": fields.collect::<Vec<_>>(),
        })
    });
    let refusals = refusal::REFUSALS.iter().map(|(_, code, doc)| json!({ "code": code, "doc": doc }));
    let order = refusal::PRECEDENCE.iter().map(|(kind, refusals)| {
        json!({ "kind": kind, "refusals": refusals.iter().map(|refusal| refusal.code()).collect::<Vec<_>>() })
    });
    json!({
        "common": tables::COMMON,
        "effects": EFFECTS.iter().map(|(kind, fields)| json!({ "kind": kind, "fields": fields })).collect::<Vec<_>>(),
        "precedence": order.collect::<Vec<_>>(),
        "refusals": refusals.collect::<Vec<_>>(),
        "tables": tables.collect::<Vec<_>>(),
    })
}
