"""Adds a toy kind of event by README's list, and sees that it works: python3 tests/toy_kind/run.py [--check]

Each insertion names a file of the list, a text that stands in it exactly once, and what comes before that. They are made in a work tree of their own
under target/toy_kind, where the test beside this file is then run. `--check` only compares the files with README's list, and that each
insertion finds its place. Exit 0: the list is right and the kind works. 1: not. 2: it could not run.
"""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TREE = ROOT / "target" / "toy_kind"
MOST = 6

TRUST = "machine/src/trust/"
INSERTIONS = [
    (TRUST + "chat.rs", "/// The chat keys of one device of one user.", """/// Nudges another user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nudge {
    /// The user who is nudged.
    pub to: UserId,
}

/// Judges a NUDGE.
pub(super) fn judge_nudge(users: &Users, from: UserId, body: &Nudge) -> Result<(), Refusal> {
    if users.get(&body.to).is_none() {
        return Err(Refusal::UnknownUser);
    }
    if body.to == from { Err(Refusal::SelfNudge) } else { Ok(()) }
}

"""),
    (TRUST + "kinds.rs", "/// One kind of operator intent: everything about it", """impl IntentKind for Nudge {
    const NAME: &'static str = "NUDGE";
    const RIGHT: Right = Right::Chat;
    const RULES: &'static [Refusal] = &[Refusal::UnknownUser, Refusal::SelfNudge];
    type Plan = ();

    fn judge(&self, state: &State, act: &IntentContext<'_>) -> Result<(), Refusal> {
        chat::judge_nudge(&state.users, *act.user.key(), self)
    }

    fn write(&self, _: &mut State, act: &IntentContext<'_>, (): ()) -> Effects<Effect> {
        [Nudged { from: *act.user.key(), to: self.to }.into()].into()
    }
}

"""),
    (TRUST + "kinds.rs", "            SessionRevoked,\n        }", "            Nudge,\n"),
    (TRUST + "kinds.rs", "    curves::Arithmetic,\n", "    chat::Nudge,\n    effect::Nudged,\n"),
    (TRUST + "effect.rs", "    /// Inviter and invited have talked both ways.", """    /// A user nudged another.
    Nudged {
        /// The user who nudged.
        from: UserId,
        @kind
        /// The user who was nudged.
        to: UserId,
    }
"""),
    (TRUST + "effect.rs", '            Self::ReferralClosed(_) => "ReferralClosed",', '            Self::Nudged(_) => "Nudged",\n'),
    (TRUST + "refusal.rs", "    WrongThread =", '    SelfNudge = "self_nudge", "A nudge of oneself.";\n'),
    ("sim/src/trust/naive.rs", "            Body::ReferralUse(body) => self.use_code(", """            Body::Nudge(body) => {
                let known = self.people.contains_key(&body.to);
                first_failure(&[(!known, "unknown_user"), (body.to == user, "self_nudge"), (aegis, "aegis")])?;
                vec![json!({ "kind": "Nudged", "from": user, "to": body.to })]
            }
"""),
    ("sim/src/trust/naive.rs", "            Body::ReferralUse(_) => Right::Referral,", "            Body::Nudge(_) => Right::Chat,\n"),
    ("sim/src/trust/naive.rs", "            Body::ReferralUse(body) => guards.push(", "            Body::Nudge(_) => {}\n"),
]


def listed():
    """The files that README's "How to add" names for an event."""
    readme = (ROOT / "README.md").read_text()
    section = readme[readme.index("## How to add"):]
    event = section[section.index("- **an event**"):section.index("- **a lint rule**")]
    return re.findall(r"`((?:machine|sim)/[\w/.]+\.rs)`", event)


def check():
    """What is wrong with the list, or with where something would be inserted."""
    files, wrong = listed(), []
    if len(files) > MOST:
        wrong.append(f"README lists {len(files)} files for an event, and {MOST} are the most")
    wrong += [f"{file} is touched, and README does not list it" for file, *_ in INSERTIONS if file not in files]
    wrong += [f"README lists {file}, which is not there" for file in files if not (ROOT / file).exists()]
    for file, place, _ in INSERTIONS:
        found = (ROOT / file).read_text().count(place)
        if found != 1:
            wrong.append(f"{place!r} stands {found} times in {file}")
    return wrong


def main(args):
    """The command."""
    wrong = check()
    if wrong or args == ["--check"]:
        print("\n".join(wrong or [f"README lists the {len(set(listed()))} files that a new kind of event touches"]))
        return 1 if wrong else 0
    subprocess.run(["git", "worktree", "remove", "--force", str(TREE)], cwd=ROOT, capture_output=True, check=False)
    if subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(TREE)], cwd=ROOT, check=False).returncode:
        return 2
    for file, place, text in INSERTIONS:
        path = TREE / file
        path.write_text(path.read_text().replace(place, text + place))
    (TREE / "sim" / "tests" / "nudge.rs").write_text((ROOT / "tests" / "toy_kind" / "nudge.rs").read_text())
    command = ["cargo", "test", "--quiet", "--locked", "-p", "sim", "--test", "nudge"]
    environment = {"CARGO_TARGET_DIR": str(ROOT / "target" / "toy_kind.target"), **os.environ}
    code = subprocess.run(command, cwd=TREE, env=environment, check=False).returncode
    subprocess.run(["git", "worktree", "remove", "--force", str(TREE)], cwd=ROOT, capture_output=True, check=False)
    return 1 if code else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
