//! What changes together when sessions of a user open or end: the user's lists, the chat keys of devices that are out, and the device keys.

use super::{device, session::Change, state::State, types::UserId};
use crate::kernel::{
    PublicKey, Tick,
    table::{At, Locate as _},
};

/// Changes the sessions of a user; the chat keys of devices without an active session go.
pub(super) fn change<T>(state: &mut State, user: At<UserId>, at: Tick, how: impl FnOnce(&mut Change<'_>) -> T) -> T {
    let mut change = Change::of(&mut state.sessions, &state.users, user, at);
    let done = how(&mut change);
    let gone = change.finish(&mut state.users);
    state.chat_keys.remove(*user.key(), &gone);
    done
}

/// Adds the device key of a session that opened.
pub(super) fn add_device(state: &mut State, user: At<UserId>, device_key: PublicKey) {
    let inviter = state.referrals.inviter(&user);
    device::add((&mut state.devices, &mut state.circles), &mut state.users, user, inviter, device_key);
}
