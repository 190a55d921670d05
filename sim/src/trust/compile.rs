//! How a scenario of the trust loop becomes a world: its steps typed and checked, its settings read.

use std::sync::Arc;

use machine::{
    kernel::{Int, node::Config, table::RowKey as _},
    trust::{
        Refusal,
        refusal::REFUSALS,
        ruleset::{GuardName, Ruleset},
        types::{Label, Origin, Scope, Stage, Which},
    },
};

use super::{
    TrustSettings,
    crypto::Crypto,
    story::{ATTACKS, ActorStep, AnchorOf, CodeOf, LoginStep, Operate, Role, Spoil, Story, TAMPERS, Tamper, What},
    units::points,
};
use crate::{
    engine::Faults,
    format::ratio,
    ledger::ClockJump,
    scenario::{Document, Mistake, Mistakes, Turn, Values},
};

/// Makes a world of a scenario.
///
/// # Errors
/// What only the trust loop can see to be wrong: scopes, names that are too long, codes, numbers of the ruleset.
pub fn settings(document: &Document, seed: u64, crypto: Crypto, faults: Faults) -> Result<TrustSettings, Mistakes> {
    let mut mistakes = Vec::new();
    let story = story(document, &mut mistakes);
    let (genesis, settings) = (document.table("genesis"), document.table("node"));
    let origin = genesis.text("origin").unwrap_or("sim.example").to_string();
    if Origin::parse(&origin).is_none() {
        let span = genesis.span("origin").unwrap_or_default();
        mistakes.push(mistake(
            span,
            format!("`{origin}` is no origin"),
            "host[:port] in lower case: labels of [a-z0-9-] joined by dots, or an IPv4 address; at most 253 bytes",
        ));
    }
    let ruleset = ruleset(Ruleset::first(), &document.table("ruleset"));
    if mistakes.is_empty() {
        let number = |key: &str, or: u64| settings.number(key).unwrap_or(or);
        let node = Config {
            segment_bytes: number("segment_bytes", 1 << 16),
            checkpoint_every: number("checkpoint_every", 16),
            // the door reads its whole ledger at each start: its view is in no snapshot
            snapshot_every: 0,
            ..Config::default()
        };
        let (start, state_every) = (document.start, genesis.number("state_every").unwrap_or(1));
        // pauses of a story are meant: the operator who starts the node again knows how late it is
        let accepts_time = settings.flag("accepts_time").unwrap_or(true);
        let jump = (settings.number("clock_set_after"), settings.number("clock_set_ahead"));
        let clock_jump = Some(jump).and_then(|(after, by)| Some(ClockJump { after_ms: after?, by_ms: by? }));
        let story = Arc::new(story);
        Ok(TrustSettings {
            seed,
            crypto,
            start,
            origin,
            state_every,
            ruleset,
            node,
            accepts_time,
            clock_jump,
            faults,
            story,
        })
    } else {
        Err(Mistakes::new(&document.file, &document.text, mistakes))
    }
}

