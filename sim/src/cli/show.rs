//! `sim steps`, `sim faults`, `sim tables`: prints registries as pages or as data.

use serde_json::json;

use super::{
    args::ListArgs,
    exit::GOOD,
    out::{self, say},
};
use crate::{
    engine::{FAULTS, Promise},
    scenario::{Vocabulary, help},
    system::System,
};

pub(super) fn steps(args: &ListArgs, words: &Vocabulary) -> Result<u8, String> {
    if args.json {
        let actor = words.actor;
        out::json(&json!({ "actor": actor, "expect": words.expect, "steps": words.steps, "tables": words.tables }))?;
    } else {
        out::write(format_args!("{}", help(words)));
    }
    Ok(GOOD)
}

pub(super) fn faults(args: &ListArgs) -> Result<u8, String> {
    let promise = |promise: Promise| match promise {
        Promise::Survive => "survive",
        Promise::Halt => "halt, naming the place",
        Promise::Refuse => "refuse",
    };
    if args.json {
        let list = FAULTS.iter().map(|fault| {
            json!({ "doc": fault.doc, "name": fault.name, "promise": promise(fault.promise), "unit": fault.unit })
        });
        out::json(&json!({ "faults": list.collect::<Vec<_>>() }))?;
        return Ok(GOOD);
    }
    for fault in &FAULTS {
        say!(
            "{}\n    {}\n    counted per: {}; promised: {}\n",
            fault.name,
            fault.doc,
            fault.unit,
            promise(fault.promise)
        );
    }
    Ok(GOOD)
}

pub(super) fn tables<S: System>(args: &ListArgs) -> Result<u8, String> {
    let page = S::pages().into_iter().find(|(name, _)| *name == "tables").map(|(_, page)| page);
    let page = page.ok_or("this system documents no tables")?;
    if args.json {
        out::json(&page)?;
    } else {
        say!("{}", serde_json::to_string_pretty(&page).map_err(|error| error.to_string())?);
    }
    Ok(GOOD)
}
