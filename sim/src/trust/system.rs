//! The trust loop as a system under test: what `sim` needs to run its scenarios.

use machine::trust::{Trust, effect::EFFECTS, kinds, refusal, ruleset::Ruleset, tables};
use serde_json::json;

use super::{TrustWorld, compile, crypto::Crypto, explained, steps, units::points};
use crate::{
    format::ratio,
    ledger::LedgerSetup,
    scenario::{Document, Mistakes, Vocabulary},
    system::{ExplainError, Explained, History, Measure, Options, Question, QuestionKind, System},
};

impl System for Trust {
    type World = LedgerSetup<TrustWorld>;

    fn vocabulary() -> Vocabulary {
        steps::vocabulary()
    }

    fn world(document: &Document, options: &Options) -> Result<Self::World, Mistakes> {
        let crypto = if options.real { Crypto::Real } else { Crypto::Sealed };
        #[cfg_attr(not(feature = "planted"), expect(unused_mut, reason = "only a planted build changes it"))]
        let mut settings = compile::settings(document, options.seed, crypto, options.faults)?;
        #[cfg(feature = "planted")]
        {
            let named = |name: &String| machine::kernel::node::PLANTED.iter().find(|(_, known, _)| known == name);
            settings.node.planted = options.planted.as_ref().and_then(named).map(|(bug, ..)| *bug);
        }
        Ok(settings.setup())
    }

    fn measures() -> &'static [Measure] {
        const {
            &[
                Measure {
                    name: "points_micro",
                    expect: "points",
                    show: points,
                    sentence: |micro| format!("{} points", points(micro)),
                },
                Measure {
                    name: "coherence_ppm",
                    expect: "coherence",
                    show: ratio,
                    sentence: |ppm| format!("coherence {}", ratio(ppm)),
                },
            ]
        }
    }

    fn questions() -> &'static [QuestionKind] {
        explained::QUESTIONS
    }

    fn version() -> String {
        let rules = Ruleset::first();
        format!("f1-r{}-s{}", rules.version, rules.semantics)
    }

    fn history(world: &Self::World) -> History {
        world.history()
    }

    fn watch(world: &Self::World, done: Box<dyn Fn(u64, u64)>) {
        world.watch(done);
    }

    fn pages() -> Vec<(&'static str, serde_json::Value)> {
        vec![("tables", tables_page())]
    }

    fn explain(question: &Question, lines: &[Vec<u8>]) -> Result<Vec<Explained>, ExplainError> {
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
    let order = kinds::precedence().into_iter().map(|(kind, refusals)| {
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