fn mistake(span: std::ops::Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Mistake {
    Mistake { span, message: message.into(), help: help.into() }
}

fn story(document: &Document, mistakes: &mut Vec<Mistake>) -> Story {
    let members = document.members();
    let role = |(name, actor): &(String, &crate::scenario::DeclaredActor)| Role {
        name: name.clone(),
        ethereum: actor.values.text("wallet") == Some("eip155"),
        operator: actor.values.text("wallet") == Some("operator"),
        listens: actor.values.flag("listens") == Some(true),
    };
    let cast: Vec<Role> = members.iter().map(role).collect();
    let mut rules = ruleset(Ruleset::first(), &document.table("ruleset"));
    let turns = document.turns();
    let steps: Vec<ActorStep> = turns.iter().filter_map(|turn| step(turn, &cast, &mut rules, mistakes)).collect();
    let first = turns.iter().take_while(|turn| !turn.step.at_once).count();
    Story { cast, at_once: first..steps.len(), steps }.with_ending()
}

/// A step; `rules` is the ruleset in force, which an activation changes.
fn step(turn: &Turn<'_>, cast: &[Role], rules: &mut Ruleset, mistakes: &mut Vec<Mistake>) -> Option<ActorStep> {
    let (written, values) = (turn.step, &turn.step.values);
    let what = match what(turn, rules).and_then(|what| fits(what, cast.get(turn.actor as usize))) {
        Ok(what) => what,
        Err((message, help)) => {
            mistakes.push(mistake(written.span.clone(), message, help));
            return None;
        }
    };
    let tamper = |name: &str| TAMPERS.iter().find(|(_, known)| *known == name).map(|(tamper, _)| *tamper);
    let spoil = Spoil {
        tamper: values.text("tamper").and_then(tamper),
        counter: values.number("counter"),
        session_of: values.text("session_of").map(str::to_string),
    };
    if let (What::Operate(Operate::Ruleset(activated)), None) = (&what, &written.refused) {
        rules.clone_from(activated);
    }
    let other = turn.other.and_then(|other| cast.get(other as usize)).map(|role| role.name.as_str());
    Some(ActorStep {
        title: title(&what, other, &spoil),
        actor: turn.actor,
        device: values.text("device").unwrap_or("phone").to_string(),
        after_ms: turn.after_ms,
        refused: written.refused.as_deref().and_then(refusal),
        what,
        spoil,
    })
}

fn refusal(code: &str) -> Option<Refusal> {
    REFUSALS.iter().find(|(_, known, _)| *known == code).map(|(refusal, ..)| *refusal)
}

type Wrong = (String, &'static str);

/// Operators do what operators do, and nobody else does.
fn fits(what: What, role: Option<&Role>) -> Result<What, Wrong> {
    if matches!(what, What::Attack { .. }) && !role.is_some_and(|role| role.listens) {
        return Err(("only an actor that listens can attack".to_string(), "an actor with listens = true"));
    }
    match (matches!(what, What::Operate(_)), role.is_some_and(|role| role.operator)) {
        (true, false) => Err(("only an operator does this".to_string(), "an actor with wallet = \"operator\"")),
        (false, true) if !matches!(what, What::Repeat) => {
            Err(("an operator never logs in".to_string(), "an actor with another wallet"))
        }
        (true, true) | (false, _) => Ok(what),
    }
}

fn what(turn: &Turn<'_>, rules: &Ruleset) -> Result<What, Wrong> {
    let values = &turn.step.values;
    let text = |key: &str| values.text(key).unwrap_or_default().to_string();
    let other = || turn.other.ok_or_else(|| ("nobody is named".to_string(), "an actor"));
    match turn.step.word.name {
        "login" => login(turn).map(What::Login),
        "update_profile" => profile(text("name"), text("bio")),
        "publish_keys" => Ok(What::PublishKeys),
        "use_referral" => code(turn).map(What::UseReferral),
        "message" => {
            let flag = |key: &str| values.flag(key).unwrap_or(false);
            let (wrong_thread, to_nobody) = (flag("wrong_thread"), flag("to_nobody"));
            Ok(What::Message { to: other()?, text: text("text"), wrong_thread, to_nobody })
        }
        "rotate_session" => Ok(What::RotateSession { to: text("to") }),
        "revoke_session" => {
            let reason = Label::parse(&text("reason")).ok_or_else(|| {
                ("the reason is no label".to_string(), "at most 64 bytes, nothing invisible, no white space at an end")
            })?;
            Ok(What::RevokeSession { target: text("of"), reason })
        }
        "erase_profile" => Ok(What::EraseProfile),
        "offer_erased" => Ok(What::OfferErased),
        "activate_ruleset" => {
            let next = Ruleset { version: Int::saturating(rules.version.get() + 1), ..rules.clone() };
            Ok(What::Operate(Operate::Ruleset(Box::new(ruleset(next, values)))))
        }
        "stage_aegis" => Ok(What::Operate(Operate::Stage(match values.text("stage") {
            Some("enforce") => Stage::Enforce,
            Some("observe") => Stage::Observe,
            _ => Stage::Off,
        }))),
        "rotate_key" => {
            let which = if values.text("which") == Some("log") { Which::Log } else { Which::Operator };
            Ok(What::Operate(Operate::Rotate(which)))
        }
        "attack" => {
            let how = ATTACKS.iter().find(|(_, name)| Some(*name) == values.text("how")).map(|(attack, _)| *attack);
            Ok(What::Attack {
                on: other()?,
                how: how.ok_or_else(|| ("no such attack".to_string(), "see `sim steps`"))?,
            })
        }
        "read_inbox" => Ok(What::ReadInbox),
        "repeat" => Ok(What::Repeat),
        _ => Ok(What::ExpectProfile {
            of: other()?,
            points_micro: values.number("points"),
            coherence_ppm: values.number("coherence"),
            name: values.text("name").map(str::to_string),
        }),
    }
}

fn login(turn: &Turn<'_>) -> Result<LoginStep, Wrong> {
    let values = &turn.step.values;
    let scope = match values.text("scope") {
        None => Scope::ALL,
        Some(text) => Scope::parse(text).ok_or_else(|| {
            (format!("`{text}` is no scope"), "a sorted, comma-joined subset of chat,profile,read,referral,session")
        })?,
    };
    Ok(LoginStep {
        scope,
        ttl_ms: values.number("ttl").unwrap_or(2_592_000_000),
        issued_in_ms: values.number("issued_in").unwrap_or(0),
        issued_ago_ms: values.number("issued_ago").unwrap_or(0),
        lifetime_ms: values.number("lifetime").unwrap_or(600_000),
        anchor: match values.text("anchor") {
            Some("kept") => AnchorOf::Kept,
            Some("unknown") => AnchorOf::Unknown,
            _ => AnchorOf::Fresh,
        },
        device_of: turn.other,
    })
}

fn profile(name: String, bio: String) -> Result<What, Wrong> {
    if !(1..=64).contains(&name.chars().count()) || bio.chars().count() > 512 {
        return Err((
            "the name or the bio is too long, or there is no name".to_string(),
            "a name of 1 to 64 characters, a bio of at most 512",
        ));
    }
    Ok(What::UpdateProfile { name, bio })
}

fn code(turn: &Turn<'_>) -> Result<CodeOf, Wrong> {
    match (turn.other, turn.step.values.text("code")) {
        (Some(actor), None) => Ok(CodeOf::Actor(actor)),
        (None, Some(text)) if machine::trust::types::Code::parse(text).is_some() => Ok(CodeOf::Text(text.to_string())),
        (None, Some(text)) => Err((format!("`{text}` is no code"), "26 characters of 0-9, A-Z without I, L, O, U")),
        (None, None) | (Some(_), Some(_)) => Err(("whose code?".to_string(), "either `of` or `code`")),
    }
}

/// The step in a few words.
fn title(what: &What, other: Option<&str>, spoil: &Spoil) -> String {
    let other = other.unwrap_or("nobody");
    let plain = match what {
        What::Login(login) if login.device_of.is_some() => format!("logs in on {other}'s device"),
        What::Login(_) => "logs in".to_string(),
        What::UpdateProfile { name, .. } => format!("is now called {name}"),
        What::PublishKeys => "publishes chat keys".to_string(),
        What::UseReferral(CodeOf::Actor(_)) => format!("uses {other}'s code"),
        What::UseReferral(CodeOf::Text(code)) => format!("uses the code {code}"),
        What::Message { text, .. } => format!("writes {other}: \"{text}\""),
        What::Repeat => "sends the same again".to_string(),
        What::ExpectProfile { points_micro, coherence_ppm, .. } => {
            let points = points_micro.map(|micro| format!(" {} points", points(micro)));
            let coherence = coherence_ppm.map(|ppm| format!(" coherence {}", ratio(ppm)));
            let sees: Vec<_> = [points, coherence].into_iter().flatten().collect();
            format!("looks at {other}:{}", if sees.is_empty() { " is there".to_string() } else { sees.join(",") })
        }
        What::RotateSession { to } => format!("goes on as {to}"),
        What::RevokeSession { target, .. } => format!("ends the session of the {target}"),
        What::EraseProfile => "erases the profile".to_string(),
        What::OfferErased => "offers the erased bytes again".to_string(),
        What::Operate(Operate::Ruleset(ruleset)) => format!("activates ruleset {}", ruleset.version),
        What::Operate(Operate::Stage(stage)) => format!("sets AEGIS to {}", stage.text()),
        What::Operate(Operate::Rotate(which)) => format!("takes a new {} key into use", which.text()),
        What::Attack { how, .. } => {
            let name = ATTACKS.iter().find(|(attack, _)| attack == how).map_or("", |(_, name)| name);
            format!("attacks with what {other} sent: {name}")
        }
        What::ReadInbox => "reads what waits".to_string(),
        What::Close => "closes the ledger".to_string(),
    };
    match spoil {
        Spoil { tamper: Some(tamper), .. } => format!("{plain} (spoiled: {})", tamper_name(*tamper)),
        Spoil { counter: Some(counter), .. } => format!("{plain} (counter {counter})"),
        Spoil { session_of: Some(device), .. } => format!("{plain} (in the session of the {device})"),
        Spoil { .. } => plain,
    }
}

fn tamper_name(tamper: Tamper) -> &'static str {
    TAMPERS.iter().find(|(known, _)| *known == tamper).map_or("", |(_, name)| name)
}

/// A ruleset with the numbers that a table sets.
fn ruleset(mut rules: Ruleset, values: &Values) -> Ruleset {
    let set = |key: &str, field: &mut Int| {
        if let Some(number) = values.number(key) {
            *field = Int::saturating(number);
        }
    };
    set("version", &mut rules.version);
    set("bonus_divisor", &mut rules.bonus_divisor);
    set("coherence_half", &mut rules.coherence_half);
    set("epoch", &mut rules.epoch_ms);
    set("mint_cap", &mut rules.mint_cap_micro);
    set("user_cap", &mut rules.user_cap_micro);
    set("referral_window", &mut rules.referral_window_ms);
    for guard in &mut rules.guards {
        let name = guard.name.text();
        set(&format!("{name}_max"), &mut guard.max);
        if matches!(guard.name, GuardName::Messages | GuardName::CodeUses) {
            guard.aegis = values.flag(&format!("{name}_aegis")).unwrap_or(guard.aegis);
        }
    }
    rules
}
